"""The demo ward: made-up people, each of whom shows what the story is for."""

from datetime import datetime, timedelta

import pytest

from leeward.knowledge import load_knowledge
from leeward.products.recalls.register import open_register
from leeward.record.passwords import Delays
from leeward.record.people import people_of
from leeward.record.sessions import Lasts, NotSignedIn, sign_in
from leeward.record.storage import Record, default_url
from leeward.record.verify import verify_record
from leeward.ward.demo import DEMO_PASSWORD, STAFF, fill
from leeward.ward.demo_people import STORIES
from leeward.ward.due import due_of
from leeward.ward.plans import signed, unsigned
from leeward.ward.state import Ward

NOW = datetime.fromisoformat("2026-11-22T09:00:00-05:00")
PEOPLE = tuple(f"demo-{number}" for number in range(1, len(STORIES) + 1))


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    with Record(default_url(tmp_path_factory.mktemp("demo"))) as record:
        fill(record, NOW)
        yield record


@pytest.fixture(scope="module")
def ward(record, tmp_path_factory):
    knowledge = load_knowledge()
    folder = tmp_path_factory.mktemp("home")
    ward = Ward(record, knowledge, register=lambda: open_register(folder, knowledge, whatever=True))
    ward.catch_up()
    return ward


def seen(ward, number, now=NOW):
    found = ward.bedside(f"demo-{number}", now)
    assert found is not None and not found.problems
    return found


def alerts(ward, number):
    assessment = seen(ward, number).assessment
    return {alert.id: alert.level for alert in (*assessment.alerts, *assessment.state.mismatches)}


def status(ward, number):
    return {option.id: option.status for option in seen(ward, number).assessment.options}


def test_everybody_is_here_synthetic_and_by_a_name_of_their_own(ward):
    people = ward.everybody(NOW)
    assert {one.patient for one in people} == set(PEOPLE)
    assert all(one.chart.synthetic and one.case.synthetic for one in people)
    assert len({one.chart.name for one in people}) == len(PEOPLE)


def test_entries_are_by_the_staff_of_the_demo_in_roles_they_hold_and_by_the_person_at_home(record):
    roles = {one.id: one.roles for one in STAFF}
    for entry in record.entries():
        if entry.patient and entry.role != "patient-self":
            assert entry.role in roles[entry.by], entry
        elif entry.patient:
            assert entry.patient == "demo-10" and entry.by == "patient-self"


def test_filling_again_changes_nothing_also_later(record):
    head = record.head()
    fill(record, NOW)
    fill(record, NOW + timedelta(hours=5))
    assert record.head() == head


def test_nothing_is_made_in_a_record_that_holds_something(tmp_path):
    from leeward.record.entries import Draft

    with Record(default_url(tmp_path)) as record:
        body = {"name": "Somebody", "setting": "emergency"}
        record.append(Draft(id="a", kind="admission", patient="p1", at=NOW.isoformat(), by="x", role="nurse", body=body), NOW)  # fmt: skip
        fill(record, NOW)
        assert record.last_number() == 1


@pytest.mark.parametrize("now", ["2027-03-14T03:10:00-04:00", "2028-02-29T00:01:00+05:45", "2026-01-01T00:00:00+00:00"])
def test_the_same_people_stand_there_whenever_it_is_filled(tmp_path, now):
    now = datetime.fromisoformat(now)
    with Record(default_url(tmp_path)) as record:
        fill(record, now)
        ward = Ward(record, load_knowledge())
        ward.catch_up()
        people = ward.everybody(now)
        assert len(people) == len(PEOPLE) and not any(one.problems for one in people)
        flo = seen(ward, 5, now).assessment
        assert "precipitated-withdrawal" in {alert.id for alert in flo.alerts}
        assert all(datetime.fromisoformat(entry.at) <= now for entry in record.entries())


def test_the_password_is_kept_hashed_and_nowhere_in_an_entry(record):
    for one in STAFF:
        came = sign_in(
            record.engine, people_of(record.entries()), name=one.id, password=DEMO_PASSWORD, source="test", now=NOW,
            id=f"in-{one.id}", delays=Delays(), lasts=Lasts(),
        )  # fmt: skip
        assert not isinstance(came, NotSignedIn)
    assert not any("harbour" in str(entry.body).lower() for entry in record.entries(kinds=["person"]))


