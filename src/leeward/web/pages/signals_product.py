"""One product in the reports, and one product with one term: numbers, time, the reports behind them, actions beside them."""

from __future__ import annotations

import msgspec
from markupsafe import Markup

from leeward.errors import BadInput
from leeward.products.recalls.action import TITLES
from leeward.report.signals_drawing import RULES, backtest_svg, years_svg
from leeward.report.signals_words import (
    LIKELIHOODS,
    MEANS,
    NAMES,
    NOT_IN_IT,
    alarm_words,
    alike_words,
    background_words,
    bunch_words,
    fit_words,
    in_short,
    reading_words,
)
from leeward.signals.prepared import BacktestTold, Likelihood
from leeward.signals.reactions import reaction_groups
from leeward.signals.shelf import Shelf
from leeward.signals.shown import PAGE, PairTold, ReportTold, age_band
from leeward.signals.time_line import first_alarm, largest_bunch, points, years
from leeward.web.page import Page
from leeward.web.signals_view import (
    actions_about,
    by_year,
    kinds,
    likelihood_of,
    named,
    nothing,
    notices_about,
    pair_address,
    shared,
    shelf_of,
)
from leeward.web.visit import Answer, Refused, Shown, Visit

LEAST = 3
"""Reports below which a term of a product is only counted."""

MOST_ACTIONS = 12
"""Actions that stand open; the others are folded."""


class Against(msgspec.Struct, frozen=True, kw_only=True):
    """A term of a product, and the same pair against each background."""

    event: str
    n: int
    of: tuple[PairTold, ...]

    def against(self, background: str) -> PairTold | None:
        """The pair against a background; None where it is in none of its reports."""
        return next((one for one in self.of if one.background == background), None)

    @property
    def above(self) -> tuple[str, ...]:
        """Backgrounds against which it is reported more than expected: IC025 above 0, with three reports or more."""
        return tuple(one.background for one in self.of if one.n >= LEAST and (one.ic025 or 0) > 0)


def show_product(visit: Visit) -> Answer:
    """What the reports say of one product, and what they cannot say."""
    shelf = _shelf(visit)
    if isinstance(shelf, Shown):
        return shelf
    product, likelihood = named(visit, "name"), likelihood_of(visit)
    pairs = shelf.of_product(product, likelihood)
    numbers, beside = shelf.numbers(product), shelf.numbers(product, beside=True)
    if not pairs and not beside:
        raise Refused(404, "No report that is loaded names this product.", "Search among the signals.")
    months = shelf.months(product)
    found = years(months, points(months, shelf.about.bound))
    told = _by_term(pairs)
    actions = actions_about(visit, product, shelf.about)
    concept, looked_back = shelf.about.concept(product), shelf.about.backtest(product)
    reports = shelf.reports(numbers, product)
    has_supplements = shelf.about.background("supplements") is not None
    above_all = [one for one in told if "all" in one.above]
    above_both = [one for one in told if {"all", "supplements"} <= set(one.above)]
    above_of_each = [sum(event.event in one.events for event in above_all) for one in reports]
    strong = above_both if has_supplements else above_all
    values = shared(visit, shelf) | {
        "product": product,
        "likelihood": likelihood,
        "likelihood_words": LIKELIHOODS[likelihood],
        "concept": concept,
        "count": len(numbers),
        "beside": beside,
        "first": min((one.received for one in reports if one.received), default=""),
        "last": max((one.received for one in reports if one.received), default=""),
        "summary": shelf.summary(numbers),
        "terms": [one for one in told if one.n >= LEAST],
        "fewer": [one for one in told if one.n < LEAST],
        "in_short": in_short(product, len(numbers), shelf.about, _in_groups(visit, strong), has_supplements),
        "above_all": above_all,
        "above_in": sum(n > 0 for n in above_of_each),
        "above_most": max(above_of_each, default=0),
        "above_both": above_both,
        "alarms": _alarms(shelf, likelihood),
        "has_supplements": has_supplements,
        "read_out": reading_words(told[0].of[0]) if told else "",
        "not_in_it": NOT_IN_IT,
        "busiest": max(found, key=lambda one: one.product, default=None),
        "bunch": bunch_words(largest_bunch(one.received for one in reports), len(numbers)),
        "notices": notices_about(visit, product, shelf.about),
        "alike": alike_words(shelf.alike(numbers)),
        "with_others": sum(_with_others(one) for one in reports),
        "deaths": sum("DEATH" in one.outcomes for one in reports),
        "deaths_with_others": sum("DEATH" in one.outcomes and _with_others(one) for one in reports),
        "death_terms": sum("DEATH" in one.events for one in reports),
        "years": found,
        "picture": Markup(years_svg(found, "", "", by_year(actions))),
        "reports": reports[:PAGE],
        "age_band": age_band,
        "actions": actions,
        "kinds": kinds(actions),
        "titles": TITLES,
        "most_actions": MOST_ACTIONS,
        "after": [one for one in actions if one.date > shelf.about.last_received],
        "backtest": looked_back,
        "flags": _flags(looked_back),
        "rules": RULES,
        "back_picture": Markup(backtest_svg(looked_back)) if looked_back else "",
    }
    return Shown(template="signals_product.html", values=values)


