"""The recommendations of the CDC guideline for prescribing opioids that can be asked of a record, each a truth value.

The rules are those of the published decision support (cdc-cds-2023); where its text is 2016's, the card says so. A truth
that is unknown is told on a card as such: silence would read as "does not apply".
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, timedelta

import msgspec

from leeward.fhir.structures import Observation
from leeward.hooks.cdc.mme import MmeAnswer, mme_of
from leeward.hooks.cdc.record_view import Order, RecordView, codes, day_of, number
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry
from leeward.model.truth import Truth, all_of, any_of, known, unknown

MME_TABLE = "cdc-2022"


class Recommendation(Entry, frozen=True, kw_only=True):
    """The words of a card, and where it is asked."""

    number: str = ""
    hooks: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    summary: str = ""
    detail: str = ""
    opening: str = ""
    suggests: str = ""
    differs: str = ""
    edition: str = ""
    cautions: bool = False
    plain: bool = False


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a recommendation applies, and what the card says of this person besides its own words."""

    applies: Truth
    found: tuple[str, ...] = ()


def recommendations(knowledge: Knowledge) -> dict[str, Recommendation]:
    """Every recommendation by its id."""
    held = knowledge.table_of("cdc-recommendations", Recommendation)
    return {id: one for id, one in held.items() if one.number}


def _limit(view: RecordView, name: str) -> float:
    return number(view.knowledge, name)


def _ago(view: RecordView, days: float) -> date:
    return view.today - timedelta(days=days)


