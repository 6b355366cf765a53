"""Who the person is and what they live with: medicines, conditions, allergies, what they want and do not want.

Each part is a form of its own. Fields are empty whatever is charted, and an empty field changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from leeward.casefile.words import OPTIONS
from leeward.errors import BadInput
from leeward.model.codes import Icd10Cm
from leeward.model.shapes import is_list, is_mapping
from leeward.record.entries import Kind
from leeward.web.asked_typed import asked_items, asked_values
from leeward.web.charting import Item, Slips, line, number_or_text, one_of, write
from leeward.web.exposure_typed import YES_NO, Choices
from leeward.web.page import Page
from leeward.web.pages.admit import GOALS, SEXES
from leeward.web.times_typed import span_told
from leeward.web.visit import Answer, Shown, Visit

WHO = ("name", "place", "identifiers", "age", "sex", "pregnant", "gestation_weeks", "breastfeeding", "weight_kg",
       "opioid_naive")  # fmt: skip
STATUSES: Choices = (("present", "Has it"), ("absent", "Looked for, not there"), ("unclear", "Not sure"))
WHOLE: Choices = (("none", "Asked, and there is none"), ("declined", "Asked, and they would not say"))


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A list as it is shown: its items with their entries, or what was said of it as a whole."""

    kind: Kind
    title: str
    items: tuple[tuple[int, str], ...]
    said: str


def show_history(visit: Visit) -> Answer:
    """What is charted, and an empty form beside each part."""
    chart = visit.bedside.chart
    who = dict(chart.document.get("patient", {})) | chart.identity | {"name": chart.name}
    values = {
        "told": who,
        "lists": [
            _listed(visit, "medicine", "Medicines they take", "medicines"),
            _listed(visit, "condition", "Conditions", "conditions"),
            _listed(visit, "allergy", "Allergies", "allergies"),
        ],
        "goals": _listed(visit, "goal", "What they want", "goals"),
        "declines": _listed(visit, "goal", "What they do not want", "declines"),
        "offered_goals": GOALS,
        "options": [(id, id.replace("-", " ")) for id in OPTIONS],
        "sexes": SEXES,
        "yes_no": YES_NO,
        "statuses": STATUSES,
        "whole": WHOLE,
        "part": visit.text("part"),
        "medicine_names": sorted({entry.name for entry in visit.house.knowledge.medicines.values()}),
        "condition_names": sorted({entry.name for entry in visit.house.knowledge.conditions.values()}),
        "may_write": visit.may("chart-write"),
    } | asked_values(visit, visit.patient)
    return Shown(template="history.html", values=values)


def _listed(visit: Visit, kind: Kind, title: str, name: str) -> Listed:
    chart = visit.bedside.chart
    found, numbers = chart.document.get(name), chart.came_from.get(name, ())
    said = {"declined": "Asked: they would not say."}.get(found) if isinstance(found, str) else None
    if said is None:
        said = "Not asked." if found is None else "Asked: none." if not found else ""
    items = zip(numbers, found, strict=False) if is_list(found) else ()
    return Listed(kind=kind, title=title, said=said, items=tuple((number, _words(item)) for number, item in items))


def _words(item: Any) -> str:
    """An item of a list in words."""
    if not is_mapping(item):
        return str(item).replace("-", " ")
    code = item.get("code")
    coded = f"{code.get('system', '')} {code.get('value', '')}".strip() if is_mapping(code) else ""
    named = [str(item.get(key)) for key in ("name", "medicine", "dose") if item.get(key)]
    more = [
        f"{label} {_time(item[key]) if key == 'last_taken' else item[key]}" for key, label in _LABELS if item.get(key)
    ]
    return ", ".join([*named, *([coded] if coded else []), *more])


def _time(told: Any) -> str:
    """A time as it was told: an instant to the minute, or between two."""
    if is_mapping(told):
        return f"between {_time(told.get('earliest', 'unknown'))} and {_time(told.get('latest', 'unknown'))}"
    return str(told)[:16].replace("T", " ")


_LABELS = (("status", "status:"), ("last_taken", "last taken"), ("verified", "verified by"), ("reaction", "reaction:"))


def take_history(visit: Visit) -> Answer:
    """One part is charted."""
    slips = Slips()
    part = one_of(visit, slips, "part", tuple(_PARTS))
    if not part:
        raise visit.wrong("", "It is not said which part of the page this is.", "Use one of the buttons below.")
    items = _PARTS[part](visit, slips)
    slips.refuse()
    return write(visit, *items)


def _who(visit: Visit, slips: Slips) -> list[Item]:
    body: dict[str, Any] = {}
    for field in ("age", "gestation_weeks", "weight_kg"):
        if typed := line(visit, slips, field, 40):
            body[field] = number_or_text(typed)
    for field in ("place", "identifiers"):
        if typed := line(visit, slips, field, 120):
            body[field] = typed
    for field in ("pregnant", "breastfeeding", "opioid_naive"):
        if chosen := one_of(visit, slips, field, [id for id, _ in YES_NO]):
            body[field] = chosen
    if sex := one_of(visit, slips, "sex", [id for id, _ in SEXES]):
        body["sex"] = sex
    if not body and not slips.problems:
        slips.add("age", "Nothing was filled in, so there is nothing to chart.", "Fill in what is new.")
    fields = {"": "age"} | {name: name for name in WHO}
    return [Item(draft=visit.draft("patient", body, part="who"), fields=fields)]


