"""Rows of the board in words, for now: whatever passes with the minutes is computed here, each time it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

import msgspec

from leeward.paper.plain_words import path_words
from leeward.paper.times import ago
from leeward.ward.board import OLD, Look
from leeward.ward.due import DueItem
from leeward.ward.holds import Hold
from leeward.ward.summary import Summary, Told

ORDER = (
    "Emergencies first, then urgent alerts, the highest COWS first, then whoever is overdue longest, then doses on hold, self-reports "
    "that ask for a call and charts that cannot be read, then words of the person's own to be read, then other new check-ins, then plans "
    "to sign, then people without a COWS, then those for whom nothing is due, the highest COWS first, then the rest by name."
)
"""The rule that `_urgency` sorts by, in words."""


SECONDS = 5
"""How long a row is said in the same words where nothing was charted: they count in minutes."""


class ScoreLine(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A score in the words of a row."""

    instrument: str
    points: str
    rest: str
    """Band, missing answers and who gave it: what stands after the points."""
    when: str
    trend: str
    arrow: str


NEEDS_SAID = 2
"""How much of what is not known of a dose a row says; the rest is counted."""


class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the board says of one person: plain text, ready to be set."""

    patient: str
    name: str
    synthetic: bool
    place: str
    who: str
    took: str
    cows: ScoreLine | None
    self_reported: ScoreLine | None
    check_in: str
    emergencies: tuple[str, ...]
    urgent: tuple[str, ...]
    asks_call: str
    """What the person told by themself that nobody has answered; empty where there is nothing of the kind."""
    to_read: str
    """Said where they wrote words of their own that nobody has answered; empty where there are none."""
    quiet: str
    """Said where there is neither: it does not say that the person is well."""
    cautions: str
    overdue: tuple[str, ...]
    next_due: str
    held: tuple[str, ...]
    """Medicines of signed plans that something speaks against now: not given before somebody has looked."""
    unclear: tuple[str, ...]
    """Medicines of signed plans of which it cannot be told whether they may be given."""
    idle: str
    """Said where no signed plan makes anything due: what to do all the same, where something asks for it."""
    unsigned: tuple[str, ...]
    charted: str
    as_of: str
    problem: str
    find: str
    """What a search looks at, in small letters."""

    @property
    def level(self) -> str:
        """What the edge of the row shows in colour; the row says the same in words."""
        if self.emergencies:
            return "emergency"
        if self.overdue:
            return "late"
        return "urgent" if self.urgent or self.held or self.asks_call or self.problem else "calm"


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many are here, and how many need what."""

    here: int
    shown: int
    emergencies: int
    overdue: int
    urgent: int
    unsigned: int
    check_ins: int

    def __str__(self) -> str:
        parts = [f"{self.here} here"]
        parts += [f"{self.emergencies} {'emergency' if self.emergencies == 1 else 'emergencies'}"]
        parts += [f"{self.overdue} overdue"]
        parts += [f"{self.urgent} urgent"] if self.urgent else []
        parts += [f"{self.unsigned} plan{'' if self.unsigned == 1 else 's'} unsigned"] if self.unsigned else []
        parts += [f"{self.check_ins} new check-in{'' if self.check_ins == 1 else 's'}"] if self.check_ins else []
        return " · ".join(parts)


def rows_of(look: Look, summaries: Iterable[Summary], now: datetime) -> tuple[Row, ...]:
    """The rows of these people, by urgency (`ORDER`)."""
    ordered = sorted(summaries, key=lambda one: _urgency(one, now))
    return tuple(_kept_row(look, one, now) for one in ordered)


def _kept_row(look: Look, one: Summary, now: datetime) -> Row:
    """The row as it was said within the last seconds, or a new one."""
    moment, newer = now.timestamp() // SECONDS, look.newer.get(one.patient, 0)
    kept = look.said.get(one.patient)
    if kept is not None and kept[0] is one and kept[1:3] == (newer, moment):
        return kept[3]
    row = _row(one, newer, now)
    look.said[one.patient] = (one, newer, moment, row)
    return row


def counts_of(rows: Iterable[Row], shown: int) -> Counts:
    """The numbers above the list; `shown` is how many of them a search left."""
    everybody = list(rows)
    return Counts(
        here=len(everybody),
        shown=shown,
        emergencies=sum(1 for row in everybody if row.emergencies),
        overdue=sum(1 for row in everybody if row.overdue),
        urgent=sum(1 for row in everybody if (row.urgent or row.held or row.asks_call) and not row.emergencies),
        unsigned=sum(len(row.unsigned) for row in everybody),
        check_ins=sum(1 for row in everybody if row.check_in),
    )


def found(rows: Iterable[Row], typed: str) -> tuple[Row, ...]:
    """Rows that hold every word that was typed."""
    words = typed.casefold().split()
    return tuple(row for row in rows if all(word in row.find for word in words))


def _urgency(one: Summary, now: datetime) -> tuple[object, ...]:
    overdue = min((item.at for item in one.due if item.overdue(now)), default=None)
    points = -_highest(one.cows) if one.cows is not None else 0
    return (
        not one.emergencies,
        not one.urgent,
        points if one.urgent else 0,
        overdue is None,
        overdue.timestamp() if overdue else 0.0,
        not (_held(one) or one.asks_call or one.problem),
        one.to_read is None,
        not one.new_check_in,
        not one.unsigned,
        one.cows is not None,
        bool(one.due),
        0 if one.due else points,
        one.name.casefold(),
        one.patient,
    )


