"""The site's policy: every choice that reasonable guidelines set differently, its range, its sources, and who set it when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from leeward.errors import BadInput, Problem, shown
from leeward.knowledge.entries import Setting
from leeward.knowledge.policy import policy_of
from leeward.model.quantity import number
from leeward.model.shapes import is_mapping
from leeward.record.entries import Entry
from leeward.record.trouble import Conflict
from leeward.web.page import Page
from leeward.web.visit import Answer, Elsewhere, Shown, Visit

Value = bool | float | str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A setting as the page shows it."""

    id: str
    setting: Setting
    now: str
    default: str
    allowed: str
    changed: bool
    choices: tuple[tuple[str, str], ...]
    typed: str


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One time that the policy was set: by whom, when, and what became otherwise."""

    by: str
    at: str
    lines: tuple[str, ...]


def words_of(value: object, setting: Setting | None) -> str:
    """A value with its unit, as a person reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        unit = setting.unit if setting is not None and setting.unit != "1" else ""
        return f"{number(value)} {unit}".strip()
    return str(value).replace("-", " ")


def _field_value(value: Value) -> str:
    """A value as the form's field holds it."""
    return (
        ("yes" if value else "no")
        if isinstance(value, bool)
        else str(value)
        if isinstance(value, str)
        else number(value)
    )


def show_policy(visit: Visit) -> Answer:
    """Every setting as it stands, and every change that was made."""
    policy, last = visit.house.ward.policy, visit.house.ward.setting("policy")
    values = {
        "lines": [
            _line(id, setting, policy.values[id], visit) for id, setting in visit.house.knowledge.settings.items()
        ],
        "changed": len(policy.changed),
        "from_file": bool(policy.changed) and last is None,
        "since": visit.text("since") or (last.id if last else "never"),
        "history": list(_history(visit)),
        "does_not_hold": visit.house.ward.policy_problems,
        "done": visit.query.get("done", ""),
        "nobody_signed": visit.house.ward.signed_by is None,
    }
    return Shown(template="policy.html", values=values)


def _line(id: str, setting: Setting, now: Value, visit: Visit) -> Line:
    allowed, choices = "yes or no", (("yes", "yes"), ("no", "no"))
    if setting.choices:
        allowed = ", ".join(words_of(one, setting) for one in setting.choices)
        choices = tuple((one, words_of(one, setting)) for one in setting.choices)
    elif setting.low is not None and setting.high is not None:
        allowed, choices = f"{number(setting.low)} to {words_of(setting.high, setting)}", ()
    return Line(
        id=id,
        setting=setting,
        now=words_of(now, setting),
        default=words_of(setting.default, setting),
        allowed=allowed,
        changed=now != setting.default,
        choices=choices,
        typed=visit.form.get(id, _field_value(now)),
    )


def take_policy(visit: Visit) -> Answer:
    """Set the policy: what differs from Leeward's default is written, the rest is the default."""
    ward, knowledge = visit.house.ward, visit.house.knowledge
    looked_at = max((entry.number for entry in ward.about_record), default=0)
    last = ward.setting("policy")
    if last is not None and last.id == visit.fresh_id():
        return Elsewhere(to="/administration/policy?done=set")
    if visit.text("since") != (last.id if last else "never"):
        raise _changed_meanwhile(visit)
    given = {id: _typed(visit, id, setting, ward.policy.values[id]) for id, setting in knowledge.settings.items()}
    try:
        policy_of(given, knowledge)
    except BadInput as wrong:
        raise BadInput([_at_field(one) for one in wrong.problems]) from None
    if all(given[id] == ward.policy.values[id] for id in given):
        return Elsewhere(to="/administration/policy?done=nothing")
    values = {id: value for id, value in given.items() if value != knowledge.settings[id].default}
    draft = visit.draft("setting", {"setting": "policy", "values": values}, unless_changed_since=looked_at)
    try:
        visit.write(draft)
    except Conflict:  # at the same moment
        ward.catch_up()
        raise _changed_meanwhile(visit) from None
    return Elsewhere(to="/administration/policy?done=set")


def _changed_meanwhile(visit: Visit) -> BadInput:
    """The form was made from another policy than the one that stands; from now on it is of this one."""
    last = visit.house.ward.setting("policy")
    visit.form["since"] = last.id if last else "never"
    says = "The policy was changed after you opened this page."
    return visit.wrong("", says, "The change stands below under Changes. Look at your values again, then set them.")


def _typed(visit: Visit, id: str, setting: Setting, now: Value) -> Value:
    """What was typed for a setting: what stands where the form has no such field, the default where it was emptied."""
    if id not in visit.form:
        return now
    typed = visit.text(id)
    if not typed:
        return setting.default
    if isinstance(setting.default, bool):
        return {"yes": True, "no": False}.get(typed, typed)
    if isinstance(setting.default, str):
        return typed
    try:
        return float(typed) if len(typed) <= 20 else typed
    except ValueError:
        return typed


def _at_field(problem: Problem) -> Problem:
    return msgspec.structs.replace(problem, path=problem.path.removeprefix("policy."))


def _history(visit: Visit) -> Iterator[Change]:
    """Every change, newest first."""
    said = [
        entry
        for entry in visit.house.ward.about_record
        if entry.kind == "setting" and entry.body.get("setting") == "policy"
    ]
    for place in range(len(said) - 1, -1, -1):
        before: Mapping[str, Any] = _values(said[place - 1]) if place else {}
        yield Change(
            by=visit.house.ward.name_of(said[place].by),
            at=said[place].recorded,
            lines=tuple(_differences(before, _values(said[place]), visit)) or ("nothing became otherwise",),
        )


def _values(entry: Entry) -> Mapping[str, Any]:
    values = entry.body.get("values")
    return values if is_mapping(values) else {}


def _differences(before: Mapping[str, Any], after: Mapping[str, Any], visit: Visit) -> Iterator[str]:
    for id in sorted({*before, *after}):
        setting = visit.house.knowledge.settings.get(id)
        default = setting.default if setting else "not known"
        was, became = before.get(id, default), after.get(id, default)
        if was != became:
            yield f"{setting.says if setting else shown(id)}: {words_of(was, setting)} became {words_of(became, setting)}"


PAGES = (
    Page(
        path="/administration/policy", needs="audit-read", show=show_policy, take=take_policy, take_needs="policy-write"
    ),
)
