"""The options of an assessment as text: what is offered with its proposal, what must wait, what is to be avoided."""

from __future__ import annotations

from leeward.guidance.assessment import OptionAnswer, Proposal, ProposalStep
from leeward.model.quantity import number
from leeward.report.paper import Paper, when

ORDER = ("recommended", "acceptable", "not-yet", "cannot-tell", "avoid")

IDLE = ("PWR-01", "CON-01", "TAP-01")
"""Rules by which an option has no occasion, rather than something against it."""

WORDS = {
    "recommended": "RECOMMENDED",
    "acceptable": "ACCEPTABLE",
    "not-yet": "NOT YET",
    "cannot-tell": "CANNOT TELL",
    "avoid": "AVOID",
}


def put_options(paper: Paper, options: tuple[OptionAnswer, ...], everything: bool) -> None:
    if not options:
        return
    paper.heading("OPTIONS (--explain ID gives the reasoning; --all every note)")
    for status in ORDER:
        for option in options:
            if option.status == status and (everything or status != "avoid"):
                _option(paper, option, everything)
    if everything:
        return
    idle = [option for option in options if option.status == "avoid" and option.rules[:1] and option.rules[0] in IDLE]
    avoided = [option for option in options if option.status == "avoid" and option not in idle]
    if avoided:
        paper.lines.append(f"  {paper.paint(WORDS['avoid'], 'avoid')}")
    for option in avoided:
        paper.put(f"{option.id}: {_first_reason(option)}", 4, hang=2)
    if idle:
        paper.put(f"No occasion for: {', '.join(option.id for option in idle)}.", hang=2)


def _option(paper: Paper, option: OptionAnswer, everything: bool) -> None:
    sure = f" ({option.certainty} certainty)" if option.proposal and option.certainty else ""
    paper.entry(f"{WORDS[option.status]:<12}", option.status, f"{option.title}{sure}  [{option.id}]")
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
    if not option.reasoning:
        return option.because[0]
    more = len(option.reasoning) - 1
    return f"{option.reasoning[0].sentence()}.{f' (+{more})' if more else ''}"


def _offered(paper: Paper, option: OptionAnswer, everything: bool) -> None:
    for line in option.first:
        paper.put(f"FIRST: {line if everything else _without_reasons(line)}", 14)
    if option.first and not everything:
        return
    for line in (*option.against, *option.cautions):
        paper.put(line if everything else _without_reasons(line), 14)
    if option.proposal and not everything and all(step.dose is None for step in option.proposal.steps):
        return
    if option.proposal and (everything or option.status == "recommended"):
        _proposal(paper, option.proposal, everything)
        for plan in option.monitoring:
            paper.put(f"Watch {', '.join(plan.what)}: {', '.join(plan.at)}.", 14)
    elif option.proposal:
        first = option.proposal.steps[0]
        paper.put(f"{option.proposal.medicine}, {option.proposal.route}: {step_line(first, holds=False)} ...", 14)
    if everything and option.evidence:
        paper.put(f"Evidence: {option.evidence}", 14)


def _without_reasons(line: str) -> str:
    """A line without the facts of this case, which stand in brackets at its end.

    >>> _without_reasons("Too soon (label, section 2) (taken: heroin (street)).")
    'Too soon (label, section 2).'
    """
    if not line.endswith(")."):
        return line
    depth = 0
    for place in range(len(line) - 2, 0, -1):
        depth += (line[place] == ")") - (line[place] == "(")
        if depth == 0:
            return f"{line[:place].rstrip()}."
    return line


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
