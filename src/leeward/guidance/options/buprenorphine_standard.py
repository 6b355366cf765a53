"""Buprenorphine, standard-dose start.

| rule | what it asks | source |
|---|---|---|
| AGO-01..03 | awake, breathing, no antagonist on board | gates.py |
| BUP-01 | no allergy to buprenorphine | CA Bridge direct-to-inject: true allergy is the one absolute contraindication |
| BUP-02 | something that buprenorphine treats | ASAM 2020 |
| BUP-03 | COWS at the site's gate: 8 where watched, 13 at home or for illicit fentanyl in an office | policy: cows-gate-* |
| BUP-04 | objective signs: one, or two after illicit fentanyl | policy: objective-signs-* |
| BUP-05 | the wait after every opioid is over | timing.py |
| BUP-06 | not already on buprenorphine | BC pharmacy policy 2024 |
| BUP-07 | for kratom alone, mild and opioid-naive: comfort medicines come first | engine consensus KR-NAIVE |
"""

from __future__ import annotations

from leeward.guidance.assessment import Proposal
from leeward.guidance.gates import AGONIST_GATES, BUPRENORPHINE, on_buprenorphine
from leeward.guidance.kratom import comfort_medicines_first
from leeward.guidance.option import Option
from leeward.guidance.options.timing import waits_are_over, waits_end
from leeward.guidance.picture import AT_HOME, Picture
from leeward.guidance.proposal import scheduled
from leeward.guidance.rule import AVOID, GATE, PREFER, rule
from leeward.model.truth import Truth, all_of, any_of



@rule("BUP-01", "An allergy to buprenorphine is recorded", AVOID, sources=("cab-dti26",))
def allergic(picture: Picture) -> Truth:
    """A true allergy rules buprenorphine out."""
    return picture.allergic_to(*BUPRENORPHINE)


@rule("BUP-02", "Nothing that buprenorphine treats is recorded", AVOID, sources=("asam-pocket15",))
def nothing_to_treat(picture: Picture) -> Truth:
    """Neither an opioid exposure, kratom included, nor an opioid use disorder."""
    return ~(picture.took_opioid | picture.opioid_use_disorder)


@rule("BUP-06", "Already on buprenorphine: continue it, do not start again", AVOID, sources=("bc-ppp66",))
def already_on_it(picture: Picture) -> Truth:
    """A person on buprenorphine continues; missed doses are dealt with there."""
    return on_buprenorphine(picture)


@rule(
    "BUP-03",
    "Withdrawal has reached the gate for a start",
    GATE,
    no="Withdrawal has not reached the gate for a start",
)
def cows_at_gate(picture: Picture) -> Truth:
    """COWS at or over the site's gate for the setting and the opioid."""
    cows = picture.cows
    home_gate = cows >= picture.limit("cows-gate-home")
    lower_gate_applies = ~any_of(
        picture.setting_is(*AT_HOME), all_of(picture.setting_is("office"), picture.took("fentanyl-illicit"))
    )
    return any_of(home_gate, all_of(lower_gate_applies, cows >= picture.limit("cows-gate-monitored")))


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
    return waits_are_over(picture)


@rule(
    "BUP-07",
    "Buprenorphine is treatment of first choice here",
    PREFER,
    no="Mild kratom use without earlier opioids: comfort medicines come first, since buprenorphine brings its own dependence",
    sources=("asam-pocket15", "consensus-kratom-bup"),
)
def first_choice(picture: Picture) -> Truth:
    """Everybody but a person whose only opioid is kratom, used little, without earlier opioids."""
    return ~comfort_medicines_first(picture)


def propose(picture: Picture) -> Proposal:
    """The site's schedule; halved at its lower end where liver, age or low tolerance may ask for it."""
    return scheduled(picture, _schedule(picture))


def _schedule(picture: Picture) -> str:
    if picture.setting_is(*AT_HOME).is_yes:
        return "buprenorphine-home-start"
    if picture.took_kratom.is_yes and picture.took_class("opioid").is_no:
        return "buprenorphine-kratom"
    return "buprenorphine-standard"


def certainty(picture: Picture) -> tuple[str, str, tuple[str, ...]]:
    """How sure the evidence is: high for opioid use disorder, very low for kratom."""
    if picture.took_kratom.is_yes and picture.took_class("opioid").is_no:
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
        allergic,
        nothing_to_treat,
        already_on_it,
        cows_at_gate,
        objective_signs_seen,
        waits_over,
        first_choice,
    ),
    propose=propose,
    monitoring=("buprenorphine-start",),
    certainty=certainty,
    medicines=BUPRENORPHINE,
)
