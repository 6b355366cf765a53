"""Continue the treatment that the person already has.

| rule | what it asks | source |
|---|---|---|
| CON-01 | a current treatment: buprenorphine, a start begun here included, methadone or naltrexone | current_treatment.py, begun.py |
| CON-02 | an agonist is held while sedated | CA Bridge on-shift; WHO 2009 annex 12 |
| CON-03 | an agonist is held while breathing is depressed or under 12 breaths a minute | consensus of sources |
| CON-04 | no agonist over naltrexone or nalmefene | ACMT/AACT on nalmefene |
| CON-05 | which treatment is current is known | decision 0003 |
| CON-06 | methadone: the dose is confirmed with whoever dispenses it | peri-operative guideline; OTP practice |
| CON-07 | methadone: how many days were missed is known well enough for one row | Australia, Ontario, consensus of sources |
| CON-08 | the current dose is told | decision 0003 |
| CON-09 | continuing is recommended | ASAM 2020 |
| CON-10 | pain or surgery: continue without reduction, split | JGIM 2021 table; peri-operative guideline |
| CON-11 | pregnancy: split, raise as it advances | NYSDOH; ASAM |
| CON-12 | opioids used beside the treatment | ASAM 2020 |
| CON-13 | sedatives or alcohol beside methadone: hold while intoxicated | consensus of sources |
| CON-14 | QTc above 500 ms on methadone | Chou 2014 |
| CON-15 | an allergy to the treatment is recorded | - |
| CON-16 | days were missed | BC 2024; Australia; Ontario |
| CON-17 | a start begun here: worse after the dose asks for more, and for a new score | CA Bridge Quick Start 2025 |
| CON-18 | precipitated withdrawal: the rescue ladder | CA Bridge 2025; consensus of sources |
| CON-19 | withdrawal has hardly moved after enough: think again | consensus of sources |
| AGO-06, GOA-01, GOA-02 | intoxication; what the person wants beside it | starts.py |
"""

from __future__ import annotations

import msgspec

from leeward.guidance.alerts.response import failure_to_respond, precipitated_withdrawal
from leeward.guidance.assessment import Amount, Proposal
from leeward.guidance.gates import (
    BUPRENORPHINE,
    DAILY_BUPRENORPHINE,
    on_buprenorphine,
    on_daily_buprenorphine,
    on_injected_buprenorphine,
    returned_to_opioids,
)
from leeward.guidance.option import Option
from leeward.guidance.options.begun import begun, more_of_it
from leeward.guidance.options.buprenorphine_cautions import (
    CONTINUING_CAUTIONS,
    above_confirm_ceiling,
    above_soft_ceiling,
    sedatives_told,
)
from leeward.guidance.options.buprenorphine_standard import circumstances, mono_product
from leeward.guidance.options.current_treatment import (
    METHADONE,
    NALTREXONE,
    current_dose,
    dose_told,
    methadone_row,
    methadone_told,
    missed_methadone,
    on_methadone,
    on_naltrexone,
    verified,
)
from leeward.guidance.options.starts import GOALS, intoxicated
from leeward.guidance.picture import Picture, asked_once
from leeward.guidance.proposal import scheduled
from leeward.guidance.rule import AVOID, CAUTION, FIRST, GATE, PREFER, rule
from leeward.model.quantity import Quantity
from leeward.model.truth import Truth, all_of, any_of


@rule("CON-01", "There is no current treatment to continue", AVOID, sources=("bc-ppp66", "consensus-methadone-missed"))
def nothing_to_continue(picture: Picture) -> Truth:
    """Neither buprenorphine, methadone nor naltrexone, or too many days were missed: a new start is judged by its own gates."""
    return ~any_of(on_agonist(picture), on_naltrexone(picture))


@rule(
    "CON-02",
    "Sedated or not fully awake: hold the agonist until somebody has found out why",
    AVOID,
    sources=("consensus-sedation-gate",),
)
def held_for_sedation(picture: Picture) -> Truth:
    """Held, not stopped: the treatment goes on once the person is awake."""
    return on_agonist(picture) & picture.sedated


@rule(
    "CON-03",
    "Breathing is depressed, or slower than 12 a minute: hold the agonist",
    AVOID,
    sources=("consensus-sedation-gate", "consensus-red-flags"),
)
def held_for_breathing(picture: Picture) -> Truth:
    """Under 12 breaths a minute already, as every schedule's hold says."""
    slow = picture.reading("respiratory-rate") < picture.limit("agonist-respiratory-rate-hold")
    return on_agonist(picture) & (picture.respiratory_depression | slow)


@rule("CON-04", "An antagonist is on board: no agonist on top by the clock", AVOID, sources=("acmt-nalm",))
def antagonist_over_agonist(picture: Picture) -> Truth:
    """A specialist decides when the agonist goes on."""
    return on_agonist(picture) & picture.antagonist_on_board


