"""What the person does not bear: AllergyIntolerance, and the words that none is known.

Hazard: *no known allergy* closes the list of the case, so it is believed only without a doubt: of medicines, confirmed or
not said to be unconfirmed, with no reaction and no other code beside it, and in a record that came whole (see to_case).
"""

from __future__ import annotations

from leeward.casefile.names import medicines
from leeward.casefile.spelling import slug
from leeward.casefile.words import NONE
from leeward.fhir.case_exposures import put_doubted
from leeward.fhir.case_medicines import entries_of, naming_of, say_unknown
from leeward.fhir.case_sheet import CONTRADICTION, NO_PLACE, STATUS, Sheet
from leeward.fhir.codes import is_said, meaning_of_coding, system_of, words_of
from leeward.fhir.structures import AllergyIntolerance
from leeward.model.codes import RxNorm


def put_allergy(sheet: Sheet, one: AllergyIntolerance) -> bool:
    """An allergy; True where the record says in so many words that there is none to medicines."""
    if is_said(one.verificationStatus, "entered-in-error", "refuted"):
        sheet.say(STATUS, one, "It was entered in error or refuted.")
    elif is_said(one.clinicalStatus, "inactive", "resolved"):
        sheet.say(STATUS, one, "It is no longer active.", "Ask whether the medicine was borne since.")
    elif _says_none(sheet, one):
        if _is_sure(sheet, one):
            return True
        says = "It says that there is no known allergy, and something else beside it. An unknown one is in the case."
        sheet.say(CONTRADICTION, one, says, "Ask the person.")
        sheet.add("allergies", {"name": "unknown"}, one)
    elif _is_coded(sheet, one) or not put_doubted(sheet, one, "allergies", words_of(one.code)):
        _put_allergy(sheet, one)
    return False


def _says_none(sheet: Sheet, one: AllergyIntolerance) -> bool:
    coded = one.code.coding if one.code else ()
    by_code = (meaning_of_coding(each, "no-known-allergy", sheet.knowledge) is not None for each in coded)
    return any(by_code) or any(slug(text) in NONE for text in words_of(one.code))


def _is_sure(sheet: Sheet, one: AllergyIntolerance) -> bool:
    others = [
        each
        for each in (one.code.coding if one.code else ())
        if system_of(each) and meaning_of_coding(each, "no-known-allergy", sheet.knowledge) is None
    ]
    about_medicines = not one.category or "medication" in one.category
    return about_medicines and not others and not one.reaction and not is_said(one.verificationStatus, "unconfirmed")


def _is_coded(sheet: Sheet, one: AllergyIntolerance) -> bool:
    """Whether it has the code of a medicine: words of doubt beside it do not take the allergy away."""
    naming = naming_of(sheet, one, one.code)
    return naming is not None and bool(naming.rxnorm and medicines(sheet.knowledge).coded(RxNorm(naming.rxnorm)))


def _put_allergy(sheet: Sheet, one: AllergyIntolerance) -> None:
    concepts = [one.code] if one.code else [reaction.substance for reaction in one.reaction if reaction.substance]
    namings = [naming for concept in concepts if (naming := naming_of(sheet, one, concept)) is not None]
    if not namings:
        sheet.say(NO_PLACE, one, "It does not say to what. An unknown one is in the case.")
        sheet.add("allergies", {"name": "unknown"}, one)
    for naming in namings:
        say_unknown(sheet, one, naming)
        for entry in entries_of(naming, "name", {}):
            sheet.add("allergies", entry, one)
