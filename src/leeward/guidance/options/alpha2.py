"""Rules that clonidine and lofexidine share.

| rule | what it asks | source |
|---|---|---|
| A2-01 | something that withdrawal can come from | ASAM 2020 |
| A2-02 | not as the only treatment in pregnancy | sources in the rule; ASAM 2020 |
| A2-03..05 | systolic, diastolic and pulse at or over the site's hold limits | policy: alpha2-hold-* |
| A2-06 | no fall of more than the site's limit since the first reading | policy: alpha2-hold-fall; lofexidine trials |
| A2-07 | withdrawal is scored and present | COWS from 5 |
| A2-08 | caution band: half the dose and a recheck after an hour | consensus of sources on alpha-2 holds |
| A2-09 | other medicines that lower pressure or pulse | lofexidine label |
| A2-10 | sedatives | lofexidine label |
| A2-11 | dehydration, fainting | lofexidine label; trial triggers |
| A2-12 | recommended only where agonists are refused or cannot be given | VA/DoD 2021 |
| A2-13 | one of the two, never both | consensus of sources: not without intensive-care monitoring |
| AGO-05 | another emergency may explain the score | starts.py |

Sedation and respiratory depression rule both out, as they do the opioid agonists: both medicines sedate.
"""

from __future__ import annotations

from functools import cache

from leeward.guidance.gates import respiratory_depression, sedated
from leeward.guidance.options.starts import another_emergency
from leeward.guidance.picture import Picture
from leeward.guidance.proposal import Circumstance
from leeward.guidance.rule import AVOID, CAUTION, GATE, PREFER, rule
from leeward.knowledge import Knowledge
from leeward.model.truth import Truth, all_of, any_of, known

ALPHA2_TRAIT = "alpha-2-agonist"


@cache
def _alpha2_medicines(knowledge: Knowledge) -> frozenset[str]:
    return frozenset(id for id, entry in knowledge.medicines.items() if ALPHA2_TRAIT in entry.traits)


def another_alpha2(picture: Picture, mine: str) -> Truth:
    """Whether an alpha-2 agonist other than `mine` is taken or was given."""
    others = tuple(_alpha2_medicines(picture.knowledge) - {mine})
    return picture.takes(*others) | picture.was_given(*others)


@rule("A2-01", "No opioid exposure or opioid use disorder is recorded", AVOID, sources=("asam-pocket15",))
def nothing_to_treat(picture: Picture) -> Truth:
    """Neither an opioid exposure, kratom included, nor an opioid use disorder."""
    return ~picture.opioid_involved


@rule(
    "A2-02",
    "In pregnancy methadone or buprenorphine is the treatment; an alpha-2 agonist at most comes beside it",
    AVOID,
    sources=("asam-2015p16", "nys-preg"),
)
def pregnant(picture: Picture) -> Truth:
    """Withdrawal management is not offered in pregnancy, with clonidine or lofexidine alone least of all."""
    return picture.pregnant


@rule("A2-03", "Systolic pressure allows the dose", GATE, no="Systolic pressure is under the hold limit")
def systolic_allows(picture: Picture) -> Truth:
    """A current systolic pressure at or over the site's limit."""
    return picture.reading("systolic-blood-pressure") >= picture.limit("alpha2-hold-systolic")


@rule("A2-04", "Diastolic pressure allows the dose", GATE, no="Diastolic pressure is under the hold limit")
def diastolic_allows(picture: Picture) -> Truth:
    """A current diastolic pressure at or over the site's limit."""
    return picture.reading("diastolic-blood-pressure") >= picture.limit("alpha2-hold-diastolic")


@rule("A2-05", "The pulse allows the dose", GATE, no="The pulse is under the hold limit")
def pulse_allows(picture: Picture) -> Truth:
    """A current heart rate at or over the site's limit."""
    return picture.reading("heart-rate") >= picture.limit("alpha2-hold-heart-rate")


@rule(
    "A2-06",
    "Pressure and pulse have held since the first reading",
    GATE,
    no="Pressure or pulse has fallen too far since the first reading",
)
def held_since_first(picture: Picture) -> Truth:
    """No fall of systolic pressure or pulse by more than the site's share of the first reading."""
    most = picture.limit("alpha2-hold-fall")
    return all_of(picture.fall("systolic-blood-pressure") <= most, picture.fall("heart-rate") <= most)


@rule("A2-07", "Withdrawal is present", GATE, no="No withdrawal is scored", sources=("lof-rxr",))
def withdrawal_present(picture: Picture) -> Truth:
    """A current COWS that counts as withdrawal."""
    return picture.cows >= picture.limit("cows-withdrawal")


