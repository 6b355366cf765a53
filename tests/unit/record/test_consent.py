"""Nothing leaves unless a rule lets it: consent with its purpose, recipient, parts and end, and the few ways without."""

from datetime import datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.errors import BadInput
from leeward.record.consent import (
    Part,
    Purpose,
    Recipient,
    RecipientKind,
    consents_of,
    give_consent,
    revoke_consent,
)
from leeward.record.egress import (
    OUTSIDE,
    Released,
    Withheld,
    agree_audit,
    disclose_in_emergency,
    may_leave,
    redisclosure_notice,
    released,
)
from leeward.record.entries import Draft, Entry
from leeward.record.people import Person
from leeward.record.permissions import break_glass
from tests.unit.record.access_entries import NOON, written

HOUR, DAY, TICK = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
P1, P2 = "patient-1", "patient-2"
NURSE = Person(id="a.reyes", name="Ana Reyes", roles=frozenset({"nurse"}))
ADMIN = Person(id="r.root", name="Rita Root", roles=frozenset({"administrator"}))
OFFICER = Person(id="s.officer", name="Sol Officer", roles=frozenset({"safety-officer"}))
CLINIC = Recipient("treating-provider", "City Clinic")
STAFF = Recipient("programme-staff", "a.reyes")
ALL_PARTS: tuple[Part, ...] = get_args(Part)


def consent(id: str = "c1", *, patient: str = P1, now: datetime = NOON - DAY, **changed) -> Draft:
    asked = {
        "purposes": ["treatment"],
        "recipient": CLINIC,
        "parts": ["chart", "plan"],
        "until": NOON + DAY,
        "signed_by": "Jane Roe",
        "signed_as": "patient",
        "signed_how": "paper",
    } | changed
    return give_consent(patient=patient, by=NURSE, role="nurse", now=now, id=id, **asked)


def revocation(consents: list[Entry], id: str, now: datetime = NOON - HOUR, by_id: str = "r1") -> Draft:
    [one] = [one for one in consents_of(consents, P1) if one.id == id]
    return revoke_consent(one, by=NURSE, role="nurse", now=now, id=by_id)


def asked(
    entries, purpose: Purpose = "treatment", recipient: Recipient = CLINIC, what=("chart",), now=NOON, patient=P1
):
    return may_leave(patient=patient, entries=entries, purpose=purpose, recipient=recipient, what=what, now=now)


def leaves(*args, **kwargs) -> bool:
    return isinstance(asked(*args, **kwargs), Released)


def given_once(**changed) -> list[Entry]:
    return written([consent(**changed)])


# consent


def test_consent_lets_out_what_it_names_to_whom_it_names_for_what_it_names():
    decision = asked(given_once(), what=("chart", "plan"))
    assert isinstance(decision, Released) and decision.basis == "consent" and decision.consents == ("c1",)
    assert decision.notice == "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
    for told in (
        "City Clinic",
        "chart, plan",
        "treatment",
        "2026-11-23T12:00:00-05:00",
        "signed by the patient (paper)",
    ):
        assert told in decision.scope


def test_without_any_consent_nothing_leaves_the_programme():
    for purpose in get_args(Purpose):
        for kind in get_args(RecipientKind):
            for part in ALL_PARTS:
                let_go = leaves([], purpose, Recipient(kind, "a.reyes"), (part,))
                assert let_go == ((purpose, kind) == ("treatment", "programme-staff")), (purpose, kind, part)


@pytest.mark.parametrize("purpose", [one for one in get_args(Purpose) if one != "treatment"])
def test_other_purpose_is_withheld(purpose):
    assert not leaves(given_once(), purpose=purpose)


@pytest.mark.parametrize(
    "kind", [one for one in get_args(RecipientKind) if one not in ("treating-provider", "programme-staff")]
)
def test_other_kind_of_recipient_is_withheld_even_under_the_same_name(kind):
    assert not leaves(given_once(), recipient=Recipient(kind, "City Clinic"))


