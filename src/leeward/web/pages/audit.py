"""Who looked, came, took out, opened, changed: the record's own entries without anything clinical.

Who reads this page may have no right to any chart. A line says what kind of entry, about whom by their id, by whom,
when, which parts, what for, and the reason of a break-glass; never a name of a patient, never what was charted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, get_args
from urllib.parse import urlencode

import msgspec

from leeward.errors import BadInput
from leeward.model.shapes import is_list, is_mapping
from leeward.paper.times import zone_of
from leeward.record.entries import Entry, Kind
from leeward.web.numbers_typed import whole_number
from leeward.web.page import Page
from leeward.web.visit import Answer, Shown, Visit

ON_A_PAGE = 100

ABOUT_THE_RECORD: Mapping[str, tuple[str, tuple[Kind, ...]]] = {
    "read": ("Charts that were read", ("read",)),
    "left": ("What was let out: printed, saved, sent", ("export",)),
    "came": ("Sign-ins, sign-outs and tries that failed", ("signed-in", "signed-out", "sign-in-failed")),
    "glass": ("Break-glass", ("break-glass",)),
    "consent": ("Consents and their ends", ("consent", "consent-revoked")),
    "people": ("People and settings", ("person", "setting")),
}
"""Groups of kinds: what they are called and which they are."""

CHARTED: tuple[Kind, ...] = tuple(
    kind for kind in get_args(Kind) if not any(kind in kinds for _, kinds in ABOUT_THE_RECORD.values())
)
GROUPS = {**ABOUT_THE_RECORD, "charted": ("That something was charted or decided (not what)", CHARTED)}

WHAT = {
    "read": "Chart read",
    "export": "Let out",
    "signed-in": "Signed in",
    "signed-out": "Signed out",
    "sign-in-failed": "Sign-in failed",
    "break-glass": "Break-glass",
    "consent": "Consent given",
    "consent-revoked": "Consent revoked",
    "person": "Person changed",
    "setting": "Setting changed",
}

NAMED_HERE = frozenset({"agency", "auditor", "payer", "treating-provider", "emergency-personnel"})
"""Recipients whose name says nothing about a patient's family."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as the audit tells it."""

    number: int
    at: str
    what: str
    by: str
    by_name: str
    role: str
    patient: str
    says: str


def show_audit(visit: Visit) -> Answer:
    """The newest entries first, by person, group, patient and day."""
    visit.form.update(visit.query)
    try:
        found = list(islice(_found(visit), ON_A_PAGE + 1))
    except BadInput as wrong:
        visit.problems, found = wrong.problems, []
    shown = found[:ON_A_PAGE]
    older = ""
    if len(found) > ON_A_PAGE:
        asked = {name: visit.text(name) for name in ("by", "group", "patient", "day") if visit.text(name)}
        older = f"/administration/audit?{urlencode(asked | {'before': str(shown[-1].number)})}"
    people = sorted(visit.house.ward.people.values(), key=lambda one: one.name.casefold())
    values = {
        "lines": [line_of(entry, visit) for entry in shown],
        "older": older,
        "groups": [(id, title) for id, (title, _) in GROUPS.items()],
        "people": [*((one.id, f"{one.name} ({one.id})") for one in people), ("system", "Leeward itself")],
        "filtered": any(visit.text(name) for name in ("by", "group", "patient", "day", "before")),
    }
    return Shown(template="audit.html", values=values, status=422 if visit.problems else 200)


def _found(visit: Visit) -> Iterator[Entry]:
    group, day = visit.text("group"), _day(visit)
    if group and group not in GROUPS:
        raise visit.wrong("group", "This is no kind of entry.", "Choose one of the list.")
    before = whole_number(visit.text("before"))
    if visit.text("before") and before is None:
        raise visit.wrong("", "This is no place in the record.", "Go back to the newest.")
    kinds: Sequence[Kind] = (
        GROUPS[group][1] if group else [kind for _, some in ABOUT_THE_RECORD.values() for kind in some]
    )
    entries = visit.house.record.latest(
        before,
        patient=visit.text("patient") or None,
        by=visit.text("by") or None,
        kinds=kinds,
        recorded=(str(day - timedelta(days=1)), str(day + timedelta(days=2))) if day else None,
    )
    zone = zone_of(visit.now)
    return (
        entry
        for entry in entries
        if day is None or datetime.fromisoformat(entry.recorded).astimezone(zone).date() == day
    )