def _months_ago(day: date, months: int) -> date:
    """The same day of an earlier month, or the month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError


# --- who the guideline is for


def adult(view: RecordView) -> Truth:
    """Whether the person is of an age that the guideline is for."""
    if view.years is None:
        return unknown("Patient.birthDate", sentence="the date of birth was not sent")
    least = _limit(view, "adult-age")
    return known(view.years >= least, f"the person is {view.years} years old", "Patient.birthDate")


def active_cancer_treatment(view: RecordView) -> Truth:
    """Two visits within a year about a malignant cancer, or with somebody of oncology."""
    cancers = [one.id for one in view.conditions if one.id and codes(view.knowledge, "cancer").holds(one.code)]
    first, visits = _months_ago(view.today, 12), 0
    for one in view.encounters:
        began = day_of(one.period.start if one.period else None)
        if began is None or not first <= began <= view.today or not view.is_visit(one):
            continue
        about = any(
            (told.condition.reference or "").rpartition("/")[2] in cancers for told in one.diagnosis if told.condition
        )
        specialists = [coding.code or "" for told in one.participant for kind in told.type for coding in kind.coding]
        visits += about or any(code.startswith(ONCOLOGY) for code in specialists)
    return known(visits >= _limit(view, "visits-for-cancer"), "cancer is being treated", "Encounter", "Condition")


ONCOLOGY = ("207RX", "207RH", "2086X", "2080P0207")
"""Stems of the NUCC codes by which specialists of oncology are told."""


def _dying(view: RecordView) -> Truth:
    hospice = [*view.procedures("hospice"), *view.services("hospice")]
    return known(
        view.has("terminal") or view.has("limited-life") or bool(hospice), "the end of life is near", "Condition"
    )


def palliative_care(view: RecordView) -> Truth:
    first = _ago(view, _limit(view, "look-back"))
    written = [day_of(one.authoredOn) for one in view.services("palliative-order")]
    return known(any(day and first <= day <= view.today for day in written), "care is palliative", "ServiceRequest")


def review_useful(view: RecordView) -> Truth:
    """Whether the guideline speaks of this person: an adult, without sickle cell, cancer treatment or palliative care."""
    return all_of(
        adult(view),
        ~known(view.has("sickle-cell"), "sickle-cell disease", "Condition"),
        ~known(view.has("limited-life") or view.has("terminal"), "a condition likely to be terminal", "Condition"),
        ~palliative_care(view),
        ~active_cancer_treatment(view),
    )


def opioid_naive(view: RecordView) -> Truth:
    """Whether no opioid was prescribed or handed over in the look-back up to yesterday, as far as was sent."""
    first, last = _ago(view, _limit(view, "look-back")), _ago(view, 1)
    days = [day_of(one.request.authoredOn) for one in view.active("opioid")] + list(view.dispensed("opioid"))
    return known(
        not any(day and first <= day <= last for day in days), "no opioid in the look-back", "MedicationRequest"
    )


# --- the orders


def _orders(view: RecordView, holds: Callable[[float], bool], what: str, group: str = "opioid") -> Truth:
    """Whether a draft of a group has a supply of such a length; unknown where none has and one does not say."""
    drafts = view.ordered(group)
    if any(one.days is not None and holds(one.days) for one in drafts):
        return known(True, what, "draftOrders")
    silent = [one for one in drafts if one.days is None]
    if silent:
        says = f"the order for {silent[0].name} does not say for how many days it is"
        return unknown("MedicationRequest.dispenseRequest.expectedSupplyDuration", sentence=says)
    return known(False, what, "draftOrders")


def _chronic(view: RecordView, group: str = "opioid") -> Truth:
    least = _limit(view, "chronic-from")
    return _orders(view, lambda days: days >= least, f"an order for {least:g} days or more", group)


def _long(orders: list[Order], view: RecordView) -> list[Order]:
    return [one for one in orders if one.days is not None and one.days >= _limit(view, "chronic-from")]


# --- the recommendations


def rec_01(view: RecordView) -> Judged:
    """Acute pain: other treatment first."""
    most = _limit(view, "acute-below")
    acute = _orders(view, lambda days: days < most, f"an opioid for fewer than {most:g} days")
    return Judged(applies=all_of(acute, review_useful(view), opioid_naive(view)))


def rec_02(view: RecordView) -> Judged:
    """Subacute and chronic pain: other treatment as far as it helps."""
    first = _ago(view, _limit(view, "look-back"))
    by = {one.request.recorder.reference for one in _long(view.ordered("opioid"), view) if one.request.recorder}
    by |= {one.request.requester.reference for one in _long(view.ordered("opioid"), view) if one.request.requester}
    planned = any(
        (made := day_of(one.created or (one.meta.lastUpdated if one.meta else None))) is not None
        and first <= made <= view.today
        and (one.author is not None and one.author.reference in by)
        for one in view.care_plans("pain-plan")
    )
    treated = any(
        (began := _performed(one)) is not None and began >= first for one in view.procedures("pain-procedure")
    )
    plan = known(planned or treated, "pain was planned for within the look-back", "CarePlan", "Procedure")
    return Judged(applies=all_of(_chronic(view), review_useful(view), opioid_naive(view), ~plan))


def rec_03(view: RecordView) -> Judged:
    """When opioids are begun: immediate release."""
    slow = _chronic(view, "extended-release-opioid")
    return Judged(applies=all_of(slow, review_useful(view), opioid_naive(view), ~_dying(view)))


def _high(view: RecordView, orders: list[Order]) -> tuple[Truth, MmeAnswer]:
    """Whether the total reaches the number at which dose and naloxone are looked at."""
    total = mme_of([one.request for one in orders], view.knowledge, MME_TABLE, medicine=view.medicine_of)
    least = _limit(view, "high-dose")
    if total.floor >= least:
        return known(True, f"at least {total.floor:g} MME/day", "MedicationRequest"), total
    if total.total is None:
        says = f"the total in MME cannot be told: {'; '.join(total.cannot_tell)}"
        return unknown("MedicationRequest.dosageInstruction", sentence=says), total
    return known(total.total >= least, f"{total.total:g} MME/day", "MedicationRequest"), total


def _high_of_long(view: RecordView, orders: list[Order], besides: list[Order]) -> tuple[Truth, MmeAnswer]:
    """The same of the orders for long, with `besides`; open where it hangs on orders that do not say for how many days they are."""
    high, total = _high(view, [*_long(orders, view), *besides])
    silent = [one for one in orders if one.days is None]
    if high.is_yes or not silent:
        return high, total
    with_them, all_told = _high(view, [*_long(orders, view), *silent, *besides])
    if with_them.is_no:
        return with_them, all_told
    says = f"the order for {silent[0].name} does not say for how many days it is"
    return unknown("MedicationRequest.dispenseRequest.expectedSupplyDuration", sentence=says), all_told


def rec_04_05(view: RecordView) -> Judged:
    """The lowest dose that does what is needed, and care when it is changed."""
    high, total = _high_of_long(view, [*view.ordered("opioid"), *view.active("opioid")], [])
    return Judged(
        applies=all_of(_chronic(view), review_useful(view), high, ~_dying(view)), found=_said_of(total, "The orders come to")
    )  # fmt: skip


def _said_of(total: MmeAnswer, begins: str) -> tuple[str, ...]:
    if total.total is not None:
        return (f"{begins} {total.total:g} MME/day by the factors of {total.table.replace('cdc-', 'CDC ')}.",)
    least = f" at least {total.floor:g} MME/day;" if total.floor else ""
    return (f"{begins}{least} the whole cannot be told: {'; '.join(total.cannot_tell)}.",)


def rec_06(view: RecordView) -> Judged:
    """Acute pain: no more than is needed."""
    least, most = _limit(view, "acute-most-days"), _limit(view, "acute-below")
    middle = _orders(
        view, lambda days: least < days < most, f"an opioid for more than {least:g} and under {most:g} days"
    )
    return Judged(applies=all_of(middle, review_useful(view)))


def rec_07(view: RecordView) -> Judged:
    """Benefits and risks looked at again."""
    first, yesterday = _ago(view, _limit(view, "look-back") + 1), _ago(view, 1)
    seen = [_performed(one) for one in view.procedures("misuse-assessment")]
    reviewed = known(any(day and first <= day <= yesterday for day in seen), "risk was assessed", "Procedure")
    window = _ago(view, _limit(view, "start-window"))
    started = view.days_on_opioids(window, view.today) >= _limit(view, "start-days")
    edges = [_months_ago(view.today, months) for months in (3, 2, 1, 0)]
    each = [view.days_on_opioids(start, end) for start, end in itertools.pairwise(edges)]
    long = all(days >= _limit(view, "month-days") for days in each)
    taking = any_of(
        known(started and _visited(view), "opioids were begun, and the person was seen", "MedicationRequest"),
        known(long, "opioids for three months", "MedicationRequest"),
    )
    return Judged(applies=all_of(_chronic(view), review_useful(view), ~reviewed, taking, ~_dying(view)))


def _visited(view: RecordView) -> bool:
    first = _months_ago(view.today, 12) - timedelta(days=1)
    for one in view.encounters:
        began, ended = (day_of(told) for told in ((one.period.start, one.period.end) if one.period else (None, None)))
        if view.is_visit(one) and began and began >= first and (ended or began) < view.today:
            return True
    return False


def rec_08(view: RecordView) -> Judged:
    """Naloxone where something raises the risk of overdose."""
    benzodiazepines = view.active("benzodiazepine")
    high, total = _high_of_long(view, view.ordered("opioid"), view.active("opioid"))
    misuse = view.has("misuse", active=False) or bool(view.procedures("misuse-counselling"))
    risk = any_of(
        known(bool(benzodiazepines), "a benzodiazepine is prescribed", "MedicationRequest"),
        high,
        known(misuse, "a history of substance misuse", "Condition"),
    )
    naloxone = known(bool(view.active("naloxone")), "naloxone is prescribed", "MedicationRequest")
    found = (*(f"Prescribed: {one.name}." for one in benzodiazepines[:1]), *_said_of(total, "The orders come to"))
    applies = all_of(_chronic(view), review_useful(view), risk, ~naloxone, ~_dying(view))
    return Judged(applies=applies, found=found)


def rec_09(view: RecordView) -> Judged:
    """The prescription drug monitoring programme looked at."""
    first = _ago(view, _limit(view, "look-back"))
    done = [_performed(one) for one in view.procedures("pdmp-review") if one.status == "completed"]
    done += [day_of(one.effectiveDateTime) for one in view.observations("pdmp-review")]
    looked = known(any(day and first <= day <= view.today for day in done), "it was looked at", "Procedure")
    return Judged(applies=all_of(_chronic(view), review_useful(view), ~looked))


def rec_10_none(view: RecordView, *, ordering: bool) -> Judged:
    """No urine drug test within a year."""
    taking = _chronic(view) if ordering else _taking(view)
    tested = known(bool(_tests(view, "urine-test")), "a urine drug test within the year", "Observation")
    return Judged(applies=all_of(taking, review_useful(view), ~tested, ~_dying(view)))


def rec_10_positive(view: RecordView, *, ordering: bool) -> Judged:
    """A urine drug test that found cocaine, phencyclidine, or opiates that nobody prescribes."""
    taking = _chronic(view) if ordering else _taking(view)
    lists = [("Cocaine", "cocaine-test"), ("PCP", "phencyclidine-test")]
    if not [*view.ordered("opioid"), *view.active("opioid")]:
        lists.append(("Opiates", "opiate-test"))
    found = [
        f"Positive for {name}: {day_of(one.effectiveDateTime)}."
        for name, list_name in lists
        for one in _tests(view, list_name)
        if _is_positive(one)
    ]
    positive = known(bool(found), "a urine drug test was positive", "Observation")
    return Judged(applies=all_of(taking, review_useful(view), positive, ~_dying(view)), found=tuple(found))


def _taking(view: RecordView) -> Truth:
    return known(bool(_long(view.active("opioid"), view)), "an opioid is prescribed for long", "MedicationRequest")


def _tests(view: RecordView, list_name: str) -> list[Observation]:
    first, last = _months_ago(view.today, 12) - timedelta(days=1), _ago(view, 1)
    dated = [(day_of(one.effectiveDateTime), one) for one in view.observations(list_name)]
    return [one for day, one in dated if day is not None and first <= day <= last]


def _is_positive(one: Observation) -> bool:
    told = [one.valueString or ""]
    if one.valueCodeableConcept is not None:
        told += [
            one.valueCodeableConcept.text or "",
            *(coding.display or "" for coding in one.valueCodeableConcept.coding),
        ]
    return any(words.lower().startswith("pos") for words in told)


def _performed(one: object) -> date | None:
    """The day on which a procedure began."""
    told = getattr(one, "performedDateTime", None)
    period = getattr(one, "performedPeriod", None)
    return day_of(told or (period.start if period else None))


def rec_11(view: RecordView) -> Judged:
    """An opioid ordered beside a benzodiazepine, or a benzodiazepine beside an opioid."""
    pairs = [("opioid", "benzodiazepine"), ("benzodiazepine", "opioid")]
    met = any(view.ordered(new) and (view.active(old) or view.ordered(old)) for new, old in pairs)
    both = known(met, "an opioid and a benzodiazepine together", "draftOrders", "MedicationRequest")
    return Judged(applies=all_of(both, review_useful(view), ~_dying(view)))


def rec_11_view(view: RecordView) -> Judged:
    """Both prescribed already."""
    met = bool(view.active("opioid") and view.active("benzodiazepine"))
    both = known(met, "an opioid and a benzodiazepine are prescribed", "MedicationRequest")
    return Judged(applies=all_of(both, review_useful(view), ~_dying(view)))


def rec_12(view: RecordView) -> Judged:
    """Opioid use disorder without buprenorphine or methadone."""
    first = _ago(view, _limit(view, "look-back"))
    wanted = codes(view.knowledge, "opioid-use-disorder")
    told = [one for one in view.conditions if wanted.holds(one.code)]
    active = [
        one for one in told if one.clinicalStatus is None or any(c.code == "active" for c in one.clinicalStatus.coding)
    ]
    recent = [day_of(one.recordedDate) for one in active]
    disorder = known(any(day and first <= day <= view.today for day in recent), "opioid use disorder", "Condition")
    given = [
        one
        for one in view.prescriptions
        if "buprenorphine-or-methadone" in one.groups
        and one.request.status in ("active", "completed")
        and (day := day_of(one.request.authoredOn)) is not None
        and first <= day <= view.today
    ]
    treated = known(bool(given), "buprenorphine or methadone is prescribed", "MedicationRequest")
    return Judged(applies=all_of(adult(view), disorder, ~treated))


JUDGES: dict[str, Callable[[RecordView], Judged]] = {
    "rec-01": rec_01,
    "rec-02": rec_02,
    "rec-03": rec_03,
    "rec-04-05": rec_04_05,
    "rec-06": rec_06,
    "rec-07": rec_07,
    "rec-08": rec_08,
    "rec-09": rec_09,
    "rec-11": rec_11,
    "rec-11-view": rec_11_view,
    "rec-12": rec_12,
}
"""How each recommendation is judged; those of toxicology ask besides whether something is being ordered."""