@pytest.mark.parametrize("name", ["", "City", "City Clinic East", "CityClinic", "city-clinic", "*", "any"])
def test_other_recipient_is_withheld(name):
    assert not leaves(given_once(), recipient=Recipient("treating-provider", name))


@pytest.mark.parametrize("name", ["CITY CLINIC", " City  Clinic "])
def test_same_recipient_in_other_capitals_and_spaces_is_the_same(name):
    assert leaves(given_once(), recipient=Recipient("treating-provider", name))


@pytest.mark.parametrize("what", [("notes",), ("chart", "notes"), ("attendance",), ALL_PARTS, ()])
def test_all_parts_go_or_none(what):
    decision = asked(given_once(), what=what)
    assert isinstance(decision, Withheld)
    assert set(decision.lacks) == set(what) - {"chart", "plan"}


def test_two_consents_together_cover_what_neither_does_alone():
    entries = written([consent("c1"), consent("c2", parts=["notes"])])
    assert asked(entries, what=("chart", "notes")).consents == ("c1", "c2")
    other = written(
        [consent("c1"), consent("c2", parts=["notes"], recipient=Recipient("treating-provider", "Elsewhere"))]
    )
    assert not leaves(other, what=("chart", "notes"))


@pytest.mark.parametrize(
    ("at", "goes"),
    [
        (NOON - DAY - TICK, False),
        (NOON - DAY, True),
        (NOON + DAY - TICK, True),
        (NOON + DAY, False),
        (NOON + 9 * DAY, False),
    ],
)
def test_consent_stands_from_when_it_was_given_and_not_at_the_instant_it_ends(at, goes):
    assert leaves(given_once(), now=at) == goes


def test_end_is_the_same_instant_in_every_zone():
    zone = datetime.fromisoformat("2026-01-01T00:00:00+13:45").tzinfo
    entries = given_once(until=(NOON + DAY).astimezone(zone))
    assert leaves(entries, now=NOON + DAY - TICK)
    assert not leaves(entries, now=NOON + DAY)
    assert not leaves(entries, now=(NOON + DAY).astimezone(zone))


def test_hour_that_comes_twice_when_clocks_go_back_is_told_apart():
    entries = given_once(until=datetime.fromisoformat("2026-11-01T01:30:00-04:00"), now=NOON - 40 * DAY)
    assert leaves(entries, now=datetime.fromisoformat("2026-11-01T01:29:00-04:00"))
    assert not leaves(entries, now=datetime.fromisoformat("2026-11-01T01:29:00-05:00"))


def test_ended_consent_is_said_to_have_ended():
    assert asked(given_once(), now=NOON + DAY).reason.startswith("The consent for this (chart) has ended.")


# revocation


def test_revoked_consent_lets_nothing_out_from_that_instant():
    entries = given_once()
    entries += written([revocation(entries, "c1")], first=2)
    assert leaves(entries, now=NOON - HOUR - TICK)
    assert not leaves(entries, now=NOON - HOUR)
    assert asked(entries).reason.startswith("The consent for this (chart) was revoked.")


def test_revoked_then_given_again_stands_by_the_new_one():
    entries = given_once()
    entries += written([revocation(entries, "c1")], first=2)
    entries += written([consent("c2", now=NOON - 30 * TICK)], first=3)
    assert asked(entries).consents == ("c2",)
    assert not leaves(entries, now=NOON - 31 * TICK)


def test_revoking_the_new_one_does_not_bring_the_old_one_back():
    entries = written([consent("c1"), consent("c2")])
    entries += written([revocation(entries, "c1", by_id="r1"), revocation(entries, "c2", by_id="r2")], first=3)
    assert not leaves(entries)


