"""What leaves: asked first, on consents that stand, with the notice on it and the entry on disk before it; and coming in."""

from __future__ import annotations

import json

import pytest

from leeward.record.egress import redisclosure_notice
from leeward.record.portable import read_export
from leeward.record.storage import Record
from leeward.record.trouble import Full
from tests.unit.paper.pdf_words import words_of

AT = "/patients/demo-1/export"
CLINIC = {"recipient_kind": "treating-provider", "recipient_name": "City Clinic", "purpose": "treatment"}
PATIENT = {"recipient_kind": "patient", "recipient_name": "", "purpose": "patient-request"}
FILES = {"hand-off": "hand-off.pdf", "assessment": "assessment.json", "record": "record-export.jsonl"}


@pytest.fixture
def consented(charted):
    """Gives a consent to City Clinic: `consented(parts=..., until=...)`."""

    def given(**told):
        body = {
            "purposes": ["treatment"],
            "recipient": {"kind": "treating-provider", "name": "City Clinic"},
            "parts": ["chart", "notes", "plan"],
            "until": "2026-11-22T12:00:00-05:00",
            "signed_by": "Robin Example",
            "signed_as": "patient",
            "signed_how": "paper",
        } | told
        return charted("consent", body)

    return given


def exports(house, patient="demo-1"):
    return [one for one in house.record.entries(patient=patient, kinds=["export"]) if one.body["way"] != "print"]


def notice_in(content: bytes) -> bool:
    text = words_of(content) if content.startswith(b"%PDF") else content.decode()
    return redisclosure_notice().replace(" ", "") in text.replace(" ", "")


def test_asking_says_why_not_and_lets_nothing_leave(someone, house):
    came = someone("a.reyes").send(AT, step="ask", what="record", **CLINIC)
    assert came.status == 200 and "It may not leave" in came.text and "No consent covers this" in came.text
    assert "/patients/demo-1/consent" in came.html and "Notes of the ward" in came.text
    assert exports(house) == []


def test_asking_says_what_it_rests_on_and_lets_nothing_leave(someone, house, consented):
    consented()
    came = someone("a.reyes").send(AT, step="ask", what="record", **CLINIC)
    assert "It may leave" in came.text and "Consent of 2026-11-22, signed by the patient (paper)" in came.text
    assert redisclosure_notice() in came.text and exports(house) == []


@pytest.mark.parametrize("what", FILES)
def test_what_a_consent_covers_leaves_with_the_notice_its_entry_and_nobodys_name_outside_it(
    someone, house, consented, what
):
    consented()
    came = someone("a.reyes").send(AT, step="send", what=what, **CLINIC)
    (entry,) = exports(house)
    assert entry.by == "a.reyes" and entry.body["recipient"] == {"kind": "treating-provider", "name": "City Clinic"}
    assert entry.body["basis"] == "consent" and len(entry.body["consents"]) == 1
    assert came.response.headers["content-disposition"] == f'attachment; filename="{FILES[what]}"'
    name = house.ward.bedside("demo-1", house.clock()).chart.name
    assert not [value for value in came.response.headers.values() if name.split(",")[0] in value]
    assert notice_in(came.response.content)


@pytest.mark.parametrize("what", FILES)
def test_a_consent_that_was_revoked_stops_it_though_it_stood_when_it_was_asked(
    someone, house, charted, consented, what
):
    given = consented()
    prescriber = someone("a.reyes")
    assert "It may leave" in prescriber.send(AT, step="ask", what=what, **CLINIC).text
    charted("consent-revoked", {"consent": given.id})
    came = prescriber.send(AT, step="send", what=what, **CLINIC)
    assert came.status == 403 and "was revoked" in came.text and exports(house) == []
    assert "attachment" not in came.response.headers.get("content-disposition", "")


@pytest.mark.parametrize("what", FILES)
def test_a_consent_that_has_ended_stops_it(someone, house, clock, consented, what):
    consented()
    clock.forward(hours=3)
    came = someone("a.reyes").send(AT, step="send", what=what, **CLINIC)
    assert came.status == 403 and "has ended" in came.text and exports(house) == []


@pytest.mark.parametrize(
    "other",
    [
        {"recipient_name": "Another Clinic"},
        {"purpose": "payment"},
        {"recipient_kind": "person"},
        {"purpose": "patient-request"},
        {"purpose": "audit", "recipient_kind": "auditor"},
    ],
)
def test_another_recipient_or_purpose_gets_nothing(someone, house, consented, other):
    consented()
    came = someone("a.reyes").send(AT, step="send", what="record", **(CLINIC | other))
    assert came.status == 403 and exports(house) == []


def test_the_patient_gets_their_own_record_without_a_consent(someone, house):
    came = someone("a.reyes").send(AT, step="send", what="record", **PATIENT)
    assert came.status == 200 and exports(house)[0].body["basis"] == "own-request"
    export = read_export(came.response.content.splitlines())
    assert export.notice == redisclosure_notice() and export.left_out == ("counselling-note",)
    assert export.entries[-1].kind == "export", "the entry of this export was written before the file"


def test_the_scope_of_the_consent_goes_with_everything_that_it_releases(someone, consented):
    consented()
    prescriber = someone("a.reyes")
    scope = "Consent of 2026-11-22, signed by the patient (paper)"
    pdf = words_of(prescriber.send(AT, step="send", what="hand-off", **CLINIC).response.content)
    assert "Releasedonthis:" + scope.replace(" ", "") in pdf.replace(" ", "").replace("\n", "")
    told = json.loads(prescriber.send(AT, step="send", what="assessment", **CLINIC).response.content)
    assert told["released"].startswith(scope)
    lines = prescriber.send(AT, step="send", what="record", **CLINIC).response.content.splitlines()
    first = json.loads(lines[0])
    assert first["released"].startswith(scope) and "City Clinic" in first["released"]
    assert first["synthetic"] is True and read_export(lines).synthetic


