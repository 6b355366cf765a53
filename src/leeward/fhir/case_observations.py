"""Vital signs, laboratory values, ECG, pregnancy tests and drug tests: Observation and its components.

Hazard: a reading that cannot be used is not left out, since an older one would then pass for the newest: it stands in the
case as unknown, at its time. Hazard: what is aimed at goes by the code of what was found ("Goal RASS" by that of RASS).
Hazard: a hospital's RASS under a code that is none of it reads as nothing: where its words name the scale, it counts if it
says that the person is sedated, and is unknown if it does not.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping

import msgspec

from leeward.casefile.words import ANALYTES
from leeward.errors import shown
from leeward.fhir.case_sheet import CONTRADICTION, NO_PLACE, REMARK, STATUS, VALUE, Entry, Sheet, quoted
from leeward.fhir.codes import OURS, Meaning, contradiction, is_coded, meanings, observation_in_words, said, words_of
from leeward.fhir.drug_test_words import analyte_in_words
from leeward.fhir.structures import CodeableConcept, Observation, ObservationComponent, ObservationReferenceRange
from leeward.fhir.units import Measured, measured

USED = ("final", "amended", "corrected", "preliminary")
NEVER_MADE = ("not-performed", "not-applicable", "not-asked", "asked-declined", "not-permitted")
"""Reasons for a missing value that say that nothing was measured, so that an older reading is still the newest."""

READ = ("observation", "drug-test", "panel")

SCALES: Mapping[str, tuple[str, Callable[[float, float], bool]]] = {
    "sedation-rass": ("rass-sedated", operator.le),
    "sedation-poss": ("poss-sedated", operator.ge),
}
"""Scales whose name means nothing else, whatever code stands beside it -> the limit from which they say sedated."""

AIMED_AT = re.compile(r"\b(?:goals?|targets?|desired)\b|\(set\)", re.IGNORECASE)
"""Words of what is aimed at, or set on a ventilator, and not found on the person."""

URINE_SCREEN = "urine-drug-screen"

Part = Observation | ObservationComponent


class DrugTests(msgspec.Struct):
    """Results of drug tests by the time of the specimen, as one panel each."""

    results: dict[str, tuple[object, dict[str, str], list[Observation]]]

    def add(self, sheet: Sheet, one: Observation, at: object, analyte: str, result: str) -> None:
        """Add a result; two that contradict each other leave the analyte unknown."""
        _, found, of = self.results.setdefault(repr(at), (at, {}, []))
        of.append(one)
        if found.get(analyte, result) != result:
            sheet.say(CONTRADICTION, one, f"Two results for {analyte} at the same time differ. It is unknown.")
            result = "unknown"
        found[analyte] = result

    def put(self, sheet: Sheet) -> None:
        """Put every panel on the sheet."""
        for at, found, of in self.results.values():
            sheet.add(
                "observations", {"what": URINE_SCREEN, "result": found, **_at(at), **_method(of[0], URINE_SCREEN)}, *of
            )


def may_be_used(sheet: Sheet, one: Observation) -> bool:
    """Whether an observation is one of the person and stands; it is said why where it is not."""
    if one.status not in USED:
        sheet.say(STATUS, one, f"Its status is {one.status or 'not said'}.")
        return False
    if one.focus:
        sheet.say(STATUS, one, "It is about something else than the person as a whole, such as an unborn child.")
        return False
    if one.status == "preliminary":
        sheet.say(REMARK, one, "It is preliminary, and may still change.", "Look for the final one.")
    return True


def put_observation(sheet: Sheet, one: Observation, tests: DrugTests) -> None:
    """An observation with its components, each at the same time."""
    at, stands = sheet.span(
        one,
        one.effectiveDateTime,
        one.effectiveInstant,
        one.effectivePeriod,
        one.effectiveTiming.event[0] if one.effectiveTiming and one.effectiveTiming.event else None,
    )
    if not stands:
        return
    understood = _put(sheet, one, one, at, tests)
    for place, component in enumerate(one.component):
        if not _put(sheet, one, component, at, tests):
            name = (words_of(component.code) or ("no name",))[0]
            sheet.say(NO_PLACE, one, f"Component {place + 1} ({quoted(name)}) is none that Leeward knows.")
    if not understood and not one.component:
        _say_unknown(sheet, one)


def _say_unknown(sheet: Sheet, one: Observation) -> None:
    left_out = meanings(one.code, "left-out", knowledge=sheet.knowledge)
    if left_out:
        sheet.say(NO_PLACE, one, f"Not taken over: {left_out[0].means}.")
    elif one.hasMember and _is_bare(one) and all(sheet.held(member, one) is not None for member in one.hasMember):
        return
    elif one.hasMember and _is_bare(one):
        sheet.say(NO_PLACE, one, "Some of what it consists of did not come along.")
    else:
        name = (words_of(one.code) or ("no name",))[0]
        sheet.say(NO_PLACE, one, f"{quoted(name)} is no observation that Leeward knows by this code.")


def _is_bare(one: Part) -> bool:
    return not any(getattr(one, name) is not None for name in one.__struct_fields__ if name.startswith("value"))


def meaning_of(sheet: Sheet, of: Observation, concept: CodeableConcept | None) -> Meaning | None:
    """What an observation is, by its codes, or by its words where no public code settles it."""
    found = meanings(concept, *READ, knowledge=sheet.knowledge)
    if found and any(map(AIMED_AT.search, words_of(concept))):
        sheet.say(CONTRADICTION, of, "Its words say that it is aimed at or set, not found. Nothing of it is used.")
        return None
    if len(found) > 1:
        sheet.say(CONTRADICTION, of, "Its codes mean several things. Nothing of it is used.")
        return None
    if found:
        other = contradiction(concept, found[0].means, sheet.knowledge)
        if other is not None:
            says = f"Its code means {found[0].means}, its words {shown(other)}. Nothing of it is used."
            sheet.say(CONTRADICTION, of, says)
            return None
        return found[0]
    own = _own_meaning(sheet, concept)
    if own is not None:
        return own
    named = None if is_coded(concept) else observation_in_words(concept, sheet.knowledge)
    if named:
        return Meaning("observation", named)
    analyte = analyte_in_words(concept, concept is not of.code and _is_urine_screen(sheet, of))
    return Meaning("drug-test", analyte) if analyte else None


def _own_meaning(sheet: Sheet, concept: CodeableConcept | None) -> Meaning | None:
    """What a code of Leeward's own means, such as comes back in what Leeward gave out."""
    for coding in concept.coding if concept else ():
        code = coding.code or ""
        if coding.system == f"{OURS}CodeSystem/observation" and code in sheet.knowledge.observations:
            return Meaning("observation", code)
        if coding.system == f"{OURS}CodeSystem/drug-test" and code in ANALYTES.offered:
            return Meaning("drug-test", code)
    return None


