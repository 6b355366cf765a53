"""Methadone.

| rule | what it asks | source |
|---|---|---|
| AGO-01..06, SET-01 | awake, breathing, no antagonist, nothing to rescue or treat first | gates.py, starts.py |
| MET-01 | no allergy | label (recalled) |
| MET-02 | something that methadone treats | ASAM 2020 |
| MET-03 | not already on methadone, nor begun in this episode | current_treatment.py: missed days |
| MET-04 | not by prescription: office, telehealth and home are barred by law | 21 CFR 1306.07; 42 CFR 8.12 |
| MET-05 | no QTc above 500 ms | Chou 2014 |
| MET-06 | breathing at 12 a minute or faster | engine consensus on the sedation gate |
| MET-07 | no MAOI within 14 days | BCCSU appendix 3.3 |
| MET-08 | no severe respiratory compromise | BCCSU appendix 3.3 |
| MET-09 | withdrawal is scored and present | COWS from 5 |
| MET-10 | the ECG is recent: 3 months, or a year at low risk | Chou 2014 |
| MET-11 | in custody or residential care: through an opioid treatment program | 42 CFR 8.12 |
| MET-12 | for kratom alone: after buprenorphine failed | engine consensus KR-METH |
| MET-13..20 | cautions: ECG, QTc from 450, interactions, sedatives, pregnancy, age under 18 | see each |
| MET-21 | recommended in an opioid treatment program for opioid use disorder | ASAM 2020; VA/DoD 2021 |
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

import msgspec

from leeward.guidance.assessment import Amount, Proposal, ProposalStep
from leeward.guidance.gates import AGONIST_GATES
from leeward.guidance.option import Option
from leeward.guidance.options.current_treatment import on_methadone
from leeward.guidance.options.starts import BEFORE_A_START, GOALS
from leeward.guidance.picture import Picture
from leeward.guidance.proposal import Circumstance, scheduled
from leeward.guidance.rule import AVOID, CAUTION, GATE, PREFER, rule
from leeward.knowledge import Knowledge
from leeward.model.instants import hours_since
from leeward.model.missing import Missing
from leeward.model.reading import Limit
from leeward.model.truth import Truth, all_of, any_of

PROGRAM = "opioid-treatment-program"
BARRED_BY_LAW = ("office", "telehealth", "home")
THROUGH_PROGRAM = ("residential", "custody")
STANDARD = ("methadone-standard", "methadone-low-tolerance")


@rule("MET-01", "An allergy to methadone is recorded", AVOID, sources=("methadone-label-recalled",))
def allergic(picture: Picture) -> Truth:
    """A recorded allergy or intolerance."""
    return picture.allergic_to("methadone")


@rule("MET-02", "Nothing that methadone treats is recorded", AVOID, sources=("asam-pocket15",))
def nothing_to_treat(picture: Picture) -> Truth:
    """Neither an opioid exposure nor an opioid use disorder."""
    return ~(picture.took_opioid | picture.opioid_use_disorder)


@rule(
    "MET-03",
    "Methadone is taken or was begun already: continue it, and count what was given toward the day",
    AVOID,
    sources=("au-missed",),
)
def already_on_it(picture: Picture) -> Truth:
    """Treatment with few enough missed days to be continued, or a dose given in this episode."""
    return on_methadone(picture) | _given_within(picture, picture.limit("methadone-missed-new-start"), ("methadone",))


def _given_within(picture: Picture, limit: Limit, medicines: Collection[str]) -> Truth:
    """Whether one of these medicines was given less than `limit` ago."""
    given = [
        hours_since(dose.at, picture.case.now, f"doses.{dose.key}.at", f"hours since {dose.as_told}") < limit
        for dose in picture.doses_of(*medicines)
    ]
    return any_of(*given, picture.was_given())


@rule(
    "MET-04",
    "Methadone for opioid use disorder may not be prescribed here: only a treatment program gives it, a hospital to "
    "its inpatients, or a practitioner who dispenses one supply of up to 3 days while a referral is arranged (21 CFR "
    "1306.07(b), not renewable)",
    AVOID,
    sources=("cfr-1306", "cfr-spec"),
)
def barred_by_law(picture: Picture) -> Truth:
    """Office, telehealth and home: the law lets nobody prescribe methadone for opioid use disorder there."""
    return picture.setting_is(*BARRED_BY_LAW)


@rule(
    "MET-05",
    "The QTc forbids starting methadone",
    AVOID,
    sources=("chou14", "bccsu-a33", "krantz09", "consensus-methadone-ecg"),
)
def qtc_too_long(picture: Picture) -> Truth:
    """A QTc above 500 ms; an unknown one is asked for, since learning it must not overturn the answer."""
    too_long = picture.reading("qtc") > picture.limit("qtc-very-long")
    return too_long.because(lambda: _with_sources(too_long))


def _with_sources(too_long: Truth) -> str:
    """The reason, with what sources say about a start without an ECG where there is none."""
    says = too_long.says()
    if too_long.is_unknown:
        return (
            f"{says}; low-risk people may start without an ECG (Chou 2014), and a missing one should not delay "
            "methadone unless the risk is prohibitive (British Columbia): the clinician may decide"
        )
    return says


@rule("MET-06", "Breathing is too slow for methadone", AVOID, sources=("consensus-sedation-gate",))
def breathing_slow(picture: Picture) -> Truth:
    """A respiratory rate under 12 holds methadone."""
    return picture.reading("respiratory-rate") < picture.limit("methadone-respiratory-rate-hold")


@rule("MET-07", "An MAOI was taken within 14 days", AVOID, sources=("bccsu-a33",))
def maoi(picture: Picture) -> Truth:
    """Any monoamine oxidase inhibitor, linezolid and methylene blue included."""
    wait, maois, now = picture.limit("maoi-wait"), _maois(picture.knowledge), picture.case.now
    medicines = () if isinstance(picture.case.medicines, Missing) else picture.case.medicines
    listed = [
        hours_since(entry.last_taken, now, f"medicines.{entry.key}.last_taken", f"hours since {entry.as_told}") < wait
        for entry in medicines
        if entry.medicine in maois
    ]
    return any_of(*listed, picture.takes(), _given_within(picture, wait, maois))


@cache
def _maois(knowledge: Knowledge) -> frozenset[str]:
    return frozenset(id for id, entry in knowledge.medicines.items() if "maoi" in entry.traits)


@rule("MET-08", "Severe respiratory compromise", AVOID, sources=("bccsu-a33",))
def lungs_fail(picture: Picture) -> Truth:
    """Breathing that has no reserve left for an opioid."""
    return picture.has("severe-respiratory-compromise")


@rule("MET-09", "Withdrawal is present", GATE, no="No withdrawal is scored", sources=("asam-pocket15", "who-annex12"))
def withdrawal_present(picture: Picture) -> Truth:
    """A current COWS that counts as withdrawal; the hour of the last use decides nothing here."""
    return picture.cows >= picture.limit("cows-withdrawal")


def qt_risk(picture: Picture) -> Truth:
    """Whether anything makes a long QTc more likely."""
    return any_of(
        picture.has("structural-heart-disease", "long-qt-congenital", "hypokalaemia-risk", "syncope-history"),
        picture.takes(traits=("qt-prolonging",)),
    )


@rule("MET-10", "The ECG is recent enough", GATE, no="The ECG is too old: take a new one", sources=("chou14",))
def ecg_recent(picture: Picture) -> Truth:
    """Three months, or a year where nothing makes a long QTc more likely."""
    age = picture.hours_since_observed("qtc")
    low_risk = ~qt_risk(picture) & (age <= picture.limit("ecg-age-low-risk"))
    return (age <= picture.limit("ecg-age")) | low_risk


@rule(
    "MET-11",
    "The setting may give methadone",
    GATE,
    no="In custody or residential care methadone comes through an opioid treatment program: arrange it",
    sources=("cfr-spec", "cfr-1306"),
)
def setting_may_give(picture: Picture) -> Truth:
    """A program, a hospital or an emergency department gives it; a residence or a prison works through a program."""
    return ~picture.setting_is(*THROUGH_PROGRAM)


def kratom_alone(picture: Picture) -> Truth:
    """Whether kratom is the only opioid told and no opioid use disorder is recorded beside it."""
    return picture.took_kratom & ~picture.took_class("opioid", "tianeptine") & ~picture.has("opioid-use-disorder")


@rule(
    "MET-12",
    "Methadone is due for what was taken",
    GATE,
    no="For kratom alone methadone comes after buprenorphine has failed",
    sources=("consensus-kratom-bup", "kr-cardio"),
)
def due_for_kratom(picture: Picture) -> Truth:
    """Any other opioid, an opioid use disorder, or an earlier treatment that failed."""
    return ~kratom_alone(picture) | picture.has("failed-attempts")


@rule(
    "MET-13",
    "There is a risk of a long QTc: an ECG before the start, and again above 30 to 40 mg and at 100 mg",
    CAUTION,
    sources=("chou14",),
)
def ecg_for_risk(picture: Picture) -> Truth:
    """Heart disease, family history, fainting, electrolyte loss or another QT-prolonging medicine."""
    return qt_risk(picture)


@rule(
    "MET-14",
    "The QTc asks for another medicine to be considered, electrolytes corrected and the ECG repeated",
    CAUTION,
    sources=("chou14",),
)
def qtc_long(picture: Picture) -> Truth:
    """A QTc from 450 ms, a congenital long QT, or a low potassium."""
    return any_of(
        picture.reading("qtc") >= picture.limit("qtc-methadone-caution"),
        picture.has("long-qt-congenital"),
        picture.reading("potassium") < picture.limit("potassium-low"),
    )


@rule("MET-15", "Kratom lengthens the QTc too, by dose: ECG first", CAUTION, sources=("kr-cardio",))
def kratom_and_qtc(picture: Picture) -> Truth:
    """Mitragynine in users' data, and hERG in vitro."""
    return picture.took_kratom


