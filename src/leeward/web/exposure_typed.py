"""Something that a person took, as a form tells it: the substance or the pack's label, when, how much, by which route."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leeward.knowledge import Knowledge
from leeward.record.entries import Draft
from leeward.web.charting import Item, Slips, line, number_or_text, one_of
from leeward.web.times_typed import instant_told, span_told
from leeward.web.visit import Visit

Choices = tuple[tuple[str, str], ...]

AMOUNT_UNITS: Choices = tuple(
    (unit, unit) for unit in ("mg", "g", "mcg", "tablet", "capsule", "bag", "patch", "teaspoon", "unknown")
)
PER: Choices = (("use", "each use"), ("day", "a day"))
ROUTES: Choices = (
    ("oral", "swallowed"),
    ("sublingual", "under the tongue"),
    ("intranasal", "nose"),
    ("smoked", "smoked or inhaled"),
    ("intravenous", "injected into a vein"),
    ("intramuscular", "injected into a muscle"),
    ("transdermal", "through the skin"),
    ("rectal", "rectal"),
)
DURATION_UNITS: Choices = (("day", "days"), ("week", "weeks"), ("month", "months"), ("year", "years"))
YES_NO: Choices = (("yes", "Yes"), ("no", "No"), ("unknown", "Asked, not known"))
NOT_TOLD: Choices = (("unknown", "Asked, not known"), ("declined", "Would not say"))

FIELDS: Mapping[str, str] = {
    "": "substance",
    "substance": "substance",
    "product": "product",
    "last_use": "last_use",
    "last_use.earliest": "last_use_from",
    "last_use.latest": "last_use_to",
    "amount": "amount",
    "amount.unit": "amount_unit",
    "per": "per",
    "doses_per_day": "doses_per_day",
    "route": "route",
    "duration": "duration",
    "duration.unit": "duration_unit",
    "prescribed": "prescribed",
    "supply": "adulterants",
}
"""The field of each place of an exposure."""


def substances(knowledge: Knowledge) -> Choices:
    """Everything that Leeward knows as taken, by title; what nobody knows comes last."""
    known = [(id, entry.name) for id, entry in knowledge.substances.items() if id != "unknown"]
    return (*sorted(known, key=lambda pair: pair[1].lower()), ("unknown", "Not known what it was"))


def choices(knowledge: Knowledge) -> dict[str, Any]:
    """What the template of an exposure offers."""
    return {
        "substances": substances(knowledge),
        "amount_units": AMOUNT_UNITS,
        "per_choices": PER,
        "routes": ROUTES,
        "duration_units": DURATION_UNITS,
        "yes_no": YES_NO,
        "not_told": NOT_TOLD,
    }


def label_of(visit: Visit, slips: Slips) -> str:
    """The pack as one line: its label, its lot, its barcode."""
    label, lot, upc = line(visit, slips, "product"), line(visit, slips, "lot", 60), line(visit, slips, "upc", 60)
    if (lot or upc) and not label:
        slips.add("product", "A lot or barcode alone names no product.", "Write what the label says, too.")
    return " ".join(filter(None, (label, lot and f"lot {lot}", upc and f"UPC {upc}")))


def told(visit: Visit) -> bool:
    """Whether anything was told about something taken."""
    names = ("substance", "product", "lot", "upc", "amount", "doses_per_day", "route", "duration", "prescribed")
    times = ("last_use", "last_use_hours", "last_use_from", "last_use_to", "last_use_not_told")
    return any(visit.text(name) for name in (*names, *times, "adulterants"))


def body_typed(visit: Visit, slips: Slips) -> dict[str, Any]:
    """The body of an exposure; what was left empty is not in it."""
    body: dict[str, Any] = {}
    if substance := one_of(visit, slips, "substance", [id for id, _ in substances(visit.house.knowledge)]):
        body["substance"] = substance
    if product := label_of(visit, slips):
        body["product"] = product
    if not body and not slips.problems:
        slips.add("substance", "It is not said what was taken.", "Choose a substance, or write what the pack says.")
    if (last_use := _last_use(visit, slips)) is not None:
        body["last_use"] = last_use
    if amount := _measured(visit, slips, "amount", [unit for unit, _ in AMOUNT_UNITS]):
        if per := one_of(visit, slips, "per", ("use", "day")):
            amount["per"] = per
        body["amount"] = amount
    if typed := line(visit, slips, "doses_per_day", 40):
        body["doses_per_day"] = number_or_text(typed)
    if route := one_of(visit, slips, "route", [id for id, _ in ROUTES]):
        body["route"] = route
    if duration := _measured(visit, slips, "duration", [unit for unit, _ in DURATION_UNITS]):
        body["duration"] = duration
    if prescribed := one_of(visit, slips, "prescribed", ("yes", "no", "unknown")):
        body["prescribed"] = prescribed
    if adulterants := [part for part in map(str.strip, line(visit, slips, "adulterants").split(",")) if part]:
        body["supply"] = {"adulterants": adulterants}
    return body


def _measured(visit: Visit, slips: Slips, field: str, units: list[str]) -> dict[str, Any] | None:
    value, unit = line(visit, slips, field, 40), one_of(visit, slips, f"{field}_unit", units)
    if not value:
        if unit:
            slips.add(field, "A unit stands here without a number.", "Write the number, or choose no unit.")
        return None
    if not unit:
        slips.add(f"{field}_unit", "A number without a unit says nothing.", "Choose the unit.")
    return {"value": number_or_text(value), "unit": unit}


def _last_use(visit: Visit, slips: Slips) -> Any:
    """When, between when, or that it is not told; None where nothing was asked."""
    told = slips.of(lambda: span_told(visit, "last_use"), None)
    first = slips.of(lambda: instant_told(visit, "last_use_from"), None)
    last = slips.of(lambda: instant_told(visit, "last_use_to"), None)
    not_told = one_of(visit, slips, "last_use_not_told", ("unknown", "declined"))
    if sum((told is not None, first is not None or last is not None, bool(not_told))) > 1:
        slips.add("last_use", "The last use is told in two ways.", "Keep one of them.")
    if told is not None:
        return told
    if first is not None and last is not None:
        return {"earliest": first.isoformat(), "latest": last.isoformat()}
    if first is not None or last is not None:
        lacking = "last_use_to" if first is not None else "last_use_from"
        slips.add(lacking, "Of the time between, one end is missing.", "Give the earliest and the latest.")
    return not_told or None


def item_typed(visit: Visit, slips: Slips, patient: str | None = None) -> Item:
    """The exposure of a form as an entry to be."""
    body = body_typed(visit, slips)
    draft: Draft = visit.draft("exposure", body, part="exposure", patient=patient)
    return Item(draft=draft, fields=FIELDS)