@rule("CON-05", "Which treatment is current is known", GATE, sources=("consensus-continue-treatment",))
def settled(picture: Picture) -> Truth:
    """The proposal is another one for each."""
    each = (on_methadone, on_daily_buprenorphine, on_injected_buprenorphine, on_naltrexone, begun)
    return all_of(truth | ~truth for truth in (treatment(picture) for treatment in each))


@rule(
    "CON-06",
    "A methadone dose is confirmed with whoever dispenses it",
    GATE,
    sources=("jgim-t3", "consensus-continue-treatment"),
)
def methadone_verified(picture: Picture) -> Truth:
    """Told doses are wrong often enough to kill."""
    return ~on_methadone(picture) | verified(picture, "methadone")


@rule(
    "CON-07",
    "How many days of methadone were missed is known well enough",
    GATE,
    sources=("au-missed", "metaphi", "consensus-methadone-missed"),
)
def methadone_row_known(picture: Picture) -> Truth:
    """One row of the table must hold for certain."""
    return ~on_methadone(picture) | methadone_row(picture).continued


@rule("CON-08", "The current dose is told", GATE, sources=("consensus-continue-treatment",))
def dose_known(picture: Picture) -> Truth:
    """For daily buprenorphine and methadone; an injection is confirmed by product and date."""
    return all_of(
        ~on_methadone(picture) | dose_told(picture, METHADONE, "methadone"),
        ~on_daily_buprenorphine(picture) | dose_told(picture, DAILY_BUPRENORPHINE, "buprenorphine"),
    )


@rule("CON-09", "The treatment that the person has is continued", PREFER, sources=("asam-pocket15", "nice52"))
def continue_it(picture: Picture) -> Truth:
    """Through withdrawal, illness, surgery, pregnancy and custody."""
    return on_agonist(picture) | on_naltrexone(picture)


@rule(
    "CON-10",
    "Severe acute pain or surgery: do not reduce or stop it; split the dose every 6 to 8 hours and treat the pain beside it",
    CAUTION,
    sources=("jgim-t3", "gc-1285174"),
)
def in_pain(picture: Picture) -> Truth:
    """Non-opioids first; then one short-acting full agonist at a higher than naive dose, by the treating team."""
    return on_agonist(picture) & picture.has("severe-acute-pain")


@rule(
    "CON-11",
    "Pregnant: split the dose and raise it as pregnancy advances; no taper",
    CAUTION,
    sources=("nys-preg", "asam-2015p16"),
)
def in_pregnancy(picture: Picture) -> Truth:
    """Buprenorphine and methadone are both continued."""
    return on_agonist(picture) & picture.pregnant


@rule(
    "CON-12",
    "Opioids are used beside the treatment: no reason to stop it; look at the dose and offer more",
    CAUTION,
    sources=("asam-pocket15", "gc-4054694"),
)
def opioids_beside(picture: Picture) -> Truth:
    """Use on treatment asks for better treatment."""
    return on_agonist(picture) & returned_to_opioids(picture)


@rule(
    "CON-13",
    "Sedatives or alcohol beside methadone: hold today's dose while intoxicated, and never give it to somebody drowsy",
    CAUTION,
    sources=("consensus-sedation-gate", "who-annex12"),
)
def sedatives_beside_methadone(picture: Picture) -> Truth:
    """Methadone goes on growing in the body for days."""
    return on_methadone(picture) & sedatives_told(picture)


@rule(
    "CON-14",
    "QTc above 500 ms on methadone: reduce it or switch, correct electrolytes, repeat the ECG",
    CAUTION,
    sources=("chou14", "qtc-wiki"),
)
def very_long_qtc(picture: Picture) -> Truth:
    """A shared decision with the programme, never a sudden stop."""
    return on_methadone(picture) & (picture.reading("qtc") > picture.limit("qtc-very-long"))


@rule("CON-15", "An allergy to the treatment is recorded: find out what happened", CAUTION, sources=("cab-dti26",))
def allergy_recorded(picture: Picture) -> Truth:
    """An entry against something that is taken is often a side effect."""
    return any_of(
        (on_buprenorphine(picture) | begun(picture)) & picture.allergic_to(*BUPRENORPHINE),
        on_methadone(picture) & picture.allergic_to("methadone"),
        on_naltrexone(picture) & picture.allergic_to(*NALTREXONE),
    )


@rule(
    "CON-16",
    "Days of methadone were missed: somebody sees the person before the dose; sources differ on how much is left of it",
    CAUTION,
    sources=("au-missed", "metaphi", "consensus-methadone-missed"),
)
def methadone_days_missed(picture: Picture) -> Truth:
    """From the row where the dose falls."""
    return on_methadone(picture) & (missed_methadone(picture) >= picture.limit("methadone-missed-down-half"))