@rule(
    "MET-16",
    "An enzyme inducer lowers methadone: withdrawal may come back",
    CAUTION,
    sources=("methadone-label-recalled",),
)
def inducers(picture: Picture) -> Truth:
    """Rifampin, carbamazepine, phenytoin, efavirenz and others."""
    return picture.takes(traits=("cyp3a-inducer", "cyp2b6-inducer"))


@rule(
    "MET-17",
    "An enzyme inhibitor raises methadone: start lower and watch longer",
    CAUTION,
    sources=("methadone-label-recalled",),
)
def inhibitors(picture: Picture) -> Truth:
    """Azoles, macrolides, fluvoxamine, ciprofloxacin and others."""
    return picture.takes(traits=("cyp3a-inhibitor", "cyp1a2-inhibitor-strong"))


@rule(
    "MET-18",
    "A benzodiazepine, alcohol or another sedative adds to methadone: a reason to watch, not to refuse it; never to an "
    "intoxicated person",
    CAUTION,
    sources=("fda17", "who-annex12"),
)
def sedatives(picture: Picture) -> Truth:
    """Sedating medicines and substances."""
    return picture.takes(traits=("sedative",)) | picture.took_class("alcohol", "sedative")


@rule(
    "MET-19",
    "In pregnancy methadone or buprenorphine is the treatment, not withdrawal management; doses are split and "
    "raised as it advances",
    CAUTION,
    sources=("asam-2015p16", "nys-preg"),
)
def pregnant(picture: Picture) -> Truth:
    """Methadone is a first choice in pregnancy."""
    return picture.pregnant


