"""Check a text: what it claims, and what the evidence says to each claim. Nothing of it is kept, fetched or carried out."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

import msgspec

from leeward.errors import BadInput
from leeward.evidence.answer import index_of
from leeward.evidence.claims.check import Checked, check
from leeward.evidence.claims.claim import Claim
from leeward.evidence.claims.judging import Decision
from leeward.evidence.claims.reading import MOST, ReadText, read_text
from leeward.evidence.statements import statements
from leeward.report.check import HOW, RANK, SEVERITY, by_severity
from leeward.web.page import Page
from leeward.web.visit import Answer, Shown, Visit

MOST_SHOWN = 60_000
"""Characters of a text that are shown with marks in it; of a longer one only the claims are."""

LONGEST = 400_000
"""Characters that are checked while somebody waits: about 60,000 words, some five seconds."""

CLASSES: dict[Decision, str] = {
    "contradicted": "wrong",
    "misleading": "doubtful",
    "out of date": "doubtful",
    "conflicting": "open",
    "unverifiable": "open",
    "supported": "sound",
}
"""The style of each decision; its word stands beside it."""


class Piece(msgspec.Struct, frozen=True):
    """A part of the text; `claims`: the numbers of what it claims, and the decision that marks it."""

    text: str
    claims: tuple[int, ...] = ()
    decision: Decision | None = None


def show_check(visit: Visit) -> Answer:
    """The form."""
    return Shown(template="check.html", values=_values(None, (), visit), status=422 if visit.problems else 200)


def take_check(visit: Visit) -> Answer:
    """What a text claims, on the page; the text is read and let go."""
    told = _text(visit)
    if len(told.text) > LONGEST:
        says = f"The text is longer than {LONGEST:,} characters."
        raise visit.wrong("text", says, "Give a part of it, or use `leeward check`, which takes more.")
    checked = check(
        told.text,
        on=visit.now.date(),
        dated=_day(visit),
        knowledge=visit.house.knowledge,
        stale_after_days=visit.house.ward.policy.limit("law-staleness").value,
        index=index_of(visit.house.knowledge),
    )
    pieces = tuple(_pieces(told.text, checked.claims)) if len(told.text) <= MOST_SHOWN else ()
    return Shown(template="check.html", values=_values(checked, pieces, visit))


def _text(visit: Visit) -> ReadText:
    upload = visit.files.get("file")
    pasted = visit.form.get("text", "")
    if upload is not None and upload.content and pasted.strip():
        raise visit.wrong("text", "There is a text and a file.", "Paste a text, or choose a file, not both.")
    try:
        if upload is not None and upload.content:
            return read_text(upload.content, upload.name)
        return read_text(pasted.encode(), "")
    except BadInput as wrong:
        first = wrong.problems[0]
        place = "file" if upload is not None and upload.content else "text"
        raise visit.wrong(place, first.says, first.mend, first.code) from None


def _day(visit: Visit) -> datetime.date | None:
    given = visit.text("dated")
    if not given:
        return None
    try:
        day = datetime.date.fromisoformat(given)
    except ValueError:
        raise visit.wrong("dated", "This is not a day.", "Write it as 2024-03-01, or leave it empty.") from None
    if day > visit.now.date():
        raise visit.wrong("dated", "This day has not come yet.", "Give the day that the text was written.")
    return day


def _values(checked: Checked | None, pieces: Sequence[Piece], visit: Visit) -> dict[str, object]:
    return {
        "checked": checked,
        "pieces": pieces,
        "ordered": by_severity(checked.claims) if checked else (),
        "statements": statements(visit.house.knowledge),
        "classes": CLASSES,
        "severities": SEVERITY,
        "how": HOW,
        "largest": MOST // 1_000_000,
    }


def _pieces(text: str, claims: Sequence[Claim]) -> Iterator[Piece]:
    """The text cut where its claims begin and end, in order; the gravest decision marks a sentence."""
    numbers: dict[tuple[int, int], list[int]] = {}
    for number, claim in enumerate(claims, 1):
        numbers.setdefault((claim.start, claim.end), []).append(number)
    last = 0
    for (start, end), here in sorted(numbers.items()):
        if start < last:
            continue
        if start > last:
            yield Piece(text[last:start])
        gravest = min((claims[number - 1] for number in here), key=lambda claim: RANK.index(claim.decision))
        yield Piece(text[start:end], tuple(here), gravest.decision)
        last = end
    if last < len(text):
        yield Piece(text[last:])


PAGES = (Page(path="/check", needs="reference-read", show=show_check, take=take_check, largest=MOST + 256_000),)
