"""A dose that was given, or was due and was not. What speaks against it is read before it is charted; nothing is blocked."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from leeward.casefile.names import medicine_named, medicines, medicines_named, nearly
from leeward.errors import BadInput
from leeward.guidance.assessment import Alert
from leeward.paper.plain_words import plain
from leeward.record.entries import Entry
from leeward.ward.before_dose import before_dose
from leeward.ward.changes import LEVELS
from leeward.ward.given import TOO_SOON, GivenOf, by_medicine, given_lately
from leeward.ward.held import ASKS_WHY, Open, out_of_scope
from leeward.ward.holds import Hold, holds_of
from leeward.ward.plans import Line, WrittenPlan, signed
from leeward.ward.together import together
from leeward.web.charting import Item, Slips, at_fields, line, one_of, prose, write
from leeward.web.exposure_typed import ROUTES, Choices
from leeward.web.page import Page
from leeward.web.pages.vitals import last_of, shown
from leeward.web.patient_view import Link, answers_of
from leeward.web.times_typed import instant_typed
from leeward.web.visit import Answer, Shown, Visit

UNITS: Choices = (("mg", "mg"), ("mcg", "mcg"), ("g", "g"), ("mcg/h", "mcg/h (patch)"))
DOSE_ROUTES: Choices = (*ROUTES[:2], ("buccal", "inside the cheek"), *ROUTES[2:6], ("subcutaneous", "under the skin"),
                        *ROUTES[6:])  # fmt: skip
KNOWN_NOW = ("respiratory-rate", "oxygen-saturation", "sedation-rass", "sedation-poss", "systolic-blood-pressure",
             "diastolic-blood-pressure", "heart-rate")  # fmt: skip
"""What hold rules ask about most."""

FIELDS = {"": "medicine", "medicine": "medicine", "dose": "dose", "route": "route"}


class PlanLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a signed plan as it is offered."""

    id: str
    line: Line
    plan: str
    signed_by: str
    signed_at: str
    checks: tuple[str, ...] = ()
    """What is to be watched before each dose of its plan."""
    holds: tuple[Hold, ...] = ()
    """Why it is not given now before somebody has looked: by what the chart says, and by what it leaves open."""
    given: tuple[GivenOf, ...] = ()
    """What was given of its medicine in the last 24 hours."""
    answers: tuple[Link, ...] = ()
    """Where what it hangs on and is not known is charted."""
    together: tuple[Alert, ...] = ()
    """The interactions that a dose of its medicine brings."""


class ToRead(msgspec.Struct, frozen=True, kw_only=True):
    """An alert on this dose, and the word that says that this alert on this dose was read; none where it is only shown."""

    alert: Alert
    field: str = ""
    word: str = ""
    answers: tuple[Link, ...] = ()
    """Where what is not known is charted."""


def plan_lines(visit: Visit, holds: tuple[Hold, ...] = ()) -> list[PlanLine]:
    """The lines of signed plans, the newest plan first, with what holds them and what their medicines bring together."""
    brought = _brought(visit)
    return [
        PlanLine(
            id=f"{entry.number}-{place}",
            line=line,
            plan=plan.title or plan.option,
            signed_by=visit.house.ward.name_of(entry.by),
            signed_at=entry.at,
            checks=plan.checks,
            holds=(own := tuple(one for one in holds if (one.plan_id, one.medicine) == (plan.plan, line.medicine))),
            answers=tuple(answers_of(visit, [name for one in own for name in one.needs])),
            given=_given_of(visit, line) if line.medicine else (),
            together=brought.get(line.medicine, ()),
        )
        for entry, plan in reversed(signed(visit.bedside.chart))
        for place, line in enumerate(plan.lines)
    ]


def _source(visit: Visit, id: str) -> str:
    return visit.house.knowledge.sources[id].title


def _brought(visit: Visit) -> dict[str, tuple[Alert, ...]]:
    """The interactions of each medicine that a signed plan orders."""
    ward, bedside = visit.house.ward, visit.bedside
    medicines = {line.medicine for _, plan in signed(bedside.chart) for line in plan.lines if line.medicine}
    found: dict[str, tuple[Alert, ...]] = {}
    for medicine in medicines:
        asked = ward.bedside_of(bedside.entries, bedside.now, orders=[{"medicine": medicine}])
        found[medicine] = tuple(one.alert for one in together(asked, bedside, ward, medicine))
    return found


