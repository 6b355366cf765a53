"""What a dose brings together: guidance's interactions of a medicine with all that the person takes, took and was given.

Hazard: methadone beside alprazolam, or a dose over kratom, that nobody was told of before it was given. The severe ones
are read before the dose is charted; those that stood already at the last dose of the same medicine, or that whoever signed
its plan has read, are shown, and not asked about again at every dose.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from leeward.guidance.assessment import Alert, Interaction, Level
from leeward.guidance.picture import Picture
from leeward.ward.given import given_lately
from leeward.ward.state import Bedside, Ward

GRAVE = ("contraindicated", "major")
"""Severities that are read before a dose is charted."""

LEVELS: dict[str, Level] = {"contraindicated": "urgent", "major": "urgent", "moderate": "caution"}


class Together(msgspec.Struct, frozen=True, kw_only=True):
    """An interaction that a dose brings, in guidance's words, and whether it has to be read before the dose."""

    alert: Alert
    ask: bool


def together(
    asked: Bedside, bedside: Bedside, ward: Ward, medicine: str, read: Collection[str] = ()
) -> tuple[Together, ...]:
    """The interactions of a medicine that is about to be given, the most severe first.

    `asked`: the person with the order; `bedside`: the person as they stand without it. `read`: what whoever signed the
    plan of the dose said to have read.
    """
    found = _of(asked, ward, medicine)
    known = _at_the_last_dose(bedside, ward, medicine) if found else frozenset[tuple[str, ...]]()
    alerts = [(pair, _alert(pair, number)) for number, pair in enumerate(found)]
    return tuple(
        Together(alert=alert, ask=pair.severity in GRAVE and _key(pair) not in known and alert.title not in read)
        for pair, alert in alerts
    )


def contraindicated(asked: Bedside, ward: Ward, medicine: str) -> tuple[Alert, ...]:
    """The interactions of a medicine that is about to be given that are contraindicated."""
    pairs = (pair for pair in _of(asked, ward, medicine) if pair.severity == "contraindicated")
    return tuple(_alert(pair, number) for number, pair in enumerate(pairs))


def _of(asked: Bedside, ward: Ward, medicine: str) -> tuple[Interaction, ...]:
    if asked.case is None or asked.assessment is None:
        return ()
    taken = Picture(asked.case, ward.knowledge, ward.policy).taken.items
    names = {item.name for item in taken if item.medicine == medicine}
    return tuple(pair for pair in asked.assessment.interactions if not names.isdisjoint(pair.between))


def _at_the_last_dose(bedside: Bedside, ward: Ward, medicine: str) -> frozenset[tuple[str, ...]]:
    """What stood when the last dose of it was charted in the last 24 hours: it was read then."""
    last = max((dose.number for dose in given_lately(bedside, ward, medicine)), default=0)
    then = ward.bedside_of(tuple(one for one in bedside.entries if one.number <= last), bedside.now)
    return frozenset(_key(pair) for pair in _of(then, ward, medicine)) if last else frozenset()


def _key(pair: Interaction) -> tuple[str, ...]:
    return (pair.id, pair.severity, *sorted(pair.between))


def _alert(pair: Interaction, number: int) -> Alert:
    return Alert(
        id=f"together-{pair.id}-{number}",
        level=LEVELS.get(pair.severity, "note"),
        title=f"Interaction, {pair.severity}: {pair.between[0]} with {pair.between[1]}",
        because=pair.known(),
        do=(pair.do, pair.lifted_by) if pair.lifted_by else (pair.do,),
        rule=pair.rule,
        sources=pair.sources,
    )
