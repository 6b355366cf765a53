"""How an alert is made: its words and numbers stand in knowledge/data/alerts.toml, its question in a rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from leeward.guidance.assessment import Alert
from leeward.guidance.option import reason
from leeward.guidance.picture import Picture
from leeward.guidance.rule import ALERT, Rule, Test, rule
from leeward.knowledge.entries import Entry
from leeward.model.truth import Truth

LEVELS = ("emergency", "urgent", "caution", "note")


class AlertEntry(Entry, frozen=True, kw_only=True):
    """An alert's words: what it is called, how urgent it is and what to do."""

    title: str
    level: Literal["emergency", "urgent", "caution", "note"]
    do: tuple[str, ...]
    # Of alerts as grave as each other, the lower comes first: breathing before the circulation, then the rest by name.
    order: int = 9
    # A graver alert that says all that this one says: shown alone where both fire.
    covered_by: tuple[str, ...] = ()
    # Minutes after a COWS at which it is scored again while the alert stands; 0 where its sources set no time.
    score_again_minutes: int = 0


class AlertRule(msgspec.Struct, frozen=True):
    """A rule that fires an alert, and the id of the alert's words."""

    rule: Rule
    alert: str


def alert(rule_id: str, alert_id: str, says: str, sources: tuple[str, ...] = ()) -> Callable[[Test], AlertRule]:
    """Makes a function the rule behind an alert."""

    def register(test: Test) -> AlertRule:
        return AlertRule(rule(rule_id, says, ALERT, sources=sources)(test), alert_id)

    return register


def raised(rules: Sequence[AlertRule], picture: Picture) -> tuple[list[Alert], list[tuple[AlertRule, Truth]]]:
    """The alerts that fire, worst first, and the rules that stay open because something is unknown."""
    words = picture.knowledge.table_of("alerts", AlertEntry)
    fired: list[Alert] = []
    still_open: list[tuple[AlertRule, Truth]] = []
    for entry in rules:
        truth = entry.rule(picture)
        if truth.is_yes:
            fired.append(_alert(entry, truth, words[entry.alert], picture))
        elif truth.is_unknown:
            still_open.append((entry, truth))
    return sorted(fired, key=lambda found: (LEVELS.index(found.level), words[found.id].order, found.id)), still_open


def _alert(entry: AlertRule, truth: Truth, words: AlertEntry, picture: Picture) -> Alert:
    why = reason(entry.rule, truth, picture)
    return Alert(
        id=entry.alert,
        level=words.level,
        title=words.title,
        because=why.because,
        do=words.do,
        covered_by=words.covered_by,
        rule=entry.rule.id,
        sources=tuple(dict.fromkeys((*words.sources, *why.sources))),
        reasoning=(why,),
    )
