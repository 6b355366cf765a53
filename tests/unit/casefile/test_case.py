"""What a case file that is right says."""

from collections.abc import Callable
from datetime import datetime

import pytest

from leeward.casefile import case_from, read_case
from leeward.knowledge import Knowledge
from leeward.model.case import Allergy, Case, Kept, Patient
from leeward.model.instants import Span
from leeward.model.missing import NOT_ASKED, REFUSED, UNKNOWN
from leeward.model.quantity import Quantity

Read = Callable[..., Case]

NOW = datetime.fromisoformat("2026-11-22T09:00:00-05:00")


def test_what_is_left_out_was_not_asked_and_is_never_none(case: Read):
    empty = case()
    assert empty.now == NOW
    assert empty.patient == Patient()
    for part in (empty.setting, empty.exposures, empty.medicines, empty.doses, empty.conditions, empty.allergies):
        assert part is NOT_ASKED
    assert empty.observations == empty.scores == empty.orders == empty.goals == empty.kept == ()


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ([], ()),
        ("none", ()),
        (["none"], ()),
        ("NKDA", ()),
        (False, ()),
        ("unknown", UNKNOWN),
        (["unknown"], UNKNOWN),
        (None, UNKNOWN),
        ("declined", REFUSED),
        ("Not asked", NOT_ASKED),
    ],
)
def test_an_empty_list_is_an_answer_and_a_missing_one_is_none(case: Read, told: object, read: object):
    assert case(allergies=told).allergies == read


def test_a_value_is_missing_in_the_way_in_which_it_was_said(case: Read):
    told = {"pregnant": "declined", "breastfeeding": "unknown", "age": None, "opioid_naive": "off"}
    read = case(patient=told).patient
    assert (read.pregnant, read.breastfeeding, read.age) == (REFUSED, UNKNOWN, UNKNOWN)
    assert (read.weight_kg, read.opioid_naive) == (NOT_ASKED, False)


def test_now_may_be_given_from_outside(knowledge: Knowledge):
    later = datetime.fromisoformat("2026-11-23T09:00:00+01:00")
    assert read_case("leeward: case/1", knowledge, now=later).now == later
    assert case_from({"leeward": "case/1", "now": "2026-11-22T09:00:00Z"}, knowledge, now=later).now == later


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (34, 34),
        ("34", 34),
        ("34 years", 34),
        ({"value": 18, "unit": "month"}, 1.5),
        ({"value": 34}, 34),
    ],
)
def test_an_age_is_in_years(case: Read, told: object, read: float):
    assert case(patient={"age": told}).patient.age == pytest.approx(read)


def test_weeks_of_gestation_say_that_the_person_is_pregnant(case: Read):
    assert case(patient={"gestation_weeks": 20}).patient.pregnant is True
    assert case(patient={"gestation_weeks": 20, "pregnant": "unknown"}).patient.pregnant is UNKNOWN


def test_nobody_s_identity_is_read(case: Read):
    read = case(patient={"name": "Jane Doe", "Date of Birth": "1990-01-01", "age": 36})
    assert [kept.path for kept in read.kept] == ["patient.date_of_birth", "patient.name"]
    assert "Jane" not in repr(read)
    assert "1990" not in repr(read)


@pytest.mark.parametrize(
    ("told", "earliest", "latest"),
    [
        ("2026-11-21T20:00:00-05:00", "2026-11-21T20:00:00-05:00", "2026-11-21T20:00:00-05:00"),
        ("2026-11-22T01:00Z", "2026-11-21T20:00:00-05:00", "2026-11-21T20:00:00-05:00"),
        ("2026-11-21 20:00:00 -0500", "2026-11-21T20:00:00-05:00", "2026-11-21T20:00:00-05:00"),
        ("2026-11-21", "2026-11-21T00:00:00-05:00", "2026-11-22T00:00:00-05:00"),
        ("2026-11-22", "2026-11-22T00:00:00-05:00", "2026-11-22T09:00:00-05:00"),
        (
            {"earliest": "2026-11-20", "latest": "2026-11-21T20:00:00-05:00"},
            "2026-11-20T00:00:00-05:00",
            "2026-11-21T20:00:00-05:00",
        ),
        ({"earliest": "2026-11-22T08:00:00-05:00"}, "2026-11-22T08:00:00-05:00", "2026-11-22T09:00:00-05:00"),
    ],
)
def test_an_instant_may_be_an_interval(case: Read, told: object, earliest: str, latest: str):
    (exposure,) = case(exposures=[{"substance": "heroin", "last_use": told}]).exposures
    assert exposure.last_use == Span(datetime.fromisoformat(earliest), datetime.fromisoformat(latest))