def _is_urine_screen(sheet: Sheet, one: Observation) -> bool:
    return observation_in_words(one.code, sheet.knowledge) == URINE_SCREEN


def _put(sheet: Sheet, one: Observation, part: Part, at: object, tests: DrugTests) -> bool:
    """Put an observation or a component on the sheet; whether it was understood, used or not."""
    before = len(sheet.problems)
    meaning = meaning_of(sheet, one, part.code)
    if meaning is None:
        return len(sheet.problems) > before or _put_scale(sheet, one, part, at)
    if meaning.use == "panel" or (
        meaning.means == URINE_SCREEN and _is_bare(part) and (one.component or one.hasMember)
    ):
        return bool(one.component) or bool(one.hasMember)
    if said(part.dataAbsentReason, *NEVER_MADE) and _is_bare(part):
        sheet.say(VALUE, one, f"{meaning.means}: nothing was measured.")
        return True
    if meaning.use == "drug-test":
        tests.add(sheet, one, at, meaning.means, _result(sheet, one, part) or "unknown")
        return True
    kind = sheet.knowledge.observations[meaning.means]
    if kind.kind == "number":
        entry = _points(sheet, part, meaning.means) or _number(sheet, one, part, kind.unit)
    elif kind.kind in ("word", "yes-no"):
        entry = {"value": _word(part, kind.words) or _result(sheet, one, part) or "unknown"}
    else:
        entry = {"value": "unknown"}
        sheet.say(VALUE, one, f"{meaning.means}: the result of a panel as a whole is not read.")
    sheet.add("observations", {"what": meaning.means, **entry, **_at(at), **_method(one, meaning.means)}, one)
    return True


def _put_scale(sheet: Sheet, one: Observation, part: Part, at: object) -> bool:
    """Put a scale of sedation on the sheet that its words name beside a code that Leeward does not know; whether they do."""
    named = observation_in_words(part.code, sheet.knowledge)
    if named is None or named not in SCALES:
        return False
    kind, (limit, says_sedated) = sheet.knowledge.observations[named], SCALES[named]
    entry = _number(sheet, one, part, kind.unit)
    value = entry["value"]
    says = f"Its words say {kind.name}, and its code is none that Leeward knows."
    if isinstance(value, (int, float)) and says_sedated(value, sheet.knowledge.limit(limit).value):
        sheet.say(REMARK, one, f"{says} It is used, as it says that the person is sedated.", "Look at the person.")
    else:
        entry = {"value": "unknown"}
        sheet.say(VALUE, one, f"{says} That the person is awake is not taken from it: it is unknown.", "Look at the person.")  # fmt: skip
    sheet.add("observations", {"what": named, **entry, **_at(at)}, one)
    return True


