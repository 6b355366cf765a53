"""Methadone.

| rule | what it asks | source |
|---|---|---|
| AGO-01..10, SET-01 | awake, breathing, no antagonist, nothing to rescue or treat first | gates.py, starts.py |
| MET-01 | no allergy | label (recalled) |
| MET-02 | something that methadone treats | ASAM 2020 |
| MET-03 | not already on methadone | current_treatment.py: missed days |
| MET-04 | not by prescription: office, telehealth and home are barred by law | 21 CFR 1306.07; 42 CFR 8.12 |
| MET-05 | no QTc above 500 ms | Chou 2014 |
| MET-07 | no MAOI within 14 days | BCCSU appendix 3.3 |
| MET-08 | no severe respiratory compromise | BCCSU appendix 3.3 |
| MET-09 | withdrawal is scored and present, until day 1 is over | COWS from 5 |
| MET-10 | the ECG is recent: 3 months, or a year at low risk | Chou 2014 |
| MET-11 | in custody or residential care: through an opioid treatment program | 42 CFR 8.12 |
| MET-12 | for kratom alone: after buprenorphine failed | consensus of sources KR-METH |
| MET-13..20, 28, 29 | cautions | methadone_cautions.py |
| MET-21 | recommended in an opioid treatment program for opioid use disorder | ASAM 2020; VA/DoD 2021 |
| MET-22 | an objective sign is seen, until day 1 is over | CA Bridge on-shift; consensus of sources |
| MET-23 | the last use of every opioid told is known | sources in the rule; a missing last use is asked for |
| MET-24 | two hours since naloxone | observation pages; consensus of sources |
| MET-25 | not on buprenorphine, unless the switch is the goal | ASAM 2020 |
| MET-26 | two hours since the last dose of methadone | ASAM 2015: looked at again after 2 to 4 hours |
| MET-27 | the day's most, less at low tolerance, is not reached; the day of the start is known | methadone-day-1-cap |

A start that has begun in this episode goes on here: its next step, and what was given counts toward the day.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cache

from leeward.guidance.gates import AGONIST_GATES, on_buprenorphine
from leeward.guidance.option import Option
from leeward.guidance.options.current_treatment import on_methadone
from leeward.guidance.options.methadone_cautions import METHADONE_CAUTIONS, qt_risk
from leeward.guidance.options.methadone_doses import given_in_a_day, low_tolerance, past_day_one, propose
from leeward.guidance.options.starts import BEFORE_A_START, GOALS
from leeward.guidance.options.timing import LastUse, all_told, last_uses
from leeward.guidance.picture import Picture
from leeward.guidance.rule import AVOID, GATE, PREFER, rule
from leeward.knowledge import Knowledge
from leeward.model.case import Dose
from leeward.model.instants import HOUR, Span, hours_since
from leeward.model.missing import Missing
from leeward.model.quantity import factor
from leeward.model.reading import Limit, Reading
from leeward.model.truth import Truth, all_of, any_of, known, unknown

PROGRAM = "opioid-treatment-program"
BARRED_BY_LAW = ("office", "telehealth", "home")
THROUGH_PROGRAM = ("residential", "custody")


@rule("MET-01", "An allergy to methadone is recorded", AVOID, sources=("methadone-label-recalled",))
def allergic(picture: Picture) -> Truth:
    """A recorded allergy or intolerance."""
    return picture.allergic_to("methadone")


@rule("MET-02", "Nothing that methadone treats is recorded", AVOID, sources=("asam-pocket15",))
def nothing_to_treat(picture: Picture) -> Truth:
    """Neither an opioid exposure nor an opioid use disorder."""
    return ~picture.opioid_involved


@rule(
    "MET-03",
    "Methadone is taken already: continue it",
    AVOID,
    sources=("au-missed",),
)
def already_on_it(picture: Picture) -> Truth:
    """Treatment with few enough missed days to be continued; a start of this episode goes on here instead."""
    return on_methadone(picture)


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


def _given_within(picture: Picture, limit: Limit, medicines: Collection[str]) -> Truth:
    """Whether one of these medicines was given less than `limit` ago."""
    given = [
        hours_since(dose.at, picture.case.now, f"doses.{dose.key}.at", f"hours since {dose.as_told}") < limit
        for dose in picture.doses_of(*medicines)
    ]
    return any_of(*given, picture.was_given())


@cache
def _maois(knowledge: Knowledge) -> frozenset[str]:
    return frozenset(id for id, entry in knowledge.medicines.items() if "maoi" in entry.traits)


@rule("MET-08", "Severe respiratory compromise", AVOID, sources=("bccsu-a33",))
def lungs_fail(picture: Picture) -> Truth:
    """Breathing that has no reserve left for an opioid."""
    return picture.has("severe-respiratory-compromise")


@rule("MET-09", "Withdrawal is present", GATE, no="No withdrawal is scored", sources=("asam-pocket15", "who-annex12"))
def withdrawal_present(picture: Picture) -> Truth:
    """A current COWS that counts as withdrawal; from day 2 on the dose is there so that none comes."""
    return (picture.cows >= picture.limit("cows-withdrawal")) | past_day_one(picture)


@rule(
    "MET-22",
    "An objective sign of withdrawal is seen",
    GATE,
    no="The score rests on complaints alone",
    sources=("cabridge", "consensus-objective-signs"),
)
def sign_seen(picture: Picture) -> Truth:
    """One sign that somebody else can see, or as many as the site asks for; from day 2 on none is needed."""
    return (picture.objective_signs >= picture.limit("objective-signs-standard")) | past_day_one(picture)


@rule("MET-23", "The last use of every opioid told is known", GATE, sources=("consensus-methadone-start",))
def last_use_known(picture: Picture) -> Truth:
    """No clock runs before methadone, but an opioid still on board adds to it: an open last use is asked for."""
    return all_of(*(_known_when(picture, use) for use in last_uses(picture)), all_told(picture))


def _known_when(picture: Picture, use: LastUse) -> Truth:
    name = use.input.removesuffix(".last_use")
    if use.substance is None and use.id is None:
        return unknown(f"{name}.substance", sentence=f"{use.name}: what it is is not known")
    if use.substance is not None and use.substance.opioid == "no":
        return known(True, f"{use.name} is no opioid", name)
    if isinstance(use.when, Missing):
        return unknown(use.input, sentence=f"{use.name}: when it was last taken is not known")
    return known(True, f"{use.name}: the last use is known", use.input)


@rule(
    "MET-24",
    "Naloxone has been watched for long enough",
    GATE,
    no="Naloxone was given: watch until it has worn off, then score again",
    sources=("od-obs", "consensus-red-flags"),
    until=lambda picture: _after(picture, "naloxone", "naloxone-watch"),
)
def naloxone_watched(picture: Picture) -> Truth:
    """Sedation comes back as naloxone wears off, and a score that naloxone made is not readiness."""
    watch = picture.limit("naloxone-watch")
    given = [_hours_since(picture, dose) >= watch for dose in picture.doses_of("naloxone")]
    taken = [
        picture.hours_since_use(exposure) >= watch for exposure in picture.exposures if exposure.substance == "naloxone"
    ]
    return all_of(*given, *taken, ~picture.was_given())


@rule(
    "MET-25",
    "Buprenorphine is taken already: continue it, or switch on purpose with the person",
    AVOID,
    sources=("asam-pocket15",),
)
def on_another_agonist(picture: Picture) -> Truth:
    """Current buprenorphine, an injection included; a goal is a choice, so an unvoiced switch is none."""
    wanted = picture.wants("switch-to-methadone")
    goal = known(wanted, "a switch to methadone is wanted" if wanted else "no switch to methadone is wanted", "goals")
    return on_buprenorphine(picture) & ~goal


@rule(
    "MET-26",
    "The last dose of methadone has had time to work",
    GATE,
    no="The last dose of methadone has not had time to work",
    sources=("asam-pocket15", "who-annex12"),
    until=lambda picture: _after(picture, "methadone", "methadone-again"),
)
def last_dose_worked(picture: Picture) -> Truth:
    """Looked at again after 2 to 4 hours."""
    again = picture.limit("methadone-again")
    given = [_hours_since(picture, dose) >= again for dose in picture.doses_of("methadone")]
    return all_of(*given, ~picture.was_given())


@rule(
    "MET-27",
    "The day's most is not reached",
    GATE,
    no="The most for the first day is reached",
    sources=("dr-meth", "cfr-spec", "who-annex12"),
    until=lambda picture: _after(picture, "methadone", "methadone-day"),
)
def under_the_days_most(picture: Picture) -> Truth:
    """What was given in the last day, against the site's most and a low tolerance's; and whether that day is over."""
    day, anew = picture.limit("methadone-day"), picture.limit("methadone-missed-new-start")
    hours = [_hours_since(picture, dose) for dose in picture.doses_of("methadone")]
    settled = [(each < limit) | (each >= limit) for each in hours for limit in (day, anew)]
    given = given_in_a_day(picture)
    under_low = (given < picture.limit("methadone-low-tolerance-day")) | ~low_tolerance(picture) | past_day_one(picture)
    return all_of(given < picture.limit("methadone-day-1-cap"), under_low, *settled)


def _hours_since(picture: Picture, dose: Dose) -> Reading:
    return hours_since(dose.at, picture.case.now, f"doses.{dose.key}.at", f"hours since {dose.as_told}")


def _after(picture: Picture, medicine: str, limit: str) -> datetime | None:
    """When the last dose of a medicine is so long ago; None where that cannot be told."""
    wait = picture.limit(limit)
    when = [dose.at for dose in picture.doses_of(medicine)]
    when += [exposure.last_use for exposure in picture.exposures if exposure.substance == medicine != "methadone"]
    spans = [at for at in when if isinstance(at, Span)]
    if not spans or len(spans) < len(when):
        return None
    return max(at.latest for at in spans) + wait.value * factor(wait.unit, "h") * HOUR


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
    "MET-21",
    "In an opioid treatment program methadone is treatment of first choice for opioid use disorder",
    PREFER,
    sources=("asam-pocket15", "vadod21"),
    no="Not the first choice here",
)
def first_choice(picture: Picture) -> Truth:
    """A program, an opioid use disorder, and more than kratom behind it; the reason says what is lacking."""
    program = picture.setting_is(PROGRAM)
    return all_of(program, picture.opioid_use_disorder, ~kratom_alone(picture))


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
        maoi,
        lungs_fail,
        withdrawal_present,
        ecg_recent,
        setting_may_give,
        due_for_kratom,
        on_another_agonist,
        sign_seen,
        last_use_known,
        naloxone_watched,
        last_dose_worked,
        under_the_days_most,
        *METHADONE_CAUTIONS,
        first_choice,
        *GOALS,
    ),
    propose=propose,
    monitoring=("methadone-dose",),
    certainty=certainty,
    medicines=("methadone",),
)
