"""Clonidine, off-label.

| rule | what it asks | source |
|---|---|---|
| A2-01..11, A2-13 | what every alpha-2 agonist asks | alpha2.py |
| SET-01 | the setting is known, since the daily cap hangs on it | gates.py |
| CLO-01 | no allergy | label (recalled) |
| CLO-02 | no second alpha-2 agonist | consensus of sources: not without intensive-care monitoring |
| CLO-03 | no heart block or marked bradycardia | label (recalled); consensus of sources |
| CLO-04 | coronary, cerebrovascular or kidney disease | label (recalled) |
| CLO-05 | SNRIs, tricyclics and mirtazapine blunt it | label (recalled); sources in the rule |
| CLO-06 | beta-blockers: slow pulse, and a worse rebound | label (recalled) |
| CLO-07 | doses given count toward the day; no abrupt stop | consensus of sources; label page for the taper |
| CLO-08 | recommended only where agonists are out and lofexidine is declined | ASAM 2020; consensus of sources |

ASAM names both; lofexidine is labelled for withdrawal and clonidine is not. So that two alpha-2 agonists are never
recommended side by side, clonidine is acceptable at most unless the person declines lofexidine.

| source | dose | most in 24 hours | hold |
|---|---|---|---|
| Veterans Affairs sheet | 0.1 mg test, then 0.1-0.2 mg every 6-8 h | look again at 3-7 days | under 90/60 |
| emergency reference | 0.1-0.3 mg every hour by pressure and pulse | 0.8 mg, 1.2 mg from 90 kg | any hypotension |
| Canadian table | 0.1-0.2 mg every 4-6 h | 1.2 mg on day 1, then 2.0 mg | - |
| ASAM (recalled) | 0.1-0.3 mg every 6-8 h | 1.2 mg | - |
| CA Bridge 2026 | 0.1-0.3 mg every 6-8 h as needed | - | - |
| MedKitt kratom tree (low trust) | 0.1 mg every 4-6 h as needed | 0.8-1.2 mg | under 90 systolic, under 50 /min |
"""

from __future__ import annotations

import msgspec

from leeward.guidance.assessment import Amount, Proposal, ProposalStep
from leeward.guidance.gates import setting_known
from leeward.guidance.option import Option
from leeward.guidance.options.alpha2 import ALPHA2_RULES, another_alpha2, half_dose, instead_of_agonists
from leeward.guidance.picture import Picture
from leeward.guidance.proposal import Circumstance, scheduled
from leeward.guidance.rule import AVOID, CAUTION, PREFER, rule
from leeward.model.truth import Truth, known


@rule("CLO-01", "An allergy to clonidine is recorded", AVOID, sources=("clonidine-label-recalled",))
def allergic(picture: Picture) -> Truth:
    """A recorded allergy or intolerance."""
    return picture.allergic_to("clonidine")


@rule(
    "CLO-02",
    "Another alpha-2 agonist is on board: no two together outside intensive care",
    AVOID,
    sources=("consensus-alpha2-combination",),
)
def second_alpha2(picture: Picture) -> Truth:
    """Lofexidine, tizanidine, dexmedetomidine, guanfacine or methyldopa taken or given."""
    return another_alpha2(picture, "clonidine")


@rule(
    "CLO-03", "Heart block or marked bradycardia", AVOID, sources=("clonidine-label-recalled", "consensus-alpha2-hold")
)
def slow_rhythm(picture: Picture) -> Truth:
    """A slow rhythm is made slower."""
    return picture.has("bradycardia")


@rule(
    "CLO-04",
    "Coronary, cerebrovascular or kidney disease: start at the lower end and measure more often",
    CAUTION,
    sources=("clonidine-label-recalled",),
)
def vessels_or_kidneys(picture: Picture) -> Truth:
    """The label asks for care."""
    return picture.has("coronary-insufficiency", "cerebrovascular-disease", "kidney-disease")


@rule(
    "CLO-05",
    "An SNRI, a tricyclic or mirtazapine may blunt clonidine",
    CAUTION,
    sources=("clonidine-label-recalled",),
)
def blunted(picture: Picture) -> Truth:
    """Medicines that work against it."""
    return picture.takes(traits=("blunts-clonidine",))


