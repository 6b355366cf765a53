"""From entries to the case: what was charted is what is read, corrections stand, and the same entries give the same bytes."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from leeward.casefile import case_from
from leeward.errors import MisuseError
from leeward.guidance.alerts.response import precipitated_withdrawal_possible
from leeward.guidance.assess import assess
from leeward.guidance.assessment import Assessment
from leeward.guidance.picture import Picture
from leeward.knowledge import load_knowledge
from leeward.knowledge.policy import default_policy
from leeward.record.chart import LISTS, Chart, case_at, chart_bytes, chart_of
from leeward.record.entries import Draft
from leeward.record.storage import Record, default_url
from tests.unit.record.conftest import NOW, draft, score

AT = (NOW - timedelta(minutes=5)).isoformat()


@pytest.fixture
def record(tmp_path: Path):
    with Record(default_url(tmp_path)) as found:
        yield found


def charted(record: Record, *drafts: Draft) -> Chart:
    record.append_all(drafts, NOW)
    return chart_of(record.entries("p1"), NOW)


ADMITTED = (
    draft("1", "admission", body={"name": "Robin Example", "synthetic": True, "setting": "emergency", "jurisdiction": "US-PA"}),
    draft("2", "patient", body={"age": 34, "sex": "female", "mrn": "X1"}),
    draft("3", "exposure", body={"substance": "fentanyl-illicit", "last_use": "2026-11-21T20:00:00-05:00"}),
    draft("4", "allergy", body={"none": True}),
    draft("5", "medicine", body={"name": "sertraline", "dose": "100 mg daily"}),
    draft("6", "condition", body={"name": "hepatitis C"}),
    draft("7", "observation", body={"what": "heart-rate", "value": 104, "unit": "/min"}),
    score("8"),
    draft("9", "dose", body={"medicine": "buprenorphine-sublingual", "dose": "8 mg"}),
    draft("10", "order", body={"medicine": "clonidine", "dose": "0.1 mg", "at": "2026-11-22T12:00:00-05:00"}),
    draft("11", "goal", body={"goal": "start-treatment"}),
    draft("12", "goal", body={"declines": "methadone"}),
    draft("13", "patient", body={"pregnant": "no", "age": 35}),
)  # fmt: skip


def test_a_chart_is_a_case_file(record: Record):
    chart = charted(record, *ADMITTED)
    assert chart.document == {
        "leeward": "case/1",
        "now": NOW.isoformat(),
        "synthetic": True,
        "setting": "emergency",
        "jurisdiction": "US-PA",
        "patient": {"age": 35, "sex": "female", "pregnant": "no"},
        "allergies": [],
        "conditions": [{"name": "hepatitis C"}, {"name": "unknown"}],
        "declines": ["methadone"],
        "doses": [{"medicine": "buprenorphine-sublingual", "dose": "8 mg", "at": AT}, {"medicine": "unknown"}],
        "exposures": [
            {"substance": "fentanyl-illicit", "last_use": "2026-11-21T20:00:00-05:00"},
            {"substance": "unknown"},
        ],
        "goals": ["start-treatment"],
        "medicines": [{"name": "sertraline", "dose": "100 mg daily"}, {"name": "unknown"}],
        "observations": [{"what": "heart-rate", "value": 104, "unit": "/min", "at": AT}],
        "orders": [{"medicine": "clonidine", "dose": "0.1 mg", "at": "2026-11-22T12:00:00-05:00"}],
        "scores": [{**ADMITTED[7].body, "at": AT}],
    }
    case = case_from(chart.document, load_knowledge())
    assert case.allergies == () and case.patient.age == 35 and len(case.scores) == 1
    assert not case.kept or all("sertraline" not in kept.path for kept in case.kept)
    assert (chart.name, chart.identity, chart.synthetic) == ("Robin Example", {"mrn": "X1"}, True)
    assert chart.came_from["scores"] == (8,) and (chart.number, chart.charted) == (13, 13)


def test_a_dose_that_is_charted_here_does_not_say_that_none_was_given_elsewhere(record: Record):
    """Hazard: naloxone of the ambulance read as never given, because somebody charted an ondansetron."""
    begun = charted(record, *ADMITTED).document["doses"]
    assert begun[-1] == {"medicine": "unknown"}
    assert charted(record, draft("asked", "dose", body={"declined": True})).document["doses"] == begun
    chart = charted(record, draft("asked again", "dose", body={"none": True}))
    assert {"medicine": "unknown"} not in chart.document["doses"]
    assert len(chart.document["doses"]) == len(chart.came_from["doses"]) == len(begun) - 1


def test_a_case_holds_nobodys_name(record: Record):
    told = charted(record, *ADMITTED).document
    assert "Robin" not in repr(told) and "X1" not in repr(told)


def test_asked_and_none_is_not_unknown_and_gives_way_to_what_is_found(record: Record):
    assert "allergies" not in charted(record, draft("a", "admission", body={})).document
    assert charted(record, draft("b", "allergy", body={"declined": True})).document["allergies"] == "declined"
    assert charted(record, draft("c", "allergy", body={"none": True})).document["allergies"] == []
    found = charted(record, draft("d", "allergy", body={"name": "naloxone"}))
    assert found.document["allergies"] == [{"name": "naloxone"}]


@pytest.mark.parametrize(
    ("kind", "body", "asked"),
    [
        ("exposure", {"substance": "heroin"}, lambda picture: picture.took("benzodiazepine", "alcohol")),
        ("exposure", {"substance": "heroin"}, lambda picture: picture.taken.trait("benzodiazepine")),
        ("medicine", {"name": "sertraline"}, lambda picture: picture.takes("methadone")),
        ("medicine", {"name": "sertraline"}, lambda picture: picture.taken.trait("qt-prolonging", "sertraline")),
        ("condition", {"name": "hepatitis C"}, lambda picture: picture.has("long-qt-congenital")),
        ("condition", {"name": "hepatitis C"}, lambda picture: picture.has("liver-disease")),
        ("condition", {"name": "hepatitis C", "status": "absent"}, lambda picture: picture.has("opioid-use-disorder")),
        ("allergy", {"name": "penicillin"}, lambda picture: picture.allergic_to("methadone")),
        ("dose", {"medicine": "ondansetron", "dose": "4 mg"}, lambda picture: picture.was_given("naloxone")),
        ("observation", {"what": "urine-drug-screen", "result": {"opiates": "positive"}}, lambda picture: picture.screened("fentanyl", "positive")),
        ("patient", {"age": 30, "sex": "female"}, lambda picture: picture.pregnant),
    ],
)  # fmt: skip
def test_one_item_never_makes_a_no_of_the_rest_of_its_list(record: Record, kind, body, asked):
    """Hazard: with heroin charted, alcohol reads as not taken; with hepatitis, a long QT as not there."""
    besides = {"exposure", "medicine", "condition", "allergy", "dose"} - {kind}
    none = [draft(f"none of {one}", one, body={"none": True}) for one in sorted(besides)]
    chart = charted(record, draft("one", kind, body=body), *none)
    assert asked(picture_of(chart)).is_unknown
    if kind in ("observation", "patient"):
        return
    assert any(question.input.startswith(LISTS[kind]) for question in assessed(chart).questions)
    closed = charted(record, draft("besides", kind, body={"none": True}))
    assert not asked(picture_of(closed)).is_unknown and not closed.others_unknown(LISTS[kind])


def test_what_was_looked_for_and_is_not_there_is_known_while_the_others_are_open(record: Record):
    chart = charted(record, draft("one", "condition", body={"name": "liver disease", "status": "absent"}))
    assert chart.others_unknown("conditions") and picture_of(chart).has("liver-disease").is_no


def picture_of(chart: Chart) -> Picture:
    knowledge = load_knowledge()
    return Picture(case_from(chart.document, knowledge), knowledge, default_policy(knowledge))


def assessed(chart: Chart) -> Assessment:
    knowledge = load_knowledge()
    return assess(case_from(chart.document, knowledge), knowledge, default_policy(knowledge))


BUPRENORPHINE = {"medicine": "buprenorphine-naloxone-sublingual", "dose": "8 mg"}


@pytest.mark.parametrize(("first", "rise"), [("dose", True), ("score", False)])
@pytest.mark.parametrize(("dosed", "scored"), [(0, 0), (0, 40), (40, 0)])
def test_a_score_of_the_minute_of_a_dose_comes_after_it_where_it_was_charted_after_it(
    record: Record, first, rise, dosed, scored
):
    """Hazard: a COWS that rose after buprenorphine, typed to the minute of the dose, is taken for the score before it."""
    at = NOW.replace(second=0, microsecond=0) - timedelta(minutes=20)
    dose = draft("dose", "dose", body=BUPRENORPHINE, at=(at + timedelta(seconds=dosed)).isoformat())
    risen = score("risen", at=(at + timedelta(seconds=scored)).isoformat())
    risen = msgspec.structs.replace(risen, body={"instrument": "cows", "total": 24})
    before = draft(
        "before", "score", body={"instrument": "cows", "total": 8}, at=(at - timedelta(minutes=15)).isoformat()
    )
    chart = charted(
        record,
        before,
        draft("none", "dose", body={"none": True}),
        *([dose, risen] if first == "dose" else [risen, dose]),
    )
    found = precipitated_withdrawal_possible(picture_of(chart))
    assert found.is_yes is rise


def test_a_score_charted_after_a_dose_of_this_very_instant_lies_not_ahead(record: Record):
    chart = charted(
        record, draft("dose", "dose", body=BUPRENORPHINE, at=NOW.isoformat()), score("s", at=NOW.isoformat())
    )
    case = case_from(chart.document, load_knowledge())
    assert case.scores[0].at.latest > case.doses[0].at.latest


def test_seconds_that_are_known_go_before_the_order_of_charting(record: Record):
    at = NOW.replace(second=0, microsecond=0) - timedelta(minutes=20)
    dose = draft("dose", "dose", body=BUPRENORPHINE, at=(at + timedelta(seconds=50)).isoformat())
    chart = charted(record, dose, score("s", at=(at + timedelta(seconds=10)).isoformat()))
    case = case_from(chart.document, load_knowledge())
    assert case.scores[0].at.latest < case.doses[0].at.latest


def test_corrections_replace_and_strike_and_both_stay_in_sight(record: Record):
    record.append_all([score("a"), score("b"), draft("n", body={"text": "Wrong."})], NOW)
    total = {"instrument": "cows", "total": 11}
    fixes = (
        draft("c", "correction", corrects=1, body={"replaces": total, "reason": "Misread."}),
        draft("d", "correction", corrects=2, body={"strikes": True, "reason": "Another person."}),
        draft("e", "correction", corrects=3, body={"replaces": {"text": "Right."}, "reason": "Slip."}),
    )
    chart = charted(record, *fixes)
    assert chart.document["scores"] == [{**total, "at": AT}]
    assert chart.corrected == {1: (4,), 2: (5,), 3: (6,)}
    assert [note.body for note in chart.notes] == [{"text": "Right."}]
    back = charted(
        record, draft("f", "correction", corrects=2, body={"replaces": score("b").body, "reason": "It was hers."})
    )
    assert chart_of(record.entries("p1"), NOW).came_from["scores"] == (1, 2) and back.corrected[2] == (5, 7)


def test_the_case_of_an_instant_knows_nothing_written_later(record: Record):
    record.append(score("a"), NOW)
    later = NOW + timedelta(hours=1)
    record.append(draft("b", "correction", corrects=1, body={"strikes": True, "reason": "Slip."}), later)
    entries = list(record.entries("p1"))
    assert len(case_at(entries, NOW)["scores"]) == 1
    assert "scores" not in case_at(entries, later)


def test_replaying_gives_the_same_bytes(record: Record):
    record.append_all(ADMITTED, NOW)
    entries = list(record.entries("p1"))
    once = chart_bytes(chart_of(entries, NOW))
    random.Random(4).shuffle(entries)
    assert chart_bytes(chart_of(entries, NOW)) == once
    assert chart_bytes(chart_of(record.entries("p1"), NOW)) == once


def test_counselling_notes_are_no_part_of_a_chart(record: Record):
    chart = charted(record, draft("a"), draft("b", "counselling-note", body={"text": "Apart."}))
    assert b"Apart" not in chart_bytes(chart)


def test_a_plan_that_was_signed_before_the_chart_changed_is_outdated(record: Record):
    plan = charted(record, score("a"), draft("b", "plan-proposed", body={"plan": "x"}), draft("c", "plan-signed", body={"plan": "x"})).plans  # fmt: skip
    assert [(one.plan, one.status, one.outdated) for one in plan] == [("x", "signed", False)]
    assert charted(record, score("d")).plans[0].outdated


def test_who_left_and_came_back_is_here(record: Record):
    stay = charted(record, *ADMITTED[:1], draft("x", "discharge", body={}))
    assert stay.admitted and stay.discharged
    assert charted(record, draft("y", "admission", body={"setting": "inpatient"})).discharged is None


def test_a_stay_too_long_for_a_case_keeps_what_is_latest_and_says_so(record: Record):
    record.append_all([draft(f"o{n}", "observation", body={"what": "heart-rate", "value": 60 + n % 60, "unit": "/min"}) for n in range(2_500)], NOW)  # fmt: skip
    chart = chart_of(record.entries("p1"), NOW)
    assert chart.left_out == {"observations": 1_100} and chart.came_from["observations"][-1] == 2_500
    case_from(chart.document, load_knowledge())


def test_a_chart_is_one_persons(record: Record):
    record.append_all([score("a"), score("b", patient="p2")], NOW)
    with pytest.raises(MisuseError):
        chart_of(record.entries(), NOW)


def test_a_clock_a_little_behind_reads_the_case_all_the_same(record: Record):
    record.append(score("a", at=NOW.isoformat()), NOW)
    case_from(chart_of(record.entries("p1"), NOW - timedelta(seconds=20)).document, load_knowledge())


def test_what_was_asked_in_an_earlier_stay_is_asked_again_after_a_return(record: Record):
    stay = (
        draft("in", "admission"),
        draft("a", "medicine", body={"name": "sertraline"}),
        draft("b", "medicine", body={"none": True}),
        draft("c", "allergy", body={"none": True}),
    )
    here = charted(record, *stay)
    assert not here.others_unknown("medicines") and here.document["allergies"] == []
    gone = charted(record, draft("out", "discharge", body={"how": "planned"}))
    assert not gone.others_unknown("medicines")
    back = charted(record, draft("again", "admission"))
    assert back.others_unknown("medicines") and "allergies" not in back.document
    told = charted(record, draft("d", "medicine", body={"none": True}))
    assert not told.others_unknown("medicines")
