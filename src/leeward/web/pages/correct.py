"""A correction: the entry is struck, or its words are replaced; both the entry and the correction stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from leeward.errors import BadInput
from leeward.instruments import load_instruments
from leeward.model.shapes import is_list, is_mapping
from leeward.paper.plain_words import plain
from leeward.record.chart import CORRECTABLE, PROVENANCE, TIMED
from leeward.record.entries import Entry
from leeward.record.permissions import WRITTEN_WITH
from leeward.record.trouble import Conflict
from leeward.ward.before_dose import READ_FIRST, told_by
from leeward.web.charting import REASONS, Item, Slips, number_or_text, one_of, prose, write
from leeward.web.numbers_typed import whole_number
from leeward.web.page import Page
from leeward.web.pages.correction_fields import Offered, offered
from leeward.web.times_typed import read_instant, wall_clock
from leeward.web.visit import Answer, Refused, Shown, Visit

MOST_FIELDS = 80
LONGEST = 20_000

OF_KIND: Mapping[str, tuple[str, ...]] = {
    "observation": ("what", "value", "unit", "at", "method"),
    "dose": ("medicine", "dose", "route", "at"),
    "score": ("instrument", "at", "total"),
    "exposure": ("substance", "product", "last_use", "amount.value", "amount.unit", "amount.per", "doses_per_day", "route",
                 "duration.value", "duration.unit", "prescribed", "supply.adulterants"),
    "medicine": ("name", "dose", "last_taken", "verified"),
    "condition": ("name", "code.system", "code.value", "status"),
    "allergy": ("name", "reaction"),
    "patient": ("age", "sex", "pregnant", "gestation_weeks", "breastfeeding", "weight_kg", "opioid_naive"),
    "admission": ("name", "setting", "jurisdiction"),
    "note": ("text",),
}  # fmt: skip
"""Words that an entry of a kind may hold, so that what was left out can be added."""

LISTED = ("supply.adulterants",)
NONE = "none"
"""How a list that was asked for and is empty is shown and typed."""

TIMES = ("at", "last_use", "last_taken", "earliest", "latest")


class Leaf(msgspec.Struct, frozen=True, kw_only=True):
    """One word of an entry: its place, its field, and what stands there."""

    place: str
    field: str
    value: str
    asked: Offered
    long: bool = False


class SecondLook(msgspec.Struct, frozen=True, kw_only=True):
    """What is read before a dose is corrected to these words; `word` changes with them, so that a tick holds for no others."""

    word: str
    titles: tuple[str, ...]


def the_entry(visit: Visit) -> Entry:
    """The entry of this person that the address names. Raises Refused where it is none, the same for another's."""
    given = whole_number(visit.path["number"])
    entry = next((one for one in visit.bedside.entries if one.number == given), None)
    if entry is None:
        raise Refused(404, "There is no such entry in this chart.", "Look for it in the list of entries.")
    return entry


def second_look(visit: Visit, entry: Entry, words: Mapping[str, Any]) -> SecondLook | None:
    """What speaks against a dose as it would read after the correction: a slip of the pen shows there. None for nothing."""
    medicine, told = words.get("medicine"), words.get("at", entry.at)
    if entry.kind != "dose" or not isinstance(medicine, str) or not isinstance(told, str):
        return None
    try:
        at = min(datetime.fromisoformat(told), visit.now)
    except (ValueError, TypeError):
        return None
    others = tuple(one for one in visit.bedside.entries if entry.number not in (one.number, one.corrects))
    order = {key: words[key] for key in ("medicine", "dose", "route") if key in words}
    assessment = visit.house.ward.bedside_of(told_by(others, at), at, orders=[order]).assessment
    alerts = assessment.alerts if assessment else ()
    titles = [one.title for one in alerts if one.id.startswith("order-") and one.level in READ_FIRST]
    return SecondLook(word=f"{order} {told} {sorted(titles)}", titles=tuple(dict.fromkeys(titles))) if titles else None


def standing(visit: Visit, entry: Entry) -> dict[str, Any] | None:
    """The words of an entry as they stand, after the last correction; None where it is struck."""
    corrections = visit.bedside.chart.corrected.get(entry.number, ())
    if not corrections:
        return entry.body
    last = next(one for one in visit.bedside.entries if one.number == corrections[-1])
    replaces = last.body.get("replaces")
    return replaces if is_mapping(replaces) else None


