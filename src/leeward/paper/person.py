"""The person of a case in a line or two: what is known, and what nobody asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo

from leeward.knowledge import load_knowledge
from leeward.model.case import UNNAMED, Case, Condition, Exposure, Medicine
from leeward.model.instants import Span
from leeward.model.missing import Missing
from leeward.model.quantity import Quantity, number
from leeward.paper.plain_words import WAYS
from leeward.paper.times import clock


def spoken(id: str) -> str:
    """A substance or medicine as people say it; what Leeward does not know as it was told.

    >>> spoken("buprenorphine-naloxone-sublingual"), spoken("fentanyl-illicit"), spoken("5-HTP")
    ('buprenorphine-naloxone, sublingual', 'illicit fentanyl', '5-HTP')
    """
    knowledge = load_knowledge()
    if known := knowledge.substances.get(id):
        return known.name
    way = next((way for way in WAYS if id in knowledge.medicines and id.endswith(f"-{way}")), "")
    return f"{id.removesuffix(f'-{way}')}, {way}" if way else id


def person_line(case: Case) -> str:
    """Age, sex, pregnancy, weight, opioid tolerance, setting and goals."""
    one = case.patient
    age = f"age {one.age.value}" if isinstance(one.age, Missing) else f"{number(one.age)} years"
    sex = f"sex {one.sex.value}" if isinstance(one.sex, Missing) else one.sex
    parts = [age, sex]
    if one.sex != "male":
        parts.append(_yes_no(one.pregnant, "pregnant", "not pregnant", "pregnancy"))
    if not isinstance(one.gestation_weeks, Missing):
        parts.append(f"{number(one.gestation_weeks)} weeks")
    if one.breastfeeding is True:
        parts.append("breastfeeding")
    parts.append(
        f"weight {one.weight_kg.value}" if isinstance(one.weight_kg, Missing) else f"{number(one.weight_kg)} kg"
    )
    parts.append(_yes_no(one.opioid_naive, "NO OPIOID TOLERANCE", "opioid-tolerant", "opioid tolerance"))
    if not isinstance(case.setting, Missing):
        parts.append(f"setting {_apart(case.setting)}")
    goals = f" Wants: {', '.join(map(_apart, case.goals))}." if case.goals else " Goals: not asked."
    declined = f" Declines: {', '.join(map(_apart, case.declines))}." if case.declines else ""
    return f"{', '.join(parts)}.{goals}{declined}"


def _apart(word: str) -> str:
    """A word of the case file as people write it."""
    return word.replace("-", " ")


def _yes_no(value: bool | Missing, yes: str, no: str, name: str) -> str:
    return f"{name} {value.value}" if isinstance(value, Missing) else yes if value else no


def exposure_lines(case: Case, zone: tzinfo) -> Iterator[str]:
    """What the person took, one line each, with the last use."""
    if isinstance(case.exposures, Missing):
        yield f"Took: {case.exposures.value}."
        return
    if not case.exposures:
        yield "Took: nothing, as told."
    for one in case.exposures:
        nameless = one.as_told in UNNAMED and isinstance(one.last_use, Missing) and isinstance(one.amount, Missing)
        yield "What else was taken: not known." if nameless else f"Took: {_exposure(one, zone)}."


def _exposure(one: Exposure, zone: tzinfo) -> str:
    name = one.as_told if isinstance(one.substance, Missing) else spoken(one.substance)
    amount = (
        ""
        if isinstance(one.amount, Missing)
        else f", {_much(one.amount)}{'' if isinstance(one.per, Missing) else PER.get(one.per, f' per {one.per}')}"
    )
    route = "" if isinstance(one.route, Missing) else f", {one.route}"
    length = "" if isinstance(one.duration, Missing) else f", for {_much(one.duration)}"
    prescribed = ", prescribed" if one.prescribed is True else ""
    return f"{name}{amount}{route}{length}{prescribed}, last {_span(one.last_use, zone)}"


PER = {"day": " a day", "use": " each use"}
COUNTED = {"d": "day", "wk": "week", "mo": "month", "y": "year", "tablet": "tablet", "capsule": "capsule", "bag": "bag",
           "teaspoon": "teaspoon", "patch": "patch"}  # fmt: skip
"""What is counted, by its unit: several of it are said as several."""


def _much(told: Quantity) -> str:
    one = COUNTED.get(told.unit)
    if one is None:
        return str(told)
    several = "patches" if one == "patch" else f"{one}s"
    return f"{number(told.value)} {one if told.value == 1 else several}"


def _span(at: Span | Missing, zone: tzinfo) -> str:
    if isinstance(at, Missing):
        return f"use {at.value}"
    if at.earliest == at.latest:
        return clock(at.latest, zone)
    return f"between {clock(at.earliest, zone)} and {clock(at.latest, zone)}"


def conditions_line(case: Case, reactions: Mapping[str, str] | None = None) -> str:
    """Allergies, then conditions that are there; one that was looked for and is absent stays off the line.

    `reactions`: what happened with each allergy, by its name as told.
    """
    charted = () if isinstance(case.allergies, Missing) else case.allergies
    told = dict.fromkeys(one.as_told for one in charted)
    allergies = [f"{name} ({said})" if (said := (reactions or {}).get(name)) else name for name in told]
    conditions = (
        []
        if isinstance(case.conditions, Missing)
        else [_condition(one) for one in case.conditions if one.present is not False]
    )
    return f"Allergies: {_listed(case.allergies, allergies)}. Conditions: {_listed(case.conditions, conditions)}."


def medicines_line(case: Case) -> str:
    """Regular medicines as told."""
    medicines = [] if isinstance(case.medicines, Missing) else [_medicine(one) for one in case.medicines]
    return f"Regular medicines: {_listed(case.medicines, medicines)}."


def _listed(given: object, names: Sequence[str]) -> str:
    """The names, none where the list was asked for and is empty, or how it is missing."""
    return given.value if isinstance(given, Missing) else named(names) or "none"


def named(names: Sequence[str]) -> str:
    """Names of a list in a row; one that nobody could name is said to be not known.

    >>> named(["penicillin", "unknown"])
    'penicillin; whether others: not known'
    """
    known = ", ".join(name for name in names if name not in UNNAMED)
    if set(UNNAMED).isdisjoint(names):
        return known
    return f"{known}; whether others: not known" if known else "not known"


def _condition(one: Condition) -> str:
    return f"{one.as_told} (not sure)" if isinstance(one.present, Missing) else one.as_told


def _medicine(one: Medicine) -> str:
    return one.as_told if isinstance(one.dose, Missing) else f"{one.as_told} {one.dose}"
