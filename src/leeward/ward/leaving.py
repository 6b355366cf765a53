"""How ill somebody still is who is about to leave: it is said, and a reason is asked, before the discharge is charted.

Hazard: a person in grave withdrawal who is charted as gone by one tap. Nobody is held back: the reason is asked once.
"""

from __future__ import annotations

from collections.abc import Iterator

from leeward.instruments import load_instruments
from leeward.paper.timeline_entries import Scored, timeline_entries
from leeward.ward.self_reports import CALLED, unanswered, unread_words
from leeward.ward.state import Bedside, Ward

GRAVE = "moderately severe"
"""The band of COWS from which on a reason is asked."""


def still_ill(bedside: Bedside, ward: Ward) -> tuple[str, ...]:
    """The last COWS where it is moderately severe or worse, and a report of the person's own that is severe.

    A score whose answers are missing counts by the most that it may come to.
    """
    found = list(_by_scores(bedside))
    report = unanswered(bedside, ward)
    if report is not None and not any(said.startswith(f"{report.short} ") for said in found):
        found.append(f"{report.says(report.at).removesuffix(', now')}, self-reported")
    if unread_words(bedside) is not None:
        found.append("words of their own that nobody has answered")
    return tuple(found)


def _by_scores(bedside: Bedside) -> Iterator[str]:
    case, assessment = bedside.case, bedside.assessment
    if case is None or assessment is None:
        return
    last: dict[str, list[Scored]] = {}
    for one in timeline_entries(case, assessment).scores:
        if one.at is not None and one.high is not None and (one.instrument == "cows" or one.by == "self"):
            before = last.get(one.instrument, [])
            last[one.instrument] = (
                [*before, one] if one.either and before and before[-1].either == one.either else [one]
            )
    cows = last.pop("cows", [])
    if any(_high(one) >= _from(one.instrument, GRAVE) for one in cows):
        yield f"COWS {cows[-1].value}"
    for scores in last.values():
        one = scores[-1]
        since = cows and one.at is not None and cows[-1].at is not None and one.at.latest < cows[-1].at.latest
        if not since and any(_high(said) >= _from(said.instrument, *CALLED) for said in scores):
            yield f"{one.short} {one.value}, self-reported"


def _high(one: Scored) -> int:
    return -1 if one.high is None else one.high


def _from(instrument: str, *labels: str) -> int:
    """The least total of a band; more than any where the instrument has no such band."""
    scale = load_instruments()[instrument]
    return min((band.low for band in scale.bands if band.label in labels), default=scale.highest + 1)
