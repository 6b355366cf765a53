"""The way from one score to the next in words: the same on the board, the page of a person and the hand-off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from leeward.paper.timeline_entries import AGAIN, Scored
from leeward.paper.times import ago


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """How the last score of an instrument stands to the one before. Across missing answers it is told only where it is certain."""

    way: Literal["up", "down", "unchanged", "across-missing", "first", "differ"]
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
    if last.either:
        return Trend(way="differ", says=f"two scores of one time differ: {AGAIN}")
    if before is None:
        return Trend(way="first", says="the first score: no trend")
    assert last.at is not None and before.at is not None
    span = ago(before.at.latest, last.at.latest).removesuffix(" ago")
    within = "at the same time" if span == "now" else f"in {span}"
    if last.low is None or last.high is None or before.low is None or before.high is None:
        return Trend(way="across-missing", says="no trend across missing answers", before=before.value)
    if last.low != last.high or before.low != before.high:
        return _across(last.low - before.high, before.low - last.high, within, before.value)
    change = last.low - before.low
    if not change:
        return Trend(way="unchanged", says=f"unchanged {within}", before=before.value)
    way = "up" if change > 0 else "down"
    return Trend(way=way, says=f"{way} {abs(change)} {within}", before=before.value)


def _across(risen: int, fallen: int, within: str, before: str) -> Trend:
    """The trend of scores with missing answers: told only where it holds however these are answered."""
    if risen > 0:
        return Trend(way="up", says=f"up by at least {risen} {within}", before=before)
    if fallen > 0:
        return Trend(way="down", says=f"down by at least {fallen} {within}", before=before)
    return Trend(way="across-missing", says="no trend across missing answers", before=before)
