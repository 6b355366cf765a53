"""What a clinician did with a card, told afterwards: taken, or passed over and why."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec

from leeward.errors import BadInput, Problem, shown
from leeward.fhir.json_text import decoded
from leeward.hooks.cards import OVERRIDE_REASONS, CodedReason
from leeward.hooks.issued import suggestions_of
from leeward.hooks.misread import misread
from leeward.hooks.trust import CLOCKS_DIFFER

MOST_BYTES = 1_000_000
MOST_AT_ONCE = 500
OLDEST = timedelta(days=366)
"""Feedback about an older act is refused. A convention of Leeward."""

OFFERED = frozenset((one.system, one.code) for one in OVERRIDE_REASONS)
"""The reasons that every card offers, by system and code."""

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A suggestion that was taken."""

    id: Id


class Reason(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Why a card was passed over."""

    reason: CodedReason | None = None
    user_comment: Annotated[str, msgspec.Meta(max_length=4000)] | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What became of one card."""

    card: Id
    outcome: Literal["accepted", "overridden"]
    outcome_timestamp: Annotated[str, msgspec.Meta(max_length=40)]
    accepted_suggestions: tuple[Taken, ...] = ()
    override_reason: Reason | None = None


class Feedback(msgspec.Struct, frozen=True, kw_only=True):
    """What became of several cards."""

    feedback: Annotated[tuple[Told, ...], msgspec.Meta(max_length=MOST_AT_ONCE)]


def read_feedback(content: bytes, seal: str, now: datetime) -> tuple[Told, ...]:
    """What was sent to `/feedback` at an instant, about cards that were given under this seal. Raises BadInput."""
    try:
        found = msgspec.convert(decoded(content, most=MOST_BYTES), Feedback).feedback
    except msgspec.ValidationError as error:
        raise misread(error, "LW-0908") from None
    problems = [
        problem for index, one in enumerate(found) for problem in _mistakes(one, f"feedback[{index}]", seal, now)
    ]
    problems += _contradictions(found)
    if problems:
        raise BadInput(problems)
    return found


def _mistakes(one: Told, place: str, seal: str, now: datetime) -> Iterator[Problem]:
    suggestions = suggestions_of(one.card, seal)
    if suggestions is None:
        yield _mistake(f"{place}.card", "This service gave no such card.", "Name the uuid of the card as it was sent.")
    elif any(taken.id not in suggestions for taken in one.accepted_suggestions):
        says = "The card has no such suggestion."
        yield _mistake(f"{place}.acceptedSuggestions", says, "Name the uuid of the suggestion as it was sent.")
    if one.outcome == "accepted" and not one.accepted_suggestions:
        yield _mistake(f"{place}.acceptedSuggestions", "What was accepted is missing.", "Name the suggestions.")
    if one.outcome == "accepted" and one.override_reason is not None:
        yield _mistake(f"{place}.overrideReason", "What was accepted was not passed over.", "Send one of the two.")
    if one.outcome == "overridden" and one.accepted_suggestions:
        yield _mistake(f"{place}.acceptedSuggestions", "What was passed over was not accepted.", "Send one of the two.")
    reason = one.override_reason.reason if one.override_reason else None
    if reason is not None and (reason.system, reason.code) not in OFFERED:
        says = f"This reason ({shown(reason.code, 40)}) was not offered with the card."
        yield _mistake(
            f"{place}.overrideReason.reason", says, "Send one of its overrideReasons, or a userComment alone."
        )
    at = _instant(one.outcome_timestamp)
    if at is None:
        yield _mistake(f"{place}.outcomeTimestamp", "This is no instant.", "Write it as 2026-11-22T14:00:00Z.")
    elif not now - OLDEST <= at <= now + CLOCKS_DIFFER:
        says = "This instant lies in the future, or is too long past."
        yield _mistake(f"{place}.outcomeTimestamp", says, "Send the instant at which the clinician acted.")


def _contradictions(found: tuple[Told, ...]) -> Iterator[Problem]:
    outcomes: dict[str, str] = {}
    for index, one in enumerate(found):
        if outcomes.setdefault(one.card, one.outcome) != one.outcome:
            yield contradiction(index)


def contradiction(index: int) -> Problem:
    """That a card was told to be accepted and overridden."""
    says = "This card was accepted and overridden."
    return _mistake(f"feedback[{index}].outcome", says, "Send the one that is so.")


def _mistake(place: str, says: str, mend: str) -> Problem:
    return Problem(path=place, code="LW-0908", says=says, mend=mend)


def _instant(told: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        return None
    return found if found.utcoffset() is not None else None


class Kept(msgspec.Struct, frozen=True):
    """What is kept of feedback: under the id of the card's first, or, where that says more or less, under one of its own."""

    first: str
    own: str
    body: dict[str, Any]


def kept(one: Told, service: str) -> Kept:
    """The ids by which the same feedback sent again is known, and what is kept of it.

    One card comes to few entries, however often and with whatever times and words it is told: the first, and one for each
    choice of suggestions, reason, and a comment beside them.
    """
    told = msgspec.json.encode({"service": service, **msgspec.to_builtins(one)}, order="deterministic").decode()
    about = f"{service}:{one.card.lower()}"
    first, own = (
        uuid.uuid5(uuid.NAMESPACE_URL, f"leeward-feedback:{text}").hex for text in (about, f"{about}:{choice(one)}")
    )
    return Kept(first, own, msgspec.json.decode(told))


def choice(one: Told) -> str:
    """What was chosen: the suggestions, the reason, and whether there is a comment; not when, nor in which words."""
    why = one.override_reason
    reason = why.reason.code if why and why.reason else ""
    return f"{','.join(sorted({taken.id for taken in one.accepted_suggestions}))}:{reason}:{bool(why and why.user_comment)}"


def is_told_already(one: Told, body: Mapping[str, Any]) -> bool:
    """Whether what was kept of a card says the same choice."""
    return choice(msgspec.convert(body, Told)) == choice(one)
