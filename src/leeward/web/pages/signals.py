"""Signals: what is reported more than expected, against which background, and how sure that is. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args
from urllib.parse import urlencode

from markupsafe import Markup

from leeward.errors import BadInput
from leeward.report.signals_drawing import shrinkage_svg
from leeward.report.signals_words import LIKELIHOODS, alarm_words, background_counts, background_words, fit_words
from leeward.signals.reactions import reaction_groups, terms_of
from leeward.signals.shelf import Shelf
from leeward.signals.shown import PAGE, Filter, Sort
from leeward.web.page import Page
from leeward.web.signals_view import LONGEST, likelihood_of, nothing, shared, shelf_of
from leeward.web.visit import Answer, Shown, Visit

BACKGROUNDS = ("all", "supplements", "industry")

SORTS: dict[Sort, str] = {
    "eb05": "EB05",
    "ebgm": "EBGM",
    "ic025": "IC025",
    "prr_lower": "PRR, lower end",
    "ratio": "Observed / expected",
    "n": "Reports",
    "last_report": "Last report",
}
"""What pairs can be put in order by, the largest first."""


def show_signals(visit: Visit) -> Answer:
    """The pairs that are asked for, with the plot and what the fit is worth."""
    visit.form.update(visit.query)
    try:
        shelf = shelf_of(visit)
    except BadInput as wrong:
        return nothing(visit, wrong)
    if shelf is None:
        return nothing(visit)
    try:
        asked = _asked(visit, shelf)
    except BadInput as wrong:
        visit.problems = wrong.problems
        asked = Filter()
    return Shown(template="signals.html", values=_values(visit, shelf, asked), status=422 if visit.problems else 200)


def _asked(visit: Visit, shelf: Shelf) -> Filter:
    background, group, concept = (visit.text(name) for name in ("background", "group", "concept"))
    product, event = visit.text("product"), visit.text("event")
    if background and background not in BACKGROUNDS:
        raise visit.wrong("background", "There is no such background.", "Choose one of the list.")
    groups = reaction_groups(visit.house.knowledge)
    if group and group not in groups:
        raise visit.wrong("group", "There is no such group of terms.", "Choose one of the list.")
    if concept and shelf.about.concept(concept) is None:
        raise visit.wrong("concept", "No reports are counted under that name.", "Choose one of the list.")
    for name, text in (("product", product), ("event", event)):
        if len(text) > LONGEST:
            raise visit.wrong(name, "This is longer than a name.", "Type a part of it.")
    return Filter(
        background=background or "all", likelihood=likelihood_of(visit), product=product, concept=concept, event=event,
        events=terms_of(groups[group], shelf.events) if group else None, least=_number(visit, "least", 3), sort=_sort(visit),
        page=_number(visit, "page", 1),
    )  # fmt: skip


def _sort(visit: Visit) -> Sort:
    asked = visit.text("sort") or "eb05"
    for one in get_args(Sort):
        if one == asked:
            return one
    raise visit.wrong("sort", "Pairs cannot be put in that order.", "Choose one of the list.")


def _number(visit: Visit, name: str, usual: int) -> int:
    text = visit.text(name)
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 7 and int(text) >= 1):
        raise visit.wrong(name, "This is no number of reports." if name == "least" else "There is no such page.", "Write a whole number from 1 on.")  # fmt: skip
    return int(text)


def _values(visit: Visit, shelf: Shelf, asked: Filter) -> Mapping[str, object]:
    about, listing = shelf.about, shelf.listing(asked)
    shown = [one for one in about.backgrounds if _of(one.id, asked.background)]
    choices = [(id, background_words(id)) for id in BACKGROUNDS if any(_of(one.id, id) for one in about.backgrounds)]

    def page_at(page: int) -> str:
        typed = {key: value for key, value in visit.form.items() if value and key in FIELDS}
        return "/signals?" + urlencode(typed | {"page": str(page)}) + "#pairs"

    return shared(visit, shelf) | {
        "asked": asked,
        "listing": listing,
        "page_size": PAGE,
        "page_at": page_at,
        "plot": Markup(shrinkage_svg(listing)),  # its words are escaped where it is drawn
        "backgrounds": choices,
        "likelihoods": list(LIKELIHOODS.items()),
        "groups": [(id, group.title) for id, group in reaction_groups(visit.house.knowledge).items()],
        "group": reaction_groups(visit.house.knowledge).get(visit.text("group")) if asked.events is not None else None,
        "concepts": [(one.name, one.name.capitalize()) for one in about.concepts],
        "sorts": list(SORTS.items()),
        "fits": [(one, one.fit(asked.likelihood), fit_words(one.fit(asked.likelihood))) for one in shown],
        "alarms": [(background_words(one.id), alarm_words(one, asked.likelihood)) for one in shown if one.alarms],
        "background_counts": background_counts,
        "others": [(LIKELIHOODS[one.likelihood], fit_words(one)) for one in shown[0].fits if one.likelihood != asked.likelihood] if len(shown) == 1 else [],
    }  # fmt: skip


FIELDS = ("background", "likelihood", "concept", "product", "group", "event", "least", "sort")


def _of(id: str, background: str) -> bool:
    return id != "all" if background == "industry" else id == background


PAGES = (Page(path="/signals", needs="reference-read", show=show_signals),)