@rule(
    "CLO-06",
    "A beta-blocker slows the pulse further and makes the rebound worse when clonidine stops",
    CAUTION,
    sources=("clonidine-label-recalled",),
)
def beta_blocker(picture: Picture) -> Truth:
    """Beta-blockers among the medicines."""
    return picture.takes(traits=("beta-blocker",))


@rule(
    "CLO-07",
    "Clonidine is taken already: count it toward the day's most, and do not stop it at once (rebound hypertension)",
    CAUTION,
    sources=("dr-clon", "consensus-alpha2-hold"),
)
def already_taken(picture: Picture) -> Truth:
    """Clonidine among the doses or medicines."""
    return picture.was_given("clonidine") | picture.takes("clonidine")


@rule(
    "CLO-08",
    "Agonists are declined or cannot be given, and lofexidine is declined",
    PREFER,
    no="Buprenorphine and methadone work better, and lofexidine is labelled for withdrawal where clonidine is not",
    sources=("asam-pocket15", "vadod21", "consensus-clonidine-second"),
)
def instead_of_lofexidine(picture: Picture) -> Truth:
    """A choice, not a finding: unvoiced is not unknown."""
    declined = "lofexidine" in picture.case.declines
    says = "lofexidine is declined" if declined else "lofexidine is not declined"
    return known(declined, says, "declines") & instead_of_agonists(picture)


def higher_cap(picture: Picture) -> Truth:
    """Whether the higher daily cap holds: staff watch, and the weight is known to reach the limit."""
    return picture.monitored & (picture.weight >= picture.limit("clonidine-weight-cap"))


def propose(picture: Picture) -> Proposal:
    """Test dose, then doses by pressure and pulse; the lower cap is the usual one until the weight is known."""
    older = Circumstance(
        holds=picture.age >= picture.limit("age-older"),
        says="From 65 years: half the dose; watch for falls and confusion.",
        share=picture.limit("start-share-older").value,
        sources=("consensus-special-populations",),
    )
    proposal = scheduled(picture, "clonidine-off-label", (half_dose(picture), older))
    caps = sorted((picture.limit("clonidine-cap-outpatient").value, picture.limit("clonidine-cap-monitored").value))
    more = higher_cap(picture)
    cap = Amount(min=None, usual=None, max=caps[-1] if more.is_yes else caps[0], unit="mg")
    if more.is_unknown:
        cap = Amount(min=caps[0], usual=caps[0], max=caps[-1], unit="mg")
        note = f"Weight not known: at most {caps[0]:g} mg in 24 hours; {caps[-1]:g} mg only from "
        note += f"{picture.limit('clonidine-weight-cap')} and where staff watch."
        proposal = msgspec.structs.replace(proposal, notes=(note, *proposal.notes))
    return msgspec.structs.replace(proposal, steps=tuple(_under(step, cap) for step in proposal.steps))


def _under(step: ProposalStep, cap: Amount) -> ProposalStep:
    """The step under the daily cap, where it has one."""
    return step if step.per_day_max is None else msgspec.structs.replace(step, per_day_max=cap)


def certainty(picture: Picture) -> tuple[str, str, tuple[str, ...]]:
    """Off-label; less than an agonist; case reports only for kratom."""
    if picture.took_kratom.is_yes and picture.took_class("opioid").is_no:
        says = "Off-label; only case reports stand behind it for kratom."
        return "very low", says, ("galbis-reig-2016-recalled", "medkitt")
    return (
        "moderate",
        "Off-label. Eases withdrawal less well than buprenorphine or methadone; doses and caps differ between sources.",
        ("asam-pocket15", "utd-54978", "cmaj-t1"),
    )


OPTION = Option(
    id="clonidine",
    title="Clonidine (off-label)",
    rules=(
        *ALPHA2_RULES,
        setting_known,
        allergic,
        second_alpha2,
        slow_rhythm,
        vessels_or_kidneys,
        blunted,
        beta_blocker,
        already_taken,
        instead_of_lofexidine,
    ),
    propose=propose,
    monitoring=("alpha2-dose",),
    certainty=certainty,
    medicines=("clonidine",),
)
