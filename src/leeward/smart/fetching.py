"""One question to a record system and its answer in JSON: within a time and a size, no redirection followed."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import msgspec

from leeward.errors import BadInput, shown
from leeward.fhir.json_text import decoded

WITHIN = 5.0
"""Seconds that a server may take for one answer: a clinician waits. A convention of Leeward."""

MOST_BYTES = 10_000_000
"""Of one answer. A convention of Leeward."""

UNREACHED = "LW-0942"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
LOOK = "Have the record system looked at, then begin again from the chart."


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What a server answered: its status, and the JSON object that came with it (empty where none did)."""

    status: int
    told: Mapping[str, Any]


def client_for_records() -> httpx.Client:
    """A client that checks certificates, speaks TLS 1.2 or newer, and follows no redirection."""
    secured = httpx.create_ssl_context()
    secured.minimum_version = ssl.TLSVersion.TLSv1_2
    return httpx.Client(verify=secured, timeout=WITHIN, follow_redirects=False)


def is_private(address: str) -> bool:
    """Whether nobody between can read or change what is exchanged: over TLS, or within this machine."""
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        )
    except ValueError:
        return False


def is_loopback(address: str) -> bool:
    """Whether an address is one of this machine."""
    try:
        return urlsplit(address).hostname in LOOPBACK
    except ValueError:
        return False


def resolved(base: str, address: str) -> str:
    """An address told by the server of this base; a relative one is taken from the base. Empty where it is none."""
    try:
        found = urljoin(f"{base.rstrip('/')}/", address)
        parts = urlsplit(found)
        return found if parts.hostname and parts.port != 0 and found.isprintable() and " " not in found else ""
    except ValueError:
        return ""


def get(
    client: httpx.Client,
    address: str,
    *,
    what: str,
    token: str = "",
    accept: str = "application/json",
    within: float = WITHIN,
) -> Mapping[str, Any]:
    """The JSON object at an address. `what` names it in a sentence, as in "the smart-configuration". Raises BadInput."""
    headers = {"accept": accept} | ({"authorization": f"Bearer {token}"} if token else {})
    status, content = _asked(client, client.build_request("GET", address, headers=headers), what, within)
    if 300 <= status < 400:
        raise unreached(what, f"It sends {what} to another address ({status}), which is not followed.")
    if status != 200:
        raise unreached(what, f"It answered {what} with {status}.")
    return _object(content, what)


def post(
    client: httpx.Client, address: str, form: Mapping[str, str], *, what: str, headers: Mapping[str, str] | None = None
) -> Answered:
    """What a form sent to an address is answered with; an answer that is no success may have no JSON. Raises BadInput."""
    given = {"accept": "application/json", **(headers or {})}
    status, content = _asked(
        client, client.build_request("POST", address, data=dict(form), headers=given), what, WITHIN
    )
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


def _asked(client: httpx.Client, request: httpx.Request, what: str, within: float) -> tuple[int, bytes]:
    deadline, parts, size = time.monotonic() + within, list[bytes](), 0
    request.extensions = {**request.extensions, "timeout": httpx.Timeout(max(within, 0.01)).as_dict()}
    late = unreached(what, f"The record system did not answer {what} within {within:.0f} seconds.")
    if within <= 0:
        raise late
    try:
        answer = client.send(request, stream=True)
        try:
            for part in answer.iter_bytes():
                parts.append(part)
                size += len(part)
                if size > MOST_BYTES:
                    raise unreached(what, f"The answer to {what} is larger than {MOST_BYTES:,} bytes.")
                if time.monotonic() > deadline:
                    raise late
            return answer.status_code, b"".join(parts)
        finally:
            answer.close()
    except httpx.TimeoutException:
        raise late from None
    except httpx.InvalidURL:
        raise unreached(what, f"The address of {what} is none.") from None
    except httpx.HTTPError as error:
        says = f"The record system cannot be reached for {what} ({type(error).__name__})."
        raise unreached(what, says) from None


def _object(content: bytes, what: str) -> Mapping[str, Any]:
    try:
        return decoded(content, most=MOST_BYTES, what=what)
    except BadInput as error:
        problem = error.problems[0]
        raise unreached(what, f"The answer to {what} cannot be read: {shown(problem.says, 120)}") from None
