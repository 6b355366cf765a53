"""The plan that an assessment proposes: CarePlan, RequestGroup, MedicationRequest and Task.

Everything has `intent` proposal and `status` draft: nothing is ordered, a human signs. Options that are recommended or
acceptable stand in the RequestGroup, in sets that say how many may be chosen; the others stand in the CarePlan with their reasons.

Hazard: a dose that is a share of another dose (%) is no quantity; it stands in the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Literal

import msgspec

from leeward.fhir.codes import OURS
from leeward.fhir.rxnorm import listed
from leeward.fhir.structures import (
    CarePlan,
    CarePlanActivity,
    CarePlanActivityDetail,
    CodeableConcept,
    Coding,
    Dosage,
    DosageDoseAndRate,
    Element,
    MedicationRequest,
    Period,
    Ratio,
    RequestGroup,
    RequestGroupAction,
    Task,
    TaskRestriction,
)
from leeward.fhir.writing import Writing, amount, between, cited, concept, instant, notes, refer, software, words
from leeward.guidance.assessment import Adjunct, Amount, Monitoring, OptionAnswer, Proposal, ProposalStep, Statement
from leeward.guidance.statements import MEDICINES
from leeward.knowledge import Knowledge
from leeward.model.quantity import number

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ALPHA_2 = frozenset({"lofexidine", "clonidine"})
BESIDE = frozenset({"symptomatic-care"})
Behaviour = Literal["at-most-one", "any"]
SETS: tuple[tuple[str, Behaviour, Callable[[str], bool]], ...] = (
    ("Treatment with an opioid or its antagonist: at most one", "at-most-one", lambda id: id not in ALPHA_2 | BESIDE),
    ("Alpha-2 agonist: at most one", "at-most-one", lambda id: id in ALPHA_2),
    ("Beside the others", "any", lambda id: id in BESIDE),
)
"""Which options exclude one another: what to call the set, how many may be chosen, and whether an option belongs.

Two medicines that act on opioid receptors, or two alpha-2 agonists, are never begun together on one proposal.
"""

SPEAKS = ("recommended", "acceptable")
NOT_A_QUANTITY = ("%",)
NOT_STARTED = "not-started"

_HOURS = re.compile(r"(?:\d+(?:\.\d+)?-)?(\d+(?:\.\d+)?) (min|h)\b(?! after)")
_FOR = re.compile(r"for (?:\d+ to )?(\d+) (h|days)\b")


class Proposed(msgspec.Struct, frozen=True):
    """What an option that speaks is made of."""

    option: OptionAnswer
    request: MedicationRequest | None
    tasks: tuple[Task, ...]


def plan_resources(writing: Writing, knowledge: Knowledge) -> tuple[Element, ...]:
    """The plan with everything that it refers to; the plan comes first."""
    proposed = [_proposed(writing, option, knowledge) for option in _speaking(writing)]
    group = _group(writing, proposed)
    made: list[Element] = [_care_plan(writing, group), *([group] if group else ())]
    for one in proposed:
        made += [*([one.request] if one.request else ()), *one.tasks]
    return tuple(made)


def _speaking(writing: Writing) -> tuple[OptionAnswer, ...]:
    return tuple(option for option in writing.assessment.options if option.status in SPEAKS)


def _proposed(writing: Writing, option: OptionAnswer, knowledge: Knowledge) -> Proposed:
    proposal = option.proposal
    request = medication_request(writing, option, proposal, knowledge) if proposal else None
    tasks = tuple(_task(writing, option, plan, place) for place, plan in enumerate(option.monitoring))
    return Proposed(option, request, tasks)


def plan_definition(option: str) -> str:
    """The canonical address of an option's PlanDefinition."""
    return f"{OURS}PlanDefinition/{option}"


def medication_request(
    writing: Writing, option: OptionAnswer, proposal: Proposal, knowledge: Knowledge
) -> MedicationRequest:
    """An option's proposal: one dosage a step, in order. Never an order."""
    return MedicationRequest(
        id=writing.id_of_answer("MedicationRequest", option.id),
        meta=writing.meta,
        instantiatesCanonical=(plan_definition(option.id),),
        status="draft",
        intent="proposal",
        medicationCodeableConcept=_medicine(proposal.medicine, knowledge),
        subject=writing.subject,
        authoredOn=writing.now,
        requester=software(),
        reasonCode=tuple(concept(reason) for reason in option.because),
        note=notes(
            "Proposed by Leeward. Nobody has ordered it; a clinician decides and signs.",
            *proposal.prescriber_law,
            *proposal.notes,
            *(f"Caution: {caution}" for caution in option.cautions),
            *(f"First: {first}" for first in option.first),
            *cited(writing.assessment, option.sources),
        ),
        dosageInstruction=tuple(
            _dosage(step, proposal.route, place) for place, step in enumerate(proposal.steps, start=1)
        ),
    )


