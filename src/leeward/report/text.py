"""An assessment as a clinician reads it in a minute: 80 columns, colour only where there is a terminal for it."""

from __future__ import annotations

import textwrap
from datetime import datetime

from leeward.guidance.assessment import Alert, Assessment, OptionAnswer, Proposal, ProposalStep, WithdrawalScore
from leeward.model.quantity import number

WIDTH = 80

ORDER = ("recommended", "acceptable", "not-yet", "cannot-tell", "avoid")

WORDS = {
    "recommended": "RECOMMENDED",
    "acceptable": "ACCEPTABLE",
    "not-yet": "NOT YET",
    "cannot-tell": "CANNOT TELL",
    "avoid": "AVOID",
}

COLOURS = {
    "emergency": "1;37;41",
    "urgent": "1;31",
    "caution": "33",
    "note": "36",
    "recommended": "1;32",
    "acceptable": "32",
    "not-yet": "33",
    "cannot-tell": "35",
    "avoid": "31",
    "heading": "1",
    "dim": "2",
}

QUESTIONS_SHOWN = 5


class Paper:
    """Lines of text, with or without colour."""

    def __init__(self, colour: bool) -> None:
        self.colour = colour
        self.lines: list[str] = []

    def paint(self, text: str, kind: str) -> str:
        """The text in the colour of its kind, where colour is on."""
        return f"\x1b[{COLOURS[kind]}m{text}\x1b[0m" if self.colour else text

    def heading(self, text: str) -> None:
        """A heading after an empty line."""
        self.lines += ["", self.paint(text, "heading")]

    def put(self, text: str, indent: int = 2, hang: int = 0) -> None:
        """A paragraph, wrapped to the width."""
        first, rest = " " * indent, " " * (indent + hang)
        self.lines += textwrap.wrap(
            text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
        )

    def item(self, text: str, indent: int = 2) -> None:
        """A bullet."""
        self.put(f"- {text}", indent, hang=2)


def render(assessment: Assessment, colour: bool = False, everything: bool = False) -> str:
    """The assessment as text. `everything`: every note, question, disagreement and source; otherwise what fits a minute."""
    paper = Paper(colour)
    _head(paper, assessment)
    _always(paper, assessment, everything)
    _refusals(paper, assessment)
    _alerts(paper, assessment.alerts, "ALERTS")
    _state(paper, assessment, everything)
    _alerts(paper, assessment.state.mismatches, "DOES NOT FIT")
    _options(paper, assessment.options, everything)
    _medicines(paper, assessment)
    _level(paper, assessment)
    _questions(paper, assessment, everything)
    _conflicts(paper, assessment, everything)
    _foot(paper, assessment, everything)
    return "\n".join(paper.lines) + "\n"


def _head(paper: Paper, assessment: Assessment) -> None:
    paper.lines.append(paper.paint(f"LEEWARD  assessment for {when(assessment.now)}", "heading"))
    signed = assessment.knowledge.signed_by
    if signed:
        paper.put(f"Knowledge {assessment.knowledge.version}, signed by {signed['name']}, {signed['role']}.", 0)
    else:
        paper.put(f"Knowledge {assessment.knowledge.version}: NOBODY HAS SIGNED IT for this site.", 0)
    if assessment.synthetic:
        paper.put(f"SYNTHETIC PATIENT. {assessment.title}".strip(), 0)
    elif assessment.title:
        paper.put(assessment.title, 0)
    for cited in assessment.cites:
        paper.put(f"After {cited}", 0, hang=2)
    if assessment.policy_changed:
        paper.put(f"The site's policy differs from the default in: {', '.join(assessment.policy_changed)}.", 0)
    paper.put("Proposals for a clinician to accept, change or refuse. Nothing is ordered.", 0)


def _always(paper: Paper, assessment: Assessment, everything: bool) -> None:
    paper.heading("FIRST AND ALWAYS")
    if everything:
        for statement in assessment.always:
            paper.item(f"{statement.title}: {statement.says}")
        return
    lead, *others = assessment.always
    paper.put(lead.says)
    paper.put(f"{'; '.join(statement.title for statement in others)}. (--all says more)")


