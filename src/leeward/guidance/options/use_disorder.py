"""Whether a start treats an opioid use disorder, or an opioid that somebody prescribed and the person takes.

| rule | what it asks | source |
|---|---|---|
| BUP-32 | said beside a start that is never recommended: a prescribed opioid only | HHS 2019; consensus of sources |

An opioid from the street, kratom and tianeptine count without the criteria being counted; for an opioid that is only
prescribed they are asked for. The person's choice to change to buprenorphine counts too.
"""

from __future__ import annotations

from leeward.guidance.picture import Picture, asked_once
from leeward.guidance.rule import CAUTION, rule
from leeward.knowledge.entries import Substance
from leeward.model.case import Exposure
from leeward.model.missing import Missing
from leeward.model.truth import Truth, any_of, known, unknown


def chose_buprenorphine(picture: Picture) -> Truth:
    """Whether the goal is to change to buprenorphine. A choice, not a finding: unvoiced is not unknown."""
    chosen = picture.wants("low-dose-start", "switch-to-buprenorphine")
    says = "changing to buprenorphine is a goal" if chosen else "no goal to change to buprenorphine is voiced"
    return known(chosen, says, "goals")


@asked_once
def other_than_prescribed(picture: Picture) -> Truth:
    """Whether an opioid was taken that nobody prescribed, kratom and tianeptine included."""
    prescribable = picture.knowledge.medicines

    def unprescribed(exposure: Exposure, substance: Substance) -> Truth:
        name = f"exposures.{exposure.key}"
        if substance.opioid != "yes":
            return known(False, f"{substance.name} is no opioid", name)
        if substance.class_ != "opioid" or exposure.substance not in prescribable:
            return known(True, f"opioid taken: {substance.name}", name)
        if isinstance(exposure.prescribed, Missing):
            return unknown(f"{name}.prescribed", sentence=f"whether {substance.name} was prescribed: not known")
        told = "prescribed" if exposure.prescribed else "not prescribed"
        return known(not exposure.prescribed, f"{substance.name}, {told}", f"{name}.prescribed")

    return picture.exposed(unprescribed, "opioid nobody prescribed")


@asked_once
def treats_use_disorder(picture: Picture) -> Truth:
    """Whether there is more to treat than an opioid that is only prescribed."""
    return any_of(other_than_prescribed(picture), picture.opioid_use_disorder, chose_buprenorphine(picture))


@rule(
    "BUP-32",
    "The opioid is only prescribed and there is no use disorder: ask what the change is for; a taper or better pain "
    "care may be it",
    CAUTION,
    sources=("hhs19", "consensus-prescribed-opioid"),
)
def only_prescribed(picture: Picture) -> Truth:
    """For the starts that are never recommended, whose status therefore does not show it."""
    return ~treats_use_disorder(picture)
