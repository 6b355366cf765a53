"""What they took: as told, with what is known about a pack before it is charted."""

from __future__ import annotations

import re

import pytest

TOOK = "/patients/demo-1/took"


def exposures(house, after):
    return [entry.body for entry in house.record.entries(patient="demo-1", after=after, kinds=["exposure"])]


@pytest.fixture
def patient(someone):
    """Somebody of whom nothing is charted but a name."""
    return someone("n.park").send("/admit", name="Test, Took").url


def test_a_substance_is_charted_with_what_was_told(someone, house):
    before = house.record.last_number()
    came = someone("n.park").send(
        TOOK,
        substance="kratom-extract",
        last_use="2026-11-22T02:30",
        amount="20",
        amount_unit="g",
        per="day",
        doses_per_day="6",
        route="oral",
        duration="2",
        duration_unit="year",
        prescribed="no",
        adulterants="xylazine, something else",
    )
    assert came.url == "/patients/demo-1"
    said = "20 g a day, taken 6 times a day, oral, for 2 years, not prescribed, supply known to carry xylazine, something else"
    assert (
        f"Charted: Took kratom extract, {said}, last use Sun 22 Nov 02:30. Written down Sun 22 Nov 09:00" in came.text
    )
    assert exposures(house, before) == [
        {
            "substance": "kratom-extract",
            "last_use": "2026-11-22T02:30:00-05:00",
            "amount": {"value": 20, "unit": "g", "per": "day"},
            "doses_per_day": 6,
            "route": "oral",
            "duration": {"value": 2, "unit": "year"},
            "prescribed": "no",
            "supply": {"adulterants": ["xylazine", "something else"]},
        }
    ]


def test_what_is_counted_is_said_with_its_unit_and_what_is_not_known_as_such(someone, patient):
    nurse, took = someone("n.park"), f"{patient}/took"
    came = nurse.send(took, substance="heroin", amount="14", amount_unit="bag", per="day", last_use_hours="20")
    assert "Took heroin, 14 bags a day, last use Sat 21 Nov 13:00. Written down" in came.text
    assert "14 bags a day" in nurse.get(took).text and "14 bags a day" in nurse.get(f"{patient}/hand-off").text
    came = nurse.send(took, substance="fentanyl-transdermal", amount="unknown", amount_unit="patch", per="use")
    assert "amount unknown" in came.text and "unknown patch" not in came.text


def test_what_was_not_asked_is_not_charted_and_what_is_not_known_is(someone, house):
    before = house.record.last_number()
    someone("n.park").send(TOOK, substance="unknown", last_use_not_told="declined")
    assert exposures(house, before) == [{"substance": "unknown", "last_use": "declined"}]


def test_a_label_is_looked_up_without_being_charted_and_then_charted(someone, house):
    nurse, before = someone("n.park"), house.record.last_number()
    fields = {"product": "7-OHMZ 15 mg chewables", "lot": "A123"}
    came = nurse.send(TOOK, **fields, look="yes")
    assert came.status == 200 and "Looked up, not charted" in came.text and "7-OH" in came.text
    assert 'value="7-OHMZ 15 mg chewables"' in came.html and not exposures(house, before)
    nurse.send(TOOK, **fields)
    assert exposures(house, before) == [{"product": "7-OHMZ 15 mg chewables lot A123"}]
    assert "7-OHMZ 15 mg chewables lot A123" in nurse.get(TOOK).text


def test_nothing_taken_and_would_not_say_are_told_apart_from_not_asked(someone, house, patient):
    nurse, took = someone("n.park"), f"{patient}/took"
    assert "Not asked yet" in nurse.get(took).text
    nurse.send(took, whole="declined")
    assert "would not say." in nurse.get(took).text and "Not asked yet" not in nurse.get(took).text
    nurse.send(took, whole="none")
    assert "Asked: nothing taken" in nurse.get(took).text