def _refusals(paper: Paper, assessment: Assessment) -> None:
    if not assessment.refusals:
        return
    paper.heading("NOT ANSWERED BY LEEWARD")
    for refusal in assessment.refusals:
        paper.item(f"{refusal.what}: {refusal.why} Turn to: {refusal.turn_to}")


def _alerts(paper: Paper, alerts: tuple[Alert, ...], title: str) -> None:
    if not alerts:
        return
    paper.heading(title)
    for alert in alerts:
        level = paper.paint(f" {alert.level.upper()} ", alert.level)
        paper.lines.append(f"  {level} {alert.title}  [{alert.id}]")
        paper.put(f"{'; '.join(alert.because)}.", 4)
        paper.put(" ".join(alert.do), 4)


def _state(paper: Paper, assessment: Assessment, everything: bool) -> None:
    paper.heading("NOW")
    if not assessment.state.withdrawal:
        paper.put("No withdrawal score is recorded.")
    for score in assessment.state.withdrawal:
        paper.put(_score_line(score))
    for exposure in assessment.exposures:
        resolved = exposure.resolved or "not known to Leeward" if exposure.class_ == "unknown" else exposure.resolved
        told = "" if exposure.as_told == resolved else f' (told as "{exposure.as_told}")'
        paper.put(f"{resolved}{told}", hang=2)
        for course in assessment.state.course:
            if course.exposure == exposure.key:
                paper.put(_course_line(course.onset, course.peak, course.end), 4)
        if everything and exposure.drug_test:
            paper.put(f"Drug test: {exposure.drug_test}", 4)
    if assessment.not_known_to_leeward:
        paper.put(f"Kept, but not known to Leeward: {'; '.join(assessment.not_known_to_leeward)}.", hang=2)


def _score_line(score: WithdrawalScore) -> str:
    name = score.instrument.upper()
    if score.total is not None:
        value = str(score.total)
    elif score.range is not None:
        value = f"between {score.range[0]} and {score.range[1]}"
    else:
        value = "see flags"
    line = f"{name} {value}"
    line += f", {score.band}" if score.band else ", band not certain" if score.range else ""
    if score.objective_signs is not None:
        line += f", objective signs {score.objective_signs}"
    elif score.objective_signs_range is not None:
        line += f", objective signs {score.objective_signs_range[0]} to {score.objective_signs_range[1]}"
    if score.missing:
        line += f"; not scored: {', '.join(score.missing)}"
    return line + ("" if score.current else f"; from {score.at or 'an unknown time'}, too old or undated to decide by")


def _course_line(*parts: object) -> str:
    words = []
    for name, part in zip(("onset", "peak", "end"), parts, strict=True):
        if part is None:
            continue
        early, late = part.earliest, part.latest  # type: ignore[attr-defined]
        if early is None and late is None:
            words.append(f"{name} cannot be placed (last use not known)")
        else:
            words.append(f"{name} {day(early) if early else '?'} to {day(late) if late else '?'}")
    return f"Expected in groups of people: {'; '.join(words)}."


def _options(paper: Paper, options: tuple[OptionAnswer, ...], everything: bool) -> None:
    if not options:
        return
    paper.heading("OPTIONS (--explain ID gives the reasoning; --all every note)")
    for status in ORDER:
        for option in options:
            if option.status == status:
                _option(paper, option, everything)


def _option(paper: Paper, option: OptionAnswer, everything: bool) -> None:
    status = paper.paint(f"{WORDS[option.status]:<12}", option.status)
    paper.lines.append(f"  {status}{option.title}  [{option.id}]")
    if option.until:
        paper.put(f"not before {when(option.until)}, and then only if everything else holds", 14)
    if option.status in ("recommended", "acceptable"):
        _offered(paper, option, everything)
        return
    if everything:
        for line in option.because:
            paper.item(line, 14)
    else:
        paper.put(_first_reason(option), 14)
    if option.needs and (everything or option.status == "cannot-tell"):
        paper.put(f"Needs: {', '.join(option.needs)}.", 14)


