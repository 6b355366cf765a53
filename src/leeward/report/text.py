"""An assessment as a clinician reads it in a minute: 80 columns, colour only where there is a terminal for it."""

from __future__ import annotations

from leeward.guidance.assessment import (
    Adjunct,
    Alert,
    Assessment,
    CourseInterval,
    ExposureAnswer,
    LevelChange,
    WithdrawalScore,
)
from leeward.instruments import load_instruments
from leeward.model.quantity import number
from leeward.products.recalls.action import GRADES
from leeward.report.options import put_options
from leeward.report.paper import Paper, day, when
from leeward.report.words import ANSWERS, OF_CLASS, SUBSTANCES

QUESTIONS_SHOWN = 5

ONGOING = "ongoing-"
"""How the ids of what is said of each ongoing treatment begin; the options say the same for this person."""


def render(assessment: Assessment, colour: bool = False, everything: bool = False) -> str:
    """The assessment as text; `everything` adds every note, question, disagreement and source."""
    paper = Paper(colour)
    fired = {alert.id for alert in (*assessment.alerts, *assessment.state.mismatches)}
    _head(paper, assessment)
    _alerts(paper, assessment.alerts, "ALERTS", fired, everything)
    if not assessment.options:
        _refusals(paper, assessment, everything)
    _always(paper, assessment, everything)
    _state(paper, assessment, everything)
    _alerts(paper, assessment.state.mismatches, "DOES NOT FIT", fired, everything)
    put_options(paper, assessment.options, everything)
    _questions(paper, assessment, everything)
    _comfort(paper, assessment.adjuncts, everything)
    _interactions(paper, assessment, everything)
    _calculations(paper, assessment)
    _level(paper, assessment)
    if assessment.options:
        _refusals(paper, assessment, everything)
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
    grave = any(alert.level == "emergency" for alert in assessment.alerts)
    paper.heading("ALWAYS, AFTER WHAT THE EMERGENCY ASKS FOR" if grave else "FIRST AND ALWAYS")
    if everything:
        for statement in assessment.always:
            paper.item(f"{statement.title}: {statement.says}")
        return
    paper.put(assessment.always[0].says)
    others = [statement.title.lower() for statement in assessment.always if not statement.id.startswith(ONGOING)]
    paper.put(f"With every plan: {', '.join(others)}.", hang=2)


def _refusals(paper: Paper, assessment: Assessment, everything: bool) -> None:
    if not assessment.refusals:
        return
    paper.heading("NOT ANSWERED BY LEEWARD")
    for refusal in assessment.refusals:
        why = f" {refusal.why}" if everything or not assessment.options else ""
        paper.put(f"{refusal.what}.{why} Turn to: {refusal.turn_to}", hang=2)


def _alerts(paper: Paper, alerts: tuple[Alert, ...], title: str, fired: set[str], everything: bool) -> None:
    """The alerts; one that a graver alert covers stands with `everything` only."""
    shown = [alert for alert in alerts if everything or fired.isdisjoint(alert.covered_by)]
    if not shown:
        return
    paper.heading(title)
    for alert in shown:
        paper.entry(f"{alert.level.upper():<12}", alert.level, f"{alert.title}  [{alert.id}]")
        paper.put(f"{'; '.join(alert.because)}.", 4)
        paper.put(" ".join(alert.do), 4)


def _state(paper: Paper, assessment: Assessment, everything: bool) -> None:
    paper.heading("NOW")
    if not assessment.state.withdrawal:
        paper.put("No withdrawal score is recorded.")
    for score in assessment.state.withdrawal:
        paper.put(_score_line(score), hang=2)
    for exposure in assessment.exposures:
        resolved = _resolved(exposure)
        told = "" if exposure.as_told == resolved else f' (told as "{exposure.as_told}")'
        paper.put(f"{resolved}{told}", hang=2)
        _product(paper, exposure, everything)
        for course in assessment.state.course:
            if course.exposure == exposure.key:
                paper.put(_course_line(course.onset, course.peak, course.end), 4)
        if everything and exposure.drug_test:
            paper.put(f"Drug test: {exposure.drug_test}", 4)
    if assessment.not_known_to_leeward:
        paper.put(f"Kept, but not known to Leeward: {'; '.join(assessment.not_known_to_leeward)}.", hang=2)


def _resolved(exposure: ExposureAnswer) -> str | None:
    """What was taken: a substance that Leeward knows, or else what its label says that it is."""
    if exposure.resolved or exposure.class_ != "unknown":
        return exposure.resolved
    told = exposure.product
    return "not known to Leeward" if told is None or told.class_ == "cannot-tell" else f"{told.says}, by its label"


