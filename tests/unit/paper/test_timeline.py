"""The timeline: the table says what the picture shows, nothing is lost, and there is always something to see."""

from __future__ import annotations

import itertools
import time
from typing import Any
from xml.etree import ElementTree

import pytest

from leeward.guidance.assessment import Assessment
from leeward.model.case import Case
from leeward.paper.drawing import SIZE, THEMES
from leeward.paper.timeline import timeline_heights, timeline_spec, timeline_svg, timeline_table, timeline_words
from tests.unit.paper.cases import EXAMPLES, busy, example, made

WARD = example("precipitated-withdrawal-on-the-ward")
NOTHING = made()
PARTIAL = made(
    scores=[
        {"instrument": "cows", "at": "2026-11-22T08:00:00-05:00", "items": {"pulse": 1, "sweating": 2}},
        {"instrument": "cows", "at": "2026-11-22T08:40:00-05:00", "total": 9},
    ]
)


def marks(spec: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [row for layer in spec["layer"] if layer["mark"]["type"] == kind for row in layer["data"]["values"]]


def words(spec: dict[str, Any]) -> set[str]:
    return {row["says"] for row in marks(spec, "text")}


@pytest.mark.parametrize(
    "given", [example(path.stem) for path in EXAMPLES] + [NOTHING, PARTIAL, busy(100, 14), busy(1, 1)]
)
def test_the_table_has_every_mark_of_the_picture_and_says_which_it_lacks(given: tuple[Case, Assessment]):
    drawn = {row["entry"] for row in marks(timeline_spec(*given), "point")}
    table = timeline_table(*given)
    assert drawn == {row.entry for row in table if row.drawn and not row.what.startswith("Expected")}


@pytest.mark.parametrize(
    "given", [example(path.stem) for path in EXAMPLES] + [NOTHING, PARTIAL, busy(100, 14), busy(1, 1)]
)
def test_the_height_that_is_kept_free_is_the_height_that_is_drawn(given: tuple[Case, Assessment]):
    widths = (280, 360, 720, 1100)
    specs = {width: timeline_spec(*given, width) for width in widths}
    drawn = {
        width: spec["height"] + spec["padding"]["top"] + spec["padding"]["bottom"] for width, spec in specs.items()
    }
    assert timeline_heights(*given, widths) == drawn


def test_the_table_has_every_score_dose_and_vital_sign_of_the_case():
    case, assessment = busy(100, 14)
    rows = timeline_table(case, assessment)
    assert len(rows) == 100
    values = [row.value for row in rows]
    assert values.count("0.1 mg") == 20
    assert sum(row.what == "COWS" for row in rows) == 20
    instants = [row.at.latest for row in rows if row.at is not None]
    assert instants == sorted(instants, reverse=True) and len(instants) == 100


def test_a_value_stands_at_its_time_on_the_shared_axis():
    spec = timeline_spec(*WARD)
    points = {row["entry"]: row["x"] for row in marks(spec, "point")}
    rows = [row for row in timeline_table(*WARD) if row.drawn and row.at is not None]
    assert rows
    for row in rows:
        assert row.at is not None
        wall = row.at.latest.replace(tzinfo=None)
        assert points[row.entry] == (wall - wall.__class__(1970, 1, 1)).total_seconds() * 1000


def test_missing_answers_are_a_bar_from_the_lowest_to_the_highest_total():
    spec = timeline_spec(*PARTIAL)
    (row,) = [row for row in timeline_table(*PARTIAL) if "missing" in row.note]
    low, high = (int(end) for end in row.value.split(",")[0].split(" to "))
    assert low == 3 and high > low and f"{low} to {high}" in words(spec)
    ends = [mark["y"] for mark in marks(spec, "point") if mark["entry"] == row.entry]
    assert len(set(ends)) == 2
    assert any("bar: answers missing" in said for said in words(spec))


def test_a_bar_joins_no_line_of_totals():
    assert len(marks(timeline_spec(*PARTIAL), "line")) == 1


def test_with_no_data_the_picture_says_so():
    spec = timeline_spec(*NOTHING)
    assert {"Withdrawal score: no score yet", "Doses given: none charted"} <= words(spec)
    assert timeline_table(*NOTHING) == ()
    assert "no withdrawal score" in timeline_words(*NOTHING)
    assert timeline_svg(*NOTHING).startswith("<svg ")


def test_the_bands_are_named_and_the_latest_score_is_said():
    said = words(timeline_spec(*WARD))
    assert {"mild", "moderate", "severe", "38", "13"} <= said
    assert "latest 38, severe" in said


def test_bands_are_told_beneath_the_title_where_their_names_would_cover_the_data():
    said = " ".join(row["says"] for row in marks(timeline_spec(*WARD, width=320), "text"))
    assert "moderately severe from 25" in said


def test_bands_that_begin_a_point_apart_are_told_beneath_the_title():
    scores = [{"instrument": "sows-handelsman-16", "at": "2026-11-22T08:00:00-05:00", "total": 20}]
    texts = marks(timeline_spec(*made(scores=scores)), "text")
    assert any("none from 0" in row["says"] and "mild from 1" in row["says"] for row in texts)
    beside = sorted(row["y"] for row in texts if row["says"].isdigit() and row["align"] == "right")
    assert len(beside) > 1 and all(after - before >= 13 for before, after in itertools.pairwise(beside))


def test_an_unknown_last_use_gives_no_times():
    given = example("7-oh-unknown-last-use")
    assert "no times: the last use is not known" in words(timeline_spec(*given))
    expected = [row for row in timeline_table(*given) if row.what.startswith("Expected")]
    assert expected and all(row.time.startswith("cannot tell") and not row.drawn for row in expected)


def test_what_another_source_says_of_the_course_stands_with_the_part_that_it_speaks_of():
    use = {"substance": "illicit fentanyl", "last_use": "2026-11-22T01:00:00-05:00"}
    rows = [row for row in timeline_table(*made(exposures=[use])) if row.what.startswith("Expected")]
    notes = {row.what.split()[1].rstrip(":"): row.note for row in rows}
    assert notes["onset"].startswith("other sources: onset 24 to 72 h")
    assert notes["peak"] == notes["end"] == ""


def test_what_belongs_to_no_part_of_the_course_stands_with_the_first_alone():
    for substance in ("methadone", "tramadol", "7-hydroxymitragynine"):
        use = {"substance": substance, "last_use": "2026-11-22T01:00:00-05:00"}
        rows = [row for row in timeline_table(*made(exposures=[use])) if row.what.startswith("Expected")]
        assert [("half-life" in row.note) for row in rows] == [True] + [False] * (len(rows) - 1)


def test_the_expected_course_is_never_called_a_forecast_of_this_person():
    said = " ".join(words(timeline_spec(*WARD)))
    assert "in groups of people" in said and "not a forecast" in said


def test_an_entry_before_the_picture_begins_stays_in_the_table():
    given = made(
        doses=[
            {"medicine": "buprenorphine-extended-release", "dose": "300 mg", "at": "2026-10-20T09:00:00-04:00"},
            {"medicine": "clonidine", "dose": "0.1 mg", "at": "2026-11-22T08:00:00-05:00"},
        ]
    )
    old = next(row for row in timeline_table(*given) if row.value == "300 mg")
    assert not old.drawn and "earlier than the picture" in old.note
    assert any("not drawn" in said for said in words(timeline_spec(*given)))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 720, 1200])
