"""What is said about an order before somebody gives it."""

from __future__ import annotations

from typing import Any

import pytest

from leeward.casefile import case_from
from leeward.guidance.assessment import Alert
from leeward.guidance.interactions import interactions
from leeward.guidance.order_answers import BY_INTERACTION, OrderResult
from leeward.guidance.order_checks import order_checks, order_results
from leeward.guidance.picture import Picture
from leeward.guidance.told import not_known
from leeward.knowledge.policy import default_policy
from tests.unit.guidance.pictures import KNOWLEDGE, picture

AGAINST = "order-against-rules"
DAILY = {"name": "buprenorphine-sublingual", "hours": 20}
PRECIPITATED = {
    "cows_series": [[1.5, {"pupils": 0, "gi": 0}], [0.25, {"pupils": 5, "gooseflesh": 3}]],
    "doses": [{"medicine": "buprenorphine-sublingual", "dose": "8 mg", "hours": 1.25}],
}


def order(medicine: str, dose: str | None = None, **more: Any) -> dict[str, Any]:
    return {"medicine": medicine, **({"dose": dose} if dose else {}), **more}


def ids(*orders: dict[str, Any], **row: Any) -> set[str]:
    """The checks that speak, but for interactions, which have tests of their own."""
    found = order_checks(picture(orders=list(orders), **row))
    return {each.id for each in found if each.rule not in ("ORD-00", BY_INTERACTION)}


ON_METHADONE = {
    "exposures": [
        {
            "substance": "methadone",
            "hours": 24,
            "prescribed": "yes",
            "amount": {"value": 80, "unit": "mg", "per": "day"},
        }
    ]
}
LISTED = [{"name": "methadone", "dose": "80 mg daily", "last_taken": "2026-11-21T09:00:00-05:00", "verified": "clinic"}]
TWICE_A_DAY = [LISTED[0] | {"dose": "40 mg twice daily"}]


