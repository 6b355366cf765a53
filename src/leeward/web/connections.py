"""Connections to the server: how many stand open at once, and how long one may stand without a request.

uvicorn bounds the wait between two requests and no wait before the first; and where it counts connections it refuses
everybody once there are too many, whoever holds them. Here one on which nothing is asked is closed after a while, and at
once where others need its place.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from starlette.responses import PlainTextResponse
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST = 800
"""Connections that one process answers: many systems let it hold 1,024 files open, and the database needs some."""

IDLE = 20
"""Seconds in which a request must have begun and told its headers, on a new connection and on one that is kept."""

TOO_MANY = "Leeward answers too many at once and took nothing from you. Try again in a minute.\n"

_full = PlainTextResponse(TOO_MANY, 503, {"retry-after": "60", "connection": "close", "cache-control": "no-store"})


class BoundedConnection(H11Protocol):
    """One connection. It gives up its place where nothing is asked on it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._answers: Any = cast("Any", self).app
        self._ends: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin; where there is no place left, the one that has waited longest makes room."""
        super().connection_made(transport)
        self._bound()
        if len(self.connections) > MOST:
            others = cast("set[BoundedConnection]", self.connections) - {self}
            waiting = [one for one in others if one.waits_until is not None and not one.transport.is_closing()]
            if waiting:
                min(waiting, key=lambda one: one.waits_until or 0.0).timeout_keep_alive_handler()

    def data_received(self, data: bytes) -> None:
        """Take what came: it may be the end of a request's headers, or one more byte of them."""
        super().data_received(data)
        self._bound()

    def handle_events(self) -> None:
        """Answer what is asked; with a refusal where every place is taken by somebody who is being answered."""
        self.app: Any = _full if len(self.connections) > MOST else self._answers
        super().handle_events()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._bound()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        super().connection_lost(exc)
        self._stop()

    @property
    def waits_until(self) -> float | None:
        """When it will be closed if nothing is asked, by the loop's clock; None while something is being answered."""
        return None if self._ends is None else self._ends.when()

    def _bound(self) -> None:
        asked: Any = self.cycle  # None until there was a first request, whatever its annotation says
        if asked is not None and not asked.response_complete:
            self._stop()
        elif self._ends is None and not self.transport.is_closing():
            self._ends = self.loop.call_later(IDLE, self.timeout_keep_alive_handler)

    def _stop(self) -> None:
        if self._ends is not None:
            self._ends.cancel()
            self._ends = None
