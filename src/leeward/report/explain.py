"""The reasoning behind any line: which rule, how it was answered, from what, lacking what, after which sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from leeward.errors import BadInput
from leeward.guidance.alert import AlertRule
from leeward.guidance.alerts import ALERTS
from leeward.guidance.assess import assess
from leeward.guidance.assessment import Assessment, LevelOfCare
from leeward.guidance.mismatches import MISMATCHES
from leeward.guidance.option import Option, answers_of, judge, reason
from leeward.guidance.options import OPTIONS
from leeward.guidance.picture import Picture
from leeward.guidance.rule import REGISTRY, Rule
from leeward.guidance.scope import covered
from leeward.knowledge import Knowledge, Policy
from leeward.knowledge.policy import default_policy
from leeward.model.case import Case
from leeward.model.quantity import number
from leeward.report.beside import beside
from leeward.report.entry import entry_text
from leeward.report.paper import Paper

SIGNS = {"yes": "+", "no": "-", "unknown": "?"}


def explain(id: str, case: Case, knowledge: Knowledge, policy: Policy | None) -> str:
    """The reasoning behind `id`: an option, alert, rule, statement, calculation, question or entry of knowledge."""
    policy = policy or default_policy(knowledge)
    picture = Picture(case, knowledge, policy)
    for option in OPTIONS:
        if option.id == id:
            return _option(option, picture)
    for entry in (*ALERTS, *MISMATCHES):
        if entry.alert == id:
            return _alert(entry, picture)
    if id in REGISTRY:
        return _rules(id, [REGISTRY[id]], picture)
    lines = _lines_of(id, picture, assess(case, knowledge, policy))
    if lines is not None:
        return lines
    known = entry_text(id, knowledge)
    if known is not None:
        return known
    raise BadInput.one("LW-0505", "--explain", f'Nothing is called "{id[:60]}".', "Use an id that the answer shows.")


def _option(option: Option, picture: Picture) -> str:
    scope = covered, covered(picture)
    judgement, answers = judge(option, picture, scope), answers_of(option, picture, scope)
    paper = Paper(colour=False)
    paper.lines.append(f"{option.title} [{option.id}]: {judgement.status}")
    grade, evidence, sources = option.certainty(picture)
    paper.put(f"Certainty: {grade}. {evidence} [{', '.join(sources)}]")
    if judgement.open:
        paper.put(f"Open for want of: {', '.join(judgement.open)}.")
    for rule, _ in answers:
        _rule(paper, rule, picture)
    _cite(paper, picture, (reason(rule, truth, picture).sources for rule, truth in answers))
    return "\n".join(paper.lines)


def _alert(entry: AlertRule, picture: Picture) -> str:
    return _rules(entry.alert, [entry.rule], picture)


def _rules(title: str, rules: Iterable[Rule], picture: Picture) -> str:
    paper = Paper(colour=False)
    paper.lines.append(title)
    rules = list(rules)
    for rule in rules:
        _rule(paper, rule, picture)
    _cite(paper, picture, (reason(rule, rule(picture), picture).sources for rule in rules))
    return "\n".join(paper.lines)


def _rule(paper: Paper, rule: Rule, picture: Picture) -> None:
    found = reason(rule, rule(picture), picture)
    paper.lines.append("")
    paper.put(f"{SIGNS[found.answer]} {rule.id} ({rule.role.value}) {rule.says}: {found.answer}", hang=2)
    if rule.explains:
        paper.put(" ".join(rule.explains.split()), 6)
    for text in found.because:
        paper.item(text, 6)
    if found.used:
        paper.put(f"used: {', '.join(found.used)}", 6)
    if found.missing:
        paper.put(f"missing: {', '.join(found.missing)}", 6)
    for fact in rule(picture).rests_on():
        paper.put(f"rests on: {_fact(fact, picture)}", 6)
    if found.sources:
        paper.put(f"sources: {', '.join(found.sources)}", 6)


def _fact(id: str, picture: Picture) -> str:
    knowledge = picture.knowledge
    if id in picture.policy.limits:
        mark = " (rank A: recalled, allowed by policy)" if knowledge.settings[id].rank == "A" else ""
        return f"{id} = {picture.policy.limits[id]}, a setting of policy{mark}"
    if id in knowledge.limits:
        entry = knowledge.limits[id]
        return f"{id} = {number(entry.value)} {entry.unit}: {entry.says}"
    return id


def _cite(paper: Paper, picture: Picture, sources: Iterable[Iterable[str]]) -> None:
    ids = sorted({id for group in sources for id in group})
    if not ids:
        return
    paper.heading("Sources")
    for id in ids:
        source = picture.knowledge.sources[id]
        who = f"{source.authors}. " if source.authors else ""
        where = f" {source.where}." if source.where else ""
        year = source.year or "no year"
        paper.item(f"[{id}] {who}{source.title}, {year}.{where} ({source.status}, {source.date.isoformat()})")
    beside(paper, ids, picture.knowledge)


def _lines_of(id: str, picture: Picture, assessment: Assessment) -> str | None:
    """The lines of the assessment that are called `id`, come from the rule `id`, or want the input `id`."""
    lines = list(_lines(assessment))
    found = [line for line in lines if id in _names(line)] or [line for line in lines if id in _rules_of(line)]
    paper = Paper(colour=False)
    for line in found:
        _fields(paper, id, line)
    wanting = sorted({_called(line) for line in lines if id in _wants(line)})
    if wanting:
        paper.lines.append(f"{id}: unknown, and wanted by")
        for name in wanting:
            paper.item(name)
    if not paper.lines:
        return None
    _cite(paper, picture, (getattr(line, "sources", ()) for line in found))
    return "\n".join(paper.lines)


def _lines(assessment: Assessment) -> Iterator[object]:
    yield from assessment.alerts
    yield from assessment.exposures
    yield from assessment.interactions
    yield from assessment.adjuncts
    yield from assessment.calculations
    yield from assessment.conflicts
    yield from assessment.refusals
    yield from assessment.always
    yield from assessment.questions
    yield from assessment.options
    if assessment.level_of_care is not None:
        yield assessment.level_of_care


def _names(line: object) -> list[str]:
    """What a line is called in the answer."""
    if isinstance(line, LevelOfCare):
        return ["level-of-care"]
    return [name for name in (getattr(line, field, None) for field in ("id", "key", "input")) if name]


def _called(line: object) -> str:
    return _names(line)[0]


def _rules_of(line: object) -> list[str]:
    """The rule of a line; several stand in one text, with commas between."""
    told: str = getattr(line, "rule", "")
    return [told, *told.split(", ")] if told else []


def _wants(line: object) -> tuple[str, ...]:
    """The inputs that a line lacks."""
    return (*getattr(line, "needs", ()), *getattr(line, "missing", ()))


def _fields(paper: Paper, id: str, line: object) -> None:
    """A line with every field that it has; its own name stands above where it was found by another."""
    paper.lines.append(id if id in _names(line) else f"{id}: {_called(line)}")
    for name in getattr(line, "__struct_fields__", ()):
        value = getattr(line, name)
        if value in (None, "", (), {}) or name in ("id", "reasoning", "sources"):
            continue
        text = "; ".join(map(str, value)) if isinstance(value, tuple) else str(value)
        paper.put(f"{name.rstrip('_').replace('_', ' ')}: {text}", hang=2)
