"""Reading a draft before it is written, so that nothing enters the record that its chart could not be read with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, get_args

import msgspec

from leeward.errors import BadInput, Problem, shown
from leeward.knowledge import Knowledge, load_knowledge
from leeward.model.shapes import is_mapping
from leeward.record.chain import DRAFT, LONGEST_WORD, plain_body
from leeward.record.chart import ADMISSION, CORRECTABLE, DECLINED, LISTS, NONE, PATIENT, PROVENANCE, item_of, list_of
from leeward.record.chart import person_told as _person_told
from leeward.record.entries import CHARTED, Draft, Entry, Kind

KINDS = frozenset(get_args(Kind))
ABOUT_SOMEBODY = CHARTED | {"note", "counselling-note", "plan-proposed", "plan-changed", "plan-signed", "plan-refused"}
_READ_ALONE = frozenset({*LISTS, "admission", "patient"})


def checked(draft: Draft, now: datetime) -> Draft:
    """The draft as it will be written: its words plain, its body readable as what its kind says.

    Raises BadInput with every problem of the body; places begin with `body`.
    """
    _fields(draft, now)
    body = plain_body(draft.body)
    if draft.kind in _READ_ALONE:
        _readable(draft.kind, body, draft.at, now, "body")
    elif draft.kind == "correction":
        _correction(body)
    return msgspec.structs.replace(draft, body=body)


def _fields(draft: Draft, now: datetime) -> None:
    for name in ("id", "by", "role"):
        _word(name, getattr(draft, name))
    if draft.kind not in KINDS:
        raise BadInput.one(DRAFT, "kind", f'"{shown(draft.kind)}" is no kind of entry.', "Send one of the kinds.")
    if draft.patient or draft.kind in ABOUT_SOMEBODY:
        _word("patient", draft.patient)
    _instant(draft.at, now)
    if (draft.kind == "correction") != (draft.corrects is not None) and draft.kind != "counselling-note":
        says = "A correction names the entry it corrects, and nothing else does."
        raise BadInput.one(DRAFT, "corrects", says, "Send the entry's number with a correction alone.")


def _word(name: str, given: Any) -> None:
    if not isinstance(given, str) or not given.strip() or len(given) > LONGEST_WORD or not given.isprintable():
        says = f"An entry needs this as a text of one line, of at most {LONGEST_WORD} characters."
        raise BadInput.one(DRAFT, name, says, "Send it.")


def _instant(given: Any, now: datetime) -> None:
    try:
        at = datetime.fromisoformat(given)
    except (TypeError, ValueError):
        at = None
    if at is None or at.utcoffset() is None or len(given) > 64:
        says = "This is not an instant with its offset."
        raise BadInput.one("LW-0111", "at", says, "Write it as 2026-11-22T09:00:00-05:00.")
    if at > now:
        says = f"{at.isoformat()} lies after now ({now.isoformat()})."
        raise BadInput.one("LW-0112", "at", says, "Give the instant at which it happened.")


@cache
def _knowledge() -> Knowledge:
    return load_knowledge()


def _readable(kind: Kind, body: dict[str, Any], at: str, now: datetime, path: str) -> None:
    """Read a case that holds this body and nothing else."""
    document, place = _alone(kind, body, at, path)
    if document is not None:
        _read(document, now, place, path)


def _alone(kind: Kind, body: dict[str, Any], at: str, path: str) -> tuple[dict[str, Any] | None, str]:
    """A case of one body, and where the body stands in it."""
    if kind == "admission":
        return {key: body[key] for key in ADMISSION if key in body}, ""
    if kind == "patient":
        return {"patient": {key: body[key] for key in PATIENT if key in body}}, "patient"
    list_name = list_of(kind, body) or ""
    item = item_of(kind, body, at)
    if item is NONE or item is DECLINED:
        return None, ""
    if item is None or (kind == "goal" and set(body) - {"goal", "declines", PROVENANCE}) or item == {}:
        says = "Without it the entry says nothing." if not body else "This says more or less than one thing."
        raise BadInput.one("LW-0117", path, says, "Write what was charted, {none: true} or {declined: true}.")
    return {list_name: [item]}, f"{list_name}[0]"


def _read(document: dict[str, Any], now: datetime, place: str, path: str) -> None:
    from leeward.casefile import case_from

    try:
        case_from({"leeward": "case/1", **document}, _knowledge(), now)
    except BadInput as wrong:
        raise BadInput([_moved(problem, place, path) for problem in wrong.problems]) from None


def _moved(problem: Problem, place: str, path: str) -> Problem:
    """A problem of the case at its place in the entry."""
    inner = problem.path.removeprefix(place) if problem.path.startswith(place) else problem.path
    return msgspec.structs.replace(
        problem, path=f"{path}{inner if inner.startswith('.') or not inner else '.' + inner}"
    )


def _correction(body: dict[str, Any]) -> None:
    strikes, replaces = body.get("strikes"), body.get("replaces")
    if (strikes is True) == is_mapping(replaces) or (strikes not in (None, True)):
        says = "A correction strikes an entry or replaces its words."
        raise BadInput.one(DRAFT, "body", says, "Write strikes: true, or replaces: {...}.")
    reason = body.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise BadInput.one(DRAFT, "body.reason", "A correction gives its reason.", "Write why.")


def check_correction(draft: Draft, target: Entry, now: datetime) -> None:
    """Whether an entry can be corrected so: the words that replace it are read as its kind.

    Raises BadInput.
    """
    if draft.kind == "counselling-note":
        wanted = target.kind == "counselling-note"
        says, mend = "This is not a counselling note.", "Give the number of a counselling note."
    else:
        wanted = target.kind in CORRECTABLE
        says, mend = f"An entry of kind {target.kind} is not corrected this way.", "Write a new entry."
        if target.kind == "correction":
            mend = f"Correct entry {target.corrects} anew: the last correction stands."
    if not wanted:
        raise BadInput.one("LW-0734", "corrects", says, mend)
    replaces = draft.body.get("replaces")
    if is_mapping(replaces) and target.kind in _READ_ALONE:
        _readable(target.kind, replaces, target.at, now, "body.replaces")


def check_person(entries: Iterable[Entry], now: datetime) -> None:
    """Whether what is told about a person still fits together: each entry may be right alone, and two contradict.

    Raises BadInput.
    """
    _read({"patient": _person_told(entries)}, now, "patient", "body")
