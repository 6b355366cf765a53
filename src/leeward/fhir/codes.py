"""What the codes of a health record mean in a case file. A code that is not in `fhir-codes.toml` means nothing here.

Hazard: records name things by codes that mean something else (a COWS total under the code of a pain score), so the words
that come with a code must not contradict it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache

import msgspec

from leeward.casefile.names import observations as observations_named
from leeward.casefile.spelling import slug
from leeward.errors import BadInput
from leeward.fhir.structures import CodeableConcept, Coding
from leeward.instruments import load_instruments, resolve
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry

SYSTEMS: Mapping[str, str] = {
    "http://loinc.org": "loinc",
    "urn:oid:2.16.840.1.113883.6.1": "loinc",
    "http://snomed.info/sct": "snomed-ct",
    "urn:oid:2.16.840.1.113883.6.96": "snomed-ct",
    "http://hl7.org/fhir/sid/icd-10-cm": "icd-10-cm",
    "urn:oid:2.16.840.1.113883.6.90": "icd-10-cm",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "urn:oid:2.16.840.1.113883.6.88": "rxnorm",
    "http://terminology.hl7.org/CodeSystem/v3-ActCode": "class",
    "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation": "interpretation",
}
"""Code systems by their addresses in FHIR."""

OURS = "https://leeward.example/fhir/"
"""Where Leeward's own questionnaires and codes are named."""

BY_LEEWARD = f"{OURS}software"
"""The system of the identifier by which Leeward names itself as who wrote something."""

_WORDS = re.compile(r"[a-z0-9]+")


class FhirCode(Entry, frozen=True, kw_only=True):
    """Codes that mean one word of the case file. `days`: how long a statement speaks for now, where that ends."""

    use: str
    means: str
    loinc: tuple[str, ...] = ()
    snomed: tuple[str, ...] = ()
    interpretation: tuple[str, ...] = ()
    encounter_class: tuple[str, ...] = ()
    days: float | None = None


class Meaning(msgspec.Struct, frozen=True, order=True):
    """What a code is for, and the word of the case file that it means."""

    use: str
    means: str


@cache
def _by_code(knowledge: Knowledge) -> Mapping[tuple[str, str], Meaning]:
    found: dict[tuple[str, str], Meaning] = {}
    for entry in knowledge.table_of("fhir-codes", FhirCode).values():
        for system, listed in (
            ("loinc", entry.loinc),
            ("snomed-ct", entry.snomed),
            ("interpretation", entry.interpretation),
            ("class", entry.encounter_class),
        ):
            found |= {(system, code): Meaning(entry.use, entry.means) for code in listed}
    return found


def code_of(observation: str, knowledge: Knowledge) -> tuple[Coding, ...]:
    """The code of LOINC by which an observation of the case file is written; none where Leeward knows none."""
    for entry in knowledge.table_of("fhir-codes", FhirCode).values():
        if entry.use == "observation" and entry.means == observation and entry.loinc:
            return (Coding(system="http://loinc.org", code=entry.loinc[0]),)
    return ()


def days_of(name: str, knowledge: Knowledge) -> float:
    """How many days a statement of this kind speaks for now."""
    return knowledge.table_of("fhir-codes", FhirCode)[name].days or 0


def system_of(coding: Coding) -> str:
    """The code system of a coding in Leeward's word; empty for one that Leeward does not read."""
    return SYSTEMS.get(coding.system or "", "")


def codes_in(concepts: Iterable[CodeableConcept | None], system: str) -> Iterator[str]:
    """The codes of a system in some concepts."""
    for concept in concepts:
        for coding in concept.coding if concept else ():
            if coding.code and system_of(coding) == system:
                yield coding.code


def meanings(concept: CodeableConcept | None, *uses: str, knowledge: Knowledge) -> tuple[Meaning, ...]:
    """What the codes of a concept mean for these uses: several where its codes contradict one another."""
    table, found = _by_code(knowledge), set[Meaning]()
    for coding in concept.coding if concept else ():
        meaning = table.get((system_of(coding), coding.code or ""))
        if meaning is not None and meaning.use in uses:
            found.add(meaning)
    return tuple(sorted(found))


def meaning_of_coding(coding: Coding, use: str, knowledge: Knowledge) -> str | None:
    """What one coding means for a use."""
    meaning = _by_code(knowledge).get((system_of(coding), coding.code or ""))
    return meaning.means if meaning is not None and meaning.use == use else None


def said(concept: CodeableConcept | None, *among: str) -> bool:
    """Whether one of a concept's codes is one of these words, of whatever system."""
    return concept is not None and any(coding.code in among for coding in concept.coding)


def is_said(concept: CodeableConcept | None, *among: str) -> bool:
    """Whether a status is one of these words, by its code or by its text ("Entered in error")."""
    return said(concept, *among) or any(slug(text) in among for text in words_of(concept))


def words_of(concept: CodeableConcept | None) -> tuple[str, ...]:
    """The words in which a concept is told: its text, then the names of its codes."""
    if concept is None:
        return ()
    told = (concept.text, *(coding.display for coding in concept.coding))
    return tuple(dict.fromkeys(" ".join(text.split())[:200] for text in told if text and text.strip()))


def is_coded(concept: CodeableConcept | None) -> bool:
    """Whether a concept has a code of a public system, whose meaning is settled whatever the words beside it are."""
    return concept is not None and any(system_of(coding) in ("loinc", "snomed-ct") for coding in concept.coding)


def observation_in_words(concept: CodeableConcept | None, knowledge: Knowledge) -> str | None:
    """The observation that the words of a concept name exactly."""
    lookup = observations_named(knowledge)
    return next((id for text in words_of(concept) if (id := lookup.named(text)) is not None), None)


def instrument_in_words(concept: CodeableConcept | None) -> str | None:
    """The instrument that a concept names: by Leeward's own code, or exactly by its words."""
    for coding in concept.coding if concept else ():
        if (coding.system or "").startswith(OURS) and coding.code in load_instruments():
            return coding.code
    return next((id for text in words_of(concept) if (id := instrument_named(text)) is not None), None)


_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")
_ENDS = re.compile(r"[\s\-_:,]+(?:total|score|assessment|panel|questionnaire|form)\s*$", re.IGNORECASE)


@lru_cache(maxsize=4096)
def instrument_named(text: str) -> str | None:
    """The one instrument that a text names, with or without its short name in brackets and words such as total score."""
    for told in (text, plain := _BRACKETS.sub("", text), _ENDS.sub("", plain), _ENDS.sub("", _ENDS.sub("", plain))):
        try:
            return resolve(told)
        except BadInput:
            continue
    return None


@cache
def _marks() -> Mapping[str, str]:
    """Short names and titles of the instruments, as runs of words between spaces."""
    found: dict[str, str] = {}
    for id, instrument in load_instruments().items():
        for name in (instrument.short, instrument.title):
            found[f" {' '.join(_WORDS.findall(name.lower()))} "] = id
    return found


def contradiction(concept: CodeableConcept | None, means: str, knowledge: Knowledge) -> str | None:
    """What else than `means` the words of a concept name: another observation, or an instrument; None where nothing."""
    named = observation_in_words(concept, knowledge)
    if named is not None and named != means:
        return knowledge.observations[named].name
    for text in words_of(concept):
        spaced = f" {' '.join(_WORDS.findall(text.lower()))} "
        for mark, id in _marks().items():
            if mark in spaced and id != means:
                return load_instruments()[id].short
    return None