def show_pair(visit: Visit) -> Answer:
    """One product with one term against one background."""
    shelf = _shelf(visit)
    if isinstance(shelf, Shown):
        return shelf
    product, event, likelihood = named(visit, "product"), named(visit, "event"), likelihood_of(visit)
    pairs = shelf.pair(product, event, likelihood)
    background = visit.query.get("background", "all")
    if not any(one.background == background for one in pairs):
        raise Refused(404, "No report that is counted holds this product with this term.", "Search among the signals.")
    months = shelf.months(product, event, background)
    found = points(months, shelf.about.bound)
    by_years, alarm = years(months, found), first_alarm(found)
    numbers = shelf.numbers(product, event, background)
    beside = shelf.numbers(product, event, background, beside=True)
    actions = actions_about(visit, product, shelf.about)
    page, pages = _page(visit, len(numbers))

    def page_at(to: int) -> str:
        return pair_address(product, event, background, likelihood, to) + "#reports"

    def at(other: str) -> str:
        return pair_address(product, event, other, likelihood)

    values = shared(visit, shelf) | {
        "product": product,
        "event": event,
        "background": background,
        "likelihood": likelihood,
        "pairs": pairs,
        "alarms": _alarms(shelf, likelihood),
        "scored": [
            (LIKELIHOODS[mark], shelf.pair(product, event, mark), [_fit(shelf, one, mark) for one in pairs])
            for mark in ("C", "A", "B")
        ],
        "means": MEANS,
        "names": NAMES,
        "years": by_years,
        "alarm": alarm,
        "bound": shelf.about.bound,
        "watched": sum(one.background == background for one in shelf.of_product(product, likelihood)),
        "picture": Markup(years_svg(by_years, alarm.month if alarm else "", f"with {event.lower()}", by_year(actions))),
        "actions_of": dict(by_year(actions)),
        "numbers": numbers,
        "reports": shelf.reports(numbers[(page - 1) * PAGE : page * PAGE], product),
        "beside": shelf.reports(beside[:PAGE], product),
        "read_out": reading_words(next(one for one in pairs if one.background == background)),
        "not_in_it": NOT_IN_IT,
        "alike": alike_words(shelf.alike(numbers)),
        "summary": shelf.summary(numbers),
        "age_band": age_band,
        "page": page,
        "pages": pages,
        "page_at": page_at,
        "at": at,
        "actions": actions,
        "kinds": kinds(actions),
        "titles": TITLES,
        "most_actions": MOST_ACTIONS,
        "after": [one for one in actions if one.date > shelf.about.last_received],
    }  # fmt: skip
    return Shown(template="signals_pair.html", values=values)


def _shelf(visit: Visit) -> Shelf | Shown:
    visit.form.update(visit.query)
    try:
        return shelf_of(visit) or nothing(visit)
    except BadInput as wrong:
        return nothing(visit, wrong)


def _alarms(shelf: Shelf, likelihood: Likelihood) -> list[tuple[str, list[str]]]:
    """What the alarms of each rule are worth, against all reports and against supplements."""
    found = [one for id in ("all", "supplements") if (one := shelf.about.background(id)) and one.alarms]
    return [(background_words(one.id), alarm_words(one, likelihood)) for one in found]


def _fit(shelf: Shelf, one: PairTold, likelihood: str) -> str:
    background = shelf.about.background(one.background)
    found = next((fit for fit in background.fits if fit.likelihood == likelihood), None) if background else None
    return fit_words(found) if found else ""


def _in_groups(visit: Visit, terms: list[Against]) -> tuple[str, ...]:
    """The groups of reactions that terms are of, in words, in the order of the terms; a term of no group by its name."""
    groups = reaction_groups(visit.house.knowledge).values()
    found: dict[str, None] = {}
    for one in terms:
        of = [group.title.lower() for group in groups if group.of(one.event)]
        found |= dict.fromkeys(of or [one.event.lower()])
    return tuple(found)


def _with_others(one: ReportTold) -> bool:
    return any(not other.own for other in one.products)


def _by_term(pairs: tuple[PairTold, ...]) -> list[Against]:
    """The terms of a product, those reported more than expected first, then by how often."""
    events = dict.fromkeys(one.event for one in pairs)
    by_event = {event: tuple(one for one in pairs if one.event == event) for event in events}
    found = [Against(event=event, n=max(one.n for one in of), of=of) for event, of in by_event.items()]

    def strength(one: Against) -> tuple[int, float, int, str]:
        of_all = one.against("all")
        return -len(one.above), -((of_all.eb05 or of_all.ic025 or 0) if of_all else 0), -one.n, one.event

    return sorted(found, key=strength)


def _flags(found: BacktestTold | None) -> list[tuple[str, dict[str, str]]]:
    """Of each event the month of its first flag by each rule, in the order of the first."""
    told: dict[str, dict[str, str]] = {}
    for one in found.flags if found else ():
        told.setdefault(one.event, {})[one.rule] = one.until[:7]
    return list(told.items())


def _page(visit: Visit, count: int) -> tuple[int, int]:
    pages = max(1, -(-count // PAGE))
    asked = visit.query.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 8 else 1
    return min(max(page, 1), pages), pages


PAGES = (
    Page(path="/signals/product", needs="reference-read", show=show_product),
    Page(path="/signals/pair", needs="reference-read", show=show_pair),
)