def _day(visit: Visit) -> date | None:
    typed = visit.text("day")
    try:
        day = date.fromisoformat(typed) if typed else None
    except ValueError:
        day = date.min
    if day is not None and not 2000 <= day.year <= visit.now.year + 1:
        raise visit.wrong("day", "This is not a day.", "Write 2026-11-22.")
    return day


def line_of(entry: Entry, visit: Visit) -> Line:
    """An entry as the audit tells it."""
    return Line(
        number=entry.number,
        at=entry.recorded,
        what=WHAT.get(entry.kind, f"Charted: {entry.kind.replace('-', ' ')}"),
        by=entry.by,
        by_name=visit.house.ward.name_of(entry.by),
        role=entry.role if entry.role != entry.by else "",
        patient=entry.patient,
        says=said(entry),
    )


def said(entry: Entry) -> str:
    """What may be told of an entry without a right to any chart."""
    body = entry.body
    match entry.kind:
        case "read":
            return f"{_parts(body)}; for {_word(body, 'purpose')}{_basis(body)}"
        case "export":
            return f"{_word(body, 'way')}: {_parts(body)}; for {_word(body, 'purpose')}; to {_recipient(body)}{_basis(body)}"
        case "signed-in" | "signed-out" | "sign-in-failed":
            why = _text(body, "because")
            return f"from {_text(body, 'source') or 'an address that is not known'}{f': {why}' if why else ''}"
        case "break-glass":
            opens = (
                "for reading" if body.get("opens") == "reading" else f"to {_text(body, 'recipient')}, in an emergency"
            )
            return (
                f"opened {opens} until {_text(body, 'until')[:16].replace('T', ' ')}. Reason: {_text(body, 'reason')}"
            )
        case "person":
            comes = "comes in" if body.get("active") is True else "comes in no more"
            return f"{_text(body, 'person')}, {_text(body, 'name')}: {_list(body, 'roles')}; {comes}"
        case "setting":
            return _setting(body)
        case _:
            return f"corrects entry {entry.corrects}" if entry.corrects else ""


def _setting(body: Mapping[str, Any]) -> str:
    match body.get("setting"):
        case "policy":
            values = body.get("values")
            return f"policy; {len(values) if is_mapping(values) else 'some'} settings differ from Leeward's"
        case "set-password-link":
            return f"a link to set a password, for {_text(body, 'person')}"
        case "password":
            how = "set by a link" if body.get("how") == "by-link" else "changed by themself"
            return f"the password of {_text(body, 'person')}: {how}; every session of theirs ended"
        case "audit-agreement":
            return f"agreement with the auditor {_text(body, 'auditor')}, until {_text(body, 'until')[:10]}"
        case name:
            if is_mapping(body.get("accepted")):
                return "a loss, or a clock set back, was accepted"
            return name.replace("-", " ") if isinstance(name, str) else "something"


def _text(body: Mapping[str, Any], key: str) -> str:
    given = body.get(key)
    return given if isinstance(given, str) else ""


def _word(body: Mapping[str, Any], key: str) -> str:
    return _text(body, key).replace("-", " ") or "not said"


def _list(body: Mapping[str, Any], key: str) -> str:
    given = body.get(key)
    return ", ".join(str(one).replace("-", " ") for one in given) if is_list(given) and given else "none"


def _parts(body: Mapping[str, Any]) -> str:
    return _list(body, "parts")


def _basis(body: Mapping[str, Any]) -> str:
    basis = _text(body, "basis")
    return "" if basis in ("", "within-programme") else f"; by {basis.replace('-', ' ')}"


def _recipient(body: Mapping[str, Any]) -> str:
    told = body.get("recipient")
    if not is_mapping(told):
        return "somebody who is not named"
    kind, name = _text(told, "kind"), _text(told, "name")
    return f"{kind.replace('-', ' ')} {name}".strip() if kind in NAMED_HERE else kind.replace("-", " ")


PAGES = (Page(path="/administration/audit", needs="audit-read", show=show_audit),)
