"""Self-reports that ask for a call: which, until when, and the same on the phone as on the board."""

from datetime import datetime, timedelta
from itertools import count

import msgspec
import pytest

from leeward.instruments import load_instruments
from leeward.knowledge import load_knowledge
from leeward.record.entries import Draft
from leeward.record.storage import Record, default_url
from leeward.ward.board import Look
from leeward.ward.rows import rows_of
from leeward.ward.self_reports import last_check_in, reasons_to_call, unanswered, unread_words
from leeward.ward.state import Ward
from leeward.ward.summary import summary_of

NOW = datetime.fromisoformat("2026-11-22T09:00:00-05:00")
SELF = {"by": "patient-self", "role": "patient-self"}
BUPRENORPHINE = {"medicine": "buprenorphine-naloxone-sublingual", "dose": "4 mg", "route": "sublingual"}


@pytest.fixture
def ward(tmp_path):
    with Record(default_url(tmp_path)) as record:
        yield Ward(record, load_knowledge())


@pytest.fixture
def write(ward):
    numbers = count()

    def written(kind, body, ago=0, by="n.park", role="nurse", **besides):
        at = NOW - timedelta(minutes=ago)
        id = f"{next(numbers):032x}-{kind}"
        draft = Draft(id=id, kind=kind, patient="p1", at=at.isoformat(), by=by, role=role, body=body, **besides)
        entry = ward.record.append(draft, NOW)
        ward.catch_up()
        return entry

    written("admission", {"name": "Made, Up", "synthetic": True}, ago=3000)
    return written


def sows(total, instrument="sows-handelsman-16"):
    return {"instrument": instrument, "by": "self", "total": total}


def asks(ward, now=NOW):
    return unanswered(ward.bedside("p1", now), ward)


def severe_from():
    bands = load_instruments()["sows-handelsman-16"].bands
    return next(int(band.low) for band in bands if band.label == "severe")


def test_severe_asks_and_one_point_less_does_not(ward, write):
    write("score", sows(severe_from() - 1), ago=60, **SELF)
    assert asks(ward) is None
    write("score", sows(severe_from()), ago=35, **SELF)
    assert asks(ward).says(NOW) == f"SOWS-16 {severe_from()}, severe, 35 min ago"


@pytest.mark.parametrize(
    ("kind", "body", "who", "answers"),
    [
        ("note", {"text": "Called."}, {}, True),
        ("score", {"instrument": "cows", "total": 8, "by": "clinician"}, {}, True),
        ("note", {"text": "Still bad.", "by": "self"}, SELF, False),
        ("score", sows(3), SELF, False),
        ("observation", {"what": "heart-rate", "value": 80, "unit": "/min"}, {}, False),
        ("note", {"text": "Of elsewhere.", "imported": {"record": "r", "number": 1}}, {}, False),
    ],
)
def test_a_score_or_a_note_of_staff_answers_it_and_nothing_else(ward, write, kind, body, who, answers):
    write("score", sows(30), ago=35, **SELF)
    entry = write(kind, body, **who)
    assert (asks(ward) is None) is answers
    if answers:
        write("correction", {"strikes": True, "reason": "wrong person"}, corrects=entry.number)
        assert asks(ward) is not None, "a struck answer answers nobody"


def test_a_report_that_is_struck_asks_no_more_and_one_corrected_counts_as_it_stands(ward, write):
    first = write("score", sows(30), ago=35, **SELF)
    write("correction", {"replaces": sows(5), "reason": "mistyped"}, corrects=first.number)
    assert asks(ward) is None
    write("correction", {"replaces": sows(40), "reason": "mistyped"}, corrects=first.number)
    assert asks(ward).points == "40"
    write("correction", {"strikes": True, "reason": "wrong person"}, corrects=first.number)
    assert asks(ward) is None and last_check_in(ward.bedside("p1", NOW)) is None


def test_a_rise_after_buprenorphine_asks_and_without_it_not(ward, write):
    write("score", sows(8), ago=120, **SELF)
    write("score", sows(14), ago=90, **SELF)
    assert asks(ward) is None
    write("dose", BUPRENORPHINE, ago=60)
    assert asks(ward) is None, "it was told before the dose"
    write("score", sows(14), ago=30, **SELF)
    assert asks(ward) is None, "as before"
    write("score", sows(17), ago=20, **SELF)
    assert asks(ward) is None, "smaller than people felt, above the report before it and the one before the dose"
    write("score", sows(24 - 1), ago=10, **SELF)
    assert "risen" not in asks(ward).says(NOW), "severe, and no such rise"


def test_the_size_of_a_rise_is_that_of_its_source_and_one_point_less_is_no_rise(ward, write):
    size = ward.knowledge.limit("precipitated-rise-sows-handelsman-16")
    assert (size.value, ward.knowledge.limits[size.id].sources) == (10, ("dunn23",))
    write("score", sows(5), ago=120, **SELF)
    write("dose", BUPRENORPHINE, ago=60)
    write("score", sows(5 + int(size.value) - 1), ago=30, **SELF)
    assert asks(ward) is None
    write("score", sows(5 + int(size.value)), ago=20, **SELF)
    assert "risen after buprenorphine from 5 to 15 of 64" in asks(ward).says(NOW)