def test_revocation_of_one_leaves_another_standing():
    entries = written([consent("c1"), consent("c2", parts=["notes"])])
    entries += written([revocation(entries, "c1")], first=3)
    assert leaves(entries, what=("notes",)) and not leaves(entries, what=("chart",))


def test_revocation_holds_from_when_it_was_said_though_written_down_later():
    entries = given_once()
    [late] = written([revocation(entries, "c1", now=NOON - 2 * HOUR)], first=2)
    entries.append(
        Entry(**{field: getattr(late, field) for field in late.__struct_fields__} | {"recorded": NOON.isoformat()})
    )
    assert not leaves(entries, now=NOON - HOUR)


def test_revocation_dated_ahead_holds_from_when_it_was_written_down():
    entries = given_once()
    [ahead] = written([revocation(entries, "c1", now=NOON + HOUR)], first=2)
    recorded = {"recorded": (NOON - HOUR).isoformat()}
    entries.append(Entry(**{field: getattr(ahead, field) for field in ahead.__struct_fields__} | recorded))
    assert not leaves(entries)


def correction(number: int, patient: str = P1) -> Draft:
    return Draft(
        id=f"x{number}", kind="correction", patient=patient, at=NOON.isoformat(), by="a.reyes", role="nurse", body={},
        corrects=number,
    )  # fmt: skip


def test_corrected_consent_does_not_stand():
    assert not leaves(written([consent(), correction(1)]))


def test_correcting_a_revocation_does_not_bring_the_consent_back():
    entries = given_once()
    entries += written([revocation(entries, "c1"), correction(2)], first=2)
    assert not leaves(entries)


def test_revocation_by_the_record_of_another_patient_does_nothing():
    entries = given_once()
    [other] = written([Draft(id="r", kind="consent-revoked", patient=P2, at=NOON.isoformat(), by="x", role="nurse", body={"consent": "c1"})], first=2)  # fmt: skip
    assert leaves([*entries, other, *written([correction(1, P2)], first=3)])


def test_consents_are_read_from_the_entries_of_their_patient_alone():
    entries = written([consent("c1"), consent("c2", patient=P2)])
    assert [one.id for one in consents_of(entries, P1)] == ["c1"]


# what is no consent


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"purposes": []}, "LW-0742"),
        ({"purposes": ["anything"]}, "LW-0741"),
        ({"purposes": ["medical-emergency"]}, "LW-0741"),
        ({"purposes": ["treatment", "legal-proceedings"]}, "LW-0744"),
        ({"parts": []}, "LW-0742"),
        ({"parts": ["everything"]}, "LW-0741"),
        ({"parts": ["chart", "counselling-notes"]}, "LW-0744"),
        ({"recipient": Recipient("person", "")}, "LW-0743"),
        ({"recipient": Recipient("agency", " ")}, "LW-0743"),
        ({"recipient": Recipient("treating-provider"), "purposes": ["research"]}, "LW-0743"),
        ({"recipient": Recipient("everybody", "x")}, "LW-0741"),
        ({"signed_by": " "}, "LW-0742"),
        ({"signed_as": "nurse"}, "LW-0741"),
        ({"signed_how": "by nodding"}, "LW-0741"),
        ({"until": None, "purposes": ["research"]}, "LW-0745"),
        ({"until": (NOON + DAY).replace(tzinfo=None)}, "LW-0746"),
        ({"until": NOON - DAY}, "LW-0747"),
    ],
)
def test_consent_that_says_too_little_is_not_taken(changed, code):
    with pytest.raises(BadInput, match=code):
        consent(**changed)


def test_every_mistake_of_a_consent_is_said_at_once():
    with pytest.raises(BadInput) as refused:
        consent(purposes=[], parts=[], signed_by="")
    assert {problem.path for problem in refused.value.problems} == {"purposes", "parts", "signed_by"}


