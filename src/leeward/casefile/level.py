"""One level of the case file: a mapping whose keys are known, read field by field.

Every method returns the field's value or what is missing about it. A mistake goes to the margin and the field is then
unknown, so reading goes on and all mistakes are found at once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from leeward.casefile import instants
from leeward.casefile.margin import (
    FUTURE,
    LACKING,
    MISSPELT,
    NUMBER,
    SHAPE,
    TWICE,
    UNIT,
    WORD,
    YES_OR_NO,
    Margin,
    plain,
    quoted,
)
from leeward.casefile.spelling import Words, alike, one_of, slug
from leeward.casefile.words import NONE
from leeward.model.instants import Span
from leeward.model.missing import NOT_ASKED, UNKNOWN, Missing
from leeward.model.numbers import number_in, number_then_unit
from leeward.model.quantity import Quantity, number
from leeward.model.shapes import is_list, is_mapping
from leeward.model.written import MISSING, YES_NO

MOST_ENTRIES = 2000
"""Entries of one list: hourly scores for more than two months."""


class Form:
    """The keys that a level may hold, each with its other spellings separated by spaces."""

    __slots__ = ("_names", "known")

    def __init__(self, **keys: str) -> None:
        self.known = {name: name for name in keys}
        for name, spellings in keys.items():
            for spelling in spellings.split():
                self.known.setdefault(spelling, name)
        self._names = tuple(self.known)

    def named(self, key: str) -> str | None:
        """The key as the case file spells it."""
        return self.known.get(key) or self.known.get(slug(key).replace("-", "_"))

    def meant(self, key: str) -> str | None:
        """The key that this one is probably a misspelling of."""
        close = alike(slug(key).replace("-", "_"), self._names)
        return None if close is None else self.known[close]


def missing_in(given: object) -> Missing | None:
    """How a value says that it is missing; None where it is there."""
    if isinstance(given, str):
        return MISSING.get(given) or (MISSING.get(given.strip().lower()) if len(given) < 20 else None)
    if given is None:
        return UNKNOWN
    return given if isinstance(given, Missing) else None


class Level:
    """A mapping of the case file under a form. `now` is the instant of the case."""

    __slots__ = ("found", "margin", "now", "path")

    def __init__(self, form: Form, given: dict[Any, Any], path: str, margin: Margin, now: datetime) -> None:
        self.path, self.margin, self.now = path, margin, now
        self.found: dict[str, Any] = {}
        known = form.known
        for key, value in given.items():
            name = known.get(key) if type(key) is str else None
            if name is None:
                name = self._other_key(form, key, value)
                if name is None:
                    continue
            if name in self.found:
                self.problem(name, TWICE, "This is said twice, under two spellings.", "Keep one of them.")
            self.found[name] = value if (missing := missing_in(value)) is None else missing

    def _other_key(self, form: Form, key: object, value: object) -> str | None:
        if not isinstance(key, str):
            self.margin.problem(self.path, SHAPE, f"The key {quoted(key)} is not a text.", "Write keys as words.")
            return None
        name = form.named(key)
        if name is None:
            meant = form.meant(key)
            if meant is None:
                self.margin.keep(self.place(plain(key, 60)), value)
            else:
                says = f"{quoted(key)} is not a key here."
                self.margin.problem(self.place(plain(key, 40)), MISSPELT, says, f"Did you mean {meant}?")
        return name

    def place(self, name: str) -> str:
        """Path of a field of this level."""
        return f"{self.path}.{name}" if self.path else name

    def problem(self, name: str, code: str, says: str, mend: str) -> None:
        """Write down a mistake in a field."""
        self.margin.problem(self.place(name), code, says, mend)

    def given(self, name: str) -> Any:
        """The field as given, or how it is missing."""
        return self.found.get(name, NOT_ASKED)

    def lacks(self, name: str, mend: str) -> None:
        """Write down that an entry says nothing without this field."""
        self.problem(name, LACKING, "Without it the entry says nothing.", mend)

    def text(self, name: str) -> str | Missing:
        """A text of one line. A number stands for its digits."""
        given = self.found.get(name, NOT_ASKED)
        if type(given) is Missing:
            return given
        if is_mapping(given) or is_list(given) or isinstance(given, bool):
            self.problem(name, SHAPE, f"{quoted(given)} stands where a text is expected.", "Write a text.")
            return UNKNOWN
        return plain(given)

    def text_or(self, name: str, otherwise: str) -> str:
        """A text, or another one where it is missing."""
        text = self.text(name)
        return otherwise if isinstance(text, Missing) else text

    def word(self, name: str, words: Words) -> str | Missing:
        """One of the words offered, in Leeward's spelling."""
        given = self.found.get(name, NOT_ASKED)
        if type(given) is Missing:
            return given
        if isinstance(given, bool):
            given = "yes" if given else "no"
        if not isinstance(given, str):
            self.problem(name, SHAPE, f"{quoted(given)} stands where a word is expected.", words.mend(""))
            return UNKNOWN
        word = words.named(given)
        if word is None:
            self.problem(name, WORD, f"{quoted(given)} is not {words.what}.", words.mend(given))
            return UNKNOWN
        return word

    def yes_no(self, name: str) -> bool | Missing:
        """Yes or no."""
        given = self.found.get(name, NOT_ASKED)
        if type(given) is bool or type(given) is Missing:
            return given
        answer = YES_NO.get(given.strip().lower()) if isinstance(given, str) else None
        if answer is None:
            self.problem(name, YES_OR_NO, f"{quoted(given)} is neither yes nor no.", "Write yes, no or unknown.")
            return UNKNOWN
        return answer

    def number(self, name: str, low: float, high: float, unit: str = "", whole: bool = False) -> float | Missing:
        """A number from low to high, both included."""
        given = self.found.get(name, NOT_ASKED)
        if type(given) is Missing:
            return given
        found = number_in(given)
        if found is None:
            self.problem(name, NUMBER, f"{quoted(given)} is not a number.", f"Write a number{unit and ' of ' + unit}.")
            return UNKNOWN
        if not low <= found <= high or (whole and not found.is_integer()):
            kind = "a whole number" if whole else "a number"
            mend = f"Write {kind} from {number(low)} to {number(high)}{unit and ' ' + unit}, or unknown."
            self.problem(name, NUMBER, f"{quoted(given)} cannot be right here.", mend)
            return UNKNOWN
        return found

    def when(self, name: str, may_lie_ahead: bool = False) -> Span | Missing:
        """An instant, a date, or {earliest, latest}."""
        given = self.found.get(name, NOT_ASKED)
        if type(given) is Missing:
            return given
        if is_mapping(given):
            return self._between(name, given, may_lie_ahead)
        found = instants.span(given, self.place(name), self.margin, self.now, may_lie_ahead)
        return UNKNOWN if found is None else found

    def _between(self, name: str, given: dict[Any, Any], may_lie_ahead: bool) -> Span | Missing:
        inner = Level(INTERVAL, given, self.place(name), self.margin, self.now)
        first, last = inner.when("earliest", may_lie_ahead), inner.when("latest", may_lie_ahead)
        if isinstance(first, Missing):
            if not isinstance(last, Missing):
                # An interval without a beginning is no interval; what was told is kept in sight.
                self.margin.keep(self.place(name), f"at the latest {last.latest.isoformat()}")
            return UNKNOWN
        if isinstance(last, Missing):
            return UNKNOWN if may_lie_ahead else Span(first.earliest, self.now)
        if last.latest < first.earliest:
            self.problem(name, FUTURE, "The interval ends before it begins.", "Exchange earliest and latest.")
            return UNKNOWN
        return Span(first.earliest, last.latest)

    def measured(self, name: str, units: Words, most: float) -> Quantity | Missing:
        """{value, unit} or a text such as "3 years": a number above zero with one of the units offered."""
        given = self.found.get(name, NOT_ASKED)
        if type(given) is Missing:
            return given
        if isinstance(given, str):
            split = number_then_unit(given)
            if split is None:
                self.problem(name, NUMBER, f"{quoted(given)} is not a number with a unit.", "Write {value, unit}.")
                return UNKNOWN
            given = {"value": split[0], "unit": split[1]}
        if not is_mapping(given):
            says = f"{quoted(given)} has no unit."
            self.problem(name, UNIT, says, f"Write {{value, unit}} with {one_of(units.offered)}, or unknown.")
            return UNKNOWN
        return quantity(Level(MEASURED, given, self.place(name), self.margin, self.now), units, most)

    def inner(self, name: str, form: Form) -> Level | Missing:
        """The mapping under a key, as a level of its own."""
        given = self.found.get(name, NOT_ASKED)
        if type(given) is Missing:
            return given
        if not is_mapping(given):
            self.problem(name, SHAPE, f"{quoted(given)} stands where a mapping is expected.", "Write key: value.")
            return UNKNOWN
        return Level(form, given, self.place(name), self.margin, self.now)

    def listed(self, name: str) -> list[Any] | Missing:
        """The list under a key. `none` in a word is an empty list, a text is a list of one."""
        given = self.found.get(name, NOT_ASKED)
        if type(given) is Missing:
            return given
        if given is False or (isinstance(given, str) and slug(given) in NONE):
            return []
        if isinstance(given, str):
            return [given]
        if not is_list(given):
            mend = "Write a list: each entry on a line that begins with `- `."
            self.problem(name, SHAPE, f"{quoted(given)} stands where a list is expected.", mend)
            return UNKNOWN
        if len(given) > MOST_ENTRIES:
            says = f"The list holds more than {MOST_ENTRIES:,} entries, as no case does."
            self.problem(name, SHAPE, says, "Give the case of one person, with what matters now.")
            return UNKNOWN
        if len(given) == 1:
            alone = given[0]
            if (missing := missing_in(alone)) is not None:
                return missing
            if isinstance(alone, str) and slug(alone) in NONE:
                return []
        return list(given)


INTERVAL = Form(earliest="from after", latest="to until before")
MEASURED = Form(value="amount number", unit="units")


def quantity(level: Level, units: Words, most: float) -> Quantity | Missing:
    """The value and unit of a level as a quantity above zero; unknown where either is."""
    value = level.number("value", 0, most)
    if value == 0:
        level.problem("value", NUMBER, "0 is not an amount.", "Write a number above zero, or unknown.")
        value = UNKNOWN
    if isinstance(value, Missing):
        return value
    given = level.given("unit")
    if given is NOT_ASKED:
        level.problem("unit", UNIT, "A number without a unit says nothing.", f"Write {one_of(units.offered)}.")
    elif isinstance(given, Missing):
        level.margin.keep(level.place("value"), f"{number(value)} of an unknown unit")
    elif not isinstance(given, str) or (unit := units.named(given)) is None:
        mend = units.mend(given if isinstance(given, str) else "")
        level.problem("unit", UNIT, f"{quoted(given)} is not {units.what}.", mend)
    else:
        return Quantity(value, unit)
    return UNKNOWN
