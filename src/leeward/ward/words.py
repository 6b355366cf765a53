"""What an entry says, in a sentence: the same on the page of a person, in the list of entries and after a form.

Some kinds of entry are kept with whatever body they came with; here every body is read with care, and what has no words of
its own is told as it stands. Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec

from leeward.errors import BadInput
from leeward.instruments import load_instruments
from leeward.instruments.scoring import score
from leeward.knowledge import Knowledge
from leeward.model.quantity import number
from leeward.model.shapes import is_mapping
from leeward.paper.questions import asked as asked
from leeward.paper.times import clock
from leeward.record.chart import LISTS, PATIENT, PROVENANCE
from leeward.record.entries import Entry, Kind

LONGEST = 240
"""Letters of a text that a sentence quotes; the whole of it stands in the entry."""

UNITS = {"Cel": "°C", "[degF]": "°F", "points": "", "1": ""}
ROUTES = ("sublingual", "buccal", "oral", "intranasal", "intravenous", "intramuscular", "subcutaneous", "transdermal")
SETTINGS = {"emergency": "emergency department", "home": "home"}
PLAN_WORDS: Mapping[Kind, str] = {
    "plan-proposed": "Proposed the plan",
    "plan-changed": "Changed the plan",
    "plan-signed": "Signed the plan",
    "plan-refused": "Refused the plan",
}
ASKED: Mapping[Kind, str] = {
    "exposure": "what was taken",
    "medicine": "medicines",
    "condition": "conditions",
    "allergy": "allergies",
    "observation": "readings",
    "score": "scores",
    "dose": "doses given",
    "order": "orders",
    "goal": "goals",
}
HOW_LEFT = {
    "planned": "as planned",
    "own-decision": "by their own decision, before it was planned",
    "transfer": "for another place of care",
    "died": "Died",
}
KIND_WORDS: Mapping[Kind, str] = {
    "counselling-note": "Counselling note",
    "read": "Read the chart",
    "export": "Let a part of the record out",
    "signed-in": "Signed in",
    "signed-out": "Signed out",
    "sign-in-failed": "A sign-in failed",
    "person": "An account",
    "setting": "A setting",
}


def entry_words(entry: Entry, knowledge: Knowledge, *, corrected: Entry | None = None, notes: bool = True) -> str:
    """An entry in a sentence: `COWS 12 (pupils not answered)`, `Gave buprenorphine-naloxone 8 mg, sublingual`.

    `corrected`: the entry that a correction names, so that its words can be said too. `notes`: whether the words of a
    note may be said; without, only that there is one.
    """
    if entry.kind == "correction":
        return _correction(entry, knowledge, corrected, notes)
    return _of_body(entry.kind, entry.body, knowledge, notes)


def self_reported(entry: Entry) -> bool:
    """Whether it is what the person answered by themself."""
    return entry.role == "patient-self" or (entry.kind in ("score", "note") and entry.body.get("by") == "self")


def _of_body(kind: Kind, body: Mapping[str, Any], knowledge: Knowledge, notes: bool = True) -> str:
    said = {key: value for key, value in body.items() if key != PROVENANCE}
    if kind in LISTS and len(said) == 1 and (said.get("none") is True or said.get("declined") is True):
        answer = "none besides those charted" if "none" in said else "the person would not say"
        return f"Asked about {ASKED[kind]}: {answer}"
    if kind in PLAN_WORDS:
        return _plan(kind, said)
    if kind == "note" and not notes:
        return "A note"
    if kind == "counselling-note":
        return KIND_WORDS[kind]
    says = _SAYS.get(kind)
    return says(said, knowledge) if says else _plainly(KIND_WORDS.get(kind, _words(kind).capitalize()), said)


def _correction(entry: Entry, knowledge: Knowledge, corrected: Entry | None, notes: bool) -> str:
    replaces, reason = entry.body.get("replaces"), _quoted(entry.body.get("reason"))
    before = "" if corrected is None else _of_body(corrected.kind, corrected.body, knowledge, notes)
    because = f". Reason: {reason}" if reason else ""
    named = f"entry {entry.corrects}" + (f" ({before})" if before else "")
    if not isinstance(replaces, dict):
        return f"Struck {named}{because}"
    now = "other words" if corrected is None else _of_body(corrected.kind, replaces, knowledge, notes)  # pyright: ignore[reportUnknownArgumentType]
    return f"Corrected {named}; it now reads: {now}{because}"


def _score(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    told, items, total = body.get("instrument"), body.get("items"), body.get("total")
    instrument = load_instruments().get(told) if isinstance(told, str) else None
    if instrument is None:
        return _joined(_named(told, "Score"), _text(total))
    points, missing = _points(instrument.id, msgspec.json.encode(items), total if isinstance(total, int) else None)
    points = points or _text(total) or "as answered"
    shown = list(missing) if len(missing) <= 3 else [f"{len(missing)} of {len(instrument.items)} items"]
    open_words = f" ({', '.join(shown)} not answered)" if missing else ""
    return f"{instrument.short} {points}{open_words}"


@lru_cache(maxsize=4096)
def _points(id: str, written: bytes, total: int | None) -> tuple[str, tuple[str, ...]]:
    """The total, or the range, or the band where there is neither; and the titles of items without an answer."""
    items: Any = msgspec.json.decode(written)
    instrument = load_instruments()[id]
    try:
        found = score(instrument, items if isinstance(items, dict) else None, total)  # pyright: ignore[reportUnknownArgumentType]
    except (BadInput, TypeError, ValueError):  # written when the instrument read otherwise
        return "", ()
    missing = tuple(instrument.item(id).title for id in found.missing) if isinstance(items, dict) else ()
    if found.total is not None:
        return f"{found.total}{f', {found.band}' if found.band else ''}", missing
    if found.low is not None and found.high is not None:
        return f"{found.low} to {found.high}", missing
    return found.band or "not certain", missing


def _observation(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    told = body.get("what")
    known = knowledge.observations.get(told) if isinstance(told, str) else None
    name = _capital(known.name) if known else _named(told, "Reading")
    result = body.get("result")
    if isinstance(result, dict):
        return f"{name}: {_text(result)}"  # pyright: ignore[reportUnknownArgumentType]
    value = body.get("value")
    if value is None or isinstance(value, str):
        return f"{name}: {_missing(value)}"
    unit = _text(body.get("unit")) or (known.unit if known else "")
    method = f", {_text(body['method'])}" if body.get("method") else ""
    return _joined(name, _text(value), UNITS.get(unit, unit)) + method


def _dose(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    return f"Gave {_medicine(body, 'medicine', knowledge, 'dose not known')}"


def _order(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    return f"Order: {_medicine(body, 'medicine', knowledge, '')}"


def _takes(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    said = f"Takes {_medicine(body, 'name', knowledge, '')}"
    last, verified = body.get("last_taken"), body.get("verified")
    said += f", last taken {_time(last)}" if last is not None else ""
    return said + (f", verified: {_text(verified)}" if verified is not None else "")


def _medicine(body: Mapping[str, Any], key: str, knowledge: Knowledge, without: str) -> str:
    told, amount, route = body.get(key), body.get("dose"), body.get("route")
    known = knowledge.medicines.get(told) if isinstance(told, str) else None
    name = known.name if known else _text(told) or "a medicine that is not named"
    by = _words(route) if isinstance(route, str) else next((one for one in ROUTES if name.endswith(f"-{one}")), "")
    name = name.removesuffix(f"-{by}") if by else name
    given = without if amount in (None, "unknown") else _text(amount)
    return _joined(name, given) + (f", {by}" if by else "")


def _exposure(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    substance, product = body.get("substance"), _quoted(body.get("product"))
    known = knowledge.substances.get(substance) if isinstance(substance, str) else None
    name = known.name if known else _text(substance)
    parts = [f"{name or 'a product'}{f': {product}' if product else ''}"]
    amount, duration = body.get("amount"), body.get("duration")
    if amount is not None:
        parts.append(amount_words(amount))
    if (often := body.get("doses_per_day")) is not None:
        parts.append("how often a day unknown" if isinstance(often, str) else f"taken {_text(often)} times a day")
    if body.get("route") is not None:
        parts.append(_words(body["route"]))
    if isinstance(duration, dict):
        parts.append(f"for {amount_words(duration, 'a time')}")
    parts.append(_PRESCRIBED.get(_text(body.get("prescribed")), ""))
    supply = body.get("supply")
    if isinstance(supply, dict) and (others := _text(supply.get("adulterants"))):  # pyright: ignore[reportUnknownMemberType]
        parts.append(f"supply known to carry {others}")
    if "last_use" in body:
        parts.append(f"last use {_time(body['last_use'])}")
    return f"Took {', '.join(part for part in parts if part)}"


_PRESCRIBED: Mapping[str, str] = {"yes": "prescribed", "no": "not prescribed"}


def amount_words(told: Any, what: str = "amount") -> str:
    """An amount or a duration of a body as one says it: `14 bags a day`, `2 years`, `amount unknown`."""
    if not is_mapping(told):
        return f"{what} {_missing(told)}" if told in (None, "unknown", "declined") else _text(told)
    value, unit, per = (told.get(key) for key in ("value", "unit", "per"))
    if value is None or isinstance(value, str):
        return f"{what} {_missing(value)}"
    plural = unit in COUNTED and value != 1
    several = "patches" if unit == "patch" else f"{unit}s"
    named = "of an unknown unit" if unit in (None, "unknown") else several if plural else _text(unit)
    return _joined(_text(value), named, {"use": "each use", "day": "a day"}.get(_text(per), f"a {per}" if per else ""))


COUNTED = ("day", "week", "month", "year", "tablet", "capsule", "bag", "patch", "teaspoon")
"""Units that are counted, so that two of them are said as several."""


def _condition(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    code = body.get("code")
    told = body.get("name") if body.get("name") is not None else code
    name = _text(code.get("value")) if told is code and isinstance(code, dict) else _text(told)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    if body.get("status") == "absent":
        return f"Looked for and not there: {name}"
    return f"Condition: {name}" + (" (not certain)" if body.get("status") in ("unclear", "unknown") else "")


def _allergy(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    reaction = _text(body.get("reaction"))
    return f"Allergy: {_text(body.get('name', body.get('substance')))}{f', {reaction}' if reaction else ''}"


def _goal(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    return f"Declines {_words(body['declines'])}" if "declines" in body else f"Goal: {_words(body.get('goal', ''))}"


def _admission(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    setting = _text(body.get("setting"))
    where = [SETTINGS.get(setting, _words(setting)), _text(body.get("jurisdiction"))]
    return ", ".join(["Admitted", *(one for one in where if one)])


def _patient(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    units = {"weight_kg": " kg", "gestation_weeks": " weeks"}
    names = {"weight_kg": "weight", "gestation_weeks": "gestation"}
    known = [key for key in (*PATIENT, "place", "bed") if key in body]
    said = [f"{names.get(key, _words(key))} {_missing(body[key])}{units.get(key, '')}" for key in known]
    said += ["identity"] if set(body) - set(known) else []
    return f"Who the person is: {', '.join(said) or 'nothing said'}"


def _note(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    return f"Note: {_quoted(body.get('text'))}"


def _plan(kind: Kind, body: Mapping[str, Any]) -> str:
    verb = "Stopped the plan" if kind == "plan-refused" and body.get("stops") is True else PLAN_WORDS[kind]
    title = _quoted(body.get("title")) or _words(body.get("option") or "without a title")
    reason = _quoted(body.get("reason"))
    lines = body.get("lines")
    told = [_line(line) for line in lines if isinstance(line, dict)] if isinstance(lines, list | tuple) else []  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    orders = "; ".join(line for line in told[:4] if line) + ("; and more" if len(told) > 4 else "")
    return f"{verb}: {title}" + (f" ({orders})" if orders else "") + (f". Reason: {reason}" if reason else "")


def _line(line: Mapping[str, Any]) -> str:
    return _joined(_quoted(line.get("what")), _text(line.get("dose")))


def _consent(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    recipient, until = body.get("recipient"), body.get("until")
    name = recipient.get("name") or recipient.get("kind") if isinstance(recipient, dict) else recipient  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    ends = f"until {_time(until)}" if until is not None else "without an end"
    to = f" to {_words(name)}" if name else ""
    return f"Consent: {_text(body.get('parts'))} for {_text(body.get('purposes'))}{to}, {ends}"


def _revoked(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    return "Consent taken back"


def _glass(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    reason = _quoted(body.get("reason"))
    if body.get("opens") == "disclosure":
        return f"Emergency disclosure to {_text(body.get('recipient')) or 'somebody'}: {reason}"
    return f"Opened this chart by break-glass: {reason}"


WITHOUT_NALOXONE: Mapping[str, str] = {
    "have-it": "they have it already",
    "declined": "they do not want it",
    "none-here": "there was none to give",
    "at-hand-there": "it is at hand where they go",
    "left-before": "they left before it could be given",
    "other": "another reason, in the words below",
    "not-said": "asked twice, no reason given",
}
"""Why somebody leaves without naloxone, as a discharge is charted and as it is read."""


def _discharge(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    how, to = HOW_LEFT.get(_text(body.get("how")), ""), _text(body.get("to"))
    said = how if how.startswith("Died") else f"Left{f' {how}' if how else ''}{f', to {to}' if to else ''}"
    done, open_ = _text(body.get("with")), _text(body.get("without"))
    parts = [
        said,
        f"done: {_words(done)}" if done else "",
        f"not done: {_words(open_)}" if open_ else "",
        f"no naloxone: {WITHOUT_NALOXONE.get(why, _words(why))}"
        if (why := _text(body.get("without_naloxone")))
        else "",
        _quoted(body.get("text")),
    ]
    return ". ".join(f"{part[:1].upper()}{part[1:]}" for part in parts if part)


_SAYS: Mapping[Kind, Callable[[Mapping[str, Any], Knowledge], str]] = {
    "score": _score,
    "observation": _observation,
    "dose": _dose,
    "order": _order,
    "medicine": _takes,
    "exposure": _exposure,
    "condition": _condition,
    "allergy": _allergy,
    "goal": _goal,
    "admission": _admission,
    "patient": _patient,
    "note": _note,
    "discharge": _discharge,
    "consent": _consent,
    "consent-revoked": _revoked,
    "break-glass": _glass,
}


def _plainly(title: str, body: Mapping[str, Any]) -> str:
    said = _text({key: value for key, value in body.items() if not key.endswith("id")})
    return f"{title}: {said}" if said else title


def _text(value: Any) -> str:
    """A value of a body as text of one line; nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value) if abs(value) < 1e15 else str(value)
    if isinstance(value, dict):
        pairs = [f"{_words(key)} {_missing(inner)}" for key, inner in value.items()]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        return _cut(", ".join(pairs))
    if isinstance(value, list | tuple | set | frozenset):
        return _cut(", ".join(_words(inner) for inner in value))  # pyright: ignore[reportUnknownVariableType]
    return _cut(" ".join(str(value).split()))


def _words(value: Any) -> str:
    return _text(value).replace("-", " ").replace("_", " ")


def _missing(value: Any) -> str:
    return "unknown" if value is None else _text(value)


def _quoted(value: Any) -> str:
    return _text(value) if isinstance(value, str) else ""


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _named(told: Any, otherwise: str) -> str:
    return _capital(_words(told)) or otherwise


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _time(told: Any) -> str:
    """An instant or a stretch of a body on the wall clock that it was written by."""
    if isinstance(told, dict):
        return f"between {_time(told.get('earliest'))} and {_time(told.get('latest'))}"  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    try:
        instant = datetime.fromisoformat(told)
        return clock(instant, instant.tzinfo) if instant.tzinfo else _text(told)
    except (TypeError, ValueError, OverflowError):
        return _missing(told)
