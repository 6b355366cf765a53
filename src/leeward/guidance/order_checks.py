"""What somebody means to give, held against what is known. Nothing is blocked: a person reads and decides.

| rule | speaks | source |
|---|---|---|
| ORD-00 | for every order: what could not be told about it | design: unknown is not normal |
| ORD-01 | an agonist while sedated or breathing poorly | CA Bridge; WHO 2009 annex 12 |
| ORD-02 | an agonist over naltrexone or nalmefene | ACMT/AACT; ASAM 2015 |
| ORD-03 | methadone on day 1 above the cap, with what was given and ordered besides | policy: methadone-day-1-cap |
| ORD-04 | a first dose of methadone above 30 mg | older labels |
| ORD-05 | methadone with a QTc above 500 ms | Chou 2014 |
| ORD-06 | lofexidine above 0.72 mg at once, 2.88 mg a day, or the row of the liver's or kidneys' table | label |
| ORD-07 | clonidine above the day's cap | policy: clonidine-cap-* |
| ORD-08 | clonidine or lofexidine below the hold limits | policy: alpha2-hold-* |
| ORD-09 | a second alpha-2 agonist | engine consensus |
| ORD-10 | naltrexone inside the opioid-free time | naltrexone.py |
| ORD-11, ORD-12 | buprenorphine above 24 mg a day: look again; above 32 mg: confirm | engine consensus on caps |
| ORD-13 | a kratom product as an order: declined | scope |

An order whose strength is not known fires no check on its dose; the note of ORD-00 says that it cannot be told.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import inf

import msgspec

from leeward.guidance.alert import LEVELS, AlertEntry
from leeward.guidance.assessment import Alert, Reasoning
from leeward.guidance.options.naltrexone import NALTREXONE, no_depot, opioid_free
from leeward.guidance.picture import Picture
from leeward.knowledge import Knowledge
from leeward.model.case import Dose
from leeward.model.instants import hours_since
from leeward.model.missing import Missing
from leeward.model.quantity import kind_of
from leeward.model.reading import Limit, Reading
from leeward.model.truth import NO, UNKNOWN, YES, Truth, all_of, any_of, known, unknown

Test = Callable[[Picture, Dose], Truth]

AGONIST_TRAITS = frozenset(("opioid-full-agonist", "opioid-partial-agonist"))
SUBLINGUAL = ("buprenorphine-sublingual", "buprenorphine-naloxone-sublingual")
HELD_BY_PRESSURE = ("clonidine", "lofexidine")
KRATOM_CLASSES = ("leaf", "extract", "7-oh", "analogue")
ORGAN_TABLES = ("lofexidine-by-child-pugh", "lofexidine-by-egfr")


class Check(msgspec.Struct, frozen=True):
    """A check of an order: its rule, the words of its alert, whom it concerns and what it asks."""

    rule: str
    alert: str
    concerns: Callable[[Picture, Dose], bool]
    test: Test


def order_checks(picture: Picture) -> tuple[Alert, ...]:
    """For each order its note and every check that speaks, the worst first."""
    found: list[Alert] = []
    for order in picture.case.orders:
        answers = [(check, check.test(picture, order)) for check in CHECKS if check.concerns(picture, order)]
        found += [_alert(picture, order, check, truth) for check, truth in answers if truth.is_yes]
        found.append(_note(picture, order, answers))
    return tuple(sorted(found, key=lambda alert: (LEVELS.index(alert.level), alert.id, alert.title)))


# Amounts -----------------------------------------------------------------------------------------------------------


def _single(order: Dose) -> Reading:
    """The order's own dose in milligrams."""
    return _milligrams(order, f"orders.{order.key}.dose", f"{order.as_told} ordered")


def _milligrams(dose: Dose, name: str, says: str) -> Reading:
    amount = dose.amount
    if isinstance(amount, Missing) or kind_of(amount.unit) != kind_of("mg"):
        return Reading(0, inf, "mg", says, (name,), (name,))
    value = amount.to("mg").value
    return Reading(value, value, "mg", says, (name,))


