"""What would have been flagged when: the counts of one product, month by month, with only the reports received by then.

| rule | flags a pair when | false alarms |
|---|---|---|
| eb05 | EB05 >= 2 and n >= 3, asked again each month | counted afterwards: asking again holds to no rate set ahead |
| ic025 | IC025 > 0 and n >= 3, asked again each month | counted afterwards |
| prr | PRR >= 2, chi-square >= 4 and n >= 3 (Evans 2001), asked again each month | counted afterwards |
| maxsprt | the count since the start reaches the exact bound | alpha over the whole time, for each event watched |

Of each rule it is told how many events it would flag in these months by chance alone (`by_chance`), and the share of the
other products' pairs that it flags in them (`false_alarms`).

Of MaxSPRT, what is expected of a month is the product's reports of that month times the share that the event has among
all other reports received by then, with one report more for and against: `(c + 1) / (others + 2)`. So an event that
nobody else has reported yet raises no alarm by that alone.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from datetime import date

import msgspec
import numpy as np

from leeward.signals.by_chance import Chance
from leeward.signals.counting import Counted
from leeward.signals.false_alarms import Background, Rate
from leeward.signals.fit import STARTS, fit
from leeward.signals.likelihoods import Prior, Reading
from leeward.signals.rules import ASKED, LEAST, Rule
from leeward.signals.scores import chi_square, four_fold, information, reporting_ratio, shrunk
from leeward.signals.sequential import Bound, critical_value, statistic

BY_CHANCE = (
    "By chance alone: what each rule would flag at the end of some month if each report of the product held an event as often as the other "
    "reports received by then; worked out exactly, summed over the events. Terms that come together, duplicates and publicity make more."
)
"""How the chance alarms were worked out."""

CANNOT = (
    "Reports show neither cause nor rate.",
    "The files are today's: names, terms and duplicates that were mended later count as if they had been so from the start.",
    "Spellings were put together with what is known today, and the product was chosen because something became of it: of "
    "products that were flagged and came to nothing this says nothing.",
    "A flag before an action does not show that anybody could have acted earlier, and one after it may follow from the publicity.",
    "What FDA knew besides, such as laboratory findings, is not in the reports.",
)
"""What a back-test cannot say."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One event of the product at the end of one month, all reports received by then counted; None where undefined."""

    until: str
    event: str
    n: int
    expected: float
    prr: float | None
    chi2: float | None
    ic025: float | None
    ebgm: float | None
    eb05: float | None
    eb95: float | None
    awaited: float
    """What MaxSPRT expected up to then, month by month."""
    llr: float
    """Its statistic, in nats."""
    flags: tuple[Rule, ...]


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """The first month at the end of which a rule flags an event."""

    event: str
    rule: Rule
    until: str
    n: int


class Dated(msgspec.Struct, frozen=True, kw_only=True):
    """An action of an authority, as far as a back-test needs it."""

    date: str
    """ISO 8601, as exact as its record."""
    what: str
    record: str


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """The product at the end of a month."""

    until: str
    reports: int
    fitted: bool
    """Whether the prior had an optimum inside; without one there is no EBGM."""


