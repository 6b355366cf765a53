"""What the person took: one substance or product at a time, with what is known about the pack before it is charted."""

from __future__ import annotations

from typing import Any

import msgspec

from leeward.paper.times import zone_of
from leeward.products.answer import ProductAnswer, product_answer
from leeward.products.recalls.register import shipped_register
from leeward.ward.words import entry_words
from leeward.web.charting import Item, Slips, one_of, write
from leeward.web.exposure_typed import choices, item_typed, label_of, told
from leeward.web.page import Page
from leeward.web.visit import Answer, Shown, Visit

WHOLE = ("none", "declined")
"""What may be said of the list as a whole."""


def show_took(visit: Visit) -> Answer:
    """What was told before, and the form for one more."""
    case, chart = visit.bedside.case, visit.bedside.chart
    answers = visit.bedside.assessment.exposures if visit.bedside.assessment else ()
    listed = chart.document.get("exposures")
    values = choices(visit.house.knowledge) | {
        "charted": [(number, item, _words(visit, number, item)) for number, item in chart.items("exposures")],
        "nothing": listed == [],
        "others_unknown": chart.others_unknown("exposures"),
        "declined": listed == "declined",
        "names": {id: entry.name for id, entry in visit.house.knowledge.substances.items()},
        "answers": answers,
        "readable": case is not None,
        "product": _looked_up(visit),
        "may_write": visit.may("chart-write"),
    }
    return Shown(template="took.html", values=values)


def _words(visit: Visit, number: int, item: dict[str, Any]) -> str:
    """What was charted, in the words of its entry."""
    entry = next(one for one in visit.bedside.entries if one.number == number)
    return entry_words(msgspec.structs.replace(entry, body=item), visit.house.knowledge, zone=zone_of(visit.now))


def _looked_up(visit: Visit) -> ProductAnswer | None:
    """What is known about the label that stands in the form."""
    slips = Slips()
    label = label_of(visit, slips) if visit.method == "POST" else ""
    if not label or slips.problems:
        return None
    place = visit.bedside.chart.document.get("jurisdiction")
    ward = visit.house.ward
    return product_answer(
        label,
        jurisdiction=place if isinstance(place, str) else None,
        on=visit.now.date(),
        register=ward.register() or shipped_register(visit.house.knowledge),
        knowledge=visit.house.knowledge,
        stale_after_days=ward.policy.limit("law-staleness").value,
    )


def take_took(visit: Visit) -> Answer:
    """Look the label up, without writing; or chart what was taken, or that nothing was, or that it was not told."""
    slips = Slips()
    if visit.text("look"):
        if not label_of(visit, slips) and not slips.problems:
            slips.add("product", "There is no label to look up.", "Write what the pack says.")
        slips.refuse()
        return show_took(visit)
    whole = one_of(visit, slips, "whole", WHOLE)
    if whole and told(visit):
        slips.add("whole", "The list is said to be empty, and something stands in the form.", "Keep one of the two.")
    if whole:
        slips.refuse()
        draft = visit.draft("exposure", {whole: True}, part="whole")
        return write(visit, Item(draft=draft, fields={"": "whole"}))
    item = item_typed(visit, slips)
    return write(visit, item, slips=slips)


PAGES = (
    Page(
        path="/patients/{patient}/took",
        needs="chart-read",
        show=show_took,
        take=take_took,
        take_needs="chart-write",
        parts=("chart",),
    ),
)
