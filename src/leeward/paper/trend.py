"""The way from one score to the next in words: the same on the board, the page of a person and the hand-off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from leeward.paper.timeline_entries import Scored
from leeward.paper.times import ago


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """How the last score of an instrument stands to the one before. Nothing is said across missing answers."""

    way: Literal["up", "down", "unchanged", "across-missing", "first"]
    says: str
    """`up 6 in 45 min`, `no trend across missing answers`, `the first score: no trend`."""
    before: str = ""
    """The score before, as it is read out."""

    @property
    def arrow(self) -> str:
        """A sign to see from afar; the words say the same."""
        return {"up": "↗", "down": "↘", "unchanged": "→"}.get(self.way, "")


def trend_of(scores: Sequence[Scored]) -> Trend:
    """The trend of timed scores of one instrument, oldest first; there is at least one."""
    last, before = scores[-1], scores[-2] if len(scores) > 1 else None
    if before is None:
        return Trend(way="first", says="the first score: no trend")
    if last.low is None or last.low != last.high or before.low is None or before.low != before.high:
        return Trend(way="across-missing", says="no trend across missing answers", before=before.value)
    assert last.at is not None and before.at is not None
    change = last.low - before.low
    span = ago(before.at.latest, last.at.latest).removesuffix(" ago")
    within = "at the same time" if span == "now" else f"in {span}"
    if not change:
        return Trend(way="unchanged", says=f"unchanged {within}", before=before.value)
    way = "up" if change > 0 else "down"
    return Trend(way=way, says=f"{way} {abs(change)} {within}", before=before.value)
