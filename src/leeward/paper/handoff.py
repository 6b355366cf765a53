"""The hand-off: one page that the next shift can work from, in the order of I-PASS.

Illness severity, patient summary, action list, situation awareness, synthesis by the receiver. A missing answer is said
to be missing; no alert does not mean that all is well. It holds what the record held at its digest, and says so.

Hazards: a dose that was given, or is held, and is handed over as still to be given. What was given since the signing
has no empty box, and what is held stands first among what is to be done.

Source: the order is that of I-PASS (Starmer et al. 2014, recalled); the sentences on what may happen are in handoff.toml.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from leeward.guidance.assessment import Alert, Assessment, Refusal
from leeward.guidance.statements import SCOPE_REFUSALS
from leeward.knowledge import Knowledge
from leeward.model.case import Case, Dose
from leeward.model.missing import Missing
from leeward.model.quantity import KINDS, number
from leeward.paper.person import conditions_line, exposure_lines, medicines_line, person_line, spoken
from leeward.paper.plain_words import plain
from leeward.paper.plan import Decision, Due, PlanLine, SignedPlan
from leeward.paper.timeline_entries import Scored, TimelineEntries, last_vitals, timeline_entries
from leeward.paper.times import ago, clock, zone_name
from leeward.paper.trend import trend_of
from leeward.paper.typesetting import Paper, page_count, set_pdf

FITTINGS = ((14, 10.5), (14, 9.6), (14, 8.8), (10, 8.8), (7, 8.8), (5, 8.6), (3, 8.6))
"""Lines a part and size of letters in points, tried in turn until one page holds the sheet."""
HELD = "HELD NOW"
BLANKS = ("Received by (name, role)", "Said back in own words", "Questions asked", "Time")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line: what it says, when, and a mark in words where it needs attention."""

    says: str
    time: str = ""
    mark: str = ""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part of the sheet under its heading."""

    letter: str
    title: str
    lines: tuple[Line, ...]


class Handoff(msgspec.Struct, frozen=True, kw_only=True):
    """The sheet as data: the pages, the text and the PDF say the same."""

    title: str
    person: str
    place: str
    written: str
    written_by: str
    synthetic: bool
    parts: tuple[Part, ...]
    blanks: tuple[str, ...]
    digest: str
    knowledge: str
    notice: str
    scope: str = ""
    """What a release to somebody else rests on; it goes with the notice."""

    @property
    def banner(self) -> str:
        """What stands at the top of every copy of a made-up person's sheet."""
        return "SYNTHETIC: a made-up person" if self.synthetic else ""


def handoff(
    case: Case,
    assessment: Assessment,
    knowledge: Knowledge,
    *,
    person: str,
    written_by: str,
    place: str = "",
    plans: Sequence[SignedPlan] = (),
    due: Sequence[Due] = (),
    decisions: Sequence[Decision] = (),
    corrected: Sequence[str] | None = None,
    self_report: str = "",
    reactions: Mapping[str, str] | None = None,
    digest: str = "",
    left: datetime | None = None,
) -> Handoff:
    """The hand-off of one person at the time of the case.

    `person` is how the ward calls the person (a name, a bed), `digest` that of the last entry of the record. `corrected`:
    what was struck or corrected in the last 24 hours, None where nobody can tell. `self_report`: what the
    person told by themself that asks for a call, where nobody has answered it. `reactions` to allergies by their names.
    `left`: when the person left, where they have.
    """
    entries = timeline_entries(case, assessment)
    parts = (
        _part("I", "How ill: withdrawal, alerts, last readings", _illness(assessment, entries, corrected, self_report)),
        _part("P", "Who and what happened", _summary(case, entries, reactions)),
        _part("A", "To do", _actions(plans, due, entries, left)),
        _part("S", "What may happen, and then", _awareness(assessment, knowledge, plans, entries)),
        _part("?", "Not known yet", _questions(assessment)),
        _part("D", "Who decided what", _decisions(decisions, entries)),
    )
    signed = assessment.knowledge.signed_by
    who = f"signed by {signed['name']}, {signed['role']}" if signed else "signed by nobody for this site"
    return Handoff(
        title="Hand-off",
        person=person,
        place=place,
        written=f"{clock(case.now, entries.zone, year=True)}, {zone_name(case.now)}",
        written_by=written_by,
        synthetic=case.synthetic,
        parts=parts,
        blanks=BLANKS,
        digest=digest,
        knowledge=f"{assessment.knowledge.version}, {who}",
        notice=knowledge.table_of("handoff", _Said)["redisclosure"].says,
    )