def test_the_picture_is_as_wide_as_asked_with_words_of_13_pixels(theme: str, width: int):
    drawn = timeline_svg(*WARD, width=width, theme=theme)  # pyright: ignore[reportArgumentType]
    root = ElementTree.fromstring(drawn)
    assert float(root.attrib["width"]) == width
    assert root.attrib["role"] == "img" and "38, severe" in root.attrib["aria-label"]
    sizes = [size for element in root.iter() if (size := element.attrib.get("font-size"))]
    assert sizes and all(float(size.removesuffix("px")) >= SIZE for size in sizes)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    light = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("mark", ["ink", "quiet", "score", "dose", "vital"])
def test_words_and_marks_stand_out_from_the_ground(theme: str, mark: str):
    colours = THEMES[theme]  # pyright: ignore[reportArgumentType]
    pair = sorted((luminance(getattr(colours, mark)), luminance(colours.ground)))
    assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5


def test_each_kind_of_mark_has_a_shape_of_its_own():
    shapes = {row["colour"]: row["shape"] for row in marks(timeline_spec(*WARD), "point")}
    assert len(shapes) == 3 and len(set(shapes.values())) == 3


def test_a_hundred_entries_are_drawn_quickly():
    given = busy(100, 14)
    timeline_svg(*given)
    began = time.perf_counter()
    timeline_svg(*given)
    assert time.perf_counter() - began < 1.0


def test_what_was_written_about_a_dose_cannot_break_out_of_the_picture():
    nasty = '"><script>alert(1)</script> & \\'
    given = made(doses=[{"medicine": nasty, "dose": "8 mg", "at": "2026-11-22T08:00:00-05:00"}])
    drawn = timeline_svg(*given)
    assert "<script" not in drawn
    ElementTree.fromstring(drawn)


def test_the_picture_names_a_medicine_as_the_table_does():
    drawn = timeline_svg(*WARD)
    assert "buprenorphine-naloxone-sublingual" not in drawn and "sublingual buprenorphine-naloxone" in drawn
