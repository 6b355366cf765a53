"""What a call brought, as the recommendations of the CDC guideline ask for it: orders, prescriptions, conditions, days."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import cache, cached_property

import msgspec

from leeward.fhir import ucum
from leeward.fhir.rxnorm import groups_of
from leeward.fhir.structures import (
    CarePlan,
    CodeableConcept,
    Condition,
    Element,
    Encounter,
    Medication,
    MedicationDispense,
    MedicationRequest,
    Observation,
    Patient,
    Procedure,
    ServiceRequest,
)
from leeward.hooks.cdc.daily_dose import medicine_of
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry, LimitEntry

CATEGORIES = frozenset({"encounter-diagnosis", "problem-list-item", "health-concern"})
"""Categories of a Condition that say that somebody has it, and does not merely fear it."""

DAYS = {unit: float(ucum.DAYS[unit]) for unit in ("h", "d", "wk", "mo", "a")}
"""Days in a unit of supply, as the published decision support counts them."""


OUTSIDE = frozenset({"community", "outpatient", "discharge"})
"""Categories of an order for use at home or in the community, which the guideline is about, discharge included."""

LONGEST_SUPPLY = 3660.0
"""Days of supply above this are a slip, and read as not told. A convention of Leeward."""


class CodeList(Entry, frozen=True, kw_only=True):
    """A list of codes that answers one question; `icd10` codes ending in * stand for their whole block."""

    icd10: tuple[str, ...] = ()
    snomed: tuple[str, ...] = ()
    loinc: str = ""


class Codes(msgspec.Struct, frozen=True):
    """A list ready to be asked."""

    exact: frozenset[str]
    blocks: tuple[str, ...]

    def holds(self, concept: CodeableConcept | None) -> bool:
        """Whether one of the concept's codes is in the list."""
        found = [coding.code for coding in concept.coding if coding.code] if concept else []
        return any(code in self.exact or code.startswith(self.blocks) for code in found)


@cache
def codes(knowledge: Knowledge, name: str) -> Codes:
    """A list of cdc-codes.toml."""
    entry = knowledge.table_of("cdc-codes", CodeList)[name]
    exact = {code for code in entry.icd10 if not code.endswith("*")} | set(entry.snomed) | set(entry.loinc.split())
    return Codes(frozenset(exact), tuple(code.rstrip("*") for code in entry.icd10 if code.endswith("*")))


