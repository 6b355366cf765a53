"""What somebody means to give, held against what is known. Nothing is blocked: a person reads and decides.

| rule | speaks | source |
|---|---|---|
| ORD-00 | for every order: what could not be told about it | decision 0003 |
| ORD-01 | an agonist while sedated or breathing poorly | CA Bridge; WHO 2009 annex 12 |
| ORD-02 | an agonist over naltrexone or nalmefene | ACMT/AACT; ASAM 2015 |
| ORD-03 | methadone on day 1 above the cap, with what was given and ordered besides | policy: methadone-day-1-cap |
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
| ORD-20 | more methadone in the day than the treatment's dose that was told, or than missed days leave of it | CON-06, CON-07 |

An order whose strength is not known fires no check on its dose; the note of ORD-00 says that it cannot be told.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import msgspec

from leeward.guidance.adjuncts import is_comfort, lines_against_comfort, speaks_against
from leeward.guidance.alert import LEVELS, AlertEntry
from leeward.guidance.alerts.response import precipitated_withdrawal
from leeward.guidance.assessment import Alert, Reasoning
from leeward.guidance.listed import AGONIST_TRAITS
from leeward.guidance.option import ANSWERS
from leeward.guidance.options.current_treatment import current_dose, methadone_row, on_methadone
from leeward.guidance.options.methadone_doses import low_tolerance
from leeward.guidance.options.naltrexone import NALTREXONE, no_depot, opioid_free
from leeward.guidance.order_amounts import day_total, single
from leeward.guidance.order_options import SUBLINGUAL, against_its_option, belongs_to_an_option, lines_against
from leeward.guidance.picture import Picture
from leeward.guidance.use import KRATOM_CLASSES
from leeward.knowledge import Knowledge
from leeward.model.case import Dose
from leeward.model.instants import hours_since
from leeward.model.missing import Missing
from leeward.model.reading import Limit
from leeward.model.truth import UNKNOWN, YES, Truth, all_of, any_of, known, unknown

Test = Callable[[Picture, Dose], Truth]

REVERSAL = ("naloxone", "nalmefene")
USUAL_DAY = {
    **dict.fromkeys(SUBLINGUAL, "buprenorphine-confirm"),
    "methadone": "methadone-day-1-cap",
    "clonidine": "clonidine-cap-monitored",
    "lofexidine": "lofexidine-day-max",
}
"""The most in a day that a figure is held against to see whether its unit can be right."""
HELD_BY_PRESSURE = ("clonidine", "lofexidine")
ORGAN_TABLES = ("lofexidine-by-child-pugh", "lofexidine-by-egfr")


WHOLE_DAY = ("", "daily", "per day", "a day", "each day", "every day", "once daily", "once a day")
"""Words after a dose with which it is the whole of a day's."""

NO_CHECK = "No check is kept for it: nothing here speaks for or against it."


class Check(msgspec.Struct, frozen=True):
    """A check of an order: its rule, the words of its alert, whom it concerns and what it asks."""

    rule: str
    alert: str
    concerns: Callable[[Picture, Dose], bool]
    test: Test
    lines: Callable[[Picture, Dose], tuple[str, ...]] | None = None


def order_checks(picture: Picture) -> tuple[Alert, ...]:
    """For each order its note and every check that speaks, the worst first."""
    found: list[Alert] = []
    for order in picture.case.orders:
        answers = [(check, check.test(picture, order)) for check in CHECKS if check.concerns(picture, order)]
        found += [_alert(picture, order, check, truth) for check, truth in answers if truth.is_yes]
        found.append(_note(picture, order, answers))
    return tuple(sorted(found, key=lambda alert: (LEVELS.index(alert.level), alert.id, alert.title)))


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
    total = day_total(picture, order, ("methadone",))
    return all_of(_first_day(picture, order), total > picture.limit("methadone-day-1-cap"))


def _over_first_dose(picture: Picture, order: Dose) -> Truth:
    above = single(picture, order) > picture.limit("methadone-first-dose")
    return all_of(_first_day(picture, order), ~picture.was_given("methadone"), above)


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


def _over_for_this_person(picture: Picture, order: Dose) -> Truth:
    """Above the first dose or the first day of the low start, or of a start that age or lungs halve."""
    low, share = low_tolerance(picture), picture.limit("start-share-older").value
    frail = picture.age >= picture.limit("age-older")
    frail = frail | picture.has("chronic-lung-disease", "sleep-apnoea")
    over = [
        all_of(low, _above(picture, order, "methadone-low-tolerance", 1)),
        all_of(frail, _above(picture, order, "methadone-standard", share)),
        all_of(frail, _above(picture, order, "methadone-low-tolerance", share), low),
    ]
    return all_of(_first_day(picture, order), any_of(over))


