"""What the person has: Condition, with its code, whether it is active and whether it was confirmed."""

from __future__ import annotations

import re

from leeward.errors import BadInput
from leeward.fhir.case_sheet import NO_PLACE, REMARK, STATUS, TIME, Entry, Sheet
from leeward.fhir.codes import said, system_of, words_of
from leeward.fhir.structures import CodeableConcept, Condition
from leeward.model.codes import SYSTEMS

ACTIVE = ("active", "recurrence", "relapse")
OVER = ("inactive", "remission", "resolved")
DOUBTED = ("unconfirmed", "provisional", "differential")

_WITHOUT_DOT = re.compile(r"[A-Z][0-9][0-9A-Z][0-9A-Z]{1,4}")


def put_condition(sheet: Sheet, one: Condition) -> None:
    """A condition: present, absent where it was refuted, unclear where it is over, doubted or not said to be active."""
    if said(one.verificationStatus, "entered-in-error"):
        sheet.say(STATUS, one, "It was entered in error.")
        return
    begins = sheet.moment(one.onsetDateTime or (one.onsetPeriod.start if one.onsetPeriod else None) or one.recordedDate)
    if begins is not None and begins.earliest > sheet.now:
        sheet.say(TIME, one, "It begins in the future.", "Nothing of it is used. Correct it, or `now`.")
        return
    status = _status(sheet, one)
    codes, words = _codes(one.code), words_of(one.code)
    if not codes and not words:
        sheet.say(NO_PLACE, one, "It does not say which condition. An unknown one is in the case.")
        sheet.add("conditions", {"name": "unknown", "status": status}, one)
        return
    name: Entry = {"name": words[0]} if words else {}
    for code in codes or [None]:
        sheet.add("conditions", {**name, **({"code": code} if code else {}), "status": status}, one)


def _status(sheet: Sheet, one: Condition) -> str:
    if said(one.verificationStatus, "refuted"):
        return "absent"
    ended = sheet.moment(one.abatementDateTime or (one.abatementPeriod.end if one.abatementPeriod else None))
    if said(one.verificationStatus, *DOUBTED) or said(one.clinicalStatus, *OVER):
        return "unclear"
    if (ended is not None and ended.earliest <= sheet.now) or one.abatementString or one.abatementAge:
        return "unclear"
    if said(one.clinicalStatus, *ACTIVE):
        return "present"
    sheet.say(REMARK, one, "It does not say whether it is active. Whether the person has it is unknown.")
    return "unclear"


def _codes(concept: CodeableConcept | None) -> list[Entry]:
    """The codes of ICD-10-CM and SNOMED CT that have the form of their system."""
    found: list[Entry] = []
    for coding in concept.coding if concept else ():
        system, value = system_of(coding), (coding.code or "").strip()
        if system not in ("icd-10-cm", "snomed-ct"):
            continue
        if system == "icd-10-cm" and _WITHOUT_DOT.fullmatch(value.upper()):
            value = f"{value[:3]}.{value[3:]}"
        try:
            SYSTEMS[system](value.upper() if system == "icd-10-cm" else value)
        except BadInput:
            continue
        found.append({"system": system, "value": value})
    return found
