"""What somebody told by themself from their own phone: which of it asks for a call, and what nobody has answered yet.

One function, `reasons_to_call`, decides both what the thanks on the phone say and what stands on the board. A report that
rose after buprenorphine stands on the board, too: from the size that a source gives for its scale, and where none gives
any, at every rise, which is then said. Both stand until a clinician scores the person or writes a note. Words of the person's
own stand until somebody writes a note: Leeward does not understand them, and a score can be given by one who never saw them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, cast
from weakref import WeakKeyDictionary

import msgspec

from leeward.casefile.names import medicine_named
from leeward.errors import BadInput
from leeward.guidance.alert import AlertEntry
from leeward.guidance.gates import BUPRENORPHINE
from leeward.guidance.scored import LASTING_INSTRUMENTS
from leeward.instruments import Instrument, Score, load_instruments, score
from leeward.knowledge import Policy
from leeward.model.instants import aware_instant
from leeward.model.missing import REFUSED, Missing
from leeward.model.quantity import number as figure
from leeward.paper.times import ago
from leeward.record.chart import PROVENANCE, Chart
from leeward.record.entries import Entry
from leeward.record.people import SELF
from leeward.ward.changes import changed_by
from leeward.ward.plans import signed
from leeward.ward.state import Bedside, Ward

CALLED = ("severe",)
"""Bands of an instrument at which the person is told to call the care team now, and the care team to call the person."""

FORM_ID = 32
"""Letters of the id of a form; the entries that one form made begin with it."""


class SelfReport(msgspec.Struct, frozen=True, kw_only=True):
    """A score that the person gave by themself, as it is read out."""

    number: int
    short: str
    points: str
    """`29`, or `11 to 25` where answers are missing; empty where the instrument has no total."""
    band: str
    at: datetime
    because: tuple[str, ...]
    """Why it asks for a call, beside its band."""

    def says(self, now: datetime) -> str:
        """`SOWS-16 29, severe, 35 min ago`."""
        first = " ".join(part for part in (self.short, self.points) if part)
        return ", ".join(part for part in (first, self.band, *self.because, ago(self.at, now)) if part)


class CheckIn(msgspec.Struct, frozen=True, kw_only=True):
    """The last that the person told by themself: each question in its words with the answer in its words."""

    at: datetime
    short: str
    """Short name of the instrument; empty where there are only words of the person's own."""
    window: str
    """The time that the questions ask about."""
    answers: tuple[tuple[str, str], ...]
    note: str


def reasons_to_call(ward: Ward, told: Iterable[Entry], entries: tuple[Entry, ...], now: datetime) -> tuple[str, ...]:
    """Why what the person told asks for a call now; empty where it does not.

    By its band, by what one answer raises, or by an urgent alert that is said with it and was not said without it.
    `entries`: all about the person, with what they told.
    """
    numbers = {entry.number for entry in told}
    scores = [entry.body for entry in entries if entry.number in numbers and entry.kind == "score"]
    found = [reason for body in scores for reason in _of_itself(body)]
    if found or not scores:
        return tuple(found)
    with_it, without = (
        ward.bedside_of(some, now) for some in (entries, tuple(one for one in entries if one.number not in numbers))
    )
    changed = changed_by(without.assessment, with_it.assessment)
    return tuple(alert.title for alert in changed.raised if alert.level in ("emergency", "urgent"))


def _of_itself(body: Mapping[str, Any]) -> Iterator[str]:
    instrument, result = _scored(body)
    if instrument is None or result is None or not _answered(result):
        return
    if result.band in CALLED:
        yield result.band
    elif result.band is None:
        yield from _by_what_is_answered(instrument, result)
    yield from (flag.says for flag in instrument.flags if flag.id in result.flags)