def _above(picture: Picture, order: Dose, schedule: str, share: float) -> Truth:
    """Above the first step of a schedule: its dose, where none was given, or its day."""
    step = picture.knowledge.schedules[schedule].steps[0]
    above: list[Truth] = []
    if step.dose is not None and step.dose.max is not None:
        most = Limit(schedule, step.dose.max * share, step.dose.unit)
        above.append(all_of(~picture.was_given("methadone"), single(picture, order) > most))
    if step.per_day_max is not None and step.per_day_max.max is not None:
        most = Limit(schedule, step.per_day_max.max, step.per_day_max.unit)
        above.append(day_total(picture, order, ("methadone",)) > most)
    return any_of(above)


def _over_told(picture: Picture, order: Dose) -> Truth:
    """Above the day's dose of a treatment with methadone as it was told; above half of it where days missed leave no more."""
    told = current_dose(picture, ("methadone",), "methadone")
    if told is None or told[1].lower() not in WHOLE_DAY:
        says = "the day's dose of the treatment with methadone: not known"
        return on_methadone(picture) & unknown("medicines.methadone.dose", sentence=says)
    dose, total, row = told[0].to("mg").value, day_total(picture, order, ("methadone",)), methadone_row(picture)
    whole, half = (Limit("medicines.methadone.dose", dose * share, "mg") for share in (1, 0.5))
    return all_of(on_methadone(picture), any_of(total > whole, all_of(row.half | row.lower, total > half)))


def _unit_wrong(picture: Picture, order: Dose) -> Truth:
    usual, times = picture.limit(USUAL_DAY[order.medicine or ""]), picture.limit("order-implausible-times").value
    return single(picture, order) > Limit(usual.id, usual.value * times, usual.unit)


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
    Check("ORD-13", "order-kratom", kratom_ordered, _is_kratom),
    Check("ORD-14", "order-against-rules", belongs_to_an_option, against_its_option, lines_against),
    Check("ORD-15", "order-antagonist-precipitated", _for(*REVERSAL, *NALTREXONE), _in_precipitated_withdrawal),
    Check("ORD-16", "order-comfort-avoid", is_comfort, _comfort_avoided, _comfort_lines),
    Check("ORD-17", "order-methadone-this-person", _for("methadone"), _over_for_this_person),
    Check("ORD-18", "order-unit", _for(*USUAL_DAY), _unit_wrong),
    Check("ORD-19", "order-sedative-while-sedated", _sedating, _while_sedated),
    Check("ORD-20", "order-methadone-above-told", _for("methadone"), _over_told),
)


# Words -------------------------------------------------------------------------------------------------------------


def _alert(picture: Picture, order: Dose, check: Check, truth: Truth) -> Alert:
    words = picture.knowledge.table_of("alerts", AlertEntry)[check.alert]
    lines = check.lines(picture, order) if check.lines else truth.reasons()
    because = tuple(line.rstrip(".") for line in lines)
    sources = dict.fromkeys(words.sources)
    for fact in truth.rests_on():
        sources.update(dict.fromkeys(picture.knowledge.fact_sources.get(fact, ())))
    return Alert(
        id=check.alert,
        level=words.level,
        title=f"{words.title}: {_told(order)}",
        because=because,
        do=words.do,
        rule=check.rule,
        sources=tuple(sources),
        reasoning=(
            Reasoning(
                rule=check.rule,
                says=words.title,
                answer=ANSWERS[truth.answer],
                because=because,
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
        because.append("None of the checks for this medicine speaks." if answers else NO_CHECK)
    if order.medicine is None and not answers:
        because = ["Leeward does not know this medicine; nothing here speaks for or against it."]
    title = words.title if answers else "Order read; no check is kept for it"
    because = because or ["What speaks against it stands in alerts of its own"]
    return Alert(
        id="order-checked",
        level=words.level,
        title=f"{title}: {_told(order)}",
        because=tuple(line.rstrip(".") for line in because),
        do=words.do,
        rule="ORD-00",
        sources=words.sources,
    )


def _told(order: Dose) -> str:
    if isinstance(order.amount, Missing):
        return f"{order.as_told}, dose not known"
    return f"{order.as_told} {order.amount}"
