"""Consent: taken with everything that it must say, told in words, revoked at once and for good."""

from __future__ import annotations

import pytest

from leeward.record.consent import Recipient, consents_of

AT = "/patients/demo-1/consent"
WHOLE = {
    "purposes": ["treatment"],
    "parts": ["chart", "plan"],
    "recipient_kind": "treating-provider",
    "recipient_name": "City Clinic",
    "ends": "on-a-day",
    "until": "2027-01-31",
    "signed_as": "patient",
    "signed_by": "Robin Example",
    "signed_how": "paper",
}


def consents(house):
    return consents_of(house.record.entries(patient="demo-1"), "demo-1")


@pytest.fixture
def before(house):
    return len(consents(house))


def test_a_consent_is_taken_and_told_in_words(someone, house, before):
    came = someone("n.park").send(AT, **WHOLE)
    assert came.url == AT and came.status == 200
    one = consents(house)[before]
    assert one.recipient == Recipient("treating-provider", "City Clinic") and one.parts == {"chart", "plan"}
    assert one.until.isoformat() == "2027-02-01T00:00:00-05:00" and one.signed_by == "Robin Example"
    for said in ("Stands : to City Clinic", "Treatment", "The plan", "Robin Example (patient), on paper", "Nora Park"):
        assert said in came.text


def test_a_consent_sent_twice_is_one(someone, house, before):
    nurse = someone("n.park")
    page = nurse.get(AT)
    sent = WHOLE | {name: page.hidden(name) for name in ("form", "id", "seen")}
    assert [nurse.client.post(AT, data=sent).status_code for _ in range(2)] == [200, 200]
    assert len(consents(house)) == before + 1


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"purposes": []}, "purposes", "what it is for"),
        ({"purposes": ["leeward-log"]}, "purposes", "not among the choices"),
        ({"purposes": ["treatment", "legal-proceedings"]}, "purposes", "consent of its own"),
        ({"parts": []}, "parts", "what may be given"),
        ({"parts": ["chart", "counselling-notes"]}, "parts", "consent of their own"),
        ({"recipient_kind": ""}, "recipient_kind", "who may receive it"),
        ({"recipient_kind": "log"}, "recipient_kind", "none of the choices"),
        ({"recipient_name": "", "purposes": ["research"]}, "recipient_name", "to whom"),
        ({"ends": "", "until": ""}, "ends", "when it ends"),
        ({"until": ""}, "until", "when it ends"),
        ({"until": "2026-11-21"}, "until", "before today"),
        ({"until": "31/01/2027"}, "until", "not a day"),
        ({"until": "2999-01-31"}, "until", "too far away"),
        ({"ends": "no-end"}, "until", "no end"),
        ({"ends": "no-end", "until": "", "purposes": ["research"]}, "until", "without an end"),
        ({"signed_by": "  "}, "signed_by", "signed"),
        ({"signed_by": "a\0b"}, "signed_by", "cannot be read"),
        ({"signed_as": ""}, "signed_as", "who signed"),
        ({"signed_how": "verbal"}, "signed_how", "none of the choices"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_what_was_typed_is_kept(someone, house, before, wrong, field, says):
    came = someone("n.park").send(AT, **(WHOLE | wrong))
    assert came.status == 422 and says in came.text and f'href="#{field}"' in came.html
    assert f'id="{field}-problem"' in came.html
    assert len(consents(house)) == before
    if "recipient_name" not in wrong:
        assert 'value="City Clinic"' in came.html


def test_a_consent_of_the_last_day_stands_through_that_day(someone, house, clock, before):
    someone("n.park").send(AT, **(WHOLE | {"until": "2026-11-22"}))
    one = consents(house)[before]
    clock.forward(hours=14)
    assert one.stands(clock.now)
    clock.forward(hours=1)
    assert not one.stands(clock.now) and "Ended : to City Clinic" in someone("n.park").get(AT).text


def test_one_consent_for_treatment_may_be_without_an_end_to_all_who_treat(someone, house, before):
    asked = WHOLE | {"ends": "no-end", "until": "", "recipient_name": "", "purposes": ["treatment", "payment"]}
    came = someone("a.reyes").send(AT, **asked)
    assert came.status == 200 and consents(house)[before].until is None
    assert "without an end" in came.text and "Any: a clinic" in came.text


def test_counselling_notes_have_a_form_and_a_consent_of_their_own(someone, house, before):
    page = someone("n.park").get(f"{AT}?for=counselling-notes")
    assert 'name="parts"' not in page.html and page.hidden("for") == "counselling-notes"
    came = someone("n.park").send(AT, **(WHOLE | {"for": "counselling-notes", "parts": ["chart"]}))
    assert came.status == 200 and consents(house)[before].parts == {"counselling-notes"}
    again = someone("n.park").send(AT, **(WHOLE | {"for": "counselling-notes", "signed_by": ""}))
    assert again.status == 422 and again.hidden("for") == "counselling-notes"


def test_a_consent_is_revoked_at_once_and_cannot_be_revoked_again(someone, house, before):
    someone("n.park").send(AT, **WHOLE)
    one = consents(house)[before]
    nurse = someone("n.park")
    page = nurse.get(AT)
    sent = {name: page.hidden(name) for name in ("form", "id")} | {"consent": one.id}
    came = nurse.client.post(f"{AT}/revoke", data=sent)
    assert "Revoked" in came.text and consents(house)[before].revoked == house.clock()
    assert nurse.client.post(f"{AT}/revoke", data=sent).status_code == 200
    assert nurse.send(AT, at=f"{AT}/revoke", consent=one.id).status == 422
    revocations = [
        e for e in house.record.entries(patient="demo-1", kinds=["consent-revoked"]) if e.body["consent"] == one.id
    ]
    assert len(revocations) == 1


def test_nobodys_consent_is_revoked_from_another_chart(someone, house, before):
    someone("n.park").send(AT, **WHOLE)
    one = consents(house)[before]
    came = someone("n.park").send("/patients/demo-2/consent", at="/patients/demo-2/consent/revoke", consent=one.id)
    assert came.status == 422 and consents(house)[before].revoked is None


def test_a_pharmacist_reads_consents_and_takes_none(someone, house, before):
    page = someone("j.lindqvist").get(AT)
    assert page.status == 200 and "Write the consent down" not in page.text
    assert someone("j.lindqvist").send(AT, **WHOLE).status == 403 and len(consents(house)) == before


def test_a_consent_that_cannot_be_read_is_said_to_let_nothing_leave(someone, charted):
    charted("consent", {"to": "clinic"})
    assert "1 more cannot be read" in someone("n.park").get(AT).text
