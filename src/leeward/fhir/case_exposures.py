"""Substances that are no medicines: what a record says of their use, by their names and by the names of products.

Hazard: a kratom product stands in a medicine list by its brand ("OPMS Gold"), and read as an unknown medicine it would be
no exposure at all. Hazard: a use that is told without its end may have gone on until now.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from leeward.casefile.condition_words import doubted
from leeward.casefile.names import UNKNOWN_SUBSTANCE, substance_named
from leeward.fhir.case_sheet import CONTRADICTION, REMARK, STATUS, TIME, Sheet, quoted
from leeward.fhir.structures import Element, MedicationAdministration, MedicationRequest, MedicationStatement, Period
from leeward.knowledge import Knowledge
from leeward.products.identity.identity import substance_of

USED = ("active", "completed", "stopped", "on-hold")
"""Statuses of a statement that say that it was used, be it in the past."""

LISTED_AS = {"medicines": "name", "exposures": "substance", "doses": "medicine", "allergies": "name"}
"""What an entry of a list is named by."""

OVER = ("completed", "stopped")


def substance_in(words: Iterable[str], knowledge: Knowledge) -> str | None:
    """The words that name a substance, or a product whose label Leeward knows; None where none do.

    >>> from leeward.knowledge import load_knowledge
    >>> substance_in(["home supply", "OPMS Gold"], load_knowledge())
    'OPMS Gold'
    """
    return next((text for text in words if _is_one(text, knowledge)), None)


@lru_cache(maxsize=4096)
def _is_one(text: str, knowledge: Knowledge) -> bool:
    named = substance_named(text, knowledge)
    return (named is not None and named != UNKNOWN_SUBSTANCE) or substance_of(text, knowledge).recognised


def put_doubted(sheet: Sheet, one: Element, kind: str, words: Iterable[str]) -> bool:
    """Leave a list open where the words of a statement deny or doubt it, or tell it of the past; whether they do.

    Nothing is taken from such words: neither that it is used, nor that it is not.
    """
    doubt = next((text for text in words if doubted(text, sheet.knowledge)), None)
    if doubt is None:
        return False
    says = f"Its words deny or doubt it, or are of the past: {quoted(doubt)}. What it says is unknown in the case."
    sheet.say(CONTRADICTION, one, says, "Ask the person.")
    sheet.add(kind, {LISTED_AS[kind]: "unknown"}, one)
    return True


def put_use(sheet: Sheet, one: MedicationStatement | MedicationRequest | MedicationAdministration, told: str) -> None:
    """A use of a substance: it ended where the record says so, else somewhere between what was told and now."""
    at, stands = _when(sheet, one)
    if not stands:
        return
    named = substance_named(told, sheet.knowledge)
    if named is None:
        label = substance_of(told, sheet.knowledge)
        if label.says:
            sheet.say(REMARK, one, f"{quoted(told)}: {label.says}.", "Ask the person which it is.")
    sheet.add("exposures", {"product" if named is None else "substance": told, "last_use": at or "unknown"}, one)


def _when(sheet: Sheet, one: MedicationStatement | MedicationRequest | MedicationAdministration) -> tuple[object, bool]:
    if isinstance(one, MedicationAdministration):
        return sheet.span(one, one.effectiveDateTime, one.effectivePeriod)
    if isinstance(one, MedicationRequest):
        sheet.say(STATUS, one, "An order of a substance is taken for its use. When it was used last is unknown.", "Ask the person.")  # fmt: skip
        return None, True
    period, told = one.effectivePeriod, one.effectiveDateTime or one.dateAsserted
    if one.status in OVER and (told or (period and period.end)):
        return sheet.span(one, (period.end if period else None) or told)
    if told and one.effectiveDateTime:
        return _since(sheet, one, told)
    if period is not None and period.start:
        return sheet.span(one, period)
    sheet.say(TIME, one, "It does not say when it was used last.", "Ask the person.")
    return None, True


def _since(sheet: Sheet, one: MedicationStatement, told: str) -> tuple[object, bool]:
    moment = sheet.moment(told)
    if moment is None or moment.earliest >= sheet.now:
        return sheet.span(one, told)
    return sheet.span(one, Period(start=told))
