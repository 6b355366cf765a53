"""An event file, already parsed from YAML or JSON, to an `Event`; every mistake at once. The shape: `event.py`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import TypeVar

from leeward.errors import BadInput, shown
from leeward.model.missing import NOT_ASKED, UNKNOWN, Missing
from leeward.model.shapes import is_list, is_mapping
from leeward.products.reporting import event_values as values
from leeward.products.reporting.event import (
    KINDS,
    OUTCOMES,
    RECOVERIES,
    ROUTES,
    SEXES,
    VERSION,
    Consent,
    Event,
    Finding,
    Happening,
    OtherProduct,
    Part,
    Patient,
    Reporter,
    SuspectProduct,
    Told,
    told,
)
from leeward.products.reporting.event_values import Notes, Reader

P = TypeVar("P", bound=Part)

MOST_ENTRIES = 200

NONE = {"none", "no", "nil", "none known", "nkda", "nka", "no known allergies"}
"""A list that says in a word what an empty list says: asked, none."""

_OUTCOME_WORDS = {"hospitalisation": "hospitalization", "hospitalised": "hospitalization", "hospitalized": "hospitalization",
                  "died": "death", "fatal": "death", "life-threat": "life-threatening", "birth-defect": "congenital-anomaly",
                  "disability-or-permanent-damage": "disability", "other": "other-serious"}  # fmt: skip
_ROUTE_WORDS = {"po": "oral", "by-mouth": "oral", "swallowed": "oral", "sl": "sublingual", "under-the-tongue": "sublingual",
                "snorted": "intranasal", "inhaled": "smoked", "vaped": "smoked", "iv": "intravenous", "injected": "intravenous",
                "im": "intramuscular"}  # fmt: skip

PATIENT: dict[str, Reader] = {
    "identifier": values.code, "date_of_birth": values.when, "age": values.age, "weight": values.amount,
    "sex": values.one_of(SEXES, {"f": "female", "m": "male", "woman": "female", "man": "male", "x": "intersex"}),
    "pregnant": values.yes_no, "gestation": values.weeks, "breastfeeding": values.yes_no, "ethnicity": values.text,
    "race": values.text,
}  # fmt: skip
PRODUCT: dict[str, Reader] = {
    "name": values.text, "class": values.text, "brand": values.text, "form": values.text, "strength": values.amount,
    "maker": values.text, "lot": values.code, "upc": values.code, "ndc": values.code, "expiry": values.code,
    "bought": values.text, "amount": values.amount, "doses_per_day": values.amount, "packs": values.amount,
    "route": values.one_of(ROUTES, _ROUTE_WORDS), "began": values.when, "last_use": values.when, "duration": values.amount,
    "reason": values.text, "dechallenge": values.yes_no_or_not_applicable,
    "rechallenge": values.yes_no_or_not_applicable, "available": values.yes_no, "returned": values.when,
}  # fmt: skip
OTHER: dict[str, Reader] = {"name": values.text, "dose": values.amount, "began": values.when, "stopped": values.when}
REPORTER: dict[str, Reader] = {
    "name": values.text, "occupation": values.text, "health_professional": values.yes_no, "organization": values.text,
    "address": values.text, "country": values.text, "phone": values.code, "email": values.text,
    "withhold_identity": values.yes_no,
}  # fmt: skip
CONSENT: dict[str, Reader] = {"obtained": values.yes_no, "basis": values.text, "part_2": values.yes_no}
FINDING: dict[str, Reader] = {
    "what": values.text, "result": values.any_of, "value": values.any_of, "unit": values.text, "dose": values.amount,
    "route": values.text, "method": values.text, "panel": values.text, "at": values.when,
}  # fmt: skip
HAPPENING: dict[str, Reader] = {
    "what": values.text, "began": values.when, "ended": values.when, "died": values.when,
    "recovery": values.one_of(RECOVERIES), "others_exposed": values.yes_no,
}  # fmt: skip
TOP: dict[str, Reader] = {"title": values.text, "reported": values.when}

SYNONYMS = {
    "product": "name", "manufacturer": "maker", "gtin": "upc", "barcode": "upc", "lot_number": "lot", "batch": "lot",
    "expiration": "expiry", "exp": "expiry", "first_use": "began", "description": "what", "profession": "occupation",
    "organisation": "organization", "gestation_weeks": "gestation", "initials": "identifier", "last_taken": "stopped",
    "where_bought": "bought", "indication": "reason",
}  # fmt: skip


def read_event(given: Mapping[str, object]) -> Event:
    """The event in a parsed file; raises BadInput with every mistake and its path.

    >>> read_event({"leeward": "event/1", "patient": {"age": 34}}).patient.age
    '34 years'
    """
    notes: Notes = []
    if not is_mapping(given):
        raise BadInput.one(values.NOT_AN_EVENT, "", "This is not an event file.", f"Begin it with leeward: {VERSION}.")
    whole = _keys(given, "", {*TOP, *_LISTS, "leeward", "synthetic", "patient", "event", "reporter", "consent"}, notes)
    if whole.get("leeward") != VERSION:
        says = f'"{shown(whole.get("leeward", ""))}" is not a version that is read here.'
        values.problem(notes, "leeward", values.NOT_AN_EVENT, says, f"Begin the file with leeward: {VERSION}.")
    synthetic = values.yes_no(whole.get("synthetic", "no"), "synthetic", notes)
    if isinstance(synthetic, Missing) and not notes:
        says = "Whether the event was made up must be known."
        values.problem(notes, "synthetic", values.YES_OR_NO, says, "Write yes or no.")
    read = Event(
        synthetic=synthetic == "yes",
        **_fields(whole, "", TOP, notes),
        cites=_texts(whole, "cites", "", notes),
        kind=_words(whole, "kind", "", tuple(KINDS), {}, notes),
        patient=_patient(whole, notes),
        event=_happening(whole, notes),
        products=_parts(whole, "products", SuspectProduct, PRODUCT, notes),
        other_products=_parts(whole, "other_products", OtherProduct, OTHER, notes),
        reporter=_reporter(whole, notes),
        consent=Consent(**_section(whole, "consent", CONSENT, notes)),
        notes=_texts(whole, "notes", "", notes),
    )
    _in_order(read, notes)
    if notes:
        raise BadInput(notes)
    return read


_LISTS = ("cites", "kind", "products", "other_products", "notes")


def _patient(whole: dict[str, object], notes: Notes) -> Patient:
    given = _mapping(whole, "patient", notes)
    fields = _keys(given, "patient", {*PATIENT, "weight_kg"}, notes)
    read = _fields(fields, "patient", PATIENT, notes)
    if "weight_kg" in fields and "weight" in fields:
        says = "The weight is told twice, in weight and in weight_kg."
        values.problem(notes, "patient.weight", values.CONTRADICTION, says, "Tell it once.")
    elif "weight_kg" in fields:
        read["weight"] = values.weight_kg(fields["weight_kg"], "patient.weight_kg", notes)
    return Patient(**read)


def _reporter(whole: dict[str, object], notes: Notes) -> Reporter:
    fields = _keys(_mapping(whole, "reporter", notes), "reporter", {*REPORTER, "also_reported_to"}, notes)
    told_to = _texts(fields, "also_reported_to", "reporter", notes)
    return Reporter(**_fields(fields, "reporter", REPORTER, notes), also_reported_to=told_to)


def _happening(whole: dict[str, object], notes: Notes) -> Happening:
    texts, findings = ("symptoms", "history", "allergies"), ("treatment", "tests", "observations")
    fields = _keys(_mapping(whole, "event", notes), "event", {*HAPPENING, *texts, *findings, "outcomes"}, notes)
    return Happening(
        **_fields(fields, "event", HAPPENING, notes),
        outcomes=_words(fields, "outcomes", "event", tuple(OUTCOMES), _OUTCOME_WORDS, notes),
        symptoms=_texts(fields, "symptoms", "event", notes),
        history=_texts(fields, "history", "event", notes),
        allergies=_texts(fields, "allergies", "event", notes),
        treatment=_findings(fields, "treatment", notes),
        tests=_findings(fields, "tests", notes),
        observations=_findings(fields, "observations", notes),
    )


def _keys(given: dict[object, object], path: str, known: set[str], notes: Notes) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in given.items():
        name = str(key).strip().casefold().replace("-", "_")
        name = name if name in known else SYNONYMS.get(name, name)
        place = _at(path, shown(str(key)))
        if name not in known:
            near = get_close_matches(name, sorted(known), 1)
            mend = (
                f"Did you mean {near[0]}?"
                if near
                else f"Put it under notes, or use one of: {', '.join(sorted(known))}."
            )
            values.problem(notes, place, values.MISSPELT, "This key is not known here.", mend)
        elif name in found:
            values.problem(notes, place, values.CONTRADICTION, f"{name} is told twice.", "Tell it once.")
        else:
            found[name] = value
    return found


def _fields(given: dict[str, object], path: str, readers: dict[str, Reader], notes: Notes) -> dict[str, Told]:
    read = {name: reader(given[name], _at(path, name), notes) for name, reader in readers.items() if name in given}
    return {"class_" if name == "class" else name: value for name, value in read.items()}


def _mapping(whole: dict[str, object], name: str, notes: Notes) -> dict[object, object]:
    given = whole.get(name)
    if values.missing_in(given) is not None:
        return {}
    if is_mapping(given):
        return given
    values.problem(notes, name, values.SHAPE, f"{shown(given)} is not a mapping.", f"Write {name}: {{key: value}}.")
    return {}


def _section(whole: dict[str, object], name: str, readers: dict[str, Reader], notes: Notes) -> dict[str, Told]:
    fields = _keys(_mapping(whole, name, notes), name, set(readers), notes)
    return _fields(fields, name, readers, notes)


def _list(given: dict[str, object], name: str, path: str, notes: Notes) -> list[object] | Missing:
    if name not in given:
        return NOT_ASKED
    value, place = given[name], _at(path, name)
    if isinstance(value, str) and value.strip().casefold() in NONE:
        return []
    if (missing := values.missing_in(value)) is not None:
        return missing
    if is_mapping(value) or isinstance(value, str):
        return [value]
    if not is_list(value):
        return values.problem(notes, place, values.SHAPE, f"{shown(value)} is not a list.", "Write a list, or unknown.")
    if len(value) > MOST_ENTRIES:
        says = f"There are {len(value)} entries; at most {MOST_ENTRIES} are read."
        return values.problem(notes, place, values.SHAPE, says, "Shorten the list, and attach the rest.")
    return list(value)


def _texts(given: dict[str, object], name: str, path: str, notes: Notes) -> tuple[str, ...] | Missing:
    entries = _list(given, name, path, notes)
    if isinstance(entries, Missing):
        return entries
    read = [values.text(entry, f"{_at(path, name)}[{place}]", notes) for place, entry in enumerate(entries)]
    if read and all(isinstance(entry, Missing) for entry in read):
        return UNKNOWN
    return tuple(told(entry) for entry in read)


def _words(
    given: dict[str, object], name: str, path: str, offered: tuple[str, ...], synonyms: dict[str, str], notes: Notes
) -> tuple[str, ...] | Missing:
    entries, reader = _list(given, name, path, notes), values.one_of(offered, synonyms)
    if isinstance(entries, Missing):
        return entries
    read = [reader(entry, f"{_at(path, name)}[{place}]", notes) for place, entry in enumerate(entries)]
    kept = tuple(dict.fromkeys(entry for entry in read if not isinstance(entry, Missing)))
    return UNKNOWN if read and not kept else kept


def _parts(
    whole: dict[str, object], name: str, kind: type[P], readers: dict[str, Reader], notes: Notes
) -> tuple[P, ...] | Missing:
    entries = _list(whole, name, "", notes)
    if isinstance(entries, Missing):
        return entries
    parts: list[P] = []
    for place, entry in enumerate(entries):
        path = f"{name}[{place}]"
        fields = {"name": entry} if isinstance(entry, str) else entry
        if is_mapping(fields):
            parts.append(kind(**_fields(_keys(fields, path, set(readers), notes), path, readers, notes)))
        else:
            says = f"{shown(entry)} is neither a text nor a mapping."
            values.problem(notes, path, values.SHAPE, says, "Write {name: ...}.")
    return tuple(parts)


def _findings(given: dict[str, object], name: str, notes: Notes) -> tuple[Finding, ...] | Missing:
    entries = _list(given, name, "event", notes)
    if isinstance(entries, Missing):
        return entries
    findings: list[Finding] = []
    for place, entry in enumerate(entries):
        path = f"event.{name}[{place}]"
        if is_mapping(entry):
            findings.append(_finding(_fields(_keys(entry, path, set(FINDING), notes), path, FINDING, notes)))
        else:
            findings.append(Finding(what=values.text(entry, path, notes)))
    return tuple(findings)


def _finding(fields: dict[str, Told]) -> Finding:
    result: Told = fields.get("result", fields.get("value", NOT_ASKED))
    words = [] if isinstance(result, Missing) else [result]
    for name, form in (("dose", "{}"), ("unit", "{}"), ("route", "{}"), ("panel", "({})"), ("method", "({})")):
        if not isinstance(part := fields.get(name, NOT_ASKED), Missing):
            words.append(form.format(part))
    if isinstance(result, Missing) and words and ("result" in fields or "value" in fields):
        words.insert(0, "not known")
    return Finding(what=fields.get("what", NOT_ASKED), result=" ".join(words) or result, at=fields.get("at", NOT_ASKED))


_DAYS = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


def _in_order(event: Event, notes: Notes) -> None:
    """What must not come before what. Only days are compared: a file may mix days and instants."""
    pairs = [
        ("event.began", event.event.began, "event.ended", event.event.ended),
        ("event.began", event.event.began, "reported", event.reported),
        ("event.died", event.event.died, "reported", event.reported),
        ("patient.date_of_birth", event.patient.date_of_birth, "event.began", event.event.began),
    ]
    for place, product in enumerate(event.products if isinstance(event.products, tuple) else ()):
        path = f"products[{place}]"
        pairs.append((f"{path}.began", product.began, f"{path}.last_use", product.last_use))
        pairs.append((f"{path}.last_use", product.last_use, "reported", event.reported))
    for first_path, first, then_path, then in pairs:
        earliest, latest = _bound(first, 0), _bound(then, -1)
        if earliest is not None and latest is not None and earliest > latest:
            says = f"This lies after {then_path} ({then})."
            values.problem(notes, first_path, values.CONTRADICTION, says, f"Correct it, or correct {then_path}.")


def _bound(value: Told, which: int) -> str | None:
    """The first day (0) that a time can mean, or its last (-1), as text that sorts; None where it is open."""
    days = [] if isinstance(value, Missing) else _DAYS.findall(re.sub(r"T\S+", "", value))
    if isinstance(value, Missing) or not days or value.startswith("not after" if which == 0 else "not before"):
        return None
    day = days[which]
    return (day + "-01-01"[len(day) - 4 :] if which == 0 else day + "-12-31"[len(day) - 4 :])[:10]


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
