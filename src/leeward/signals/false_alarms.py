"""What an alarm of each rule is worth: how much it flags by chance, and how often it flags the pairs of all other products.

A rule that is asked again each month controls nothing by itself. So it is put to the pairs of the background too, over the
same months and with only the reports received by then, and the share that it flags at the end of any of them is told. Real
signals are among those: the share that is flagged falsely is at most that. How many it would flag by chance alone is worked
out in `by_chance`.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from leeward.signals.likelihoods import Prior
from leeward.signals.pairs import Floats, Pairs
from leeward.signals.rules import LEAST, RULES, Rule
from leeward.signals.scores import Flags, chance_below, chi_square, four_fold, ic025_above_zero, reporting_ratio
from leeward.signals.sequential import Bound
from leeward.signals.special import Integers


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """How many pairs of other products a rule flagged, of those that had `LEAST` reports at the end of any month."""

    rule: Rule
    flagged: int
    pairs: int
    by_chance: float | None = None
    """How many of the events that were watched it would flag by chance alone at the end of some month."""
    events: int = 0
    """How many events that is of."""

    @property
    def share(self) -> float:
        """The share that was flagged; 0 where there are no such pairs."""
        return self.flagged / self.pairs if self.pairs else 0.0


class Background:
    """The pairs of all other products, month by month. `pairs`: how many pairs there are in all months."""

    def __init__(self, product: str, pairs: int, bound: Bound) -> None:
        self._product, self._bound = product, bound
        self._flagged: dict[Rule, Flags] = {rule: np.zeros(pairs, dtype=bool) for rule in RULES}
        self._enough = np.zeros(pairs, dtype=bool)
        self._known = np.zeros(pairs, dtype=bool)
        self._awaited: Floats = np.zeros(pairs)
        self._reports: Integers = np.zeros(pairs, dtype=np.int64)

    def look(self, pairs: Pairs, place: Integers, prior: Prior | None) -> None:
        """Put every rule to the pairs at the end of a month. `place`: which each is of those of all months."""
        own = pairs.products.index(self._product) if self._product in pairs.products else -1
        other = pairs.product != own
        self._watch(pairs, place, other)
        some = np.flatnonzero(other & (pairs.n >= LEAST))
        self._enough[place[some]] = True
        for rule, flags in self._asked(pairs, place, some, prior).items():
            self._flagged[rule][place[flags]] = True

    def rates(self, by_chance: Mapping[Rule, float], events: int) -> tuple[Rate, ...]:
        """The rates of what was looked at, one a rule, beside what each would flag `by_chance` of so many events."""
        pairs = int(self._enough.sum())
        return tuple(
            Rate(
                rule=rule,
                flagged=int((flags & self._enough).sum()),
                pairs=pairs,
                by_chance=by_chance.get(rule),
                events=events,
            )
            for rule, flags in self._flagged.items()
        )

    def _asked(self, pairs: Pairs, place: Integers, some: Integers, prior: Prior | None) -> dict[Rule, Integers]:
        """The pairs, of some, that the rules flag which are asked anew each month; those flagged before are not asked again."""
        rules: tuple[Rule, ...] = ("eb05", "ic025", "prr") if prior is not None else ("ic025", "prr")
        left: dict[Rule, Integers] = {rule: some[~self._flagged[rule][place[some]]] for rule in rules}
        return {
            rule: which[
                flagged(
                    rule,
                    pairs.n[which].astype(float),
                    pairs.by_product[pairs.product[which]].astype(float),
                    pairs.by_event[pairs.event[which]].astype(float),
                    pairs.reports,
                    prior,
                )
            ]
            for rule, which in left.items()
        }

    def _watch(self, pairs: Pairs, place: Integers, other: Flags) -> None:
        """What MaxSPRT expects of each pair, as for the product that is watched, and which pairs it flags."""
        of_product, of_event = pairs.by_product[pairs.product], pairs.by_event[pairs.event]
        share = (of_event - pairs.n + 1) / (pairs.reports - of_product + 2)
        before = np.where(self._known[place], self._reports[place], 0)
        awaited = self._awaited[place] + (of_product - before) * share
        self._awaited[place], self._reports[place], self._known[place] = awaited, of_product, True
        some = np.flatnonzero(
            other & (pairs.n >= self._bound.least) & (awaited <= self._bound.limit) & (pairs.n > awaited)
        )
        n, expected = pairs.n[some], awaited[some]
        reached = expected - n + n * np.log(n / expected) >= self._bound.value
        self._flagged["maxsprt"][place[some[reached]]] = True


def flagged(rule: Rule, n: Floats, of_product: Floats, of_event: Floats, reports: int, prior: Prior | None) -> Flags:
    """Which of these counts, `LEAST` or more, a rule flags that is asked of one table, by their margins."""
    if rule != "prr":
        return flagged_by_expected(rule, n, of_product * of_event / reports, prior)
    table = four_fold(n, of_product, of_event, reports)
    return (reporting_ratio(table).ratio >= 2) & (chi_square(table, yates=True) >= 4)


def flagged_by_expected(rule: Rule, n: Floats, expected: Floats, prior: Prior | None) -> Flags:
    """The same of a rule that looks at nothing but what was expected. Without a prior EB05 flags nothing."""
    if rule == "ic025":
        return ic025_above_zero(n, expected)
    return chance_below(2.0, n, expected, prior) <= 0.05 if prior is not None else np.zeros(len(n), dtype=bool)