def _medicine(name: str, knowledge: Knowledge) -> CodeableConcept:
    """The medicine in words, with the RxNorm code of its ingredient where the words name a single one."""
    code = listed(knowledge).names.get(name)
    return concept(name, *((Coding(system=RXNORM, code=code, display=name),) if code else ()))


def _dosage(step: ProposalStep, route: str, place: int) -> Dosage:
    dose, most = _dose(step.dose), _most(step.per_day_max)
    return Dosage(
        sequence=place,
        text=words(_in_words(step)),
        additionalInstruction=tuple(concept(f"Hold if {held}") for held in step.hold_if),
        route=concept(route) if route else None,
        doseAndRate=(dose,) if dose else (),
        maxDosePerPeriod=Ratio(numerator=amount(*most), denominator=amount(1, "d")) if most else None,
    )


def _dose(dose: Amount | None) -> DosageDoseAndRate | None:
    """The dose as a quantity or a range; of a range the usual dose stands in the text."""
    if dose is None or dose.unit in NOT_A_QUANTITY:
        return None
    bounded = dose.min is not None and dose.max is not None
    one_sided = not bounded and any(side is not None and side != dose.usual for side in (dose.min, dose.max))
    if one_sided or (bounded and dose.min != dose.max):
        return DosageDoseAndRate(doseRange=between(dose.min, dose.max, dose.unit))
    one = next((value for value in (dose.usual, dose.min, dose.max) if value is not None), None)
    return None if one is None else DosageDoseAndRate(doseQuantity=amount(one, dose.unit))


def _most(day: Amount | None) -> tuple[float, str] | None:
    if day is None or day.unit in NOT_A_QUANTITY:
        return None
    most = day.max if day.max is not None else day.usual
    return None if most is None else (most, day.unit)


def _in_words(step: ProposalStep) -> str:
    dose = f"{_amount_in_words(step.dose)} {step.every}".strip() if step.dose else step.every
    parts = [
        f"{step.when}: {dose}" if dose else step.when,
        f"if {step.if_}" if step.if_ else "",
        _day_in_words(step.per_day_max) if step.per_day_max else "",
        f"hold if {'; '.join(step.hold_if)}" if step.hold_if else "",
    ]
    return "; ".join(part for part in parts if part)


def _day_in_words(day: Amount) -> str:
    usual = f" (usually {number(day.usual)})" if day.usual is not None and day.max not in (None, day.usual) else ""
    most = day.max if day.max is not None else day.usual
    return f"at most {number(most)} {day.unit} a day{usual}" if most is not None else ""


def _amount_in_words(dose: Amount) -> str:
    bounds = [number(value) for value in (dose.min, dose.max) if value is not None]
    shown = " to ".join(dict.fromkeys(bounds)) or "an amount that no source gives"
    if dose.min is None and dose.max is not None and dose.usual != dose.max:
        shown = f"up to {shown}"
    elif dose.max is None and dose.min is not None and dose.usual != dose.min:
        shown = f"{shown} or more"
    if dose.usual is None:
        return f"{shown} {dose.unit}"
    usual = number(dose.usual)
    return f"{usual} {dose.unit}" if bounds in ([], [usual], [usual, usual]) else f"{shown} (usual {usual}) {dose.unit}"


def _task(writing: Writing, option: OptionAnswer, plan: Monitoring, place: int) -> Task:
    """What to watch. Its period begins with the assessment, and ends where the times of the plan tell an end."""
    last = _last_hours(plan.at)
    end = instant(writing.assessment.now + timedelta(hours=last)) if last is not None else None
    return Task(
        id=writing.id_of_answer("Task", option.id, place),
        meta=writing.meta,
        status="draft",
        intent="proposal",
        code=concept("Monitoring"),
        description=words(f"{option.title}: {', '.join(plan.what)}. When: {'; '.join(plan.at)}."),
        for_=writing.subject,
        authoredOn=writing.now,
        requester=software(),
        note=notes("Times count from the first dose.", *cited(writing.assessment, plan.sources)),
        restriction=TaskRestriction(period=Period(start=writing.now, end=end)),
    )


def _last_hours(times: tuple[str, ...]) -> float | None:
    """Hours from the start to the end of a plan; None where one of its times tells no end.

    >>> _last_hours(("0", "30-60 min", "2 h", "then every 4-6 h for 24 h")), _last_hours(("before each dose",))
    (24.0, None)
    """
    ends: list[float] = []
    for time in times:
        if found := _FOR.search(time):
            ends.append(float(found[1]) * (1 if found[2] == "h" else 24))
        elif found := _HOURS.fullmatch(time):
            ends.append(float(found[1]) / (60 if found[2] == "min" else 1))
        elif time != "0":
            return None
    return max(ends, default=None)