@pytest.mark.parametrize(
    ("given", "row", "expected"),
    [
        (order("methadone", "30 mg", day=1), {}, set()),
        (order("methadone", "31 mg", day=1), {}, {"order-methadone-first-dose"}),
        (order("methadone", "41 mg", day=1), {}, {"order-methadone-first-dose", "order-methadone-day-1"}),
        (order("methadone", "41 mg"), {}, {"order-methadone-first-dose", "order-methadone-day-1"}),
        (order("methadone", "60 mg", day=4), {}, set()),
        (
            order("methadone", "20 mg", day=1),
            {"doses": [{"medicine": "methadone", "dose": "25 mg", "hours": 3}]},
            {"order-methadone-day-1"},
        ),
        (order("methadone", "20 mg", day=1), {"observed": {"qtc": 501}}, {"order-methadone-qtc", AGAINST}),
        (
            order("methadone", "20 mg", day=1),
            {"observed": {"sedation-rass": -2}},
            {"order-agonist-while-sedated", AGAINST},
        ),
        (
            order("methadone", "20 mg", day=1),
            {"medicines": [{"name": "naltrexone", "hours": 20}]},
            {"order-agonist-over-antagonist", AGAINST},
        ),
        (order("lofexidine", "0.54 mg"), {}, set()),
        (order("lofexidine", "0.9 mg"), {}, {"order-lofexidine-dose"}),
        (order("lofexidine", "0.54 mg"), {"observed": {"egfr": 89.9}}, {"order-lofexidine-dose"}),
        (order("lofexidine", "0.54 mg"), {"observed": {"egfr": 90}}, set()),
        (order("lofexidine", "0.54 mg"), {"observed": {"child-pugh": 7}}, {"order-lofexidine-dose"}),
        (order("clonidine", "0.8 mg"), {}, set()),
        (order("clonidine", "0.9 mg"), {}, {"order-clonidine-cap"}),
        (order("clonidine", "1.2 mg"), {"patient": {"weight_kg": 95}}, set()),
        (order("clonidine", "1.3 mg"), {"patient": {"weight_kg": 95}}, {"order-clonidine-cap"}),
        (order("clonidine", "0.1 mg"), {"observed": {"systolic-blood-pressure": 89}}, {"order-alpha-2-hold", AGAINST}),
        (order("clonidine", "0.1 mg"), {"observed": {"heart-rate": 49}}, {"order-alpha-2-hold", AGAINST}),
        (order("clonidine", "0.1 mg"), {"medicines": ["tizanidine"]}, {"order-two-alpha-2", AGAINST}),
        (order("naltrexone", "50 mg"), {}, {"order-naltrexone-window"}),
        (order("buprenorphine-sublingual", "24 mg"), {}, set()),
        (order("buprenorphine-sublingual", "28 mg"), {}, {"order-buprenorphine-look-again"}),
        (
            order("buprenorphine-sublingual", "33 mg"),
            {},
            {"order-buprenorphine-look-again", "order-buprenorphine-confirm"},
        ),
        (order("naloxone", "4 mg"), {"observed": {"sedation-rass": -3}}, set()),
        (order("kratom powder", "5 g"), {}, {"order-kratom"}),
        (order("buprenorphine-sublingual", "8 mg"), {"exposures": [{"substance": "heroin", "hours": 2}]}, {AGAINST}),
        (order("buprenorphine-sublingual", "8 mg"), {"unknown": ["exposures.heroin.last_use"]}, set()),
        (order("buprenorphine-sublingual", "16 mg"), {"setting": "home"}, {AGAINST}),
        (order("buprenorphine-sublingual", "1 mg"), {}, {AGAINST}),
        (order("buprenorphine-sublingual", "24 mg"), {"setting": "office", "medicines": [DAILY]}, set()),
        (order("buprenorphine-sublingual", "8 mg"), {"allergies": ["buprenorphine"], "medicines": [DAILY]}, {AGAINST}),
        (order("buprenorphine-sublingual", "16 mg"), PRECIPITATED, set()),
        (order("methadone", "20 mg", day=1), PRECIPITATED, {AGAINST}),
        (order("methadone", "20 mg", day=1), {"setting": "office"}, {AGAINST}),
        (order("naloxone", "4 mg"), PRECIPITATED, {"order-antagonist-precipitated"}),
        (order("naloxone", "4 mg"), PRECIPITATED | {"observed": {"respiratory-rate": 8}}, set()),
        (order("nalmefene", "1 mg"), PRECIPITATED, {"order-antagonist-precipitated"}),
        (order("naloxone", "4 mg"), {}, set()),
        (order("Zubsolv", "17.2 mg"), {}, set()),
        (order("Zubsolv", "18 mg"), {}, {"order-buprenorphine-look-again"}),
        (order("tizanidine", "4 mg"), {}, set()),
        (order("tizanidine", "4 mg"), {"observed": {"heart-rate": 49}}, {"order-comfort-avoid"}),
        (order("ondansetron", "4 mg"), {"observed": {"qtc": 500}}, {"order-comfort-avoid"}),
        (order("lorazepam", "2 mg"), {}, set()),
        (order("lorazepam", "2 mg"), {"setting": "home"}, {"order-comfort-avoid"}),
        (order("methadone", "400 mg", day=4), {}, set()),
        (order("methadone", "30 g", day=4), {}, {"order-unit"}),
        (order("clonidine", "0.1 g"), {}, {"order-clonidine-cap", "order-unit"}),
        (order("methadone", "20 mg", day=1), {"patient": {"age": 70}}, {"order-methadone-this-person"}),
        (order("methadone", "15 mg", day=1), {"patient": {"age": 70}}, set()),
        (order("7-OH tablets"), {}, {"order-kratom"}),
        (order("methadone", "80 mg", day=9), ON_METHADONE, set()),
        (order("methadone", "85 mg", day=9), ON_METHADONE, {"order-methadone-rise"}),
        (order("methadone", "91 mg", day=9), ON_METHADONE, {"order-methadone-above-told"}),
        (order("methadone", "160 mg", day=9), {"medicines": LISTED}, {"order-methadone-above-told"}),
        (order("methadone", "80 mg", day=9), {"medicines": TWICE_A_DAY}, set()),
        (
            order("methadone", "45 mg", day=9),
            ON_METHADONE | {"doses": [{"medicine": "methadone", "dose": "40 mg", "hours": 2}]},
            {"order-methadone-rise"},
        ),
    ],
)
def test_order(given: dict[str, Any], row: dict[str, Any], expected: set[str]):
    assert ids(given, **row) == expected


def note(*orders: dict[str, Any], **row: Any) -> str:
    return " ".join(
        next(each for each in order_checks(picture(orders=list(orders), **row)) if each.rule == "ORD-00").because
    )