def number(knowledge: Knowledge, name: str) -> float:
    """A number of cdc-limits.toml, in the unit that stands there."""
    return knowledge.table_of("cdc-limits", LimitEntry)[name].value


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order or prescription for a medicine of the groups that the guideline knows."""

    request: MedicationRequest
    name: str
    groups: frozenset[str]
    days: float | None
    """Days of supply; None where the order does not say."""


class RecordView:
    """A person's record as far as it was sent, on the day of the call."""

    def __init__(
        self, knowledge: Knowledge, now: datetime, drafts: Sequence[Element], resources: Sequence[Element]
    ) -> None:
        self.knowledge, self.now, self.today = knowledge, now, now.date()
        self._resources = resources
        self._medications = {one.id: one for one in (*resources, *drafts) if isinstance(one, Medication)}
        self.selected = [one for one in drafts if isinstance(one, MedicationRequest)]
        """Every order that is being made, whatever it is for."""
        self.drafts = [self._order(one) for one in self.selected if is_outside(one)]
        self.on_record = [one for one in resources if isinstance(one, MedicationRequest)]
        """Every prescription that was sent, whatever it is for and whether it can be used or not."""
        usable = [one for one in self.on_record if not (one.doNotPerform or one.modifierExtension or one.implicitRules)]
        self.prescriptions = [self._order(one) for one in usable]

    def _order(self, request: MedicationRequest) -> Order:
        concept = self.medicine_of(request)
        duration = request.dispenseRequest.expectedSupplyDuration if request.dispenseRequest else None
        per = DAYS.get(duration.code or duration.unit or "") if duration else None
        told = duration.value * per if duration and duration.value is not None and per is not None else 0.0
        days = told if 0 < told <= LONGEST_SUPPLY else None
        return Order(request=request, name=name_of(concept), groups=groups_of(concept, self.knowledge), days=days)

    def medicine_of(self, request: MedicationRequest | MedicationDispense) -> CodeableConcept | None:
        """What is ordered, also where it stands in a Medication of its own or in the order; else in the words of the reference."""
        if request.medicationCodeableConcept is not None or request.medicationReference is None:
            return request.medicationCodeableConcept
        told = request.medicationReference
        held = self._medications.get((told.reference or "").rpartition("/")[2])
        inner = held.code if held else medicine_of(request) if isinstance(request, MedicationRequest) else None
        return inner or (CodeableConcept(text=told.display) if told.display else None)

    @property
    def patient(self) -> Patient | None:
        """The person; None where they were not sent."""
        return next((one for one in self._resources if isinstance(one, Patient)), None)

    @cached_property
    def years(self) -> int | None:
        """Age today in whole years; None where the date of birth is missing or not a whole date."""
        born = day_of(self.patient.birthDate if self.patient else None)
        if born is None:
            return None
        return self.today.year - born.year - ((self.today.month, self.today.day) < (born.month, born.day))

    def ordered(self, group: str) -> list[Order]:
        """The drafts of a group."""
        return [one for one in self.drafts if group in one.groups]

    def active(self, group: str) -> list[Order]:
        """Active community prescriptions of a group that were written within two years."""
        first = self.today - timedelta(days=number(self.knowledge, "active-since"))
        return [
            one
            for one in self.prescriptions
            if group in one.groups
            and one.request.status == "active"
            and is_outside(one.request)
            and (written := day_of(one.request.authoredOn)) is not None
            and first <= written <= self.today
        ]

    def dispensed(self, group: str) -> list[date]:
        """Days on which a medicine of a group was handed over."""
        found = [one for one in self._resources if isinstance(one, MedicationDispense) and one.status == "completed"]
        days = [
            day_of(one.whenHandedOver) for one in found if group in groups_of(self.medicine_of(one), self.knowledge)
        ]
        return [day for day in days if day is not None]

    @cached_property
    def told_conditions(self) -> list[Condition]:
        """Conditions of whatever category: not refuted, not entered in error."""
        wrong = {"refuted", "entered-in-error"}
        return [
            one for one in self._resources if isinstance(one, Condition) and not _said(one.verificationStatus, wrong)
        ]

    @cached_property
    def conditions(self) -> list[Condition]:
        """Conditions that somebody has or had, and does not merely fear."""
        return [
            one
            for one in self.told_conditions
            if any(coding.code in CATEGORIES for category in one.category for coding in category.coding)
        ]

    def is_over(self, one: Condition) -> bool:
        """Whether a condition is told to be over."""
        return _said(one.clinicalStatus, {"inactive", "remission", "resolved"})

    def has(self, list_name: str, *, active: bool = True) -> bool:
        """Whether a condition of a list is on record; an active one unless told otherwise."""
        wanted = codes(self.knowledge, list_name)
        return any(
            wanted.holds(one.code) and (not active or _said(one.clinicalStatus, {"active", "recurrence", "relapse"}))
            for one in self.conditions
        )

    def procedures(self, list_name: str) -> list[Procedure]:
        """Procedures of a list."""
        wanted = codes(self.knowledge, list_name)
        return [one for one in self._resources if isinstance(one, Procedure) and wanted.holds(one.code)]

    def services(self, list_name: str) -> list[ServiceRequest]:
        """Orders for a service of a list that stand or were carried out."""
        wanted = codes(self.knowledge, list_name)
        found = [one for one in self._resources if isinstance(one, ServiceRequest) and wanted.holds(one.code)]
        return [one for one in found if one.status in ("active", "completed")]

    def observations(self, list_name: str) -> list[Observation]:
        """Laboratory results of a list with a status that counts."""
        wanted = codes(self.knowledge, list_name)
        return [
            one
            for one in self._resources
            if isinstance(one, Observation)
            and one.status not in ("unknown", "entered-in-error", "cancelled", "registered")
            and any(coding.code == "laboratory" for category in one.category for coding in category.coding)
            and wanted.holds(one.code)
        ]

    def care_plans(self, list_name: str) -> list[CarePlan]:
        """Care plans of a list that stand or were completed."""
        wanted = codes(self.knowledge, list_name)
        found = [one for one in self._resources if isinstance(one, CarePlan) and one.status in ("active", "completed")]
        return [one for one in found if any(wanted.holds(category) for category in one.category)]

    @property
    def encounters(self) -> list[Encounter]:
        """Encounters, whatever their class."""
        return [one for one in self._resources if isinstance(one, Encounter)]

    def is_visit(self, one: Encounter) -> bool:
        """Whether an encounter is a visit to an office or clinic."""
        ambulatory = one.class_ is not None and one.class_.code == "AMB"
        return ambulatory or any(codes(self.knowledge, "office-visit").holds(kind) for kind in one.type)

    def days_on_opioids(self, first: date, last: date) -> int:
        """Days within a window that prescriptions for opioids cover; days covered twice count once."""
        spans: list[tuple[date, date]] = []
        for one in self.prescriptions:
            written = day_of(one.request.authoredOn)
            if "opioid" in one.groups and one.days and written and written <= last:
                spans.append((max(written, first), min(written + timedelta(days=int(one.days)), last)))
        days, reached = 0, date.min
        for start, end in sorted(span for span in spans if span[0] < span[1]):
            days += max(0, (end - max(start, reached)).days)
            reached = max(reached, end)
        return days


def is_outside(request: MedicationRequest) -> bool:
    """Whether an order is for somebody outside the hospital, or leaving it, by its category."""
    return not OUTSIDE.isdisjoint(_categories(request))


def is_elsewhere(request: MedicationRequest) -> bool:
    """Whether an order is for use in the hospital alone. One without a category that is known is neither."""
    return "inpatient" in _categories(request) and not is_outside(request)


def _categories(request: MedicationRequest) -> set[str | None]:
    return {coding.code for category in request.category for coding in category.coding}


def day_of(told: str | None) -> date | None:
    """The day of a date or an instant of FHIR; None where it names a month or a year only."""
    try:
        return date.fromisoformat(told[:10]) if told and len(told) >= 10 else None
    except ValueError:
        return None


def name_of(concept: CodeableConcept | None) -> str:
    """What a concept is called, in the words that came with it."""
    if concept is None:
        return "a medicine without a name"
    shown = next((coding.display for coding in concept.coding if coding.display), None)
    return concept.text or shown or next((coding.code for coding in concept.coding if coding.code), None) or "unnamed"


def _said(concept: CodeableConcept | None, among: Collection[str]) -> bool:
    return concept is not None and any(coding.code in among for coding in concept.coding)