class Backtest(msgspec.Struct, frozen=True, kw_only=True):
    """What would have been flagged when."""

    product: str
    background: str
    likelihood: Reading
    bound: Bound
    alpha: float
    months: tuple[Month, ...]
    rows: tuple[Row, ...]
    flags: tuple[Flag, ...]
    actions: tuple[Dated, ...]
    rates: tuple[Rate, ...] = ()
    """How often each rule flagged pairs of other products in these months; empty where they were not looked at."""
    chosen_ahead: bool
    """Whether the events were named before the counts were looked at; otherwise all of the product's are shown."""

    @property
    def events(self) -> tuple[str, ...]:
        """The events, those with the most reports first."""
        last = {row.event: row.n for row in self.rows}
        return tuple(sorted(last, key=lambda one: (-last[one], one)))

    @property
    def says(self) -> tuple[str, ...]:
        """What each rule is worth, and what cannot be said."""
        watched = len(self.events)
        bound = self.bound
        sprt = (
            f"MaxSPRT: alarm at {bound.value:.4f} nats and {bound.least} reports or more; over the whole time, until "
            f"{bound.limit:g} reports are expected, a false alarm has the chance {bound.rate:.3g} for each event where reports "
            f"come by themselves and the share of the event stays."
        )
        if not self.chosen_ahead:
            sprt += f" The {watched} events were not chosen ahead: up to {watched * self.alpha:.2g} false alarms among them."
        last = self.months[-1].until if self.months else ""
        later = sum(one.date > last for one in self.actions)
        after = [f"Of {later} actions after {last} nothing is said: no report of that time is loaded."] if later else []
        how = [BY_CHANCE] if self.rates else []
        return (*self._worth(), sprt + self._flagged("maxsprt"), *how, *after, *CANNOT)

    def _worth(self) -> list[str]:
        return [
            f"{asks}, asked again each month: it holds to no rate set ahead.{self._flagged(rule)}"
            for rule, asks in ASKED.items()
        ]

    def rate(self, rule: Rule) -> Rate | None:
        """The rates of a rule; None where they were not worked out."""
        return next((one for one in self.rates if one.rule == rule), None)

    def _flagged(self, rule: Rule) -> str:
        """How much a rule flags here, by chance and among other products, in a sentence or two."""
        rate = self.rate(rule)
        if rate is None or rate.by_chance is None:
            return ""
        own = sum(one.rule == rule for one in self.flags)
        told = f" It flagged {own} of the {rate.events:,} events that any report holds; by chance alone it would {rate.by_chance:.2g}."
        if not rate.pairs:
            return told
        return told + (
            f" Of {rate.pairs:,} pairs of other products with {LEAST} reports or more it flagged {rate.flagged:,} "
            f"({100 * rate.share:.2g} %) in these months: at most so many are flagged falsely, real signals are among them."
        )

    def lead(self, action: Dated) -> int | None:
        """Months from the first alarm of MaxSPRT to an action; None where there was none before it, or its day is not told."""
        first = min((one.until for one in self.flags if one.rule == "maxsprt"), default="")
        if not first or len(action.date) < 7 or action.date < first or action.date > self.months[-1].until:
            return None
        return (int(action.date[:4]) - int(first[:4])) * 12 + int(action.date[5:7]) - int(first[5:7])


def month_ends(first: str, last: str) -> tuple[str, ...]:
    """The last day of each month from that of the first day to that of the last."""
    year, month = int(first[:4]), int(first[5:7])
    found: list[str] = []
    while (year, month) <= (int(last[:4]), int(last[5:7])):
        found.append(date(year, month, monthrange(year, month)[1]).isoformat())
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return tuple(found)


def backtest(
    counted_by: Callable[[str], Counted],
    product: str,
    months: Sequence[str],
    *,
    events: Sequence[str] = (),
    background: str = "all",
    likelihood: Reading = "C",
    alpha: float = 0.05,
    limit: float = 10.0,
    least: int = 4,
    actions: Iterable[Dated] = (),
) -> Backtest:
    """Count, fit and look at the end of each month.

    `counted_by`: the counts of all reports received by a day; a `Cumulative` counts them once for all months, and lets each
    rule be put to the pairs of the other products too. `events`: those that are watched; all of the product's
    where none is named. `alpha` is shared among events that are named. `limit`, `least`: when MaxSPRT ends, and the
    fewest reports that it flags (4, after Kulldorff and Silva 2015).
    """
    share = alpha / max(1, len(events))
    bound = critical_value(limit, share, least)
    watch = Watch(product, tuple(events), bound)
    others: Background | None = None
    chance = Chance(product, events, bound)
    prior: Prior | None = None
    told: list[Month] = []
    rows: list[Row] = []
    for number, until in enumerate(months):
        counts = counted_by(until)
        if product not in counts.pairs.products:
            continue
        found = fit(counts.pairs, likelihood, prior, _starts(number, likelihood, prior))
        prior = found.prior or prior
        reports, at_end = watch.look(until, counts, found.prior)
        told.append(Month(until=until, reports=reports, fitted=found.prior is not None))
        rows += at_end
        if counts.place is not None:
            others = others or Background(product, counts.of_all, bound)
            others.look(counts.pairs, counts.place, found.prior)
            chance.look(counts.pairs, found.prior)
    return Backtest(
        product=product, background=background, likelihood=likelihood, bound=bound, alpha=share, months=tuple(told),
        rows=tuple(rows), flags=tuple(_first_flags(rows)), chosen_ahead=bool(events),
        actions=tuple(sorted(actions, key=lambda one: (one.date, one.record))), rates=others.rates(chance.by_chance(), chance.events) if others else (),
    )  # fmt: skip


