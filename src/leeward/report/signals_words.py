"""The words that stand beside numbers made of reports: what each measure means, what a fit is worth, what is not known."""

from __future__ import annotations

from collections.abc import Sequence

from leeward.signals.prepared import Background, FitTold, Likelihood, Prepared
from leeward.signals.rules import HOW
from leeward.signals.shown import PairTold
from leeward.signals.time_line import Bunch

CAVEAT = "Reports show neither cause nor rate."
WHY = (
    "A report is no proof that a product did harm. Nobody knows how many took it. Publicity, lawyers and duplicates move the counts, "
    "and how much harm is never reported nobody knows."
)

LIKELIHOODS = {
    "A": "A: pairs that were seen, each component truncated (as openEBGM)",
    "B": "B: pairs that were seen, the mixture conditioned (as vigipy)",
    "C": "C: all cells, unseen ones too (DuMouchel 1999; as PhViD)",
}

MEANS = {
    "n": "Distinct reports that name the product as suspect and hold the term.",
    "expected": "As many as would hold both, were product and term independent in this background. It counts reports, not people who took it.",
    "ratio": "Observed by expected (RRR). With few reports it jumps: one report where 0.01 was expected makes 100.",
    "prr": "The term's share among the product's reports by its share among all others, with its 95 % interval. None where no other product has the term.",
    "chi2": "How far the two-by-two table is from independence, with Yates' correction. From 4 on by custom; it grows with the number of reports.",
    "ror": "The same with odds in place of shares, with its 95 % interval. None where a cell of the table is empty.",
    "ic": "Log2 of (n + 0.5) by (expected + 0.5), with its exact 95 % interval. Above 0 throughout (IC025 > 0): more than expected.",
    "ebgm": "Observed by expected, pulled towards what is usual in this table the more, the fewer reports there are; 90 % of its posterior lies between EB05 and EB95.",
}
"""What each measure means, for a person who reads it beside its number."""

NAMES = {
    "n": "Reports",
    "expected": "Expected",
    "ratio": "Observed / expected",
    "prr": "PRR",
    "chi2": "Chi-square",
    "ror": "ROR",
    "ic": "IC (IC025 to IC975)",
    "ebgm": "EBGM (EB05 to EB95)",
}


def background_words(id: str) -> str:
    """A background in words."""
    if id == "all":
        return "all reports"
    if id == "supplements":
        return "supplements only (industry code 54)"
    return f"industry code {id.partition(':')[2]}" if ":" in id else "each product's own industry code"


def fit_words(found: FitTold) -> str:
    """What a fit is worth, in a sentence or two, and what is valid without it."""
    if found.proved:
        others = (
            f" The data hardly tell {found.others} other optimum from it: scores may differ by that."
            if found.others
            else ""
        )
        return (
            f"The fit is proved: {found.agree} of {found.starts} starts came to one place, flat (largest gradient {found.gradient:.1g} "
            f"of {found.nll:,.0f} nats) and away from every edge. EBGM, EB05 and EB95 are valid.{others}"
        )
    if found.outcome == "no interior optimum":
        return (
            f"The fit has no interior optimum. {found.says} So there is no EBGM, EB05 or EB95 here; "
            "the counts, PRR, ROR, chi-square and IC stand by themselves and are valid."
        )
    return (
        f"The fit is not proved. {found.says} So there is no EBGM, EB05 or EB95 here; "
        "the counts, PRR, ROR, chi-square and IC stand by themselves and are valid."
    )


def alarm_words(of: Background, likelihood: Likelihood) -> list[str]:
    """What the alarms of each rule against a background are worth, and how that was worked out; empty where it was not."""
    told = [one.says for one in of.alarms.get(likelihood, ())]
    return [*told, HOW] if told else []


def duplicates_words(about: Prepared) -> str:
    """What was done about reports that may be one event."""
    told = f"{about.twins} pairs of reports look alike, {about.likely_twins} of them likely one event."
    if about.dropped:
        return f"{told} {len(about.left_out)} likely duplicates are left out of every number here."
    return f"{told} All are counted: nothing was merged or left out."