@rule(
    "MET-20",
    "Under 18 consent follows state law: a parent or guardian signs unless the law lets the minor",
    CAUTION,
    sources=("cfr-42-8-12-recalled",),
)
def minor(picture: Picture) -> Truth:
    """Sixteen and seventeen."""
    return picture.age < picture.limit("age-adult")


@rule(
    "MET-21",
    "In an opioid treatment program methadone is treatment of first choice for opioid use disorder",
    PREFER,
    no="Not the first choice here: no opioid treatment program, no opioid use disorder, or kratom alone",
    sources=("asam-pocket15", "vadod21"),
)
def first_choice(picture: Picture) -> Truth:
    """A program, an opioid use disorder, and more than kratom behind it."""
    return all_of(picture.setting_is(PROGRAM), picture.opioid_use_disorder, ~kratom_alone(picture))


def low_tolerance(picture: Picture) -> Truth:
    """Whether tolerance is low: no opioids before, or none but kratom."""
    return picture.opioid_naive | ~picture.took_class("opioid")


def propose(picture: Picture) -> Proposal:
    """Label and ASAM path; the low start where tolerance is low, its lower end where tolerance is not known."""
    frail = _circumstances(picture)
    emergency = picture.setting_is("emergency").is_yes
    names = ("methadone-emergency", "methadone-low-tolerance-emergency") if emergency else STANDARD
    usual, low = (scheduled(picture, name, frail) for name in names)
    tolerance = low_tolerance(picture)
    chosen = low if tolerance.is_yes else usual
    if tolerance.is_unknown:
        steps = tuple(_reaching_down(*pair) for pair in zip(usual.steps, low.steps, strict=True))
        note = f"If tolerance is low or in doubt: {picture.knowledge.schedules[names[1]].note}"
        chosen = msgspec.structs.replace(usual, steps=steps, notes=(note, *usual.notes))
    cap = picture.limit("methadone-day-1-cap").value
    return msgspec.structs.replace(chosen, steps=tuple(_under(step, cap) for step in chosen.steps))


