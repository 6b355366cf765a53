"""What the person has: Condition, with its code, whether it is active and whether it was confirmed."""

from __future__ import annotations

import re

from leeward.casefile.condition_words import conditions_named, doubted
from leeward.casefile.names import conditions as lookup_of
from leeward.errors import BadInput
from leeward.fhir.case_sheet import CONTRADICTION, NO_PLACE, REMARK, STATUS, TIME, Entry, Sheet, quoted
from leeward.fhir.codes import is_said, system_of, words_of
from leeward.fhir.structures import CodeableConcept, Condition
from leeward.knowledge import Knowledge
from leeward.model.codes import SYSTEMS

ACTIVE = ("active", "recurrence", "relapse")
OVER = ("inactive", "remission", "resolved")
DOUBTED = ("unconfirmed", "provisional", "differential")
SURE = ("confirmed",)
REMISSION = re.compile(r"F1\d\.[129]1")
"""Codes of ICD-10-CM that say of themselves that a disorder of substance use is in remission."""

_WITHOUT_DOT = re.compile(r"[A-Z][0-9][0-9A-Z][0-9A-Z]{1,4}")


def put_condition(sheet: Sheet, one: Condition) -> None:
    """A condition: present, absent where it was refuted, unclear where it is over, doubted or not said to be active."""
    if is_said(one.verificationStatus, "entered-in-error"):
        sheet.say(STATUS, one, "It was entered in error.")
        return
    begins = sheet.moment(one.onsetDateTime or (one.onsetPeriod.start if one.onsetPeriod else None) or one.recordedDate)
    if begins is not None and begins.earliest > sheet.now:
        sheet.say(TIME, one, "It begins in the future.", "Nothing of it is used. Correct it, or `now`.")
        return
    codes, words = _codes(one.code), words_of(one.code)
    status = _status_in_words(sheet, one, codes, words, _status(sheet, one))
    if not codes and not words:
        sheet.say(NO_PLACE, one, "It does not say which condition. An unknown one is in the case.")
        sheet.add("conditions", {"name": "unknown", "status": status}, one)
        return
    known = next((text for text in words if conditions_named(text, sheet.knowledge)), None)
    _say_two(sheet, one, codes, known)
    name: Entry = {"name": known or words[0]} if words else {}
    if known is None and not any(_known(code, sheet.knowledge) for code in codes):
        told = quoted(words[0]) if words else f"Code {codes[0]['value']}"
        sheet.say(NO_PLACE, one, f"{told} is no condition that a rule knows. It is in the case as it is told.")
    for code in codes or [None]:
        sheet.add("conditions", {**name, **({"code": code} if code else {}), "status": status}, one)


def _status_in_words(sheet: Sheet, one: Condition, codes: list[Entry], words: tuple[str, ...], status: str) -> str:
    """The status, unclear where the words of an active condition deny or doubt it, or a code says that it is over."""
    if status != "present":
        return status
    doubt = next((text for text in words if doubted(text, sheet.knowledge)), None)
    if doubt is not None:
        says = f"It is active, and its words deny or doubt it, or are of the past ({quoted(doubt)}). It is unknown."
        sheet.say(CONTRADICTION, one, says)
        return "unclear"
    if any(REMISSION.match(code["value"]) for code in codes):
        sheet.say(CONTRADICTION, one, "It is active, and its code says remission. It is unknown.")
        return "unclear"
    return status


def _status(sheet: Sheet, one: Condition) -> str:
    if is_said(one.verificationStatus, "refuted", "ruled-out"):
        return "absent"
    ended = sheet.moment(one.abatementDateTime or (one.abatementPeriod.end if one.abatementPeriod else None))
    if is_said(one.verificationStatus, *DOUBTED) or is_said(one.clinicalStatus, *OVER):
        return "unclear"
    if one.verificationStatus is not None and not is_said(one.verificationStatus, *SURE):
        sheet.say(REMARK, one, "Whether it was confirmed is said in no word that Leeward knows. It is unknown.")
        return "unclear"
    if (ended is not None and ended.earliest <= sheet.now) or one.abatementString or one.abatementAge:
        return "unclear"
    if is_said(one.clinicalStatus, *ACTIVE):
        return "present"
    sheet.say(REMARK, one, "It does not say whether it is active. Whether the person has it is unknown.")
    return "unclear"


def _say_two(sheet: Sheet, one: Condition, codes: list[Entry], known: str | None) -> None:
    """Say where the words name a condition of knowledge and the codes name others: all of them are in the case."""
    coded = {id for code in codes for id in _meant(code, sheet.knowledge)}
    if known is not None and coded and coded.isdisjoint(conditions_named(known, sheet.knowledge)):
        sheet.say(
            CONTRADICTION, one, f"Its code and its words ({quoted(known)}) mean two conditions. Both are in the case."
        )


def _known(code: Entry, knowledge: Knowledge) -> bool:
    """Whether a code that has the form of its system means a condition of knowledge."""
    return bool(_meant(code, knowledge))


def _meant(code: Entry, knowledge: Knowledge) -> tuple[str, ...]:
    value = code["value"].upper() if code["system"] == "icd-10-cm" else code["value"]
    return lookup_of(knowledge).coded(SYSTEMS[code["system"]](value))


def _codes(concept: CodeableConcept | None) -> list[Entry]:
    """The codes of ICD-10-CM and SNOMED CT that have the form of their system."""
    found: list[Entry] = []
    for coding in concept.coding if concept else ():
        system, value = system_of(coding), (coding.code or "").strip()
        if system not in ("icd-10-cm", "snomed-ct"):
            continue
        if system == "icd-10-cm" and _WITHOUT_DOT.fullmatch(value.upper()):
            value = f"{value[:3]}.{value[3:]}"
        try:
            SYSTEMS[system](value.upper() if system == "icd-10-cm" else value)
        except BadInput:
            continue
        found.append({"system": system, "value": value})
    return found
