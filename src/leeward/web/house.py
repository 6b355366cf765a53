"""What every page works with: the record, the ward, the clock and how this server was started."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from leeward.hooks.trust import Trust
from leeward.knowledge import Knowledge
from leeward.record.passwords import Delays
from leeward.record.sessions import Lasts
from leeward.record.storage import Record
from leeward.smart.registered import RecordSystems
from leeward.ward.state import Ward
from leeward.web.launches import Launches


def local_now() -> datetime:
    """The one clock: now, with the offset of this machine's zone."""
    return datetime.now().astimezone()


class House(msgspec.Struct, frozen=True, kw_only=True):
    """The parts that are composed once, when the server starts."""

    record: Record
    ward: Ward
    knowledge: Knowledge
    clock: Callable[[], datetime] = local_now
    demo: bool = False
    """Whether this is a ward of made-up people, where one signs in with a button."""
    public_url: str = ""
    """How the server is reached from outside (https://...), for links on paper; empty on one machine."""
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    trust: Trust = Trust()
    """The record systems that may call; nobody unless the site says so."""
    record_systems: RecordSystems = RecordSystems()
    """The record systems that Leeward may be opened from; none unless the site says so."""
    signals: Path | None = None
    """The data folder whose reports of adverse events are shown; in a demo without any, made-up ones are."""
    launches: Launches = msgspec.field(default_factory=Launches)
    lasts: Lasts = Lasts()
    delays: Delays = Delays()
    check_in_lasts: timedelta = timedelta(days=7)
    glass_lasts: timedelta = timedelta(hours=1)

    @property
    def secure(self) -> bool:
        """Whether pages are reached over TLS, so that the cookie may be kept to it."""
        return self.public_url.startswith("https://")
