"""Symptomatic care: comfort beside treatment, never instead of it.

| rule | what it asks | source |
|---|---|---|
| SYM-01 | something to comfort: an opioid exposure, an opioid use disorder or withdrawal | ASAM 2020 |
| SYM-02 | recommended wherever there is an opioid exposure or withdrawal | ASAM 2020; WHO 2009 annex 12 |
| SYM-03 | withdrawal management alone is not treatment | ASAM 2020; VA/DoD 2021 |
| SYM-04 | mild kratom use without earlier opioids: comfort medicines come first | consensus of sources KR-NAIVE |
| GOA-01 | a benzodiazepine is to be stopped | starts.py |
"""

from __future__ import annotations

from leeward.guidance.assessment import Proposal
from leeward.guidance.kratom import comfort_medicines_first
from leeward.guidance.option import Option
from leeward.guidance.options.starts import stop_benzodiazepine
from leeward.guidance.picture import Picture
from leeward.guidance.proposal import scheduled
from leeward.guidance.rule import AVOID, CAUTION, PREFER, rule
from leeward.model.truth import Truth, any_of


def in_withdrawal(picture: Picture) -> Truth:
    """A COWS total that is withdrawal."""
    return picture.cows >= picture.limit("cows-withdrawal")


@rule("SYM-01", "Nothing to comfort is recorded", AVOID, sources=("asam-pocket15",))
def nothing_to_comfort(picture: Picture) -> Truth:
    """Neither an opioid exposure, kratom included, nor an opioid use disorder, nor withdrawal."""
    return ~any_of(picture.took_opioid, picture.opioid_use_disorder, in_withdrawal(picture))


@rule(
    "SYM-02",
    "Comfort medicines belong beside treatment in every withdrawal",
    PREFER,
    no="Neither an opioid exposure nor withdrawal is told now",
    sources=("asam-pocket15", "who-annex12"),
)
def comfort_now(picture: Picture) -> Truth:
    """An opioid exposure, kratom included, or withdrawal now."""
    return picture.took_opioid | in_withdrawal(picture)


@rule(
    "SYM-03",
    "Withdrawal management alone is not treatment: relapse and overdose follow it, so offer buprenorphine or methadone "
    "at every contact",
    CAUTION,
    sources=("asam-pocket15", "vadod21", "pmc2856108"),
)
def not_treatment(picture: Picture) -> Truth:
    """Said to everybody with an opioid exposure or use disorder: comfort never stands in for treatment."""
    return picture.took_opioid | picture.opioid_use_disorder


@rule(
    "SYM-04",
    "Mild kratom use without earlier opioids: comfort medicines come first, and buprenorphine is discussed as a shared "
    "decision",
    CAUTION,
    sources=("consensus-kratom-bup",),
)
def comfort_first(picture: Picture) -> Truth:
    """The kratom pathway's rule for little use without earlier opioids."""
    return comfort_medicines_first(picture)


def propose(picture: Picture) -> Proposal:
    """Fluids, quiet and comfort medicines by symptom."""
    return scheduled(picture, "symptomatic-care")


def certainty(picture: Picture) -> tuple[str, str, tuple[str, ...]]:
    """Comfort is likely; no benefit on outcomes was shown."""
    return (
        "low",
        "Comfort medicines ease symptoms; beside a buprenorphine detoxification they did not improve opioid-free "
        "urines and went with worse attendance.",
        ("pmc2856108",),
    )


OPTION = Option(
    id="symptomatic-care",
    title="Symptomatic care beside treatment",
    rules=(nothing_to_comfort, comfort_now, not_treatment, comfort_first, stop_benzodiazepine),
    propose=propose,
    monitoring=("symptomatic-care",),
    certainty=certainty,
)
