"""Buprenorphine, standard-dose start.

| rule | what it asks | source |
|---|---|---|
| AGO-01..06 | awake, breathing, no antagonist on board; nothing to rescue or treat first | gates.py, starts.py |
| BUP-01 | no allergy to buprenorphine | CA Bridge direct-to-inject: true allergy is the one absolute contraindication |
| BUP-02 | something that buprenorphine treats | ASAM 2020 |
| BUP-03 | COWS at the site's gate: 8 where watched, 13 at home, for illicit fentanyl where staff do not watch closely, after a long-acting opioid | policy: cows-gate-* |
| BUP-04 | objective signs: one, or two after illicit fentanyl | policy: objective-signs-* |
| BUP-05 | the wait after every opioid is over | timing.py |
| BUP-06 | not already on buprenorphine, an injection in this episode included | BC pharmacy policy 2024 |
| BUP-35 | no start has begun in this episode | begun.py |
| BUP-07 | for kratom alone, mild and opioid-naive: comfort medicines come first | consensus of sources KR-NAIVE |
| BUP-07 | for an opioid only prescribed: a use disorder, or the choice to change | HHS 2019; consensus of sources |
| BUP-08 | at home, or going home to start: nothing that asks for an observed start | consensus of sources on home starts |
| BUP-09 | where the site adopted the protocol after naloxone reversal: whether it applies is known | CA Bridge January 2026 |
| BUP-20..30 | what to mind | buprenorphine_cautions.py |
| BUP-31 | a start that has begun goes on | begun.py |
"""

from __future__ import annotations

import msgspec

from leeward.guidance.assessment import Proposal
from leeward.guidance.gates import (
    AGONIST_GATES,
    BUPRENORPHINE,
    INJECTED,
    liver_at_least,
    liver_disease_at_least,
    on_buprenorphine,
)
from leeward.guidance.kratom import comfort_medicines_first, kratom_is_the_only_opioid
from leeward.guidance.option import Option
from leeward.guidance.options.begun import already_begun, start_begun
from leeward.guidance.options.buprenorphine_cautions import (
    START_CAUTIONS,
    alcohol_or_sedatives_in_doubt,
    naloxone_given,
    sedatives_found,
    sedatives_told,
)
from leeward.guidance.options.starts import BEFORE_BUPRENORPHINE, GOALS
from leeward.guidance.options.timing import (
    LastUse,
    all_told,
    ever_methadone,
    last_uses,
    long_acting_opioid,
    methadone_within,
    screen_is_asked_for,
    staff_watch,
    starts_at_home,
    waits_are_over,
    waits_end,
    watched_for_fentanyl,
)
from leeward.guidance.options.use_disorder import treats_use_disorder
from leeward.guidance.picture import Picture, asked_once
from leeward.guidance.proposal import Circumstance, scheduled
from leeward.guidance.rule import AVOID, GATE, PREFER, rule
from leeward.model.truth import Truth, all_of, any_of, known


@rule("BUP-01", "An allergy to buprenorphine is recorded", AVOID, sources=("cab-dti26",))
def allergic(picture: Picture) -> Truth:
    """A true allergy rules buprenorphine out."""
    return picture.allergic_to(*BUPRENORPHINE)


@rule("BUP-02", "Nothing that buprenorphine treats is recorded", AVOID, sources=("asam-pocket15",))
def nothing_to_treat(picture: Picture) -> Truth:
    """Neither an opioid exposure, kratom included, nor an opioid use disorder."""
    return ~picture.opioid_involved


@rule("BUP-06", "Already on buprenorphine: continue it, do not start again", AVOID, sources=("bc-ppp66",))
def already_on_it(picture: Picture) -> Truth:
    """A person on buprenorphine continues; missed doses are dealt with there. An injection of this episode lasts."""
    return on_buprenorphine(picture) | picture.was_given(INJECTED)


