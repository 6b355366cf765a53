"""The FHIR facade: what is claimed is what is served; searches, pages, refusals; and three validators accept every answer."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from leeward.fhir.capability import SERVED
from leeward.fhir.episode import id_of_person
from leeward.fhir.validity import problems_of
from tests.fhir_validators.three import VALIDATORS
from tests.web.conftest import Clock, demo_house, signing_in
from tests.web.fhir_facade_asked import CONSENT, PERSON, resources, said

OF_PERSON = [kind for kind, served in SERVED.items() if served.parts and kind != "Patient"]
PUBLISHED = [kind for kind, served in SERVED.items() if not served.parts]
EVERYBODY = [id_of_person(f"demo-{number}") for number in range(1, 11)]


@pytest.fixture(scope="module")
def ward(tmp_path_factory):
    """One ward for reading: no test of this file writes to a chart."""
    yield from demo_house(tmp_path_factory.mktemp("ward"), Clock())


@pytest.fixture(scope="module")
def prescriber(ward) -> TestClient:
    return signing_in(ward)("a.reyes").client


@pytest.fixture(scope="module")
def claimed(prescriber) -> dict[str, Any]:
    return TestClient(prescriber.app).get("/fhir/metadata").json()


def test_the_capability_statement_is_given_to_all_and_names_where_it_is(claimed):
    assert claimed["resourceType"] == "CapabilityStatement" and claimed["format"] == ["json"]
    assert claimed["implementation"]["url"] == "http://testserver/fhir"
    assert [one["type"] for one in claimed["rest"][0]["resource"]] == list(SERVED)


def test_every_interaction_and_parameter_that_is_claimed_is_served(prescriber, claimed):
    values = {"token": "x", "reference": "Group/x", "date": "ge2026-01-01", "uri": "urn:x"}
    for one in claimed["rest"][0]["resource"]:
        kind, person = one["type"], f"&patient={PERSON}" if one["type"] in OF_PERSON else ""
        person = f"&_id={PERSON}" if kind == "Patient" else person
        assert {step["code"] for step in one["interaction"]} == {"read", "search-type"}
        for parameter in one["searchParam"]:
            if parameter["name"] in ("patient", "subject"):
                found = prescriber.get(f"/fhir/{kind}?{parameter['name']}=Patient/{PERSON}")
            elif kind == "Patient" and parameter["name"] == "identifier":
                found = prescriber.get("/fhir/Patient?identifier=demo-1")
            elif parameter["name"] == "_id" and person:
                found = prescriber.get(f"/fhir/{kind}?_id={PERSON}")
            else:
                found = prescriber.get(f"/fhir/{kind}?{parameter['name']}={values[parameter['type']]}{person}")
            assert found.status_code == 200, (kind, parameter, found.text)
        operations = {step["name"] for step in one["operation"]}
        assert operations == ({"validate", "everything"} if kind == "Patient" else {"validate"})
        checked = prescriber.post(f"/fhir/{kind}/$validate", json={"resourceType": kind})
        assert checked.status_code == 200 and checked.json()["resourceType"] == "OperationOutcome"


def test_nothing_that_is_not_claimed_is_served(prescriber, claimed):
    offered = {one["type"] for one in claimed["rest"][0]["resource"]}
    for kind in {
        "Encounter",
        "Condition",
        "MedicationStatement",
        "AdverseEvent",
        "Bundle",
        "Nonsense",
        "patient",
    } - offered:
        assert prescriber.get(f"/fhir/{kind}?patient={PERSON}").status_code == 404
        assert prescriber.get(f"/fhir/{kind}/x").status_code == 404
        assert prescriber.post(f"/fhir/{kind}/$validate", json={"resourceType": kind}).status_code == 404
    for served in claimed["rest"][0]["resource"]:
        kind, names = served["type"], {one["name"] for one in served["searchParam"]}
        for name in {
            "code",
            "status",
            "date",
            "url",
            "subject",
            "identifier",
            "_tag",
            "_sort",
            "_include",
            "_summary",
        } - names:
            answer = prescriber.get(f"/fhir/{kind}?patient={PERSON}&{name}=x")
            assert answer.status_code == 400 and f"parameter {name} is not served" in said(answer)


@pytest.mark.parametrize("kind", [*OF_PERSON, "Patient"])
def test_what_a_search_finds_is_read_by_its_id(prescriber, kind):
    found = 0
    for person in EVERYBODY:
        asked = f"_id={person}" if kind == "Patient" else f"patient=Patient/{person}"
        answer = prescriber.get(f"/fhir/{kind}?{asked}&_count=3")
        assert answer.status_code == 200 and answer.headers["content-type"] == "application/fhir+json"
        for one in answer.json().get("entry", []):
            address = urlsplit(one["fullUrl"]).path
            assert address == f"/fhir/{kind}/{one['resource']['id']}" and one["search"] == {"mode": "match"}
            assert prescriber.get(address).json() == one["resource"]
            again = prescriber.get(f"/fhir/{kind}?_id={one['resource']['id']}")
            assert resources(again) == [one["resource"]]
            found += 1
    assert found or kind in ("Consent", "Flag")


@pytest.mark.parametrize("kind", OF_PERSON)
def test_a_search_by_a_form_finds_what_one_by_address_finds(prescriber, kind):
    asked = {"patient": f"Patient/{PERSON}", "_count": "3"}
    by_form = prescriber.post(f"/fhir/{kind}/_search", data=asked)
    assert by_form.status_code == 200
    assert resources(by_form) == resources(prescriber.get(f"/fhir/{kind}", params=asked))
    in_both = prescriber.post(f"/fhir/{kind}/_search?patient=Patient/{PERSON}", data={"_count": "3"})
    assert resources(in_both) == resources(by_form)


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({"data": {"patient": "x", "no-such": "1"}}, 400, "not served"),
        ({"data": {}}, 400, "names nobody"),
        ({"data": {"_format": "xml", "patient": PERSON}}, 406, "JSON alone"),
        ({"json": {"patient": PERSON}}, 415, "no form"),
        ({"content": "x" * 70_000, "headers": {"content-type": "application/x-www-form-urlencoded"}}, 413, "larger"),
        ({"content": b"patient=%ff", "headers": {"content-type": "application/x-www-form-urlencoded"}}, 400, "UTF-8"),
    ],
)
def test_a_search_by_a_form_is_refused_in_a_sentence(prescriber, sent, status, words):
    answer = prescriber.post("/fhir/Observation/_search", **sent)
    assert answer.status_code == status and words in said(answer)


@pytest.mark.parametrize("kind", PUBLISHED)
def test_what_is_about_nobody_is_read_and_searched_without_a_person(prescriber, ward, kind):
    before = ward.record.last_number()
    found = resources(prescriber.get(f"/fhir/{kind}"))
    assert found
    for one in found:
        assert prescriber.get(f"/fhir/{kind}/{one['id']}").json() == one
        assert resources(prescriber.get(f"/fhir/{kind}", params={"url": one["url"]})) == [one]
    assert ward.record.last_number() == before


def test_a_search_goes_by_code_date_and_status(prescriber):
    every = resources(prescriber.get(f"/fhir/Observation?patient={PERSON}&_count=500"))
    code = "https://leeward.example/fhir/CodeSystem/instrument|cows"
    panels = resources(prescriber.get("/fhir/Observation", params={"patient": PERSON, "code": code}))
    assert panels and panels == [one for one in every if one["code"]["coding"][0]["code"] == "cows"]
    at = panels[0]["effectiveDateTime"]
    of_then = resources(prescriber.get("/fhir/Observation", params={"patient": PERSON, "code": "cows", "date": at}))
    assert of_then == [one for one in panels if one["effectiveDateTime"] == at]
    assert resources(prescriber.get(f"/fhir/Observation?patient={PERSON}&status=preliminary")) == [
        one for one in every if one["status"] == "preliminary"
    ]
    between = {"patient": PERSON, "date": ["ge2026-11-22", "lt2026-11-22"]}
    assert prescriber.get("/fhir/Observation", params=between).json()["total"] == 0
    assert (
        prescriber.get(f"/fhir/Observation?patient={PERSON}&_lastUpdated=gt2026-11-22T09:00:00-05:00").json()["total"]
        == 0
    )
    forms = resources(prescriber.get(f"/fhir/QuestionnaireResponse?patient={PERSON}&questionnaire=Questionnaire/cows"))
    assert forms and all(one["questionnaire"].endswith("/cows") for one in forms)


def test_pages_follow_one_another_and_together_are_all(prescriber):
    whole = [one["id"] for one in resources(prescriber.get(f"/fhir/AuditEvent?patient={PERSON}&_count=500"))]
    assert len(whole) > 20
    read: list[str] = []
    address = f"/fhir/AuditEvent?patient={PERSON}&_count=7"
    while address:
        answer = prescriber.get(address)
        assert answer.json()["total"] == len(whole) and len(resources(answer)) <= 7
        read += [one["id"] for one in resources(answer)]
        address = next((one["url"] for one in answer.json()["link"] if one["relation"] == "next"), "")
    assert read == whole
    none = prescriber.get(f"/fhir/AuditEvent?patient={PERSON}&_count=0").json()
    assert none["total"] == len(whole) and "entry" not in none and len(none["link"]) == 1
    assert len(resources(prescriber.get(f"/fhir/AuditEvent?patient={PERSON}&_count=100000"))) == len(whole)


def test_a_page_of_an_answer_that_has_changed_is_refused(house, someone, charted):
    prescriber = someone("a.reyes").client
    first = prescriber.get(f"/fhir/AuditEvent?patient={PERSON}&_count=5").json()
    following = next(one["url"] for one in first["link"] if one["relation"] == "next")
    assert prescriber.get(following).status_code == 200
    charted("observation", {"what": "respiratory-rate", "value": 14, "unit": "/min"})
    answer = prescriber.get(following)
    assert answer.status_code == 410 and "Begin the search anew" in said(answer)


def test_the_whole_episode_is_what_the_searches_find(prescriber):
    for person in EVERYBODY[:3]:
        whole = prescriber.get(f"/fhir/Patient/{person}/$everything?_count=500").json()
        assert whole["type"] == "searchset" and whole["total"] == len(whole["entry"])
        held = [one["resource"] for one in whole["entry"] if one["search"]["mode"] == "match"]
        for kind in OF_PERSON:
            searched = resources(prescriber.get(f"/fhir/{kind}?patient={person}&_count=500"))
            assert searched == [one for one in held if one["resourceType"] == kind]
        names = {f"{one['resourceType']}/{one['id']}" for one in (entry["resource"] for entry in whole["entry"])}
        assert len(names) == whole["total"] and f"Patient/{person}" in names


def test_whatever_an_answer_refers_to_is_there(prescriber):
    def references(one: Any) -> set[str]:
        if isinstance(one, dict):
            own = {one["reference"]} if isinstance(one.get("reference"), str) else set()
            return own.union(*map(references, one.values()))
        return set().union(*map(references, one)) if isinstance(one, list) else set()

    whole = prescriber.get(f"/fhir/Patient/{PERSON}/$everything?_count=500").json()
    found = references(whole)
    assert len(found) > 20
    there = {f"{one['resource']['resourceType']}/{one['resource']['id']}" for one in whole["entry"]}
    assert found <= there
    assert {prescriber.get(f"/fhir/{one}").status_code for one in list(found)[:25]} == {200}


def test_the_same_proposal_keeps_its_id_and_a_resource_its_tag(house, someone, clock):
    prescriber = someone("a.reyes").client
    before = {one["id"] for one in resources(prescriber.get(f"/fhir/MedicationRequest?patient={PERSON}"))}
    clock.forward(minutes=5)
    assert (
        before
        and {one["id"] for one in resources(prescriber.get(f"/fhir/MedicationRequest?patient={PERSON}"))} == before
    )
    address = f"/fhir/Patient/{PERSON}"
    answer = prescriber.get(address)
    assert answer.headers["last-modified"].endswith("GMT")
    again = prescriber.get(address, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304 and not again.content
    assert prescriber.get(address, headers={"if-none-match": 'W/"other"'}).status_code == 200
    assert prescriber.head(address).status_code == 200


def test_everything_about_a_person_has_its_labels_and_the_notice(prescriber):
    for kind in OF_PERSON:
        bundle = prescriber.get(f"/fhir/{kind}?patient={PERSON}").json()
        for one in (bundle, *(entry["resource"] for entry in bundle.get("entry", []))):
            assert {"R", "42CFRPart2", "SUD", "NORDSCLCD"} == {label["code"] for label in one["meta"]["security"]}
            (notice,) = one["meta"]["extension"]
            assert notice["valueString"].startswith("42 CFR part 2 prohibits unauthorized use or disclosure")


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ("Observation", 400, "names nobody"),
        ("Observation?code=cows", 400, "names nobody"),
        (f"Observation?patient={PERSON},{EVERYBODY[1]}", 400, "several people"),
        (f"Observation?patient={PERSON}&subject={EVERYBODY[1]}", 400, "several people"),
        (f"Observation?subject=Group/{PERSON}", 400, "refers to no Patient"),
        ("Observation?patient.name=Demo", 400, "chained or reverse"),
        ("Observation?subject:Patient.identifier=demo-1", 400, "chained or reverse"),
        (f"Patient?_id={PERSON}&_has:Observation:patient:code=cows", 400, "chained or reverse"),
        (f"Observation?patient={PERSON}&code:text=cows", 400, "modifier"),
        (f"Observation?patient={PERSON}&code=", 400, "has no value"),
        (f"Observation?patient={PERSON}&date=yesterday", 400, "no date of FHIR"),
        (f"Observation?patient={PERSON}&_count=-1", 400, "no whole number"),
        (f"Observation?patient={PERSON}&_count=1&_count=2", 400, "stands twice"),
        (f"Observation?patient={PERSON}&_page=3", 400, "from no link"),
        (f"Observation?patient={PERSON}&_format=xml", 406, "JSON alone"),
        (f"Observation?patient={PERSON}&_format=application/fhir%2Bxml", 406, "JSON alone"),
        (f"Patient/{PERSON}?_format=ttl", 406, "JSON alone"),
        (f"Patient/{PERSON}?_summary=true", 400, "_summary is not served"),
        (f"Patient/{PERSON}/$everything?_since=2026", 400, "_since is not served"),
        ("Observation?patient=%ff%fe", 400, "not in UTF-8"),
        ("Observation?" + "code=x&" * 60, 400, "more than 50 parameters"),
        (f"Observation?patient={'9' * 5000}", 404, "nothing of this id"),
        ("Observation?patient=%00", 404, "nothing of this id"),
        (f"Patient/{PERSON}/_history", 404, "nothing at this address"),
        (f"Patient/{PERSON}/$export", 404, "nothing at this address"),
        ("", 404, "nothing at this address"),
        ("$export", 404, "not served"),
        ("Observation/%2e%2e%2fetc", 404, "nothing"),
        (f"Observation/{PERSON}", 404, "nothing of this id"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_in_a_sentence(prescriber, asked, status, words):
    answer = prescriber.get(f"/fhir/{asked}")
    assert answer.status_code == status, answer.text
    assert words in said(answer)


@pytest.mark.parametrize(
    ("format", "accept", "status"),
    [
        ("", "*/*", 200),
        ("", "application/fhir+json", 200),
        ("", "application/fhir+json;fhirVersion=4.0", 200),
        ("", "text/html, application/json;q=0.9", 200),
        ("", "application/fhir+xml", 406),
        ("", "text/html", 406),
        ("json", "application/fhir+xml", 200),
        ("application/fhir%2Bjson", "*/*", 200),
        ("application/fhir+json", "*/*", 200),
    ],
)
def test_json_is_given_and_nothing_else(prescriber, format, accept, status):
    asked = f"/fhir/Questionnaire/cows?_format={format}" if format else "/fhir/Questionnaire/cows"
    assert prescriber.get(asked, headers={"accept": accept}).status_code == status


def test_an_unknown_parameter_is_passed_over_only_where_that_is_wished_and_then_named(prescriber):
    asked = f"/fhir/CarePlan?patient={PERSON}&flavour=sweet&_sort=date"
    assert prescriber.get(asked).status_code == 400
    assert prescriber.get(asked, headers={"prefer": "handling=strict"}).status_code == 400
    bundle = prescriber.get(asked, headers={"prefer": "return=minimal; handling=lenient"}).json()
    plan, outcome = bundle["entry"]
    assert bundle["total"] == 1 and plan["search"]["mode"] == "match" and outcome["search"]["mode"] == "outcome"
    assert "flavour" in json.dumps(outcome) and "_sort" in json.dumps(outcome)
    assert "flavour" not in bundle["link"][0]["url"]
    assert prescriber.get(f"/fhir/Patient/{PERSON}?x=y", headers={"prefer": "handling=lenient"}).status_code == 400
    chained = prescriber.get("/fhir/CarePlan?patient.name=x", headers={"prefer": "handling=lenient"})
    assert chained.status_code == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["Observation", f"Patient/{PERSON}", "metadata"])
def test_nothing_is_created_changed_or_deleted(prescriber, ward, method, path):
    before = ward.record.last_number()
    answer = prescriber.request(method, f"/fhir/{path}", json={"resourceType": "Observation"})
    assert answer.status_code == 405 and "GET" in answer.headers["allow"] and "not done here" in said(answer)
    assert ward.record.last_number() == before


REQUEST = {
    "resourceType": "MedicationRequest",
    "status": "draft",
    "intent": "proposal",
    "subject": {"reference": "Patient/1"},
    "medicationCodeableConcept": {"text": "methadone"},
}
LOOP = {"resourceType": "Bundle", "type": "collection", "entry": [
    {"fullUrl": "urn:uuid:a", "resource": {"resourceType": "Provenance", "id": "a", "target": [{"reference": "Provenance/b"}]}},
    {"fullUrl": "urn:uuid:b", "resource": {"resourceType": "Provenance", "id": "b", "target": [{"reference": "Provenance/a"}]}},
]}  # fmt: skip


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (json.dumps(REQUEST), 200, "Nothing was found wrong"),
        (json.dumps({"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": REQUEST}]}), 200, "Nothing was found wrong"),
        (json.dumps({"resourceType": "Parameters", "parameter": [{"name": "mode", "valueCode": "create"}]}), 400, "hold one resource"),
        (json.dumps(REQUEST | {"foo": 1}), 200, "no element"),
        (json.dumps(LOOP), 200, "required"),
        (json.dumps({"resourceType": "Coverage", "status": "active"}), 200, "cannot be told"),
        ("{", 400, "not JSON"),
        ("", 400, "not JSON"),
        ("[]", 400, "no JSON object"),
        ('{"resourceType": "Patient", "resourceType": "Patient"}', 400, "stands twice"),
        (b"\xff\xfe{}", 400, "not UTF-8"),
        ('{"a":' * 5000 + "1" + "}" * 5000, 400, "nested deeper"),
        ('{"resourceType": "Patient", "multipleBirthInteger": ' + "9" * 6000 + "}", 400, "too long"),
        (json.dumps({"resourceType": "Patient", "id": "x" * 5_000_000}), 200, "no id of a resource"),
        (json.dumps({"resourceType": "x" * 5_000_000}), 200, "cannot be told"),
        (b"[" * 50_000_000, 413, "larger than"),
    ],
    ids=lambda value: repr(value)[:40],
)  # fmt: skip
def test_a_resource_is_looked_at_or_refused_in_a_sentence(prescriber, content, status, words):
    answer = prescriber.post("/fhir/$validate", content=content, headers={"content-type": "application/fhir+json"})
    assert answer.status_code == status, answer.text[:500]
    assert words in said(answer) and len(answer.content) < 60_000


def test_a_resource_is_looked_at_as_what_its_address_says(prescriber):
    assert prescriber.post("/fhir/MedicationRequest/$validate", json=REQUEST).status_code == 200
    wrong = prescriber.post("/fhir/Observation/$validate", json=REQUEST)
    assert wrong.status_code == 400 and "no Observation" in said(wrong)
    plain = prescriber.post("/fhir/$validate", content="<xml/>", headers={"content-type": "application/fhir+xml"})
    assert plain.status_code == 415 and said(plain)
    assert prescriber.get("/fhir/$validate").status_code == 405


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> list[dict[str, Any]]:
    """Every kind of answer that there is, of a ward where consents were given too."""
    houses = demo_house(tmp_path_factory.mktemp("answers"), Clock())
    house = next(houses)
    one = signing_in(house)("a.reyes")
    one.send(
        "/patients/demo-1/consent", purposes=["treatment"], parts=["chart", "plan"], recipient_kind="treating-provider",
        recipient_name=CONSENT["recipient"]["name"], ends="on-a-day", until="2027-01-31", signed_as="patient",
        signed_by="Robin Example", signed_how="paper",
    )  # fmt: skip
    get, found = one.client.get, []
    found += [get("/fhir/metadata"), get("/fhir/Nothing/x"), get("/fhir/Observation"), get("/fhir/nowhere/at/all")]
    found += [get(f"/fhir/{kind}?_count=500") for kind in PUBLISHED]
    for person in EVERYBODY:
        found.append(get(f"/fhir/Patient/{person}/$everything?_count=500"))
    lenient = {"prefer": "handling=lenient"}
    found += [get(f"/fhir/{kind}?patient={PERSON}&x=y", headers=lenient) for kind in OF_PERSON]
    found += [one.client.post("/fhir/$validate", json=REQUEST | extra) for extra in ({}, {"foo": 1})]
    bodies = [answer.json() for answer in found]
    houses.close()
    assert sum(len(body.get("entry", ())) for body in bodies) > 500
    assert any(entry["resource"]["resourceType"] == "Consent" for body in bodies for entry in body.get("entry", ()))
    return bodies


@pytest.mark.parametrize("name", VALIDATORS)
def test_three_validators_accept_everything_that_is_answered(answers, name):
    every = [entry["resource"] for body in answers for entry in body.get("entry", ())]
    found = VALIDATORS[name]([*every, *answers])
    assert not found, found[:5]


def test_leeward_accepts_everything_that_it_answers(answers):
    assert not [problem for body in answers for problem in problems_of(body)][:5]