@pytest.mark.parametrize(
    "spoilt",
    [
        {"purposes": []},
        {"purposes": "treatment"},
        {"purposes": ["treatment", "audit"]},
        {"parts": ["chart", "counselling-notes"]},
        {"recipient": "City Clinic"},
        {"recipient": {"kind": "person"}},
        {"until": "2026-12-01"},
        {"until": "2026-12-01T00:00:00"},
        {"until": "soon"},
        {"signed_how": ""},
        {"signed_by": ""},
    ],
)
def test_stored_consent_that_says_too_little_lets_nothing_out(spoilt):
    entries = given_once()
    assert leaves(entries)
    entries[0].body.update(spoilt)
    assert not leaves(entries)


def test_stored_consent_without_a_word_on_its_end_lets_nothing_out():
    entries = given_once()
    del entries[0].body["until"]
    assert not leaves(entries)


def test_one_consent_for_treatment_payment_and_operations_may_name_a_class_and_no_end():
    entries = given_once(
        purposes=["treatment", "payment", "operations"], recipient=Recipient("treating-provider"), until=None
    )
    assert leaves(entries, recipient=Recipient("treating-provider", "Any Clinic"), now=NOON + 3650 * DAY)
    assert leaves(entries, purpose="payment", recipient=Recipient("treating-provider", "Any Clinic"))
    assert not leaves(entries, recipient=Recipient("payer", "Any Payer"))
    assert not leaves(entries, purpose="legal-proceedings", recipient=Recipient("treating-provider", "Any Clinic"))


def test_legal_proceedings_need_a_consent_of_their_own():
    court = Recipient("agency", "County Court")
    assert not leaves(given_once(recipient=court), "legal-proceedings", court)
    assert leaves(given_once(recipient=court, purposes=["legal-proceedings"]), "legal-proceedings", court)


# counselling notes


def counselling_note(by: str = "b.other", patient: str = P1) -> Draft:
    return Draft(
        id=f"n-{by}", kind="counselling-note", patient=patient, at=NOON.isoformat(), by=by, role="nurse", body={}
    )


NOTES = ("counselling-notes",)


def test_counselling_notes_stay_shut_to_staff_who_did_not_write_them():
    entries = written([counselling_note("b.other"), counselling_note("a.reyes")])
    assert not leaves(entries, recipient=STAFF, what=NOTES)
    assert not leaves(entries, recipient=STAFF, what=("chart", "counselling-notes"))
    assert leaves(entries, recipient=STAFF, what=("chart", "notes"))


def test_counselling_notes_are_read_by_the_one_who_wrote_them_all():
    entries = written([counselling_note("a.reyes")])
    assert leaves(entries, recipient=STAFF, what=NOTES)
    assert not leaves(entries, recipient=Recipient("programme-staff", "b.other"), what=NOTES)


def test_consent_of_their_own_opens_counselling_notes_and_nothing_besides():
    entries = written([counselling_note(), consent(parts=["counselling-notes"])])
    assert leaves(entries, what=NOTES) and not leaves(entries, what=("chart",))
    assert not leaves(entries, recipient=STAFF, what=NOTES)


def test_consent_within_the_programme_opens_counselling_notes_beside_the_chart():
    own = consent(parts=["counselling-notes"], recipient=Recipient("programme-staff"))
    decision = asked(written([counselling_note(), own]), recipient=STAFF, what=("chart", "counselling-notes"))
    assert isinstance(decision, Released) and decision.consents == ("c1",)


@pytest.mark.parametrize(
    ("purpose", "recipient"),
    [
        ("patient-request", Recipient("patient", P1)),
        ("medical-emergency", Recipient("emergency-personnel", "Medic 7")),
        ("audit", Recipient("auditor", "State Auditor")),
    ],
)
def test_no_way_without_consent_opens_counselling_notes(purpose, recipient):
    drafts = [emergency(), agreement(), counselling_note("b.other")]
    assert leaves(written(drafts), purpose, recipient, ("chart", "notes"))
    assert not leaves(written(drafts), purpose, recipient, ("chart", "counselling-notes"))
    assert not leaves(written(drafts), purpose, recipient, NOTES)


