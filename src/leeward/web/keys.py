"""The public keys of record systems: from a file beside the allow-list, or from where they publish them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from leeward.errors import BadInput
from leeward.fhir.json_text import decoded
from leeward.hooks.trust import Client
from leeward.smart.fetching import client_for_records, get_sized, unreached
from leeward.smart.last_good import LastGood

FRESH = 600.0
"""Seconds for which published keys are taken without a question."""

LONGEST = 86_400.0
"""Seconds for which keys hold while the server that publishes them does not answer: one that was taken back could be misused."""

AGAIN = 5.0
"""Seconds before keys are asked for again because one was not among them: a forged call costs no fetch each time."""

FAILED = 1.0
"""Seconds before a server of keys that did not answer is asked again."""

WAIT = 2.0
"""Seconds that a server of keys may take."""

MOST_WAITING = 3
"""Calls that wait for keys at once, whoever sends them, so that the ward keeps its threads."""

MOST_BYTES = 200_000
WHAT = "the keys"


class PublishedKeys:
    """Keys by client, kept for a while. Safe for several threads."""

    def __init__(self) -> None:
        self._kept: LastGood[Mapping[str, Any]] = LastGood(
            lambda: time.monotonic(), fresh=FRESH, longest=LONGEST, again=AGAIN, failed=FAILED, waiting=MOST_WAITING
        )

    def of(self, client: Client, again: bool) -> Mapping[str, Any] | None:
        """The keys of a client, newer ones where `again`; None where they cannot be had."""
        busy = unreached(WHAT, "Too many calls wait for keys.", "Send it again.")
        try:
            return self._kept.of(client.iss, lambda: _asked(client), busy, anew=again)
        except BadInput:
            return None


def _asked(client: Client) -> Mapping[str, Any]:
    """The keys as they stand now. Raises BadInput."""
    if client.keys_file:
        try:
            found: Mapping[str, Any] = decoded(Path(client.keys_file).read_bytes(), most=MOST_BYTES)
        except OSError:
            raise unreached(WHAT, "The file of keys cannot be read.", "Name a file that is there.") from None
    else:
        with client_for_records() as asker:
            found = get_sized(asker, client.jku or "", what=WHAT, within=WAIT, most=MOST_BYTES)[0]
    if not isinstance(found.get("keys"), list):
        raise unreached(WHAT, "They are no JWK Set.", "Publish an object with the list `keys`.")
    return found
