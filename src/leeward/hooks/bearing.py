"""What a record names that bears on withdrawal or kratom and was not understood. While there is any, no answer is empty.

An empty answer is given on one condition alone: nothing of what Leeward understood bears on the service, and `unread` finds
nothing in what was sent. An opioid for pain that was understood as one does not bear on withdrawal, nor does what a record
says to be refuted, negative, entered in error or never given.

Hazard: words that nobody could place ("Opioid overdose", a hospital's own COWS) are most often exactly what a card is for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache, lru_cache

import msgspec

from leeward.casefile.condition_words import conditions_named
from leeward.casefile.names import conditions, medicine_named, medicines, substance_named
from leeward.errors import BadInput
from leeward.fhir.case_sheet import CONTRADICTION, IN_DOUBT, quoted
from leeward.fhir.codes import codes_in, said, words_of
from leeward.fhir.longest import TOO_LONG
from leeward.fhir.reading import read_resource
from leeward.fhir.rxnorm import codes_of, listed
from leeward.fhir.structures import (
    AllergyIntolerance,
    CodeableConcept,
    Condition,
    Element,
    Encounter,
    Medication,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    Observation,
    QuestionnaireResponse,
    QuestionnaireResponseItem,
)
from leeward.fhir.to_case import FromFhir
from leeward.guidance.use import KRATOM_CLASSES
from leeward.instruments import load_instruments
from leeward.knowledge import Knowledge
from leeward.model.case import Case
from leeward.model.case import Observation as Observed
from leeward.model.codes import Icd10Cm, RxNorm
from leeward.model.missing import Missing
from leeward.products.identity.identity import identify

OPIOID_CLASSES = ("opioid", "tianeptine", "antagonist", *KRATOM_CLASSES)
OPIOID_TRAITS = frozenset({"opioid-full-agonist", "opioid-partial-agonist", "opioid-antagonist"})
TREATS = frozenset({"opioid-partial-agonist", "opioid-antagonist"})
"""Traits of medicines that opioid use disorder and overdose are treated with; methadone besides."""

KRATOM = r"kratom|ketum|mitragyn\w*|speciosa|7[- ]?oh|7[- ]?hydroxy[- ]?mitragyn\w*|pseudoindoxyl|mgm[- ]?1[56]"
OPIOID = rf"opio?id\w*|opiat\w*|narcotic\w*|heroin|withdraw\w*|overdos\w*|cows|sows|oows|{KRATOM}"
BREATHING = r"respiratory (?:rate|depression|arrest)|respirations?|breaths?|breathing|spo2|sao2|o2 sat\w*|oxygen sat\w*|sedation|rass|poss|apno?ea"
AWAKE = r"(?:level of )?conscious\w*|unconscious\w*|(?:un)?responsive\w*|a?c?vpu|gcs|glasgow\w*|arous\w*|somnolen\w*|obtund\w*|letharg\w*"
HEART = r"qtc?\w{0,2}|qt interval|bazett|fridericia"
OTHERS = r"alcohol|ethanol|nicotine|tobacco|cannabi\w*|benzodiazepine|caffeine|stimulant|cocaine"
NOTHING = r"\s*(?:neg|not\b|non|never|no\b|absent|den(?:y|ies)|undetect|below)"

CODES = re.compile(r"F11|T40[012346]|F19[129]3|F1923|O9932|P961|R781")
"""Blocks of ICD-10-CM that are about opioids, or about withdrawal from what may be one."""

UNNAMED = "unknown"
"""The name of what a record does not name."""

VOID = ("entered-in-error", "refuted", "not-taken", "not-done", "cancelled", "declined", "rejected")
PAST = ("completed", "stopped", "ended", "draft")
OVER = ("inactive", "remission", "resolved")
BREATHING_KINDS = ("respiratory-rate", "oxygen-saturation", "sedation-rass", "sedation-poss", "gcs")
STILL_COUNTS = timedelta(hours=24)
"""How long a reading of breathing that cannot be used is a matter of now. A convention of Leeward."""
MOST_LEFT_OUT = 5
"""As many entries of a record that was too long are named. A convention of Leeward."""
LIKE_A_SCALE = 3
"""As many of its questions as this name a questionnaire of withdrawal, whatever it is called. A convention of Leeward."""

Medicine = MedicationStatement | MedicationRequest | MedicationAdministration | MedicationDispense


class Bearing(msgspec.Struct, frozen=True):
    """Words by which a resource bears on a service, and whether only a use that was understood is enough."""

    words: re.Pattern[str]
    kratom_alone: bool


@cache
def withdrawal(knowledge: Knowledge) -> Bearing:
    """What bears on withdrawal and on leaving: opioids, kratom, overdose."""
    names = {one for id, entry in knowledge.medicines.items() if OPIOID_TRAITS & set(entry.traits) for one in (id, entry.name, *entry.names)}  # fmt: skip
    return Bearing(_pattern(OPIOID, {*names, *_substances(knowledge, OPIOID_CLASSES)}), False)


@cache
def kratom(knowledge: Knowledge) -> Bearing:
    """What bears on kratom alone."""
    return Bearing(_pattern(KRATOM, _substances(knowledge, KRATOM_CLASSES)), True)


def _substances(knowledge: Knowledge, classes: Collection[str]) -> set[str]:
    entries = [(id, one) for id, one in knowledge.substances.items() if one.class_ in classes]
    return {name for id, one in entries for name in (id, one.name, *one.aliases)}


def _pattern(stems: str, names: Iterable[str]) -> re.Pattern[str]:
    """Whole words; a name of knowledge may be joined by hyphens or spaces."""
    told = sorted(
        {r"[\W_]+".join(map(re.escape, re.split(r"[\W_]+", name.lower()))) for name in names if len(name) > 3}
    )
    return re.compile(rf"(?<![^\W_])(?:{stems}|{'|'.join(told)})(?![^\W_])", re.IGNORECASE)


_OTHERS = re.compile(rf"\b(?:{OTHERS})\b", re.IGNORECASE)
_OPIOID = re.compile(rf"\b(?:opio?id\w*|opiat\w*|heroin|{KRATOM})\b", re.IGNORECASE)
_WITHDRAWAL = re.compile(r"\bwithdraw\w*", re.IGNORECASE)
_VITAL = re.compile(rf"\b(?:{BREATHING}|{AWAKE}|{HEART})\b", re.IGNORECASE)
_NOTHING = re.compile(NOTHING, re.IGNORECASE)


MAY_BE_AN_OPIOID = re.compile(
    r"(?<![^\W_])(?:bup\w{0,2}|bpn|bupren\w*|subox\w*|nlx|nal(?:ox|trex)?\w{0,3}|ntx|mtd|mtn|mdone|metha?don\w*|msir|mso4|morph\w*|oxy(?:co\w*|ir)?|"
    r"hydro(?:codo|morpho)\w*|dilaud\w*|fent(?:an\w*)?|opi(?:um|ate\w*|oid\w*)|laudanum|paregoric|samidorphan|lybalvi|olicer\w*|olinvyk)(?![^\W_])",
    re.IGNORECASE,
)
"""Short forms and names of opioids and of what acts against them that no medicine of knowledge goes by: a hint, never a name."""


def is_perhaps_opioid(words: str) -> bool:
    """Whether the words of an order that was not understood may mean an opioid, or an antagonist.

    >>> is_perhaps_opioid("BUP/NLX 8/2 SL FILM"), is_perhaps_opioid("MTD 40"), is_perhaps_opioid("oxybutynin 5 mg")
    (True, True, False)
    """
    return bool(MAY_BE_AN_OPIOID.search(words))


class Unread(msgspec.Struct, frozen=True):
    """Something that bears on the service and was not understood or not used: in whose words, and the reason."""

    name: str
    why: str

    @property
    def line(self) -> str:
        """The whole in one line."""
        return f"{self.name} {self.why}"


def unread(told: FromFhir, resources: Iterable[Element], bearing: Bearing, knowledge: Knowledge) -> tuple[Unread, ...]:
    """Each thing that was sent, bears on the service and was not understood or not used."""
    reading = _Reading(told, bearing, knowledge)
    found = [each for one in resources if (each := reading.unread(one)) is not None]
    found += _left_out(told)
    return tuple(dict.fromkeys((*found, *(() if bearing.kratom_alone else _breathing(told.case)))))


def _left_out(told: FromFhir) -> Iterator[Unread]:
    """That a record was longer than what is read of one."""
    left = [one for one in told.not_understood if one.code == TOO_LONG]
    if left:
        named = ", ".join(one.path for one in left[:MOST_LEFT_OUT])
        more = f" and {len(left) - MOST_LEFT_OUT} more" if len(left) > MOST_LEFT_OUT else ""
        yield Unread("a record longer than what is read of one", f"({named}{more}): {left[0].says}")


def unknown_medicines(case: Case) -> tuple[str, ...]:
    """Medicines that are taken or were given and that Leeward does not know: no interaction with them was looked for."""
    taken = () if isinstance(case.medicines, Missing) else case.medicines
    given = () if isinstance(case.doses, Missing) else case.doses
    told = (one.as_told for one in (*taken, *given) if one.medicine is None)
    return tuple(dict.fromkeys(name for name in told if name != UNNAMED))


def unknown_allergies(told: FromFhir) -> tuple[str, ...]:
    """Allergies that are recorded and that Leeward does not know: what is ordered was not held against them."""
    case = told.case
    strange = {
        one.as_told for one in (() if isinstance(case.allergies, Missing) else case.allergies) if not one.medicine
    }
    found: list[str] = []
    for place, entry in enumerate(told.document.get("allergies", ())):
        if entry["name"] in strange and told.sources.get(f"allergies[{place}]", "").startswith("AllergyIntolerance"):
            found.append("one without a name" if entry["name"] == UNNAMED else entry["name"])
    return tuple(dict.fromkeys(found))


class _Reading:
    """The resources of one call held against what the case took from them."""

    def __init__(self, told: FromFhir, bearing: Bearing, knowledge: Knowledge) -> None:
        self.bearing, self.knowledge = bearing, knowledge
        self.placed: dict[str, set[str]] = {}
        for path, names in told.sources.items():
            for name in names.split(", "):
                self.placed.setdefault(name, set()).add(path.partition("[")[0])
        self.said: dict[str, list[str]] = {}
        for problem in told.not_understood:
            self.said.setdefault(problem.path, []).append(str(problem.says))
        self.doubted = {problem.path for problem in told.not_understood if problem.code == IN_DOUBT}
        self.uncertain = {problem.path for problem in told.not_understood if problem.code == CONTRADICTION}

    def unread(self, one: Element) -> Unread | None:
        """What a resource says that bears on the service and was not understood; None where there is nothing."""
        if isinstance(one, AllergyIntolerance) or _is_void(one):
            return None
        words, coded = tuple(_words(one)), tuple(_diagnoses(one))
        bears = self._bears(one, words) or (coded and not self.bearing.kratom_alone)
        if not bears or self._understood(one, words):
            return None
        name = f"{type(one).__name__}/{one.id}" if one.id else type(one).__name__
        told = quoted(next((text for text in words if self._names(text)), (*words, *coded, "")[0]))
        if told == quoted(""):
            told = "a medicine without a name" if isinstance(one, Medicine) else "something without words"
        return Unread(told, f"({name}): {' '.join(self.said.get(name, ())) or 'It was not understood.'}")

    def _names(self, text: str) -> bool:
        """Whether words bear on the service; withdrawal from something else alone does not."""
        found = self.bearing.words.findall(text)
        other = _OTHERS.search(text) and not _OPIOID.search(text)
        return any(not (other and _WITHDRAWAL.match(word)) for word in found)

    def _bears(self, one: Element, words: tuple[str, ...]) -> bool:
        if any(map(self._names, words)):
            return True
        if isinstance(one, Medicine) and any(is_kratom_label(text, self.knowledge) for text in words):
            return True
        if self.bearing.kratom_alone:
            return False
        if isinstance(one, Medicine):
            # Which medicine it is nobody can tell, or its words may be short for an opioid. Another name that is not known is none.
            is_over = isinstance(one, MedicationRequest | MedicationStatement) and one.status in PAST
            return not is_over and (any(map(is_perhaps_opioid, words)) if words else not self._is_coded(one))
        if isinstance(one, QuestionnaireResponse):
            return _is_like_a_scale(one) or not words
        return isinstance(one, Observation) and any(map(_VITAL.search, words))

    def _is_coded(self, one: Medicine) -> bool:
        """Whether it has a code of RxNorm that Leeward lists, as a medicine or as a product to reckon MME with."""
        table = listed(self.knowledge)
        return any(
            code in table.products or code in table.ingredients for code in codes_of(one.medicationCodeableConcept)
        )

    def _understood(self, one: Element, words: tuple[str, ...]) -> bool:
        placed = self.placed.get(f"{type(one).__name__}/{one.id}", set())
        if "exposures" in placed:
            return not (self.bearing.kratom_alone and f"{type(one).__name__}/{one.id}" in self.uncertain)
        if self.bearing.kratom_alone:
            return isinstance(one, Observation) and _is_negative(one)
        if isinstance(one, Condition):
            return bool(placed) and self._known_condition(one)
        if isinstance(one, Medicine):
            return self._known_medicine(one, words, placed)
        if isinstance(one, Observation):
            return bool(placed) or _is_negative(one)
        return bool(placed) and f"{type(one).__name__}/{one.id}" not in self.doubted

    def _known_condition(self, one: Condition) -> bool:
        """Known by name or code, and told to be there, to be over or not to be there."""
        ids = {id for code in codes_in([one.code], "icd-10-cm") for id in _coded(code, self.knowledge)}
        ids |= {id for text in words_of(one.code) for id in conditions_named(text, self.knowledge)}
        return bool(ids) and (said(one.clinicalStatus, "active", "recurrence", "relapse", *OVER))

    def _known_medicine(self, one: Medicine, words: tuple[str, ...], placed: set[str]) -> bool:
        ids = {id for text in words if (id := medicine_named(text, self.knowledge))}
        codes = [
            code for code in codes_in([one.medicationCodeableConcept], "rxnorm") if code.isascii() and code.isdigit()
        ]
        ids |= {id for code in codes if len(code) <= 8 for id in medicines(self.knowledge).coded(RxNorm(code))}
        if not ids or any(is_kratom_label(text, self.knowledge) for text in words):
            return False
        if isinstance(one, MedicationDispense):
            return bool(placed) or not treats(ids, self.knowledge)
        return bool(placed & {"medicines", "doses", "orders"}) or one.status in PAST


@cache
def concerning(knowledge: Knowledge) -> frozenset[str]:
    """Conditions that make withdrawal a matter of the chart: by their codes, or by their name."""
    found = {
        id
        for id, one in knowledge.conditions.items()
        if any(CODES.match(code.replace(".", "")) for code in one.icd10) or _OPIOID.search(one.name)
    }
    return frozenset({*found, "precipitated-withdrawal-history"})


OF_OPIOIDS = ("opiates", "fentanyl", "methadone", "buprenorphine", "oxycodone")
"""What a drug test is for, where a positive one is about an opioid."""


def tested(case: Case) -> bool:
    """Whether a drug test was positive for an opioid or kratom, or its result could not be read."""
    told = () if isinstance(case.observations, Missing) else case.observations
    results = [result for one in told if one.what == "urine-drug-screen" for result in one.results]
    return any(found in ("positive", "unknown") and (of in OF_OPIOIDS or _OPIOID.search(of)) for of, found in results)


def treats(ids: Iterable[str], knowledge: Knowledge) -> bool:
    """Whether one of these medicines treats opioid use disorder or an overdose."""
    known = knowledge.medicines
    return any(id == "methadone" or not TREATS.isdisjoint(known[id].traits) for id in ids if id in known)


def _coded(code: str, knowledge: Knowledge) -> tuple[str, ...]:
    plain = code.strip().upper().replace(".", "")
    try:
        return conditions(knowledge).coded(Icd10Cm(plain if len(plain) < 4 else f"{plain[:3]}.{plain[3:]}"))
    except BadInput:
        return ()


@lru_cache(maxsize=4096)
def is_kratom_label(text: str, knowledge: Knowledge) -> bool:
    """Whether words name a kratom product, a brand of one included."""
    if medicine_named(text, knowledge):
        return False
    substance = substance_named(text, knowledge)
    if substance is not None and substance in knowledge.substances and substance != "unknown":
        return knowledge.substances[substance].class_ in KRATOM_CLASSES
    return identify(text, knowledge).family == "kratom"


def _is_void(one: Element) -> bool:
    return getattr(one, "status", None) in VOID or said(getattr(one, "verificationStatus", None), *VOID)


def _is_negative(one: Observation) -> bool:
    """Whether everything that an observation found is a no."""
    parts = (one, *one.component)
    told = [text for part in parts for text in (part.valueString, *words_of(part.valueCodeableConcept)) if text]
    return (bool(told) and all(map(_NOTHING.match, told))) or any(part.valueBoolean is False for part in parts)


def _words(one: Element) -> Iterator[str]:
    """The words by which a resource says what it is about: never its notes or instructions."""
    if isinstance(one, QuestionnaireResponse):
        yield from _asked(one)
        return
    concepts: list[CodeableConcept | None] = [
        getattr(one, name, None) for name in ("medicationCodeableConcept", "code")
    ]
    if isinstance(one, Observation):
        concepts += [one.valueCodeableConcept, *(part.code for part in one.component)]
        yield from (text for text in (one.valueString,) if text)
    if isinstance(one, Encounter):
        concepts += [*one.reasonCode, *one.type]
    if isinstance(one, Medicine):
        inner = [read_resource(raw, "") for raw in one.contained]
        concepts += [each.code for each in inner if isinstance(each, Medication)]
    for concept in concepts:
        if isinstance(concept, CodeableConcept):
            yield from words_of(concept)
    reference = getattr(one, "medicationReference", None)
    if reference is not None and reference.display:
        yield reference.display


def _diagnoses(one: Element) -> Iterator[str]:
    """Its codes of ICD-10-CM that are about opioids or an unnamed withdrawal."""
    listed = (getattr(one, "code", None), *getattr(one, "reasonCode", ()))
    for code in codes_in([each for each in listed if isinstance(each, CodeableConcept)], "icd-10-cm"):
        if CODES.match(code.upper().replace(".", "")):
            yield code


def _asked(one: QuestionnaireResponse) -> Iterator[str]:
    """What a filled-in questionnaire is called and asks."""
    address = re.sub(r"[\W_]+", " ", (one.questionnaire or "").rpartition("/")[2])
    yield from (text for text in (address,) if text.strip() and not text.strip().isdigit())
    for item in _items(one.item):
        yield from (text for text in (item.text, item.linkId) if text and re.search(r"[A-Za-z]{3}", text))


def _items(items: Iterable[QuestionnaireResponseItem]) -> Iterator[QuestionnaireResponseItem]:
    for item in items:
        yield item
        yield from _items(item.item)
        for answer in item.answer:
            yield from _items(answer.item)


@cache
def _signs() -> frozenset[str]:
    """What the instruments of withdrawal ask about, as plain words."""
    asked = [
        item for id in ("cows", "sows-handelsman-16", "sows-gossop-10", "oows") for item in load_instruments()[id].items
    ]
    return frozenset(_plain(name) for item in asked for name in (item.id, item.title, *item.names))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def _is_like_a_scale(one: QuestionnaireResponse) -> bool:
    """Whether it asks as a scale of withdrawal does, whatever it is called."""
    texts = [f" {_plain(item.text or item.linkId or '')} " for item in _items(one.item)]
    return len([text for text in texts if any(f" {sign} " in text for sign in _signs())]) >= LIKE_A_SCALE


def _breathing(case: Case) -> Iterator[Unread]:
    """Readings of breathing and wakefulness of now that cannot be used, and that no later one takes the place of."""
    told = () if isinstance(case.observations, Missing) else case.observations
    for kind in BREATHING_KINDS:
        of_kind = [one for one in told if one.what == kind]
        good = [
            one.at.latest for one in of_kind if not isinstance(one.at, Missing) and not isinstance(one.value, Missing)
        ]
        for one in of_kind:
            if _is_open(one, max(good, default=None), case):
                lacks = "its value" if isinstance(one.value, Missing) else "its time"
                yield Unread(kind.replace("-", " "), f"({lacks} could not be read): look at the person.")


def _is_open(one: Observed, newest: datetime | None, case: Case) -> bool:
    if isinstance(one.at, Missing):
        return True
    recent = one.at.latest >= case.now - STILL_COUNTS
    return isinstance(one.value, Missing) and recent and (newest is None or one.at.latest > newest)
