"""How an option's rules become its status.

    any AVOID rule yes                       avoid
    somebody Leeward does not cover          (the option is not answered at all)
    any GATE rule no                         not-yet
    any AVOID or GATE rule unknown           cannot-tell
    PREFER yes / no / unknown                recommended / acceptable / cannot-tell

Whatever is unknown and could still change the status is named in `needs`. Because truths are monotone, a status of
recommended, acceptable or avoid cannot be overturned by learning an input that was unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Literal

import msgspec

from leeward.guidance.assessment import Monitoring, OptionAnswer, Proposal, Reasoning, Status
from leeward.guidance.picture import Picture
from leeward.guidance.rule import AVOID, CAUTION, FIRST, GATE, PREFER, Role, Rule
from leeward.knowledge import Knowledge
from leeward.model.truth import Answer, Truth, all_of, any_of, known

RECOMMENDED: Status = "recommended"
ACCEPTABLE: Status = "acceptable"
NOT_YET: Status = "not-yet"
AVOIDED: Status = "avoid"
CANNOT_TELL: Status = "cannot-tell"

ANSWERS: dict[Answer, Literal["yes", "no", "unknown"]] = {
    Answer.YES: "yes",
    Answer.NO: "no",
    Answer.UNKNOWN: "unknown",
}

MakeProposal = Callable[[Picture], Proposal | None]


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """An option of treatment: its rules, its proposal, its monitoring and how certain its evidence is."""

    id: str
    title: str
    rules: tuple[Rule, ...]
    propose: MakeProposal
    monitoring: tuple[str, ...] = ()
    certainty: Callable[[Picture], tuple[str, str, tuple[str, ...]]]
    medicines: tuple[str, ...] = ()


Answered = tuple[Rule, Truth]


class Judgement(msgspec.Struct, frozen=True):
    """An option's status with the answers that decide it, by role, and the inputs that could still change it."""

    status: Status
    of: Mapping[Role, Sequence[Answered]]
    open: tuple[str, ...]


def answers_of(option: Option, picture: Picture, scope: Answered) -> tuple[Answered, ...]:
    """Every rule of an option with its answer, in the order of the rules, those that change no status too."""
    before = () if scope[1].is_yes else (scope,)
    return (*before, *[(rule, rule(picture)) for rule in option.rules])


def judge(option: Option, picture: Picture, scope: Answered) -> Judgement:
    """The status of an option for a picture, with the answers that made it; `scope`: whether the person is covered."""
    of: dict[Role, list[Answered]] = {AVOID: [], GATE: [], PREFER: []}
    for rule in option.rules:
        if rule.role in of:
            of[rule.role].append((rule, rule(picture)))
    avoid, gates, prefer = any_of(_truths(of[AVOID])), all_of(_truths(of[GATE])), _ONE_OF_SEVERAL
    if of[PREFER]:
        prefer = any_of(_truths(of[PREFER]))
    status = _status(avoid, scope[1], gates, prefer)
    lacking: set[str] = set()
    if status in (NOT_YET, CANNOT_TELL):
        for rule, truth in (scope, *of[AVOID], *of[GATE], *(of[PREFER] if prefer.is_unknown else ())):
            if truth.is_unknown:
                lacking.update(_grounds(rule, truth, picture)[0])
    return Judgement(status, of, tuple(sorted(lacking)))


def _truths(answers: Iterable[Answered]) -> list[Truth]:
    return [truth for _, truth in answers]


_ONE_OF_SEVERAL = known(False, "one of several acceptable ways")


def _status(avoid: Truth, covered: Truth, gates: Truth, prefer: Truth) -> Status:
    if not covered.is_yes:
        return CANNOT_TELL
    if avoid.is_yes:
        return AVOIDED
    if gates.is_no:
        return NOT_YET
    if avoid.is_unknown or gates.is_unknown or prefer.is_unknown:
        return CANNOT_TELL
    return RECOMMENDED if prefer.is_yes else ACCEPTABLE


class Standing(msgspec.Struct, frozen=True):
    """How an option stands, before it is spelt out: its status, the judgement behind it, and whether it is declined."""

    option: Option
    status: Status
    judgement: Judgement
    declined: bool
    scope: Answered

    @property
    def id(self) -> str:
        """The option's id."""
        return self.option.id

    @property
    def needs(self) -> tuple[str, ...]:
        """The inputs that are unknown and could still change the status."""
        return self.judgement.open


def standing(option: Option, picture: Picture, scope: Answered) -> Standing:
    """How an option stands for a picture; what the person does not want is avoided where anything can be told of it."""
    judgement = judge(option, picture, scope)
    declined = option.id in picture.case.declines or any(name in picture.case.declines for name in option.medicines)
    status = AVOIDED if declined and judgement.status != CANNOT_TELL else judgement.status
    return Standing(option, status, judgement, declined, scope)


def because_of(stands: Standing, picture: Picture) -> tuple[str, ...]:
    """The sentences of the rules that made the status what it is."""
    return _because(stands, [reason(rule, truth, picture) for rule, truth in _deciding(stands, picture)])


def _because(stands: Standing, reasoning: Iterable[Reasoning]) -> tuple[str, ...]:
    because = tuple([_sentence(found) for found in reasoning])
    if stands.declined:
        because = ("The person does not want this now; offer it again at every contact.", *because)
    return because or (f"Nothing recorded speaks against it ({_asked(stands)} rules asked).",)


def _asked(stands: Standing) -> int:
    """How many rules were asked: the option's own, and whether the person is covered where that is in doubt."""
    return len(stands.option.rules) + (not stands.scope[1].is_yes)


