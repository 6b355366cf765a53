"""From an option to orders: every number is the option's own, every text of monitoring.toml is read or said."""

import msgspec
import pytest

from leeward.casefile import read_case
from leeward.guidance.assess import assess
from leeward.guidance.assessment import Amount, Monitoring
from leeward.knowledge import load_knowledge
from leeward.ward.proposals import MEANT, MEANT_BY_STEP, outside, proposed
from leeward.ward.watching import READINGS, SCORED, watched

KNOWLEDGE = load_knowledge()

TEXTS = {
    # text of `at` -> (after, from, every, for, only), None where it stays words
    "0": (0, "signing", 0, 0, ""),
    "30-60 min": (30, "dose", 0, 0, ""),
    "2 h": (120, "dose", 0, 0, ""),
    "then every 4-6 h for 24 h": (360, "dose", 240, 1200, ""),
    "30-60 min after each further dose": (30, "dose", 0, 0, ""),
    "30 min after each dose": (30, "dose", 0, 0, ""),
    "then every 30-60 min until it eases": (60, "dose", 30, 0, ""),
    "then every 4-6 h, COWS once or twice a shift": (240, "signing", 240, 0, ""),
    "60 min after the first dose and each increase": (60, "dose", 0, 0, "first"),
    "2-4 h after each dose of day 1": (120, "dose", 0, 0, "day-1"),
    "each day of the first 2 weeks": (0, "signing", 1440, 18720, ""),
    "before each step where staff watch": None,
    "daily contact elsewhere": None,
    "1 h after the transmucosal dose": None,
    "liver tests before the first injection and monthly": None,
    "every injection visit": None,
    "before each dose": None,
    "2-4 h after a methadone dose that was lowered or restarted": None,
    "for 2 to 4 days after the last dose (rebound)": None,
    "ECG above 30-40 mg and at 100 mg where there is a risk": None,
    "20 min after a naloxone challenge": None,
    "after an oral test dose": None,
    "at each injection, every 4 weeks": None,
    "at least monthly": None,
    "before each step": None,
}


def entries():
    return [(id, Monitoring(what=plan.what, at=plan.at)) for id, plan in KNOWLEDGE.monitoring.items()]


def test_every_text_of_the_knowledge_stands_in_the_table():
    assert {text for _, plan in entries() for text in plan.at} <= set(TEXTS)


@pytest.mark.parametrize(("id", "plan"), entries(), ids=lambda given: given if isinstance(given, str) else "")
def test_every_text_is_read_as_the_table_says_or_said_in_words(id, plan):
    found = watched([msgspec.structs.replace(plan, what=("sedation", *plan.what))])
    times = {(due.after_minutes, due.from_, due.every_minutes, due.for_minutes, due.only) for due in found.due}
    for text in plan.at:
        wanted = TEXTS[text]
        if wanted is None:
            assert any(text.lower() in said.lower() for said in found.words), text
        elif not text.startswith("then every 4-6 h for") or "2 h" in plan.at:
            assert wanted in times, text


def test_no_thing_to_watch_is_dropped():
    for id, plan in entries():
        found = watched([plan])
        said = " ".join([*found.words, *(due.what for due in found.due)]).lower()
        for what in plan.what:
            assert what.lower() in said, f"{id}: {what}"


def test_a_high_dose_start_repeats_from_the_time_before():
    [(_, plan)] = [one for one in entries() if one[0] == "buprenorphine-high-dose-start"]
    repeated = [due for due in watched([plan]).due if due.every_minutes]
    assert {(due.after_minutes, due.every_minutes) for due in repeated} == {(270, 240)}


def test_cows_beside_comfort_medicines_is_said_in_words_and_not_scored_every_four_hours():
    [(_, plan)] = [one for one in entries() if one[0] == "symptomatic-care"]
    found = watched([plan])
    assert not [due for due in found.due if due.kind == "score" and due.every_minutes]
    assert [due for due in found.due if due.kind == "score" and due.after_minutes == 0]
    assert any("COWS once or twice a shift" in said for said in found.words)


def test_an_ecg_is_due_at_its_own_times_and_not_every_day():
    [(_, plan)] = [one for one in entries() if one[0] == "methadone-dose"]
    found = watched([plan])
    assert "qtc" not in {name for due in found.due for name in (due.of, *due.also)}
    assert [said for said in found.words if said.startswith("ECG")] == [
        "ECG above 30-40 mg and at 100 mg where there is a risk: QTc."
    ]