def _group(writing: Writing, proposed: list[Proposed]) -> RequestGroup | None:
    if not proposed:
        return None
    return RequestGroup(
        id=writing.id_of_answer("RequestGroup"),
        meta=writing.meta,
        status="draft",
        intent="proposal",
        subject=writing.subject,
        authoredOn=writing.now,
        author=software(),
        note=notes("Proposed by Leeward. A clinician chooses and signs."),
        action=tuple(
            RequestGroupAction(title=title, selectionBehavior=behaviour, action=tuple(_action(one) for one in those))
            for title, behaviour, belongs in SETS
            if (those := [one for one in proposed if belongs(one.option.id)])
        ),
    )


def _action(one: Proposed) -> RequestGroupAction:
    option = one.option
    watched = tuple(RequestGroupAction(title="Monitoring", resource=refer(task)) for task in one.tasks)
    given = (RequestGroupAction(title=words(option.title), resource=refer(one.request)),) if one.request else ()
    inner = (*given, *watched)
    return RequestGroupAction(
        title=words(option.title),
        description=words(" ".join((f"{option.status.capitalize()}.", *option.because, *option.against))),
        groupingBehavior="logical-group" if inner else None,
        selectionBehavior="all" if inner else None,
        action=inner,
    )


def _care_plan(writing: Writing, group: RequestGroup | None) -> CarePlan:
    assessment, care = writing.assessment, writing.assessment.level_of_care
    activities = [CarePlanActivity(reference=refer(group))] if group else []
    activities += [_activity(_waiting(option)) for option in assessment.options if option.status not in SPEAKS]
    # How each medicine of ongoing treatment stands is told by its option, which may speak against it.
    activities += [_activity(_always(statement)) for statement in assessment.always if statement.id not in MEDICINES]
    activities += [_activity(_adjunct(adjunct)) for adjunct in assessment.adjuncts]
    return CarePlan(
        id=writing.id_of_answer("CarePlan"),
        meta=writing.meta,
        status="draft",
        intent="proposal",
        title="Opioid withdrawal: what may be done next",
        description="Proposed by Leeward. Nothing is ordered; a clinician decides and signs.",
        subject=writing.subject,
        created=writing.now,
        author=software(),
        activity=tuple(activities),
        note=notes(
            f"Level of care: {care.name or care.suggested or care.at_least or 'cannot be told'}. "
            f"{' '.join(care.because)}" if care else "",
            *(f"{conflict.title}: {conflict.says} {conflict.default}" for conflict in assessment.conflicts),
        ),
    )  # fmt: skip


def _activity(detail: CarePlanActivityDetail) -> CarePlanActivity:
    return CarePlanActivity(detail=detail)


def _waiting(option: OptionAnswer) -> CarePlanActivityDetail:
    """An option that is not to be begun now, with why and until when."""
    until = f" Not before {instant(option.until)}." if option.until else ""
    needs = f" Needed: {', '.join(option.needs)}." if option.needs else ""
    return CarePlanActivityDetail(
        instantiatesCanonical=(plan_definition(option.id),),
        code=concept(option.title),
        status="on-hold"
        if option.status == "not-yet"
        else "unknown"
        if option.status == "cannot-tell"
        else NOT_STARTED,
        statusReason=concept(option.status),
        doNotPerform=True if option.status == "avoid" else None,
        description=words(f"{' '.join(option.because)}{until}{needs}"),
    )


def _always(statement: Statement) -> CarePlanActivityDetail:
    title = statement.title or statement.id
    return CarePlanActivityDetail(code=concept(title), status=NOT_STARTED, description=words(statement.says))


def _adjunct(adjunct: Adjunct) -> CarePlanActivityDetail:
    """A comfort medicine; its dose stands in words alone, as the sources write it."""
    dose = f"{adjunct.medicine} {adjunct.dose}".strip()
    most = f", at most {adjunct.max_per_day} a day" if adjunct.max_per_day else ""
    more = " ".join((*adjunct.because, *adjunct.cautions, adjunct.note))
    needs = f" Needed: {', '.join(adjunct.needs)}." if adjunct.needs else ""
    return CarePlanActivityDetail(
        code=concept(f"Comfort medicine for {adjunct.symptom}"),
        status="unknown" if adjunct.status == "cannot-tell" else NOT_STARTED,
        statusReason=concept(adjunct.status),
        doNotPerform=True if adjunct.status == "avoid" else None,
        productCodeableConcept=concept(adjunct.medicine),
        description=words(f"{dose}{most}. {more}{needs}"),
    )
