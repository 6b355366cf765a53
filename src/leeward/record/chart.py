"""From a person's entries to their chart: the case as `case/1` reads it, and what stands around it. Pure and repeatable.

The body of an entry is one item in the words of the case file; a later entry about who the person is goes before an
earlier one, field by field. Two bodies stand for a whole list, while nothing else is in it:

    {"none": true}       asked, and there is none besides those charted
    {"declined": true}   asked, and the person would not say

A list of the case file reads as complete, so charting one item would turn all others into "no". Each list is therefore
closed in its own way:

    exposures, medicines, conditions, allergies, doses
        end with an item that nobody can name until somebody has said `none`: what is not in them stays unknown. Who
        left and came back is asked again: what was said in an earlier stay closes nothing
    observations
        each kind speaks for itself; of a drug screen, an analyte without a result is unknown
    scores
        each instrument speaks for itself, and within it each item
    orders, goals, declines
        are what somebody wants; what nobody voiced is not wanted, which is no fact about the person

A score and a dose of one minute stand in the order in which they were charted (`_in_order_of_charting`).

A correction is `{"replaces": {...}, "reason": ...}` or `{"strikes": true, "reason": ...}`; of several that name the same
entry the last one stands. The same entries give the same chart, to the byte (`chart_bytes`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from leeward.errors import MisuseError
from leeward.model.instants import aware_instant
from leeward.model.shapes import is_list, is_mapping
from leeward.record.entries import CHARTED, Entry, Kind

LISTS: Mapping[Kind, str] = {
    "exposure": "exposures",
    "medicine": "medicines",
    "condition": "conditions",
    "allergy": "allergies",
    "observation": "observations",
    "score": "scores",
    "dose": "doses",
    "order": "orders",
    "goal": "goals",
}
"""The list of the case file that a kind of entry is an item of. A goal may also be `{"declines": ...}`."""

TIMED: frozenset[Kind] = frozenset({"observation", "score", "dose"})
"""Kinds whose item happened when the entry says, unless the item says otherwise."""

CORRECTABLE: frozenset[str] = (CHARTED | {"note"}) - {"correction"}

ADMISSION = ("synthetic", "setting", "jurisdiction", "title", "cites")
"""What an admission says in the words of the case file."""

PATIENT = ("age", "sex", "pregnant", "gestation_weeks", "breastfeeding", "weight_kg", "opioid_naive")
"""What a case says about who the person is. Everything else that a `patient` entry holds is identity."""

MOST = 1400
"""Items of one list that a case takes; of a longer one the latest."""

MOST_SCORES = 700

PROVENANCE = "imported"
"""Key of a body that says which record the entry came from; no part of the item."""


def author_of(entry: Entry) -> str:
    """Who of this record wrote the words of an entry; nobody of what was imported, whoever brought it in."""
    return "" if PROVENANCE in entry.body else entry.by


PlanStatus = Literal["proposed", "changed", "signed", "refused"]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as it stands. Entries with the same `plan` in their bodies are about one plan."""

    plan: str
    status: PlanStatus
    entry: Entry
    """The last entry about it."""
    outdated: bool
    """Whether the chart has changed since."""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A note as it stands: with the body that a correction gave it, and without those that were struck."""

    entry: Entry
    body: dict[str, Any]


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """A person's chart after their last entry. Counselling notes are no part of it."""

    patient: str
    number: int
    """The last entry about the person: a plan that is signed names it in `unless_changed_since`."""
    charted: int
    """The last entry that changed the case."""
    document: dict[str, Any]
    """The case as `read_case` takes it. It holds nobody's name."""
    came_from: dict[str, tuple[int, ...]]
    """For each list of the document, the number of the entry that each item comes from."""
    left_out: dict[str, int]
    """Items of each list that were too many for a case, the oldest first."""
    name: str
    identity: dict[str, Any]
    synthetic: bool
    admitted: str | None
    """When the last admission happened."""
    discharged: str | None
    """When the person left, if they have not come back."""
    plans: tuple[Plan, ...]
    notes: tuple[Note, ...]
    corrected: dict[int, tuple[int, ...]]
    """For each entry that was corrected, the corrections that name it."""
    consents: tuple[Entry, ...]
    """Consents given and revoked, as they were entered."""

    def items(self, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """The items of a list of the case as they stand, each with the number of the entry that it comes from."""
        listed: Any = self.document.get(name)
        if is_list(listed):
            for number, item in zip(self.came_from.get(name, ()), listed, strict=False):
                if is_mapping(item):
                    yield number, item

    def others_unknown(self, name: str) -> bool:
        """Whether nobody has said that there is nothing besides what stands in a list of the case."""
        listed: Any = self.document.get(name)
        return is_list(listed) and len(listed) > len(self.came_from.get(name, ()))


def chart_of(entries: Iterable[Entry], now: datetime) -> Chart:
    """The chart of one person. `now` is the instant of the case, or that of the last entry where that is later."""
    told = sorted(entries, key=lambda entry: entry.number)
    patients = {entry.patient for entry in told}
    if len(patients) > 1:
        raise MisuseError("A chart is one person's. Pass the entries of one patient.")
    standing, corrected = _as_corrected(told)
    lists, came_from, left_out = _lists(standing)
    put_later = _in_order_of_charting(lists, came_from)
    admission, who = _merged(standing, "admission"), _merged(standing, "patient")
    last = max((datetime.fromisoformat(entry.recorded) for entry in told), default=now)
    document: dict[str, Any] = {"leeward": "case/1", "now": max(now, last, *put_later).isoformat()}
    document |= {key: admission[key] for key in ADMISSION if key in admission}
    if fields := {key: who[key] for key in PATIENT if key in who}:
        document["patient"] = fields
    identity = {key: value for key, value in who.items() if key not in PATIENT}
    name = admission.get("name", identity.get("name", ""))
    charted = max((entry.number for entry in told if entry.kind in CHARTED), default=0)
    admitted, discharged = _stay(standing)
    return Chart(
        patient=next(iter(patients), ""),
        number=told[-1].number if told else 0,
        charted=charted,
        document=document | lists,
        came_from=came_from,
        left_out=left_out,
        name=name if isinstance(name, str) else "",
        identity=identity,
        synthetic=admission.get("synthetic") in (True, "yes"),
        admitted=admitted,
        discharged=discharged,
        plans=_plans(told, charted),
        notes=tuple(Note(entry=entry, body=body) for entry, body in standing if entry.kind == "note"),
        corrected=corrected,
        consents=tuple(entry for entry in told if entry.kind in ("consent", "consent-revoked")),
    )


def case_at(entries: Iterable[Entry], at: datetime) -> dict[str, Any]:
    """The case as it was known at an instant: what was written down later, corrections too, is not in it."""
    return chart_of([entry for entry in entries if datetime.fromisoformat(entry.recorded) <= at], at).document


def chart_bytes(chart: Chart) -> bytes:
    """A chart as bytes: the same for the same entries."""
    return msgspec.json.encode(chart, order="sorted")


_Standing = list[tuple[Entry, dict[str, Any]]]
"""Entries in order, each with the body that stands; those that were struck are not among them."""


def _as_corrected(told: list[Entry]) -> tuple[_Standing, dict[int, tuple[int, ...]]]:
    bodies: dict[int, dict[str, Any] | None] = {}
    corrected: dict[int, tuple[int, ...]] = {}
    for entry in told:
        if entry.kind != "correction" or entry.corrects is None:
            bodies[entry.number] = entry.body
            continue
        replaces = entry.body.get("replaces")
        if entry.corrects in bodies:
            bodies[entry.corrects] = replaces if isinstance(replaces, dict) else None
            corrected[entry.corrects] = (*corrected.get(entry.corrects, ()), entry.number)
    return [(entry, body) for entry in told if (body := bodies.get(entry.number)) is not None], corrected


def _lists(standing: _Standing) -> tuple[dict[str, Any], dict[str, tuple[int, ...]], dict[str, int]]:
    items: dict[str, list[tuple[int, Any]]] = {}
    whole: dict[str, Any] = {}
    returned = came_back(entry for entry, _ in standing)
    for entry, body in standing:
        list_name = list_of(entry.kind, body)
        if list_name is None:
            continue
        item = item_of(entry.kind, body, entry.at)
        if item is NONE or item is DECLINED:
            if entry.number < returned:
                continue
            whole[list_name] = [] if item is NONE else "declined"
        else:
            items.setdefault(list_name, []).append((entry.number, item))
    none_besides = {name for name, said in whole.items() if said == []}
    came_from: dict[str, tuple[int, ...]] = {}
    left_out: dict[str, int] = {}
    for list_name, found in items.items():
        most = MOST_SCORES if list_name == "scores" else MOST
        if len(found) > most:
            left_out[list_name] = len(found) - most
            found = found[-most:]
        whole[list_name] = [item for _, item in found]
        came_from[list_name] = tuple(number for number, _ in found)
    for list_name, nobody_knows in OTHERS_UNKNOWN.items():
        if list_name in came_from and list_name not in none_besides:
            whole[list_name].append(dict(nobody_knows))
    return dict(sorted(whole.items())), came_from, left_out


OTHERS_UNKNOWN: Mapping[str, Mapping[str, str]] = {
    "exposures": {"substance": "unknown"},
    "medicines": {"name": "unknown"},
    "conditions": {"name": "unknown"},
    "allergies": {"name": "unknown"},
    "doses": {"medicine": "unknown"},
}
"""What stands at the end of a list until somebody has said that there is nothing besides what is charted.

Hazard: one item that is charted makes a list look whole: naloxone of the ambulance as never given, a benzodiazepine as
never taken because heroin was named, a long QT as looked for because hepatitis was.
"""


def _in_order_of_charting(lists: dict[str, Any], came_from: Mapping[str, tuple[int, ...]]) -> list[datetime]:
    """Put a score after the dose of its minute where it was charted after it, and before it where it was charted before.

    Returns the times that were put later, within their minute. Times are typed to the minute; of one minute only the
    order of charting says what came first. Where both times have seconds they are known, and stand.

    Hazard: a COWS that rose after buprenorphine, read as the score before it, is no rise.
    """
    minutes: dict[datetime, list[tuple[int, str, datetime, dict[str, Any]]]] = {}
    for list_name in ("scores", "doses"):
        for number, item in zip(came_from.get(list_name, ()), lists.get(list_name, ()), strict=False):
            at = aware_instant(item.get("at"))
            if at is not None:
                minutes.setdefault(_minute(at), []).append((number, list_name, at, item))
    put_later: list[datetime] = []
    for minute, together in minutes.items():
        latest: dict[str, datetime] = {}
        for _, list_name, at, item in sorted(together, key=lambda one: one[0]):
            before = latest.get("doses" if list_name == "scores" else "scores")
            if before is not None and at <= before and minute in (at, before):
                # A score at the very instant of a dose reads as taken before it, so a score has to be later.
                at = before + timedelta(microseconds=1 if list_name == "scores" else 0)
                item["at"] = at.isoformat()
                put_later.append(at)
            latest[list_name] = max(at, latest.get(list_name, at))
    return put_later


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


NONE, DECLINED = object(), object()
"""An entry that says of a whole list that it is empty, or that the person would not say."""


def list_of(kind: Kind, body: Mapping[str, Any]) -> str | None:
    """The list of the case that an entry belongs to; None where it is no item of a list."""
    if kind == "goal" and "declines" in body:
        return "declines"
    return LISTS.get(kind)


def item_of(kind: Kind, body: Mapping[str, Any], at: str) -> Any:
    """An entry as an item of its list, or `NONE` or `DECLINED`."""
    said = {key: value for key, value in body.items() if key != PROVENANCE}
    if len(said) == 1 and said.get("none") is True:
        return NONE
    if len(said) == 1 and said.get("declined") is True:
        return DECLINED
    if kind == "goal":
        return said.get("declines", said.get("goal"))
    if kind in TIMED and "at" not in said:
        said["at"] = at
    return said


def _merged(standing: _Standing, kind: Kind) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for entry, body in standing:
        if entry.kind == kind:
            merged |= body
    merged.pop(PROVENANCE, None)
    return merged


def person_told(entries: Iterable[Entry]) -> dict[str, Any]:
    """What the entries of one person say about who they are, as the `patient` of a case."""
    standing, _ = _as_corrected(list(entries))
    who = _merged(standing, "patient")
    return {key: who[key] for key in PATIENT if key in who}


def came_back(entries: Iterable[Entry]) -> int:
    """The number of the admission by which the person came back last; 0 where they never left and came back."""
    returned, left = 0, False
    for entry in entries:
        if entry.kind == "admission" and left:
            returned, left = entry.number, False
        elif entry.kind == "discharge":
            left = True
    return returned


def _stay(standing: _Standing) -> tuple[str | None, str | None]:
    admitted = discharged = None
    for entry, _ in standing:
        if entry.kind == "admission":
            admitted = admitted if admitted is not None and discharged is None else entry.at
            discharged = None
        elif entry.kind == "discharge":
            discharged = entry.at
    return admitted, discharged


def _plans(told: list[Entry], charted: int) -> tuple[Plan, ...]:
    found: dict[str, Entry] = {}
    for entry in told:
        if entry.kind.startswith("plan-"):
            found[str(entry.body.get("plan", ""))] = entry
    return tuple(
        Plan(
            plan=plan,
            status=entry.kind.removeprefix("plan-"),  # pyright: ignore[reportArgumentType]
            entry=entry,
            outdated=charted > entry.number,
        )
        for plan, entry in found.items()
    )