def _part(letter: str, title: str, lines: Iterable[Line]) -> Part:
    said = tuple(msgspec.structs.replace(line, says=plain(line.says)) for line in lines)
    return Part(letter=letter, title=title, lines=said)


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    says: str
    title: str = ""
    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    note: str = ""


def _illness(
    assessment: Assessment, entries: TimelineEntries, corrected: Sequence[str] | None, self_report: str
) -> Iterator[Line]:
    graver = standing(assessment)
    if self_report:  # before all alerts: a page that is shortened keeps what nobody has answered
        yield Line(says=f"Self-reported, not answered yet: {self_report}. Call, and score.", mark="CALL")
    for alert in graver:
        yield Line(says=f"{alert.title}. {' '.join(alert.do[:2])}", mark=alert.level.upper())
    for refusal in not_covered(assessment):
        says = f"Leeward does not cover this person: {refusal.what}. Turn to: {refusal.turn_to} {refusal.why}"
        yield Line(says=says, mark="OUTSIDE")
    if not graver:
        yield Line(says="No emergency and no urgent alert. That does not say that the person is well.")
    yield from _scores(entries)
    yield from _readings(entries)
    for place, said in enumerate(() if corrected is None else (corrected or ("nothing",))):
        first = "" if place else "Struck or corrected in the last 24 h: "
        yield Line(says=f"{first}{said.rstrip('.')}.", mark="CHANGED" if corrected else "")


def not_covered(assessment: Assessment) -> tuple[Refusal, ...]:
    """Whom Leeward does not cover: why, and where to turn; empty for everybody else."""
    return tuple(one for one in assessment.refusals if one.id in SCOPE_REFUSALS)


def standing(assessment: Assessment) -> tuple[Alert, ...]:
    """Emergency and urgent alerts, without those that a graver one covers."""
    alerts = (*assessment.alerts, *assessment.state.mismatches)
    fired = {alert.id for alert in alerts}
    order = ("emergency", "urgent")
    shown = [one for one in alerts if one.level in order and fired.isdisjoint(one.covered_by)]
    return tuple(sorted(shown, key=lambda alert: order.index(alert.level)))


def _scores(entries: TimelineEntries) -> Iterator[Line]:
    timed = [one for one in entries.scores if one.instrument == "cows" and one.at is not None]
    if not timed:
        yield Line(says="COWS: none with a time. Score before the next dose.", mark="MISSING")
        return
    last = timed[-1]
    open_answers = f", {last.missing} not answered" if last.missing else ""
    yield Line(says=f"COWS {last.value}{open_answers}. {_trend(timed)}", time=_at(last, entries))


def _trend(scores: Sequence[Scored]) -> str:
    """The way from the score before to the last; across missing answers only where it is certain."""
    trend = trend_of(scores)
    if trend.way == "across-missing":
        return f"Before: {trend.before}. {trend.says.capitalize()}."
    return f"Before: {trend.before}; {trend.says}." if trend.before else f"{trend.says.capitalize()}."


def _at(one: Scored, entries: TimelineEntries) -> str:
    return "" if one.at is None else f"{clock(one.at.latest, entries.zone)}, {ago(one.at.latest, entries.now)}"


def _readings(entries: TimelineEntries) -> Iterator[Line]:
    latest = last_vitals(entries)
    if not latest:
        yield Line(says="Vital signs and sedation: none with a time.", mark="MISSING")
        return
    by_time: dict[str, list[str]] = {}
    for one in latest:
        assert one.at is not None
        by_time.setdefault(f"{clock(one.at.latest, entries.zone)}, {ago(one.at.latest, entries.now)}", []).append(
            f"{one.name[0].lower()}{one.name[1:]} {one.value}"
        )
    for time, values in by_time.items():
        yield Line(says=f"Last {', '.join(values)}.", time=time)


