"""Buprenorphine, high-dose start where staff watch.

| rule | what it asks | source |
|---|---|---|
| AGO-01..06, BUP-01, 02, 03, 05, 06, 31, 35 | as for the standard start | buprenorphine_standard.py |
| BHD-01 | an emergency department, a hospital or an opioid treatment programme | CA Bridge; ASAM 2023 on high-potency opioids (HPSO-03) |
| BHD-02 | no methadone within 72 h | CA Bridge; consensus of sources |
| BHD-03 | tolerance not low: earlier opioid use, and an opioid other than kratom | CA Bridge: lower if tolerance is low |
| BHD-04 | under 65 | consensus of sources on special populations |
| BHD-05 | no severe liver impairment | ACEP; CA Bridge: organ failure |
| BHD-06 | no chronic lung disease | CA Bridge: respiratory distress; consensus of sources |
| BHD-07 | two objective signs in everybody | CA Bridge Quick Start 2025 |
| BUP-32 | an opioid that is only prescribed | use_disorder.py |

Never recommended over a standard start: no trial compared the two.
"""

from __future__ import annotations

from leeward.guidance.assessment import Proposal
from leeward.guidance.gates import AGONIST_GATES, BUPRENORPHINE, liver_disease_at_least
from leeward.guidance.kratom import kratom_is_the_only_opioid
from leeward.guidance.option import Option
from leeward.guidance.options.begun import already_begun, start_begun
from leeward.guidance.options.buprenorphine_cautions import START_CAUTIONS
from leeward.guidance.options.buprenorphine_standard import (
    allergic,
    already_on_it,
    cows_at_gate,
    nothing_to_treat,
    waits_over,
)
from leeward.guidance.options.starts import BEFORE_BUPRENORPHINE, GOALS
from leeward.guidance.options.timing import methadone_within
from leeward.guidance.options.use_disorder import only_prescribed
from leeward.guidance.picture import Picture
from leeward.guidance.proposal import scheduled
from leeward.guidance.rule import AVOID, GATE, rule
from leeward.model.truth import Truth, any_of

WATCHED_CLOSELY = ("emergency", "inpatient", "opioid-treatment-program")


@rule(
    "BHD-01",
    "A high-dose start needs an emergency department, a hospital or an opioid treatment programme",
    AVOID,
    sources=("cab-qs25", "gc-4054694"),
)
def not_watched_closely(picture: Picture) -> Truth:
    """Rapid steps are safe where somebody looks every half hour."""
    return ~picture.setting_is(*WATCHED_CLOSELY)


@rule(
    "BHD-02", "Methadone within 72 hours bars a high-dose start", AVOID, sources=("cabridge", "consensus-methadone-72h")
)
def methadone_recent(picture: Picture) -> Truth:
    """A large dose over methadone precipitates a long withdrawal."""
    return methadone_within(picture, "methadone-recent")


@rule(
    "BHD-03",
    "Tolerance is low or in doubt: take the standard start",
    AVOID,
    sources=("cab-qs25", "cabridge", "consensus-bup-high-dose-exclusions"),
)
def low_tolerance(picture: Picture) -> Truth:
    """No earlier opioid use, naltrexone, or kratom as the only opioid, says nothing of a tolerance for 16 mg."""
    return any_of(picture.opioid_naive, picture.antagonist_told, kratom_is_the_only_opioid(picture))


@rule(
    "BHD-04",
    "From 65 years a high-dose start is left for the standard one at half doses",
    AVOID,
    sources=("consensus-special-populations", "consensus-bup-high-dose-exclusions"),
)
def older(picture: Picture) -> Truth:
    """Start doses are halved, so they are not doubled."""
    return picture.age >= picture.limit("age-older")


@rule(
    "BHD-05",
    "Severe liver impairment: no high-dose start",
    AVOID,
    sources=("acep-bupe", "cabridge", "consensus-bup-high-dose-exclusions"),
)
def severe_liver(picture: Picture) -> Truth:
    """Liver failure, or a liver disease of Child-Pugh class C."""
    return liver_disease_at_least(picture, "child-pugh-c")


@rule(
    "BHD-06",
    "Chronic lung disease: no high-dose start",
    AVOID,
    sources=("cabridge", "consensus-bup-high-dose-exclusions"),
)
def chronic_lung_disease(picture: Picture) -> Truth:
    """The first dose is lowered there, not raised."""
    return picture.has("chronic-lung-disease")


@rule(
    "BHD-07",
    "Two objective signs are seen",
    GATE,
    no="Fewer than two objective signs are seen",
    sources=("cab-qs25", "consensus-objective-signs"),
)
def two_objective_signs(picture: Picture) -> Truth:
    """Two in everybody, whatever was taken."""
    return picture.objective_signs >= picture.limit("objective-signs-fentanyl")


def propose(picture: Picture) -> Proposal:
    """16 mg, looked at again after half an hour to an hour."""
    return scheduled(picture, "buprenorphine-high-dose")


def certainty(_: Picture) -> tuple[str, str, tuple[str, ...]]:
    """A large case series, no trial against the standard start."""
    return (
        "low",
        "579 emergency starts in one series; no trial against the standard start.",
        ("herring21", "gc-4054694"),
    )


OPTION = Option(
    id="buprenorphine-high-dose",
    title="Buprenorphine, high-dose start",
    rules=(
        *AGONIST_GATES,
        *BEFORE_BUPRENORPHINE,
        allergic,
        nothing_to_treat,
        already_on_it,
        already_begun,
        not_watched_closely,
        methadone_recent,
        low_tolerance,
        older,
        severe_liver,
        chronic_lung_disease,
        cows_at_gate,
        two_objective_signs,
        waits_over,
        start_begun,
        only_prescribed,
        *GOALS,
        *START_CAUTIONS,
    ),
    propose=propose,
    monitoring=("buprenorphine-high-dose-start",),
    certainty=certainty,
    medicines=BUPRENORPHINE,
)