def _highest(told: Told) -> int:
    """The points of a score, the most of a range or of two of one time."""
    return max(int(found) for found in re.findall(r"\d+", told.points))


def _row(one: Summary, newer: int, now: datetime) -> Row:
    overdue = [item for item in one.due if item.overdue(now)]
    coming = [item for item in one.due if not item.overdue(now)]
    old = abs(now - one.as_of) >= OLD
    return Row(
        patient=one.patient,
        name=one.name or "No name charted",
        synthetic=one.synthetic,
        place=one.place or "place not charted",
        who=one.who,
        took=one.took,
        cows=_line(one.cows, now) if one.cows else None,
        self_reported=_line(one.self_reported, now) if one.self_reported else None,
        check_in="New check-in by the person, nothing charted since" if one.new_check_in else "",
        emergencies=one.emergencies,
        urgent=one.urgent,
        asks_call=f"{one.asks_call.says(now)}. Call, and score." if one.asks_call else "",
        to_read=f"words of their own, {ago(one.to_read, now)}; nobody has answered them" if one.to_read else "",
        quiet=_quiet(one),
        cautions=f"{one.cautions} caution{'' if one.cautions == 1 else 's'}" if one.cautions else "",
        overdue=_grouped(overdue, one.holds, now),
        next_due=_next(coming, one.holds, now),
        held=_held(one),
        unclear=tuple(dict.fromkeys(map(_unclear, (hold for hold in one.holds if hold.kind == "cannot-tell")))),
        idle="" if one.due else _idle(one),
        unsigned=one.unsigned,
        charted=f"last charted {ago(one.charted, now)}" if one.charted else "",
        as_of=_as_of(one, newer, old, now),
        problem=one.problem,
        find=" ".join((one.name, one.place, one.who, one.took)).casefold(),
    )


def _quiet(one: Summary) -> str:
    said = one.emergencies or one.urgent or _held(one) or one.asks_call or one.problem or one.to_read
    return "" if said else "No emergency or urgent alert by what is charted"


def _held(one: Summary) -> tuple[str, ...]:
    """Each medicine that something speaks against, with what that is called."""
    return tuple(f"{hold.what}: {hold.titles}" for hold in one.holds if hold.kind != "cannot-tell")


def _unclear(hold: Hold) -> str:
    """A medicine with what is not known and could hold it."""
    told = [path_words(name) for name in hold.needs]
    more = f" and {len(told) - NEEDS_SAID} more" if len(told) > NEEDS_SAID else ""
    return f"{hold.what}; not known: {', '.join(told[:NEEDS_SAID]) or 'whether the chart holds it'}{more}"


def _idle(one: Summary) -> str:
    if one.emergencies:
        return "Next: see to the emergency now"
    if one.urgent or _held(one) or one.asks_call or one.problem or one.to_read:
        return f"Next: see to what is said here; {NO_PLAN}"
    if one.cows is not None and wants_a_prescriber(one.cows.band):
        return f"Next: have a prescriber see them; {NO_PLAN}"
    return f"{NO_PLAN[0].upper()}{NO_PLAN[1:]}"


NO_PLAN = "no signed plan sets anything to be done"
LITTLE = ("none or minimal", "mild")
"""Bands of the COWS in which nobody has to come at once."""


def wants_a_prescriber(band: str) -> bool:
    """Whether a COWS of this band, for which nothing is due, is one to tell a prescriber of; a band that is not certain is."""
    return band not in LITTLE


def _line(told: Told, now: datetime) -> ScoreLine:
    rest = [told.band] if told.band else []
    rest += [f"{told.missing} not answered"] if told.missing else []
    rest += ["self-reported"] if told.by_self else []
    return ScoreLine(
        instrument=told.instrument,
        points=told.points,
        rest=", ".join(rest),
        when=ago(told.at, now),
        trend=told.trend,
        arrow=told.arrow,
    )


def _grouped(overdue: list[DueItem], holds: tuple[Hold, ...], now: datetime) -> tuple[str, ...]:
    """`COWS, Respiratory rate overdue 25 min`: what was due at one instant, together."""
    together: dict[datetime, list[str]] = {}
    for item in overdue:
        together.setdefault(item.at, []).append(_what(item, holds))
    return tuple(
        f"{', '.join(dict.fromkeys(names))} overdue {_span(at, now)}" for at, names in sorted(together.items())
    )


def _span(at: datetime, now: datetime) -> str:
    said = ago(at, now).removesuffix(" ago")
    return "since now" if said == "now" else said


def _what(item: DueItem, holds: tuple[Hold, ...]) -> str:
    """What is due; of a dose that is held, that it is."""
    kinds = {hold.kind for hold in holds if hold.stops(item)}
    if not kinds:
        return item.what
    return f"{item.what} ({'look before it is given' if kinds == {'cannot-tell'} else 'ON HOLD, do not give'})"


def _next(coming: list[DueItem], holds: tuple[Hold, ...], now: datetime) -> str:
    if not coming:
        return ""
    first = coming[0].at
    names = dict.fromkeys(_what(item, holds) for item in coming if item.at == first)
    return f"{', '.join(names)} {ago(first, now)}"


def _as_of(one: Summary, newer: int, old: bool, now: datetime) -> str:
    parts = [f"assessed {ago(one.as_of, now)}, not yet renewed"] if old else []
    parts += [f"{newer} newer entr{'y is' if newer == 1 else 'ies are'} being read"] if newer else []
    return "; ".join(parts)
