"""What a service answers from: the call, the clock and what Leeward knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from leeward.hooks.request import HookRequest
from leeward.knowledge import Knowledge, Policy


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """One call at an instant."""

    request: HookRequest
    now: datetime
    knowledge: Knowledge
    policy: Policy
    signed_by: Mapping[str, str] | None = None
    seal: str = ""
    """What the ids of the cards are sealed with, so that feedback can be told from a made-up one."""
    launch: str = ""
    """Where Leeward opens in the chart of the record system that asks; empty where it does not."""
