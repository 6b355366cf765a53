"""Opioids, naltrexone and inhibitors of monoamine oxidase that a record tells of as over: they may act on.

| what | how far back | source |
|---|---|---|
| opioids, naltrexone by mouth | longer than every wait for naltrexone | a convention of Leeward |
| injections that act for months; orders of which nothing tells the end | a year | a convention of Leeward |
| inhibitors of monoamine oxidase | the limit maoi-wait: methadone is not given within it | BCCSU guideline |

Hazard: a month's injection is *completed* on the day on which it is given, and methadone that was stopped last week is a
reason to wait with naltrexone; phenelzine that was stopped today forbids methadone. None may be lost because its status
says that it is over. Naloxone and nalmefene are left out: that an order of a rescue kit is over does not say that it was used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from leeward.casefile.names import medicines, medicines_named
from leeward.fhir.case_doses import concept_of
from leeward.fhir.case_medicines import INJECTIONS, ORDERED, Naming, bounds_of, entries_of, naming_of
from leeward.fhir.case_sheet import REMARK, Entry, Sheet, written
from leeward.fhir.structures import Element, MedicationDispense, MedicationRequest, MedicationStatement
from leeward.model.codes import RxNorm
from leeward.model.instants import Span
from leeward.model.quantity import factor

PAUSED = ("on-hold", "unknown")
OVER = ("completed", "stopped", *PAUSED)
"""Statuses of what was taken, and is not said to be taken now."""
HANDED_OVER = ("completed", "stopped", "unknown")
"""Statuses of a dispense of which some may have been handed over."""
OXIDASE = "maoi"
TRAITS = frozenset(("opioid-full-agonist", "opioid-partial-agonist", "opioid-antagonist", OXIDASE))
RESCUE = ("naloxone", "nalmefene")
DAYS = ("d", "day", "days", "Day", "Days")
"""Units in which a supply is told in days."""
LOOK_BACK = timedelta(days=30)
"""What was taken last before is left out: longer than every wait for naltrexone. A convention of Leeward."""
LOOK_BACK_LONG = timedelta(days=365)
"""The same for injections that act on for months, and for orders of which nothing tells the end. A convention of Leeward."""

Past = MedicationRequest | MedicationStatement | MedicationDispense


def put_past(sheet: Sheet, about: Iterable[Element]) -> None:
    """Put each of them that is over on the medicine list with when it may have been taken last; once, where it is told often.

    One that the list holds already, as taken now, is not put there again, but for injections: that another is ordered
    does not say when the last one was given.
    """
    listed = {id for entry, _ in sheet.lists.get("medicines", ()) for id in _ids(sheet, entry)}.difference(INJECTIONS)
    latest: dict[tuple[str, ...], tuple[datetime, Naming, object, Element]] = {}
    for one, naming, ids in _lasting(sheet, about):
        if not listed.isdisjoint(ids):
            continue
        span = _last(sheet, one)
        if span is not None and _is_oxidase(sheet, ids):
            span = _while_it_lasted(span, one)
        if span is None:
            latest.setdefault((*ids, "undated"), (sheet.now, naming, "unknown", one))
            continue
        if span.latest < sheet.now - _looked_back(sheet, ids) or span.earliest > sheet.now:
            continue
        if ids not in latest or latest[ids][0] < span.latest:
            latest[ids] = (span.latest, naming, written(span.earliest, span.latest), one)
    for _, naming, at, one in latest.values():
        _put(sheet, naming, at, one)


def _looked_back(sheet: Sheet, ids: Iterable[str]) -> timedelta:
    """How long ago it may have been taken last and be in the case still."""
    if not set(ids).isdisjoint(INJECTIONS):
        return LOOK_BACK_LONG
    if _is_oxidase(sheet, ids):
        wait = sheet.knowledge.limit("maoi-wait")
        return timedelta(hours=wait.value * factor(wait.unit, "h"))
    return LOOK_BACK


def _is_oxidase(sheet: Sheet, ids: Iterable[str]) -> bool:
    return all(OXIDASE in sheet.knowledge.medicines[id].traits for id in ids)


def _while_it_lasted(span: Span, one: Past) -> Span:
    """The same until what was handed over was used up, where it says for how many days: a course of linezolid ends."""
    supply = one.daysSupply if isinstance(one, MedicationDispense) else None
    if supply is None or supply.value is None or supply.comparator or (supply.code or supply.unit) not in DAYS:
        return span
    return Span(span.earliest, max(span.earliest, min(span.latest, span.earliest + timedelta(days=supply.value + 1))))


def _put(sheet: Sheet, naming: Naming, at: object, one: Element) -> None:
    for entry in entries_of(naming, "name", {"last_taken": at}):
        sheet.add("medicines", entry, one)
    sheet.say(REMARK, one, "It is over, and may act on. It is in the case, with when it may have been taken last.", "Ask when the last dose was.")  # fmt: skip


def _lasting(sheet: Sheet, about: Iterable[Element]) -> Iterator[tuple[Past, Naming, tuple[str, ...]]]:
    for one in about:
        if not isinstance(one, Past):
            continue
        if one.status not in (HANDED_OVER if isinstance(one, MedicationDispense) else OVER):
            continue
        if isinstance(one, MedicationRequest) and (one.intent not in ORDERED or one.doNotPerform):
            continue
        naming = naming_of(sheet, one, concept_of(sheet, one))
        ids = tuple(
            sorted({id for entry in entries_of(naming, "name", {}) for id in _ids(sheet, entry)} if naming else ())
        )
        known = sheet.knowledge.medicines
        if naming and any(id not in RESCUE and TRAITS & set(known[id].traits) for id in ids):
            yield one, naming, ids


def _ids(sheet: Sheet, entry: Entry) -> tuple[str, ...]:
    coded = medicines(sheet.knowledge).coded(RxNorm(entry["rxnorm"])) if entry.get("rxnorm") else ()
    return tuple(coded or medicines_named(entry["name"], sheet.knowledge))


def _last(sheet: Sheet, one: Past) -> Span | None:
    """Between which instants the last dose was; None where nothing tells when it began or ended."""
    begun, ends = _begun_and_ends(one)
    first = [moment.earliest for told in begun if (moment := sheet.moment(told)) is not None]
    last = [moment for told in ends if (moment := sheet.moment(told)) is not None]
    is_over = one.status not in PAUSED and not isinstance(one, MedicationDispense)
    known_over = sheet.moment(one.meta.lastUpdated) if one.meta and is_over else None
    if not first and not last:
        return None
    latest = min(max((moment.latest for moment in last), default=sheet.now), known_over.latest if known_over else sheet.now, sheet.now)  # fmt: skip
    if not last and known_over is None and first[0] < sheet.now - LOOK_BACK_LONG:
        latest = first[0]  # else every opioid of an old chart would seem to have been taken until today
    earliest = first[0] if first else latest
    if isinstance(one, MedicationStatement) and last:
        earliest = max(moment.earliest for moment in last)
    return Span(min(earliest, latest), latest)


def _begun_and_ends(one: Past) -> tuple[list[str | None], list[str | None]]:
    """What is told of the beginning and of the end; what was handed over or is paused has no end that is told."""
    if isinstance(one, MedicationDispense):
        return [one.whenHandedOver or one.whenPrepared], []
    if isinstance(one, MedicationRequest):
        valid = one.dispenseRequest.validityPeriod if one.dispenseRequest else None
        return [one.authoredOn], [period.end for period in (*bounds_of(one), *((valid,) if valid else ()))]
    period = one.effectivePeriod
    begun, end = period.start if period else one.effectiveDateTime, period.end if period else one.effectiveDateTime
    if one.status in PAUSED:
        return [begun or one.dateAsserted], [period.end if period else None]
    return [begun], [end or one.dateAsserted]
