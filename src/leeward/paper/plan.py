"""A plan as it goes onto paper: the lines that a named person signed, what is due, and who decided what.

Plain values: the pages make them from the record, a test from nothing.
"""

from __future__ import annotations

from datetime import datetime

import msgspec


class GivenDose(msgspec.Struct, frozen=True, kw_only=True):
    """A dose that was given: `at` is None where the time is not known."""

    at: datetime | None
    amount: str
    by: str


class PlanLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a plan. `medicine_id` is the id in knowledge, where the line is a medicine that Leeward knows."""

    what: str
    dose: str = ""
    when: str = ""
    hold_if: tuple[str, ...] = ()
    medicine_id: str = ""
    at_home: bool = False
    """Whether the person takes it home, so that it belongs on the patient sheet."""
    given: tuple[GivenDose, ...] = ()
    """What was given for it since it was signed, the first first."""
    held: str = ""
    """Why it is not given now before somebody has looked; empty where nothing speaks against it."""
    unsure: bool = False
    """Whether it is held only because something is not known, so that nothing speaks against it yet."""


class SignedPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The lines that somebody signed, with name, role and time."""

    lines: tuple[PlanLine, ...]
    signed_by: str
    role: str
    signed_at: datetime
    title: str = ""
    changed: str = ""
    """What was charted since it was signed; empty where the chart stands as it was signed against."""


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is to be done; `at` is None where no time was set."""

    what: str
    at: datetime | None = None
    assessment: bool = False
    """Whether it is a score or a set of vital signs, of which the next one is said by itself."""
    late: bool | None = None
    """Whether it is overdue, where that is known better than by the time alone."""
    held: str = ""
    """Why it is not done now before somebody has looked."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """Who decided what, when and why."""

    at: datetime
    what: str
    by: str
    role: str = ""
    because: str = ""


class FollowUp(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment: who will see the person, where and when; any may be open."""

    who: str = ""
    where: str = ""
    at: datetime | None = None
    phone: str = ""