def _product(paper: Paper, exposure: ExposureAnswer, everything: bool) -> None:
    """A product's recalls and law in a few lines; `leeward product` says the rest."""
    told = exposure.product
    if told is None:
        return
    if told.label != exposure.as_told:
        paper.put(f'Product: "{told.label}"', 4)
    if told.disagrees:
        paper.entry("  ! ", "caution", told.disagrees)
    names = [f"{line.title} {line.record}, {line.date}" for line in exposure.actions]
    found = f": {'; '.join(names if everything else names[:2])}" if names else ""
    paper.put(f"Recalls and alerts: {GRADES[told.grade]}{found}.", 4)
    for near in told.near if everything else ():
        paper.put(f"Ruled out: {near}.", 4)
    for line in exposure.law.get("lines", ()):
        if everything or line.substance in OF_CLASS.get(told.class_, ()):
            paper.put(
                f"Law, {line.name}, {SUBSTANCES[line.substance]}: {ANSWERS[line.answer]} (as of {line.as_of}).", 4
            )
    for note in exposure.notes if everything else ():
        paper.put(note, 4)


def _score_line(score: WithdrawalScore) -> str:
    line = load_instruments()[score.instrument].short
    if score.total is not None:
        line += f" {score.total}"
    elif score.range is not None:
        line += f" between {score.range[0]} and {score.range[1]}"
    line += f", {score.band}" if score.band else ", band not certain" if score.range else ", not certain"
    if score.objective_signs is not None:
        line += f", objective signs {score.objective_signs}"
    elif score.objective_signs_range is not None:
        line += f", objective signs {score.objective_signs_range[0]} to {score.objective_signs_range[1]}"
    if score.missing:
        line += f"; not scored: {', '.join(score.missing)}"
    return line + ("" if score.current else f"; from {score.at or 'an unknown time'}, too old or undated to decide by")


def _course_line(*parts: CourseInterval | None) -> str:
    words: list[str] = []
    for name, part in zip(("onset", "peak", "end"), parts, strict=True):
        if part is None:
            continue
        early, late = part.earliest, part.latest
        if early is None and late is None:
            words.append(f"{name} cannot be placed (last use not known)")
        else:
            words.append(f"{name} {day(early) if early else '?'} to {day(late) if late else '?'}")
    return f"Expected in groups of people: {'; '.join(words)}."


def _interactions(paper: Paper, assessment: Assessment, everything: bool) -> None:
    if assessment.interactions:
        paper.heading("INTERACTIONS")
        for pair in assessment.interactions:
            says = f" {pair.says}" if everything or pair.severity in ("contraindicated", "major") else ""
            paper.item(f"{pair.severity.upper()}: {' with '.join(pair.between)}.{says} {pair.do}")
            if pair.level_change is not None:
                _level_change(paper, pair.level_change, everything)


def _level_change(paper: Paper, found: LevelChange, everything: bool) -> None:
    """The figure of a pair and where it stops, or that there is none; a model's number and further trials with `everything`."""
    first, *differs = found.lines()
    paper.put(first, 4, hang=2)
    for text in differs:
        paper.put(text, 6, hang=2)
    for figure in found.figures[1:] if everything else ():
        what = "a model, not people" if figure.standing == "model" else f"{figure.dose}; {figure.population}"
        grade = f"; grade {figure.grade}" if figure.grade else ""
        note = f"; {figure.note}" if figure.note else ""
        paper.put(f"Beside it: {figure.measure} {figure.times()}; {what}{note}{grade}.", 6, hang=2)


def _calculations(paper: Paper, assessment: Assessment) -> None:
    if assessment.calculations:
        paper.heading("CALCULATED")
        for found in assessment.calculations:
            value = _calculated(found.value, found.range, found.unit)
            missing = f" Lacks: {', '.join(found.missing)}." if found.missing else ""
            paper.item(f"{found.title}: {value}.{missing} {' '.join(found.notes)}".strip())


def _comfort(paper: Paper, adjuncts: tuple[Adjunct, ...], everything: bool) -> None:
    """Comfort medicines by symptom: the first choice with its dose, the others by name; all of it with `everything`."""
    offered: dict[str, list[Adjunct]] = {}
    for adjunct in adjuncts:
        if adjunct.status == "acceptable":
            offered.setdefault(adjunct.symptom, []).append(adjunct)
    if offered:
        paper.heading("COMFORT MEDICINES (beside treatment, never instead of it)")
    for symptom, medicines in offered.items():
        first, *others = medicines
        names = [_dosed(first, everything)]
        names += [_dosed(adjunct, everything) if everything else adjunct.medicine for adjunct in others]
        paper.put(f"{symptom.replace('-', ' ')}: {'; or '.join(names)}", hang=2)
    for status, says in (("avoid", "Avoid"), ("cannot-tell", "Cannot tell yet")):
        named = sorted({adjunct.medicine for adjunct in adjuncts if adjunct.status == status})
        if named:
            paper.put(f"{says}: {', '.join(named)}.", hang=2)


def _dosed(adjunct: Adjunct, everything: bool) -> str:
    most = f", at most {adjunct.max_per_day.partition(' (')[0]} in 24 h" if adjunct.max_per_day else ""
    mind = f" ({' '.join(adjunct.cautions)})" if everything else "*"
    return f"{adjunct.medicine} {adjunct.dose}{most}".strip() + (mind if adjunct.cautions else "")


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
        paper.put(f"{', '.join(conflict.id for conflict in assessment.conflicts)} (--explain ID, or --all).")
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
