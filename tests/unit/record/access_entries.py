"""Drafts as entries, numbered as they come: these tests are about what entries say, not about how they are kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from leeward.record.entries import Draft, Entry

NOON = datetime.fromisoformat("2026-11-22T12:00:00-05:00")


def written(drafts: Iterable[Draft], first: int = 1) -> list[Entry]:
    return [
        Entry(
            number=number,
            id=draft.id,
            kind=draft.kind,
            patient=draft.patient,
            at=draft.at,
            recorded=draft.at,
            by=draft.by,
            role=draft.role,
            corrects=draft.corrects,
            body=draft.body,
            previous="0" * 64,
            digest="0" * 64,
        )
        for number, draft in enumerate(drafts, first)
    ]
