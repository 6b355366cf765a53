"""Who the person is and where they are cared for: Patient, Encounter, weight and pregnancy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from leeward.errors import BadInput, shown
from leeward.fhir.case_sheet import (
    CONTRADICTION,
    DECEASED,
    NO_PLACE,
    REMARK,
    STATUS,
    TIME,
    UNCLEAR,
    VALUE,
    Sheet,
    person_of,
    quoted,
)
from leeward.fhir.codes import days_of, meaning_of_coding, meanings, words_of
from leeward.fhir.structures import Element, Encounter, Observation, Patient
from leeward.fhir.units import measured

OLDEST = 120
MOST_NAMED = 5

BIRTH_SEX = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
TEST_DATA = "HTEST"
"""The security label of test data: the person is made up."""

UNDER_WAY = ("arrived", "triaged", "in-progress", "onleave")


def patient_of(resources: Sequence[Element], asked: str | None) -> str | None:
    """The id of the person whose case this is; None where nothing says about whom it is.

    Raises BadInput where several are in it and none was asked for, or where the one asked for is not in it.
    """
    held = {one.id for one in resources if isinstance(one, Patient) and one.id}
    named = held or {id for one in resources if (id := person_of(one)) is not None}
    if asked is not None:
        wanted = asked.removeprefix("Patient/")
        if named and wanted not in named:
            raise BadInput.one(UNCLEAR, "patient", f"Nobody here has the id {shown(wanted)}.", f"Say {_one(named)}.")
        return wanted
    if len(named) > 1:
        raise BadInput.one(UNCLEAR, "patient", f"This is about {len(named)} people.", f"Say which: {_one(named)}.")
    return next(iter(named), None)


def _one(ids: set[str]) -> str:
    first = sorted(ids)[:MOST_NAMED]
    others = f" or one of {len(ids) - len(first)} others" if len(ids) > len(first) else ""
    return f"{', '.join(first)}{others}"


def refuse_the_dead(sheet: Sheet, patient: Patient) -> None:
    """Raises BadInput for somebody who has died by now."""
    died = sheet.moment(patient.deceasedDateTime)
    if patient.deceasedBoolean or (patient.deceasedDateTime and (died is None or died.earliest <= sheet.now)):
        raise BadInput.one(DECEASED, sheet.name(patient), "The record says that this person has died.", "Check whom you mean.")  # fmt: skip


def put_patient(sheet: Sheet, patient: Patient) -> None:
    """Age and sex. Names and identifiers are not read."""
    if patient.active is False:
        sheet.say(REMARK, patient, "This record of the person is no longer in use.", "Look for the one in its place.")
    if patient.link:
        sheet.say(REMARK, patient, "The person has another record too, which is not read.")
    _put_age(sheet, patient)
    _put_sex(sheet, patient)
    labels = (*patient.meta.security, *patient.meta.tag) if patient.meta else ()
    if any(label.code == TEST_DATA for label in labels):
        sheet.set("synthetic", True, patient)


def _put_age(sheet: Sheet, patient: Patient) -> None:
    born = sheet.moment(patient.birthDate)
    if born is None:
        if patient.birthDate:
            sheet.say(TIME, patient, "The date of birth cannot be read. The age is unknown.")
        return
    youngest, oldest = _years(born.latest - timedelta(days=1), sheet.now), _years(born.earliest, sheet.now)
    if oldest < 0 or youngest > OLDEST or born.earliest > sheet.now:
        sheet.say(TIME, patient, "The date of birth cannot be right. The age is unknown.")
    elif max(youngest, 0) == oldest:
        sheet.set("patient.age", oldest, patient)
    else:
        _put_age_between(sheet, patient, max(youngest, 0), oldest)


def _put_age_between(sheet: Sheet, patient: Patient, youngest: int, oldest: int) -> None:
    """An age of which only the year or month of birth is known: written where no rule tells the two years apart."""
    limits = [limit.value for limit in sheet.knowledge.limits.values() if limit.unit == "y"]
    told = f"Born in {patient.birthDate}: {youngest} or {oldest} years old."
    if any(youngest < limit <= oldest for limit in limits):
        sheet.say(REMARK, patient, f"{told} Rules tell the two apart, so the age is unknown.", "Ask the person.")
    else:
        sheet.say(REMARK, patient, f"{told} No rule tells the two apart; the lower is used.", "Ask the person.")
        sheet.set("patient.age", youngest, patient)


def _years(born: datetime, now: datetime) -> int:
    return now.year - born.year - ((now.month, now.day) < (born.month, born.day))


def _put_sex(sheet: Sheet, patient: Patient) -> None:
    sex = patient.gender if patient.gender in ("male", "female") else None
    if patient.gender == "other":
        sheet.say(REMARK, patient, "The administrative gender is other, which tells no sex. The sex is unknown.")
    at_birth = next((one.valueCode for one in patient.extension if one.url == BIRTH_SEX), None)
    recorded = {"M": "male", "F": "female"}.get(at_birth or "")
    if sex and recorded and sex != recorded:
        sheet.say(CONTRADICTION, patient, "The gender and the sex recorded at birth differ. The sex is unknown.", "Ask the person.")  # fmt: skip
        sex = None
    sheet.set("patient.sex", sex or "unknown", patient)


def put_encounters(sheet: Sheet, encounters: Sequence[Encounter]) -> None:
    """The setting, from the encounter that is under way; unknown where two of them differ."""
    found: dict[str, list[Encounter]] = {}
    for one in encounters:
        if one.status not in UNDER_WAY:
            sheet.say(STATUS, one, f"The encounter is {one.status or 'without a status'}, not under way.")
            continue
        if not _covers(sheet, one):
            sheet.say(TIME, one, "The encounter is not at the time of the case.", "Nothing of it is used.")
            continue
        reasons = [text for reason in one.reasonCode for text in words_of(reason)[:1]]
        if reasons:
            says = (
                f"Its reason ({', '.join(map(quoted, reasons[:MOST_NAMED]))}) is no diagnosis, and is not taken over."
            )
            sheet.say(NO_PLACE, one, says)
        setting = meaning_of_coding(one.class_, "setting", sheet.knowledge) if one.class_ else None
        if setting is None:
            sheet.say(NO_PLACE, one, "Its class is no setting that Leeward knows.", "Say the setting in a case file.")
        else:
            found.setdefault(setting, []).append(one)
    if len(found) > 1:
        for one in (one for several in found.values() for one in several):
            sheet.say(CONTRADICTION, one, "Encounters under way have different settings. The setting is unknown.")
    elif found:
        (setting, several), *_ = found.items()
        sheet.set("setting", setting, *several)


def _covers(sheet: Sheet, one: Encounter) -> bool:
    start = sheet.moment(one.period.start) if one.period else None
    end = sheet.moment(one.period.end) if one.period else None
    return not (start and start.earliest > sheet.now) and not (end and end.latest < sheet.now)


def put_weight(sheet: Sheet, observations: Sequence[Observation]) -> None:
    """The newest body weight that still speaks for now, in kg."""
    newest = _newest(sheet, observations, "weight")
    if newest is None or newest.valueQuantity is None:
        if newest is not None:
            sheet.say(VALUE, newest, "It has no value. The weight is unknown.")
        return
    found = measured(newest.valueQuantity)
    if isinstance(found, str):
        sheet.say(VALUE, newest, f"{found} The weight is unknown.")
    elif found.unit != "kg":
        sheet.say(VALUE, newest, f"{shown(found.unit)} is no unit of body weight. The weight is unknown.")
    else:
        sheet.set("patient.weight_kg", found.value, newest)


def put_pregnancy(sheet: Sheet, observations: Sequence[Observation]) -> None:
    """Whether the person is pregnant, as the newest statement says that still speaks for now. Silence is not no."""
    newest = _newest(sheet, observations, "pregnancy-status")
    if newest is None:
        return
    answers = {one.means for one in meanings(newest.valueCodeableConcept, "answer", knowledge=sheet.knowledge)}
    if answers == {"pregnant"} or answers == {"not pregnant"}:
        sheet.set("patient.pregnant", "yes" if "pregnant" in answers else "no", newest)
    else:
        sheet.say(VALUE, newest, "It does not say yes or no in a code that Leeward knows. Pregnancy is unknown.")
        sheet.set("patient.pregnant", "unknown", newest)
    if answers != {"not pregnant"} and sheet.fields.get("patient.sex", ("", ""))[0] == "male":
        sheet.say(CONTRADICTION, newest, "The gender is male, and pregnancy is not ruled out. The sex is unknown.")
        sheet.set("patient.sex", "unknown", newest)


def _newest(sheet: Sheet, observations: Sequence[Observation], kind: str) -> Observation | None:
    """The newest of some observations, unless all of them are too old or without a time."""
    limit = sheet.now - timedelta(days=days_of(kind, sheet.knowledge))
    dated: list[tuple[datetime, Observation]] = []
    for one in observations:
        told = one.effectiveDateTime or one.effectiveInstant or (one.effectivePeriod and one.effectivePeriod.start)
        when = sheet.moment(told or None)
        if when is None:
            sheet.say(TIME, one, "It has no time, so nobody knows whether it still holds.", "Ask the person.")
        elif when.earliest > sheet.now:
            sheet.say(TIME, one, "It lies in the future.", "Nothing of it is used. Correct it, or `now`.")
        elif when.latest < limit:
            sheet.say(TIME, one, f"It is older than {days_of(kind, sheet.knowledge):g} days.", "Ask anew.")
        else:
            dated.append((when.latest, one))
    dated.sort(key=lambda pair: pair[0])
    for _, older in dated[:-1]:
        sheet.say(REMARK, older, "A newer one is used.", "Nothing to do.")
    if len(dated) > 1 and dated[-1][0] == dated[-2][0] and dated[-1][1].valueCodeableConcept != dated[-2][1].valueCodeableConcept:  # fmt: skip
        for _, one in dated[-2:]:
            sheet.say(CONTRADICTION, one, "Another of the same time says something else. It is unknown.")
        return None
    return dated[-1][1] if dated else None
