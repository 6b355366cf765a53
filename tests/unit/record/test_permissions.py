"""Who may do what: the whole table, written out by hand; everything that is not in it is refused."""

from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.errors import BadInput
from leeward.record.consent import Recipient, give_consent
from leeward.record.entries import Draft, Kind
from leeward.record.people import Person, Role
from leeward.record.permissions import (
    GRANTED,
    OF_ONE_CHART,
    WRITTEN_WITH,
    Allowed,
    Context,
    Denied,
    Permission,
    break_glass,
    matrix,
    may,
    may_write,
)
from tests.unit.record.access_entries import NOON, written

HOUR = timedelta(hours=1)
P1, P2 = "patient-1", "patient-2"

# nurse prescriber pharmacist safety-officer administrator patient-self
TABLE = """
board-read               x x x . . .
chart-read               x x x . . .
chart-write              x x x . . .
score-write              x x . . . .
dose-give                x x . . . .
plan-change              . x . . . .
plan-sign                . x . . . .
plan-refuse              . x . . . .
notes-read               x x x . . .
notes-write              x x x . . .
counselling-notes-read   c c . . . .
counselling-notes-write  x x . . . .
consent-write            x x . . . .
check-in-make            x x . . . .
check-in-answer          . . . . . x
print                    x x x . . .
export                   . x . . . .
emergency-disclosure     x x x . . .
break-glass              . . . x x .
reference-read           x x x x x .
product-report-write     x x x x . .
import                   . . . . x .
services-write           . . . . x .
people-write             . . . . x .
policy-write             . . . . x .
audit-read               . . . x x .
"""
"""x: may, c: may with the patient's consent for counselling notes, a dot: may not."""

CHARTS = [
    "chart-read",
    "chart-write",
    "score-write",
    "dose-give",
    "plan-change",
    "plan-sign",
    "plan-refuse",
    "notes-read",
    "notes-write",
    "counselling-notes-read",
    "counselling-notes-write",
    "consent-write",
    "check-in-make",
    "check-in-answer",
    "print",
    "export",
    "emergency-disclosure",
    "break-glass",
]

ROWS = {line.split()[0]: line.split()[1:] for line in TABLE.strip().splitlines()}
ROLES = ("nurse", "prescriber", "pharmacist", "safety-officer", "administrator", "patient-self")
CELLS = [(name, role, mark) for name, marks in ROWS.items() for role, mark in zip(ROLES, marks, strict=True)]


def person(*roles: Role, id: str = "a.reyes", patient: str = "", active: bool = True) -> Person:
    return Person(id=id, name="Ana Reyes", roles=frozenset(roles), active=active, patient=patient)


def of_role(role: Role) -> Person:
    return person(role, patient=P1 if role == "patient-self" else "")


def about(permission: str, patient: str = P1) -> str:
    return patient if permission in CHARTS else ""


def counselling_consent(patient: str = P1, name: str = "", id: str = "c1") -> Draft:
    return give_consent(
        patient=patient, purposes=["treatment"], recipient=Recipient("programme-staff", name), parts=["counselling-notes"],
        until=None, signed_by="Jane Roe", signed_as="patient", signed_how="paper", by=person("nurse"), role="nurse",
        now=NOON - HOUR, id=id,
    )  # fmt: skip


PLAIN = Context(now=NOON)
CONSENTED = Context(now=NOON, entries=tuple(written([counselling_consent()])))


def test_table_names_every_permission_and_every_role():
    assert set(ROWS) == set(get_args(Permission)) == set(GRANTED)
    assert set(ROLES) == set(get_args(Role))
    assert set(CHARTS) == OF_ONE_CHART


@pytest.mark.parametrize(("permission", "role", "mark"), CELLS)
def test_every_role_may_exactly_what_the_table_says(permission, role, mark):
    who, patient = of_role(role), about(permission)
    assert isinstance(may(who, permission, patient, PLAIN), Allowed) == (mark == "x")
    assert isinstance(may(who, permission, patient, CONSENTED), Allowed) == (mark in "xc")


@pytest.mark.parametrize(("permission", "role", "mark"), CELLS)
def test_nothing_is_done_without_signing_in_or_after_the_account_was_closed(permission, role, mark):
    closed = person(role, patient=P1, active=False)
    for nobody in (None, closed):
        assert may(nobody, permission, about(permission), CONSENTED) == Denied("Sign in first.")


@pytest.mark.parametrize("permission", sorted(ROWS))
def test_person_without_a_role_may_nothing(permission):
    assert isinstance(may(person(), permission, about(permission), CONSENTED), Denied)


@pytest.mark.parametrize("permission", ["", "chart_read", "CHART-READ", "*", "root"])
def test_permission_that_does_not_exist_is_refused_to_everybody(permission):
    assert isinstance(may(person(*ROLES), permission, P1, PLAIN), Denied)


@pytest.mark.parametrize("permission", sorted(ROWS))
def test_question_about_a_chart_names_the_chart_and_others_name_none(permission):
    wrong = "" if permission in CHARTS else P1
    everything = person(*ROLES, patient=P1)
    assert isinstance(may(everything, permission, wrong, CONSENTED), Denied)


