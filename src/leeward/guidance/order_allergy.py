"""An allergy to what is ordered: to the medicine itself, to one that it holds, or to opioids as told in one word.

The rules of an option, and the guards of a comfort medicine, ask for an allergy to the medicine themselves; what is asked
here is what they leave out. A medicine that Leeward does not know is told by the words of the allergy.
"""

from __future__ import annotations

from collections.abc import Iterator

from leeward.guidance.adjuncts import is_comfort
from leeward.guidance.listed import AGONIST_TRAITS
from leeward.guidance.options.naltrexone import NALTREXONE
from leeward.guidance.order_answers import REVERSAL
from leeward.guidance.order_options import belongs_to_an_option
from leeward.guidance.picture import Picture
from leeward.model.case import Allergy, Dose
from leeward.model.missing import Missing
from leeward.model.truth import Truth, known

FORMS = frozenset(("extended", "release", "sublingual", "buccal", "transdermal"))
"""Words in the id of a medicine that say its form, not what it holds."""

OPIOIDS = frozenset(("opioid", "opioids", "opiate", "opiates", "narcotic", "narcotics"))
"""Words by which an allergy is told to opioids as such."""


def is_asked_for_allergy(picture: Picture, order: Dose) -> bool:
    """Whether the order is of an opioid or naltrexone beside the options, or of anything to which an allergy is told."""
    if order.medicine in REVERSAL:
        return False
    if not belongs_to_an_option(picture, order) and (order.medicine in NALTREXONE or _is_agonist(picture, order)):
        return True
    return any(not _is_asked_elsewhere(picture, order, one) for one in _to(picture, order))


def is_reversal_with_allergy(picture: Picture, order: Dose) -> bool:
    """Whether the order is of naloxone or nalmefene, and an allergy to it is told."""
    return order.medicine in REVERSAL and any(_to(picture, order))


def allergic_to_order(picture: Picture, order: Dose) -> Truth:
    """Whether an allergy to what is ordered is recorded; open where nobody asked or one of the allergies has no name."""
    found = [one.as_told for one in _to(picture, order)]
    return known(True, f"allergy: {', '.join(found)}", "allergies") if found else picture.allergic_to()


def _to(picture: Picture, order: Dose) -> Iterator[Allergy]:
    recorded = () if isinstance(picture.case.allergies, Missing) else picture.case.allergies
    return (one for one in recorded if _is_to(picture, order, one))


def _is_to(picture: Picture, order: Dose, allergy: Allergy) -> bool:
    words = _words(allergy.as_told)
    if _is_agonist(picture, order) and not words.isdisjoint(OPIOIDS):
        return True
    if allergy.medicine is None or order.medicine is None:
        return allergy.medicine is order.medicine and words <= _words(order.as_told)
    return not _holds(allergy.medicine).isdisjoint(_holds(order.medicine))


def _holds(medicine: str) -> frozenset[str]:
    """The words of a medicine's id that say what it holds."""
    return frozenset(medicine.split("-")) - FORMS


def _is_asked_elsewhere(picture: Picture, order: Dose, allergy: Allergy) -> bool:
    """Whether the option's rules or the guards of a comfort medicine speak of this allergy."""
    if order.medicine is None or allergy.medicine is None:
        return False
    if belongs_to_an_option(picture, order):
        return allergy.medicine.partition("-")[0] == order.medicine.partition("-")[0]
    return is_comfort(picture, order) and allergy.medicine == order.medicine


def _is_agonist(picture: Picture, order: Dose) -> bool:
    known_ones = picture.knowledge.medicines
    return order.medicine is not None and not AGONIST_TRAITS.isdisjoint(known_ones[order.medicine].traits)


def _words(text: str) -> frozenset[str]:
    return frozenset("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())
