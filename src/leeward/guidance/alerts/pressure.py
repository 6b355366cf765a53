"""Blood pressure, and the alpha-2 agonists that are mixed into the supply or given as treatment.

| rule | fires | source |
|---|---|---|
| AL-20 | systolic under 80, or under the hold limits with symptoms | lofexidine trial; flag table |
| AL-21 | systolic or heart rate under the hold limit; diastolic too with an alpha-2 agonist | policy: alpha2-hold-* |
| AL-22 | heart rate above 120, systolic above 160, with vomiting or tremor | MMWR on medetomidine withdrawal |
| AL-23 | withdrawal that two adequate doses do not touch, with that heart rate and pressure | MMWR; consensus of sources |
| AL-24 | xylazine or medetomidine in the supply and no response, or not waking after naloxone | Curbsiders 392 |
"""

from __future__ import annotations

from leeward.guidance.alert import alert
from leeward.guidance.alerts.response import failure_to_respond
from leeward.guidance.alerts.signs import cows_sign
from leeward.guidance.picture import Picture
from leeward.model.case import Exposure
from leeward.model.missing import Missing
from leeward.model.truth import Truth, all_of, any_of, known, unknown

ALPHA_2 = ("xylazine", "medetomidine")


@alert("AL-20", "hypotension", "Pressure very low, or low pressure or slow heart with symptoms")
def hypotension(picture: Picture) -> Truth:
    """Symptoms are syncope, chest pain, cyanosis or not being fully awake."""
    systolic = picture.reading("systolic-blood-pressure")
    symptoms = any_of(picture.said("syncope"), picture.said("chest-pain"), picture.said("cyanosis"), picture.sedated)
    return any_of(systolic < picture.limit("systolic-very-low"), all_of(_low_or_slow(picture), symptoms))


@alert("AL-21", "alpha-2-hold", "Too low or too slow for an alpha-2 agonist")
def alpha_2_hold(picture: Picture) -> Truth:
    """Clonidine, lofexidine and the like are held; a low diastolic pressure alone counts where one is on board."""
    low_diastolic = picture.reading("diastolic-blood-pressure") < picture.limit("alpha2-hold-diastolic")
    return any_of(_low_or_slow(picture), all_of(low_diastolic, alpha_2_medicine(picture)))


@alert("AL-22", "sympathetic-storm", "Sympathetic storm: medetomidine withdrawal?", sources=("mmwr-med", "ct-med"))
def sympathetic_storm(picture: Picture) -> Truth:
    """Racing heart and high pressure with vomiting or tremor."""
    signs = any_of(
        picture.said("vomiting"), picture.said("tremor"), cows_sign(picture, "gi"), cows_sign(picture, "tremor")
    )
    return all_of(storm_vitals(picture), signs)


@alert(
    "AL-23",
    "alpha-2-withdrawal-suspected",
    "Withdrawal that opioids do not touch, with a racing heart and high pressure",
    sources=("mmwr-med", "consensus-failure-to-respond"),
)
def alpha_2_withdrawal_suspected(picture: Picture) -> Truth:
    """COWS has barely moved after adequate agonist doses, heart rate above 120 and systolic above 160."""
    return all_of(failure_to_respond(picture), storm_vitals(picture))


@alert("AL-24", "xylazine-suspected", "Xylazine or medetomidine suspected", sources=("curbsiders", "numose"))
def xylazine_suspected(picture: Picture) -> Truth:
    """In the supply while withdrawal goes on in spite of opioids, or breathing but not waking after naloxone."""
    told = any_of(picture.took(*ALPHA_2), in_supply(picture), picture.screened("xylazine", "positive"))
    return any_of(all_of(told, failure_to_respond(picture)), picture.said("not-waking-after-naloxone"))


def storm_vitals(picture: Picture) -> Truth:
    """A heart rate above 120 with a systolic pressure above 160."""
    rate, systolic = picture.reading("heart-rate"), picture.reading("systolic-blood-pressure")
    return all_of(rate > picture.limit("storm-heart-rate"), systolic > picture.limit("storm-systolic"))


def alpha_2_medicine(picture: Picture) -> Truth:
    """Whether an alpha-2 agonist is taken or was given."""
    trait = ("alpha-2-agonist",)
    return picture.takes(traits=trait) | picture.was_given(traits=trait)


def in_supply(picture: Picture) -> Truth:
    """Whether xylazine or medetomidine is told to be in the supply of anything that was taken."""
    if isinstance(picture.case.exposures, Missing):
        return unknown("exposures", sentence="what was taken: not known")
    return any_of(_adulterated(exposure) for exposure in picture.exposures)


def _adulterated(exposure: Exposure) -> Truth:
    found, name = exposure.adulterants, f"exposures.{exposure.key}.supply"
    if isinstance(found, Missing):
        return unknown(name, sentence=f"what is in the supply of {exposure.as_told}: not known")
    mine = sorted(set(found).intersection(ALPHA_2))
    return known(
        bool(mine), f"{' and '.join(mine)} in the supply" if mine else "neither xylazine nor medetomidine told", name
    )


def _low_or_slow(picture: Picture) -> Truth:
    rate, systolic = picture.reading("heart-rate"), picture.reading("systolic-blood-pressure")
    return any_of(systolic < picture.limit("alpha2-hold-systolic"), rate < picture.limit("alpha2-hold-heart-rate"))


RULES = (hypotension, alpha_2_hold, sympathetic_storm, alpha_2_withdrawal_suspected, xylazine_suspected)
