"""A product on the counter: what it is, what was done about it, what the law says here, what a test can show."""

from __future__ import annotations

from datetime import date

from leeward.errors import BadInput
from leeward.products.answer import ProductAnswer, product_answer
from leeward.products.law.entries import Jurisdiction
from leeward.products.law.places import place_of
from leeward.products.recalls.action import GRADES
from leeward.products.recalls.barcodes import LONGEST, SHORTEST, barcode
from leeward.products.recalls.register import shipped_register
from leeward.report.product import SHOWN, first_laws, in_short
from leeward.report.words import ANSWERS, CLASSES, SUBSTANCES
from leeward.web.page import Page
from leeward.web.visit import Answer, Shown, Visit

LONGEST_LABEL = 2000
LONGEST_LOT = 60


def show_product(visit: Visit) -> Answer:
    """The form, and the answer to what was asked."""
    visit.form.update(visit.query)
    answer: ProductAnswer | None = None
    try:
        answer = _answer(visit) if any(visit.text(name) for name in ("q", "lot", "upc")) else None
    except BadInput as wrong:
        visit.problems = wrong.problems
    values = {
        "states": _states(visit),
        "answer": answer,
        "short": list(in_short(answer)) if answer else [],
        "first_laws": list(first_laws(answer)) if answer else [],
        "words": {"classes": CLASSES, "answers": ANSWERS, "substances": SUBSTANCES, "grades": GRADES, "shown": SHOWN},
    }
    return Shown(template="product.html", values=values, status=422 if visit.problems else 200)


def _states(visit: Visit) -> list[tuple[str, str]]:
    """Places whose law is held, the United States first."""
    held = visit.house.knowledge.table_of("jurisdictions", Jurisdiction)
    return sorted(((id.upper(), row.name) for id, row in held.items()), key=lambda one: (one[0] != "US", one[1]))


def _answer(visit: Visit) -> ProductAnswer:
    label, lot, upc = visit.text("q"), visit.text("lot"), visit.text("upc")
    if not label:
        raise visit.wrong(
            "q", "It is not said what the label says.", "Type what is printed, or what the caller reads out."
        )
    if len(label) > LONGEST_LABEL:
        raise visit.wrong("q", "This is longer than a label.", "Type the name and what stands beside it.")
    if len(lot) > LONGEST_LOT:
        raise visit.wrong("lot", "This is longer than a lot.", "Type the lot as it is printed.")
    if upc and (len(upc) > LONGEST_LOT or barcode(upc) is None):
        raise visit.wrong("upc", "This is no barcode.", f"Type its digits, {SHORTEST} to {LONGEST} of them.")
    knowledge, ward = visit.house.knowledge, visit.house.ward
    return product_answer(
        label,
        lot=lot,
        upc=upc,
        jurisdiction=_place(visit),
        on=_day(visit),
        register=ward.register() or shipped_register(knowledge),
        knowledge=knowledge,
        stale_after_days=ward.policy.limit("law-staleness").value,
    )


def _place(visit: Visit) -> str | None:
    typed = visit.text("state")
    if not typed:
        return None
    try:
        return place_of(typed, visit.house.knowledge).code
    except BadInput as wrong:
        raise visit.wrong("state", wrong.problems[0].says, "Choose a place of the list.") from None


def _day(visit: Visit) -> date:
    typed = visit.text("on")
    if not typed:
        return visit.now.date()
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = date.min
    if not 1990 <= day.year <= visit.now.year + 1:
        raise visit.wrong(
            "on", "This is not a day that can be answered for.", "Write 2026-11-22, or leave it empty for today."
        )
    return day


PAGES = (Page(path="/product", needs="reference-read", show=show_product),)
