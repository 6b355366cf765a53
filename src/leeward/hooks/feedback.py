"""What a clinician did with a card, told afterwards: taken, or passed over and why."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from leeward.errors import BadInput
from leeward.fhir.json_text import decoded
from leeward.hooks.cards import CodedReason
from leeward.hooks.misread import misread

MOST_BYTES = 1_000_000
MOST_AT_ONCE = 500

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


def read_feedback(content: bytes) -> tuple[Told, ...]:
    """What was sent to `/feedback`. Raises BadInput."""
    try:
        found = msgspec.convert(decoded(content, most=MOST_BYTES), Feedback).feedback
    except msgspec.ValidationError as error:
        raise misread(error, "LW-0908") from None
    for index, one in enumerate(found):
        if one.outcome == "accepted" and not one.accepted_suggestions:
            place = f"feedback[{index}].acceptedSuggestions"
            raise BadInput.one("LW-0908", place, "What was accepted is missing.", "Name the suggestions.")
        if _instant(one.outcome_timestamp) is None:
            place = f"feedback[{index}].outcomeTimestamp"
            raise BadInput.one("LW-0908", place, "This is no instant.", "Write it as 2026-11-22T14:00:00Z.")
    return found


def _instant(told: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        return None
    return found if found.utcoffset() is not None else None


def kept(one: Told, service: str) -> tuple[str, dict[str, Any]]:
    """An id by which the same feedback sent again is known, and what is kept of it."""
    body = {"service": service, **msgspec.to_builtins(one)}
    told = msgspec.json.encode(body, order="deterministic").decode()
    return uuid.uuid5(uuid.NAMESPACE_URL, f"leeward-feedback:{told}").hex, body
