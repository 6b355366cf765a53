"""How much one thing changes the level of another: trials lead, models stand beside them, and silence is never safety."""

from __future__ import annotations

import math

import msgspec
import pytest

from leeward.errors import KnowledgeError
from leeward.guidance.interactions import InteractionEntry
from leeward.knowledge import load_knowledge
from leeward.pharmacology import static_interaction as m12
from leeward.pharmacology.clearance_entries import Constant, Enzyme, Share, inhibitors, trials
from leeward.pharmacology.clearance_interactions import change
from leeward.pharmacology.static_bound import basic_ratios, parts, static_bound

KNOWLEDGE = load_knowledge()
LEAF_TEA = "kratom-leaf-tea"


def targets_bound():
    found = static_bound(KNOWLEDGE, LEAF_TEA, "midazolam")
    assert found is not None
    return found


def test_midazolam_with_leaf_tea_is_what_the_trial_measured():
    found = change(KNOWLEDGE, "kratom-leaf", "midazolam")
    assert found.standing == "measured"
    assert found.trial is not None
    assert 1.23 <= found.trial.ratio.middle <= 1.57
    assert (found.trial.ratio.low, found.trial.ratio.high) == (1.23, 1.57)
    others = {other.measure: (other.ratio.value, other.ratio.low, other.ratio.high) for other in found.trial.others}
    assert others == {"Cmax": (1.5, 1.32, 1.7), "half-life": (1.07, 0.98, 1.17)}


def test_dextromethorphan_with_leaf_tea_did_not_change():
    found = change(KNOWLEDGE, "kratom-leaf", "dextromethorphan")
    assert found.trial is not None
    assert 0.83 <= found.trial.ratio.middle <= 1.19
    assert "not ruled out" in found.says
    assert "not a proof of safety" in found.says


def test_the_static_model_over_predicts_and_stays_beside_the_trial():
    bound = targets_bound()
    assert 1.72 <= bound.gut <= 1.76
    assert 2.5 <= bound.value <= 17
    assert bound.value == pytest.approx(5.69, rel=0.05), "the authors' own prediction"
    assert bound.low < bound.value < bound.high
    assert bound.grade == "C"
    found = change(KNOWLEDGE, "kratom-leaf", "midazolam")
    assert found.predicted == bound
    assert "5.6" not in found.says


def test_the_gut_wall_of_the_trial_kept_a_third_of_its_enzyme():
    assert m12.gut_left(1.39, 0.57) == pytest.approx(0.35, abs=0.01)
    assert m12.in_gut(0.0, 0.57) == pytest.approx(1.75, abs=0.01)


@pytest.mark.parametrize(
    ("unbound", "absorption", "gut", "liver"), [(0.02, 0.4, (1.72, 1.76), 1.5), (0.05, 6.0, (1.72, 1.76), 10.0)]
)
def test_the_corners_of_the_range_that_was_worked_out_elsewhere(
    unbound: float, absorption: float, gut: tuple[float, float], liver: float
):
    inhibitor = inhibitors(KNOWLEDGE)[LEAF_TEA]
    chosen = {id(inhibitor.unbound): unbound, id(inhibitor.absorption): absorption}
    found = parts(
        inhibitor,
        KNOWLEDGE.table_of("clearance-shares", Share)["midazolam"],
        KNOWLEDGE.table_of("enzymes", Enzyme)["cyp3a"],
        lambda constant: chosen.get(id(constant), constant.value),
    )
    assert gut[0] <= found[0] <= gut[1]
    assert found[1] == pytest.approx(liver, rel=0.08)


@pytest.mark.parametrize(
    ("ki", "ratio"), [(5.7, 1.03), (0.34, 1.57), (5.25, 1.04), (19.9, 1.01), (16.8, 1.01)], ids=str
)
def test_basic_liver_ratios_of_the_review_from_its_own_inflow(ki: float, ratio: float):
    assert m12.reversible(0.19, ki) == pytest.approx(ratio, abs=0.012)


@pytest.mark.parametrize(("enzyme", "ratio"), [("cyp3a", 71), ("p-gp", 22)])
def test_basic_gut_ratios_of_the_review(enzyme: str, ratio: float):
    [found] = [
        each for each in basic_ratios(KNOWLEDGE, LEAF_TEA) if (each.enzyme, each.kind) == (enzyme, "reversible-gut")
    ]
    assert found.ratio == pytest.approx(ratio, rel=0.03)
    assert found.calls_for_study


def test_inhibition_over_time_is_judged_at_five_times_the_peak_and_in_hours():
    [found] = [each for each in basic_ratios(KNOWLEDGE, LEAF_TEA) if each.kind == "over-time"]
    inflow = 5 * 0.031 * 0.0819
    assert found.ratio == pytest.approx(1 + inflow * 0.068 * 60 / (4.1 + inflow) / 0.0193)
    assert found.cut_off == 1.25
    assert found.calls_for_study


@pytest.mark.parametrize(
    ("ratio", "kind", "least"),
    [(1.019, "reversible-liver", 1.02), (10.9, "reversible-gut", 11), (1.24, "over-time", 1.25)],
)
def test_cut_offs_are_those_of_the_guideline(ratio: float, kind: str, least: float):
    assert m12.CUT_OFFS[kind] == least
    assert ratio < m12.CUT_OFFS[kind]


def test_induction_lowers_exposure_and_never_below_the_share_that_is_left():
    left = m12.activity(10.0, induction=(10.0, 1.0))
    assert left > 1
    assert m12.in_liver(left, 0.9) < 1
    assert m12.induction(10.0, 10.0, 1.0) < m12.CUT_OFFS["induction"]
    assert (m12.in_liver(1.0, 0.9), m12.in_gut(1.0, 0.57)) == pytest.approx((1.0, 1.0))


