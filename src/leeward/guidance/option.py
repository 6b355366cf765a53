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

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from leeward.guidance.assessment import Monitoring, OptionAnswer, Proposal, Reasoning
from leeward.guidance.picture import Picture
from leeward.guidance.rule import AVOID, CAUTION, GATE, PREFER, Rule
from leeward.model.truth import Answer, Truth, all_of, any_of, known

RECOMMENDED, ACCEPTABLE, NOT_YET, AVOIDED, CANNOT_TELL = "recommended", "acceptable", "not-yet", "avoid", "cannot-tell"

ANSWERS = {found: found.name.lower() for found in Answer}

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


class Judgement(msgspec.Struct, frozen=True):
    """An option's status with every rule's answer behind it."""

    status: str
    answers: tuple[tuple[Rule, Truth], ...]
    open: tuple[str, ...]

    def of(self, role: str) -> Iterable[tuple[Rule, Truth]]:
        """The rules of one role with their answers."""
        return ((rule, truth) for rule, truth in self.answers if rule.role == role)


def judge(option: Option, picture: Picture, scope: tuple[Rule, Truth]) -> Judgement:
    """The status of an option for a picture, with the answers that made it. `scope`: whether Leeward covers the person."""
    covered = scope[1]
    answers = tuple((rule, rule(picture)) for rule in option.rules)
    avoid = any_of(truth for rule, truth in answers if rule.role == AVOID)
    gates = all_of(truth for rule, truth in answers if rule.role == GATE)
    preferences = [truth for rule, truth in answers if rule.role == PREFER]
    prefer = any_of(preferences) if preferences else known(False, "one of several acceptable ways")
    status = _status(avoid, covered, gates, prefer)
    if status in (NOT_YET, CANNOT_TELL):
        open_parts = (covered, *(truth for rule, truth in answers if rule.role in (AVOID, GATE)), prefer)
        lacking = {name for truth in open_parts for name in truth.lacked()}
    else:
        lacking = set[str]()
    return Judgement(status, answers if covered.is_yes else (scope, *answers), tuple(sorted(lacking)))


def _status(avoid: Truth, covered: Truth, gates: Truth, prefer: Truth) -> str:
    if not covered.is_yes:
        return CANNOT_TELL
    if avoid.is_yes:
        return AVOIDED
    if gates.is_no:
        return NOT_YET
    if avoid.is_unknown or gates.is_unknown or prefer.is_unknown:
        return CANNOT_TELL
    return RECOMMENDED if prefer.is_yes else ACCEPTABLE


def answer(option: Option, picture: Picture, scope: tuple[Rule, Truth]) -> OptionAnswer:
    """The option as it stands in the assessment."""
    judgement = judge(option, picture, scope)
    deciding = _deciding(judgement)
    declined = option.id in picture.case.declines or any(name in picture.case.declines for name in option.medicines)
    status = AVOIDED if declined and judgement.status != CANNOT_TELL else judgement.status
    speaks = status in (RECOMMENDED, ACCEPTABLE)
    grade, evidence, evidence_sources = option.certainty(picture)
    reasoning = tuple(reason(rule, truth, picture) for rule, truth in deciding)
    proposal = option.propose(picture) if speaks else None
    monitoring = tuple(monitor(picture, id) for id in option.monitoring) if speaks else ()
    because = tuple(
        _sentence(found.says, found.because) for found in reasoning
    )
    if declined:
        because = ("The person does not want this now; offer it again at every contact.", *because)
    return OptionAnswer(
        id=option.id,
        title=option.title,
        status=status,
        until=_until(judgement, picture) if status == NOT_YET else None,
        because=because or (f"Nothing recorded speaks against it ({len(judgement.answers)} rules asked).",),
        against=_against(judgement, picture) if speaks else (),
        cautions=tuple(_line(rule, truth, picture) for rule, truth in judgement.of(CAUTION) if truth.is_yes),
        needs=judgement.open,
        proposal=proposal,
        monitoring=monitoring,
        rules=tuple(rule.id for rule, _ in (judgement.answers if speaks else deciding)),
        sources=_sources(reasoning, proposal, monitoring, evidence_sources),
        certainty=grade,
        evidence=evidence,
        reasoning=reasoning,
    )


def _deciding(judgement: Judgement) -> list[tuple[Rule, Truth]]:
    """The rules that made the status what it is."""
    if judgement.status == AVOIDED:
        return [(rule, truth) for rule, truth in judgement.of(AVOID) if truth.is_yes]
    if judgement.status == NOT_YET:
        return [(rule, truth) for rule, truth in judgement.of(GATE) if truth.is_no]
    if judgement.status == CANNOT_TELL:
        return [
            (rule, truth)
            for rule, truth in judgement.answers
            if (rule.role == AVOID and not truth.is_no) or (rule.role in (GATE, PREFER) and truth.is_unknown)
        ]
    return [(rule, truth) for rule, truth in judgement.of(PREFER) if truth.is_yes] + list(judgement.of(GATE))


def _against(judgement: Judgement, picture: Picture) -> tuple[str, ...]:
    """What keeps an acceptable option from being recommended."""
    if judgement.status != ACCEPTABLE:
        return ()
    return tuple(_line(rule, truth, picture) for rule, truth in judgement.of(PREFER) if truth.is_no)


def _until(judgement: Judgement, picture: Picture) -> datetime | None:
    """The earliest instant at which the clock no longer forbids it; None where no clock does or it cannot be told."""
    shut = [rule for rule, truth in judgement.of(GATE) if truth.is_no]
    instants = [rule.until(picture) for rule in shut if rule.until is not None]
    if not instants or any(instant is None for instant in instants):
        return None
    return max(instant for instant in instants if instant is not None)


def _line(rule: Rule, truth: Truth, picture: Picture) -> str:
    found = reason(rule, truth, picture)
    return _sentence(found.says, found.because)


def _sentence(says: str, reasons: tuple[str, ...]) -> str:
    return f"{says} ({'; '.join(reasons)})." if reasons else f"{says}."


def reason(rule: Rule, truth: Truth, picture: Picture) -> Reasoning:
    """One rule's answer, spelt out."""
    found = picture.reasoned.get(rule.id)
    if found is None:
        fact_sources = picture.knowledge.fact_sources
        sources = dict.fromkeys(rule.sources)
        for fact in truth.rests_on():
            sources.update(dict.fromkeys(fact_sources.get(fact, ())))
        found = picture.reasoned[rule.id] = Reasoning(
            rule=rule.id,
            says=rule.no if truth.is_no and rule.no else rule.says,
            answer=ANSWERS[truth.answer],
            because=truth.reasons(),
            used=truth.used(),
            missing=truth.lacked(),
            sources=tuple(sources),
        )
    return found


def monitor(picture: Picture, id: str) -> Monitoring:
    """A monitoring plan of knowledge."""
    plan = picture.knowledge.monitoring[id]
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
