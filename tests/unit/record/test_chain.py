"""An entry's digest covers every one of its fields, and the bytes it is taken of never differ for the same entry."""

from __future__ import annotations

import hashlib
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.errors import BadInput
from leeward.record.chain import (
    GENESIS,
    Head,
    body_from,
    canonical_bytes,
    digest_of,
    head_of,
    plain_body,
    sealed,
    written,
)
from leeward.record.entries import Entry
from tests.unit.record.conftest import NOW, draft

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip
BODIES = st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), PLAIN, max_size=5)


@given(BODIES)
def test_a_body_reads_back_as_what_was_written(body: dict):
    plain = plain_body(body)
    assert body_from(written(plain)) == plain
    assert written(body_from(written(plain))) == written(plain)


@given(BODIES)
def test_the_order_of_keys_changes_no_digest(body: dict):
    one = sealed(draft("a", body=body), Head(), NOW.isoformat())
    other = sealed(draft("a", body=dict(reversed(body.items()))), Head(), NOW.isoformat())
    assert one.digest == other.digest


def test_the_digest_can_be_computed_by_somebody_else():
    """A verifier that knows nothing of Leeward: sorted JSON without spaces, after one line, through SHA-256."""
    entry = sealed(draft("a", body={"text": "Zoë", "b": {"y": 1, "x": [None, True, 2.5]}}), Head(), NOW.isoformat())
    fields = {key: value for key, value in msgspec.to_builtins(entry).items() if key != "digest"}
    told = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert canonical_bytes(entry) == told
    assert entry.digest == hashlib.sha256(b"leeward-entry/1\n" + told).hexdigest()


@pytest.mark.parametrize("field", [field for field in Entry.__struct_fields__ if field != "digest"])
def test_a_change_of_any_field_changes_the_digest(field: str):
    entry = sealed(draft("a", body={"x": 1}), Head(), NOW.isoformat())
    value = getattr(entry, field)
    other = (
        {"y": 1}
        if field == "body"
        else 7
        if field == "corrects"
        else value + 1
        if isinstance(value, int)
        else f"{value}x"
    )
    assert digest_of(msgspec.structs.replace(entry, **{field: other})) != entry.digest


def test_each_entry_carries_the_digest_of_the_one_before():
    first = sealed(draft("a"), Head(), NOW.isoformat())
    second = sealed(draft("b"), head_of(first), NOW.isoformat())
    assert (first.number, first.previous) == (1, GENESIS)
    assert (second.number, second.previous) == (2, first.digest)


@pytest.mark.parametrize("body", [{"x": {1}}, {"x": 2**64}, {"x": float("inf")}, [1], None, {2: "x"}, {"x": b"y"}])
def test_what_json_would_change_is_refused(body: object):
    with pytest.raises(BadInput, match="LW-0732"):
        plain_body(body)


def test_a_body_nested_beyond_reason_is_refused():
    body: dict = {}
    for _ in range(5_000):
        body = {"x": body}
    with pytest.raises(BadInput, match="nested"):
        plain_body(body)