def show_correct(visit: Visit) -> Answer:
    """The entry as it stands, its words in fields, and the reason to give."""
    entry = the_entry(visit)
    body = standing(visit, entry)
    permission = WRITTEN_WITH.get(entry.kind)
    leaves = _leaves(visit, entry, body or entry.body)
    values = {
        "entry": entry,
        "by": visit.house.ward.name_of(entry.by),
        "original": entry.corrects if entry.kind == "correction" else None,
        "correctable": entry.kind in CORRECTABLE,
        "struck": body is None,
        "corrected": entry.number in visit.bedside.chart.corrected,
        "stands": [leaf for leaf in leaves if leaf.value],
        "leaves": leaves,
        "reasons": REASONS,
        "may_write": permission is not None and visit.may(permission),
        "second": _again(visit, entry, body or entry.body),
    }
    return Shown(template="correct.html", values=values)


def _again(visit: Visit, entry: Entry, before: Mapping[str, Any]) -> SecondLook | None:
    """The second look of a form that is shown again because it asks for one."""
    if not any(one.path == "sure" for one in visit.problems):
        return None
    return second_look(visit, entry, _typed(visit, Slips(), entry, before))


def _leaves(visit: Visit, entry: Entry, body: Mapping[str, Any]) -> list[Leaf]:
    """Every word of a body, and the words that its kind may hold besides."""
    stands = {place: value for place, value in _flat(body) if place.partition(".")[0] != PROVENANCE}
    found: dict[str, str] = {}
    for place in (*OF_KIND.get(entry.kind, ()), *_items(entry, body)):
        inner = [one for one in stands if one == place or one.startswith(f"{place}.")]
        found |= {one: stands[one] for one in inner}
        if not inner and not _said_otherwise(place, stands):
            found[place] = ""
    found |= {place: value for place, value in stands.items() if place not in found}
    if entry.kind in TIMED and not found.get("at"):
        found["at"] = entry.at
    found = {place: _on_the_clock(visit, place, value) for place, value in found.items()}
    return [
        Leaf(
            place=place,
            field=f"b.{place}",
            value=value,
            asked=offered(entry.kind, body, place, value, visit.house.knowledge),
            long=place == "text" or "\n" in value,
        )
        for place, value in list(found.items())[:MOST_FIELDS]
    ]


def _said_otherwise(place: str, stands: Mapping[str, str]) -> bool:
    """Whether an entry says in another place what this place would: the whole as a text, or the `per` of an amount."""
    above, _, last = place.rpartition(".")
    return above in stands or (last == "per" and "per" in stands)


def _on_the_clock(visit: Visit, place: str, value: str) -> str:
    """A time as the clock showed it; anything else as it stands."""
    if place.rpartition(".")[2] not in TIMES or len(value) < len("2026-11-22T21:40Z"):
        return value
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return value
    return value if instant.utcoffset() is None else wall_clock(instant, visit.now)


def _items(entry: Entry, body: Mapping[str, Any]) -> Iterator[str]:
    """Items of an instrument that were not answered."""
    instrument = load_instruments().get(str(body.get("instrument", ""))) if entry.kind == "score" else None
    if instrument is not None and isinstance(body.get("items"), dict):
        yield from (f"items.{item.id}" for item in instrument.items)