def in_caution_band(picture: Picture) -> Truth:
    """Whether pressure or pulse is low enough for half a dose, though not for a hold."""
    return any_of(
        picture.reading("systolic-blood-pressure") <= picture.limit("alpha2-caution-systolic"),
        picture.reading("heart-rate") <= picture.limit("alpha2-caution-heart-rate"),
    )


def band(picture: Picture) -> str:
    """The caution band in words."""
    systolic, pulse = picture.limit("alpha2-caution-systolic"), picture.limit("alpha2-caution-heart-rate")
    return f"Systolic pressure up to {systolic} or pulse up to {pulse}"


@rule(
    "A2-08",
    "Pressure or pulse is near the hold limit: half the dose, and a recheck after an hour",
    CAUTION,
    sources=("consensus-alpha2-hold",),
)
def near_the_limit(picture: Picture) -> Truth:
    """Systolic 100 or less, or a pulse of 55 or less."""
    return in_caution_band(picture)


@rule(
    "A2-09",
    "Other medicines lower pressure or pulse: avoid the pair where possible, otherwise measure more often",
    CAUTION,
    sources=("lof-rxr", "lof-butalbital"),
)
def lowers_pressure(picture: Picture) -> Truth:
    """Antihypertensives, rate-lowering medicines and others with that trait."""
    return picture.takes(traits=("bp-or-hr-lowering",))


@rule("A2-10", "Sedatives add to the sedation of this medicine", CAUTION, sources=("lof-butalbital",))
def sedatives(picture: Picture) -> Truth:
    """Sedating medicines, alcohol or another sedative substance."""
    return picture.takes(traits=("sedative",)) | picture.took_class("alcohol", "sedative")


@rule(
    "A2-11",
    "Fainting or vomiting: give fluids, measure pressure lying and standing, and hold while standing brings symptoms",
    CAUTION,
    sources=("lof-t2", "consensus-alpha2-hold"),
)
def fainting(picture: Picture) -> Truth:
    """A fall on standing with symptoms holds the dose, whatever the pressure lying down."""
    return picture.said("syncope") | picture.said("vomiting") | picture.has("syncope-history")


ONE_WAY_OF_STARTING = ("buprenorphine-high-dose", "buprenorphine-low-dose", "buprenorphine-extended-release")
"""Declining one of these declines a way of starting, not buprenorphine."""


def agonists_declined(picture: Picture) -> Truth:
    """Whether the person declines buprenorphine and methadone. A choice, not a finding: unvoiced is not unknown."""
    declines = picture.case.declines
    buprenorphine = any(name.startswith("buprenorphine") and name not in ONE_WAY_OF_STARTING for name in declines)
    both = buprenorphine and "methadone" in declines
    says = "buprenorphine and methadone are declined" if both else "buprenorphine and methadone are not both declined"
    return known(both, says, "declines")


def wants_withdrawal_management_only(picture: Picture) -> Truth:
    """Whether the goal is withdrawal management and no treatment after it."""
    wanted = picture.wants("withdrawal-management-only")
    return known(wanted, "withdrawal management only is wanted" if wanted else "treatment is not ruled out", "goals")


@rule(
    "A2-12",
    "Agonists are declined or cannot be given",
    PREFER,
    no="Buprenorphine and methadone work better: this comes where they are refused, unsuitable or not to be had",
    sources=("vadod21", "asam-pocket15"),
)
def instead_of_agonists(picture: Picture) -> Truth:
    """Refused, not the goal, or barred by an antagonist on board."""
    return any_of(agonists_declined(picture), wants_withdrawal_management_only(picture), picture.antagonist_on_board)


@rule(
    "A2-13",
    "One of lofexidine and clonidine, never both",
    CAUTION,
    sources=("consensus-alpha2-combination", "asam-pocket15"),
)
def one_of_the_two(picture: Picture) -> Truth:
    """Said wherever neither is declined. A choice, not a finding: unvoiced is not unknown."""
    declined = sorted({"lofexidine", "clonidine"} & set(picture.case.declines))
    says = f"{' and '.join(declined)} declined" if declined else "each is offered instead of the other"
    return known(not declined, says, "declines")


def half_dose(picture: Picture) -> Circumstance:
    """Half the dose in the caution band."""
    return Circumstance(
        holds=in_caution_band(picture),
        says=f"{band(picture)}: half the dose, and measure again after an hour.",
        share=picture.limit("alpha2-caution-share").value,
        sources=("consensus-alpha2-hold",),
    )


ALPHA2_RULES = (
    sedated,
    respiratory_depression,
    another_emergency,
    one_of_the_two,
    nothing_to_treat,
    pregnant,
    systolic_allows,
    diastolic_allows,
    pulse_allows,
    held_since_first,
    withdrawal_present,
    near_the_limit,
    lowers_pressure,
    sedatives,
    fainting,
)
