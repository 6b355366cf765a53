"""The draft as plain text, for a terminal, a mail or a form that is filled in by hand."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from leeward.knowledge import Knowledge
from leeward.products.reporting.event import Event
from leeward.products.reporting.medwatch import (
    SYNTHETIC,
    Draft,
    Identified,
    Line,
    Notice,
    medwatch_draft,
    minimum_sentence,
)

WIDTH = 100


def medwatch_text(
    event: Event,
    knowledge: Knowledge,
    identities: Sequence[Identified | None] = (),
    *,
    actions: Sequence[str] = (),
) -> str:
    """The draft as text: what it is, whether it is a report at all, the sections, what must happen before it leaves."""
    draft = medwatch_draft(event, knowledge, identities, actions=actions)
    return "\n".join(_lines(draft)) + "\n"


def _lines(draft: Draft) -> list[str]:
    lines = [draft.title, *([SYNTHETIC] if draft.synthetic else [])]
    lines += _notices(draft.notices)
    lines += ["", minimum_sentence(draft)]
    lines += [
        part for item in draft.minimum_missing for part in _wrapped(f"  missing: {item.title}. {item.ask}", "    ")
    ]
    for section in draft.sections:
        lines += ["", f"{section.letter}  {section.title}"]
        for line in section.lines:
            lines += _field(line)
    lines += ["", "Before it leaves", *_notices(draft.consent)]
    lines += ["", "Where to send or call, by a person", *_notices(draft.send)]
    lines += ["", "Reviewed by (name, signature, date): ____________________________________________"]
    return [*lines, f"Knowledge {draft.knowledge}." + (f" {SYNTHETIC}" if draft.synthetic else "")]


def _field(line: Line) -> list[str]:
    first, *rest = line.value.split("\n")
    lines = _wrapped(f"  {line.label}: {first}", "      ")
    return lines + [part for more in rest for part in _wrapped(f"      {more}", "      ")]


def _notices(notices: Sequence[Notice]) -> list[str]:
    return [part for notice in notices for part in _wrapped(f"  {notice.title}: {notice.says}", "    ")]


def _wrapped(text: str, indent: str) -> list[str]:
    lead = text[: len(text) - len(text.lstrip(" "))]
    return wrap(
        text.strip(" "),
        WIDTH,
        initial_indent=lead,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