def test_dana_is_ready_for_a_start(ward):
    dana = seen(ward, 1).assessment
    assert next(one for one in dana.state.withdrawal if one.instrument == "cows").total == 18
    assert status(ward, 1)["buprenorphine-standard"] == "recommended"


def test_sam_took_leaf_from_a_recalled_lot_and_a_plan_waits(ward):
    (exposure,) = seen(ward, 2).assessment.exposures
    assert exposure.product.grade == "match" and exposure.actions[0].type == "recall"
    assert [plan.option for _, plan in unsigned(seen(ward, 2).chart)] == ["buprenorphine-standard"]


def test_eli_took_7_oh_under_a_warning_letter_and_the_score_is_a_range(ward):
    eli = seen(ward, 3).assessment
    assert eli.exposures[0].class_ == "7-oh" and eli.exposures[0].actions[0].type == "warning-letter"
    assert any(line.jurisdiction == "us-fl" or "Florida" in str(line) for line in eli.exposures[0].law["lines"])
    cows = eli.state.withdrawal[0]
    assert cows.total is None and cows.range == (11, 25) and cows.band is None


def test_toni_was_to_be_scored_again_25_minutes_ago(ward):
    items = {item.of: item for item in due_of(seen(ward, 4))}
    assert items["cows"].overdue(NOW) and NOW - items["cows"].at == timedelta(minutes=25)


def test_flo_is_in_precipitated_withdrawal(ward):
    assert alerts(ward, 5)["precipitated-withdrawal"] == "urgent"
    assert status(ward, 5)["precipitated-withdrawal-rescue"] == "recommended"


def test_pat_breathes_slowly(ward):
    assert alerts(ward, 6)["respiratory-depression"] == "emergency"


def test_ines_is_pregnant_and_in_withdrawal(ward):
    assert "pregnancy-in-withdrawal" in alerts(ward, 7)
    assert status(ward, 7)["lofexidine"] == "avoid"


def test_sol_has_a_long_qtc_on_methadone(ward):
    assert alerts(ward, 8)["qtc-very-long"] == "emergency" and status(ward, 8)["methadone"] == "avoid"


def test_of_max_nearly_nothing_is_known_and_nearly_nothing_is_told(ward):
    assert set(status(ward, 9).values()) <= {"cannot-tell", "avoid", "not-yet"}
    assert seen(ward, 9).assessment.questions


@pytest.mark.parametrize("number", range(1, len(STORIES) + 1))
def test_nobody_is_asked_the_same_twice(ward, number):
    asked = [question.ask for question in seen(ward, number).assessment.questions]
    assert len(asked) == len(set(asked))


def test_nico_answered_from_home(ward):
    nico = seen(ward, 10)
    assert nico.case.setting == "home" and nico.entries[-1].role == "patient-self"


def test_the_chain_of_the_demo_holds(record):
    assert verify_record(record).findings == ()


def test_what_holds_a_dose_of_a_signed_plan_is_what_its_proposal_says(ward):
    schedules = load_knowledge().schedules
    plans = [plan for one in PEOPLE for _, plan in signed(ward.bedside(one, NOW).chart)]
    lines = [(plan.option, line) for plan in plans for line in plan.lines if line.hold_if]
    assert lines and all(line.hold_if == schedules[option].steps[0].hold_if for option, line in lines)


def test_an_alert_that_sets_a_time_makes_the_next_score_due_before_the_plan_does(ward):
    flo = seen(ward, 5)
    cows = [item for item in due_of(flo) if item.of == "cows"]
    assert [item.plan for item in cows] == ["Precipitated withdrawal is likely", "Buprenorphine, high-dose start"]
    assert cows[0].at == NOW - timedelta(minutes=20) + timedelta(minutes=30)
    assert not cows[0].overdue(NOW) and cows[0].overdue(NOW + timedelta(minutes=11))