# the ways without consent


def emergency(patient: str = P1, recipient: str = "Medic 7") -> Draft:
    return disclose_in_emergency(
        patient=patient, recipient=recipient, reason="not breathing, transfer", by=NURSE, role="nurse",
        now=NOON, lasts=HOUR, id="em",
    )  # fmt: skip


def agreement(until: datetime = NOON + DAY, id: str = "ag") -> Draft:
    return agree_audit(auditor="State Auditor", until=until, by=ADMIN, now=NOON - DAY, id=id)


def test_staff_of_the_programme_read_for_treatment_and_must_be_named():
    assert asked([], recipient=STAFF, what=("chart", "plan", "notes")).basis == "within-programme"
    assert not leaves([], recipient=Recipient("programme-staff"))


def test_other_staff_read_while_their_break_glass_stands():
    who = Recipient("programme-staff", "s.officer")
    opened = break_glass(person=OFFICER, patient=P1, reason="harm reported on this dose", now=NOON, lasts=HOUR, id="g")
    assert not leaves([], "operations", who)
    assert asked(written([opened]), "operations", who).basis == "break-glass"
    assert not leaves(written([opened]), "operations", who, now=NOON + HOUR)
    assert not leaves(written([opened]), "operations", STAFF)


def test_emergency_needs_its_entry_and_ends():
    medic = Recipient("emergency-personnel", "Medic 7")
    entries = written([emergency()])
    assert asked([], "medical-emergency", medic).reason == "First enter the emergency: who receives this, and why."
    assert asked(entries, "medical-emergency", medic).basis == "medical-emergency"
    assert not leaves(entries, "medical-emergency", medic, now=NOON - TICK)
    assert not leaves(entries, "medical-emergency", medic, now=NOON + HOUR)
    assert not leaves(entries, "medical-emergency", Recipient("emergency-personnel", "Medic 8"))
    assert not leaves(entries, "medical-emergency", Recipient("emergency-personnel", ""))
    assert not leaves(entries, "treatment", medic)
    assert not leaves(written([emergency(P2)]), "medical-emergency", medic)


def test_emergency_entry_that_names_nobody_lets_nothing_out():
    nameless = emergency()
    nameless.body["recipient"] = " "
    assert not leaves(written([nameless]), "medical-emergency", Recipient("emergency-personnel", " "))


def test_break_glass_for_reading_is_no_emergency_disclosure():
    opened = break_glass(person=OFFICER, patient=P1, reason="harm reported on this dose", now=NOON, lasts=HOUR, id="g")
    opened.body["recipient"] = "Medic 7"
    assert not leaves(written([opened]), "medical-emergency", Recipient("emergency-personnel", "Medic 7"))


@pytest.mark.parametrize(
    ("recipient", "reason", "code"), [("", "not breathing at all", "LW-0751"), ("Medic 7", "urgent", "LW-0752")]
)
def test_emergency_disclosure_names_its_recipient_and_reason(recipient, reason, code):
    with pytest.raises(BadInput, match=code):
        disclose_in_emergency(
            patient=P1, recipient=recipient, reason=reason, by=NURSE, role="nurse", now=NOON, lasts=HOUR, id="e"
        )


def test_audit_needs_an_agreement_that_stands():
    auditor = Recipient("auditor", "State Auditor")
    assert not leaves([], "audit", auditor)
    assert asked(written([agreement()]), "audit", auditor).basis == "audit"
    assert not leaves(written([agreement()]), "audit", auditor, now=NOON + DAY)
    assert not leaves(written([agreement()]), "audit", Recipient("auditor", "Other Auditor"))


def test_audit_agreement_ended_early_has_ended():
    ended = written([agreement(), agreement(NOON - HOUR, "ag2")])
    assert not leaves(ended, "audit", Recipient("auditor", "State Auditor"))


