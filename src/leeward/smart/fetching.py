"""One question to another server and its answer in JSON: within a time and a size, no redirection followed.

Every fetch of Leeward from a record system goes this way: configurations, keys, tokens, charts, what a call lacks.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import unquote, urljoin, urlsplit

import httpx
import msgspec

from leeward.errors import BadInput, shown
from leeward.fhir.json_text import decoded

WITHIN = 5.0
"""Seconds that a server may take for one answer, from the first step to its last byte: a clinician waits. A convention of Leeward."""

MOST_BYTES = 10_000_000
"""Of one answer. A convention of Leeward."""

UNREACHED = "LW-0942"
PORTS = {"https": 443, "http": 80}
PLAIN = {"accept-encoding": "identity", "user-agent": "Leeward"}
LOOK = "Have the record system looked at, then begin again from the chart."


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What a server answered: its status, and the JSON object that came with it (empty where none did)."""

    status: int
    told: Mapping[str, Any]


class _Loop:
    """The event loop in which every question is asked, in a thread of its own, begun with the first question.

    A question that is asked there can be cut off wherever it stands; a blocking one only between two bytes, and a server
    that sends a byte a second would hold it as long as it likes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def __call__(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="leeward-asking", daemon=True).start()
            return self._loop


_LOOP = _Loop()


class Asker:
    """Asks other servers, and keeps the connections for the next question until the block ends."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._client.aclose(), _LOOP()).result()

    def ask(self, request: httpx.Request, within: float, most: int) -> tuple[int, bytes]:
        """Status and content of an answer that came whole within `within` seconds.

        Raises httpx.HTTPError, and OverflowError for more than `most` bytes: what was sent is counted, and nothing that
        was sent is made larger here.
        """
        return asyncio.run_coroutine_threadsafe(self._answer(request, within, most), _LOOP()).result()

    async def _answer(self, request: httpx.Request, within: float, most: int) -> tuple[int, bytes]:
        try:
            async with asyncio.timeout(within):
                answer = await self._client.send(request, stream=True)
                try:
                    return answer.status_code, await _content(answer, most)
                finally:
                    await answer.aclose()
        except TimeoutError:
            raise httpx.ReadTimeout("The time was over.") from None


async def _content(answer: httpx.Response, most: int) -> bytes:
    if answer.headers.get("content-encoding", "identity").strip().lower() not in ("identity", ""):
        raise httpx.DecodingError("It is compressed, which was not asked for.")
    content = bytearray()
    async for part in answer.aiter_raw():
        content += part
        if len(content) > most:
            raise OverflowError
    return bytes(content)


def client_for_records() -> Asker:
    """Asks over TLS 1.2 or newer, checks certificates, and follows no redirection."""
    secured = httpx.create_ssl_context()
    secured.minimum_version = ssl.TLSVersion.TLSv1_2
    return Asker(httpx.AsyncClient(verify=secured, timeout=None, follow_redirects=False))


def resolved(base: str, address: str) -> str:
    """An address told by the server of this base; a relative one is taken from the base. Empty where it is none."""
    try:
        found = urljoin(f"{base.rstrip('/')}/", address)
        parts = urlsplit(found)
        return found if parts.hostname and parts.port != 0 and found.isprintable() and " " not in found else ""
    except ValueError:
        return ""


def is_of_server(base: str, address: str) -> bool:
    """Whether an address is of the FHIR server of a base: scheme, name, port and the beginning of its path."""
    try:
        there, here = urlsplit(address), urlsplit(base.rstrip("/"))
        same = (there.scheme, there.hostname, _port(address)) == (here.scheme, here.hostname, _port(base))
    except ValueError:
        return False
    # However the way upwards is written: a server may read %2e%2e as two dots, and a backslash as a slash.
    path = unquote(unquote(there.path))
    plain = ".." not in path and "\\" not in path and not there.username and not there.password
    return same and plain and (there.path == here.path or there.path.startswith(f"{here.path}/"))


def _port(address: str) -> int | None:
    parts = urlsplit(address)
    return parts.port or PORTS.get(parts.scheme)


def get(
    client: Asker,
    address: str,
    *,
    what: str,
    token: str = "",
    accept: str = "application/json",
    within: float = WITHIN,
) -> Mapping[str, Any]:
    """The JSON object at an address. `what` names it in a sentence, as in "the smart-configuration". Raises BadInput."""
    return get_sized(client, address, what=what, token=token, accept=accept, within=within)[0]


def get_sized(
    client: Asker,
    address: str,
    *,
    what: str,
    token: str = "",
    accept: str = "application/json",
    within: float = WITHIN,
    most: int = MOST_BYTES,
) -> tuple[Mapping[str, Any], int]:
    """The JSON object at an address, of `most` bytes at most, and how many it had. Raises BadInput."""
    headers = {"accept": accept} | ({"authorization": f"Bearer {token}"} if token else {})
    status, content = _asked(client, "GET", address, headers, None, what, within, most)
    if 300 <= status < 400:
        raise unreached(what, f"It sends {what} to another address ({status}), which is not followed.")
    if status != 200:
        raise unreached(what, f"It answered {what} with {status}.")
    return _object(content, what), len(content)


def post(
    client: Asker, address: str, form: Mapping[str, str], *, what: str, headers: Mapping[str, str] | None = None
) -> Answered:
    """What a form sent to an address is answered with; an answer that is no success may have no JSON. Raises BadInput."""
    given = {"accept": "application/json", **(headers or {})}
    status, content = _asked(client, "POST", address, given, dict(form), what, WITHIN, MOST_BYTES)
    if 300 <= status < 400 or status >= 500:
        raise unreached(what, f"It answered {what} with {status}.")
    try:
        return Answered(status=status, told=_object(content, what))
    except BadInput:
        if status == 200:
            raise
        return Answered(status=status, told={})


def unreached(what: str, says: str, mend: str = LOOK) -> BadInput:
    """The mistake of a step in which the record system did not answer as it should."""
    return BadInput.one(UNREACHED, what, says, mend)


def _asked(
    client: Asker,
    method: str,
    address: str,
    headers: Mapping[str, str],
    form: dict[str, str] | None,
    what: str,
    within: float,
    most: int,
) -> tuple[int, bytes]:
    try:
        request = httpx.Request(method, address, headers={**PLAIN, **headers}, data=form)
    except (httpx.InvalidURL, UnicodeError, ValueError):
        # A token that no header can hold is refused where it comes in; here nothing is sent at all.
        raise unreached(what, f"The address or the token of {what} is none that can be sent.") from None
    late = unreached(what, f"The record system did not answer {what} within {max(within, 0):.0f} seconds.")
    if within <= 0:
        raise late
    try:
        return client.ask(request, within, most)
    except httpx.TimeoutException:
        raise late from None
    except OverflowError:
        raise unreached(what, f"The answer to {what} is larger than {most:,} bytes.") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        says = f"The record system cannot be reached for {what} ({type(error).__name__})."
        raise unreached(what, says) from None


def _object(content: bytes, what: str) -> Mapping[str, Any]:
    try:
        return decoded(content, most=MOST_BYTES, what=what)
    except BadInput as error:
        problem = error.problems[0]
        raise unreached(what, f"The answer to {what} cannot be read: {shown(problem.says, 120)}") from None