def _starts(number: int, likelihood: Reading, near: Prior | None) -> Sequence[Prior]:
    """Where a month's fit begins besides the prior of the month before.

    Reading C has one optimum: two walks that meet, one of them from another of the starts each month, are proof enough, and
    where they do not meet `fit` tries all. A and B may have another optimum that a walk from the last one would not see.
    """
    return STARTS if near is None or likelihood != "C" else (STARTS[number % len(STARTS)],)


def _first_flags(rows: Iterable[Row]) -> list[Flag]:
    found: dict[tuple[str, Rule], Flag] = {}
    for row in rows:
        for rule in row.flags:
            found.setdefault((row.event, rule), Flag(event=row.event, rule=rule, until=row.until, n=row.n))
    return sorted(found.values(), key=lambda one: (one.until, one.event, one.rule))


class Watch:
    """What goes on from month to month: the counts so far, and what was expected of each event."""

    def __init__(self, product: str, events: tuple[str, ...], bound: Bound) -> None:
        self._product, self._events, self._bound = product, events, bound
        self._reports = 0
        self._expected: dict[str, float] = {}
        self._alarmed: set[str] = set()

    def look(self, until: str, counts: Counted, prior: Prior | None) -> tuple[int, list[Row]]:
        """The product's reports, and its events with their measures, at the end of a month."""
        pairs = counts.pairs
        place = pairs.products.index(self._product)
        own = np.flatnonzero(pairs.product == place)
        n, of_event = pairs.n[own].astype(float), pairs.by_event[pairs.event[own]].astype(float)
        reports = int(pairs.by_product[place])
        expected = reports * of_event / pairs.reports
        table = four_fold(n, np.full(len(n), float(reports)), of_event, pairs.reports)
        measures = {
            "prr": reporting_ratio(table).ratio,
            "chi2": chi_square(table, yates=True),
            "ic025": information(n, expected).ic025,
        }
        if prior is not None:
            measures |= shrunk(n, expected, prior)._asdict()
        names = [pairs.events[int(event)] for event in pairs.event[own].tolist()]
        self._expect(dict(zip(names, (of_event - n + 1).tolist(), strict=True)), pairs.reports - reports + 2, reports)
        rows: list[Row] = []
        for at, name in enumerate(names):
            if not self._events or name in self._events:
                told = {of: _told(float(value[at])) for of, value in measures.items()}
                rows.append(self._row(until, name, int(n[at]), float(expected[at]), told))
        return reports, rows

    def _expect(self, others: dict[str, float], rest: int, reports: int) -> None:
        """Add what is expected of the month's reports, by the share of each event among those of all others."""
        fresh, before = reports - self._reports, self._reports
        for name, count in others.items():
            share = count / rest
            # An event that the product has for the first time was expected of its earlier reports too, at today's share.
            self._expected[name] = self._expected.get(name, before * share) + fresh * share
        self._reports = reports

    def _row(self, until: str, event: str, n: int, expected: float, told: dict[str, float | None]) -> Row:
        awaited = self._expected[event]
        llr = statistic(n, awaited)
        if n >= self._bound.least and awaited <= self._bound.limit and llr >= self._bound.value:
            self._alarmed.add(event)
        prr, chi2, ic025, eb05 = (told.get(name) for name in ("prr", "chi2", "ic025", "eb05"))
        enough = n >= LEAST
        flagged: dict[Rule, bool] = {
            "eb05": enough and eb05 is not None and eb05 >= 2,
            "ic025": enough and ic025 is not None and ic025 > 0,
            "prr": enough and prr is not None and prr >= 2 and chi2 is not None and chi2 >= 4,
            "maxsprt": event in self._alarmed,
        }
        flags: tuple[Rule, ...] = tuple(rule for rule, true in flagged.items() if true)
        return Row(
            until=until, event=event, n=n, expected=expected, prr=prr, chi2=chi2, ic025=ic025, ebgm=told.get("ebgm"), eb05=eb05,
            eb95=told.get("eb95"), awaited=awaited, llr=llr, flags=flags,
        )  # fmt: skip


def _told(value: float) -> float | None:
    return None if np.isnan(value) else value