def _first_reason(option: OptionAnswer) -> str:
    """The weightiest reason, and how many more there are."""
    first = f"{option.reasoning[0].says}." if option.reasoning else option.because[0]
    more = len(option.reasoning) - 1
    return f"{first} (and {more} more)" if more > 0 else first


def _offered(paper: Paper, option: OptionAnswer, everything: bool) -> None:
    for line in (*option.against, *option.cautions):
        paper.put(line if everything else _without_reasons(line), 14)
    if option.proposal and (everything or option.status == "recommended"):
        _proposal(paper, option.proposal, everything)
        for plan in option.monitoring:
            paper.put(f"Watch {', '.join(plan.what)}: {', '.join(plan.at)}.", 14)
    elif option.proposal:
        first = option.proposal.steps[0]
        paper.put(f"{option.proposal.medicine}, {option.proposal.route}: {step_line(first, holds=False)} ...", 14)
    if option.certainty:
        paper.put(f"Certainty of the evidence: {option.certainty}. {option.evidence if everything else ''}".strip(), 14)


def _without_reasons(line: str) -> str:
    """A line without the facts of this case in brackets at its end."""
    return f"{line[: line.rindex(' (')]}." if line.endswith(").") and " (" in line else line


def _proposal(paper: Paper, proposal: Proposal, everything: bool) -> None:
    paper.put(f"{proposal.medicine}, {proposal.route}:", 14)
    for step in proposal.steps:
        paper.item(step_line(step, holds=everything), 14)
    if not everything:
        holds = dict.fromkeys(hold for step in proposal.steps for hold in step.hold_if)
        if holds:
            paper.put(f"HOLD if {'; '.join(holds)}.", 14)
    for note in proposal.notes if everything else proposal.notes[:-1]:
        paper.put(note, 14)
    for law in proposal.prescriber_law if everything else ():
        paper.put(f"Law: {law}", 14)


def step_line(step: ProposalStep, holds: bool = True) -> str:
    """One step in one line, with or without what holds it."""
    parts = [step.when]
    if step.dose:
        parts.append(amount(step.dose.min, step.dose.usual, step.dose.max, step.dose.unit))
    if step.every:
        parts.append(step.every)
    if step.if_:
        parts.append(f"if {step.if_}")
    line = ": ".join(parts[:2]) if step.dose else parts[0]
    line += "".join(f", {part}" for part in parts[2 if step.dose else 1 :])
    if step.per_day_max:
        top = step.per_day_max
        line += f"; in 24 h {amount(top.min, top.usual, top.max, top.unit)}"
    if holds and step.hold_if:
        line += f". HOLD if {'; '.join(step.hold_if)}"
    return line


def amount(low: float | None, usual: float | None, high: float | None, unit: str) -> str:
    """A dose range in words.

    >>> amount(2, 4, 8, "mg"), amount(None, None, 1.2, "mg"), amount(None, 0.36, 0.36, "mg")
    ('2 to 8 mg (usually 4)', 'at most 1.2 mg', '0.36 mg')
    """
    if low is not None and high is not None and low != high:
        return f"{number(low)} to {number(high)} {unit}" + ("" if usual is None else f" (usually {number(usual)})")
    if usual is not None and high is not None and usual != high:
        return f"{number(usual)} {unit} (at most {number(high)})"
    if usual is not None:
        return f"{number(usual)} {unit}"
    if high is not None:
        return f"at most {number(high)} {unit}" if low is None else f"{number(high)} {unit}"
    return f"from {number(low)} {unit}" if low is not None else f"no dose given ({unit})"


