"""The instruments as defined: ids as the case file names them, bands without gaps, a source for everything."""

from itertools import pairwise

import pytest

from leeward.instruments import Instrument, load_instruments
from leeward.knowledge import load_knowledge

INSTRUMENTS = load_instruments()
EACH = pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=INSTRUMENTS)


def test_the_instruments_of_the_case_file_are_all_there():
    assert set(INSTRUMENTS) == {
        "cows", "sows-handelsman-16", "sows-gossop-10", "oows", "ciwa-ar", "dsm-5-tr-opioid-use-disorder",
        "dsm-5-tr-opioid-withdrawal", "phq-2", "phq-9", "c-ssrs", "sedation-rass", "sedation-poss",
    }  # fmt: skip


def test_the_sum_of_maxima_of_cows_is_48():
    cows = INSTRUMENTS["cows"]
    assert [max(item.points) for item in cows.items] == [4, 4, 5, 5, 4, 4, 5, 4, 4, 4, 5]
    assert (cows.lowest, cows.highest) == (0, 48)


@pytest.mark.parametrize(
    ("id", "lowest", "highest"),
    [
        ("sows-handelsman-16", 0, 64), ("sows-gossop-10", 0, 30), ("oows", 0, 13), ("ciwa-ar", 0, 67),
        ("dsm-5-tr-opioid-use-disorder", 0, 11), ("dsm-5-tr-opioid-withdrawal", 0, 9), ("phq-2", 0, 6),
        ("phq-9", 0, 27), ("sedation-rass", -5, 4), ("sedation-poss", 0, 4),
    ],
)  # fmt: skip
def test_the_range_is_the_published_one(id: str, lowest: int, highest: int):
    assert (INSTRUMENTS[id].lowest, INSTRUMENTS[id].highest) == (lowest, highest)


def test_cows_items_are_those_of_the_case_file():
    assert INSTRUMENTS["cows"].item_ids == (
        "pulse", "sweating", "restlessness", "pupils", "aches", "nose_eyes", "gi", "tremor", "yawning", "anxiety",
        "gooseflesh",
    )  # fmt: skip


def test_dsm_and_screener_items_are_those_of_the_case_file():
    assert INSTRUMENTS["dsm-5-tr-opioid-use-disorder"].item_ids == (
        "larger_amounts", "cut_down", "time", "craving", "role_failure", "social_problems", "activities_given_up",
        "hazardous_use", "physical_or_psychological_problem", "tolerance", "withdrawal", "taken_as_prescribed",
    )  # fmt: skip
    assert INSTRUMENTS["dsm-5-tr-opioid-withdrawal"].item_ids == (
        "dysphoric_mood", "nausea_or_vomiting", "muscle_aches", "lacrimation", "rhinorrhoea", "mydriasis",
        "piloerection", "sweating", "diarrhoea", "yawning", "fever", "insomnia",
    )  # fmt: skip
    assert INSTRUMENTS["c-ssrs"].item_ids == ("q1", "q2", "q3", "q4", "q5", "q6_lifetime", "q6_past_3_months")


def test_the_signs_of_cows_are_counted_from_what_can_be_seen():
    assert {item.id: item.objective_from for item in INSTRUMENTS["cows"].objective_items} == {
        "pulse": 2, "sweating": 2, "pupils": 2, "nose_eyes": 2, "gi": 3, "tremor": 2, "yawning": 1, "gooseflesh": 3,
    }  # fmt: skip


@EACH
def test_the_bands_cover_the_range_without_gap_or_overlap(instrument: Instrument):
    if not instrument.bands:
        assert instrument.id in ("oows", "c-ssrs")
        return
    assert (instrument.bands[0].low, instrument.bands[-1].high) == (instrument.lowest, instrument.highest)
    assert all(lower.high + 1 == upper.low for lower, upper in pairwise(instrument.bands))


@EACH
def test_the_form_counts_as_many_items_as_it_says(instrument: Instrument):
    questions = len(instrument.groups)
    assert instrument.item_count == (questions - 1 if instrument.id == "c-ssrs" else questions)


@EACH
def test_the_points_of_each_item_are_in_order_and_differ(instrument: Instrument):
    for item in instrument.items:
        assert list(item.points) == sorted(set(item.points)), item.id
        assert all(choice.says for choice in item.choices), item.id
        assert item.objective_from is None or item.objective_from in item.points, item.id


@EACH
def test_items_named_by_other_items_flags_and_triage_exist(instrument: Instrument):
    named = {name for item in instrument.items for name in (item.counted_unless, item.asked_if) if name}
    named |= {flag.item for flag in instrument.flags} | {name for level in instrument.triage for name in level.any_yes}
    assert named <= set(instrument.item_ids)


@EACH
def test_every_source_is_known(instrument: Instrument):
    cited = [instrument.sources, *(part.sources for part in (*instrument.items, *instrument.bands, *instrument.triage))]
    cited += [other.sources for other in instrument.other_bands.values()]
    assert instrument.sources
    assert {id for ids in cited for id in ids} <= set(load_knowledge().sources)


def test_the_low_and_moderate_cut_points_of_the_suicide_screener_are_marked_recalled_and_high_is_not():
    assert [level.rank for level in INSTRUMENTS["c-ssrs"].triage] == ["A", "A", "A", None]


def test_other_band_sets_are_kept_where_sources_differ():
    assert set(INSTRUMENTS["ciwa-ar"].other_bands) == {"older", "review"}
    assert set(INSTRUMENTS["c-ssrs"].other_bands) == {"q2-moderate", "older-emergency-form"}


def test_what_can_be_measured_is_as_for_the_observation_itself():
    pulse, kind = load_instruments()["cows"].item("pulse"), load_knowledge().observations["heart-rate"]
    assert (pulse.least, pulse.most, pulse.unit) == (kind.low, kind.high, kind.unit)
