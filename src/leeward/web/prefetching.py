"""What a call lacks, fetched from the record system's FHIR server with the token that came with it, within its time."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import msgspec

from leeward.errors import BadInput
from leeward.fhir.reading import Resources, joined, read_all
from leeward.fhir.whole import is_whole
from leeward.hooks.request import HookRequest
from leeward.hooks.trust import Client
from leeward.smart.fetching import client_for_records
from leeward.smart.paging import Reading

WITHIN = 3.0
"""Seconds for everything that is fetched: a clinician waits."""

MOST_BYTES = 10_000_000
"""Of everything that is fetched, as of a call that brings it along."""


def topped_up(
    request: HookRequest, prefetch: Mapping[str, str], lacking: list[str], client: Client
) -> tuple[HookRequest, list[str]]:
    """The call with these keys of its prefetch fetched, and those that could not be, or not whole.

    Only the server that the allow-list names for this client is asked: an address in a call is never followed.
    """
    call = request.call
    told, known = (call.fhir_server or "").rstrip("/"), (client.fhir_server or "").rstrip("/")
    if not known or told != known or call.fhir_authorization is None:
        return request, lacking
    missing: list[str] = []
    found: list[Resources] = []
    with client_for_records() as asker:
        reading = Reading(asker, known, call.fhir_authorization.access_token, within=WITHIN, most=MOST_BYTES)
        for key in lacking:
            whole = _whole(reading, f"{known}/{_filled(prefetch[key], request)}", key)
            if whole is None:
                missing.append(key)
            else:
                found.append(whole)
    return _with(request, found), missing


def _filled(template: str, request: HookRequest) -> str:
    """The query of a prefetch template with the words of this call."""
    context = request.call.context
    words = {"context.patientId": context.patient_id, "context.encounterId": context.encounter_id or "", "context.userId": context.user_id}  # fmt: skip
    for token, word in words.items():
        template = template.replace("{{" + token + "}}", quote(word, safe="/"))
    return template


def _whole(reading: Reading, address: str, key: str) -> Resources | None:
    """A resource, or every page of a search; None where it could not be had, or not all of it."""
    if "?" in address:
        searched = reading.search(address, key)
        return None if searched.lacks else joined([read_all(page, key, is_page=True) for page in searched.pages])
    try:
        told = reading.get(address, key)
    except BadInput:
        return None
    return read_all(told, key) if is_whole(told) else None


def _with(request: HookRequest, found: list[Resources]) -> HookRequest:
    resources = joined([request.resources, *found])
    if resources.problems:
        raise BadInput(resources.problems)
    return msgspec.structs.replace(request, resources=resources)