def _circumstances(picture: Picture) -> tuple[Circumstance, ...]:
    share, sources = picture.limit("start-share-older").value, ("consensus-special-populations",)
    return (
        Circumstance(picture.age >= picture.limit("age-older"), "From 65 years: half the start dose.", share, sources),
        Circumstance(
            picture.has("chronic-lung-disease", "sleep-apnoea"),
            "Lung disease or sleep apnoea: half the start dose, and watch the saturation.",
            share,
            sources,
        ),
    )


def _reaching_down(usual: ProposalStep, low: ProposalStep) -> ProposalStep:
    """The usual step with the lower end of the low start, in the dose and in the day."""
    if usual.dose is None or low.dose is None:
        return usual
    day = usual.per_day_max and low.per_day_max and _from(usual.per_day_max, low.per_day_max.max)
    return msgspec.structs.replace(
        usual,
        dose=_from(usual.dose, low.dose.min),
        per_day_max=day or usual.per_day_max,
        sources=tuple(dict.fromkeys((*usual.sources, *low.sources))),
    )


def _from(amount: Amount, lowest: float | None) -> Amount:
    given = [value for value in (amount.min, amount.usual, amount.max, lowest) if value is not None]
    return msgspec.structs.replace(amount, min=min(given))


def _under(step: ProposalStep, cap: float) -> ProposalStep:
    """The step of day 1 under the site's cap; a step without a daily limit is of a later day."""
    if step.per_day_max is None or step.dose is None:
        return step
    return msgspec.structs.replace(step, dose=_at_most(step.dose, cap), per_day_max=_at_most(step.per_day_max, cap))


def _at_most(amount: Amount, cap: float) -> Amount:
    sides = (amount.min, amount.usual, amount.max)
    low, usual, high = (None if value is None else min(value, cap) for value in sides)
    return Amount(min=low, usual=usual, max=high, unit=amount.unit)


def certainty(picture: Picture) -> tuple[str, str, tuple[str, ...]]:
    """High for opioid use disorder, very low for kratom."""
    if picture.took_kratom.is_yes and picture.took_class("opioid").is_no:
        return "very low", "Methadone for kratom alone rests on opinion.", ("consensus-kratom-bup",)
    return "high", "Methadone keeps people in treatment and lowers mortality.", ("asam-pocket15", "vadod21")


OPTION = Option(
    id="methadone",
    title="Methadone",
    rules=(
        *AGONIST_GATES,
        *BEFORE_A_START,
        allergic,
        nothing_to_treat,
        already_on_it,
        barred_by_law,
        qtc_too_long,
        breathing_slow,
        maoi,
        lungs_fail,
        withdrawal_present,
        ecg_recent,
        setting_may_give,
        due_for_kratom,
        ecg_for_risk,
        qtc_long,
        kratom_and_qtc,
        inducers,
        inhibitors,
        sedatives,
        pregnant,
        minor,
        first_choice,
        *GOALS,
    ),
    propose=propose,
    monitoring=("methadone-dose",),
    certainty=certainty,
    medicines=("methadone",),
)