def _points(sheet: Sheet, part: Part, what: str) -> Entry:
    """The points that a coded answer stands for; nothing where it is none, or where several say different things."""
    found = meanings(part.valueCodeableConcept, f"points-{what}", knowledge=sheet.knowledge)
    return {"value": int(found[0].means)} if len(found) == 1 else {}


def _at(at: object) -> Entry:
    return {"at": at} if at is not None else {}


def _method(one: Observation, what: str) -> Entry:
    if what != "qtc":
        told = words_of(one.method)
        return {"method": told[0]} if told else {}
    told = " ".join((*words_of(one.method), *words_of(one.code))).lower()
    found = [method for method in ("bazett", "fridericia") if method in told]
    return {"method": found[0]} if len(found) == 1 else {}


def _number(sheet: Sheet, one: Observation, part: Part, unit: str) -> Entry:
    if part.valueInteger is not None and part.valueQuantity is None:
        return {"value": part.valueInteger}
    if part.valueQuantity is None:
        reason = next(iter(words_of(part.dataAbsentReason)), "")
        why = f" ({quoted(reason)})" if reason else ""
        says = f"It has no value{why}." if _is_bare(part) else "Its value is no measurement."
        sheet.say(VALUE, one, f"{says} It is unknown.")
        return {"value": "unknown"}
    found = measured(part.valueQuantity, unit)
    if isinstance(found, str):
        sheet.say(VALUE, one, f"{found} It is unknown.")
        return {"value": "unknown"}
    if unit == "%" and found.unit in ("1", "") and found.value <= 1:
        return _of_a_fraction(sheet, one, found)
    told: Entry = {"unit": found.unit} if found.unit else {}
    return {"value": found.value, **told, **_upper(part.referenceRange, found.unit)}


def _of_a_fraction(sheet: Sheet, one: Observation, found: Measured) -> Entry:
    """A part of one as per cent, where the unit says that it is one; without a unit nobody knows which it is."""
    if found.unit == "1":
        return {"value": round(found.value * 100, 6), "unit": "%"}
    says = f"{found.value:g} has no unit: it may be a part of one, or per cent. It is unknown."
    sheet.say(VALUE, one, says, "Look at the person, and measure anew.")
    return {"value": "unknown"}


def _upper(ranges: tuple[ObservationReferenceRange, ...], unit: str) -> Entry:
    """The upper limit of normal, where there is one normal range with the unit of the value."""
    if len(ranges) != 1 or ranges[0].high is None or ranges[0].appliesTo or ranges[0].age:
        return {}
    if ranges[0].type is not None and not said(ranges[0].type, "normal"):
        return {}
    found = measured(ranges[0].high)
    return {} if isinstance(found, str) or found.unit != unit or found.value <= 0 else {"uln": found.value}


def _word(part: Part, words: tuple[str, ...]) -> str | None:
    """The one word of those that an observation may have which its value says exactly, without a code beside it."""
    if part.interpretation or (part.valueCodeableConcept and part.valueCodeableConcept.coding):
        return None
    told = (part.valueString, *words_of(part.valueCodeableConcept))
    found = {text.strip().lower() for text in told if text} & set(words)
    return found.pop() if len(found) == 1 else None


def _result(sheet: Sheet, one: Observation, part: Part) -> str | None:
    """`positive` or `negative` of a test; None where it says neither, or both."""
    found = {meaning.means for meaning in meanings(part.valueCodeableConcept, "answer", knowledge=sheet.knowledge)}
    told = (part.valueString, *words_of(part.valueCodeableConcept))
    found |= {result for text in told if text and (result := _IN_WORDS.get(_PLAIN.sub(" ", text.lower()).strip()))}
    if part.valueBoolean is not None:
        found.add("positive" if part.valueBoolean else "negative")
    # A concentration says neither by itself; the laboratory's interpretation of it does.
    stated = not _is_bare(part) and part.valueQuantity is None
    if found or not stated:
        for concept in part.interpretation:
            found |= {meaning.means for meaning in meanings(concept, "answer", knowledge=sheet.knowledge)}
    found &= {"positive", "negative"}
    if len(found) == 1:
        return found.pop()
    sheet.say(VALUE, one, "It says positive and negative." if found else "It says neither positive nor negative.")
    return None


_PLAIN = re.compile(r"[^a-z]+")
_IN_WORDS = {
    "positive": "positive", "pos": "positive", "detected": "positive", "present": "positive",
    "presumptive positive": "positive", "positive presumptive": "positive", "preliminary positive": "positive",
    "positive abnormal": "positive", "abnormal positive": "positive", "confirmed positive": "positive",
    "negative": "negative", "neg": "negative", "not detected": "negative", "none detected": "negative",
    "absent": "negative", "undetected": "negative", "not present": "negative", "negative normal": "negative",
}  # fmt: skip
