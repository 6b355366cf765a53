"""A plan as it goes onto paper: the lines that a named person signed, what is due, and who decided what.

Plain values: the pages make them from the record, a test from nothing.
"""

from __future__ import annotations

from datetime import datetime

import msgspec


class PlanLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a plan. `medicine_id` is the id in knowledge, where the line is a medicine that Leeward knows."""

    what: str
    dose: str = ""
    when: str = ""
    hold_if: tuple[str, ...] = ()
    medicine_id: str = ""
    at_home: bool = False
    """Whether the person takes it home, so that it belongs on the patient sheet."""


class SignedPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The lines that somebody signed, with name, role and time."""

    lines: tuple[PlanLine, ...]
    signed_by: str
    role: str
    signed_at: datetime


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is to be done; `at` is None where no time was set."""

    what: str
    at: datetime | None = None
    assessment: bool = False
    """Whether it is a score or a set of vital signs, of which the next one is said by itself."""


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