def test_an_interval_without_a_beginning_is_unknown_and_shown(case: Read):
    read = case(exposures=[{"substance": "heroin", "last_use": {"latest": "2026-11-21T20:00:00-05:00"}}])
    assert read.exposures[0].last_use is UNKNOWN
    assert read.kept == (Kept("exposures.heroin.last_use", "at the latest 2026-11-21T20:00:00-05:00"),)


def test_an_order_may_lie_ahead(case: Read):
    (order,) = case(orders=[{"medicine": "methadone", "dose": "20 mg", "at": "2026-11-23", "day": 2}]).orders
    assert (order.amount, order.day) == (Quantity(20, "mg"), 2)
    assert order.at == Span(
        datetime.fromisoformat("2026-11-23T00:00:00-05:00"), datetime.fromisoformat("2026-11-24T00:00:00-05:00")
    )


@pytest.mark.parametrize(
    ("dose", "amount", "route"),
    [
        ("8 mg", Quantity(8, "mg"), "sublingual"),
        ("8 mg SL", Quantity(8, "mg"), "sublingual"),
        ("8/2 mg film", Quantity(8, "mg"), "sublingual"),
        ("8 mg / 2 mg", Quantity(8, "mg"), "sublingual"),
        ({"value": 500, "unit": "mcg"}, Quantity(500, "mcg"), "sublingual"),
        ("unknown", UNKNOWN, "sublingual"),
    ],
)
def test_a_dose_is_a_mass(case: Read, dose: object, amount: object, route: str):
    (read,) = case(doses=[{"medicine": "buprenorphine-naloxone-sublingual", "dose": dose}]).doses
    assert (read.medicine, read.amount, read.route) == ("buprenorphine-naloxone-sublingual", amount, route)


def test_a_patch_has_a_rate_not_a_mass(case: Read):
    (read,) = case(orders=[{"medicine": "fentanyl patch", "dose": "25 mcg/hr"}]).orders
    assert read.amount == Quantity(25, "mcg/h")


@pytest.mark.parametrize(
    ("told", "ids"),
    [
        ("sertraline", ["sertraline"]),
        ("Sertraline 100 mg daily", ["sertraline"]),
        ("Suboxone 8/2 mg film", ["buprenorphine-naloxone-sublingual"]),
        ("buprenorphine/naloxone 8-2 mg", ["buprenorphine-naloxone-sublingual"]),
        ("acetaminophen/oxycodone", ["acetaminophen", "oxycodone"]),
        ("clonidine and gabapentin", ["clonidine", "gabapentin"]),
        ("lisinopril-hydrochlorothiazide 20-25 mg", ["hydrochlorothiazide", "lisinopril"]),
        ("frobnicol/oxycodone", ["oxycodone"]),
        ("oxycodone ER 40 mg", ["oxycodone-extended-release"]),
        ("buprenorphine monthly injection", ["buprenorphine-extended-release"]),
        ("7052", ["morphine"]),
        ("St. John's Wort", ["st-johns-wort"]),
        ("sertralin", [None]),
        ("hydroxy", [None]),
    ],
)
def test_a_medicine_is_known_by_its_first_words_and_never_by_likeness(case: Read, told: str, ids: list[str | None]):
    assert [entry.medicine for entry in case(medicines=[told]).medicines] == ids


