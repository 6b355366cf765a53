"""Which clauses of a sentence only tell what others say, or what something is sold as."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leeward.evidence.claims.listed import listed

QUOTES = frozenset('"“”`')


REPORTS = listed(
    "accuse accuses accused call calls called describe describes described portray portrays claim claims claimed say says said believe believes insist insists argue argues allege alleges assert asserts swear swears tout touts advertise advertises advertised promise promises boast boasts suggest reckon reckons think thinks heard rumor rumour rumoured market markets marketed maintain maintains"
)


REPORTERS = listed(
    "vendor vendors seller sellers some people users user advocates advocate proponents fans company companies website websites sites posts blog blogs forum forums manufacturers industry critics others lobbyists supporters marketers retailers article influencers they one shop shops ads lobby enthusiasts everyone many friends adverts advertising internet reddit headlines marketers makers pages lawsuit lawsuits complaint complaints plaintiffs"
)


def reported_in(texts: Sequence[str], clause: Sequence[int]) -> Iterator[int]:
    """The clauses that only tell what others say."""
    for place, word in enumerate(texts):
        before = texts[max(0, place - 6) : place]
        if (
            (word in ("call", "calls", "called") and texts[place + 1 : place + 2] == ["for"])
            or before[:2] == ["no", "one"]
            or before[-3:-1] == ["no", "one"]
        ):
            continue
        if {"whatever", "despite"} & set(before):
            continue
        told = (word in REPORTS and any(one in REPORTERS for one in before)) or (word in SAYS and _is_said_by(before))
        told = told or (word in PROMOTED and bool(before) and before[-1] in PROMOTING) or _is_promoted(texts, place)
        if told and not ENDORSED & set(texts[max(0, place - 2) : place + 2]):
            yield from (clause[place], clause[min(place + 2, len(texts) - 1)])
        if word == "according" and any(after in REPORTERS for after in texts[place + 1 : place + 6]):
            yield from range(clause[-1] + 1)
    if tuple(texts[:2]) in (("claim", ":"), ("rumor", ":"), ("rumour", ":")):
        yield from range(clause[-1] + 1)
    if (
        texts
        and texts[0] in QUOTES
        and not ENDORSED & set(texts)
        and (texts[-1] in QUOTES or any(word in REPORTS for word in texts))
    ):
        yield from range(clause[-1] + 1)


PROMOTED = listed("claims claim claiming promises promising statements")


PROMOTING = listed("with false unproven unsupported misleading illegal making make makes their such")
"""Before words such as "claims", words by which a writer keeps away from them."""


SOLD_AS = listed("advertised marketed promoted touted billed hailed hyped pitched portrayed")


def _is_promoted(texts: Sequence[str], place: int) -> bool:
    """Whether it says of something that it is advertised or the like "as" or "for" what follows."""
    return (
        texts[place] in SOLD_AS
        and place > 0
        and texts[place - 1] in BEING
        and texts[place + 1 : place + 2] in (["as"], ["for"], ["to"])
    )


BEING = listed("is are was were been being often widely commonly also aggressively falsely")


def _is_said_by(before: Sequence[str]) -> bool:
    """Whether somebody is named as saying it who is no source of evidence."""
    return (
        bool(before)
        and not any(word in EXPERTS for word in before)
        and before[-1] not in ("which", "it", "this", "to", "can", "you", "that", "could", "should")
    )


SAYS = listed("says said insists insisted swears swore alleges alleged argues argued believes believed tells told")


EXPERTS = listed(
    "fda dea cdc study studies research guideline guidelines evidence data trial trials review toxicologists scientists science report reports label law notice"
)


ENDORSED = listed("rightly correctly truthfully right accurately correct")
