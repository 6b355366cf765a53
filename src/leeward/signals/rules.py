"""The rules that raise an alarm, in words, and what is told of the alarms of each on one table. How it is worked out: `by_chance`."""

from __future__ import annotations

from typing import Literal

import msgspec

Rule = Literal["eb05", "ic025", "prr", "maxsprt"]

RULES: tuple[Rule, ...] = ("eb05", "ic025", "prr", "maxsprt")

LEAST = 3
"""No rule but MaxSPRT, which has its own, flags fewer reports."""


ASKED: dict[Rule, str] = {
    "eb05": "EB05 >= 2 with 3 reports or more",
    "ic025": "IC025 > 0 with 3 reports or more",
    "prr": "PRR >= 2, chi-square >= 4 and 3 reports or more",
}
"""The rules that are asked of a table as it stands, in words."""


class Alarms(msgspec.Struct, frozen=True, kw_only=True):
    """How many pairs a rule flags, of how many, and how many it would flag by chance alone; see `by_chance`."""

    rule: Rule
    flagged: int
    of: int
    by_chance: float

    @property
    def says(self) -> str:
        """The same in a sentence."""
        share = f" ({100 * self.by_chance / self.flagged:.2g} % of as many)" if self.flagged else ""
        return f"{ASKED[self.rule]}: flags {self.flagged:,} of {self.of:,} pairs; by chance alone {self.by_chance:,.3g}{share}."


HOW = (
    "By chance alone: what the rule would flag were every term dealt out anew among the reports, so that product and term had nothing to do "
    "with each other; worked out exactly, over unseen pairs too; with strata each count is taken as Poisson, which makes it rather more. Terms that come together, duplicates and publicity make more false alarms."
)
"""How the chance of false alarms of a table was worked out."""