def _day_total(picture: Picture, order: Dose, medicines: tuple[str, ...]) -> Reading:
    """The order with the others of its day and what was given in the last 24 hours, as a range."""
    says = f"{order.as_told} in the day"
    parts = [
        _of_the_day(order, each, says)
        for each in picture.case.orders
        if each.medicine in medicines and _may_be_one_day(order, each)
    ]
    look_back = picture.limit("dose-look-back")
    for dose in picture.doses_of(*medicines):
        name = f"doses.{dose.key}"
        given = _milligrams(dose, f"{name}.dose", says)
        today = hours_since(dose.at, picture.case.now, f"{name}.at", "hours since the dose") < look_back
        if today.answer is UNKNOWN:
            given = Reading(0, given.high, "mg", says, (f"{name}.at",), (f"{name}.at", *given.lacks))
        if today.answer is not NO:
            parts.append(given)
    low, high = sum(part.low for part in parts), sum(part.high for part in parts)
    lacks = {name for part in parts for name in part.lacks}
    if isinstance(picture.case.doses, Missing):
        high, lacks = inf, lacks | {"doses"}
    inputs = tuple(sorted({name for part in parts for name in part.inputs}))
    return Reading(low, high, "mg", says, inputs, tuple(sorted(lacks)))


def _may_be_one_day(order: Dose, each: Dose) -> bool:
    return isinstance(each.day, Missing) or isinstance(order.day, Missing) or each.day == order.day


def _of_the_day(order: Dose, each: Dose, says: str) -> Reading:
    """What an order adds to the day of `order`: perhaps nothing where one of the two days is not known."""
    amount = _milligrams(each, f"orders.{each.key}.dose", says)
    days = tuple(f"orders.{one.key}.day" for one in (order, each) if isinstance(one.day, Missing))
    if each is order or not days:
        return amount
    return Reading(0, amount.high, "mg", says, amount.inputs, (*days, *amount.lacks))


# Tests -------------------------------------------------------------------------------------------------------------


def _while_sedated(picture: Picture, _: Dose) -> Truth:
    return picture.sedated | picture.respiratory_depression


def _over_antagonist(picture: Picture, _: Dose) -> Truth:
    return picture.antagonist_on_board


def _first_day(picture: Picture, order: Dose) -> Truth:
    """The first day of methadone: as the order says, or since no methadone was taken or given before today."""
    if not isinstance(order.day, Missing):
        return known(order.day <= 1, f"day {order.day}", f"orders.{order.key}.day")
    look_back = picture.limit("dose-look-back")
    earlier = [
        hours_since(dose.at, picture.case.now, f"doses.{dose.key}.at", "hours since methadone") >= look_back
        for dose in picture.doses_of("methadone")
    ]
    begun = any_of(picture.took("methadone"), picture.takes("methadone"), picture.was_given(), *earlier)
    day = unknown(f"orders.{order.key}.day", sentence="which day of methadone it is: not known")
    first = all_of(~any_of(*earlier, picture.was_given()), ~begun | day)
    return first.because("the first day of methadone")


def _over_first_day_cap(picture: Picture, order: Dose) -> Truth:
    total = _day_total(picture, order, ("methadone",))
    return all_of(_first_day(picture, order), total > picture.limit("methadone-day-1-cap"))


def _over_first_dose(picture: Picture, order: Dose) -> Truth:
    above = _single(order) > picture.limit("methadone-first-dose")
    return all_of(_first_day(picture, order), ~picture.was_given("methadone"), above)


def _long_qtc(picture: Picture, _: Dose) -> Truth:
    return picture.reading("qtc") > picture.limit("qtc-very-long")


def _over_lofexidine(picture: Picture, order: Dose) -> Truth:
    single, day = _single(order), _day_total(picture, order, ("lofexidine",))
    over = [single > picture.limit("lofexidine-single-max"), day > picture.limit("lofexidine-day-max")]
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
                beyond.append(single > Limit(id, row.dose.max, row.dose.unit))
            if row.per_day_max is not None and row.per_day_max.max is not None:
                beyond.append(day > Limit(id, row.per_day_max.max, row.per_day_max.unit))
            over.append(all_of(*holds, any_of(*beyond)))
    return any_of(over)


def _over_clonidine(picture: Picture, order: Dose) -> Truth:
    day = _day_total(picture, order, ("clonidine",))
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
    return _day_total(picture, order, SUBLINGUAL) > picture.limit("buprenorphine-soft-ceiling")


