"""The public keys of record systems: from a file beside the allow-list, or from where they publish them."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from leeward.errors import BadInput
from leeward.fhir.json_text import decoded
from leeward.hooks.trust import Client

FRESH = 600.0
"""Seconds for which published keys are kept."""

AGAIN = 30.0
"""Seconds before keys are asked for again because one was not among them: a forged call costs no fetch each time."""

WAIT = 2.0
"""Seconds that a server of keys may take."""

MOST_BYTES = 200_000


class PublishedKeys:
    """Keys by client, kept for a while. Safe for several threads."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, Mapping[str, Any] | None]] = {}
        self._lock = threading.Lock()

    def of(self, client: Client, again: bool) -> Mapping[str, Any] | None:
        """The keys of a client; None where they cannot be had."""
        moment = time.monotonic()
        with self._lock:
            kept = self._kept.get(client.iss)
        if kept is not None and moment - kept[0] < (AGAIN if again else FRESH):
            return kept[1]
        found = _from_file(client.keys_file) if client.keys_file else _published(client.jku or "")
        with self._lock:
            self._kept[client.iss] = (moment, found)
        return found


def _from_file(file: str) -> Mapping[str, Any] | None:
    try:
        return _keys(Path(file).read_bytes())
    except OSError:
        return None


def _published(address: str) -> Mapping[str, Any] | None:
    import httpx

    try:
        with httpx.Client(timeout=WAIT, follow_redirects=False) as client, client.stream("GET", address) as answer:
            content = b"".join(answer.iter_bytes(MOST_BYTES)) if answer.status_code == 200 else b""
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
    return _keys(content)


def _keys(content: bytes) -> Mapping[str, Any] | None:
    try:
        found = decoded(content, most=MOST_BYTES)
    except BadInput:
        return None
    return found if isinstance(found.get("keys"), list) else None