def _whole(visit: Visit, slips: Slips, kind: Kind, name: str, empty: bool) -> list[Item]:
    """What was said of a list as a whole; no item where nothing was."""
    said = one_of(visit, slips, f"{kind}-whole", ("none", "declined"))
    if said and not empty:
        slips.add(f"{kind}-whole", "The list is said to be empty, and an item is filled in.", "Keep one of the two.")
    if said and visit.bedside.chart.came_from.get(name):
        slips.add(f"{kind}-whole", "Something stands in this list.", "Strike what is wrong in it, with the reason.")
    if not said and empty and not slips.problems:
        slips.add(f"{kind}-name", "Nothing was filled in, so there is nothing to chart.", "Name one, or say of all.")
    return (
        [Item(draft=visit.draft(kind, {said: True}, part=f"{kind}-whole"), fields={"": f"{kind}-whole"})]
        if said
        else []
    )


def _medicine(visit: Visit, slips: Slips) -> list[Item]:
    name, dose = line(visit, slips, "medicine-name", 120), line(visit, slips, "medicine-dose", 120)
    verified = line(visit, slips, "medicine-verified", 120)
    last = slips.of(lambda: span_told(visit, "last_taken"), None)
    if whole := _whole(visit, slips, "medicine", "medicines", not (name or dose or verified or last)):
        return whole
    body: dict[str, Any] = _filled(name=name, dose=dose, verified=verified)
    if last is not None:
        body["last_taken"] = last
    fields = {"": "medicine-name", "dose": "medicine-dose", "last_taken": "last_taken", "verified": "medicine-verified"}
    if not name:
        slips.add("medicine-name", "It is not said which medicine.", "Write its name.")
    return [Item(draft=visit.draft("medicine", body, part="medicine"), fields=fields)]


def _condition(visit: Visit, slips: Slips) -> list[Item]:
    name, status = line(visit, slips, "condition-name", 200), one_of(visit, slips, "status", [id for id, _ in STATUSES])
    if whole := _whole(visit, slips, "condition", "conditions", not (name or status)):
        return whole
    if name and not status:
        slips.add("status", "It is not said whether they have it.", "Choose has it, not there, or not sure.")
    if status and not name:
        slips.add("condition-name", "It is not said which condition.", "Write its name or its ICD-10-CM code.")
    body: dict[str, Any] = {"status": status}
    if _is_code(name):
        body["code"] = {"system": "icd-10-cm", "value": name.upper()}
    else:
        body["name"] = name
    fields = {"": "condition-name", "status": "status"}
    return [Item(draft=visit.draft("condition", body, part="condition"), fields=fields)]


def _is_code(text: str) -> bool:
    """Whether a text is a code of ICD-10-CM, as in F11.20."""
    if len(text) < 3 or not text[1:3].isalnum() or not text[1:2].isdigit():
        return False
    try:
        Icd10Cm(text.upper())
    except BadInput:
        return False
    return True


def _allergy(visit: Visit, slips: Slips) -> list[Item]:
    name, reaction = line(visit, slips, "allergy-name", 120), line(visit, slips, "allergy-reaction", 120)
    if whole := _whole(visit, slips, "allergy", "allergies", not (name or reaction)):
        return whole
    if reaction and not name:
        slips.add("allergy-name", "It is not said to what.", "Write the medicine or substance.")
    body = _filled(name=name, reaction=reaction)
    return [Item(draft=visit.draft("allergy", body, part="allergy"), fields={"": "allergy-name"})]


def _goals(visit: Visit, slips: Slips) -> list[Item]:
    items: list[Item] = []
    offered = {"goals": [id for id, _ in GOALS], "declines": list(OPTIONS)}
    for field, key in (("goals", "goal"), ("declines", "declines")):
        for chosen in dict.fromkeys(visit.forms.get(field, ())):
            if chosen not in offered[field]:
                slips.add(field, "This is none of the choices.", "Choose from the list.")
                continue
            draft = visit.draft("goal", {key: chosen}, part=f"{key}-{chosen}")
            items.append(Item(draft=draft, fields={"": field}))
    if other := line(visit, slips, "declines-other", 120):
        draft = visit.draft("goal", {"declines": other}, part="declines-other")
        items.append(Item(draft=draft, fields={"": "declines-other"}))
    if not items and not slips.problems:
        slips.add("goals", "Nothing was chosen, so there is nothing to chart.", "Tick what they want or do not want.")
    return items


def _filled(**fields: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


def _asked(visit: Visit, slips: Slips) -> list[Item]:
    """What was answered about whole lists."""
    items = asked_items(visit, slips, visit.patient)
    if not items and not slips.problems:
        slips.add("asked-medicine", "Nothing was answered, so there is nothing to chart.", "Choose what was said.")
    return items


_PARTS: dict[str, Callable[[Visit, Slips], list[Item]]] = {
    "asked": _asked,
    "who": _who,
    "medicine": _medicine,
    "condition": _condition,
    "allergy": _allergy,
    "goals": _goals,
}

PAGES = (
    Page(
        path="/patients/{patient}/history",
        needs="chart-read",
        show=show_history,
        take=take_history,
        take_needs="chart-write",
        parts=("chart",),
    ),
)