@rule(
    "BUP-03",
    "Withdrawal has reached the gate for a start",
    GATE,
    no="Withdrawal has not reached the gate for a start",
    sources=("consensus-cows-gate",),
)
def cows_at_gate(picture: Picture) -> Truth:
    """COWS at or over the site's gate for the setting and the opioid."""
    cows = picture.cows
    fentanyl = picture.took("fentanyl-illicit")
    found = screen_is_asked_for(picture) & picture.screened("fentanyl", "positive")
    as_at_home = starts_at_home(picture) | (~watched_for_fentanyl(picture) & (fentanyl | found))
    by_gates = all_of(
        cows >= picture.limit("cows-gate-monitored"),
        ~as_at_home | (cows >= picture.limit("cows-gate-home")),
        ~long_acting_opioid(picture) | (cows >= picture.limit("cows-after-methadone")),
    )
    return by_gates | start_after_naloxone(picture)


@rule(
    "BUP-04",
    "Enough objective signs are seen",
    GATE,
    no="Too few objective signs are seen",
    sources=("consensus-objective-signs",),
)
def objective_signs_seen(picture: Picture) -> Truth:
    """One objective sign, two after illicit fentanyl: a score of complaints alone opens nothing."""
    signs = picture.objective_signs
    two = signs >= picture.limit("objective-signs-fentanyl")
    one_is_enough = ~picture.took_fentanyl & (signs >= picture.limit("objective-signs-standard"))
    return two | one_is_enough


@rule(
    "BUP-05",
    "The wait after every opioid is over",
    GATE,
    no="Too soon after the last opioid",
    sources=("drugs-bup",),
    until=waits_end,
)
def waits_over(picture: Picture) -> Truth:
    """The clock never replaces the signs; both are asked."""
    return waits_are_over(picture) | start_after_naloxone(picture)


@rule(
    "BUP-08",
    "The place suits the start",
    GATE,
    no="Not at home: start where staff watch",
    sources=("consensus-home-start",),
)
def home_start_suits(picture: Picture) -> Truth:
    """Methadone in the last 72 hours, pregnancy, a decompensated liver, sedatives or alcohol ask for an observed start."""
    observed_instead = any_of(
        methadone_within(picture, "methadone-recent"),
        picture.pregnant,
        liver_disease_at_least(picture, "child-pugh-b"),
        alcohol_or_sedatives_in_doubt(picture),
        screen_is_asked_for(picture) & sedatives_found(picture),
    )
    return ~starts_at_home(picture) | ~observed_instead


@rule(
    "BUP-09",
    "Whether the site's protocol after naloxone reversal applies is known",
    GATE,
    sources=("cab-od26", "consensus-naloxone-reversal"),
)
def naloxone_protocol_settled(picture: Picture) -> Truth:
    """Its dose is another one, so a proposal waits until it is known which holds."""
    applies = start_after_naloxone(picture)
    return applies | ~applies


@rule(
    "BUP-07",
    "Buprenorphine is treatment of first choice here",
    PREFER,
    no="Not the first choice for mild kratom use without earlier opioids (comfort medicines first: buprenorphine brings "
    "its own dependence), nor for an opioid that is only prescribed, without a use disorder",
    sources=("asam-pocket15", "consensus-kratom-bup", "hhs19", "consensus-prescribed-opioid"),
)
def first_choice(picture: Picture) -> Truth:
    """Not for kratom alone, used little, without earlier opioids; nor for an opioid that is only prescribed."""
    return all_of(~comfort_medicines_first(picture), treats_use_disorder(picture))


@asked_once
def start_after_naloxone(picture: Picture) -> Truth:
    """Whether the site's adopted protocol after naloxone reversal of a short-acting opioid opens a start.

    Not with another sedative, an altered mind or any methadone, and only where staff watch.
    """
    if not picture.policy.allows("post-naloxone-start-protocol"):
        return known(False, "the site has not adopted a protocol for starts after naloxone")
    return all_of(
        naloxone_given(picture),
        staff_watch(picture),
        picture.cows > picture.limit("cows-after-naloxone"),
        ~sedatives_told(picture),
        ~picture.sedated,
        ~picture.has("delirium"),
        ~ever_methadone(picture),
        _only_short_acting(picture),
    )


