"""Two people who send at the same moment: both have been let through by every page before either writes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest

from leeward.record.entries import Draft, Entry
from leeward.record.storage import Record
from tests.web.conftest import Page


def at_once(monkeypatch: pytest.MonkeyPatch, kind: str, *sent: Callable[[], Any]) -> list[Page]:
    """What each gets whose form writes an entry of a kind, where none is written before all are about to."""
    about_to, writes = threading.Barrier(len(sent)), Record.append_all

    def wait_for_all(record: Record, drafts: Iterable[Draft], now: datetime) -> tuple[Entry, ...]:
        made = tuple(drafts)
        if any(draft.kind == kind for draft in made):
            about_to.wait(10)
        return writes(record, made, now)

    with monkeypatch.context() as patched, ThreadPoolExecutor(len(sent)) as threads:
        patched.setattr(Record, "append_all", wait_for_all)
        return [Page(one.result()) for one in [threads.submit(one) for one in sent]]
