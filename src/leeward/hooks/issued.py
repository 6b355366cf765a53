"""Ids of cards that tell that Leeward itself gave the card, to which record system and by which service.

A card is not kept. Its id holds seven bytes of what it is about, the number of its suggestions and eight bytes of an HMAC over
both under a seal that no answer holds, in the form of a UUID of version 8 (RFC 9562). The same card has the same id.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid

_HEAD = 8


def seal_of(record: str, client: str, service: str) -> str:
    """Under what the cards are sealed that a service gives to a record system; `record` names Leeward's own record."""
    return "\n".join((record, client, service))


def card_id(seal: str, about: str, suggestions: int) -> uuid.UUID:
    """The id of a card about something, with so many suggestions."""
    head = bytearray(hashlib.sha256(about.encode()).digest()[:_HEAD])
    head[6] = head[6] & 0x0F | 0x80
    head[7] = min(suggestions, 255)
    return uuid.UUID(bytes=bytes(head) + _tail(seal, bytes(head)))


def suggestion_ids(id: uuid.UUID, count: int) -> tuple[str, ...]:
    """The ids of the suggestions of a card."""
    return tuple(str(uuid.uuid5(id, str(number))) for number in range(count))


def suggestions_of(told: str, seal: str) -> tuple[str, ...] | None:
    """The suggestions of a card that was given under a seal, by its id; None for an id that was not."""
    try:
        id = uuid.UUID(told)
    except ValueError:
        return None
    head, tail = id.bytes[:_HEAD], id.bytes[_HEAD:]
    if str(id) != told.lower() or not hmac.compare_digest(tail, _tail(seal, head)):
        return None
    return suggestion_ids(id, head[7])


def _tail(seal: str, head: bytes) -> bytes:
    tail = bytearray(hmac.digest(seal.encode(), head, "sha256")[:_HEAD])
    tail[0] = tail[0] & 0x3F | 0x80
    return bytes(tail)