def _over_confirm(picture: Picture, order: Dose) -> Truth:
    return _day_total(picture, order, SUBLINGUAL) > picture.limit("buprenorphine-confirm")


def _is_kratom(picture: Picture, order: Dose) -> Truth:
    return known(True, f"{order.as_told} is a kratom product", f"orders.{order.key}")


# Whom a check concerns ---------------------------------------------------------------------------------------------


def _for(*medicines: str) -> Callable[[Picture, Dose], bool]:
    return lambda _, order: order.medicine in medicines


def _with(traits: frozenset[str]) -> Callable[[Picture, Dose], bool]:
    def concerns(picture: Picture, order: Dose) -> bool:
        return order.medicine is not None and not traits.isdisjoint(picture.knowledge.medicines[order.medicine].traits)

    return concerns


def _kratom(picture: Picture, order: Dose) -> bool:
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
    Check("ORD-03", "order-methadone-day-1", _for("methadone"), _over_first_day_cap),
    Check("ORD-04", "order-methadone-first-dose", _for("methadone"), _over_first_dose),
    Check("ORD-05", "order-methadone-qtc", _for("methadone"), _long_qtc),
    Check("ORD-06", "order-lofexidine-dose", _for("lofexidine"), _over_lofexidine),
    Check("ORD-07", "order-clonidine-cap", _for("clonidine"), _over_clonidine),
    Check("ORD-08", "order-alpha-2-hold", _for(*HELD_BY_PRESSURE), _below_hold),
    Check("ORD-09", "order-two-alpha-2", _with(frozenset(("alpha-2-agonist",))), _second_alpha_2),
    Check("ORD-10", "order-naltrexone-window", _for(*NALTREXONE), _inside_window),
    Check("ORD-11", "order-buprenorphine-look-again", _for(*SUBLINGUAL), _over_soft_ceiling),
    Check("ORD-12", "order-buprenorphine-confirm", _for(*SUBLINGUAL), _over_confirm),
    Check("ORD-13", "order-kratom", _kratom, _is_kratom),
)


# Words -------------------------------------------------------------------------------------------------------------


def _alert(picture: Picture, order: Dose, check: Check, truth: Truth) -> Alert:
    words = picture.knowledge.table_of("alerts", AlertEntry)[check.alert]
    sources = dict.fromkeys(words.sources)
    for fact in truth.rests_on():
        sources.update(dict.fromkeys(picture.knowledge.fact_sources.get(fact, ())))
    return Alert(
        id=check.alert,
        level=words.level,
        title=f"{words.title}: {_told(order)}",
        because=truth.reasons(),
        do=words.do,
        rule=check.rule,
        sources=tuple(sources),
        reasoning=(
            Reasoning(
                rule=check.rule,
                says=words.title,
                answer=truth.answer.name.lower(),
                because=truth.reasons(),
                used=truth.used(),
                missing=truth.lacked(),
                sources=tuple(sources),
            ),
        ),
    )


def _note(picture: Picture, order: Dose, answers: list[tuple[Check, Truth]]) -> Alert:
    """What was asked of an order and what could not be told; there for every order, whatever is learnt."""
    table = picture.knowledge.table_of("alerts", AlertEntry)
    words = table["order-checked"]
    because = [
        f"Cannot tell ({', '.join(truth.lacked())} not known): {table[check.alert].title.lower()}."
        for check, truth in answers
        if truth.answer is UNKNOWN
    ]
    if not any(truth.answer is YES for _, truth in answers) and not because:
        because.append("None of the checks for this medicine speaks." if answers else "No check is kept for it.")
    if order.medicine is None and not answers:
        because = ["Leeward does not know this medicine; nothing here speaks for or against it."]
    return Alert(
        id="order-checked",
        level=words.level,
        title=f"{words.title}: {_told(order)}",
        because=tuple(because),
        do=words.do,
        rule="ORD-00",
        sources=words.sources,
    )


def _told(order: Dose) -> str:
    if isinstance(order.amount, Missing):
        return f"{order.as_told}, dose not known"
    return f"{order.as_told} {order.amount}"
