"""The questions whose answers would change the assessment most, best first.

An input is asked for when an option or an alert is open for want of it. What hangs on it is weighed: an emergency counts
more than a note, an option that only this input keeps open counts more than one that lacks much else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from leeward.guidance.alert import LEVELS, AlertRule
from leeward.guidance.assessment import OptionAnswer, Question
from leeward.guidance.picture import Picture
from leeward.knowledge.entries import Entry
from leeward.model.truth import Truth

OPTION_WEIGHT = len(LEVELS) + len(LEVELS)


class Wording(Entry, frozen=True, kw_only=True):
    """How to ask for an input: the pattern of its name, and the sentence."""

    input: str


class Ask(msgspec.Struct, frozen=True):
    """An input to ask for, what hangs on it and how much that weighs."""

    input: str
    hangs: tuple[str, ...]
    weight: float


def questions(
    picture: Picture,
    options: Iterable[OptionAnswer],
    open_alerts: Iterable[tuple[AlertRule, Truth]],
    levels: Mapping[str, str],
) -> tuple[Question, ...]:
    """Every input that something hangs on, the weightiest first; equal weights in the order of their names."""
    hangs: dict[str, dict[str, float]] = {}
    for option in options:
        for name in option.needs:
            hangs.setdefault(name, {})[option.id] = OPTION_WEIGHT / len(option.needs)
    for entry, truth in open_alerts:
        lacking = truth.lacked()
        weight = (len(LEVELS) - LEVELS.index(levels[entry.alert])) / len(lacking)
        for name in lacking:
            hangs.setdefault(name, {})[entry.alert] = weight
    asks = [Ask(name, tuple(sorted(on)), sum(on.values())) for name, on in hangs.items()]
    wordings = picture.knowledge.table_of("questions", Wording)
    asks.sort(key=lambda ask: (-ask.weight, ask.input))
    return tuple(Question(input=ask.input, ask=_words(ask.input, wordings, picture), would_change=ask.hangs) for ask in asks)


def _words(name: str, wordings: Mapping[str, Wording], picture: Picture) -> str:
    parts = name.split(".")
    if name.endswith(".at"):
        return f"When was it taken or scored: {name.removesuffix('.at')}?"
    best: tuple[int, str] | None = None
    for wording in wordings.values():
        pattern = wording.input.split(".")
        if len(pattern) > len(parts) or any(want not in ("{}", part) for want, part in zip(pattern, parts)):
            continue
        score = len(pattern) * len(parts) + sum(want == part for want, part in zip(pattern, parts))
        if best is None or score > best[0]:
            slots = [part for want, part in zip(pattern, parts) if want == "{}"]
            best = score, wording.says.replace("{}", _called(parts, slots, picture))
    return best[1] if best else f"What is {name}?"


def _called(parts: list[str], slots: list[str], picture: Picture) -> str:
    if not slots:
        return ""
    if parts[0] == "observations":
        kind = picture.knowledge.observations.get(slots[0])
        return kind.name if kind else slots[0]
    if parts[0] == "exposures":
        for exposure in picture.exposures:
            if exposure.key == slots[0]:
                return picture.name_of(exposure)
    return slots[-1].replace("_", " ")
