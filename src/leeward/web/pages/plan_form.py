"""The orders of a plan as a form: its rows to show, and what was typed read back as a plan."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from leeward.casefile.names import medicine_named
from leeward.errors import BadInput, Problem
from leeward.model.quantity import mass_in
from leeward.paper.plain_words import name_of
from leeward.ward.plans import DueAfter, FollowUpTold, Line, WrittenPlan
from leeward.ward.proposals import Proposed, ProposedLine, outside
from leeward.ward.watching import READINGS, SCORED
from leeward.web.charting import Slips, line, prose
from leeward.web.numbers_typed import whole_number
from leeward.web.times_typed import read_instant
from leeward.web.visit import Visit

NAMED, WORDS = "named", "words"
"""Instead of a medicine of the proposal: another one, as written; or no medicine at all."""

EMPTY_ROWS = 2
LONGEST_CHECKS = 4000
LONGEST_WAIT = 366 * 24 * 60
LAST_DAY = 3650
LONGEST_TEXT = 500
OF_ONE_LINE = ("what-", "dose-", "day-", "due-what-", "due-after-", "due-every-", "due-lasts-", "follow_")
OF_SEVERAL_LINES = ("when-", "hold-", "reason", "checks")
"""How the names of fields begin that are typed into."""

AHEAD = timedelta(days=365)
CODE = "LW-0803"


class Row(msgspec.Struct, kw_only=True):
    """One line of the form."""

    n: int
    proposed: ProposedLine | None = None
    ordered: bool = False
    medicine: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    what: str = ""
    dose: str = ""
    when: str = ""
    day: str = ""
    hold: str = ""
    at_home: bool = False
    step: str = ""
    own: bool = False
    """Whether somebody added it, so that no source stands beside it."""

    @property
    def key(self) -> str:
        """What the line was proposed as: typed words belong to it only while it is proposed the same."""
        return f"{self.step}|{self.proposed.dose_says if self.proposed else ''}"

    @property
    def titled(self) -> str:
        """What the line is called above its fields."""
        if self.own:
            return self.what or "A line of your own"
        if self.proposed is not None and self.proposed.group:
            return self.what
        return f"{self.what}: {self.step}" if self.step and self.step != self.what else self.what


class DueRow(msgspec.Struct, kw_only=True):
    """One due item of the form."""

    n: int
    key: str
    what: str
    after: str
    from_: str
    every: str
    lasts: str
    only: str
    left_out: bool = False
    own: bool = False


def due_key(due: DueAfter) -> str:
    """What a due item of the form is, so that its kind need not be trusted to the form."""
    return f"{due.kind}|{due.of}|{due.after_minutes}|{due.from_}|{due.every_minutes}|{due.only}"


def rows_of(visit: Visit, proposed: Proposed, waiting: WrittenPlan | None) -> list[Row]:
    """The lines to show: as typed, else as the plan that waits has them, else as proposed. Only a plan that waits has ticks."""
    kept = list(waiting.lines) if waiting else []
    rows: list[Row] = []
    for found in proposed.lines:
        mine = next((line for line in kept if line.step and line.step == found.line.step), None)
        if mine is not None:
            kept.remove(mine)
        rows.append(_row(len(rows), mine or found.line, found, ordered=mine is not None))
    rows += [_row(len(rows) + n, line, None, ordered=True) for n, line in enumerate(kept)]
    empty = Line(what="")
    rows += [_row(len(rows) + n, empty, None) for n in range(EMPTY_ROWS)]
    if visit.forms:
        rows = [_typed(visit, row) for row in rows]
    for row in rows:
        row.choices = _choices(visit, row)
    return rows


def _row(n: int, line: Line, found: ProposedLine | None, ordered: bool = False) -> Row:
    medicine = ""
    if found is not None and line.medicine in found.medicines:
        medicine = line.medicine
    elif found is not None and not found.medicines and found.bounds is None and not line.dose:
        medicine = WORDS  # the step speaks of no medicine
    elif ordered:
        medicine = NAMED if line.medicine or line.dose else WORDS
    return Row(
        n=n,
        proposed=found,
        ordered=ordered,
        medicine=medicine,
        what=line.what,
        dose=line.dose,
        when=line.when,
        day="" if line.day is None else str(line.day),
        hold="\n".join(line.hold_if),
        at_home=line.at_home,
        step=line.step,
        own=found is None,
    )


def _typed(visit: Visit, row: Row) -> Row:
    n = row.n
    if visit.form.get(f"key-{n}", "") != row.key:
        return row
    given = {name: visit.text(f"{name}-{n}") for name in ("medicine", "dose", "when", "day", "hold")}
    given["when"] = " ".join(given["when"].split())
    what = visit.text(f"what-{n}") if f"what-{n}" in visit.form else row.what
    return msgspec.structs.replace(
        row, **given, what=what, ordered=bool(visit.text(f"order-{n}")), at_home=bool(visit.text(f"home-{n}"))
    )


def _choices(visit: Visit, row: Row) -> tuple[tuple[str, str], ...]:
    meant = row.proposed.medicines if row.proposed else ()
    known = tuple((id, _plain_name(id)) for id in meant)
    given = row.proposed is not None and row.proposed.bounds is not None and known
    return known if given or (known and row.proposed and row.proposed.group) else (
        *known, (NAMED, "a medicine, as written here"), (WORDS, "no medicine: an instruction"),
    )  # fmt: skip


def _plain_name(medicine: str) -> str:
    """What a medicine is called, without the route that the line names beside it."""
    return name_of(medicine).removeprefix("sublingual ")


def spell(minutes: str) -> str:
    """Minutes as hours and minutes; as typed where they are no number.

    >>> spell("30"), spell("240"), spell("90"), spell("2880"), spell("soon")
    ('30 min', '4 h', '1 h 30 min', '2 days', 'soon')
    """
    number = whole_number(minutes)
    if number is None:
        return minutes
    hours, rest = divmod(number, 60)
    if hours >= 48 and hours % 24 == 0 and not rest:
        return f"{hours // 24} days"
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "") if part
    )


def in_time(after: str, of: str) -> str:
    """When something becomes due, in words.

    >>> in_time("0", "signing"), in_time("30", "dose")
    ('at the signing', '30 min after each dose')
    """
    named = "the signing" if of == "signing" else "each dose" if of == "dose" else "a time not chosen yet"
    return f"at {named}" if after == "0" else f"{spell(after)} after {named}"


def due_rows(visit: Visit, proposed: Proposed, waiting: WrittenPlan | None) -> list[DueRow]:
    """The due items to show, and one empty row."""
    rows = [_due_row(n, due) for n, due in enumerate(waiting.due if waiting else proposed.plan.due)]
    rows.append(DueRow(n=len(rows), key="", what="", after="", from_="", every="", lasts="", only="", own=True))
    if visit.forms:
        for row in rows:
            n = row.n
            if visit.form.get(f"due-key-{n}", "") != row.key:
                continue
            row.what = visit.text(f"due-what-{n}")
            row.after, row.from_ = visit.text(f"due-after-{n}"), visit.text(f"due-from-{n}")
            row.every, row.lasts = visit.text(f"due-every-{n}"), visit.text(f"due-lasts-{n}")
            row.left_out = bool(visit.text(f"due-out-{n}"))
    return rows


def _due_row(n: int, due: DueAfter) -> DueRow:
    return DueRow(
        n=n, key=due_key(due), what=due.what, after=str(due.after_minutes), from_=due.from_, only=due.only,
        every=str(due.every_minutes or ""), lasts=str(due.for_minutes or ""),
    )  # fmt: skip


class Reading(msgspec.Struct, kw_only=True):
    """What was typed, read: the plan, and what is wrong with it."""

    plan: WrittenPlan
    places: tuple[int, ...]
    """The row of each line of the plan."""
    outside: tuple[str, ...]
    """Doses beyond what is proposed, each a sentence."""
    problems: tuple[Problem, ...]


def read_plan(visit: Visit, proposed: Proposed, waiting: WrittenPlan | None) -> Reading:
    """The plan in the form. Every problem is found at once."""
    wrong = _as_written(visit)
    rows = [row for row in rows_of(visit, proposed, waiting) if row.ordered or (row.own and row.what)]
    if changed(visit, proposed, waiting):
        says = (
            "What is proposed has changed since this page was shown; lines that changed stand as they are proposed now."
        )
        wrong.append(_problem("lines", says, "Read them, tick what you order, and send it again."))
    lines: list[Line] = []
    places: list[int] = []
    beyond: list[str] = []
    for row in rows:
        if not row.ordered:
            wrong.append(_problem(f"order-{row.n}", "This line is written and not ticked.", "Tick it, or empty it."))
            continue
        read = _line(visit, row, wrong)
        lines.append(read)
        places.append(row.n)
        if row.proposed is not None and (says := outside(read.dose, row.proposed.bounds)):
            beyond.append(f"{read.what}: {says}")
    if not lines:
        wrong.append(_problem("lines", "No line is ticked, so nothing would be ordered.", "Tick what you order."))
    due = _due(visit, proposed, waiting, lines, wrong)
    reason = visit.text("reason")
    if beyond and not reason:
        wrong.append(_problem("reason", " ".join(beyond), "Say why, or correct the dose."))
    plan = WrittenPlan(
        plan=waiting.plan if waiting else visit.fresh_id(),
        option=proposed.plan.option,
        title=proposed.plan.title,
        lines=tuple(lines),
        due=due,
        checks=tuple(part.strip() for part in visit.text("checks").splitlines() if part.strip()),
        follow_up=_follow_up(visit, wrong),
        status=proposed.plan.status,
        knowledge=proposed.plan.knowledge,
        reason=reason,
    )
    return Reading(plan=plan, places=tuple(places), outside=tuple(beyond), problems=tuple(wrong))


def _as_written(visit: Visit) -> list[Problem]:
    """Put every field that is typed into as notes are read: spaces joined, nothing unseen, of a length that is read.

    Hazard: behind a character that turns the order of words "every 12 hours" is read as "every 21 hours" on the hand-off.
    """
    slips = Slips()
    for name in visit.form:
        known = len(slips.problems)
        if name.startswith(OF_SEVERAL_LINES):
            read = prose(visit, slips, name, LONGEST_CHECKS if name == "checks" else LONGEST_TEXT)
        elif name.startswith(OF_ONE_LINE):
            read = line(visit, slips, name, LONGEST_TEXT)
        else:
            continue
        if len(slips.problems) == known:
            visit.form[name] = read
    return slips.problems


def changed(visit: Visit, proposed: Proposed, waiting: WrittenPlan | None) -> bool:
    """Whether the form was made from another proposal than the one that stands now."""
    lines = {f"key-{row.n}": row.key for row in rows_of(visit, proposed, waiting)}
    due = {f"due-key-{row.n}": row.key for row in due_rows(visit, proposed, waiting)}
    return any(visit.form.get(name, "") != key for name, key in (lines | due).items())


def _problem(path: str, says: str, mend: str) -> Problem:
    return Problem(path=path, code=CODE, says=says, mend=mend)


def _line(visit: Visit, row: Row, wrong: list[Problem]) -> Line:
    n, knowledge = row.n, visit.house.knowledge
    medicine, what, when = row.medicine, row.what, row.when
    if medicine not in {id for id, _ in row.choices}:
        wrong.append(_problem(f"medicine-{n}", "It is not said which medicine this is.", "Choose one."))
        medicine = WORDS
    elif medicine not in (NAMED, WORDS):
        found = row.proposed
        if found is not None and found.bounds is None and not found.group:
            when = "; ".join(part for part in (row.what, row.when) if part)
        route = found.route if found else ""
        what = ", ".join(part for part in (_plain_name(medicine), route) if part)
        if not row.dose:
            wrong.append(_problem(f"dose-{n}", "This line has no dose.", "Write it with its unit, as 8 mg."))
    elif medicine == NAMED:
        medicine = medicine_named(what, knowledge) or ""
        if what and not row.dose:
            wrong.append(_problem(f"dose-{n}", "This line has no dose.", "Write it with its unit, as 8 mg."))
    else:
        medicine = ""
        if row.dose and mass_in(row.dose):
            wrong.append(_problem(f"medicine-{n}", "A dose is written, and no medicine.", "Say which medicine it is."))
    if not what:
        wrong.append(_problem(f"what-{n}", "It is not said what this line orders.", "Write it, or untick the line."))
    day = whole_number(row.day, LAST_DAY) or None
    if row.day and day is None:
        wrong.append(_problem(f"day-{n}", "This is not a day of the plan.", "Write 1 for the first day, or nothing."))
    return Line(
        what=what,
        medicine="" if medicine == WORDS else medicine,
        dose=row.dose,
        when=when,
        hold_if=tuple(part.strip() for part in row.hold.splitlines() if part.strip()),
        at_home=row.at_home,
        day=day,
        step=row.step,
    )


def _due(
    visit: Visit, proposed: Proposed, waiting: WrittenPlan | None, lines: list[Line], wrong: list[Problem]
) -> tuple[DueAfter, ...]:
    known = {due_key(due): due for due in (*proposed.plan.due, *(waiting.due if waiting else ()))}
    found: list[DueAfter] = []
    for row in due_rows(visit, proposed, waiting):
        if row.left_out or (row.own and not row.what):
            continue
        base = known.get(row.key)
        kind, of = (base.kind, base.of) if base else _kind_of(row.what)
        if kind == "dose" and not of:
            of = next((line.medicine for line in lines if line.step == (base.what.lower() if base else "")), "")
            if not of:
                continue  # the line that it is a dose of is not ordered
        if not row.what:
            wrong.append(_problem(f"due-what-{row.n}", "It is not said what is due.", "Write it, or leave it out."))
            continue
        after = _minutes(row.after, f"due-after-{row.n}", wrong)
        every = _minutes(row.every, f"due-every-{row.n}", wrong) if row.every else 0
        lasts = _minutes(row.lasts, f"due-lasts-{row.n}", wrong) if row.lasts else 0
        if row.from_ not in ("signing", "dose"):
            says = "It is not said what its time counts from."
            wrong.append(_problem(f"due-from-{row.n}", says, "Choose the signing or each dose."))
            continue
        found.append(
            DueAfter(
                what=row.what,
                kind=kind,
                of=of,
                after_minutes=after,
                from_=row.from_,
                also=base.also if base else (),
                every_minutes=every,
                for_minutes=lasts,
                only=base.only if base else "",
            )
        )
    return tuple(found)


def _kind_of(words: str) -> tuple[Literal["score", "observation", "other"], str]:
    """What a due item in somebody's own words is: a score or a reading by its name, else something else."""
    plain = words.strip().lower()
    for name, id in SCORED.items():
        if plain == name.lower():
            return "score", id
    for name, id in READINGS.items():
        if plain == name.lower():
            return "observation", id
    return "other", ""


def _minutes(typed: str, field: str, wrong: list[Problem]) -> int:
    minutes = whole_number(typed, LONGEST_WAIT)
    if minutes is not None:
        return minutes
    wrong.append(_problem(field, "This is not a number of minutes.", "Write whole minutes, as 60."))
    return 0


def _follow_up(visit: Visit, wrong: list[Problem]) -> FollowUpTold | None:
    who, where, phone = (visit.text(f"follow_{name}") for name in ("who", "where", "phone"))
    at: datetime | None = None
    if typed := visit.text("follow_at"):
        try:
            at = read_instant(typed if len(typed) > 8 else "?", visit.now, "follow_at", AHEAD)
        except BadInput as told:
            wrong += told.problems
        if at is not None and at < visit.now:
            wrong.append(_problem("follow_at", "This appointment lies in the past.", "Give one that is to come."))
    return FollowUpTold(who=who, where=where, at=at, phone=phone) if who or where or phone or at else None