def test_words_name_observations_and_instruments_that_there_are():
    from leeward.instruments import load_instruments

    assert set(READINGS.values()) <= set(KNOWLEDGE.observations)
    assert set(SCORED.values()) <= set(load_instruments())


def test_the_medicine_of_every_schedule_is_known_to_mean_something():
    for id, schedule in KNOWLEDGE.schedules.items():
        assert schedule.medicine in MEANT, id
        steps = [step.when for step in schedule.steps]
        assert len(steps) == len(set(steps)), f"{id}: two steps of the same words"
    named = {one for meant in (*MEANT.values(), *MEANT_BY_STEP.values()) for one in meant}
    assert named <= set(KNOWLEDGE.medicines)


CASE = """
leeward: case/1
now: 2026-11-22T09:00:00-05:00
setting: emergency
jurisdiction: US-PA
patient: {age: 34, sex: female, pregnant: "no", weight_kg: 70}
goals: [start-treatment]
exposures: [{substance: heroin, last_use: 2026-11-21T12:00:00-05:00, route: intravenous, duration: {value: 3, unit: year}}]
medicines: []
doses: []
allergies: []
conditions: [{name: opioid use disorder}]
observations:
  - {what: heart-rate, value: 100, unit: /min, at: 2026-11-22T08:50:00-05:00}
  - {what: respiratory-rate, value: 16, unit: /min, at: 2026-11-22T08:50:00-05:00}
  - {what: oxygen-saturation, value: 98, unit: "%", at: 2026-11-22T08:50:00-05:00}
  - {what: sedation-rass, value: 0, at: 2026-11-22T08:50:00-05:00}
scores:
  - {instrument: cows, at: 2026-11-22T08:50:00-05:00, items: {pulse: 2, sweating: 2, restlessness: 3, pupils: 1, aches: 2,
     nose_eyes: 1, gi: 2, tremor: 1, yawning: 1, anxiety: 2, gooseflesh: 3}}
"""


def assessment():
    return assess(read_case(CASE, KNOWLEDGE), KNOWLEDGE)


def test_only_what_is_offered_becomes_orders_and_every_dose_is_the_options_own():
    answer, offered = assessment(), 0
    for option in answer.options:
        made = proposed(option, answer, KNOWLEDGE)
        if option.status not in ("recommended", "acceptable"):
            assert made is None, option.id
            continue
        offered += made is not None
        if made is None or option.proposal is None:
            continue
        for line, step in zip(made.lines, option.proposal.steps, strict=False):
            assert line.bounds == step.dose and line.line.hold_if == step.hold_if
            if step.dose is None or step.dose.usual is None or step.dose.unit == "%":
                assert line.line.dose == ""
            else:
                assert line.line.dose == f"{step.dose.usual:g} {step.dose.unit}"
    assert offered >= 2


def test_where_the_words_mean_two_medicines_neither_is_taken():
    answer = assessment()
    option = next(one for one in answer.options if one.id == "buprenorphine-standard")
    made = proposed(option, answer, KNOWLEDGE)
    assert made is not None
    assert {line.line.medicine for line in made.lines} == {""}
    assert all(len(line.medicines) == 2 for line in made.lines)


def test_comfort_medicines_stand_with_dose_cautions_and_the_most_in_a_day():
    answer = assessment()
    option = next(one for one in answer.options if one.id == "symptomatic-care")
    made = proposed(option, answer, KNOWLEDGE)
    assert made is not None
    comfort = {line.line.step: line for line in made.lines if line.group}
    offered = {adjunct.id: adjunct for adjunct in answer.adjuncts if adjunct.status == "acceptable"}
    assert set(comfort) == set(offered) and comfort
    for id, line in comfort.items():
        assert line.dose_says == offered[id].dose and line.per_day == offered[id].max_per_day
        assert line.line.medicine in KNOWLEDGE.medicines
        if any(mark in line.dose_says for mark in ("(", ",", ";", " to ")):
            assert line.line.dose == "" or " to " not in line.line.dose.partition(" every ")[0]


@pytest.mark.parametrize(
    ("dose", "says"),
    [
        ("8 mg", ""),
        ("2 mg", ""),
        ("9 mg", "above"),
        ("1 mg", "below"),
        ("8000 mcg", ""),
        ("9000 mcg", "above"),
        ("two", ""),
    ],
)
def test_a_dose_beyond_the_source_is_told_whatever_its_unit(dose, says):
    told = outside(dose, Amount(min=2, usual=4, max=8, unit="mg"))
    assert says in told and bool(told) == bool(says)


def test_a_share_is_not_held_against_a_mass():
    assert outside("20 mg", Amount(min=5, usual=None, max=10, unit="%")) == ""