def test_an_order_of_unknown_strength_is_said_to_be_open():
    assert ids(order("methadone", day=1)) == set()
    assert "orders.methadone.dose not known" in note(order("methadone", day=1))


def test_an_unknown_qtc_is_said_and_fires_nothing():
    row = {"unknown": ["observations.qtc"]}
    assert ids(order("methadone", "20 mg", day=1), **row) == set()
    assert "observations.qtc not known" in note(order("methadone", "20 mg", day=1), **row)


def test_two_orders_of_one_day_are_added_up():
    two = (order("methadone", "25 mg", day=1), order("methadone", "20 mg", day=1))
    assert ids(*two) == {"order-methadone-day-1"}


def test_a_medicine_that_leeward_does_not_know_is_neither_praised_nor_stopped():
    assert "does not know this medicine" in note(order("zzz"))


@pytest.mark.parametrize("medicine", ["zzz", "MTD 40", "BUP/NLX 8/2 SL FILM"])
@pytest.mark.parametrize("often", ["", " as needed"])
def test_an_order_that_is_not_understood_is_not_said_to_be_read(medicine: str, often: str):
    [result] = order_results(picture(orders=[order(medicine, f"1 mg{often}")]))
    own = result.alerts[-1]
    assert (result.kind, own.level) == ("cannot-tell", "caution")
    assert own.title.startswith("Not understood, so not checked")


def test_buprenorphine_is_never_stopped_for_its_dose():
    levels = {each.level for each in order_checks(picture(orders=[order("buprenorphine-sublingual", "40 mg")]))}
    assert levels <= {"note", "caution"}


def test_no_order_no_word():
    assert order_checks(picture()) == ()


def answer(*orders: dict[str, Any], **row: Any) -> Alert:
    """The answer about the one order."""
    return order_results(picture(orders=list(orders), **row))[0].alerts[-1]


def test_an_order_of_something_unchecked_is_read_not_checked():
    assert answer(order("sertraline", "50 mg")).title.startswith("Order read; no check")


def test_an_order_of_which_everything_could_be_told_is_checked():
    result = order_results(picture(orders=[order("clonidine", "0.1 mg")]))[0]
    assert result.kind == "told"
    assert result.alerts[-1].title.startswith("Order checked")


def test_an_order_of_which_something_is_open_does_not_read_as_checked():
    result = order_results(picture(orders=[order("methadone", "20 mg")], unknown=["observations.qtc"]))[0]
    assert result.kind == "cannot-tell"
    assert result.alerts[-1].title == "Cannot tell all of it: methadone 20 mg"


def test_an_order_that_something_speaks_against_says_so():
    assert answer(order("clonidine", "0.9 mg")).title.startswith("Order checked; something speaks against it")
    for mg in range(25, 33):
        assert "None of the checks" not in note(order("buprenorphine-sublingual", f"{mg} mg"), exposures=[])


def nothing_known(**order: Any) -> OrderResult:
    case = case_from({"leeward": "case/1", "now": "2026-11-22T09:00:00-05:00", "orders": [order]}, KNOWLEDGE)
    return order_results(Picture(case, KNOWLEDGE, default_policy(KNOWLEDGE)))[0]


@pytest.mark.parametrize("medicine", ["methadone", "clonidine", "naltrexone", "buprenorphine-sublingual", "lorazepam"])
def test_of_an_empty_record_nothing_reads_as_checked(medicine: str):
    result = nothing_known(medicine=medicine, dose="20 mg")
    assert result.kind == "cannot-tell"
    assert result.alerts[-1].title.startswith("Cannot tell")
    assert "checked" not in result.alerts[-1].title.lower()
    assert "None of the checks" not in " ".join(result.alerts[-1].because)


def test_nothing_told_of_the_person_is_a_caution():
    assert nothing_known(medicine="methadone", dose="20 mg").alerts[-1].level == "caution"


REFUSED = [
    {"patient": {"age": 12}},
    {"patient": {"age": 0}, "conditions": ["neonate"]},
    {"conditions": ["palliative care"]},
]


@pytest.mark.parametrize("row", REFUSED)
@pytest.mark.parametrize("medicine", ["methadone", "clonidine", "sertraline", "zzz"])
def test_an_order_for_somebody_whom_leeward_does_not_cover_is_refused(medicine: str, row: dict[str, Any]):
    result = order_results(picture(orders=[order(medicine, "20 mg")], **row))[0]
    own = result.alerts[-1]
    assert (result.kind, own.level) == ("refused", "urgent")
    assert own.title.startswith("Not checked")
    assert own.do[0].startswith("Turn to: ")