def test_several_roles_add_up_and_give_no_more():
    both = person("nurse", "administrator")
    for permission, marks in ROWS.items():
        allowed = isinstance(may(both, permission, about(permission), PLAIN), Allowed)
        assert allowed == (marks[0] == "x" or marks[4] == "x")


def test_patient_answers_about_themself_only():
    me = person("patient-self", patient=P1)
    assert isinstance(may(me, "check-in-answer", P1, PLAIN), Allowed)
    assert isinstance(may(me, "check-in-answer", P2, PLAIN), Denied)
    assert isinstance(may(person("patient-self"), "check-in-answer", P1, PLAIN), Denied)


def glass(patient: str = P1, by: str = "a.reyes", at=NOON, lasts: timedelta = HOUR) -> Draft:
    who = person("administrator", id=by)
    return break_glass(person=who, patient=patient, reason="called to a fall in room 4", now=at, lasts=lasts, id="g1")


@pytest.mark.parametrize("permission", CHARTS)
@pytest.mark.parametrize("role", ["administrator", "safety-officer"])
def test_break_glass_opens_reading_of_one_chart_and_nothing_else(role, permission):
    context = Context(now=NOON, entries=tuple(written([glass()])))
    before = may(person(role), permission, P1, PLAIN)
    after = may(person(role), permission, P1, context)
    assert isinstance(after, Allowed) == (permission in ("chart-read", "notes-read", "break-glass"))
    assert isinstance(before, Allowed) == (permission == "break-glass")
    assert may(person(role), permission, P2, context) == may(person(role), permission, P2, PLAIN)


@pytest.mark.parametrize(
    ("after", "opens"),
    [(timedelta(microseconds=-1), False), (timedelta(), True), (HOUR - timedelta(microseconds=1), True), (HOUR, False)],
)
def test_break_glass_shuts_at_its_instant(after, opens):
    context = Context(now=NOON + after, entries=tuple(written([glass()])))
    assert isinstance(may(person("administrator"), "chart-read", P1, context), Allowed) == opens


@pytest.mark.parametrize("until", [None, "", "soon", "2026-11-22T23:00:00", 7])
def test_break_glass_without_a_readable_end_opens_nothing(until):
    entries = written([glass()])
    entries[0].body["until"] = until
    assert isinstance(may(person("administrator"), "chart-read", P1, Context(now=NOON, entries=tuple(entries))), Denied)


def test_break_glass_of_another_person_opens_nothing():
    context = Context(now=NOON, entries=tuple(written([glass(by="b.other")])))
    assert isinstance(may(person("administrator"), "chart-read", P1, context), Denied)


def test_break_glass_opens_nothing_once_the_role_is_gone():
    context = Context(now=NOON, entries=tuple(written([glass()])))
    assert isinstance(may(person("safety-officer"), "chart-read", P1, context), Allowed)
    assert isinstance(may(person(), "chart-read", P1, context), Denied)


def test_entry_of_an_emergency_disclosure_opens_no_chart():
    opened = glass()
    opened.body["opens"] = "disclosure"
    context = Context(now=NOON, entries=tuple(written([opened])))
    assert isinstance(may(person("administrator"), "chart-read", P1, context), Denied)


@pytest.mark.parametrize("reason", ["", "   ", "because", "a        b"])
def test_break_glass_needs_a_reason(reason):
    with pytest.raises(BadInput, match="LW-0711"):
        break_glass(person=person("administrator"), patient=P1, reason=reason, now=NOON, lasts=HOUR, id="g")


def test_counselling_note_is_read_by_its_author_without_consent():
    mine = Context(now=NOON, author="a.reyes")
    other = Context(now=NOON, author="b.other")
    assert isinstance(may(person("nurse"), "counselling-notes-read", P1, mine), Allowed)
    assert isinstance(may(person("nurse"), "counselling-notes-read", P1, other), Denied)
    assert isinstance(may(person("administrator"), "counselling-notes-read", P1, mine), Denied)


def test_consent_that_names_one_person_opens_counselling_notes_to_that_one():
    context = Context(now=NOON, entries=tuple(written([counselling_consent(name="a.reyes")])))
    assert isinstance(may(person("nurse"), "counselling-notes-read", P1, context), Allowed)
    assert isinstance(may(person("nurse", id="b.other"), "counselling-notes-read", P1, context), Denied)


OTHERS = [glass(P2), glass(P2, by="b.other"), counselling_consent(P2), counselling_consent(P2, "a.reyes", "c2")]
MINE = [glass(P1), counselling_consent(P1)]


@given(
    mine=st.lists(st.sampled_from(MINE), max_size=2),
    others=st.lists(st.sampled_from(OTHERS), max_size=4),
    role=st.sampled_from(ROLES),
    permission=st.sampled_from(CHARTS),
)
def test_no_decision_changes_when_the_record_of_another_patient_changes(mine, others, role, permission):
    alone = tuple(written(mine))
    among = tuple(written([*others, *mine], first=50))
    decisions = [may(of_role(role), permission, P1, Context(now=NOON, entries=entries)) for entries in (alone, among)]
    assert decisions[0] == decisions[1]