def _summary(case: Case, entries: TimelineEntries, reactions: Mapping[str, str] | None) -> Iterator[Line]:
    yield Line(says=person_line(case))
    for line in exposure_lines(case, entries.zone):
        yield Line(says=line)
    yield Line(says=conditions_line(case, reactions))
    yield Line(says=medicines_line(case))
    if isinstance(case.doses, Missing):
        yield Line(says="Doses given: not asked.", mark="MISSING")
    elif not entries.doses:
        yield Line(says="Doses given: none.")
    else:
        newest = sorted(entries.doses, key=lambda one: one.at is None or -one.at.latest.timestamp())
        said = [
            f"{spoken(one.medicine)} {one.amount}, {clock(one.at.latest, entries.zone) if one.at else 'time not known'}"
            for one in newest
        ]
        yield Line(says=f"Doses given, newest first: {'; '.join(_cut(said, 10))}.")
        if sums := tuple(_in_the_last_day(case.doses, entries.now)):
            yield Line(says=f"In the last 24 h in all: {'; '.join(sums)}.")


def _in_the_last_day(doses: Sequence[Dose], now: datetime) -> Iterator[str]:
    """What was given of each medicine in the last 24 hours, where that was more than once: a list is not added up at three at night."""
    lately = [one for one in doses if not isinstance(one.at, Missing) and one.at.latest > now - timedelta(hours=24)]
    for name in dict.fromkeys(one.medicine or one.as_told for one in lately):
        of_it = [one for one in lately if (one.medicine or one.as_told) == name]
        told = [one.amount for one in of_it if not isinstance(one.amount, Missing) and one.amount.unit in KINDS["mass"]]
        masses = [mass.to("mg").value for mass in told]
        if len(of_it) > 1 and masses:
            least = "at least " if len(masses) < len(of_it) else ""
            yield f"{spoken(name)} {least}{number(sum(masses))} mg, {len(of_it)} doses"


def _actions(
    plans: Sequence[SignedPlan], due: Sequence[Due], entries: TimelineEntries, left: datetime | None
) -> Iterator[Line]:
    """What is held stands first, so that it stays when the page is shortened; then what is due, then the plans."""
    held = [line for plan in plans for line in plan.lines if line.held]
    for line in held:
        yield Line(says=f"Do not give {_order(line)} before somebody has looked: {line.held}.", mark=HELD)
    ordered = sorted(due, key=lambda one: (one.at is None, one.at or entries.now))
    upcoming = next((one for one in ordered if one.assessment and one.at is not None), None)
    if left is not None:
        yield Line(says="The person has left: nothing is due here.", time=clock(left, entries.zone), mark="LEFT")
    elif upcoming is None or upcoming.at is None:
        yield Line(says="Next assessment: no time is set. Set one now.", mark="MISSING")
    for one in ordered:
        late = one.at is not None and one.at < entries.now if one.late is None else one.late
        time = f"{clock(one.at, entries.zone)}, {ago(one.at, entries.now)}" if one.at else "no time set"
        first = "Next assessment: " if one is upcoming else ""
        why = f": {one.held}" if one.held else ""
        yield Line(says=f"{first}{one.what}{why}", time=time, mark=HELD if one.held else "OVERDUE" if late else "☐")
    if not plans:
        yield Line(says="No plan is signed.", mark="MISSING")
    for plan in plans:
        yield from _plan(plan, entries)


def _plan(plan: SignedPlan, entries: TimelineEntries) -> Iterator[Line]:
    signed = f"{plan.signed_by}, {plan.role}, {clock(plan.signed_at, entries.zone)}"
    if plan.changed:
        yield Line(says=f"Plan signed by {signed}. The chart has changed since: {plan.changed}.", mark="CHANGED")
    else:
        yield Line(says=f"Plan signed by {signed}:")
    for line in plan.lines:
        when = f", {line.when}" if line.when else ""
        given = f" {_given(line, entries)}." if line.given else ""
        why = " Held now, for the reason above." if line.held else ""
        hold = f" HOLD if {'; '.join(line.hold_if)}." if line.hold_if else ""
        # What goes home is ticked off when it is handed out, not by a dose on the ward.
        mark = HELD if line.held else "GIVEN" if line.given and not line.at_home else "☐"
        yield Line(says=f"{_order(line)}{when}.{given}{why}{hold}", mark=mark)


