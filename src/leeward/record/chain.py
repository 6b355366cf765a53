"""How entries are sealed: each carries a digest of all its fields and of the digest of the entry before.

An entry that is changed no longer fits its digest; one that is taken out, put in or moved breaks the link to the next.
Whoever holds the digest of the last entry (on a printed hand-off, in a backup, in the file beside the database) can
tell later that the record up to it is as it was.
"""

from __future__ import annotations

import hashlib
import math
from typing import Any, NoReturn, cast

import msgspec

from leeward.errors import BadInput, shown
from leeward.record.entries import Draft, Entry

GENESIS = "0" * 64
"""What the first entry has before it."""

SEAL = b"leeward-entry/1\n"
"""Goes before what is digested, so that a digest of this kind is never a digest of something else."""

LARGEST_BODY = 2_000_000
"""Bytes of a body as JSON: a long assessment kept with a plan is under 200,000."""

DRAFT = "LW-0732"
"""What is wrong with a draft itself."""

DEEPEST = 32
LONGEST_WORD = 200
"""Characters of an id, a role or an instant."""

_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Head(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """The last entry of a record: its number and digest. An empty record has number 0 and the digest of nothing."""

    number: int = 0
    digest: str = GENESIS


def canonical_bytes(entry: Entry) -> bytes:
    """Every field of an entry but its digest, as JSON with sorted keys, no spaces, in UTF-8.

    >>> a = Entry(number=1, id="a", kind="note", patient="p", at="2026-01-02T03:04:05Z",
    ...           recorded="2026-01-02T03:04:06Z", by="n", role="nurse", corrects=None, body={"text": "x", "b": 1},
    ...           previous=GENESIS, digest="")
    >>> canonical_bytes(a)[:52]
    b'{"at":"2026-01-02T03:04:05Z","body":{"b":1,"text":"x'
    """
    return _encode(
        {
            "number": entry.number,
            "id": entry.id,
            "kind": entry.kind,
            "patient": entry.patient,
            "at": entry.at,
            "recorded": entry.recorded,
            "by": entry.by,
            "role": entry.role,
            "corrects": entry.corrects,
            "body": entry.body,
            "previous": entry.previous,
        }
    )


def digest_of(entry: Entry) -> str:
    """The digest that an entry must carry, whatever it carries: SHA-256 in 64 hexadecimal digits."""
    return hashlib.sha256(SEAL + canonical_bytes(entry)).hexdigest()


def sealed(draft: Draft, after: Head, recorded: str) -> Entry:
    """The entry that a draft becomes after the last one. The draft's words are taken as they are: see `plain_body`."""
    entry = Entry(
        number=after.number + 1,
        id=draft.id,
        kind=draft.kind,
        patient=draft.patient,
        at=draft.at,
        recorded=recorded,
        by=draft.by,
        role=draft.role,
        corrects=draft.corrects,
        body=draft.body,
        previous=after.digest,
        digest="",
    )
    return msgspec.structs.replace(entry, digest=digest_of(entry))


def head_of(entry: Entry) -> Head:
    """The head of a record that ends with this entry."""
    return Head(number=entry.number, digest=entry.digest)


def written(body: dict[str, Any]) -> str:
    """A body as it stands on disk."""
    return _encode(body).decode()


def body_from(text: str) -> dict[str, Any]:
    """A body as it stood on disk. Raises msgspec.DecodeError where the text is no JSON object."""
    return _decode(text)


def plain_body(body: Any) -> dict[str, Any]:
    """A body of plain JSON values that reads back as what was written.

    Raises BadInput for what JSON would change or lose: keys that are no texts, numbers that are not finite, values of
    other types, nesting beyond reason.
    """
    if type(body) is not dict:
        _refuse("body", "The body of an entry is a mapping.", "Send key: value.")
    _plain(body, "body", DEEPEST)
    try:
        text = _encode(body)
    except UnicodeEncodeError:
        _refuse("body", "The body holds a character that no text holds.", "Write plain text.")
    if len(text) > LARGEST_BODY:
        _refuse("body", f"The body is larger than {LARGEST_BODY // 1_000_000} MB.", "Send what belongs to one entry.")
    return _decode(text)


def _plain(value: Any, path: str, deeper: int) -> None:
    kind = cast("type[object]", type(value))
    if kind is str or kind is bool or value is None:
        return
    if kind is int:
        if not -(2**63) <= value < 2**63:
            _refuse(path, "The number has too many digits.", "Write it as a text.")
    elif kind is float:
        if not math.isfinite(value):
            _refuse(path, "This is not a finite number.", "Write a number, or unknown.")
    elif not deeper:
        _refuse(path, f"The body is nested deeper than {DEEPEST} levels.", "Send what belongs to one entry.")
    elif kind is dict:
        for key, inner in value.items():
            if type(key) is not str:
                _refuse(path, "A key is not a text.", "Write keys as words.")
            _plain(inner, f"{path}.{shown(key)}", deeper - 1)
    elif kind is list or kind is tuple:
        for place, inner in enumerate(value):
            _plain(inner, f"{path}[{place}]", deeper - 1)
    else:
        _refuse(path, "This value cannot be written down.", "Send texts, numbers, yes or no, lists and mappings.")


def _refuse(path: str, says: str, mend: str) -> NoReturn:
    raise BadInput.one(DRAFT, path, says, mend)