def _medicines(paper: Paper, assessment: Assessment) -> None:
    offered: dict[str, list[str]] = {}
    for adjunct in assessment.adjuncts:
        if adjunct.status == "acceptable":
            most = f", at most {adjunct.max_per_day} in 24 h" if adjunct.max_per_day else ""
            caution = " (mind: --explain)" if adjunct.cautions else ""
            offered.setdefault(adjunct.symptom, []).append(f"{adjunct.medicine} {adjunct.dose}{most}".strip() + caution)
    if offered:
        paper.heading("COMFORT MEDICINES (beside treatment, never instead of it)")
        for symptom, medicines in offered.items():
            paper.put(f"{symptom}: {'; '.join(medicines)}", hang=2)
    avoided = [adjunct for adjunct in assessment.adjuncts if adjunct.status == "avoid"]
    if avoided:
        paper.put(f"Avoid: {', '.join(sorted({adjunct.medicine for adjunct in avoided}))}.", hang=2)
    asked = sorted({adjunct.medicine for adjunct in assessment.adjuncts if adjunct.status == "cannot-tell"})
    if asked:
        paper.put(f"Cannot tell yet: {', '.join(asked)}.", hang=2)
    if assessment.interactions:
        paper.heading("INTERACTIONS")
        for pair in assessment.interactions:
            paper.item(f"{pair.severity.upper()}: {' with '.join(pair.between)}. {pair.says} {pair.do}")
    if assessment.calculations:
        paper.heading("CALCULATED")
        for found in assessment.calculations:
            value = _calculated(found.value, found.range, found.unit)
            missing = f" Lacks: {', '.join(found.missing)}." if found.missing else ""
            paper.item(f"{found.title}: {value}.{missing} {' '.join(found.notes)}".strip())


def _calculated(value: float | str | None, bounds: tuple[float, float] | None, unit: str) -> str:
    if isinstance(value, str):
        return value
    if value is not None:
        return f"{number(value)} {unit}"
    if bounds is not None:
        return f"{number(bounds[0])} to {number(bounds[1])} {unit}"
    return "cannot be computed"


def _level(paper: Paper, assessment: Assessment) -> None:
    level = assessment.level_of_care
    if level is None:
        return
    paper.heading("LEVEL OF CARE")
    least = f"at least {level.at_least}" if level.at_least else "no level is sure yet"
    suggested = f"; suggested {level.suggested}" if level.suggested else "; more cannot be told yet"
    paper.put(f"{least}{suggested}. {'; '.join(level.because)}", hang=2)


def _questions(paper: Paper, assessment: Assessment, everything: bool) -> None:
    if not assessment.questions:
        return
    paper.heading("ASK NEXT (what would change most comes first)")
    shown = assessment.questions if everything else assessment.questions[:QUESTIONS_SHOWN]
    for place, question in enumerate(shown, 1):
        paper.put(f"{place}. {question.ask}", hang=3)
    left = len(assessment.questions) - len(shown)
    if left:
        paper.put(f"and {left} more (--all).")


def _conflicts(paper: Paper, assessment: Assessment, everything: bool) -> None:
    if not assessment.conflicts:
        return
    paper.heading("SOURCES DISAGREE")
    if not everything:
        titles = ", ".join(conflict.title.lower() for conflict in assessment.conflicts)
        paper.put(f"{titles} (--all shows them; --explain ID explains one).")
        return
    for conflict in assessment.conflicts:
        paper.item(f"{conflict.title}: {conflict.says} Leeward: {conflict.default}")


def _foot(paper: Paper, assessment: Assessment, everything: bool) -> None:
    counts: dict[str, int] = {}
    for source in assessment.sources.values():
        counts[source.status] = counts.get(source.status, 0) + 1
    paper.heading("SOURCES")
    told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    paper.put(f"{len(assessment.sources)} cited: {told}. --explain ID gives the reasoning and sources of any line.")
    if everything:
        for id, source in assessment.sources.items():
            paper.item(f"[{id}] {source.title}, {source.year or 'no year'} ({source.status}, {source.date})")


def when(instant: datetime) -> str:
    """An instant in the offset that the case was written in."""
    return instant.isoformat(sep=" ", timespec="minutes")


def day(instant: datetime) -> str:
    """An instant short: day, month and time."""
    return f"{instant:%d %b %H:%M}"