def test_no_reversible_inhibitor_can_do_more_than_its_share_of_clearance_allows():
    assert m12.in_liver(m12.activity(1e12, ki=1e-3), 0.85) == pytest.approx(1 / 0.15)


def test_an_unbound_share_below_one_in_a_hundred_is_counted_as_one_in_a_hundred():
    assert m12.liver_inflow(0, 1.0, 1e-6, 0.0) == 0.01


@pytest.mark.parametrize("product", ["kratom-extract", "7-hydroxymitragynine", "mitragynine-pseudoindoxyl", "mgm-15"])
@pytest.mark.parametrize("of", ["midazolam", "dextromethorphan"])
def test_what_was_measured_on_leaf_is_never_told_of_a_concentrate(product: str, of: str):
    found = change(KNOWLEDGE, product, of)
    assert found.standing == "cannot-tell"
    assert found.trial is None
    assert found.predicted is None
    assert "1.39" not in found.says


@pytest.mark.parametrize(
    ("by", "of"),
    [
        ("kratom-leaf", "alprazolam"),
        ("kratom-leaf", "desipramine"),
        ("kratom-leaf", "methadone"),
        ("rifampin", "methadone"),
        ("rifampin", "buprenorphine-extended-release"),
        ("voriconazole", "oxycodone-extended-release"),
        ("ritonavir", "fentanyl-transdermal"),
        ("ritonavir", "fentanyl-illicit"),
        ("midazolam", "kratom-leaf"),
        ("nothing-of-the-kind", "midazolam"),
    ],
)
def test_a_pair_that_nobody_measured_has_no_figure_and_is_not_called_safe(by: str, of: str):
    found = change(KNOWLEDGE, by, of)
    assert found.standing == "cannot-tell"
    assert (found.trial, found.predicted, found.others) == (None, None, ())
    assert "not a sign that nothing happens" in found.says


def test_a_figure_does_not_pass_to_another_route():
    found = change(KNOWLEDGE, "kratom-leaf", "midazolam", "intravenous")
    assert found.standing == "cannot-tell"
    assert "by mouth only" in found.says
    assert change(KNOWLEDGE, "rifampin", "oxycodone", "intravenous").trial is not None


def test_two_trials_of_one_pair_stand_side_by_side_and_the_graver_leads():
    found = change(KNOWLEDGE, "rifampin", "buprenorphine-naloxone-sublingual")
    assert found.trial is not None
    assert found.trial.ratio.value == 0.3
    assert [other.ratio.value for other in found.others] == [0.75]


def test_a_fall_is_told_as_withdrawal_and_as_danger_when_the_inducer_stops():
    says = change(KNOWLEDGE, "rifampin", "oxycodone").says
    assert "0.14 times (no interval published)" in says
    assert "withdrawal" in says
    assert "rises again" in says


def test_a_lower_clearance_is_read_as_more_of_the_medicine():
    says = change(KNOWLEDGE, "fluconazole", "fentanyl").says
    assert "clearance 0.84" in says
    assert "More fentanyl" in says


def test_every_trial_names_its_dose_people_and_what_it_does_not_show():
    known = {*KNOWLEDGE.medicines, *KNOWLEDGE.substances}
    for id, trial in trials(KNOWLEDGE).items():
        assert {*trial.by, *trial.of} <= known, id
        assert trial.dose and trial.population and trial.not_shown and trial.sources, id
        assert trial.ratio.middle > 0, id
        if trial.ratio.low is not None and trial.ratio.high is not None:
            assert trial.ratio.low <= trial.ratio.middle <= trial.ratio.high, id
            assert trial.interval, id


def test_trials_and_interactions_print_the_same_numbers():
    table = KNOWLEDGE.table_of("interactions", InteractionEntry)
    printed = {each.what: (each.value, each.low, each.high) for entry in table.values() for each in entry.measured}
    for id, name in (("kratom-leaf-midazolam", "midazolam"), ("kratom-leaf-dextromethorphan", "dextromethorphan")):
        ratio = trials(KNOWLEDGE)[id].ratio
        assert printed[f"{name} AUC ratio"] == (ratio.value, ratio.low, ratio.high)
        predicted = trials(KNOWLEDGE)[id].predicted
        assert predicted is not None
        assert printed[f"{name} AUC ratio predicted by a static model"][0] == predicted.value


def test_an_interval_is_the_same_at_every_asking_and_holds_the_doubt_of_each_constant():
    bound = targets_bound()
    assert bound == targets_bound()
    assert bound.high / bound.low > 4
    assert math.isfinite(bound.high)


def test_a_rate_in_the_wrong_unit_is_refused():
    broken = msgspec.structs.replace(inhibitors(KNOWLEDGE)[LEAF_TEA].acts[0], inactivation=None)
    per_hour = Constant(unit="/h", value=4.08)

    class Other:
        """Knowledge with one act changed."""

        def table_of(self, file: str, kind: type) -> object:
            table = dict(KNOWLEDGE.table_of(file, kind))
            if file == "inhibition":
                tea = table[LEAF_TEA]
                act = msgspec.structs.replace(tea.acts[0], inactivation=self.rate) if self.rate else broken
                table[LEAF_TEA] = msgspec.structs.replace(tea, acts=(act,))
            return table

        def __init__(self, rate: Constant | None) -> None:
            self.rate = rate

    with pytest.raises(KnowledgeError, match=r"inactivation is in /h, not in /min"):
        inhibitors(Other(per_hour))  # pyright: ignore[reportArgumentType]
    with pytest.raises(KnowledgeError, match="needs both"):
        inhibitors(Other(None))  # pyright: ignore[reportArgumentType]
