"""What somebody means to give, held against what is known. Nothing is blocked: a person reads and decides.

| rule | speaks | source |
|---|---|---|
| ORD-00 | for every order: what could not be told about it | decision 0003 |
| ORD-01 | an agonist while sedated or breathing poorly | CA Bridge; WHO 2009 annex 12 |
| ORD-02 | an agonist over naltrexone or nalmefene | ACMT/AACT; ASAM 2015 |
| ORD-03 | methadone on day 1, or on a day that is not known, above the cap, with what was given and ordered besides | policy: methadone-day-1-cap |
| ORD-04 | a first dose of methadone above 30 mg | older labels |
| ORD-05 | methadone with a QTc above 500 ms | Chou 2014 |
| ORD-06 | lofexidine above 0.72 mg at once, 2.88 mg a day, or the row of the liver's or kidneys' table | label |
| ORD-07 | clonidine above the day's cap | policy: clonidine-cap-* |
| ORD-08 | clonidine or lofexidine below the hold limits | policy: alpha2-hold-* |
| ORD-09 | a second alpha-2 agonist | consensus of sources |
| ORD-10 | naltrexone inside the opioid-free time | naltrexone.py |
| ORD-11, ORD-12 | buprenorphine above 24 mg a day: look again; above 32 mg: confirm | consensus of sources on caps |
| ORD-13 | a kratom product as an order: declined | scope |
| ORD-14 | an order against the rules of its own option: to be avoided, or too soon | the option's rules |
| ORD-15 | an antagonist while precipitated withdrawal is likely and breathing is not depressed | CA Bridge |
| ORD-16 | a comfort medicine that its own guards say to avoid | adjuncts.toml |
| ORD-17 | a first dose or first day of methadone above what tolerance, age or lungs allow | methadone-low-tolerance |
| ORD-18 | ten times the day's most, as with a wrong unit | consensus of sources |
| ORD-19 | a sedative while sedated or breathing poorly | consensus of sources; CA Bridge |
| ORD-20 | more methadone than the dose that was told and missed days leave, as Leeward itself would propose | Australia, Ontario |
| ORD-21 | more methadone than was told by no more than a rise, or with what was given since yesterday | the same; ASAM (recalled) |
| ORD-22 | an interaction with what is ordered | interactions.toml |
| ORD-23 | a comfort medicine above the most in a day that any source prints | adjuncts.toml |
| ORD-24 | an allergy to what is ordered, where no option's rule asks for it | decision 0003 |
| ORD-25 | naltrexone in pregnancy or with a failing or injured liver | ASAM 2015; order_person.py |
| ORD-26 | methadone with a long QT that is not yet over 500 ms, or with a low potassium | Chou 2014; order_person.py |
| ORD-27 | an allergy to naloxone or nalmefene that is ordered | decision 0003 |
| ORD-28 | a second order of methadone, buprenorphine under the tongue, clonidine or lofexidine, and neither says its day | consensus of sources |

An order whose strength is not known, or of which it is not known how often a day it is given, fires no check that hangs
on it; its answer (ORD-00) then says that it cannot be told. For somebody whom Leeward does not cover it is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from leeward.guidance.adjuncts import is_comfort, lines_against_comfort, speaks_against
from leeward.guidance.alert import LEVELS
from leeward.guidance.alerts.response import precipitated_withdrawal
from leeward.guidance.assessment import Alert
from leeward.guidance.basis import asked_once
from leeward.guidance.listed import AGONIST_TRAITS
from leeward.guidance.options.naltrexone import NALTREXONE, no_depot, opioid_free
from leeward.guidance.order_allergy import allergic_to_order, is_asked_for_allergy, is_reversal_with_allergy
from leeward.guidance.order_amounts import day_total, single
from leeward.guidance.order_answers import REVERSAL, Check, OrderResult, result, told_order
from leeward.guidance.order_comfort import above_the_most, has_a_most
from leeward.guidance.order_first_day import (
    WHICH_DAY,
    above_first_day_cap,
    above_first_dose,
    above_for_this_person,
    over_first_day_cap,
    over_first_dose,
    over_for_this_person,
)
from leeward.guidance.order_methadone import above_what_is_left, above_what_was_told
from leeward.guidance.order_options import SUBLINGUAL, against_its_option, belongs_to_an_option, lines_against
from leeward.guidance.order_person import HOW_ILL, against_methadone, against_naltrexone, perhaps_against_naltrexone
from leeward.guidance.picture import Picture
from leeward.guidance.use import KRATOM_CLASSES
from leeward.knowledge import Knowledge
from leeward.model.case import Dose
from leeward.model.missing import Missing
from leeward.model.reading import Limit
from leeward.model.truth import Truth, all_of, any_of, known

Test = Callable[[Picture, Dose], Truth]

USUAL_DAY = {
    **dict.fromkeys(SUBLINGUAL, "buprenorphine-confirm"),
    "methadone": "methadone-day-1-cap",
    "clonidine": "clonidine-cap-monitored",
    "lofexidine": "lofexidine-day-max",
}
"""The most in a day that a figure is held against to see whether its unit can be right."""
HELD_BY_PRESSURE = ("clonidine", "lofexidine")
ORGAN_TABLES = ("lofexidine-by-child-pugh", "lofexidine-by-egfr")


def order_checks(picture: Picture) -> tuple[Alert, ...]:
    """For each order its answer and every check that speaks, the worst first."""
    found = {(alert.id, alert.title): alert for result in order_results(picture) for alert in result.alerts}
    return tuple(sorted(found.values(), key=lambda alert: (LEVELS.index(alert.level), alert.id, alert.title)))


@asked_once
def order_results(picture: Picture) -> tuple[OrderResult, ...]:
    """Each order with what could be told of it: the checks that speak, and the answer that is there for every order."""
    return tuple(
        result(
            picture,
            order,
            [
                (check, picture.at_worst(check.test(picture, order)))
                for check in CHECKS
                if check.concerns(picture, order)
            ],
        )
        for order in picture.case.orders
    )


# Tests -------------------------------------------------------------------------------------------------------------


def _while_sedated(picture: Picture, _: Dose) -> Truth:
    return picture.sedated | picture.respiratory_depression


def _over_antagonist(picture: Picture, _: Dose) -> Truth:
    return picture.antagonist_on_board


def _long_qtc(picture: Picture, _: Dose) -> Truth:
    return picture.reading("qtc") > picture.limit("qtc-very-long")


def _over_lofexidine(picture: Picture, order: Dose) -> Truth:
    once, day = single(picture, order), day_total(picture, order, ("lofexidine",))
    over = [once > picture.limit("lofexidine-single-max"), day > picture.limit("lofexidine-day-max")]
    for id in ORGAN_TABLES:
        table = picture.knowledge.tables[id]
        reading = picture.reading(table.by)
        for row in table.rows:
            holds: list[Truth] = []
            if row.low is not None:
                holds.append(reading >= Limit(id, row.low, table.unit))
            if row.high is not None:
                holds.append(reading < Limit(id, row.high, table.unit))
            beyond: list[Truth] = []
            if row.dose is not None and row.dose.max is not None:
                beyond.append(once > Limit(id, row.dose.max, row.dose.unit))
            if row.per_day_max is not None and row.per_day_max.max is not None:
                beyond.append(day > Limit(id, row.per_day_max.max, row.per_day_max.unit))
            over.append(all_of(*holds, any_of(*beyond)))
    return any_of(over)


def _over_clonidine(picture: Picture, order: Dose) -> Truth:
    day = day_total(picture, order, ("clonidine",))
    lower_cap = ~picture.monitored | (picture.weight < picture.limit("clonidine-weight-cap"))
    return any_of(
        day > picture.limit("clonidine-cap-monitored"),
        all_of(lower_cap, day > picture.limit("clonidine-cap-outpatient")),
    )


def _below_hold(picture: Picture, _: Dose) -> Truth:
    return any_of(
        picture.reading("systolic-blood-pressure") < picture.limit("alpha2-hold-systolic"),
        picture.reading("diastolic-blood-pressure") < picture.limit("alpha2-hold-diastolic"),
        picture.reading("heart-rate") < picture.limit("alpha2-hold-heart-rate"),
    )


def _second_alpha_2(picture: Picture, order: Dose) -> Truth:
    return picture.taken.trait("alpha-2-agonist", order.medicine or "")


def _inside_window(picture: Picture, _: Dose) -> Truth:
    return ~opioid_free(picture) | ~no_depot(picture)


def _over_soft_ceiling(picture: Picture, order: Dose) -> Truth:
    return day_total(picture, order, SUBLINGUAL) > picture.limit("buprenorphine-soft-ceiling")


def _over_confirm(picture: Picture, order: Dose) -> Truth:
    return day_total(picture, order, SUBLINGUAL) > picture.limit("buprenorphine-confirm")


def _in_precipitated_withdrawal(picture: Picture, order: Dose) -> Truth:
    """Naloxone and nalmefene keep their place where breathing is depressed; naltrexone has none."""
    likely = precipitated_withdrawal(picture)
    return all_of(likely, ~picture.respiratory_depression) if order.medicine in REVERSAL else likely


def _comfort_avoided(picture: Picture, order: Dose) -> Truth:
    return speaks_against(picture, order.medicine or "")


def _comfort_lines(picture: Picture, order: Dose) -> tuple[str, ...]:
    return lines_against_comfort(picture, order.medicine or "")


def _unit_wrong(picture: Picture, order: Dose) -> Truth:
    usual, times = picture.limit(USUAL_DAY[order.medicine or ""]), picture.limit("order-implausible-times").value
    return single(picture, order) > Limit(usual.id, usual.value * times, usual.unit)


def _ordered_besides(picture: Picture, order: Dose) -> Truth:
    """Whether the same medicine is ordered again and neither order says for which day: each alone may be within every limit."""
    same = SUBLINGUAL if order.medicine in SUBLINGUAL else (order.medicine,)
    of_it = [one for one in picture.case.orders if one.medicine in same and isinstance(one.day, Missing)]
    besides = [one for one in of_it if one is not order] if order in of_it else []
    says = f"ordered besides, the day not said: {', '.join(told_order(one) for one in besides)}"
    return known(bool(besides), says, f"orders.{order.key}", *(f"orders.{one.key}" for one in besides))


def _is_kratom(picture: Picture, order: Dose) -> Truth:
    return known(True, f"{order.as_told} is a kratom product", f"orders.{order.key}")


# Whom a check concerns ---------------------------------------------------------------------------------------------


def _for(*medicines: str) -> Callable[[Picture, Dose], bool]:
    return lambda _, order: order.medicine in medicines


def _with(traits: frozenset[str]) -> Callable[[Picture, Dose], bool]:
    def concerns(picture: Picture, order: Dose) -> bool:
        return order.medicine is not None and not traits.isdisjoint(picture.knowledge.medicines[order.medicine].traits)

    return concerns


def _sedating(picture: Picture, order: Dose) -> bool:
    """Whether what is ordered sedates and is no agonist, which has its own check."""
    traits = set(picture.knowledge.medicines[order.medicine].traits) if order.medicine is not None else set[str]()
    return "sedative" in traits and AGONIST_TRAITS.isdisjoint(traits)


def kratom_ordered(picture: Picture, order: Dose) -> bool:
    """Whether what is ordered is a kratom product, which has its own alert."""
    told = f" {_words(order.as_told)} "
    return order.medicine is None and any(f" {name} " in told for name in _kratom_names(picture.knowledge))


@cache
def _kratom_names(knowledge: Knowledge) -> tuple[str, ...]:
    """Every spelling of a kratom product, as plain words."""
    return tuple(
        sorted(
            {
                _words(name)
                for id, substance in knowledge.substances.items()
                if substance.class_ in KRATOM_CLASSES
                for name in (id, substance.name, *substance.aliases)
            }
        )
    )


def _words(text: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())


CHECKS = (
    Check("ORD-01", "order-agonist-while-sedated", _with(AGONIST_TRAITS), _while_sedated),
    Check("ORD-02", "order-agonist-over-antagonist", _with(AGONIST_TRAITS), _over_antagonist),
    Check(
        "ORD-03",
        "order-methadone-day-1",
        _for("methadone"),
        over_first_day_cap,
        unless_known=above_first_day_cap,
        otherwise=WHICH_DAY,
    ),
    Check(
        "ORD-04",
        "order-methadone-first-dose",
        _for("methadone"),
        over_first_dose,
        unless_known=above_first_dose,
        otherwise=WHICH_DAY,
    ),
    Check("ORD-05", "order-methadone-qtc", _for("methadone"), _long_qtc),
    Check("ORD-06", "order-lofexidine-dose", _for("lofexidine"), _over_lofexidine),
    Check("ORD-07", "order-clonidine-cap", _for("clonidine"), _over_clonidine),
    Check("ORD-08", "order-alpha-2-hold", _for(*HELD_BY_PRESSURE), _below_hold),
    Check("ORD-09", "order-two-alpha-2", _with(frozenset(("alpha-2-agonist",))), _second_alpha_2),
    Check("ORD-10", "order-naltrexone-window", _for(*NALTREXONE), _inside_window),
    Check("ORD-11", "order-buprenorphine-look-again", _for(*SUBLINGUAL), _over_soft_ceiling),
    Check("ORD-12", "order-buprenorphine-confirm", _for(*SUBLINGUAL), _over_confirm),
    Check("ORD-13", "order-kratom", kratom_ordered, _is_kratom),
    Check("ORD-14", "order-against-rules", belongs_to_an_option, against_its_option, lines_against),
    Check("ORD-15", "order-antagonist-precipitated", _for(*REVERSAL, *NALTREXONE), _in_precipitated_withdrawal),
    Check("ORD-16", "order-comfort-avoid", is_comfort, _comfort_avoided, _comfort_lines),
    Check(
        "ORD-17",
        "order-methadone-this-person",
        _for("methadone"),
        over_for_this_person,
        unless_known=above_for_this_person,
        otherwise=WHICH_DAY,
    ),
    Check("ORD-18", "order-unit", _for(*USUAL_DAY), _unit_wrong),
    Check("ORD-19", "order-sedative-while-sedated", _sedating, _while_sedated),
    Check("ORD-20", "order-methadone-above-told", _for("methadone"), above_what_is_left),
    Check("ORD-21", "order-methadone-rise", _for("methadone"), above_what_was_told),
    Check("ORD-23", "order-comfort-above-most", has_a_most, above_the_most),
    Check("ORD-24", "order-allergy", is_asked_for_allergy, allergic_to_order),
    Check(
        "ORD-25",
        "order-naltrexone-person",
        _for(*NALTREXONE),
        against_naltrexone,
        unless_known=perhaps_against_naltrexone,
        otherwise=HOW_ILL,
    ),
    Check("ORD-26", "order-methadone-heart", _for("methadone"), against_methadone),
    Check("ORD-27", "order-reversal-allergy", is_reversal_with_allergy, allergic_to_order),
    Check("ORD-28", "order-twice", _for(*USUAL_DAY), _ordered_besides),
)