def test_one_substance_leaves_the_others_open_until_it_is_said_that_there_are_none(someone, house, patient):
    nurse, took = someone("n.park"), f"{patient}/took"
    nurse.send(took, substance="heroin", last_use_hours="20")
    assert "Whether anything else was taken is not known" in nurse.get(took).text
    assert "What else was taken: not known" in nurse.get(patient).text
    assert nurse.send(took, whole="none").url == patient
    shown = nurse.get(took).text
    assert "Asked: nothing besides." in shown and "Whether anything else" not in shown
    assert "What else was taken" not in nurse.get(patient).text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "substance"),
        ({"substance": "moon dust"}, "substance"),
        ({"lot": "A123"}, "product"),
        ({"substance": "heroin", "amount": "3"}, "amount_unit"),
        ({"substance": "heroin", "amount": "-3", "amount_unit": "g"}, "amount"),
        ({"substance": "heroin", "amount": "1e99", "amount_unit": "g"}, "amount"),
        ({"substance": "heroin", "doses_per_day": "9999"}, "doses_per_day"),
        ({"substance": "heroin", "duration": "0", "duration_unit": "year"}, "duration"),
        ({"substance": "heroin", "last_use": "2026-11-23T00:00"}, "last_use"),
        ({"substance": "heroin", "last_use": "2026-11-22T00:00", "last_use_not_told": "unknown"}, "last_use"),
        ({"substance": "heroin", "last_use_from": "2026-11-22T00:00"}, "last_use_to"),
        ({"product": "x" * 4000}, "product"),
        ({"product": "a\0b"}, "product"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_charted(someone, house, wrong, field):
    before = house.record.last_number()
    came = someone("n.park").send(TOOK, **wrong)
    assert came.status == 422 and f'href="#{field}"' in came.html, came.text
    assert not exposures(house, before)


def test_times_that_end_before_they_begin_are_told(someone, house):
    before = house.record.last_number()
    came = someone("n.park").send(
        TOOK, substance="heroin", last_use_from="2026-11-22T05:00", last_use_to="2026-11-22T01:00"
    )
    assert came.status == 422 and "ends before it begins" in came.text and not exposures(house, before)


def test_what_is_charted_links_to_its_correction(someone, house):
    numbers = house.ward.bedside("demo-1", house.clock()).chart.came_from["exposures"]
    links = re.findall(r'href="/patients/demo-1/correct/(\d+)"', someone("n.park").get(TOOK).html)
    assert tuple(map(int, links)) == numbers


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("20", "2026-11-21T13:00:00-05:00"),
        ("1.5", "2026-11-22T07:30:00-05:00"),
        ("18-24", {"earliest": "2026-11-21T09:00:00-05:00", "latest": "2026-11-21T15:00:00-05:00"}),
        ("24 to 18", {"earliest": "2026-11-21T09:00:00-05:00", "latest": "2026-11-21T15:00:00-05:00"}),
    ],
)
def test_the_last_use_is_told_in_hours_or_between_hours(someone, house, typed, told):
    before = house.record.last_number()
    assert someone("n.park").send(TOOK, substance="heroin", last_use_hours=typed).url == "/patients/demo-1"
    assert exposures(house, before) == [{"substance": "heroin", "last_use": told}]


@pytest.mark.parametrize("typed", ["-3", "about 20", "18-", "18-24-30", "9999", "٢٠", "1e3", "nan"])
def test_hours_that_are_none_are_told_at_their_field(someone, house, typed):
    before = house.record.last_number()
    came = someone("n.park").send(TOOK, substance="heroin", last_use_hours=typed)
    assert came.status == 422 and 'href="#last_use_hours"' in came.html and not exposures(house, before)


def test_hours_and_a_time_at_once_are_refused(someone, house):
    before = house.record.last_number()
    for besides in ({"last_use": "2026-11-22T01:00"}, {"last_use_not_told": "unknown"}):
        came = someone("n.park").send(TOOK, substance="heroin", last_use_hours="20", **besides)
        assert came.status == 422 and 'href="#last_use"' in came.html
    assert not exposures(house, before)


def test_what_is_charted_reads_as_a_sentence(someone):
    charted = someone("n.park").get("/patients/demo-5/took").text.partition("Charted")[2]
    assert "Took illicit fentanyl, 10 bags a day" in charted and "T18:00" not in charted and "10 bag " not in charted
