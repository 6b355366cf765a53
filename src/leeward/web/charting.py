"""What the pages that chart have in common: forms read to the end before they are refused, and entries written at once.

The record says what is wrong in places of an entry (`body.value`); a form says it at its field. An `Item` knows both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from leeward.errors import BadInput, Problem
from leeward.model.numbers import number_in
from leeward.record.entries import Draft
from leeward.web.numbers_typed import whole_number
from leeward.web.visit import Elsewhere, Visit

CODE = "LW-0801"
LONGEST_LINE, LONGEST_TEXT = 300, 20_000
REASONS = ("typed wrong", "wrong person", "wrong time", "it was not done", "told differently since")
"""Reasons of a correction that are one tap."""

Read = TypeVar("Read")


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """An entry to be, with the field of the form that each place of its body was typed into; "" is all other places."""

    draft: Draft
    fields: Mapping[str, str] = {}


class Slips:
    """Mistakes of a form, gathered so that all are told at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, field: str, says: str, mend: str) -> None:
        """A mistake in a field."""
        self.problems.append(Problem(path=field, code=CODE, says=says, mend=mend))

    def of(self, read: Callable[[], Read], otherwise: Read) -> Read:
        """What a reading gives; `otherwise` where it is refused, and the mistake is kept."""
        try:
            return read()
        except BadInput as wrong:
            self.problems += wrong.problems
            return otherwise

    def refuse(self) -> None:
        """Raise BadInput if there was any."""
        if self.problems:
            raise BadInput(list(dict.fromkeys(self.problems)))


def line(visit: Visit, slips: Slips, field: str, longest: int = LONGEST_LINE) -> str:
    """A text of one line as typed, spaces joined."""
    typed = " ".join(visit.text(field).split())
    if len(typed) > longest:
        slips.add(field, "This is too long for one line.", f"Write at most {longest} characters.")
    elif not typed.isprintable():
        slips.add(field, "This holds characters that cannot be read.", "Type it again without them.")
    else:
        return typed
    return ""


def prose(visit: Visit, slips: Slips, field: str, longest: int = LONGEST_TEXT) -> str:
    """A text of several lines as typed."""
    typed = visit.text(field).replace("\r\n", "\n").replace("\r", "\n")
    if len(typed) > longest:
        slips.add(field, "This is too long.", f"Write at most {longest:,} characters.")
    elif not all(letter.isprintable() or letter in "\n\t" for letter in typed):
        slips.add(field, "This holds characters that cannot be read.", "Type it again without them.")
    else:
        return typed
    return ""


def one_of(visit: Visit, slips: Slips, field: str, offered: Sequence[str]) -> str:
    """What was chosen of what the field offers; empty where nothing was."""
    chosen = visit.text(field)
    if chosen and chosen not in offered:
        slips.add(field, "This is none of the choices.", "Choose one of them.")
        return ""
    return chosen


def number_or_text(typed: str) -> Any:
    """A number as a number, anything else as it was typed: the record says what is wrong with it."""
    found = number_in(typed)
    if found is None:
        return typed
    return int(found) if found == found.__trunc__() and abs(found) < 1e15 else found


def write(visit: Visit, *items: Item, slips: Slips | None = None) -> Elsewhere:
    """Write what a form charts, all or nothing, and go to the person's page, which says that it was charted.

    Raises BadInput at the fields of the form: with the mistakes that the form found itself (`slips`) and, for every field
    that has none, those that the record finds.
    """
    found = Slips()
    found.problems += slips.problems if slips else []
    told = {one.path for one in found.problems}
    for item in items:
        try:
            visit.check(item.draft)
        except BadInput as wrong:
            found.problems += [one for one in at_fields(wrong, item.fields) if one.path not in told]
    found.refuse()
    try:
        written = visit.write(*(item.draft for item in items))
    except BadInput as wrong:
        fields = {place: field for item in items for place, field in item.fields.items()}
        raise BadInput(at_fields(wrong, fields)) from None
    return done(visit, items[-1].draft.patient, written[-1].number)


def done(visit: Visit, patient: str, number: int) -> Elsewhere:
    """The person's page, told which entry was charted last and what had been seen before."""
    seen = whole_number(visit.text("seen")) or 0
    return Elsewhere(to=f"/patients/{patient}?done={number}&seen={seen}")


def at_fields(wrong: BadInput, fields: Mapping[str, str]) -> list[Problem]:
    """Problems of an entry at the fields of its form."""
    return [msgspec.structs.replace(problem, path=_field(problem.path, fields)) for problem in wrong.problems]


def _field(path: str, fields: Mapping[str, str]) -> str:
    """The field of the longest place that the path lies in."""
    place = path.removeprefix("body").removeprefix(".replaces").removeprefix(".")
    if not path.startswith("body"):
        return fields.get(path, "at" if path == "at" else fields.get("", ""))
    fits = [one for one in fields if one and (place == one or place.startswith((f"{one}.", f"{one}[")))]
    return fields[max(fits, key=len)] if fits else fields.get("", "")
