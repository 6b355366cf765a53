"""Who reads through the FHIR facade: staff as the pages let them, record systems by token and consent; each reading entered."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.testclient import TestClient

from leeward.fhir.episode import id_of_person
from leeward.hooks.trust import read_trust
from leeward.record.storage import Record, default_url
from leeward.ward.state import Ward
from leeward.web.app import app_of
from leeward.web.guard import COOKIE
from leeward.web.house import House
from tests.fhir_validators.three import read_by_fhirclient
from tests.web.conftest import signing_in
from tests.web.fhir_facade_asked import CONSENT, ISSUER, PERSON, resources, said, token, trusting

NOBODY = id_of_person("nobody-at-all")
ADDRESSES = [
    "Patient/{}", "Patient?_id={}", "Observation?patient={}", "CarePlan?subject=Patient/{}", "AuditEvent?patient={}",
    "Consent?patient={}", "Patient/{}/$everything",
]  # fmt: skip


@pytest.fixture
def ehr(house, tmp_path, clock):
    """The record system: asks with a fresh token."""
    client = TestClient(app_of(trusting(house, tmp_path)), raise_server_exceptions=False)

    def ask(path: str, held: str | None = None):
        return client.get(
            f"/fhir/{path}", headers={"authorization": f"Bearer {token(clock) if held is None else held}"}
        )

    return ask


def last(house: House):
    return next(house.record.latest())


@pytest.mark.parametrize("role", ["n.park", "a.reyes", "j.lindqvist"])
def test_staff_who_read_charts_read_here_and_each_reading_is_entered_before(house, someone, role):
    one = someone(role).client
    for path, parts in (
        (f"Observation?patient={PERSON}", ["chart"]),
        (f"Observation?patient={PERSON}&code=nothing", ["chart"]),
        (f"CarePlan?patient={PERSON}", ["chart", "plan"]),
        (f"Patient/{PERSON}", ["chart"]),
        (f"AuditEvent?patient={PERSON}", ["chart", "notes", "plan"]),
    ):
        before = house.record.last_number()
        assert one.get(f"/fhir/{path}").status_code == 200
        entry = last(house)
        assert house.record.last_number() == before + 1
        assert (entry.kind, entry.patient, entry.by) == ("export", "demo-1", role)
        assert entry.body["way"] == "fhir" and entry.body["parts"] == parts
        assert entry.body["recipient"] == {"kind": "programme-staff", "name": role}
        assert (entry.body["purpose"], entry.body["basis"]) == ("treatment", "within-programme")


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("who", ["m.haddad", "admin"])
def test_a_person_whom_one_may_not_see_is_told_as_one_who_is_not_there(house, someone, who, address):
    one, before = someone(who).client, house.record.last_number()
    here, nowhere = (one.get(f"/fhir/{address.format(id)}") for id in (PERSON, NOBODY))
    assert here.status_code == nowhere.status_code and here.status_code in (403, 404)
    assert (here.status_code == 403) == ("everything" in address)
    assert here.content == nowhere.content and said(here)
    assert here.headers == nowhere.headers
    assert house.record.last_number() == before


def test_a_whole_episode_goes_to_those_who_may_export(someone):
    path = f"/fhir/Patient/{PERSON}/$everything"
    assert someone("a.reyes").client.get(path).status_code == 200
    for who in ("n.park", "j.lindqvist"):
        answer = someone(who).client.get(path)
        assert answer.status_code == 403 and "prescriber" in said(answer)


def test_break_glass_opens_one_chart_here_too_until_it_ends(house, someone, clock):
    one = someone("admin")
    one.send("/break-glass", patient="demo-1", reason="Complaint 17 is being looked into")
    assert one.client.get(f"/fhir/Observation?patient={PERSON}").status_code == 200
    assert (last(house).body["purpose"], last(house).body["basis"]) == ("operations", "break-glass")
    assert one.client.get(f"/fhir/Observation?patient={id_of_person('demo-2')}").status_code == 404
    for _ in range(5):
        clock.forward(minutes=13)
        one.client.get("/fhir/Questionnaire/cows")
    assert one.client.get("/fhir/Questionnaire/cows").status_code == 200
    assert one.client.get(f"/fhir/Observation?patient={PERSON}").status_code == 404


@pytest.mark.parametrize("cookie", ["", "forged", "%00%ff", "x" * 4000])
def test_without_a_session_or_a_token_only_the_statement_is_given(house, someone, cookie):
    one, before = someone("").client, house.record.last_number()
    if cookie:
        one.cookies.set(COOKIE, cookie)
    for path in [address.format(PERSON) for address in ADDRESSES] + ["Questionnaire", "Nothing/x"]:
        answer = one.get(f"/fhir/{path}")
        assert answer.status_code == 401 and said(answer) and answer.headers["www-authenticate"] == "Bearer"
    assert one.post("/fhir/$validate", json={"resourceType": "Patient"}).status_code == 401
    assert one.get("/fhir/metadata").status_code == 200
    assert house.record.last_number() == before


def test_a_record_system_reads_what_a_consent_lets_it_and_nothing_else(house, ehr, charted, someone):
    for address in ADDRESSES:
        assert ehr(address.format(PERSON)).content == ehr(address.format(NOBODY)).content
        assert ehr(address.format(PERSON)).status_code == 404
    charted("consent", CONSENT)
    answer = ehr(f"Observation?patient={PERSON}&_count=500")
    assert answer.status_code == 200 and resources(answer)
    entry = last(house)
    assert (entry.kind, entry.by, entry.role) == ("export", ISSUER, "record-system")
    assert entry.body["recipient"] == {"kind": "treating-provider", "name": "City Clinic"}
    assert (entry.body["basis"], entry.body["purpose"]) == ("consent", "treatment") and entry.body["consents"]
    assert ISSUER in someone("m.haddad").get("/administration/audit").text
    assert ehr(f"CarePlan?patient={PERSON}").status_code == 200
    # The consent is for the chart and the plan: that notes were written, and every consent, are not in it.
    for address in (f"AuditEvent?patient={PERSON}", f"Consent?patient={PERSON}", f"Patient/{PERSON}/$everything"):
        assert ehr(address).status_code == 404
    assert ehr(f"Observation?patient={id_of_person('demo-2')}").status_code == 404


def test_a_consent_for_the_chart_alone_gives_no_plan(ehr, charted):
    charted("consent", CONSENT | {"parts": ["chart"]})
    assert ehr(f"Observation?patient={PERSON}").status_code == 200
    assert ehr(f"MedicationRequest?patient={PERSON}").status_code == 404
    assert ehr(f"DetectedIssue?patient={PERSON}").status_code == 404


def test_a_consent_for_the_whole_gives_the_whole(ehr, charted):
    charted("consent", CONSENT | {"parts": ["chart", "notes", "plan"]})
    whole = ehr(f"Patient/{PERSON}/$everything?_count=500")
    assert whole.status_code == 200 and {"Consent", "AuditEvent"} <= {one["resourceType"] for one in resources(whole)}


def test_what_is_revoked_or_ended_is_closed_at_once(ehr, charted, clock):
    given = charted("consent", CONSENT)
    assert ehr(f"Observation?patient={PERSON}").status_code == 200
    charted("consent-revoked", {"consent": given.id})
    assert ehr(f"Observation?patient={PERSON}").status_code == 404
    charted("consent", CONSENT | {"until": (clock() + timedelta(minutes=30)).isoformat()})
    assert ehr(f"Observation?patient={PERSON}").status_code == 200
    clock.forward(minutes=30)
    assert ehr(f"Observation?patient={PERSON}").status_code == 404


def test_a_consent_for_every_provider_is_none_for_a_system_that_was_not_entered_as_one(house, tmp_path, clock, charted):
    charted("consent", CONSENT | {"recipient": {"kind": "treating-provider", "name": ""}})
    for recipient, status in (("", 404), ("Another Clinic", 200)):
        client = TestClient(app_of(trusting(house, tmp_path, recipient)))
        headers = {"authorization": f"Bearer {token(clock)}"}
        assert client.get(f"/fhir/Observation?patient={PERSON}", headers=headers).status_code == status
        assert client.get("/fhir/Questionnaire/cows", headers=headers).status_code == 200


def test_a_token_holds_for_this_address_in_time_and_signed_by_the_system(ehr, charted, clock):
    charted("consent", CONSENT)
    asked, now = f"Observation?patient={PERSON}", clock().timestamp()
    once = token(clock)
    assert ehr(asked, once).status_code == ehr(asked, once).status_code == 200
    other = ECKey.generate_key("P-384", {"kid": "k1"}, private=True)
    claims = {"iss": ISSUER, "aud": "http://testserver/fhir", "iat": now, "exp": now + 60, "jti": "j"}
    for refused in (
        token(clock, lasts=timedelta(minutes=6)),
        token(clock, base="http://testserver/cds-services/leeward-withdrawal"),
        token(clock, base="https://elsewhere.example/fhir"),
        token(clock, iss="https://other.example"),
        token(clock, iat=now - 400, exp=now - 100),
        token(clock, iat=now + 400, exp=now + 500),
        jwt.encode({"alg": "ES384", "typ": "JWT", "kid": "k1"}, claims, other, algorithms=["ES384"]),
        once[:-4] + "AAAA",
        "",
        "x" * 30_000,
    ):
        answer = ehr(asked, refused)
        assert answer.status_code == 401 and said(answer) == "Sign in to Leeward, or send a token that holds."
    clock.forward(minutes=7)
    assert ehr(asked, once).status_code == 401


def test_nothing_tells_that_counselling_notes_were_written(house, someone, charted):
    one = someone("a.reyes").client

    def told():
        one_page = one.get(f"/fhir/Patient/{PERSON}/$everything?_count=500").json()
        return [entry["resource"] for entry in one_page["entry"]]

    before = told()
    note = charted("counselling-note", {"text": "A secret."}, by="a.reyes", role="prescriber")
    said_anew = {"text": "Another secret."}
    charted("counselling-note", said_anew, by="a.reyes", role="prescriber", corrects=note.number)
    after = told()
    assert [one["id"] for one in before] == [one["id"] for one in after]
    assert "counselling" not in str(after) and "secret" not in str(after)


def test_a_name_stands_in_no_answer(someone, house):
    one = someone("a.reyes").client
    bedside = house.ward.bedside("demo-1", house.clock())
    assert bedside.chart.name
    text_given = one.get(f"/fhir/Patient/{PERSON}/$everything?_count=500").text
    assert bedside.chart.name not in text_given and bedside.chart.name.partition(",")[2].strip() not in text_given


def test_where_the_reading_cannot_be_entered_nothing_is_given(house, tmp_path):
    with Record(default_url(tmp_path), wait=0.2) as record:
        impatient = msgspec.structs.replace(house, record=record, ward=Ward(record, house.knowledge))
        one = signing_in(impatient)("a.reyes").client
        other = sqlite3.connect(tmp_path / "record.sqlite", isolation_level=None)
        other.execute("begin immediate")
        answer = one.get(f"/fhir/Observation?patient={PERSON}")
        assert answer.status_code == 503 and "cannot be written" in said(answer)
        other.execute("rollback")
        assert one.get(f"/fhir/Observation?patient={PERSON}").status_code == 200


def test_the_list_of_those_let_in_says_as_whom_a_system_reads(tmp_path):
    file = tmp_path / "trust.toml"
    file.write_text(
        f'[[client]]\niss = "{ISSUER}"\nkeys_file = "k.json"\nrecipient = "City Clinic"\n', encoding="utf-8"
    )
    assert read_trust(file).clients[ISSUER].recipient == "City Clinic"


@pytest.fixture
def served(house, tmp_path) -> Iterator[str]:
    """The ward over loopback."""
    app = app_of(trusting(house, tmp_path))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/fhir"
    server.should_exit = True
    thread.join(5)


def test_a_client_that_others_wrote_reads_it(served, house, charted, clock):
    charted("consent", CONSENT)
    addresses = [
        "metadata", f"Patient/{PERSON}", f"Observation?patient=Patient/{PERSON}&_count=10", f"Patient/{NOBODY}",
        f"MedicationRequest?patient=Patient/{PERSON}", "Observation?patient.name=x", "PlanDefinition?_count=5",
    ]  # fmt: skip
    statement, person, observations, nobody, requests, chained, plans = (
        read_by_fhirclient(served, token(clock, base=served), addresses)
    )  # fmt: skip
    assert "CapabilityStatement" in str(statement["found"]) and PERSON in str(person["found"])
    assert len(observations["found"]) > 10 and len(requests["found"]) > 1 and len(plans["found"]) == 12
    assert nobody["status"] == 404 and chained["status"] == 400 and "chained" in chained["says"]
    entries = [entry for entry in house.record.entries(patient="demo-1") if entry.by == ISSUER]
    assert len(entries) >= 3 + len(observations["found"]) // 10