def test_refusal_is_the_same_for_a_patient_who_does_not_exist():
    for permission in CHARTS:
        for role in ROLES[:5]:
            known = may(person(role), permission, P1, PLAIN)
            assert known == may(person(role), permission, "nobody-of-that-id", PLAIN)


def draft(kind: Kind, patient: str = P1, by: str = "a.reyes", role: str = "nurse", **body: object) -> Draft:
    return Draft(id="d1", kind=kind, patient=patient, at=NOON.isoformat(), by=by, role=role, body=body)


WRITES = {
    "admission": "NPR", "patient": "NPR", "exposure": "NPR", "score": "NP", "observation": "NP", "dose": "NP",
    "medicine": "NPR", "condition": "NPR", "allergy": "NPR", "goal": "NPR", "order": "P", "note": "NPR",
    "counselling-note": "NP", "correction": "", "discharge": "NPR", "plan-proposed": "P", "plan-changed": "P",
    "plan-signed": "P", "plan-refused": "P", "consent": "NP", "consent-revoked": "NP", "break-glass": "SA", "read": "",
    "export": "", "signed-in": "", "signed-out": "", "sign-in-failed": "", "card-feedback": "", "person": "A", "setting": "A",
}  # fmt: skip


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_of_entry_is_written_by_exactly_these_roles(kind):
    patient = "" if kind in ("person", "setting") else P1
    may_send = "".join(
        letter
        for letter, role in zip("NPRSA", ROLES, strict=False)
        if isinstance(may_write(person(role), draft(kind, patient, role=role), None, PLAIN), Allowed)
    )
    assert may_send == WRITES[kind]


def test_kinds_that_nobody_writes_by_hand_are_those_that_leeward_writes():
    by_leeward = {"read", "export", "signed-in", "signed-out", "sign-in-failed", "correction", "card-feedback"}
    assert set(get_args(Kind)) - set(WRITTEN_WITH) == by_leeward


def test_nobody_writes_in_the_name_or_role_of_another():
    nurse = person("nurse")
    assert isinstance(may_write(nurse, draft("note"), None, PLAIN), Allowed)
    assert isinstance(may_write(nurse, draft("note", by="b.other"), None, PLAIN), Denied)
    assert isinstance(may_write(nurse, draft("note", role="prescriber"), None, PLAIN), Denied)
    assert isinstance(may_write(None, draft("note"), None, PLAIN), Denied)


def test_correction_needs_what_the_entry_itself_needed():
    signed, other = written([draft("plan-signed", role="prescriber"), draft("note", patient=P2)])
    correction = draft("correction")
    assert isinstance(may_write(person("nurse"), correction, signed, PLAIN), Denied)
    as_prescriber = draft("correction", role="prescriber")
    assert isinstance(may_write(person("prescriber"), as_prescriber, signed, PLAIN), Allowed)
    assert isinstance(may_write(person("nurse"), correction, other, PLAIN), Denied)
    assert isinstance(may_write(person("nurse"), correction, None, PLAIN), Denied)


def test_patient_writes_their_own_score_and_nothing_else():
    me = person("patient-self", id="patient:1", patient=P1)
    for kind in get_args(Kind):
        sent = draft(kind, by="patient:1", role="patient-self")
        assert isinstance(may_write(me, sent, None, PLAIN), Allowed) == (kind == "score")
    other = draft("score", patient=P2, by="patient:1", role="patient-self")
    assert isinstance(may_write(me, other, None, PLAIN), Denied)


def test_emergency_disclosure_is_entered_by_those_who_treat():
    opened = draft("break-glass", opens="disclosure")
    assert isinstance(may_write(person("nurse"), opened, None, PLAIN), Allowed)
    assert isinstance(may_write(person("nurse"), draft("break-glass", opens="reading"), None, PLAIN), Denied)


def test_matrix_reads_as_the_table():
    head, *rows = matrix()
    assert head == ["permission", *ROLES]
    assert {row[0]: ["x" if cell else "." for cell in row[1:]] for row in rows} == {
        name: [mark.replace("c", "x") for mark in marks] for name, marks in ROWS.items()
    }


def test_a_counselling_note_is_corrected_by_who_wrote_it_alone():
    def note(by: str, **besides) -> Draft:
        return Draft(
            id=f"n-{by}", kind="counselling-note", patient=P1, at=NOON.isoformat(), by=by, role="nurse", body={"text": "Said."}, **besides
        )  # fmt: skip

    mine = written([note("a.reyes")])[0]
    correction = {"corrects": mine.number}
    assert isinstance(may_write(person("nurse"), note("a.reyes", **correction), mine, Context(now=NOON)), Allowed)
    other = may_write(person("nurse", id="n.park"), note("n.park", **correction), mine, Context(now=NOON))
    assert isinstance(other, Denied) and "who wrote it" in other.reason