def test_audit_agreement_hidden_in_a_chart_is_none():
    draft = agreement()
    hidden = Draft(id="h", kind="setting", patient=P1, at=draft.at, by="x", role="nurse", body=draft.body)
    assert not leaves(written([hidden]), "audit", Recipient("auditor", "State Auditor"))


def test_patient_gets_their_own_record_and_nobody_elses():
    assert asked([], "patient-request", Recipient("patient", P1)).basis == "own-request"
    assert not leaves([], "patient-request", Recipient("patient", P2))
    assert not leaves([], "patient-request", Recipient("patient", ""))
    assert not leaves([], "patient-request", Recipient("person", P1))


def test_log_gets_nothing_whoever_consents():
    entries = given_once(recipient=Recipient("log", "x"))
    assert not leaves(entries, "treatment", Recipient("log", "x"))
    assert not leaves(entries, "leeward-log", CLINIC)


def test_everything_that_is_released_carries_the_notice():
    everything = written([consent(), emergency(), agreement()])
    ways: list[tuple[Purpose, Recipient]] = [
        ("treatment", CLINIC),
        ("treatment", STAFF),
        ("patient-request", Recipient("patient", P1)),
        ("medical-emergency", Recipient("emergency-personnel", "Medic 7")),
        ("audit", Recipient("auditor", "State Auditor")),
    ]
    for purpose, recipient in ways:
        assert asked(everything, purpose, recipient).notice == redisclosure_notice() != ""


# non-interference

OF_OTHERS = [
    consent("o1", patient=P2),
    emergency(P2),
    counselling_note("z.else", P2),
    correction(1, P2),
    correction(2, P2),
]
OF_ONE = [consent("c1"), consent("c2", parts=["counselling-notes"]), emergency(), counselling_note("a.reyes")]
RECIPIENTS = [CLINIC, STAFF, Recipient("emergency-personnel", "Medic 7"), Recipient("patient", P1)]


@given(
    one=st.lists(st.sampled_from(OF_ONE), max_size=4),
    before=st.lists(st.sampled_from(OF_OTHERS), max_size=4),
    after=st.lists(st.sampled_from(OF_OTHERS), max_size=4),
    purpose=st.sampled_from(get_args(Purpose)),
    recipient=st.sampled_from(RECIPIENTS),
    what=st.sets(st.sampled_from(ALL_PARTS)),
)
def test_no_answer_changes_when_the_record_of_another_patient_changes(one, before, after, purpose, recipient, what):
    mine = written(one)
    others = written([*before, *after], first=100)
    for other in others:
        assert other.patient == P2
    among = [*others[: len(before)], *mine, *others[len(before) :]]
    assert asked(mine, purpose, recipient, what) == asked(among, purpose, recipient, what)


def test_answer_to_outsiders_does_not_tell_whether_there_is_such_a_patient():
    known = asked(written([counselling_note()]), recipient=Recipient("person", "A Stranger"))
    unknown = asked([], recipient=Recipient("person", "A Stranger"), patient="nobody-of-that-id")
    assert known == unknown
    assert OUTSIDE == "Nothing can be given."


# the entry of it


def entry_of(recipient: Recipient, way, purpose: Purpose = "treatment") -> Draft:
    decision = asked(given_once(), purpose, recipient)
    assert isinstance(decision, Released)
    return released(
        decision, patient=P1, way=way, purpose=purpose, recipient=recipient, what=("chart",), by="a.reyes", role="nurse",
        now=NOON, id="d",
    )  # fmt: skip


def test_page_within_the_programme_is_a_read_and_all_else_an_export():
    assert entry_of(STAFF, "page").kind == "read"
    assert entry_of(STAFF, "print").kind == "export"
    sent = entry_of(CLINIC, "fhir")
    assert sent.kind == "export" and sent.body["consents"] == ["c1"] and sent.body["recipient"]["name"] == "City Clinic"
