"""Scores: illegal answers refused with a sentence, partial answers kept as ranges that no completion can leave."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeward.errors import BadInput
from leeward.instruments import Instrument, InstrumentError, Item, load_instruments, score
from leeward.model.missing import NOT_ASKED, REFUSED, UNKNOWN

INSTRUMENTS = load_instruments()
COWS = INSTRUMENTS["cows"]
PHQ_9 = INSTRUMENTS["phq-9"]
SUMS = [instrument for instrument in INSTRUMENTS.values() if instrument.method == "sum"]
ILLEGAL = [
    (instrument, item, points)
    for instrument in INSTRUMENTS.values()
    for item in instrument.items
    for points in range(min(item.points) - 2, max(item.points) + 3)
    if points not in item.points or item.choice(points).only_words
]


@pytest.mark.parametrize(("instrument", "item", "points"), ILLEGAL, ids=lambda value: getattr(value, "id", str(value)))
def test_points_that_an_item_does_not_allow_are_refused(instrument: Instrument, item: Item, points: int):
    with pytest.raises(InstrumentError) as refused:
        score(instrument, {item.id: points}, path="scores[0]")
    (problem,) = refused.value.problems
    assert (problem.code, problem.path) == ("LW-0201", f"scores[0].items.{item.id}")
    assert item.title in problem.says
    assert problem.mend.startswith("Use ")


def test_the_gaps_of_cows_are_all_illegal():
    gaps = {(item.id, points) for instrument, item, points in ILLEGAL if instrument is COWS}
    assert {
        ("pulse", 3), ("restlessness", 2), ("restlessness", 4), ("pupils", 3), ("pupils", 4), ("aches", 3),
        ("nose_eyes", 3), ("gi", 4), ("tremor", 3), ("yawning", 3), ("anxiety", 3), ("gooseflesh", 1),
        ("gooseflesh", 2), ("gooseflesh", 4),
    } <= gaps  # fmt: skip


def test_the_sentence_names_the_place_the_mistake_and_the_mend():
    with pytest.raises(BadInput) as refused:
        score(COWS, {"pulse": 3}, path="scores[0]")
    (problem,) = refused.value.problems
    assert problem.path == "scores[0].items.pulse"
    assert problem.says == "3 is not a point value of the COWS resting pulse."
    assert problem.mend.startswith("Use 0, 1, 2 or 4.")


def test_all_mistakes_are_reported_at_once():
    with pytest.raises(InstrumentError) as refused:
        score(COWS, {"pulse": 3, "gi": 4, "pulze": 1}, total=99)
    assert {problem.code for problem in refused.value.problems} == {"LW-0201", "LW-0202", "LW-0206"}
    assert len(refused.value.problems) == 4


@pytest.mark.parametrize("answer", [True, "yes", "lots", 1.5, float("nan"), [2], "", object()])
def test_what_is_no_points_is_refused(answer: Any):
    with pytest.raises(InstrumentError, match="LW-0201"):
        score(COWS, {"sweating": answer})


def test_yes_and_no_in_every_form_are_understood_by_yes_no_items():
    for yes, no in [(True, False), ("yes", "no"), ("Yes", "NO"), ("present", "absent"), (1, 0), ("1", "0")]:
        found = score(INSTRUMENTS["oows"], {"yawning": yes, "tremor": no})
        assert (found.items["yawning"], found.items["tremor"]) == (1, 0)


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (None, UNKNOWN), ("unknown", UNKNOWN), ("declined", REFUSED), ("refused", REFUSED), ("not-asked", NOT_ASKED),
        (REFUSED, REFUSED), ({"value": None, "unit": "/min"}, UNKNOWN),
    ],
)  # fmt: skip
def test_how_an_answer_is_missing_is_remembered(answer: Any, kept: object):
    found = score(COWS, {"pulse": answer})
    assert found.items["pulse"] is kept
    assert found.items["gi"] is NOT_ASKED
    assert "pulse" in found.missing


@pytest.mark.parametrize(
    "measured",
    [
        {"value": 96}, {"value": 96, "unit": "Hz"}, {"value": "fast", "unit": "/min"}, {"value": -1, "unit": "/min"},
        {"value": True, "unit": "/min"}, {"value": float("inf"), "unit": "/min"},
        {"value": 9, "unit": "/min"}, {"value": 301, "unit": "/min"},
    ],
)  # fmt: skip
def test_a_heart_rate_without_a_readable_number_or_unit_is_refused(measured: Any):
    with pytest.raises(InstrumentError, match=r"LW-0209|LW-0115"):
        score(COWS, {"pulse": measured})


def test_only_the_pulse_may_be_measured():
    with pytest.raises(InstrumentError, match="LW-0209"):
        score(COWS, {"pupils": {"value": 6, "unit": "mm"}})


@pytest.mark.parametrize(("instrument", "total"), [("cows", 49), ("cows", -1), ("cows", 14.5), ("cows", True),
    ("phq-9", 28), ("ciwa-ar", 68), ("sedation-rass", -6), ("sedation-poss", 0), ("c-ssrs", 3)])  # fmt: skip
def test_totals_that_the_form_cannot_have_are_refused(instrument: str, total: Any):
    with pytest.raises(InstrumentError, match=r"LW-0206 scores\[2\]\.total"):
        score(INSTRUMENTS[instrument], total=total, path="scores[2]")


def test_a_total_at_odds_with_the_items_is_refused():
    full = {item.id: 0 for item in COWS.items}
    with pytest.raises(InstrumentError, match=r"LW-0207 total: The total 9 of COWS .* which give 0"):
        score(COWS, full, total=9)
    with pytest.raises(InstrumentError, match="which allow 10 to 48"):
        score(COWS, {"pupils": 5, "gooseflesh": 5}, total=9)


def test_a_total_alone_says_as_much_about_signs_as_it_can():
    assert [(found.objective_low, found.objective_high) for found in (score(COWS, total=t) for t in (0, 1, 48))] == [
        (0, 0), (0, 1), (8, 8),
    ]  # fmt: skip


def test_scales_without_a_list_of_observed_signs_say_nothing_about_them():
    assert score(PHQ_9, total=3).objective_low is None


def test_an_unanswered_question_about_suicide_is_flagged_as_unknown():
    assert score(PHQ_9, {"q9": "declined"}).flags == ("suicide-screen-unknown",)
    assert score(PHQ_9, {"q9": 0}).flags == ()


def test_the_0_to_4_band_says_that_its_name_is_a_convention():
    assert any("convention" in note for note in score(COWS, total=3).notes)


def test_which_criteria_are_left_out_of_the_count_is_said():
    disorder = INSTRUMENTS["dsm-5-tr-opioid-use-disorder"]
    assert (
        "Not counted because taken only as prescribed: tolerance and withdrawal."
        in score(disorder, {"taken_as_prescribed": "yes"}).notes
    )
    assert any("is not known" in note for note in score(disorder, {"tolerance": "yes"}).notes)


def test_the_suicide_screener_is_never_added_up_and_names_its_version():
    found = score(INSTRUMENTS["c-ssrs"], {"q1": "no", "q2": "yes", "q3": "no", "q4": "no", "q5": "no",
                                          "q6_lifetime": "no"})  # fmt: skip
    assert (found.total, found.low, found.high, found.band) == (None, None, None, "low")
    assert "screener triage" in found.band_set
    assert any("In some versions Q2 alone is moderate" in note for note in found.notes)


def test_a_declined_question_is_open_even_where_the_form_leads_past_it():
    found = score(INSTRUMENTS["c-ssrs"], {"q1": "no", "q2": "no", "q4": "declined", "q6_lifetime": "no"})
    assert found.missing == ("q4",)
    assert found.bands == ("none reported", "high")


def test_answers_that_contradict_each_other_keep_the_higher_level_and_say_so():
    found = score(INSTRUMENTS["c-ssrs"], {"q1": "no", "q2": "no", "q6_lifetime": "no", "q6_past_3_months": "yes"})
    assert found.band == "high"
    assert any("ask again" in note for note in found.notes)


def _complete(draw: st.DrawFn, instrument: Instrument) -> dict[str, int]:
    return {item.id: draw(st.sampled_from([c.points for c in item.choices])) for item in instrument.items}


def _as_given(instrument: Instrument, answers: dict[str, int]) -> dict[str, Any]:
    """Answers as they can be given: by word where the number is not on the form."""
    words = {id: instrument.item(id).choice(points) for id, points in answers.items()}
    return {id: choice.words[0] if choice.only_words else choice.points for id, choice in words.items()}


@st.composite
def partly_answered(draw: st.DrawFn) -> tuple[Instrument, dict[str, Any], dict[str, Any]]:
    """An instrument, a complete set of answers, and the same with some of them missing."""
    instrument = draw(st.sampled_from(list(INSTRUMENTS.values())))
    complete = _as_given(instrument, _complete(draw, instrument))
    left_out = draw(st.sets(st.sampled_from(sorted(complete))))
    ways = st.sampled_from([None, "unknown", "declined", "absent key"])
    partial: dict[str, Any] = {}
    for id, answer in complete.items():
        given_as = draw(ways) if id in left_out else answer
        if given_as != "absent key":
            partial[id] = given_as
    return instrument, complete, partial


@given(partly_answered())
@settings(max_examples=300, deadline=None)
def test_no_completion_leaves_the_range_the_bands_or_the_signs(
    drawn: tuple[Instrument, dict[str, Any], dict[str, Any]],
):
    instrument, complete, partial = drawn
    if instrument.method == "triage" and (complete["q2"] == 0 or complete["q6_lifetime"] == 0):
        # A question that the form leads past is read as no, so a completion that answers it yes is no completion.
        for item in instrument.items:
            if item.asked_if and complete[item.asked_if] == 0:
                complete[item.id] = 0
                partial.pop(item.id, None)
    known, open_ = score(instrument, complete), score(instrument, partial)
    if known.total is not None:
        assert open_.low is not None
        assert open_.high is not None
        assert open_.low <= known.total <= open_.high
        assert open_.total in (None, known.total)
    assert open_.band in (None, known.band)
    assert known.band is None or known.band in open_.bands
    if known.objective_low is not None:
        assert known.objective_low == known.objective_high
        assert open_.objective_low is not None
        assert open_.objective_high is not None
        assert open_.objective_low <= known.objective_low <= open_.objective_high


@given(partly_answered())
@settings(max_examples=200, deadline=None)
def test_a_total_alone_never_contradicts_the_items_behind_it(drawn: tuple[Instrument, dict[str, Any], dict[str, Any]]):
    instrument, complete, partial = drawn
    known = score(instrument, complete)
    if known.total is None or instrument.id == "sedation-poss":
        return
    for alone in (score(instrument, total=known.total), score(instrument, partial, total=known.total)):
        assert (alone.total, alone.band) == (known.total, known.band)
        if known.objective_low is not None:
            assert alone.objective_low is not None
            assert alone.objective_high is not None
            assert alone.objective_low <= known.objective_low <= alone.objective_high


@pytest.mark.parametrize("open_items", [("pupils", "gi"), ("pulse", "gooseflesh", "anxiety")])
def test_the_range_of_signs_is_reached_at_both_ends(open_items: tuple[str, ...]):
    rest = {item.id: item.points[1] for item in COWS.items if item.id not in open_items}
    partial = score(COWS, rest)
    ways = [dict(zip(open_items, ps, strict=True)) for ps in product(*(COWS.item(id).points for id in open_items))]
    scores = [score(COWS, {**rest, **way}) for way in ways]
    totals = [found.total for found in scores if found.total is not None]
    signs = [found.objective_low for found in scores if found.objective_low is not None]
    assert (partial.low, partial.high) == (min(totals), max(totals))
    assert (partial.objective_low, partial.objective_high) == (min(signs), max(signs))


@pytest.mark.parametrize("instrument", SUMS, ids=lambda each: each.id)
def test_with_nothing_answered_the_range_is_that_of_the_form(instrument: Instrument):
    found = score(instrument)
    assert (found.total, found.low, found.high, found.band) == (None, instrument.lowest, instrument.highest, None)
