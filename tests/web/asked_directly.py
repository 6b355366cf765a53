"""A house asked as its server asks it, without a client that tidies up first: any method, any header, any byte.

What is handed over is what h11 and uvicorn would hand over after a request has been read from the wire: a target in visible
ASCII, header names in small letters, header values of any byte but control characters.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote

from anyio.from_thread import BlockingPortal

Header = tuple[bytes, bytes]


class Asked(NamedTuple):
    """A request: `target` as it stands on the wire; `body` in the parts in which it comes; `left` if the client goes away then."""

    method: str
    target: str
    headers: Sequence[Header] = ()
    body: Sequence[bytes] = ()
    left: bool = False


class Answered(NamedTuple):
    """The answer, and the processor's seconds that this process spent until it had come whole."""

    status: int
    headers: dict[str, str]
    content: bytes
    cost: float

    @property
    def kind(self) -> str:
        """The media type, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0]


LONGEST_WAIT = 60.0
"""Seconds of the clock after which an answer no longer comes, however busy the machine is."""


def ask(portal: BlockingPortal, app: Any, asked: Asked) -> Answered:
    """Send one request. An error that the application lets through is raised here, as it would end in the server's log.

    The portal's loop runs in a thread of its own: in this one, a browser of another test may have left its loop running.
    """
    before = time.process_time()
    status, headers, content = portal.call(_in_time, app, asked)
    return Answered(status, headers, content, time.process_time() - before)


async def _in_time(app: Any, asked: Asked) -> tuple[int, dict[str, str], bytes]:
    return await asyncio.wait_for(_ask(app, asked), LONGEST_WAIT)


async def _ask(app: Any, asked: Asked) -> tuple[int, dict[str, str], bytes]:
    raw_path, _, query = asked.target.partition("?")
    headers = [(name.lower(), value) for name, value in asked.headers]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": asked.method,
        "scheme": "http",
        "path": unquote(raw_path),
        "raw_path": raw_path.encode("ascii"),
        "query_string": query.encode("ascii"),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8642),
        "state": {},
    }
    parts = list(asked.body) or [b""]
    told: dict[str, Any] = {}
    content: list[bytes] = []

    async def receive() -> dict[str, Any]:
        if not parts:
            return {"type": "http.disconnect"}
        part = parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(parts) or asked.left}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            told["status"] = message["status"]
            told["headers"] = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
        else:
            content.append(message.get("body", b""))

    await app(scope, receive, send)
    return told["status"], told["headers"], b"".join(content)