def _given_of(visit: Visit, line: Line) -> tuple[GivenOf, ...]:
    return by_medicine(given_lately(visit.bedside, visit.house.ward, line.medicine))


def show_dose(visit: Visit) -> Answer:
    """What may be given by signed plans, what they are held for, what was given lately, and the form."""
    if visit.conflict is not None:
        visit.house.ward.catch_up()
        visit.enter(visit.house.ward.bedside(visit.patient, visit.now))
    last, knowledge = last_of(visit), visit.house.knowledge
    values = {
        "lines": plan_lines(visit, holds_of(visit.bedside, visit.house.ward)),
        "given_lately": by_medicine(given_lately(visit.bedside, visit.house.ward)),
        "scope": out_of_scope(visit.bedside.assessment),
        "known": [
            (knowledge.observations[id].name, shown(last.get(id, ())), last[id][-1].at if id in last else None)
            for id in KNOWN_NOW
        ],
        "names": sorted({entry.name for entry in knowledge.medicines.values()}),
        "units": UNITS,
        "routes": DOSE_ROUTES,
        "to_read": _to_read_again(visit),
        "looked": bool(visit.text("look")) and not visit.problems,
        "source": partial(_source, visit),
        "meant": meant_by(line(visit, Slips(), "medicine", 120), visit),
        "ask_meant": any(one.path == "meant" for one in visit.problems) or bool(visit.text("meant")),
        "unknown_name": any(one.path == "as_told" for one in visit.problems),
        "checked": visit.bedside.assessment is not None,
        "may_write": visit.may("dose-give"),
    }
    return Shown(template="dose.html", values=values)


def take_dose(visit: Visit) -> Answer:
    """A dose is charted as given, or as not given with the reason."""
    slips = Slips()
    at = slips.of(lambda: instant_typed(visit), visit.now)
    if visit.text("look"):
        _check_words(visit, Item(draft=visit.draft("dose", _looked_at(visit, slips), at=at), fields=FIELDS))
        return show_dose(visit)
    given = one_of(visit, slips, "given", ("yes", "no"))
    body = _typed(visit, slips, given != "no")
    if not given and not any(one.path == "given" for one in slips.problems):
        slips.add("given", "It is not said whether it was given.", "Choose given or not given.")
    reason = prose(visit, slips, "reason")
    if given == "no" and not reason:
        slips.add("reason", "It is not said why it was not given.", "Write the reason.")
    slips.refuse()
    if given == "no":
        words = " ".join(filter(None, (plain(body["medicine"]), body.get("dose", ""))))
        note = {"text": f"Not given: {words}. {reason}", "about": "dose", "medicine": body["medicine"]}
        return write(visit, Item(draft=visit.draft("note", note, at=at, part="not-given"), fields={"": "reason"}))
    seen = visit.bedside.seen
    item = Item(draft=visit.draft("dose", body, at=at, part="dose", unless_changed_since=seen), fields=FIELDS)
    _check_words(visit, item)
    found = to_read(visit, body, at)
    for one in found:
        if one.field and visit.text(one.field) != one.word:
            mend = "Read it below, and tick that you have; or do not give the dose."
            slips.add(one.field, f"{plain(one.alert.title)}.", mend)
    why = [one.alert for one in found if one.field and one.alert.id in (*ASKS_WHY, TOO_SOON)]
    if why and not reason:
        slips.add("reason", f"{plain(why[0].title)}: it is not said why.", plain(" ".join(why[0].do)))
    slips.refuse()
    if not reason:
        return write(visit, item)
    words = f"{plain(body['medicine'])} {body['dose']}"
    note = {"text": f"Why {words} was given: {reason}", "about": "dose", "medicine": body["medicine"]}
    return write(visit, Item(draft=visit.draft("note", note, at=at, part="why"), fields={"": "reason"}), item)


def _check_words(visit: Visit, item: Item) -> None:
    """Refuse at its fields what the record would refuse, before anything is asked about the dose."""
    try:
        visit.check(item.draft)
    except BadInput as wrong:
        raise BadInput(at_fields(wrong, item.fields)) from None


