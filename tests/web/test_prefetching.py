"""What a call lacks is fetched whole or not at all: a part of it, or what stands elsewhere, is never taken for the whole."""

from __future__ import annotations

import time
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from leeward.web import prefetching
from tests.web import test_cds_hooks as calls

hospital, record_system, ask = calls.hospital, calls.record_system, calls.ask

BUNDLE = {"resourceType": "Bundle", "type": "searchset"}
FAILED = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}
TOKEN = {"access_token": "secret", "token_type": "Bearer", "expires_in": 60, "scope": "", "subject": "x"}


@pytest.fixture
def fetched(ask, hospital, record_system):
    """The answer to a call that lacks the requests alone."""

    def fetched(token: str = "secret") -> Any:
        prefetch = calls.complete("opioidcds-11-patient-view", hospital)
        del prefetch["requests"]
        right = TOKEN | {"access_token": token}
        return ask(calls.VIEW, calls.call(prefetch=prefetch, fhirServer=record_system.address, fhirAuthorization=right))

    return fetched


def told(monkeypatch: pytest.MonkeyPatch, record_system: calls.RecordSystem, answer: dict[str, Any]) -> None:
    """Have the FHIR server answer with this."""
    monkeypatch.setattr(record_system, "_note", lambda request: JSONResponse(answer))


@pytest.mark.parametrize(
    "answer",
    [
        FAILED,
        BUNDLE | {"total": 12},
        BUNDLE | {"entry": [{"resource": FAILED}]},
        BUNDLE | {"entry": [{"fullUrl": "urn:x"}]},
        BUNDLE | {"entry": {}},
        BUNDLE | {"link": [{"relation": "next"}]},
        {"resourceType": "Patient", "id": "p1"},
    ],
)
def test_a_part_is_not_taken_for_the_whole(fetched, record_system, monkeypatch, answer):
    assert fetched().status_code == 200
    told(monkeypatch, record_system, answer)
    answered = fetched()
    assert answered.status_code == 412 and "requests" in calls.issues(answered)


@pytest.mark.parametrize("way", ["{origin}/other-tenant/X", "../other-tenant/X", "{origin}/fhir/%2e%2e/other", "//elsewhere.example/fhir"])  # fmt: skip
def test_the_token_goes_to_the_fhir_server_alone(fetched, record_system, monkeypatch, way):
    seen: list[str] = []
    address = way.format(origin=record_system.address.removesuffix("/fhir"))

    def note(request: Request) -> Response:
        seen.append(request.url.path)
        return JSONResponse(BUNDLE | {"link": [{"relation": "next", "url": address}]})

    monkeypatch.setattr(record_system, "_note", note)
    assert fetched().status_code == 412 and seen == ["/fhir/MedicationRequest"]


@pytest.mark.parametrize("token", ["abcé", "a\r\nx-more: b", "a\nb", "", " ", "a b", "x" * 100_000, "\x00", "\u2028"])
def test_a_token_that_no_header_holds_is_400_in_one_sentence(fetched, record_system, token):
    answered = fetched(token)
    assert answered.status_code == 400 and "fhirAuthorization.access_token" in calls.issues(answered)
    assert "abc" not in answered.text and "x-more" not in answered.text and record_system.asked == []


def test_all_that_is_fetched_has_one_size(ask, record_system, monkeypatch):
    whole = calls.call(fhirServer=record_system.address, fhirAuthorization=TOKEN)
    assert ask(calls.VIEW, whole).status_code == 200
    # Each page fits by itself, and all of them together do not.
    monkeypatch.setattr(prefetching, "MOST_BYTES", 1_500)
    assert ask(calls.VIEW, whole).status_code == 412


def test_a_server_that_drips_ends_in_its_time(fetched, record_system, monkeypatch):
    def drips() -> Any:
        for _ in range(100):
            time.sleep(0.1)
            yield b" "

    monkeypatch.setattr(record_system, "_note", lambda request: StreamingResponse(drips()))
    begun = time.monotonic()
    assert fetched().status_code == 412 and time.monotonic() - begun < prefetching.WITHIN + 3
