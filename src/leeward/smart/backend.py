"""Leeward asking for itself, with nobody signed in: a token for a key.

Source: SMART App Launch 2.2, "Backend Services".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from leeward.smart.discovery import Configuration
from leeward.smart.fetching import Asker
from leeward.smart.granted import Granted, asked_for, granted_by
from leeward.smart.proving import Key, assertion_form
from leeward.smart.registered import Registered
from leeward.smart.scopes import of_a_service


def grant(
    client: Asker,
    configuration: Configuration,
    registered: Registered,
    key: Key,
    now: datetime,
    scopes: Sequence[str] = of_a_service(),
) -> Granted:
    """A token for these scopes, got with an assertion signed by the key. Raises BadInput (LW-0942, LW-0945)."""
    form = {"grant_type": "client_credentials", "scope": " ".join(scopes)}
    form |= assertion_form(registered.client_id, configuration.token_endpoint, key, now)
    return granted_by(asked_for(client, configuration.token_endpoint, form), now, asked=tuple(scopes))
