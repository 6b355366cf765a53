"""How many pairs each rule would flag by chance alone: the false alarms that stand beside its alarms.

For a look at a whole table every term is dealt out anew among the reports, so that product and event have nothing to do
with each other and every margin stays as it is. The count of a pair is then hypergeometric, and the chance of as many
reports as the rule needs is exact. Summed over all cells, unseen ones too, that is how many pairs the rule would flag.

For a product that is looked at month by month each of its new reports holds an event with the share that the event has
among all other reports received by then, `(c + 1) / (others + 2)` as MaxSPRT takes it. The count is carried from one month
to the next, and what reaches the rule's number at the end of any month is flagged. Summed over the events that is how many
of them would be flagged at some time.

Both are expectations where nothing is the matter. Terms of one report depend on each other, duplicates and publicity bring
reports in bunches: real chance makes more false alarms than these. The shrinking prior is taken as it was fitted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from leeward.signals.false_alarms import flagged, flagged_by_expected
from leeward.signals.likelihoods import Prior
from leeward.signals.pairs import Floats, Pairs, seen_points, unseen_points
from leeward.signals.rules import ASKED, LEAST, RULES, Alarms, Rule
from leeward.signals.scores import Flags
from leeward.signals.sequential import Bound
from leeward.signals.special import Integers, gammaln, pdtrc

Asks = Callable[[Integers, Integers], Flags]
"""Whether counts are flagged, each at its place."""


def alarms_of(pairs: Pairs, prior: Prior | None) -> tuple[Alarms, ...]:
    """Of each rule how many pairs it flags, and how many it would by chance alone; without a prior none of EB05."""
    of_product, of_event = (pairs.by_product[pairs.product].astype(float), pairs.by_event[pairs.event].astype(float))
    enough = pairs.n >= LEAST
    n, expected = pairs.n[enough].astype(float), pairs.expected()[enough]
    found: list[Alarms] = []
    for rule in ASKED:
        if rule == "prr":
            flags = flagged(rule, n, of_product[enough], of_event[enough], pairs.reports, prior)
            chance = _dealt_out(rule, pairs, prior)
        elif rule == "eb05" and prior is None:
            continue
        else:
            flags = flagged_by_expected(rule, n, expected, prior)
            chance = _dealt_out(rule, pairs, prior) if pairs.strata is None else _of_points(rule, pairs, prior)
        found.append(Alarms(rule=rule, flagged=int(flags.sum()), of=pairs.cells, by_chance=chance))
    return tuple(found)


def _dealt_out(rule: Rule, pairs: Pairs, prior: Prior | None) -> float:
    """How many cells the rule would flag with these margins, by distinct margins."""
    (r, r_count), (c, c_count) = (np.unique(one[one >= LEAST], return_counts=True) for one in (pairs.by_product, pairs.by_event))  # fmt: skip
    r, c = (one.ravel() for one in np.meshgrid(r, c, indexing="ij"))
    cells = np.multiply.outer(r_count, c_count).ravel()
    of_product, of_event, most = r.astype(float), c.astype(float), np.minimum(r, c)
    low = np.maximum(LEAST - 1, np.floor(of_product * of_event / pairs.reports).astype(np.int64))

    def asks(n: Integers, which: Integers) -> Flags:
        return flagged(rule, n.astype(float), of_product[which], of_event[which], pairs.reports, prior)

    needs = needed(asks, low, most)
    can = np.flatnonzero(needs <= most)
    return float(np.sum(cells[can] * hypergeometric_tail(needs[can], r[can], c[can], pairs.reports)))


def _of_points(rule: Rule, pairs: Pairs, prior: Prior | None) -> float:
    """The same of expected counts that allow for strata, each count taken as Poisson."""
    points = (seen_points(pairs)[0], unseen_points(pairs))
    expected, cells = (np.concatenate([one[place] for one in points]) for place in (1, 2))
    low = np.maximum(LEAST - 1, np.floor(expected).astype(np.int64))

    def asks(n: Integers, which: Integers) -> Flags:
        return flagged_by_expected(rule, n.astype(float), expected[which], prior)

    needs = needed(asks, low, np.full(len(low), pairs.reports))
    return float(np.sum(cells * np.where(needs <= pairs.reports, pdtrc((needs - 1).astype(float), expected), 0)))


def needed(asks: Asks, low: Integers, most: Integers) -> Integers:
    """The fewest reports above `low`, and no more than `most`, that are flagged, at each place; `most + 1` where none are.

    What is flagged at a number must be flagged at every greater one.
    """
    low, high = np.minimum(low, most), np.minimum(low, most) + 1
    open_, step = np.flatnonzero(high <= most), 1
    while len(open_):
        open_ = open_[~asks(high[open_], open_)]
        low[open_] = high[open_]
        step *= 2
        high[open_] = np.where(high[open_] == most[open_], most[open_] + 1, np.minimum(high[open_] + step, most[open_]))
        open_ = open_[high[open_] <= most[open_]]
    open_ = np.flatnonzero(high - low > 1)
    while len(open_):
        middle = (low[open_] + high[open_]) // 2
        over = asks(middle, open_)
        high[open_] = np.where(over, middle, high[open_])
        low[open_] = np.where(over, low[open_], middle)
        open_ = open_[high[open_] - low[open_] > 1]
    return high


def hypergeometric_tail(least: Integers, drawn: Integers, marked: Integers, of_all: int) -> Floats:
    """The chance of so many marked reports, or more, among those drawn: `least` is above what is expected."""
    k, r, c = (one.astype(float) for one in (least, drawn, marked))
    rest, logs = of_all - r - c, [gammaln(one + 1) for one in (r, c, of_all - r, of_all - c)]
    below = gammaln(k + 1) + gammaln(r - k + 1) + gammaln(c - k + 1) + gammaln(rest + k + 1) + gammaln(of_all + 1.0)
    term: Floats = np.exp(sum(logs) - below)
    found, open_ = term.copy(), np.arange(len(k))
    while len(open_):
        at = k[open_]
        term = term * (r[open_] - at) * (c[open_] - at) / ((at + 1) * (rest[open_] + at + 1))
        found[open_] += term
        k[open_] += 1
        more = term > 1e-16 * found[open_]
        open_, term = open_[more], term[more]
    return found


class _Month(NamedTuple):
    event: Integers
    share: Floats
    reports: int
    fresh: int
    needs: dict[Rule, Integers]


class Chance:
    """The chance alarms of one product, month by month. `events`: those that are watched; all where none is named."""

    def __init__(self, product: str, events: Iterable[str], bound: Bound) -> None:
        self._product, self._named, self._bound = product, frozenset(events), bound
        self._place: dict[str, int] = {}
        self._awaited: Floats = np.zeros(0)
        self._reports = 0
        self._months: list[_Month] = []

    @property
    def events(self) -> int:
        """How many events were watched: those that any report held."""
        return len(self._place)

    def look(self, pairs: Pairs, prior: Prior | None) -> None:
        """Take in the reports received by the end of a month. The product must be among them."""
        own = pairs.products.index(self._product)
        of_pair = np.flatnonzero(pairs.product == own)
        others = pairs.by_event.copy()
        others[pairs.event[of_pair]] -= pairs.n[of_pair]
        kept = [at for at, name in enumerate(pairs.events) if not self._named or name in self._named]
        event = np.array([self._place.setdefault(pairs.events[at], len(self._place)) for at in kept], dtype=np.int64)
        others, reports = others[kept], int(pairs.by_product[own])
        share = (others + 1) / (pairs.reports - reports + 2)
        fresh = max(0, reports - self._reports)
        known = event < len(self._awaited)  # an event that is new was expected of the earlier reports too
        self._awaited = np.concatenate([self._awaited, np.zeros(len(self._place) - len(self._awaited))])
        self._awaited[event] += np.where(known, fresh, reports) * share
        needs = self._needs(others, reports, pairs.reports, prior)
        needs["maxsprt"] = self._sprt(event, reports)
        self._months.append(_Month(event, share, reports, fresh, needs))
        self._reports = reports

    def _needs(self, others: Integers, reports: int, of_all: int, prior: Prior | None) -> dict[Rule, Integers]:
        """How many of the product's reports must hold an event, for each rule that is asked anew each month."""
        distinct, of = np.unique(others, return_inverse=True)
        beside, of_product = distinct.astype(float), np.full(len(distinct), float(reports))
        low, most = np.full(len(distinct), LEAST - 1), np.full(len(distinct), max(reports, LEAST - 1))
        found: dict[Rule, Integers] = {}
        for rule in ASKED:
            if rule == "eb05" and prior is None:
                continue

            def asks(n: Integers, which: Integers, rule: Rule = rule) -> Flags:
                return flagged(rule, n.astype(float), of_product[which], beside[which] + n.astype(float), of_all, prior)

            found[rule] = needed(asks, low.copy(), most)[of.ravel()]
        return found

    def _sprt(self, event: Integers, reports: int) -> Integers:
        awaited, bound = self._awaited[event], self._bound
        low = np.maximum(bound.least - 1, np.floor(awaited).astype(np.int64))

        def asks(n: Integers, which: Integers) -> Flags:
            of = awaited[which]
            return of - n + n * np.log(n / of) >= bound.value

        needs = needed(asks, low, np.full(len(event), max(reports, bound.least - 1)))
        return np.where(awaited <= bound.limit, needs, reports + 1)

    def by_chance(self) -> dict[Rule, float]:
        """Of each rule how many events it would flag at the end of some month."""
        return {rule: self._ever(rule) for rule in RULES}

    def _ever(self, rule: Rule) -> float:
        most = np.zeros(self.events, dtype=np.int64)
        for month in self._months:
            if rule in month.needs:
                needs = month.needs[rule]
                can = needs <= month.reports
                np.maximum.at(most, month.event[can], needs[can])
        total, width = 0.0, 4
        while np.any(most > width // 2 * (width > 4)):
            of_it = np.flatnonzero((most > width // 2 * (width > 4)) & (most <= width))
            total += self._carried(rule, of_it, width)
            width *= 2
        return total

    def _carried(self, rule: Rule, events: Integers, width: int) -> float:
        """The same of events for which no month needs more than `width` reports, summed."""
        row = np.full(self.events, -1)
        row[events] = np.arange(len(events))
        state: Floats = np.zeros((len(events), width + 1))
        state[:, 0] = 1.0
        counts, total = np.arange(width + 1), 0.0
        for month in self._months:
            rows = row[month.event]
            some = np.flatnonzero(rows >= 0)
            rows = rows[some]
            if month.fresh:
                state[rows] = _more(state[rows], month.share[some], month.fresh)
            if rule in month.needs:
                over = counts >= month.needs[rule][some][:, None]
                over &= (month.needs[rule][some] <= month.reports)[:, None]
                total += float(state[rows][over].sum())
                state[rows] = np.where(over, 0.0, state[rows])
        return total


def _more(state: Floats, share: Floats, fresh: int) -> Floats:
    """The chances of each count after so many reports more; the last stands for all from there on."""
    last = state.shape[1] - 1
    found, left = np.zeros_like(state), np.ones(len(share))
    log_share, log_rest = np.log(share), np.log1p(-share)
    for more in range(min(fresh, last) + 1):
        ways = float(gammaln(fresh + 1.0) - gammaln(more + 1.0) - gammaln(fresh - more + 1.0))
        chance: Floats = np.exp(ways + more * log_share + (fresh - more) * log_rest)
        found[:, more:] += chance[:, None] * state[:, : last + 1 - more]
        found[:, last] += chance * state[:, last + 1 - more :].sum(axis=1)  # those that go beyond the last
        left -= chance
        if not len(left) or left.max() < 1e-13:
            return found
    found[:, last] += left * state.sum(axis=1)
    return found
