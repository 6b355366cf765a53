"""Who the person is and what they live with: medicines, conditions, allergies, what they want and do not want.

One form, saved whole or not at all; each thing told is an entry of its own. Fields are empty whatever is charted, and an
empty field changes nothing. That there is nothing besides what is named is said once, in the questions at its top.
"""

from __future__ import annotations

from typing import Any

import msgspec

from leeward.casefile.words import OPTIONS
from leeward.errors import BadInput
from leeward.model.codes import Icd10Cm
from leeward.model.shapes import is_list, is_mapping
from leeward.paper.times import zone_of
from leeward.record.chart import OTHERS_UNKNOWN
from leeward.record.entries import Kind
from leeward.ward.words import entry_words
from leeward.web.asked_typed import asked_items, asked_values, questions
from leeward.web.charting import Item, Slips, line, number_or_text, one_of, write
from leeward.web.exposure_typed import YES_NO, Choices
from leeward.web.page import Page
from leeward.web.pages.admit import GOALS, SEXES
from leeward.web.patient_view import just_charted
from leeward.web.times_typed import span_told
from leeward.web.visit import Answer, Elsewhere, Shown, Visit

WHO = ("place", "identifiers", "age", "sex", "pregnant", "gestation_weeks", "breastfeeding", "weight_kg",
       "opioid_naive")  # fmt: skip
STATUSES: Choices = (("present", "Has it"), ("absent", "Looked for, not there"), ("unclear", "Not sure"))


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A list as it is shown: its items with their entries, or what was said of it as a whole."""

    kind: Kind
    title: str
    items: tuple[tuple[int, str], ...]
    said: str


def show_history(visit: Visit) -> Answer:
    """What is charted, and the form with an empty field beside each."""
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
        "done": just_charted(visit),
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
    if numbers and name in OTHERS_UNKNOWN:
        said = "Whether there are others: not known." if chart.others_unknown(name) else "Asked: none besides."
    items = zip(numbers, found, strict=False) if is_list(found) else ()
    return Listed(
        kind=kind, title=title, said=said, items=tuple((number, _words(visit, number, item)) for number, item in items)
    )


def _words(visit: Visit, number: int, item: Any) -> str:
    """An item of a list in the words of its entry."""
    entry = next((one for one in visit.bedside.entries if one.number == number), None)
    if entry is None or not is_mapping(item):
        return str(item).replace("-", " ")
    told = msgspec.structs.replace(entry, body=dict(item), corrects=None)
    return entry_words(told, visit.house.knowledge, zone=zone_of(visit.now))


def take_history(visit: Visit) -> Answer:
    """All that was told is charted, or nothing; who has more to chart comes back here."""
    slips = Slips()
    items = [
        *asked_items(visit, slips, visit.patient),
        *_who(visit, slips),
        *_medicine(visit, slips),
        *_condition(visit, slips),
        *_allergy(visit, slips),
        *_goals(visit, slips),
    ]
    if not items and not slips.problems:
        first = questions(visit, visit.patient)[0].field
        slips.add(first, "Nothing was filled in, so there is nothing to chart.", "Fill in what is new.")
    came = write(visit, *items, slips=slips)
    more = f"/patients/{visit.patient}/history?{came.to.partition('?')[2]}"
    return Elsewhere(to=more) if visit.text("more") else came


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
    fields = {"": "age"} | {name: name for name in WHO}
    return [Item(draft=visit.draft("patient", body, part="who"), fields=fields)] if body else []


def _medicine(visit: Visit, slips: Slips) -> list[Item]:
    name, dose = line(visit, slips, "medicine-name", 120), line(visit, slips, "medicine-dose", 120)
    verified = line(visit, slips, "medicine-verified", 120)
    last = slips.of(lambda: span_told(visit, "last_taken"), None)
    if not (name or dose or verified or last):
        return []
    body: dict[str, Any] = _filled(name=name, dose=dose, verified=verified)
    if last is not None:
        body["last_taken"] = last
    fields = {"": "medicine-name", "dose": "medicine-dose", "last_taken": "last_taken", "verified": "medicine-verified"}
    if not name:
        slips.add("medicine-name", "It is not said which medicine.", "Write its name.")
    return [Item(draft=visit.draft("medicine", body, part="medicine"), fields=fields)]


def _condition(visit: Visit, slips: Slips) -> list[Item]:
    name, status = line(visit, slips, "condition-name", 200), one_of(visit, slips, "status", [id for id, _ in STATUSES])
    if not (name or status):
        return []
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
    if not (name or reaction):
        return []
    if not name:
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
    return items


def _filled(**fields: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


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
