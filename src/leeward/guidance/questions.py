"""The questions whose answers would change the assessment most, best first.

An input is asked for when an option or an alert is open for want of it. What hangs on it is weighed: an emergency
counts more than a note, an option that only this input keeps open counts more than one that lacks much else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from leeward.guidance.alert import LEVELS, AlertEntry, AlertRule
from leeward.guidance.assessment import Question
from leeward.guidance.option import CANNOT_TELL, Standing
from leeward.guidance.picture import Picture
from leeward.instruments import load_instruments
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry
from leeward.model.case import unnamed
from leeward.model.missing import Missing
from leeward.model.truth import Truth

ALERT_WEIGHTS = dict(zip(LEVELS, (2.0, 1.0, 0.5, 0.25), strict=True))
"""An emergency that one input would settle weighs twice an urgent matter, and so on down."""

OPTION_WEIGHT = 12.0
"""An option that one input would settle weighs more than several alerts: options are why the case was brought."""


WAITING_WEIGHT = 0.3
"""An option that must wait anyway is asked about later than one that nothing but the question keeps open."""


COMFORT_WEIGHT = 0.2
"""A comfort medicine that waits for an input weighs least: the others are as good until it is known."""


class Wording(Entry, frozen=True, kw_only=True):
    """How to ask for an input: the pattern of its name, and the sentence."""

    input: str


def questions(
    picture: Picture,
    options: Iterable[Standing],
    open_alerts: Iterable[tuple[AlertRule, Truth]],
    comfort: Mapping[str, Iterable[str]] | None = None,
    most: int | None = None,
) -> tuple[Question, ...]:
    """Every input that something hangs on, or so many, the weightiest first; equal weights in the order of their names."""
    hangs: dict[str, dict[str, float]] = {}
    weights = _alert_weights(picture.knowledge)
    for option in options:
        weight = OPTION_WEIGHT if option.status == CANNOT_TELL else WAITING_WEIGHT
        for name in option.needs:
            hangs.setdefault(name, {})[option.id] = weight / len(option.needs)
    for entry, truth in open_alerts:
        lacking = truth.lacked()
        weight = weights[entry.alert] / len(lacking)
        for name in lacking:
            hangs.setdefault(name, {})[entry.alert] = weight * _likelihood(name, picture.knowledge)
    for name, waiting in (comfort or {}).items():
        hangs.setdefault(name, {}).update(dict.fromkeys(waiting, COMFORT_WEIGHT))
    _ask_once(hangs, picture)
    asks = sorted([(-sum(on.values()), name) for name, on in hangs.items()])
    return tuple(
        [
            Question(input=name, ask=question_for(name, picture), would_change=tuple(sorted(hangs[name])))
            for _, name in asks[:most]
        ]
    )


def _ask_once(hangs: dict[str, dict[str, float]], picture: Picture) -> None:
    """A list that is there and left open by an entry without a name is asked for by that entry alone: it is one question."""
    for name, told in (("medicines", picture.case.medicines), ("doses", picture.case.doses)):
        open_ = () if isinstance(told, Missing) else unnamed(told, name)
        same = next((one for one in open_ if one in hangs), None)
        if same is not None and name in hangs:
            hangs[same] = hangs.pop(name) | hangs[same]


SELDOM = 0.2
"""A sign that has no question of its own is looked for where something points to it; it is asked for later."""


@lru_cache(maxsize=4096)
def _likelihood(name: str, knowledge: Knowledge) -> float:
    """How readily an input is asked for on the ground of an alert alone."""
    _, slot = _template(name, knowledge)
    return SELDOM if slot and not name.startswith("exposures.") else 1


@cache
def _alert_weights(knowledge: Knowledge) -> dict[str, float]:
    """How much each alert weighs, by its level."""
    return {id: ALERT_WEIGHTS[entry.level] for id, entry in knowledge.table_of("alerts", AlertEntry).items()}


def question_for(name: str, picture: Picture) -> str:
    """How an input is asked for, whether or not anything hangs on it."""
    template, slot = _template(name, picture.knowledge)
    if not slot:
        return template
    if name.startswith("exposures."):
        told = {exposure.key: picture.name_of(exposure) for exposure in picture.exposures}
        return template.replace("{}", told.get(slot, slot.replace("_", " ")))
    return _filled(name, template, slot, picture.knowledge)


@lru_cache(maxsize=2048)
def _filled(name: str, template: str, slot: str, knowledge: Knowledge) -> str:
    """The wording with what its `{}` is called."""
    if name.startswith("observations."):
        kind = knowledge.observations.get(slot)
        if kind is not None and kind.kind == "yes-no" and name.count(".") == 1:
            return f"Any {kind.name}?"
        return template.replace("{}", kind.name if kind else slot)
    if name.startswith("scores.") and slot in load_instruments():
        return template.replace("{}", load_instruments()[slot].title)
    return template.replace("{}", slot.replace("_", " "))


@lru_cache(maxsize=2048)
def _template(name: str, knowledge: Knowledge) -> tuple[str, str]:
    """The most specific wording for an input's name, and what stands for its `{}`."""
    parts = name.split(".")
    best, words, slot = -1, f"What is {name}?", ""
    for wording in knowledge.table_of("questions", Wording).values():
        pattern = wording.input.split(".")
        pairs = list(zip(pattern, parts, strict=False))
        if len(pattern) > len(parts) or any(want not in ("{}", part) for want, part in pairs):
            continue
        exact = sum(want == part for want, part in pairs)
        if (score := len(pattern) * len(parts) + exact) > best:
            slots = [part for want, part in pairs if want == "{}"]
            best, words, slot = score, wording.says, slots[-1] if slots else ""
    return words, slot