def _by_what_is_answered(instrument: Instrument, result: Score) -> Iterator[str]:
    """Where at least half is answered and the rest, answered like it, would come to a band at which one is called.

    A convention of Leeward on the safe side, of no source: who feels worst is the likeliest to leave off half-way.
    """
    answered = [id for id, answer in result.items.items() if not isinstance(answer, Missing)]
    if not answered or 2 * len(answered) < len(result.items):
        return
    points = sum(answer for answer in result.items.values() if not isinstance(answer, Missing))
    most = sum(max(instrument.item(id).points) for id in answered)
    likely = instrument.band(points * instrument.highest // most) if most else None
    if likely is not None and likely.label in CALLED:
        left_out = len(result.items) - len(answered)
        yield f"{likely.label} by what is answered, {left_out} of {len(result.items)} answers missing"


def _scored(body: Mapping[str, Any]) -> tuple[Instrument | None, Score | None]:
    """The instrument of a body and its score; None for what cannot be read."""
    instrument = load_instruments().get(str(body.get("instrument", "")))
    items, total = body.get("items"), body.get("total")
    if instrument is None:
        return None, None
    try:
        given = cast("dict[str, Any]", items) if isinstance(items, dict) else None
        return instrument, score(instrument, given, total if isinstance(total, int) else None)
    except (BadInput, TypeError, ValueError):  # written when the instrument read otherwise
        return instrument, None


def _answered(result: Score) -> bool:
    return result.total is not None or any(not isinstance(answer, Missing) for answer in result.items.values())


class _Told(msgspec.Struct, frozen=True, kw_only=True):
    """A score of the person's own as it stands, corrected where it was."""

    entry: Entry
    body: dict[str, Any]
    at: datetime
    instrument: Instrument
    result: Score


def unanswered(bedside: Bedside, ward: Ward) -> SelfReport | None:
    """The newest report that asks for a call, and that no clinician's score and no note of staff has answered yet."""
    told = tuple(_told(bedside))
    answer = _last_answer(bedside)
    for place, one in reversed(tuple(enumerate(told))):
        if one.entry.number <= answer:
            return None
        because = _because(ward, bedside, one)
        rise = _rise(one, told[:place], bedside.chart, ward)
        if because or rise:
            result = one.result
            # The alert on the rise says no more than the rise itself, which is told with its numbers.
            because = tuple(reason for reason in because if not rise or reason != _title_of_rise(ward))
            said = [reason for reason in because if reason != result.band] if because else rise
            return SelfReport(
                number=one.entry.number,
                short=one.instrument.short,
                points=_points(result),
                band=result.band or "",
                at=one.at,
                because=tuple(said),
            )
    return None


def _title_of_rise(ward: Ward) -> str:
    return ward.knowledge.table_of("alerts", AlertEntry)["self-report-risen"].title


def _told(bedside: Bedside) -> Iterator[_Told]:
    """Scores that came from the person's own phone, by number, without those that were struck."""
    own = {entry.number: entry for entry in bedside.entries if entry.role == SELF and entry.kind == "score"}
    for number, body in bedside.chart.items("scores"):
        entry, at = own.get(number), aware_instant(body.get("at"))
        if entry is None:
            continue
        instrument, result = _scored(body)
        if instrument is not None and result is not None and _answered(result):
            yield _Told(
                entry=entry,
                body=body,
                at=at or datetime.fromisoformat(entry.at),
                instrument=instrument,
                result=result,
            )


def unread_words(bedside: Bedside) -> datetime | None:
    """When the person last wrote words of their own that no note of staff has answered yet.

    Hazard: "I want to die" beside a score. Whoever scores the person anew need not have opened the words.
    """
    own = {entry.number: entry for entry in bedside.entries if entry.role == SELF and entry.kind == "note"}
    answer = max(_notes_of_staff(bedside), default=0)
    told = [own[note.entry.number] for note in bedside.chart.notes if note.entry.number in own]
    return max((datetime.fromisoformat(one.at) for one in told if one.number > answer), default=None)


def _last_answer(bedside: Bedside) -> int:
    """Number of the last score or note of staff that stands; what was imported answers nobody."""
    staff = _of_staff(bedside)
    scores = (number for number, body in bedside.chart.items("scores") if body.get("by") != "self" and number in staff)
    return max((*scores, *_notes_of_staff(bedside)), default=0)


def _notes_of_staff(bedside: Bedside) -> list[int]:
    """Numbers of the notes of staff that stand.

    A note that goes with something else, such as why a dose was not given or that a check was done, answers nobody.
    """
    staff = _of_staff(bedside)
    return [one.entry.number for one in bedside.chart.notes if _answers_it(one.body) and one.entry.number in staff]


def _of_staff(bedside: Bedside) -> set[int]:
    return {
        entry.number
        for entry in bedside.entries
        if entry.kind in ("score", "note") and entry.role != SELF and PROVENANCE not in entry.body
    }


def _answers_it(note: Mapping[str, Any]) -> bool:
    """Whether a note can be about what the person told: it is of staff, and goes with nothing else."""
    return note.get("by") != "self" and not note.get("about") and not note.get("done")


_REASONS: WeakKeyDictionary[Ward, dict[str, tuple[Policy, tuple[str, ...]]]] = WeakKeyDictionary()
"""Reasons by the digest of the last entry that they were found with: what is written does not change."""

MOST_KEPT = 5000


def _because(ward: Ward, bedside: Bedside, one: _Told) -> tuple[str, ...]:
    """The reasons as the phone was answered by them: with what was charted until then, and corrections of it since."""
    form = [entry for entry in bedside.entries if _of_one_form(entry, one.entry)]
    corrections = bedside.chart.corrected.get(one.entry.number, ())
    if corrections:
        return tuple(_of_itself(one.body))
    last = max(form, key=lambda entry: entry.number)
    kept, policy = _REASONS.setdefault(ward, {}), ward.policy
    known = kept.get(last.digest)
    if known is not None and known[0] is policy:
        return known[1]
    until = tuple(entry for entry in bedside.entries if entry.number <= last.number)
    found = reasons_to_call(ward, form, until, datetime.fromisoformat(last.recorded).astimezone(bedside.now.tzinfo))
    if len(kept) >= MOST_KEPT:
        kept.clear()
    kept[last.digest] = policy, found
    return found


def _of_one_form(one: Entry, entry: Entry) -> bool:
    return one.number == entry.number or (
        len(entry.id) > FORM_ID and one.by == entry.by and one.id.startswith(f"{entry.id[:FORM_ID]}-")
    )


SIZE_OF_RISE = "precipitated-rise-{}"
"""The limit that holds the least rise of a self-report scale after buprenorphine that matters, by its id."""


def _rise(one: _Told, before: tuple[_Told, ...], chart: Chart, ward: Ward) -> tuple[str, ...]:
    """How far it rose, where buprenorphine came first and the rise matters or nobody can tell; empty where it does not.

    It is held against the report before it, and against the last before the dose. Answers that are missing make a range:
    a rise that is certain, and may be large enough, is said.
    """
    low, high = one.result.low, one.result.high
    if low is None or high is None or one.instrument.id in LASTING_INSTRUMENTS:
        return ()
    given = max((at for at in _buprenorphine(chart, ward) if at < one.at), default=None)
    earlier = [other for other in before if other.instrument.id == one.instrument.id and other.at < one.at]
    if given is None or not earlier:
        return ()
    earlier.sort(key=lambda other: other.at)
    compared = [earlier[-1], *[other for other in earlier if other.at <= given][-1:]]
    size = ward.knowledge.limits.get(SIZE_OF_RISE.format(one.instrument.id))
    least = 1 if size is None else size.value
    risen = [
        other
        for other in compared
        if other.result.low is not None and other.result.high is not None
        and low > other.result.high and high - other.result.low >= least
    ]  # fmt: skip
    if not risen:
        return ()
    from_ = min(risen, key=lambda other: other.result.low or 0)
    was, is_now = _points(from_.result), _points(one.result)
    is_now = is_now if low == high else f"a total of {is_now}"
    says = f"risen after buprenorphine from {was} to {is_now} of {one.instrument.highest}"
    sourced = f"from {figure(least)} more it counts" if size else "no source says from which size it counts"
    return (f"{says} ({sourced})",)


def _points(result: Score) -> str:
    """`11`, or `11 to 25` where answers are missing; empty where there is no total."""
    if result.low is None or result.high is None:
        return ""
    return f"{result.low}" if result.low == result.high else f"{result.low} to {result.high}"


def _buprenorphine(chart: Chart, ward: Ward) -> Iterator[datetime]:
    """When buprenorphine was given, and when it was signed to be taken at home, where nobody charts the dose."""
    for _, dose in chart.items("doses"):
        at, named = aware_instant(dose.get("at")), str(dose.get("medicine", ""))
        if at is not None and (medicine_named(named, ward.knowledge) or named) in BUPRENORPHINE:
            yield at
    for entry, plan in signed(chart):
        if any(line.at_home and line.medicine in BUPRENORPHINE for line in plan.lines):
            yield datetime.fromisoformat(entry.at)


def last_check_in(bedside: Bedside) -> CheckIn | None:
    """What the person told by themself the last time; None where they never did, or where it was struck."""
    own = [entry for entry in bedside.entries if entry.role == SELF and entry.kind in ("score", "note")]
    if not own:
        return None
    form = {entry.number for entry in own if _of_one_form(entry, own[-1])}
    told = next((one for one in _told(bedside) if one.entry.number in form), None)
    note = next((one for one in bedside.chart.notes if one.entry.number in form), None)
    if told is None and note is None:
        return None
    return CheckIn(
        at=told.at if told else datetime.fromisoformat(own[-1].at),
        short=told.instrument.short if told else "",
        window=told.instrument.window if told else "",
        answers=tuple(_answers(told)) if told else (),
        note=str(note.body.get("text", "")) if note else "",
    )


def _answers(told: _Told) -> Iterator[tuple[str, str]]:
    """The questions as the phone asked them; none where only a total is known."""
    if not told.body.get("items"):
        return
    for item in told.instrument.items:
        points = told.result.items[item.id]
        if isinstance(points, Missing):
            yield item.says, "rather not say" if points is REFUSED else "not answered"
        else:
            yield item.says, item.choice(points).says
