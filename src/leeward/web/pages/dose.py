"""A dose that was given, or was due and was not. What speaks against it is read before it is charted; nothing is blocked."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from leeward.casefile.names import medicine_named, medicines, nearly
from leeward.errors import BadInput
from leeward.guidance.assessment import Alert
from leeward.ward.plans import Line, signed
from leeward.web.charting import Item, Slips, at_fields, line, one_of, prose, write
from leeward.web.exposure_typed import ROUTES, Choices
from leeward.web.page import Page
from leeward.web.pages.vitals import last_of, shown
from leeward.web.times_typed import instant_typed
from leeward.web.visit import Answer, Shown, Visit

UNITS: Choices = (("mg", "mg"), ("mcg", "mcg"), ("g", "g"), ("mcg/h", "mcg/h (patch)"))
DOSE_ROUTES: Choices = (*ROUTES[:2], ("buccal", "inside the cheek"), *ROUTES[2:6], ("subcutaneous", "under the skin"),
                        *ROUTES[6:])  # fmt: skip
KNOWN_NOW = ("respiratory-rate", "oxygen-saturation", "sedation-rass", "sedation-poss", "systolic-blood-pressure",
             "diastolic-blood-pressure", "heart-rate")  # fmt: skip
"""What hold rules ask about most."""

READ_FIRST = ("emergency", "urgent")
FIELDS = {"": "medicine", "medicine": "medicine", "dose": "dose", "route": "route"}


class PlanLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a signed plan as it is offered."""

    id: str
    line: Line
    plan: str
    signed_by: str
    signed_at: str


class ToRead(msgspec.Struct, frozen=True, kw_only=True):
    """An alert on this dose, and the word that says that this alert on this dose was read."""

    alert: Alert
    field: str
    word: str


def plan_lines(visit: Visit) -> list[PlanLine]:
    """The lines of signed plans, the newest plan first."""
    return [
        PlanLine(
            id=f"{entry.number}-{place}",
            line=line,
            plan=plan.title or plan.option,
            signed_by=visit.house.ward.name_of(entry.by),
            signed_at=entry.at,
        )
        for entry, plan in reversed(signed(visit.bedside.chart))
        for place, line in enumerate(plan.lines)
    ]


def show_dose(visit: Visit) -> Answer:
    """What may be given by signed plans, what they are held for, and the form."""
    last, knowledge = last_of(visit), visit.house.knowledge
    values = {
        "lines": plan_lines(visit),
        "known": [
            (knowledge.observations[id].name, shown(last[id]) if id in last else "", getattr(last.get(id), "at", None))
            for id in KNOWN_NOW
        ],
        "names": sorted({entry.name for entry in knowledge.medicines.values()}),
        "units": UNITS,
        "routes": DOSE_ROUTES,
        "to_read": _to_read_again(visit),
        "unknown_name": any(one.path == "as_told" for one in visit.problems),
        "checked": visit.bedside.assessment is not None,
        "may_write": visit.may("dose-give"),
    }
    return Shown(template="dose.html", values=values)


def take_dose(visit: Visit) -> Answer:
    """A dose is charted as given, or as not given with the reason."""
    slips = Slips()
    at = slips.of(lambda: instant_typed(visit), visit.now)
    given = one_of(visit, slips, "given", ("yes", "no"))
    body = _typed(visit, slips, given != "no")
    if not given and not any(one.path == "given" for one in slips.problems):
        slips.add("given", "It is not said whether it was given.", "Choose given or not given.")
    reason = prose(visit, slips, "reason") if given == "no" else ""
    if given == "no" and not reason:
        slips.add("reason", "It is not said why it was not given.", "Write the reason.")
    slips.refuse()
    if given == "no":
        words = " ".join(filter(None, (body["medicine"], body.get("dose", ""))))
        note = {"text": f"Not given: {words}. {reason}", "about": "dose", "medicine": body["medicine"]}
        return write(visit, Item(draft=visit.draft("note", note, at=at, part="not-given"), fields={"": "reason"}))
    item = Item(draft=visit.draft("dose", body, at=at, part="dose"), fields=FIELDS)
    _check_words(visit, item)
    unread = [one for one in to_read(visit, body) if visit.text(one.field) != one.word]
    for one in unread:
        slips.add(one.field, f"{one.alert.title}.", "Read it below, and tick that you have; or do not give the dose.")
    slips.refuse()
    return write(visit, item)