QUESTION = (
    "That more is reported than expected is a question to be looked into, not an answer: it may come of the product, of what was in it, "
    "of what else was taken, of an illness, of who reports and when, or of chance."
)

NO_RISK = "Nothing here is the chance of harm in one person."

NOT_IN_IT = (
    "The fewer the reports, the wider the interval. An interval holds chance alone. Publicity, duplicates, other substances and what was never reported are not in it, so nobody knows the "
    "number as closely as the interval is narrow. A number of 10 does not mean that harm is ten times as likely. EB05 of 2 or more, or IC025 "
    "above 0, is a custom of those who watch: it says where to look first."
)


def number(value: float) -> str:
    """A measure as the tables have it.

    >>> number(0.0049), number(3.728), number(1234.5)
    ('0.0049', '3.73', '1,234')
    """
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2g}" if 0 < value < 0.1 else f"{value:.2f}"


def in_short(product: str, count: int, about: Prepared, above: Sequence[str], both: bool) -> str:
    """What a person who reads no further should know: `above` names what is told more than expected, against `both` backgrounds or one."""
    until = f" until {about.last_received}" if about.last_received else ""
    reports = "1 report names" if count == 1 else f"{count:,} reports name"
    told = f"{reports} {product} as suspect{until}."
    if not above:
        return f"{told} With three reports or more, no term is told more often than expected. That does not mean safe. {NO_RISK}"
    against = " against both backgrounds" if both else ""
    return f"{told} Reported with it more often than expected{against}: {', '.join(above)}. {QUESTION} {NO_RISK}"


def reading_words(one: PairTold) -> str:
    """One line of the table, read out: what each number in it says."""
    reports = "1 report holds" if one.n == 1 else f"{one.n:,} reports hold"
    told = (
        f"{one.event.lower()}: {reports} it, where {number(one.expected)} would if product and term had nothing to do with each other. "
        f"By the bare counts that is {number(one.ratio)} times as many."
    )
    if one.ebgm is not None and one.eb05 is not None and one.eb95 is not None:
        told += (
            f" EBGM, which pulls that towards what is usual the more, the fewer reports there are, is {number(one.ebgm)}; by the model it lies "
            f"between {number(one.eb05)} and {number(one.eb95)} with a chance of 90 %."
        )
    elif one.ic is not None and one.ic025 is not None and one.ic975 is not None:
        told += (
            f" There is no EBGM. IC, a logarithm to base 2 of the same after half a report is added to both, is {one.ic:.2f}; it lies between "
            f"{one.ic025:.2f} and {one.ic975:.2f} with a chance of 95 % by its model."
        )
    return told


def bunch_words(found: Bunch | None, count: int) -> str:
    """How many of the reports came together, and why that matters; empty where no three did."""
    if found is None or found.reports < 3:
        return ""
    when = f"on {found.first}" if found.first == found.last else f"from {found.first} to {found.last}"
    return (
        f"{found.reports:,} of the {count:,} came within one week, {when}. Reports that come together may be of one sender, one event or one "
        "publication."
    )


def alike_words(alike: Sequence[tuple[str, str, bool]]) -> str:
    """How many of the reports that are shown look like one another, and what is not found that way."""
    found = f"{len(alike)} pairs of these reports look alike" if alike else "None of these reports look alike"
    if len(alike) == 1:
        found = "1 pair of these reports looks alike"
    pairs = "; ".join(
        f"{first.partition(':')[2]} and {second.partition(':')[2]}{' (likely one event)' if likely else ''}"
        for first, second, likely in alike[:10]
    )
    return (
        f"{found}{f': {pairs}' if pairs else ''}{' and more' if len(alike) > 10 else ''}. Only the same terms, age, sex and product within a week "
        "are found so: one event told twice in other words is not."
    )


def background_counts(one: Background) -> str:
    """What a background holds."""
    return f"{one.reports:,} reports, {one.products:,} products, {one.events:,} terms, {one.pairs:,} pairs"