def test_a_refusal_never_delays_naloxone():
    own = answer(order("naloxone", "4 mg"), patient={"age": 12})
    assert own.do[0].startswith("For slow breathing it is given at once")


def test_that_the_age_is_not_known_is_said():
    assert "patient.age not known): whether Leeward covers" in note(
        order("clonidine", "0.1 mg"), unknown=["patient.age"]
    )


def interacting(medicine: str, dose: str, **row: Any) -> list[tuple[str, str]]:
    found = order_checks(picture(orders=[order(medicine, dose)], **row))
    return [(alert.level, alert.title) for alert in found if alert.rule == BY_INTERACTION]


@pytest.mark.parametrize(
    ("medicine", "row", "level", "beside"),
    [
        ("quetiapine", {"exposures": [{"substance": "kratom-leaf", "hours": 5}]}, "urgent", "kratom"),
        ("tramadol", {"exposures": [], "medicines": ["phenelzine"]}, "urgent", "phenelzine"),
        ("methadone", {"exposures": [], "medicines": ["alprazolam"]}, "caution", "alprazolam"),
        ("clonidine", {"exposures": [{"substance": "heroin", "hours": 14}]}, "note", "heroin"),
    ],
)
def test_an_interaction_with_what_is_ordered_speaks(medicine: str, row: dict[str, Any], level: str, beside: str):
    found = interacting(medicine, "50 mg", **row)
    assert any(each == level and medicine in title and beside in title for each, title in found)
    assert "None of the checks" not in note(order(medicine, "50 mg"), **row)


def test_an_interaction_keeps_its_sources():
    row: dict[str, Any] = {"exposures": [], "medicines": ["phenelzine"]}
    asked = picture(orders=[order("tramadol", "50 mg")], **row)
    alert = next(one for one in order_checks(asked) if one.rule == BY_INTERACTION and one.level == "urgent")
    pair = next(one for one in interactions(asked) if one.severity == "contraindicated")
    assert alert.sources == pair.sources


def test_an_interaction_among_other_things_is_no_matter_of_the_order():
    found = interacting("ondansetron", "4 mg", exposures=[], medicines=["phenelzine", "tramadol"])
    assert all("ondansetron" in title for _, title in found)


def test_no_reason_ends_in_a_full_stop_of_its_own():
    orders = [order("buprenorphine-sublingual", "8 mg"), order("zzz"), order("tizanidine", "4 mg")]
    row = {"exposures": [{"substance": "heroin", "hours": 2}], "observed": {"heart-rate": 49}}
    assert not [
        line for each in order_checks(picture(orders=orders, **row)) for line in each.because if line[-1] == "."
    ]


def test_an_order_against_the_rules_says_which_rules():
    row = {"exposures": [{"substance": "heroin", "hours": 2}]}
    found = order_checks(picture(orders=[order("buprenorphine-sublingual", "8 mg")], **row))
    against = next(each for each in found if each.id == AGAINST)
    assert any(line.startswith("Too soon after the last opioid") for line in against.because)


def test_a_kratom_order_is_flagged_and_not_called_unknown():
    asked = picture(orders=[order("kratom powder", "5 g"), order("zzz", "5 g")])
    assert [line.split()[0] for line in not_known(asked)] == ["zzz"]


@pytest.mark.parametrize(
    ("orders", "speaks"),
    [
        ([order("methadone", "30 mg"), order("methadone", "30 mg")], True),
        ([order("methadone", "30 mg", day=1), order("methadone", "30 mg")], False),
        ([order("methadone", "30 mg", day=1), order("methadone", "30 mg", day=2)], False),
        ([order("methadone", "20 mg", day=1), order("methadone", "10 mg", day=1)], False),
        ([order("buprenorphine-sublingual", "8 mg"), order("buprenorphine-naloxone-sublingual", "8 mg")], True),
        ([order("clonidine", "0.1 mg"), order("clonidine", "0.1 mg")], True),
        ([order("methadone", "30 mg"), order("clonidine", "0.1 mg")], False),
        ([order("methadone", "30 mg")], False),
    ],
)
def test_a_second_order_of_one_medicine_is_asked_about(orders: list[dict[str, Any]], speaks: bool):
    assert ("order-twice" in ids(*orders)) == speaks
