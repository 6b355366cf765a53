"""Daily intake of metals at the stated use, beside every limit."""

from __future__ import annotations

import pytest

from leeward.errors import BadInput, MisuseError
from leeward.knowledge import load_knowledge
from leeward.products.contents.content import Below, Content, Exact, Interval, NotDetected
from leeward.products.contents.content_limits import content_limits
from leeward.products.contents.conversion import Basis, Undetermined
from leeward.products.contents.intake import DailyIntake, daily_intake


def metal(value, analyte="lead", measure="ppm", kind="measurement"):
    value = Exact(float(value)) if isinstance(value, (int, float)) else value
    return Content(analyte=analyte, value=value, measure=measure, kind=kind)


def test_the_worst_published_lead_at_a_heavy_use():
    found = daily_intake(metal(1.6), 8.0)
    assert isinstance(found, DailyIntake)
    assert found.value == pytest.approx(12.8)
    above = {one.limit: one.above for one in found.against}
    assert above["fda-lead-adult-2020"] == "yes"
    assert above["fda-lead-childbearing-2022"] == "yes"
    assert above["prop-65-lead-reproductive"] == "yes"


def test_every_limit_on_the_metal_is_shown_with_its_standing():
    found = daily_intake(metal(1.6), 8.0)
    assert isinstance(found, DailyIntake)
    known = {id for id, one in content_limits().items() if one.substance == "lead" and one.measure == "mcg_per_day"}
    assert {one.limit for one in found.against} == known
    assert {one.status for one in found.against} == {"in_force", "unconfirmed", "superseded"}
    assert all(one.sources and one.issuer and one.applies_to for one in found.against)


def test_ranges_of_use_and_of_concentration_multiply_and_may_straddle_a_limit():
    found = daily_intake(metal(Interval(0.16, 1.6)), Interval(1.0, 8.0))
    assert isinstance(found, DailyIntake)
    assert (found.low, found.high, found.value) == (pytest.approx(0.16), pytest.approx(12.8), None)
    assert {one.limit: one.above for one in found.against}["fda-lead-adult-2020"] == "cannot tell"


def test_below_a_limit_of_quantification_is_not_zero():
    found = daily_intake(metal(Below(0.05)), 8.0)
    assert isinstance(found, DailyIntake)
    assert (found.low, found.high) == (0.0, pytest.approx(0.4))
    wide = daily_intake(metal(Below(2.0)), 8.0)
    assert isinstance(wide, DailyIntake)
    assert {one.above for one in wide.against} == {"cannot tell"}


@pytest.mark.parametrize(
    ("content", "grams", "missing"),
    [
        (metal(1.6), None, "how many grams are taken a day"),
        (metal(NotDetected()), 8.0, "the limit below which lead was not seen"),
        (metal(1.6, kind="label-claim"), 8.0, "a measurement of lead"),
        (metal(0.001, measure="mg_per_article"), 8.0, "the mass of one article (g)"),
    ],
)
def test_what_is_unknown_leaves_the_intake_undetermined(content, grams, missing):
    found = daily_intake(content, grams)
    assert isinstance(found, Undetermined) and found.missing == (missing,)


def test_another_measure_is_converted_where_the_basis_is_known():
    found = daily_intake(metal(0.0008, measure="mg_per_article"), 8.0, Basis(article_g=0.5))
    assert isinstance(found, DailyIntake) and found.value == pytest.approx(12.8)


def test_being_under_every_limit_does_not_reassure():
    found = daily_intake(metal(0.001), 1.0)
    assert isinstance(found, DailyIntake)
    assert {one.above for one in found.against} == {"no"}
    text = " ".join((found.says, *found.notes, *(one.says for one in found.against))).casefold()
    assert "without harm" in text
    assert not any(word in text for word in ("safe ", "acceptable", "harmless"))


def test_a_metal_without_a_known_limit_says_so():
    found = daily_intake(metal(3.0, "chromium"), 8.0)
    assert isinstance(found, DailyIntake)
    assert found.against == () and any("no limit" in note for note in found.notes)


@pytest.mark.parametrize("grams", [0.0, -1.0, float("inf"), Interval(2.0, 1.0)])
def test_an_amount_that_cannot_be_is_refused(grams):
    with pytest.raises(BadInput, match="LW-0659"):
        daily_intake(metal(1.6), grams)


def test_grams_of_kratom_give_no_dose_of_an_alkaloid():
    with pytest.raises(MisuseError):
        daily_intake(metal(14.5, "mitragynine", "mg_per_g"), 8.0)


def test_a_limit_that_was_only_recalled_is_ranked():
    sources = load_knowledge().sources
    for id, limit in content_limits().items():
        if all(sources[source].status == "recalled" for source in limit.sources):
            assert limit.rank is not None, id
