"""Calls, answers and discovery that others published as good or bad (FHIR/fhir-test-cases), and bytes that are neither."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.errors import BadInput
from leeward.hooks.cards import read_cards
from leeward.hooks.discovery import read_services
from leeward.hooks.request import read_call

PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "opioid-cds"
PAYLOADS = PUBLISHED / "cds-hooks" / "fhir-test-cases"

GOOD = {
    "request-order-select-good",
    "request-order-sign-good",
    "request-patient-view-good",
    "request-pv-good",
    "response-empty",
    "response-empty-good",
    "response-good",
    "response-link",
    "response-no-link",
    "response-source-link",
    "response-two-cards",
    "services-good",
}
"""Those that the validator of their authors passes; the others it fails."""

needs_data = pytest.mark.skipif(
    not PAYLOADS.is_dir(), reason="the published CDS Hooks payloads are not beside the project"
)


@needs_data
@pytest.mark.parametrize("file", sorted(PAYLOADS.glob("*.json")), ids=lambda file: file.stem)
def test_every_good_payload_is_accepted_and_every_bad_one_refused(file: Path):
    name = file.stem.removeprefix("cdshooks-")
    kind = name.partition("-")[0]

    def read():
        if kind == "request":
            return read_call(file.read_bytes())
        return (read_cards if kind == "response" else read_services)(json.loads(file.read_text(encoding="utf-8")))

    if name in GOOD:
        read()
    else:
        with pytest.raises(BadInput):
            read()


@needs_data
def test_all_22_payloads_are_there():
    assert len(list(PAYLOADS.glob("*.json"))) == 22


def call(**other):
    return {
        "hook": "patient-view",
        "hookInstance": "4d2b4402-022e-4f69-813e-ab16934286a6",
        "context": {"userId": "Practitioner/a", "patientId": "p1"},
        **other,
    }


def problems_of(raw):
    with pytest.raises(BadInput) as wrong:
        read_call(raw if isinstance(raw, bytes) else json.dumps(raw).encode())
    return {one.path: one.says for one in wrong.value.problems}


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (call(hook="patient-chart"), "hook"),
        (call(hookInstance="17"), "hookInstance"),
        (call(context={"userId": "Practitioner/a"}), "context.patientId"),
        (call(context={"userId": "Nurse/a", "patientId": "p1"}), "context.userId"),
        (call(context={"userId": "Practitioner/a", "patientId": "Patient/p1"}), "context.patientId"),
        (call(hook="order-sign"), "context.draftOrders"),
        (call(hook="encounter-discharge"), "context.encounterId"),
        (call(fhirServer="file:///etc/passwd"), "fhirServer"),
        (call(fhirAuthorization={"access_token": "t", "token_type": "Bearer", "expires_in": 1, "scope": "", "subject": "s"}), "fhirServer"),
        (call(prefetch={"patient": "Patient/1"}), "prefetch.patient"),
        (call(prefetch={"patient": {"resourceType": "Patient", "birthDate": "X2002-09-26"}}), "prefetch.patient.birthDate"),
        (call(prefetch={"m": {"resourceType": "MedicationRequest", "status": "Xactive"}}), "prefetch.m.status"),
    ],
)  # fmt: skip
def test_a_call_that_is_not_as_the_specification_asks_is_refused_with_its_place(raw, place):
    assert place in problems_of(raw)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not JSON"),
        (b"[]", "no JSON object"),
        (b'{"hook": "a", "hook": "b"}', "twice"),
        (b'{"a": NaN}', "no number"),
        (b'{"a": 1e999}', "no number"),
        (b'{"a": ' + b"9" * 5000 + b"}", "too long"),
        (b'{"a": "\xff"}', "UTF-8"),
        (b'{"a": "\\ud800"}', "half of a character"),
        (b'{"a": ' + b"[" * 200 + b"]" * 200 + b"}", "deeper"),
        (b'{"a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "deeper"),
        (b" " * 10_000_001, "larger"),
    ],
    ids=lambda given: str(given)[:20],
)
def test_text_that_two_readers_could_read_differently_is_refused(content, says):
    assert says in problems_of(content)["body"]


@given(st.binary(max_size=200) | st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["hook", "context", "prefetch", "hookInstance", "a"]), inner, max_size=4), max_leaves=12))  # fmt: skip
def test_whatever_comes_is_read_or_refused_in_a_sentence(raw):
    content = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    problems = ()
    try:
        read_call(content)
    except BadInput as wrong:
        problems = wrong.problems
    assert all(one.says and one.mend and len(str(one)) < 400 for one in problems)


@needs_data
def test_the_published_calls_speak_an_older_dialect_and_are_read_in_it_only_where_it_is_asked_for():
    asserted = [json.loads(file.read_text(encoding="utf-8")) for file in sorted((PUBLISHED / "cases").glob("*/*.json"))]
    calls = [json.dumps(case["request"]).encode() for case in asserted if case["expected"]]
    assert len(calls) == 38
    for content in calls:
        with pytest.raises(BadInput):
            read_call(content)
        assert read_call(content, typed_ids=True).patient
