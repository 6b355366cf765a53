"""`leeward score INSTRUMENT item=points ...`"""

from __future__ import annotations

import click
import msgspec

from leeward.errors import BadInput, Problem, shown
from leeward.home import home
from leeward.instruments import Score, load_instruments, resolve, score
from leeward.instruments.answers import ItemAnswer
from leeward.knowledge import load_knowledge
from leeward.model.numbers import number_in
from leeward.signing import signature_line, signed_by


class ScoreAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of `leeward score --format json`, `leeward: score/1`."""

    leeward: str = "score/1"
    instrument: str
    total: int | None
    range: tuple[int, int] | None
    band: str | None
    missing: tuple[str, ...]
    objective_signs: int | None
    objective_signs_range: tuple[int, int] | None
    bands: tuple[str, ...]
    band_set: str
    flags: tuple[str, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    knowledge: dict[str, object]


@click.command(short_help="Score a withdrawal or screening instrument.")
@click.argument("instrument")
@click.argument("items", nargs=-1)
@click.option("--total", type=int, help="A total that somebody wrote down, where the items are not at hand.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(instrument: str, items: tuple[str, ...], total: int | None, form: str) -> None:
    """Score INSTRUMENT from item=points pairs.

    A missing item is never zero: the total is then a range, and a band is given only where it is certain. The resting
    pulse of the COWS may be given as beats: `pulse=96/min`.

    \b
    leeward score cows pulse=2 pupils=1 yawning=1
    leeward score sows-gossop-10 --total 14
    """
    answers = _answers(items)
    name = resolve(instrument, items=list(answers) or None)
    definition = load_instruments()[name]
    found = score(definition, answers, total)
    answer = _answer(found, definition.sources)
    click.echo(msgspec.json.encode(answer).decode() if form == "json" else _text(answer, definition.title))


def _answers(pairs: tuple[str, ...]) -> dict[str, ItemAnswer]:
    answers: dict[str, ItemAnswer] = {}
    problems: list[Problem] = []
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name or not value:
            says, mend = f'"{shown(pair)}" is not an item with points.', "Write item=points, such as pulse=2."
            problems.append(Problem(path="items", code="LW-0208", says=says, mend=mend))
        elif name in answers:
            says, mend = f'"{shown(name)}" is given twice.', "Give it once."
            problems.append(Problem(path=f"items.{shown(name)}", code="LW-0208", says=says, mend=mend))
        else:
            answers[name] = _value(value)
    if problems:
        raise BadInput(problems)
    return answers


def _value(text: str) -> ItemAnswer:
    number, slash, per = text.partition("/")
    value = number_in(number)
    if value is None:
        return text
    if slash:
        return {"value": value, "unit": f"/{per}"}
    return int(value) if value.is_integer() else text


def _answer(found: Score, sources: tuple[str, ...]) -> ScoreAnswer:
    knowledge = load_knowledge()
    low, high = found.objective_low, found.objective_high
    return ScoreAnswer(
        instrument=found.instrument,
        total=found.total,
        range=None if found.low is None or found.high is None else (found.low, found.high),
        band=found.band,
        missing=found.missing,
        objective_signs=low if low == high else None,
        objective_signs_range=None if low is None or high is None else (low, high),
        bands=found.bands,
        band_set=found.band_set,
        flags=found.flags,
        notes=found.notes,
        sources=sources,
        knowledge={"version": knowledge.version, "signed_by": signed_by(knowledge, home())},
    )


def _text(answer: ScoreAnswer, title: str) -> str:
    lines = [title]
    if answer.total is not None:
        lines.append(f"  total {answer.total}")
    elif answer.range is not None:
        lines.append(f"  total not certain: between {answer.range[0]} and {answer.range[1]}")
    if answer.band is not None:
        lines.append(f"  {answer.band}")
    elif answer.bands:
        lines.append(f"  cannot tell which of: {', '.join(answer.bands)}")
    if answer.objective_signs is not None:
        lines.append(f"  objective signs {answer.objective_signs}")
    elif answer.objective_signs_range is not None:
        lines.append(f"  objective signs {answer.objective_signs_range[0]} to {answer.objective_signs_range[1]}")
    if answer.missing:
        lines.append(f"  not scored: {', '.join(answer.missing)}")
    lines += [f"  {text}" for text in (*answer.flags, *answer.notes)]
    if answer.band_set:
        lines.append(f"  bands after: {answer.band_set}")
    lines.append("  A band never decides treatment on its own.")
    lines.append(f"  {signature_line(load_knowledge(), home())}")
    return "\n".join(lines)