def test_a_scale_whose_size_no_source_gives_says_from_what_to_what(ward, write):
    write("score", sows(2, "sows-gossop-10"), ago=120, **SELF)
    write("dose", BUPRENORPHINE, ago=60)
    write("score", sows(3, "sows-gossop-10"), ago=30, **SELF)
    assert "from 2 to 3 of 30 (no source says from which size it counts)" in asks(ward).says(NOW)


def test_a_rise_that_is_certain_and_may_be_large_is_said_with_its_range(ward, write):
    items = {item.id: 1 for item in load_instruments()["sows-handelsman-16"].items}
    write(
        "score", {"instrument": "sows-handelsman-16", "by": "self", "items": dict.fromkeys(items, 0)}, ago=120, **SELF
    )
    write("dose", BUPRENORPHINE, ago=60)
    some = {item: points for place, (item, points) in enumerate(items.items()) if place < 6}
    write("score", {"instrument": "sows-handelsman-16", "by": "self", "items": some}, ago=20, **SELF)
    assert "risen after buprenorphine from 0 to a total of 6 to 46 of 64" in asks(ward).says(NOW)


def test_a_rise_of_another_scale_is_none(ward, write):
    write("score", sows(2), ago=120, **SELF)
    write("dose", BUPRENORPHINE, ago=60)
    write("score", sows(9, "sows-gossop-10"), ago=30, **SELF)
    assert asks(ward) is None


def test_a_flag_asks_whatever_the_total(ward, write):
    write("score", {"instrument": "phq-9", "by": "self", "items": {"better_off_dead": 1}}, ago=5, **SELF)
    assert "C-SSRS" in asks(ward).says(NOW)


def test_what_a_nurse_charts_for_the_person_is_no_report_from_afar(ward, write):
    write("score", sows(30), ago=5)
    assert asks(ward) is None


@pytest.mark.parametrize("total", [5, 15, 30])
def test_the_board_asks_for_a_call_where_the_phone_said_so(ward, write, total):
    told = write("score", sows(total), **SELF)
    phone = bool(reasons_to_call(ward, [told], ward.entries("p1"), NOW))
    assert phone == (asks(ward) is not None) == (total >= severe_from())


def test_a_chart_that_cannot_be_read_still_tells_its_report(ward, write):
    told = write("score", sows(30), ago=5, **SELF)
    ward._entries["p1"].append(msgspec.structs.replace(told, number=told.number + 1, id="x", kind="exposure", role="nurse", body={"odd": 1}))  # fmt: skip
    bedside = ward.bedside("p1", NOW)
    assert bedside.assessment is None and unanswered(bedside, ward).points == "30"


def half(points, answered=5):
    """The short scale with its first questions answered alike and the others left out."""
    items = load_instruments()["sows-gossop-10"].item_ids
    return {"instrument": "sows-gossop-10", "by": "self", "items": dict.fromkeys(items[:answered], points)}


@pytest.mark.parametrize(
    ("points", "answered", "calls"), [(3, 5, True), (3, 4, False), (2, 5, False), (2, 9, False), (3, 9, True)]
)
def test_half_a_form_that_is_severe_as_far_as_it_goes_asks(ward, write, points, answered, calls):
    told = write("score", half(points, answered), ago=5, **SELF)
    assert bool(reasons_to_call(ward, [told], ward.entries("p1"), NOW)) is calls
    assert (asks(ward) is not None) is calls


def test_what_half_a_form_shows_is_said_with_what_is_missing(ward, write):
    write("score", half(3), ago=5, **SELF)
    assert asks(ward).says(NOW) == ("SOWS-10 15 to 30, severe by what is answered, 5 of 10 answers missing, 5 min ago")


@pytest.mark.parametrize(
    ("kind", "body", "answers"),
    [
        ("note", {"text": "Called them."}, True),
        ("score", {"instrument": "cows", "total": 5}, False),  # whoever scores need not have opened the words
        ("observation", {"what": "heart-rate", "value": 80, "unit": "/min"}, False),
        ("note", {"text": "Held.", "about": "dose"}, False),
    ],
)
def test_words_of_their_own_are_to_be_read_until_staff_answer_them(ward, write, kind, body, answers):
    assert unread_words(ward.bedside("p1", NOW)) is None
    write("note", {"text": "I cannot go on.", "by": "self"}, ago=10, **SELF)
    assert unread_words(ward.bedside("p1", NOW)) == NOW - timedelta(minutes=10)
    write("score", sows(5), ago=8, **SELF)
    write(kind, body, ago=5)
    assert (unread_words(ward.bedside("p1", NOW)) is None) is answers


def test_a_note_alone_stands_on_the_board_above_who_has_written_none(ward, write):
    write("note", {"text": "I cannot go on.", "by": "self"}, ago=10, **SELF)
    write("observation", {"what": "heart-rate", "value": 80, "unit": "/min"}, ago=5)
    waits = summary_of(ward.bedside("p1", NOW), ward)
    calm = msgspec.structs.replace(waits, patient="p0", name="A, Calm", to_read=None, unsigned=("A plan",))
    urgent = msgspec.structs.replace(calm, patient="p9", name="Z, Urgent", urgent=("Something",))
    look = Look(summaries=(calm, waits, urgent), newer={}, read=3, of=3, said={})
    rows = rows_of(look, look.summaries, NOW)
    assert [row.patient for row in rows] == ["p9", "p1", "p0"]
    assert rows[1].to_read == "words of their own, 10 min ago; nobody has answered them" and not rows[1].quiet
