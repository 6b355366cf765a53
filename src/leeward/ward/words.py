"""What an entry says, in a sentence: the same on the page of a person, in the list of entries and after a form.

Some kinds of entry are kept with whatever body they came with; here every body is read with care, and what has no words of
its own is told as it stands. Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from functools import lru_cache
from typing import Any

import msgspec

from leeward.errors import BadInput
from leeward.instruments import load_instruments
from leeward.instruments.scoring import score
from leeward.knowledge import Knowledge
from leeward.model.shapes import is_mapping
from leeward.paper.plain_words import plain
from leeward.paper.times import by_clock
from leeward.record.chart import LISTS, PATIENT, PROVENANCE
from leeward.record.entries import Entry, Kind
from leeward.record.people import SELF
from leeward.ward.body_text import capital, joined, named, quoted, text_of, time_of, told_or_unknown, words_of

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


def entry_words(
    entry: Entry,
    knowledge: Knowledge,
    *,
    corrected: Entry | None = None,
    notes: bool = True,
    zone: tzinfo | None = None,
) -> str:
    """An entry in a sentence: `COWS 12 (pupils not answered)`, `Gave buprenorphine-naloxone 8 mg, sublingual`.

    `corrected`: the entry that a correction names, so that its words can be said too. `notes`: whether the words of a
    note may be said; without, only that there is one. `zone`: by whose wall clock times are said; without, by the one that
    each was written by.
    """
    if zone is not None:
        entry = msgspec.structs.replace(entry, body=by_clock(entry.body, zone))
        corrected = corrected and msgspec.structs.replace(corrected, body=by_clock(corrected.body, zone))
    if entry.kind == "correction":
        return _correction(entry, knowledge, corrected, notes)
    return _of_body(entry.kind, entry.body, knowledge, notes)


def self_reported(entry: Entry) -> bool:
    """Whether it is what the person answered by themself."""
    return entry.role == SELF or (entry.kind in ("score", "note") and entry.body.get("by") == "self")


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
    return says(said, knowledge) if says else _plainly(KIND_WORDS.get(kind, words_of(kind).capitalize()), said)


def _correction(entry: Entry, knowledge: Knowledge, corrected: Entry | None, notes: bool) -> str:
    replaces, reason = entry.body.get("replaces"), quoted(entry.body.get("reason"))
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
        return joined(named(told, "Score"), text_of(total))
    points, missing = _points(instrument.id, msgspec.json.encode(items), total if isinstance(total, int) else None)
    points = points or text_of(total) or "as answered"
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
    name = capital(known.name) if known else named(told, "Reading")
    result = body.get("result")
    if isinstance(result, dict):
        return f"{name}: {text_of(result)}"  # pyright: ignore[reportUnknownArgumentType]
    value = body.get("value")
    if value is None or isinstance(value, str):
        return f"{name}: {told_or_unknown(value)}"
    unit = text_of(body.get("unit")) or (known.unit if known else "")
    method = f", {text_of(body['method'])}" if body.get("method") else ""
    return joined(name, text_of(value), UNITS.get(unit, unit)) + method


def _dose(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    return f"Gave {_medicine(body, 'medicine', knowledge, 'dose not known')}"


def _order(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    return f"Order: {_medicine(body, 'medicine', knowledge, '')}"


def _takes(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    said = f"Takes {_medicine(body, 'name', knowledge, '')}"
    last, verified = body.get("last_taken"), body.get("verified")
    said += f", last taken {time_of(last)}" if last is not None else ""
    return said + (f", verified: {text_of(verified)}" if verified is not None else "")


def _medicine(body: Mapping[str, Any], key: str, knowledge: Knowledge, without: str) -> str:
    told, amount, route = body.get(key), body.get("dose"), body.get("route")
    known = knowledge.medicines.get(told) if isinstance(told, str) else None
    name = known.name if known else text_of(told) or "a medicine that is not named"
    by = words_of(route) if isinstance(route, str) else next((one for one in ROUTES if name.endswith(f"-{one}")), "")
    name = plain(name.removesuffix(f"-{by}") if by else name)
    given = without if amount in (None, "unknown") else text_of(amount)
    return joined(name, given) + (f", {by}" if by else "")


def _exposure(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    substance, product = body.get("substance"), quoted(body.get("product"))
    known = knowledge.substances.get(substance) if isinstance(substance, str) else None
    name = known.name if known else text_of(substance)
    parts = [f"{name or 'a product'}{f': {product}' if product else ''}"]
    amount, duration = body.get("amount"), body.get("duration")
    if amount is not None:
        parts.append(amount_words(amount))
    if (often := body.get("doses_per_day")) is not None:
        parts.append("how often a day unknown" if isinstance(often, str) else f"taken {text_of(often)} times a day")
    if body.get("route") is not None:
        parts.append(words_of(body["route"]))
    if isinstance(duration, dict):
        parts.append(f"for {amount_words(duration, 'a time')}")
    parts.append(_PRESCRIBED.get(text_of(body.get("prescribed")), ""))
    supply = body.get("supply")
    if isinstance(supply, dict) and (others := text_of(supply.get("adulterants"))):  # pyright: ignore[reportUnknownMemberType]
        parts.append(f"supply known to carry {others}")
    if "last_use" in body:
        parts.append(f"last use {time_of(body['last_use'])}")
    return f"Took {', '.join(part for part in parts if part)}"


_PRESCRIBED: Mapping[str, str] = {"yes": "prescribed", "no": "not prescribed"}


def amount_words(told: Any, what: str = "amount") -> str:
    """An amount or a duration of a body as one says it: `14 bags a day`, `2 years`, `amount unknown`."""
    if not is_mapping(told):
        return f"{what} {told_or_unknown(told)}" if told in (None, "unknown", "declined") else text_of(told)
    value, unit, per = (told.get(key) for key in ("value", "unit", "per"))
    if value is None or isinstance(value, str):
        return f"{what} {told_or_unknown(value)}"
    plural = unit in COUNTED and value != 1
    several = "patches" if unit == "patch" else f"{unit}s"
    named = "of an unknown unit" if unit in (None, "unknown") else several if plural else text_of(unit)
    return joined(
        text_of(value), named, {"use": "each use", "day": "a day"}.get(text_of(per), f"a {per}" if per else "")
    )


COUNTED = ("day", "week", "month", "year", "tablet", "capsule", "bag", "patch", "teaspoon")
"""Units that are counted, so that two of them are said as several."""


def _condition(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    code = body.get("code")
    told = body.get("name") if body.get("name") is not None else code
    name = plain(text_of(code.get("value")) if told is code and isinstance(code, dict) else text_of(told))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    if body.get("status") == "absent":
        return f"Looked for and not there: {name}"
    return f"Condition: {name}" + (" (not certain)" if body.get("status") in ("unclear", "unknown") else "")


def _allergy(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    reaction = text_of(body.get("reaction"))
    return f"Allergy: {plain(text_of(body.get('name', body.get('substance'))))}{f', {reaction}' if reaction else ''}"


def _goal(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    return f"Declines {words_of(body['declines'])}" if "declines" in body else f"Goal: {words_of(body.get('goal', ''))}"


def _admission(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    setting = text_of(body.get("setting"))
    where = [SETTINGS.get(setting, words_of(setting)), text_of(body.get("jurisdiction"))]
    return ", ".join(["Admitted", *(one for one in where if one)])


def _patient(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    units = {"weight_kg": " kg", "gestation_weeks": " weeks"}
    names = {"weight_kg": "weight", "gestation_weeks": "gestation"}
    known = [key for key in (*PATIENT, "place", "bed") if key in body]
    said = [f"{names.get(key, words_of(key))} {told_or_unknown(body[key])}{units.get(key, '')}" for key in known]
    said += ["identity"] if set(body) - set(known) else []
    return f"Who the person is: {', '.join(said) or 'nothing said'}"


def _note(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    return f"Note: {quoted(body.get('text'))}"


def _plan(kind: Kind, body: Mapping[str, Any]) -> str:
    verb = "Stopped the plan" if kind == "plan-refused" and body.get("stops") is True else PLAN_WORDS[kind]
    title = quoted(body.get("title")) or words_of(body.get("option") or "without a title")
    reason = quoted(body.get("reason"))
    lines = body.get("lines")
    told = [_line(line) for line in lines if isinstance(line, dict)] if isinstance(lines, list | tuple) else []  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    orders = "; ".join(line for line in told[:4] if line) + ("; and more" if len(told) > 4 else "")
    return f"{verb}: {title}" + (f" ({orders})" if orders else "") + (f". Reason: {reason}" if reason else "")


def _line(line: Mapping[str, Any]) -> str:
    return joined(quoted(line.get("what")), text_of(line.get("dose")))


def _consent(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    recipient, until = body.get("recipient"), body.get("until")
    name = recipient.get("name") or recipient.get("kind") if isinstance(recipient, dict) else recipient  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    ends = f"until {time_of(until)}" if until is not None else "without an end"
    to = f" to {words_of(name)}" if name else ""
    return f"Consent: {text_of(body.get('parts'))} for {text_of(body.get('purposes'))}{to}, {ends}"


def _revoked(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    return "Consent taken back"


def _glass(body: Mapping[str, Any], knowledge: Knowledge) -> str:
    reason = quoted(body.get("reason"))
    if body.get("opens") == "disclosure":
        return f"Emergency disclosure to {text_of(body.get('recipient')) or 'somebody'}: {reason}"
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
    how, to = HOW_LEFT.get(text_of(body.get("how")), ""), text_of(body.get("to"))
    ill, despite = quoted(body.get("left_with")), quoted(body.get("despite"))
    said = how if how.startswith("Died") else f"Left{f' {how}' if how else ''}{f', to {to}' if to else ''}"
    done, open_ = text_of(body.get("with")), text_of(body.get("without"))
    parts = [
        said,
        f"left with {ill}: {'asked twice, no reason given' if despite in ('', 'not-said') else despite}" if ill else "",
        f"done: {words_of(done)}" if done else "",
        f"not done: {words_of(open_)}" if open_ else "",
        f"no naloxone: {WITHOUT_NALOXONE.get(why, words_of(why))}"
        if (why := text_of(body.get("without_naloxone")))
        else "",
        quoted(body.get("text")),
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
    said = text_of({key: value for key, value in body.items() if not key.endswith("id")})
    return f"{title}: {said}" if said else title