def _only_short_acting(picture: Picture) -> Truth:
    """Whether every opioid told, listed or given is a short-acting one."""
    short = [known(_is_short(use), f"{use.name} is short-acting", use.input) for use in last_uses(picture) if use.id]
    opioid = picture.took_opioid
    return all_of(*short, all_told(picture), ~picture.took(), opioid | ~opioid)


def _is_short(use: LastUse) -> bool:
    substance = use.substance
    return substance is not None and (substance.opioid != "yes" or substance.acting == "short")


def propose(picture: Picture) -> Proposal:
    """The schedule for the setting and the opioid, lowered for age, low tolerance and, by policy, a failing liver."""
    schedule = _schedule(picture)
    lowered = circumstances(picture, tolerance=schedule != "buprenorphine-kratom")
    return mono_product(picture, scheduled(picture, schedule, lowered))


def _schedule(picture: Picture) -> str:
    if start_after_naloxone(picture).is_yes:
        return "buprenorphine-after-naloxone"
    if starts_at_home(picture).is_yes:
        return "buprenorphine-home-start"
    if kratom_is_the_only_opioid(picture).is_yes:
        return "buprenorphine-kratom"
    if picture.setting_is("emergency").is_yes:
        return "buprenorphine-emergency"
    return "buprenorphine-standard"


def circumstances(picture: Picture, tolerance: bool = True) -> tuple[Circumstance, ...]:
    """What asks for less than the schedule. The kratom schedule is already one for low tolerance."""
    found = [
        Circumstance(
            holds=picture.age >= picture.limit("age-older"),
            says="Aged 65 or more: half the dose; watch for falls and confusion.",
            share=picture.limit("start-share-older").value,
            sources=("consensus-special-populations",),
            lowers_day=True,
        )
    ]
    if tolerance:
        found.append(
            Circumstance(
                holds=picture.opioid_naive | picture.antagonist_told,
                says="No earlier opioid use, or tolerance low or in doubt: half the dose.",
                share=picture.limit("start-share-low-tolerance").value,
                sources=("consensus-bup-low-tolerance", "cabridge"),
                lowers_day=True,
            )
        )
    liver_share = picture.limit("severe-liver-buprenorphine-share").value
    if liver_share < 1:
        found.append(
            Circumstance(
                holds=liver_at_least(picture, "child-pugh-c"),
                says="Severe liver impairment: mono-product, less at start and titration (recalled from the label).",
                share=liver_share,
                sources=("supp-hep", "suboxone-label-recalled"),
                lowers_day=True,
            )
        )
    return tuple(found)


def mono_product(picture: Picture, proposal: Proposal) -> Proposal:
    """The proposal without the combination, which a failing liver rules out."""
    if not liver_at_least(picture, "child-pugh-c").is_yes:
        return proposal
    return msgspec.structs.replace(proposal, medicine="buprenorphine without naloxone (the mono-product)")


def certainty(picture: Picture) -> tuple[str, str, tuple[str, ...]]:
    """How sure the evidence is: high for opioid use disorder, very low for kratom."""
    if kratom_is_the_only_opioid(picture).is_yes:
        return (
            "very low",
            "Case reports and two series that disagree (n = 8 and n = 28) stand behind buprenorphine for kratom.",
            ("weiss21", "broyan22"),
        )
    return "high", "Buprenorphine lowers mortality and keeps people in treatment.", ("asam-pocket15", "vadod21")


OPTION = Option(
    id="buprenorphine-standard",
    title="Buprenorphine, standard-dose start",
    rules=(
        *AGONIST_GATES,
        *BEFORE_BUPRENORPHINE,
        allergic,
        nothing_to_treat,
        already_on_it,
        already_begun,
        cows_at_gate,
        objective_signs_seen,
        waits_over,
        home_start_suits,
        naloxone_protocol_settled,
        first_choice,
        start_begun,
        *GOALS,
        *START_CAUTIONS,
    ),
    propose=propose,
    monitoring=("buprenorphine-start",),
    certainty=certainty,
    medicines=BUPRENORPHINE,
)
