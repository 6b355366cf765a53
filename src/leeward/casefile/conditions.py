"""`conditions`: what the person has, what was looked for and is not there, by name, by code or by both."""

from __future__ import annotations

import re

from leeward.casefile.condition_words import conditions_named, doubted
from leeward.casefile.level import Form, Level
from leeward.casefile.margin import NOT_A_CODE, SHAPE, WORD, quoted
from leeward.casefile.names import conditions as lookup_of
from leeward.casefile.ordering import arranged
from leeward.casefile.spelling import slug
from leeward.casefile.words import CODE_SYSTEMS, STATUSES
from leeward.errors import BadInput
from leeward.knowledge import Knowledge
from leeward.model.case import Condition
from leeward.model.codes import SYSTEMS, Code
from leeward.model.missing import NOT_ASKED, UNKNOWN, Missing
from leeward.model.shapes import is_mapping

CONDITION = Form(
    name="condition diagnosis problem what", code="coding", icd10="icd_10_cm icd_10", snomed="snomed_ct", status=""
)
CODE = Form(system="", value="code", display="text")

_ICD_WITHOUT_DOT = re.compile(r"[A-Z][0-9][0-9A-Z][0-9A-Z]{1,4}")


def conditions(level: Level, knowledge: Knowledge) -> tuple[Condition, ...] | Missing:
    """The conditions of a case; missing where nobody told whether there are any.

    A name and a code that mean two conditions stand as two, since each may matter to another rule.
    """
    given = level.listed("conditions")
    if isinstance(given, Missing):
        return given
    read: list[tuple[str, Condition]] = []
    for place, entry in enumerate(given):
        written = f"conditions[{place}]"
        if isinstance(entry, str):
            entry = {"name": entry}
        if not is_mapping(entry):
            says = f"{quoted(entry)} stands where a condition is expected."
            level.margin.problem(written, SHAPE, says, "Write {name: ...} or {code: {system, value}}.")
            continue
        read += _conditions(Level(CONDITION, entry, written, level.margin, level.now), knowledge)
    return arranged(read, "conditions", lambda condition: NOT_ASKED, level.margin)


def _conditions(entry: Level, knowledge: Knowledge) -> list[tuple[str, Condition]]:
    name = entry.text("name")
    code, code_told = _code(entry)
    if name is NOT_ASKED and not {"code", "icd10", "snomed"} & entry.found.keys():
        entry.lacks("name", "Write the condition's name or its code.")
    as_told = name if isinstance(name, str) else code_told or "unknown"
    lookup = lookup_of(knowledge)
    ids: list[str] = []
    if isinstance(name, str):
        ids += conditions_named(name, knowledge)
    if code is not None:
        ids += [id for id in lookup.coded(code) if id not in ids]
    if not ids:
        entry.margin.keep(entry.path, as_told if as_told == code_told or not code_told else f"{as_told} ({code_told})")
    present = _present(entry)
    if present is True and doubted(as_told, knowledge):
        # The words beside a code deny or doubt it, or tell it of the past: nobody says that it is there.
        entry.margin.keep(entry.path, as_told)
        present = UNKNOWN
    return [
        (entry.path, Condition(id or slug(as_told)[:60] or "unknown", as_told, id, present, code))
        for id in ids or (None,)
    ]


def _present(entry: Level) -> bool | Missing:
    status = entry.word("status", STATUSES)
    if status is NOT_ASKED or status == "present":
        return True
    if isinstance(status, Missing):
        return status
    # "Resolved" and "suspected" are neither: whether it still bears on treatment is for the reader to say.
    return False if status == "absent" else UNKNOWN


def _code(entry: Level) -> tuple[Code | None, str]:
    """The code as a value of its system, and as told; None where it is in no system that Leeward reads."""
    given = entry.given("code")
    if isinstance(given, Missing):
        for field, system in (("icd10", "icd-10-cm"), ("snomed", "snomed-ct")):
            value = entry.text(field)
            if isinstance(value, str):
                return _made(entry, entry.place(field), system, value)
        return None, ""
    if isinstance(given, str) and "|" in given:
        system, _, value = given.partition("|")
        given = {"system": system, "value": value}
    if not is_mapping(given):
        mend = "Write {system: icd-10-cm, value: F11.20}."
        entry.problem("code", SHAPE, f"{quoted(given)} does not say of which system it is.", mend)
        return None, ""
    inner = Level(CODE, given, entry.place("code"), entry.margin, entry.now)
    system, value = inner.text("system"), inner.text("value")
    if isinstance(value, Missing):
        if value is NOT_ASKED:
            inner.lacks("value", "Write the code.")
        return None, ""
    if isinstance(system, Missing):
        inner.lacks("system", "Write icd-10-cm or snomed-ct.")
        return None, ""
    named = CODE_SYSTEMS.named(system)
    if named is None:
        mend = CODE_SYSTEMS.mend(system)
        if mend.startswith("Did you mean"):
            inner.problem("system", WORD, f"{quoted(system)} is not {CODE_SYSTEMS.what}.", mend)
        return None, f"{system} {value}"
    return _made(entry, inner.place("value"), named, value)


def _made(entry: Level, path: str, system: str, value: str) -> tuple[Code | None, str]:
    value = value.strip()
    if system == "icd-10-cm":
        value = value.upper()
        if _ICD_WITHOUT_DOT.fullmatch(value):
            value = f"{value[:3]}.{value[3:]}"
    try:
        return SYSTEMS[system](value), f"{system} {value}"
    except BadInput as wrong:
        for problem in wrong.problems:
            entry.margin.problem(path, NOT_A_CODE, problem.says, problem.mend)
        return None, f"{system} {value}"