def against_it(stands: Standing, picture: Picture) -> tuple[str, ...]:
    """What keeps an acceptable option from being recommended."""
    return _against(stands.judgement, picture) if stands.status in (RECOMMENDED, ACCEPTABLE) else ()


def answer(stands: Standing, picture: Picture) -> OptionAnswer:
    """The option as it stands in the assessment."""
    option, status, judgement = stands.option, stands.status, stands.judgement
    deciding = _deciding(stands, picture)
    answers = answers_of(option, picture, stands.scope)
    first, cautions = ([each for each in answers if each[0].role is role] for role in (FIRST, CAUTION))
    speaks = status in (RECOMMENDED, ACCEPTABLE)
    grade, evidence, evidence_sources = option.certainty(picture)
    reasoning = tuple([reason(rule, truth, picture) for rule, truth in deciding])
    proposal = option.propose(picture) if speaks else None
    monitoring = tuple([_monitoring(id, picture.knowledge) for id in option.monitoring]) if speaks else ()
    return OptionAnswer(
        id=option.id,
        title=option.title,
        status=status,
        until=_until(judgement, picture) if status == NOT_YET else None,
        because=_because(stands, reasoning),
        against=against_it(stands, picture),
        first=tuple([_line(rule, truth, picture) for rule, truth in first if truth.is_yes]),
        cautions=tuple([_line(rule, truth, picture) for rule, truth in cautions if truth.is_yes]),
        needs=judgement.open,
        proposal=proposal,
        monitoring=monitoring,
        rules=tuple([rule.id for rule, _ in (answers if speaks else deciding)]),
        sources=_sources(reasoning, proposal, monitoring, evidence_sources),
        certainty=grade,
        evidence=evidence,
        reasoning=reasoning,
    )


def _deciding(stands: Standing, picture: Picture) -> list[Answered]:
    """The rules that made the status what it is."""
    judgement = stands.judgement
    if judgement.status == AVOIDED:
        return [(rule, truth) for rule, truth in judgement.of[AVOID] if truth.is_yes]
    if judgement.status == NOT_YET:
        return [(rule, truth) for rule, truth in judgement.of[GATE] if truth.is_no]
    if judgement.status == CANNOT_TELL:
        return [
            (rule, truth)
            for rule, truth in answers_of(stands.option, picture, stands.scope)
            if (rule.role == AVOID and not truth.is_no) or (rule.role in (GATE, PREFER) and truth.is_unknown)
        ]
    return [(rule, truth) for rule, truth in judgement.of[PREFER] if truth.is_yes] + [*judgement.of[GATE]]


def _against(judgement: Judgement, picture: Picture) -> tuple[str, ...]:
    """What keeps an acceptable option from being recommended."""
    if judgement.status != ACCEPTABLE:
        return ()
    return tuple(_line(rule, truth, picture) for rule, truth in judgement.of[PREFER] if truth.is_no)


def _until(judgement: Judgement, picture: Picture) -> datetime | None:
    """The earliest instant at which the clock no longer forbids it; None where no clock does or it cannot be told."""
    shut = [rule for rule, truth in judgement.of[GATE] if truth.is_no]
    instants = [rule.until(picture) for rule in shut if rule.until is not None]
    if not instants or any(instant is None for instant in instants):
        return None
    return max(instant for instant in instants if instant is not None)


def _line(rule: Rule, truth: Truth, picture: Picture) -> str:
    return _sentence(reason(rule, truth, picture))


def _sentence(found: Reasoning) -> str:
    return f"{found.sentence()} ({'; '.join(found.because)})." if found.because else f"{found.sentence()}."


def reason(rule: Rule, truth: Truth, picture: Picture) -> Reasoning:
    """One rule's answer, spelt out; once for a picture, however many options share the rule."""
    found = picture.answered.get((reason, rule.id))
    if found is None:
        found = picture.answered[reason, rule.id] = _spelt_out(rule, truth, picture)
    return found


def _grounds(rule: Rule, truth: Truth, picture: Picture) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The inputs and the facts that settle a rule's answer; once for a picture."""
    found = picture.answered.get((_grounds, rule.id))
    if found is None:
        found = picture.answered[_grounds, rule.id] = truth.grounds()
    return found


def _spelt_out(rule: Rule, truth: Truth, picture: Picture) -> Reasoning:
    fact_sources = picture.knowledge.fact_sources
    inputs, facts = _grounds(rule, truth, picture)
    sources = dict.fromkeys(rule.sources)
    for fact in facts:
        sources.update(dict.fromkeys(fact_sources.get(fact, ())))
    return Reasoning(
        rule=rule.id,
        says=rule.no if truth.is_no and rule.no else rule.says,
        answer=ANSWERS[truth.answer],
        because=truth.reasons(),
        used=() if truth.is_unknown else inputs,
        missing=inputs if truth.is_unknown else (),
        sources=tuple(sources),
    )


@cache
def _monitoring(id: str, knowledge: Knowledge) -> Monitoring:
    plan = knowledge.monitoring[id]
    return Monitoring(what=plan.what, at=plan.at, sources=plan.sources)


def _sources(
    reasoning: Iterable[Reasoning], proposal: Proposal | None, monitoring: Iterable[Monitoring], more: tuple[str, ...]
) -> tuple[str, ...]:
    found = {source for reason in reasoning for source in reason.sources}
    if proposal is not None:
        found.update(proposal.sources)
        found.update(source for step in proposal.steps for source in step.sources)
    found.update(source for plan in monitoring for source in plan.sources)
    return tuple(sorted(found.union(more)))
