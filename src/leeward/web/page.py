"""A page: where it stands, what one needs to see it, and the functions that show it and take its form.

The table of all pages (`web/table.py`) is what the server routes by, and what the test of role, page and action walks.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from leeward.record.consent import Part
from leeward.record.permissions import Permission
from leeward.web.visit import Handler

OPEN: Literal["open"] = "open"
"""A page that needs nobody signed in: the way in, and what a one-time link opens."""

SIGNED_IN: Literal["signed-in"] = "signed-in"
"""A page for everybody with an account: one's own password, the way out."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One address. `{patient}` in it makes it a page of one chart.

    `show` answers a reading, `take` a form sent to it; where a form cannot be taken, `show` is called again with what was
    typed and what is wrong. `take_needs` is what one needs to send the form, where that is more than to see it. `parts`
    is what of the chart the page shows: it is asked for before, and each answer that shows the page is written down as
    read. `by_itself` marks what a page asks for without anybody's doing: it keeps no session open, and is part of the
    reading of the page that asked: it is written down only where this process knows of no reading of the chart by the
    session within the hour, so that asking for it alone hides nothing.
    """

    path: str
    needs: Permission | Literal["open", "signed-in"]
    show: Handler | None = None
    take: Handler | None = None
    take_needs: Permission | None = None
    parts: tuple[Part, ...] = ()
    by_itself: bool = False
    largest: int = 256_000
    """Bytes of a form."""
    waits: bool = False
    """Whether it may wait for another server: it is answered in threads apart, so that the ward keeps its own."""

    @property
    def of_one_chart(self) -> bool:
        """Whether it is about one person, named in the address."""
        return "{patient}" in self.path