def _looked_at(visit: Visit, slips: Slips) -> dict[str, Any]:
    """The dose that is asked about before it is given. Raises BadInput."""
    body = _typed(visit, slips, False)
    slips.refuse()
    return body


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
        mend = "Write the dose, or tick that it is not known."
        planned = _planned(visit)
        if planned is not None and planned[2].dose:
            mend = f"The plan says {planned[2].dose}. {mend}"
        slips.add("dose", "It is not said how much was given.", mend)
    if route := one_of(visit, slips, "route", [id for id, _ in DOSE_ROUTES]):
        body["route"] = route
    return body


def _planned(visit: Visit) -> tuple[Entry, WrittenPlan, Line] | None:
    """The line of a signed plan that is chosen, with its plan and the entry that signed it."""
    for entry, plan in signed(visit.bedside.chart):
        for place, planned in enumerate(plan.lines):
            if visit.text("line") == f"{entry.number}-{place}":
                return entry, plan, planned
    return None


def _medicine(visit: Visit, slips: Slips) -> str:
    """The medicine by the line that was chosen or by the name that was typed; its id where Leeward knows it."""
    chosen, typed = visit.text("line"), line(visit, slips, "medicine", 120)
    lines = {
        f"{entry.number}-{place}": line
        for entry, plan in signed(visit.bedside.chart)
        for place, line in enumerate(plan.lines)
    }
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
    known = medicines(visit.house.knowledge).named(typed)
    if known is not None:
        return known
    if meant := [id for id, _ in meant_by(typed, visit)]:
        return _of_these(visit, slips, typed, meant)
    if not visit.text("as_told"):
        near = nearly(typed, medicines(visit.house.knowledge))
        mend = f"Did you mean {near}? " if near else ""
        slips.add("as_told", "Leeward does not know this medicine.", f"{mend}Correct it, or tick to chart it as typed.")
    return typed


def _of_these(visit: Visit, slips: Slips, typed: str, meant: list[str]) -> str:
    """The medicine that was said to be meant by a name with more words; it is asked, never guessed."""
    chosen = visit.text("meant")
    if chosen in meant:
        return chosen
    names = " or ".join(visit.house.knowledge.medicines[id].name for id in meant)
    slips.add("meant", f"Do you mean {names}?", "Choose it below, or correct the name.")
    return typed


def meant_by(typed: str, visit: Visit) -> Choices:
    """The medicines that a name with more words holds ("naloxone nasal spray 4 mg"); none for a name that is one by itself."""
    knowledge = visit.house.knowledge
    if not typed or medicines(knowledge).named(typed) is not None:
        return ()
    found = medicines_named(typed, knowledge)
    if not found and (first := medicine_named(typed, knowledge)) is not None:
        found = (first,)
    return tuple((id, knowledge.medicines[id].name) for id in found)


def to_read(visit: Visit, body: dict[str, Any], at: datetime) -> list[ToRead]:
    """What is read before this dose is charted, each with its tick, and behind it what is only shown."""
    said = before_dose(visit.bedside, visit.house.ward, body, at, visit.now, _planned(visit))
    found: dict[str, Open] = {}
    for one in said.read:
        field = f"read-{one.alert.id}"
        while field in found and found[field].alert.because != one.alert.because:
            field += "-too"
        found[field] = one
    read = [
        ToRead(
            alert=one.alert,
            field=field,
            word=_word(visit.patient, one.alert, body),
            answers=tuple(answers_of(visit, one.needs)),
        )
        for field, one in found.items()
    ]
    beside = {(alert.title, alert.because): ToRead(alert=alert) for alert in said.shown}
    read.sort(key=lambda one: LEVELS.index(one.alert.level))
    return [*read, *beside.values()] if read or visit.text("look") else []


def _word(patient: str, alert: Alert, body: dict[str, Any]) -> str:
    """Changes with the dose and with what is said, so that a tick never holds for another."""
    said = repr((patient, alert.title, alert.because, alert.do, sorted(body.items())))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _to_read_again(visit: Visit) -> list[ToRead]:
    """The alerts of a form that is shown again."""
    looking = bool(visit.text("look"))
    if visit.method != "POST" or (visit.text("given") != "yes" and not looking):
        return []
    slips = Slips()
    body, at = _typed(visit, slips, not looking), slips.of(lambda: instant_typed(visit), visit.now)
    return [] if slips.problems else to_read(visit, body, at)


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
