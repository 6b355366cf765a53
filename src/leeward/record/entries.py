"""What the record holds: entries that are added and never changed. Everything else is computed from them.

An entry says what was charted, about whom, by whom, when it happened and when it was written down. A correction is an
entry that names the one it corrects; both stay. The clinical words of a body are those of the case file (`case/1`), so
that a chart is a case and is read, checked and assessed as one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

Kind = Literal[
    # what is charted about a person
    "admission",
    "patient",
    "exposure",
    "score",
    "observation",
    "dose",
    "medicine",
    "condition",
    "allergy",
    "goal",
    "order",
    "note",
    "counselling-note",
    "correction",
    "discharge",
    # what was decided
    "plan-proposed",
    "plan-changed",
    "plan-signed",
    "plan-refused",
    # who may see it, and who did
    "consent",
    "consent-revoked",
    "break-glass",
    "read",
    "export",
    "signed-in",
    "signed-out",
    "sign-in-failed",
    "person",
    "setting",
    # what a record system told of a card that it showed
    "card-feedback",
]

CHARTED: frozenset[Kind] = frozenset(
    {
        "admission", "patient", "exposure", "score", "observation", "dose", "medicine", "condition", "allergy", "goal",
        "order", "correction", "discharge",
    }
)  # fmt: skip
"""Kinds that change the case of a person, and with it what was assessed before."""

PLANNED: frozenset[Kind] = frozenset({"plan-proposed", "plan-changed", "plan-signed", "plan-refused"})
"""Kinds that decide about a plan: a plan is made against these too, so that two are not signed side by side unnoticed."""

_COMES_AND_GOES: frozenset[Kind] = frozenset({"admission", "discharge"})

CHANGED_BY: Mapping[Kind, frozenset[Kind]] = {
    **dict.fromkeys(PLANNED, CHARTED | PLANNED),
    **dict.fromkeys(_COMES_AND_GOES, _COMES_AND_GOES),
    "correction": frozenset({"correction"}),
    "person": frozenset({"person"}),
    "setting": frozenset({"setting"}),
}
"""What an entry of a kind is decided by, where it asks that nothing changed: `CHARTED` for a kind that is not here.

A correction is decided by the corrections of the same entry alone.
"""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as it stands on disk.

    `number` counts all entries of the record from 1 without a gap. `at` is when it happened, `recorded` when it was
    written down; both carry their offset. `digest` covers every field and the digest of the entry before.
    """

    number: int
    id: str
    """Given by whoever sends the entry, unique: the same id sent again is the same entry, written once."""
    kind: Kind
    patient: str
    """Id of the person it is about; empty for entries about the record itself (a sign-in, a setting)."""
    at: str
    recorded: str
    by: str
    """Id of the person who entered it; `system` for what Leeward does by itself."""
    role: str
    corrects: int | None
    body: dict[str, Any]
    previous: str
    digest: str


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An entry before it is written: what somebody sends. Fields as in `Entry`."""

    id: str
    kind: Kind
    patient: str
    at: str
    by: str
    role: str
    body: dict[str, Any]
    corrects: int | None = None
    unless_changed_since: int | None = None
    """Refuse it if what it was decided by has changed after this entry: a plan is signed against the chart that was seen."""
