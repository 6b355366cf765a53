"""What a call lacks, fetched from the record system's FHIR server with the token that came with it, within its time."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import msgspec

from leeward.errors import BadInput
from leeward.fhir.json_text import decoded, is_object
from leeward.fhir.reading import Resources, joined, read_all
from leeward.hooks.request import HookRequest
from leeward.hooks.trust import Client
from leeward.model.shapes import is_list

WITHIN = 3.0
"""Seconds for everything that is fetched: a clinician waits."""

MOST_PAGES = 20
MOST_BYTES = 10_000_000


def topped_up(
    request: HookRequest, prefetch: Mapping[str, str], lacking: list[str], client: Client
) -> tuple[HookRequest, list[str]]:
    """The call with these keys of its prefetch fetched, and those that could not be.

    Only the server that the allow-list names for this client is asked: an address in a call is never followed.
    """
    call = request.call
    told, known = (call.fhir_server or "").rstrip("/"), (client.fhir_server or "").rstrip("/")
    if not known or told != known or call.fhir_authorization is None:
        return request, lacking
    import httpx

    deadline, missing = time.monotonic() + WITHIN, list[str]()
    found: list[Resources] = []
    headers = {"authorization": f"Bearer {call.fhir_authorization.access_token}", "accept": "application/fhir+json"}
    with httpx.Client(headers=headers, follow_redirects=False) as session:
        for key in lacking:
            address = f"{known}/{_filled(prefetch[key], request)}"
            try:
                found.append(_everything(session, known, address, deadline, key))
            except (httpx.HTTPError, httpx.InvalidURL, BadInput, TimeoutError):
                missing.append(key)
    return _with(request, found), missing


def _filled(template: str, request: HookRequest) -> str:
    """The query of a prefetch template with the words of this call."""
    context = request.call.context
    words = {"context.patientId": context.patient_id, "context.encounterId": context.encounter_id or "", "context.userId": context.user_id}  # fmt: skip
    for token, word in words.items():
        template = template.replace("{{" + token + "}}", quote(word, safe="/"))
    return template


def _everything(session: Any, base: str, address: str, deadline: float, key: str) -> Resources:
    """A resource, or every page of a search."""
    parts: list[Resources] = []
    for _ in range(MOST_PAGES):
        raw = _get(session, address, deadline)
        if raw.get("resourceType") == "OperationOutcome":
            raise BadInput.one("LW-0909", key, "The FHIR server refused.", "Send it with the call.")
        parts.append(read_all(raw, key))
        following = _next(raw)
        if following is None:
            return joined(parts)
        address = urljoin(f"{base}/", following)
        if urlsplit(address)[:2] != urlsplit(base)[:2]:
            raise BadInput.one("LW-0909", key, "The next page is on another server.", "Send it with the call.")
    raise BadInput.one("LW-0909", key, "There are too many pages.", "Send it with the call.")


def _get(session: Any, address: str, deadline: float) -> dict[str, Any]:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    parts: list[bytes] = []
    size = 0
    with session.stream("GET", address, timeout=left) as answer:
        if answer.status_code != 200:
            raise BadInput.one("LW-0909", "", "The FHIR server did not answer.", "Send it with the call.")
        for part in answer.iter_bytes():
            size += len(part)
            if size > MOST_BYTES or time.monotonic() > deadline:
                raise TimeoutError
            parts.append(part)
    return decoded(b"".join(parts), most=MOST_BYTES)


def _next(raw: Mapping[str, Any]) -> str | None:
    links = raw.get("link")
    following = [link for link in links if is_object(link) and link.get("relation") == "next"] if is_list(links) else []
    address = following[0].get("url") if following else None
    return address if isinstance(address, str) else None


def _with(request: HookRequest, found: list[Resources]) -> HookRequest:
    resources = joined([request.resources, *found])
    if resources.problems:
        raise BadInput(resources.problems)
    return msgspec.structs.replace(request, resources=resources)
