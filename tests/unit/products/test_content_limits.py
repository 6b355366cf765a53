"""Limits: one side, the other, or undetermined with what is missing; a claim is never enough to be within."""

from __future__ import annotations

import msgspec
import pytest

from leeward.products.contents.content import (
    Above,
    Below,
    Content,
    Exact,
    Interval,
    LaboratoryVerdict,
    NotDetected,
    Presence,
)
from leeward.products.contents.content_limits import check_limit, content_limits
from leeward.products.contents.conversion import Basis
from leeward.products.contents.limit_scope import scope_of


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A limit as a law states it."""

    substance: str = "7-hydroxymitragynine"
    measure: str = "mg_per_g"
    operator: str = "<="
    value: float = 1.0
    unit: str = "mg per g"
    applies_to: str = "any kratom product sold"
    status: str = "in_force"
    sources: tuple[str, ...] = ("a-statute",)


class Listed(Rule, frozen=True, kw_only=True):
    """A limit that lists its substances."""

    analytes: tuple[str, ...]
    over: tuple[str, ...] = ()
    together: str = "sum"


def measured(analyte, value, measure="mg_per_g", lot="A", kind="measurement"):
    value = Exact(float(value)) if isinstance(value, (int, float)) else value
    return Content(analyte=analyte, value=value, measure=measure, kind=kind, lot=lot)


SEVEN, MIT, PSEUDO, TOTAL = "7-hydroxymitragynine", "mitragynine", "mitragynine-pseudoindoxyl", "total-alkaloids"
PERCENT = Rule(measure="percent_of_alkaloids", value=2.0, unit="percent of the alkaloid fraction")


@pytest.mark.parametrize(
    ("value", "operator", "limit", "answer"),
    [
        (0.4, "<=", 0.5, "within"),
        (0.5, "<=", 0.5, "within"),
        (0.5, "<", 0.5, "over"),
        (0.6, "<=", 0.5, "over"),
        (Below(0.1), "<=", 0.5, "within"),
        (Below(0.5), "<", 0.5, "within"),
        (Below(0.6), "<=", 0.5, "undetermined"),
        (Below(), "<=", 0.5, "undetermined"),
        (NotDetected(), "<=", 0.5, "undetermined"),
        (NotDetected(0.1), "<=", 0.5, "within"),
        (Above(0.6), "<=", 0.5, "over"),
        (Above(0.4), "<=", 0.5, "undetermined"),
        (Interval(0.4, 0.6), "<=", 0.5, "undetermined"),
        (Exact(0.45, plus_minus=0.1), "<=", 0.5, "undetermined"),
        (LaboratoryVerdict(True), "<=", 0.5, "undetermined"),
    ],
)
def test_one_substance_against_one_number(value, operator, limit, answer):
    verdict = check_limit([measured(SEVEN, value)], Rule(operator=operator, value=limit), Basis())
    assert verdict.answer == answer
    assert verdict.because
    assert bool(verdict.missing) == (answer == "undetermined")
    assert verdict.sources == ("a-statute",)


def test_percent_of_alkaloids_needs_the_total_of_the_same_lot():
    assert check_limit([measured(SEVEN, 0.2)], PERCENT, Basis()).missing == ("the total alkaloids",)
    other = measured(TOTAL, 20, lot="B")
    assert check_limit([measured(SEVEN, 0.2), other], PERCENT, Basis()).answer == "undetermined"
    assert check_limit([measured(SEVEN, 0.2), measured(TOTAL, 20)], PERCENT, Basis()).answer == "within"
    assert check_limit([measured(SEVEN, 0.6), measured(TOTAL, 20)], PERCENT, Basis()).answer == "over"
    per_serving = [measured(SEVEN, 3, "mg_per_serving"), measured(TOTAL, 150, "mg_per_serving")]
    assert check_limit(per_serving, PERCENT, Basis()).answer == "within"


def test_mitragynine_alone_is_no_total():
    assert check_limit([measured(SEVEN, 0.2), measured(MIT, 14)], PERCENT, Basis()).answer == "undetermined"


def test_a_claim_is_never_within():
    claims = [measured(SEVEN, 0.1, kind="label-claim")]
    verdict = check_limit(claims, Rule(), Basis())
    assert verdict.answer == "undetermined" and verdict.missing == ("a measurement of 7-hydroxymitragynine",)
    assert check_limit([measured(SEVEN, 15, kind="label-claim")], Rule(), Basis()).answer == "claimed-over"


def test_a_measurement_decides_over_a_claim():
    contents = [measured(SEVEN, 0.1, kind="label-claim"), measured(SEVEN, 3)]
    assert check_limit(contents, Rule(), Basis()).answer == "over"


def test_one_lot_over_is_over():
    verdict = check_limit([measured(SEVEN, 0.1), measured(SEVEN, 3, lot="B")], Rule(), Basis())
    assert verdict.answer == "over" and "lot B" in verdict.because and "lot A" not in verdict.because
    verdict = check_limit([measured(SEVEN, 0.1), measured(SEVEN, Below(3.0), lot="B")], Rule(), Basis())
    assert verdict.answer == "undetermined"


def test_of_two_results_in_one_lot_the_higher_decides():
    assert check_limit([measured(SEVEN, 0.1), measured(SEVEN, 3)], Rule(), Basis()).answer == "over"


@pytest.mark.parametrize("status", ["proposed", "superseded", "unconfirmed"])
def test_only_a_limit_in_force_decides(status: str):
    verdict = check_limit([measured(SEVEN, 3)], Rule(status=status), Basis())
    assert (verdict.answer, verdict.if_in_force, verdict.status) == ("undetermined", "over", status)
    assert status in verdict.because


def test_a_sum_needs_every_part_to_be_within_and_one_part_can_be_over():
    rule = Rule(substance="7-hydroxymitragynine plus mitragynine pseudoindoxyl")
    assert check_limit([measured(SEVEN, 0.6)], rule, Basis()).missing == ("a measurement of mitragynine pseudoindoxyl",)
    assert check_limit([measured(SEVEN, 0.6), measured(PSEUDO, 0.3)], rule, Basis()).answer == "within"
    assert check_limit([measured(SEVEN, 0.6), measured(PSEUDO, 0.6)], rule, Basis()).answer == "over"
    assert check_limit([measured(SEVEN, 1.6)], rule, Basis()).answer == "over"


def test_related_compounds_that_the_rule_does_not_name_leave_it_open():
    rule = Rule(substance="7-hydroxymitragynine and six related compounds")
    assert check_limit([measured(SEVEN, 0.6)], rule, Basis()).answer == "undetermined"
    assert check_limit([measured(SEVEN, 1.6)], rule, Basis()).answer == "over"


@pytest.mark.parametrize(("together", "answer"), [("sum", "over"), ("each", "within"), ("unknown", "undetermined")])
def test_listed_substances_are_added_up_or_held_against_the_number_each(together: str, answer: str):
    rule = Listed(analytes=(SEVEN, PSEUDO), together=together, substance="both")
    verdict = check_limit([measured(SEVEN, 0.6), measured(PSEUDO, 0.6)], rule, Basis())
    assert verdict.answer == answer


@pytest.mark.parametrize(
    ("contents", "answer"),
    [
        ([measured(MIT, 14), measured(SEVEN, 0.1)], "within"),
        ([measured(MIT, 14), measured(SEVEN, 0.2)], "over"),
        ([measured(MIT, 14), measured(SEVEN, Below(0.1))], "within"),
        ([measured(MIT, 14), measured(SEVEN, Below(0.2))], "undetermined"),
        ([measured(MIT, 14), measured(SEVEN, NotDetected())], "undetermined"),
        ([measured(MIT, 14)], "undetermined"),
        ([measured(MIT, 14), measured(SEVEN, 140, "ppm")], "within"),
        ([measured(MIT, 14, "mg_per_serving"), measured(SEVEN, 1, "mg_per_serving")], "over"),
    ],
)
def test_a_ratio_by_mass(contents, answer):
    words = Rule(
        substance="mitragynine to 7-hydroxymitragynine", measure="mass_ratio", operator=">=", value=100, unit=""
    )
    listed = Listed(
        analytes=(MIT,), over=(SEVEN,), substance="x", measure="mass_ratio", operator=">=", value=100, unit=""
    )
    assert check_limit(contents, words, Basis()).answer == answer
    assert check_limit(contents, listed, Basis()).answer == answer


@pytest.mark.parametrize(
    ("contents", "answer"),
    [
        ([measured(MIT, 14), measured("paynantheine", 5)], "undetermined"),
        ([measured(MIT, 14), measured("paynantheine", 5), measured(TOTAL, 20)], "within"),
        ([measured(MIT, 14), measured("paynantheine", 9)], "over"),
    ],
)
def test_most_abundant_of_all_needs_all_or_the_total(contents, answer):
    rule = Rule(substance="mitragynine to any other alkaloid", measure="mass_ratio", operator=">=", value=2, unit="")
    assert check_limit(contents, rule, Basis()).answer == answer


def test_units_say_what_the_measure_leaves_open():
    container = Rule(measure="mg_per_article", value=0.5, unit="mg per container")
    verdict = check_limit([measured(SEVEN, 0.1, "mg_per_article")], container, Basis(articles_per_container=30))
    assert verdict.answer == "over"
    dry = Rule(measure="ppm", value=400, unit="ppm, dry weight")
    assert check_limit([measured(SEVEN, 0.39)], dry, Basis()).missing == ("the moisture (%)",)
    assert check_limit([measured(SEVEN, 0.39)], dry, Basis(moisture_percent=10)).answer == "over"


@pytest.mark.parametrize(
    ("applies_to", "basis", "applies"),
    [
        ("solid products", Basis(form="solid"), "yes"),
        ("solids", Basis(form="liquid"), "no"),
        ("liquid products", Basis(), "unknown"),
        ("leaf extracts", Basis(material="extract"), "yes"),
        ("plant material", Basis(material="extract"), "no"),
        ("processed or synthetic articles", Basis(material="leaf"), "no"),
        ("any kratom product sold", Basis(), "yes"),
        ("products of a kind nobody thought of", Basis(), "unknown"),
    ],
)
def test_whom_a_limit_is_for(applies_to: str, basis: Basis, applies: str):
    assert scope_of(applies_to, (), basis).applies == applies
    verdict = check_limit([measured(SEVEN, 3)], Rule(applies_to=applies_to), basis)
    assert verdict.answer == ("over" if applies == "yes" else "undetermined")
    assert verdict.if_in_force == ("over" if applies == "unknown" else None)


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (Presence(False, 10.0), "within"),
        (Presence(False, 25.0), "within"),
        (Presence(False, 1.0), "undetermined"),
        (Presence(False, None), "undetermined"),
        (Presence(True, None), "over"),
        (LaboratoryVerdict(True), "undetermined"),
    ],
)
def test_a_germ_that_must_be_absent(value, answer):
    rule = content_limits()["usp-2023-botanical-salmonella"]
    assert check_limit([measured("salmonella", value, "presence")], rule, Basis(material="leaf")).answer == answer


def test_nothing_measured_is_undetermined_for_every_limit_that_is_known():
    for rule in content_limits().values():
        verdict = check_limit([], rule, Basis(material="leaf"))
        assert verdict.answer == "undetermined"


def test_no_word_of_a_verdict_reassures():
    for value in (0.1, Below(0.1), 3):
        verdict = check_limit([measured(SEVEN, value)], Rule(), Basis())
        assert not any(word in verdict.because.casefold() for word in ("safe", "harmless", "fine", "ok "))