def _flat(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """The words of a body by their places; a list of words is one field, with commas."""
    if is_mapping(value):
        for key, inner in value.items():
            yield from _flat(inner, f"{place}.{key}" if place else str(key))
    elif is_list(value):
        yield place, ", ".join(map(str, value)) or NONE
    elif isinstance(value, bool):
        yield place, "yes" if value else "no"
    else:
        yield place, "unknown" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def take_correct(visit: Visit) -> Answer:
    """The correction is written, with its reason."""
    entry, slips = the_entry(visit), Slips()
    if entry.kind not in CORRECTABLE:
        raise Refused(422, "An entry of this kind is not corrected.", "Write a new entry.")
    what = one_of(visit, slips, "what", ("strike", "replace"))
    if not what and not slips.problems:
        slips.add("what", "It is not said what to do with the entry.", "Choose strike or replace.")
    quick, typed = one_of(visit, slips, "quick", REASONS), prose(visit, slips, "reason")
    reason = ". ".join(filter(None, (quick, typed)))
    if not reason:
        slips.add("reason", "A correction gives its reason.", "Choose one, or write why.")
    _nobody_else(visit, entry, slips, whole_number(visit.text("seen")) or 0)
    before = standing(visit, entry)
    body: dict[str, Any] = {"reason": reason}
    if what == "replace":
        body["replaces"] = words = _typed(visit, slips, entry, before or entry.body)
        if words == before and not slips.problems:
            slips.add("what", "Nothing was changed, so there is nothing to correct.", "Change a field, or strike it.")
        second = second_look(visit, entry, words)
        if second is not None and visit.text("sure") != second.word:
            mend = "Look at the figure again; if this is what was given, tick that it is."
            slips.add("sure", f"{plain('; '.join(second.titles))}.", mend)
    elif what:
        body["strikes"] = True
        if entry.kind == "admission":
            says = "An admission is not struck: the chart would be found by nobody."
            slips.add("what", says, "Put its words right, or discharge the person.")
        if before is None:
            slips.add("what", "This entry is struck already.", "Replace its words, if it is to stand again.")
    fields = {"": "what", "reason": "reason"} | {
        leaf.place: leaf.field for leaf in _leaves(visit, entry, before or entry.body)
    }
    role, looked_at = visit.role_for(entry.kind), visit.bedside.seen
    draft = visit.draft(
        "correction", body, corrects=entry.number, part="correction", role=role, unless_changed_since=looked_at
    )
    try:
        return write(visit, Item(draft=draft, fields=fields), slips=slips)
    except Conflict:  # at the same moment
        visit.look_again()
        _nobody_else(visit, entry, slips, looked_at)
        raise BadInput(slips.problems) from None


def _nobody_else(visit: Visit, entry: Entry, slips: Slips, seen: int) -> None:
    """Refuse a correction of words that somebody has corrected since the form was shown: theirs would be lost unseen."""
    since = [one for one in visit.bedside.chart.corrected.get(entry.number, ()) if one > seen]
    if since:
        by = next(visit.house.ward.name_of(one.by) for one in visit.bedside.entries if one.number == since[-1])
        says = f"{by} has corrected this entry since this page was opened. Nothing was written."
        slips.add("what", says, "Look at how it stands now, and correct it again if it is still wrong.")


def _typed(visit: Visit, slips: Slips, entry: Entry, before: Mapping[str, Any]) -> dict[str, Any]:
    """The words of the form as a body; what did not change keeps its type, and an empty field is left out."""
    body: dict[str, Any] = {}
    for leaf in _leaves(visit, entry, before):
        typed = visit.form.get(leaf.field, "").strip().replace("\r\n", "\n")
        if len(typed) > LONGEST or not all(letter.isprintable() or letter in "\n\t" for letter in typed):
            slips.add(leaf.field, "This cannot be read, or is too long.", "Type it again.")
        elif typed:
            stood = _at(before, leaf.place)
            if typed == leaf.value and stood is not None:
                _put(body, leaf.place, stood)
            elif not (typed == leaf.value and leaf.place == "at"):
                _put(body, leaf.place, _read(visit, slips, leaf, typed, stood))
    if PROVENANCE in before:
        body[PROVENANCE] = before[PROVENANCE]
    return body


def _read(visit: Visit, slips: Slips, leaf: Leaf, typed: str, stood: Any) -> Any:
    """A changed word: a time as an instant, a list as one, a number as one."""
    last = leaf.place.rpartition(".")[2]
    if last in TIMES and typed.lower() not in ("unknown", "declined"):
        return slips.of(lambda: read_instant(typed, visit.now, leaf.field).isoformat(), "")
    if is_list(stood) or leaf.place in LISTED:
        return [] if typed.lower() == NONE else [part for part in map(str.strip, typed.split(",")) if part]
    return typed if leaf.long else number_or_text(typed)


def _at(body: Any, place: str) -> Any:
    for key in place.split("."):
        body = body.get(key) if is_mapping(body) else None
    return body


def _put(body: dict[str, Any], place: str, value: Any) -> None:
    *above, last = place.split(".")
    for key in above:
        body = body.setdefault(key, {})
    body[last] = value


PAGES = (
    Page(
        path="/patients/{patient}/correct/{number}",
        needs="chart-read",
        show=show_correct,
        take=take_correct,
        parts=("chart", "plan", "notes"),
    ),
)