def test_what_leeward_does_not_know_is_kept_and_shown(case: Read):
    read = case(
        goals=["taper", "see my dog"],
        declines=["methadone", "Suboxone", "hypnosis"],
        exposures=["fizzy pills", {"product": "17-hydroxyprogesterone 250 mg"}],
        medicines=["frobnicol 3 mg"],
        conditions=["purple knee", {"code": {"system": "orphanet", "value": "558"}}],
        allergies=["penicillin"],
        observations=[{"what": "Troponin", "value": 3.5, "unit": "ng/L", "note": "repeat"}],
        bed=12,
    )
    assert read.goals == ("taper",)
    assert read.declines == ("buprenorphine-naloxone-sublingual", "hypnosis", "methadone")
    assert [(exposure.substance, exposure.recognised) for exposure in read.exposures] == [(UNKNOWN, False)] * 2
    assert (read.medicines[0].key, read.medicines[0].medicine) == ("frobnicol-3-mg", None)
    assert [condition.condition for condition in read.conditions] == [None, None]
    assert read.allergies == (Allergy("penicillin", None),)
    assert (read.observations[0].value, read.observations[0].unit, read.observations[0].recognised) == (
        "3.5", "ng/L", False,
    )  # fmt: skip
    assert read.kept == (
        Kept("allergies", "penicillin"),
        Kept("bed", "12"),
        Kept("conditions.orphanet-558", "orphanet 558"),
        Kept("conditions.purple-knee", "purple knee"),
        Kept("declines", "hypnosis"),
        Kept("exposures.17-hydroxyprogesterone-250-mg", "17-hydroxyprogesterone 250 mg"),
        Kept("exposures.fizzy-pills", "fizzy pills"),
        Kept("goals", "see my dog"),
        Kept("medicines.frobnicol-3-mg", "frobnicol 3 mg"),
        Kept("observations.troponin", "Troponin: 3.5 ng/L"),
        Kept("observations.troponin.note", "repeat"),
    )


def test_a_kept_text_cannot_write_on_the_terminal(case: Read):
    (kept,) = case(medicines=["\x1b[2Jfoo\r\nbar"]).kept
    assert kept.as_told.isprintable()


@pytest.mark.parametrize(
    ("told", "ids"),
    [
        ("Hepatitis C", ["hepatitis-c"]),
        ({"code": {"system": "icd-10-cm", "value": "F11.20"}}, ["opioid-use-disorder"]),
        ({"icd10": "f1120"}, ["opioid-use-disorder"]),
        ({"code": {"system": "SNOMED", "value": 75544000}}, ["opioid-use-disorder"]),
        ({"name": "liver disease", "code": {"system": "icd-10-cm", "value": "K74.60"}}, ["cirrhosis", "liver-disease"]),
    ],
)
def test_a_condition_is_known_by_name_and_by_code(case: Read, told: object, ids: list[str]):
    assert [condition.condition for condition in case(conditions=[told]).conditions] == ids


@pytest.mark.parametrize(
    ("status", "present"),
    [("absent", False), ("active", True), ("suspected", UNKNOWN), ("unknown", UNKNOWN), ("declined", REFUSED)],
)
def test_a_condition_may_be_absent(case: Read, status: str, present: object):
    assert case(conditions=[{"name": "liver disease", "status": status}]).conditions[0].present == present


def test_entries_of_one_key_are_numbered_in_time(case: Read):
    read = case(
        scores=[
            {"instrument": "COWS", "total": 14, "at": "2026-11-22T08:00:00-05:00"},
            {"instrument": "cows", "total": 9, "at": "2026-11-22T07:00:00-05:00"},
        ]
    )
    assert [(entry.key, entry.total) for entry in read.scores] == [("cows", 9), ("cows#2", 14)]


def test_a_score_keeps_every_item_in_the_order_of_the_form(case: Read):
    items = {"runny nose": 1, "pulse": {"value": 96, "unit": "/min"}, "tremor": "declined"}
    (entry,) = case(scores=[{"instrument": "cows", "items": items, "by": "nurse"}]).scores
    assert list(entry.items)[:2] == ["pulse", "sweating"]
    assert (entry.items["pulse"], entry.items["nose_eyes"], entry.items["tremor"]) == (1, 1, REFUSED)
    assert (entry.items["yawning"], entry.by, entry.at) == (NOT_ASKED, "clinician", NOT_ASKED)