@rule(
    "CON-17",
    "A start has begun here: if the person is worse after the dose, under-treated and precipitated withdrawal both get "
    "more buprenorphine; score COWS again in 30 minutes",
    CAUTION,
    sources=("cab-qs25", "consensus-pw-engine"),
)
def worse_after_the_dose(picture: Picture) -> Truth:
    """Also where no COWS from before the dose is known."""
    return begun(picture)


@rule(
    "CON-18",
    "Precipitated withdrawal is likely: go on by the rescue ladder",
    FIRST,
    sources=("cab-qs25", "consensus-pw-rescue"),
)
def by_the_ladder(picture: Picture) -> Truth:
    """More of the same medicine either way; the ladder has the larger steps and the closer watch."""
    return precipitated_withdrawal(picture)


@rule(
    "CON-19",
    "Withdrawal has hardly moved after an adequate dose: think the diagnosis over before more of the same",
    CAUTION,
    sources=("consensus-failure-to-respond",),
)
def hardly_moved(picture: Picture) -> Truth:
    """Another substance, another illness, a side effect, or precipitated withdrawal."""
    return failure_to_respond(picture)


@asked_once
def on_agonist(picture: Picture) -> Truth:
    """Whether buprenorphine or methadone is current, a start of buprenorphine begun here included."""
    return any_of(on_methadone(picture), on_buprenorphine(picture), begun(picture))


def propose(picture: Picture) -> Proposal:
    """The current dose, or what missed days leave of it. Methadone first, then daily before injected buprenorphine."""
    if on_methadone(picture).is_yes:
        return _methadone(picture)
    if on_daily_buprenorphine(picture).is_yes:
        dose = current_dose(picture, DAILY_BUPRENORPHINE, "buprenorphine")
        return _with_dose(scheduled(picture, "continue-buprenorphine"), dose and dose[0], dose and dose[1])
    if begun(picture).is_yes:
        lowered = circumstances(picture)
        return mono_product(picture, more_of_it(picture, scheduled(picture, "continue-begun-buprenorphine", lowered)))
    if on_injected_buprenorphine(picture).is_yes:
        return scheduled(picture, "continue-buprenorphine-injection")
    return scheduled(picture, "continue-naltrexone")


def _methadone(picture: Picture) -> Proposal:
    """Of a dose told in parts the whole day counts: two of 30 mg are 60 mg, and half of them is 30 mg."""
    row, told = methadone_row(picture), methadone_told(picture)
    day = Quantity(told.low, told.unit) if told.is_exact else None
    if row.same.is_yes:
        taken = current_dose(picture, METHADONE, "methadone")
        parts = taken is not None and day is not None and taken[0].to(day.unit) != day
        says = taken and (f"the day's sum of {taken[0]} {taken[1]}" if parts else taken[1])
        return _with_dose(scheduled(picture, "continue-methadone-same"), day, says)
    half = None if day is None else Quantity(day.value * picture.limit("methadone-missed-share").value, day.unit)
    if row.half.is_yes:
        return _with_dose(scheduled(picture, "continue-methadone-half"), half, None)
    lower = None if half is None else Quantity(min(half.value, picture.limit("methadone-missed-cap").value), half.unit)
    return _with_dose(scheduled(picture, "continue-methadone-lower"), lower, None)


def _with_dose(proposal: Proposal, dose: Quantity | None, taken: str | None) -> Proposal:
    """The proposal with its first step's dose filled in, and how it is taken where the list says so."""
    if dose is None:
        return proposal
    first, *rest = proposal.steps
    amount = Amount(min=dose.value, usual=dose.value, max=dose.value, unit=dose.unit)
    every = f"{taken} (as told); {first.every}" if taken else first.every
    first = msgspec.structs.replace(first, dose=amount, every=every)
    return msgspec.structs.replace(proposal, steps=(first, *rest))


def certainty(_: Picture) -> tuple[str, str, tuple[str, ...]]:
    """Staying on treatment lowers mortality; the tables of missed days are practice."""
    return (
        "high",
        "Staying on treatment lowers mortality; the tables of missed days rest on practice and disagree.",
        ("asam-pocket15", "au-missed", "metaphi"),
    )


OPTION = Option(
    id="continue-current-treatment",
    title="Continue the current treatment",
    rules=(
        nothing_to_continue,
        held_for_sedation,
        held_for_breathing,
        antagonist_over_agonist,
        settled,
        methadone_verified,
        methadone_row_known,
        dose_known,
        continue_it,
        intoxicated,
        *GOALS,
        in_pain,
        in_pregnancy,
        opioids_beside,
        sedatives_beside_methadone,
        very_long_qtc,
        allergy_recorded,
        methadone_days_missed,
        worse_after_the_dose,
        by_the_ladder,
        hardly_moved,
        above_soft_ceiling,
        above_confirm_ceiling,
        *CONTINUING_CAUTIONS,
    ),
    propose=propose,
    monitoring=("continued-treatment",),
    certainty=certainty,
    medicines=(),
)