def test_counselling_notes_leave_by_a_consent_of_their_own_only(someone, house, charted, consented):
    charted("counselling-note", {"text": "spoke about home"})
    consented()
    prescriber = someone("a.reyes")
    refused = prescriber.send(AT, step="send", what="record-and-counselling", **CLINIC)
    assert refused.status == 403 and "Counselling notes" in refused.text
    assert b"spoke about home" not in prescriber.send(AT, step="send", what="record", **CLINIC).response.content
    consented(parts=["counselling-notes"])
    came = prescriber.send(AT, step="send", what="record-and-counselling", **CLINIC)
    assert came.status == 200 and b"spoke about home" in came.response.content


def test_where_the_entry_cannot_be_written_nothing_leaves(someone, house, monkeypatch):
    prescriber = someone("a.reyes")
    page = prescriber.get(AT)

    def full(*_):
        raise Full("The disk is full. Nothing was written; make room.")

    monkeypatch.setattr(type(house.record), "append", full)
    sent = PATIENT | {"form": page.hidden("form"), "step": "send", "what": "record"}
    came = prescriber.client.post(AT, data=sent)
    assert came.status_code == 503 and b"record-export/1" not in came.content


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"what": ""}, "what"),
        ({"what": "everything"}, "what"),
        ({"purpose": ""}, "purpose"),
        ({"purpose": "leeward-log"}, "purpose"),
        ({"purpose": "medical-emergency"}, "purpose"),
        ({"recipient_kind": "programme-staff"}, "recipient_kind"),
        ({"recipient_kind": "log"}, "recipient_kind"),
        ({"recipient_name": " "}, "recipient_name"),
    ],
)
@pytest.mark.parametrize("step", ["ask", "send"])
def test_what_is_not_said_is_asked_for_at_its_field(someone, house, consented, wrong, field, step):
    consented()
    came = someone("a.reyes").send(AT, **({"step": step, "what": "record"} | CLINIC | wrong))
    assert came.status == 422 and f'href="#{field}"' in came.html and exports(house) == []


def test_the_assessment_that_leaves_is_the_documented_one_with_the_notice_first(someone):
    came = someone("a.reyes").send(AT, step="send", what="assessment", **PATIENT)
    told = json.loads(came.response.content)
    assert next(iter(told)) == "notice" and told["leeward"] == "assessment/1" and told["options"]


def test_a_nurse_exports_nothing(someone, house):
    assert someone("n.park").get(AT).status == 403
    assert someone("n.park").send("/", at=AT, step="send", what="record", **PATIENT).status == 403
    assert exports(house) == []


@pytest.fixture
def file_of_another_house(tmp_path, someone, house):
    """An export of demo-1 that another Leeward, whose record has another name, made."""
    from leeward.record.portable import export_patient
    from leeward.ward.demo import fill

    with Record(f"sqlite:///{tmp_path}/other.sqlite") as other:
        fill(other, house.clock())
        return b"".join(export_patient(other, "demo-1", by="somebody", now=house.clock()))


def load(someone, content, person="admin"):
    one = someone(person)
    page = one.get("/import") if person == "admin" else one.get("/")
    return one.client.post("/import", data={"form": page.hidden("form")}, files={"file": ("x.jsonl", content)})


def test_a_record_comes_in_as_a_chart_of_its_own_and_once(someone, house, file_of_another_house):
    before = list(house.record.entries(patient="demo-1"))
    came = load(someone, file_of_another_house)
    assert came.status_code == 200 and "entries came in" in came.text and redisclosure_notice() in came.text
    (new,) = [one for one in house.record.patients() if one.startswith("imported-")]
    assert house.ward.bedside(new, house.clock()).case is not None
    assert all(one.by == "admin" for one in house.record.entries(patient=new))
    assert not [one for one in house.record.entries(patient=new) if one.kind in ("plan-signed", "consent", "export")]
    last = house.record.last_number()
    again = load(someone, file_of_another_house)
    assert "0 entries came in" in again.text and house.record.last_number() == last
    assert list(house.record.entries(patient="demo-1"))[: len(before)] == before
    assert [one for one in house.record.entries(patient="demo-1") if one.by == "admin"] == []


@pytest.mark.parametrize("change", [lambda f: f[:-40], lambda f: f.replace(b"heroin", b"heroine").replace(b"kratom", b"kraton").replace(b"fentanyl", b"fentanil"), lambda f: b"hello", lambda f: b"\xff\xfe\0", lambda f: f + f])  # fmt: skip
def test_a_file_that_is_not_whole_brings_nothing_in(someone, house, file_of_another_house, change):
    before = house.record.last_number()
    came = load(someone, change(file_of_another_house))
    assert came.status_code == 422 and 'href="#file"' in came.text and house.record.last_number() == before


def test_no_file_and_nobody_but_an_administrator(someone, house, file_of_another_house):
    before = house.record.last_number()
    assert someone("admin").send("/import").status == 422
    assert load(someone, file_of_another_house, "a.reyes").status_code == 403
    assert [one for one in house.record.entries(after=before) if one.kind != "read"] == []