def _order(line: PlanLine) -> str:
    return " ".join(filter(None, (line.what, line.dose)))


def _given(line: PlanLine, entries: TimelineEntries) -> str:
    """The last dose that was given for a line, and how many there were."""
    last = line.given[-1]
    at = clock(last.at, entries.zone) if last.at else "at a time not known"
    count = f"{len(line.given)} doses given, the last" if len(line.given) > 1 else "Given"
    return f"{count} {at}, {last.amount}{f', by {last.by}' if last.by else ''}"


def _awareness(
    assessment: Assessment, knowledge: Knowledge, plans: Sequence[SignedPlan], entries: TimelineEntries
) -> Iterator[Line]:
    given = {one.medicine for one in entries.doses} | {line.what for plan in plans for line in plan.lines}
    for said in knowledge.table_of("handoff", _Said).values():
        if said.title == "Notice" or (
            said.topics and not any(topic in what for topic in said.topics for what in given)
        ):
            continue
        rise = _rise(knowledge) if "buprenorphine" in said.topics else ""
        yield Line(says=f"{said.title}{rise}: {said.says}", mark="IF")
    cautions = [one for one in (*assessment.alerts, *assessment.state.mismatches) if one.level == "caution"]
    for alert in cautions[:4]:
        yield Line(says=f"{alert.title}. {' '.join(alert.do[:1])}", mark="CAUTION")
    graver = [one for one in assessment.interactions if one.severity in ("contraindicated", "major")]
    for one in graver[:4]:
        yield Line(says=f"{' + '.join(map(spoken, one.between))}: {one.do}", mark="TOGETHER")


def _rise(knowledge: Knowledge) -> str:
    rise, window = knowledge.limit("precipitated-rise"), knowledge.limit("precipitated-window")
    return f" (COWS up {number(rise.value)} or more within {number(window.value)} {window.unit})"


def _questions(assessment: Assessment) -> Iterator[Line]:
    for question in assessment.questions[:5]:
        yield Line(says=question.ask)
    left = len(assessment.questions) - 5
    if left > 0:
        yield Line(says=f"and {left} more in the record.")
    if not assessment.questions:
        yield Line(says="No open question would change the assessment.")


def _decisions(decisions: Sequence[Decision], entries: TimelineEntries) -> Iterator[Line]:
    for one in sorted(decisions, key=lambda decision: decision.at, reverse=True):
        who = f"{one.by}, {one.role}" if one.role else one.by
        why = f", because: {one.because.rstrip('.')}" if one.because else ""
        yield Line(says=f"{one.what}: {who}{why}.", time=clock(one.at, entries.zone))
    if not decisions:
        yield Line(says="No decision is recorded.")


def _cut(lines: list[str], most: int) -> list[str]:
    return lines if len(lines) <= most else [*lines[:most], f"and {len(lines) - most} more"]


def shortened(sheet: Handoff, most: int) -> Handoff:
    """The same sheet with `most` lines a part and lines to match; what is left out is counted."""
    letters = 80 + 40 * most

    def cut(part: Part) -> Part:
        lines = tuple(
            msgspec.structs.replace(
                line, says=line.says if len(line.says) <= letters else line.says[: letters - 1] + "…"
            )
            for line in part.lines
        )
        if len(lines) <= most:
            return msgspec.structs.replace(part, lines=lines)
        more = Line(says=f"and {len(lines) - most} more lines in the record.")
        return msgspec.structs.replace(part, lines=(*lines[:most], more))

    return msgspec.structs.replace(
        sheet, parts=tuple(cut(part) for part in sheet.parts), person=sheet.person[:120], place=sheet.place[:120]
    )


def handoff_pdf(sheet: Handoff, paper: Paper = "us-letter") -> bytes:
    """The hand-off as a PDF of one page: in the largest letters that fit, then shortened step by step."""
    made = b""
    for most, size in FITTINGS:
        made = _set(shortened(sheet, most), size, paper)
        if page_count(made) == 1:
            break
    return made


def _set(sheet: Handoff, size: float, paper: Paper) -> bytes:
    data = msgspec.to_builtins(sheet) | {"banner": sheet.banner, "paper": paper, "size": size}
    return set_pdf("handoff.typ", data)