def _check_words(visit: Visit, item: Item) -> None:
    """Refuse at its fields what the record would refuse, before anything is asked about the dose."""
    try:
        visit.check(item.draft)
    except BadInput as wrong:
        raise BadInput(at_fields(wrong, item.fields)) from None


def _typed(visit: Visit, slips: Slips, whole: bool) -> dict[str, Any]:
    """The dose as the body of an entry; `whole` where it was given, so that it must be said how much."""
    body: dict[str, Any] = {"medicine": _medicine(visit, slips)}
    value, unit = line(visit, slips, "dose", 40), one_of(visit, slips, "unit", [id for id, _ in UNITS])
    if value and not unit:
        slips.add("unit", "A number without a unit says nothing.", "Choose the unit.")
    if value and visit.text("dose_unknown"):
        slips.add("dose", "The dose is given, and said to be not known.", "Keep one of the two.")
    if value:
        body["dose"] = f"{value} {unit}"
    elif visit.text("dose_unknown"):
        body["dose"] = "unknown"
    elif whole:
        slips.add("dose", "It is not said how much was given.", "Write the dose, or tick that it is not known.")
    if route := one_of(visit, slips, "route", [id for id, _ in DOSE_ROUTES]):
        body["route"] = route
    return body


def _medicine(visit: Visit, slips: Slips) -> str:
    """The medicine by the line that was chosen or by the name that was typed; its id where Leeward knows it."""
    chosen, typed = visit.text("line"), line(visit, slips, "medicine", 120)
    lines = {one.id: one.line for one in plan_lines(visit)}
    if chosen and chosen != "other":
        if chosen not in lines:
            slips.add("line", "This line is in no signed plan of this person now.", "Choose again.")
            return ""
        if typed:
            slips.add("medicine", "A line of the plan is chosen, and another medicine typed.", "Keep one of them.")
        return lines[chosen].medicine or lines[chosen].what
    if not typed:
        slips.add("medicine" if not lines or chosen else "line", "It is not said which medicine.", "Choose or type it.")
        return ""
    known = medicine_named(typed, visit.house.knowledge)
    if known is not None:
        return known if slugged(typed) == known or _is_whole_name(typed, visit) else typed
    if not visit.text("as_told"):
        meant = nearly(typed, medicines(visit.house.knowledge))
        mend = f"Did you mean {meant}? " if meant else ""
        slips.add("as_told", "Leeward does not know this medicine.", f"{mend}Correct it, or tick to chart it as typed.")
    return typed


def slugged(text: str) -> str:
    """A name with hyphens for spaces."""
    return "-".join(text.lower().split())


def _is_whole_name(typed: str, visit: Visit) -> bool:
    return medicines(visit.house.knowledge).named(typed) is not None


def to_read(visit: Visit, body: dict[str, Any]) -> list[ToRead]:
    """What speaks against this dose as an order now, gravely enough to be read before it is charted."""
    asked = visit.house.ward.bedside_of(visit.bedside.entries, visit.now, orders=[body])
    if asked.assessment is None:
        return []
    found = [alert for alert in asked.assessment.alerts if alert.id.startswith("order-") and alert.level in READ_FIRST]
    return [ToRead(alert=alert, field=f"read-{alert.id}", word=_word(visit.patient, alert, body)) for alert in found]


def _word(patient: str, alert: Alert, body: dict[str, Any]) -> str:
    """Changes with the dose and with what is said, so that a tick never holds for another."""
    said = repr((patient, alert.title, alert.because, alert.do, sorted(body.items())))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _to_read_again(visit: Visit) -> list[ToRead]:
    """The alerts of a form that is shown again."""
    if visit.method != "POST" or visit.text("given") != "yes":
        return []
    slips = Slips()
    body = _typed(visit, slips, True)
    return [] if slips.problems else to_read(visit, body)


PAGES = (
    Page(
        path="/patients/{patient}/dose",
        needs="chart-read",
        show=show_dose,
        take=take_dose,
        take_needs="dose-give",
        parts=("chart", "plan"),
    ),
)
