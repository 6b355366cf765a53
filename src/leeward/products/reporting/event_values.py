"""Single values of an event file: text, codes, yes or no, times, amounts. Each is kept as told, in words with its unit.

A reader takes what was given, where it stands and the mistakes so far; it returns a text or a `Missing`, and writes a
mistake down rather than raising it, so that all of them are told at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime

from leeward.errors import Problem, shown
from leeward.model import written
from leeward.model.instants import iso_instant
from leeward.model.missing import UNKNOWN, Missing
from leeward.model.numbers import number_in
from leeward.model.shapes import is_list, is_mapping
from leeward.products.reporting.event import LONGEST, Told

NOT_AN_EVENT, MISSPELT, SHAPE, WORD = "LW-0103", "LW-0106", "LW-0107", "LW-0108"
YES_OR_NO, NUMBER, INSTANT, CONTRADICTION = "LW-0109", "LW-0110", "LW-0111", "LW-0116"
IMPLAUSIBLE = "LW-0115"

MISSING: dict[str, Missing] = {**written.MISSING, "n/k": UNKNOWN}

NOT_APPLICABLE = {"does-not-apply", "does not apply", "doesnt apply", "doesn't apply", "not applicable", "n/a", "na"}

EXAMPLE = "2026-11-22T09:00:00-05:00"
JOINERS = "\u200c\u200d"
"""Marks without a form of their own that scripts and emoji need; all other invisible marks are left out."""

OLDEST, HEAVIEST_KG = 130, 700
"""Beyond these no age in years and no weight of a person lies; they only catch a slip of the pen."""

DEEPEST = 8
"""How deep a result may be nested: a panel of panels is already more than a laboratory reports."""

_DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")

Notes = list[Problem]
Reader = Callable[[object, str, Notes], Told]


def cleaned(given: str) -> str:
    """The text without control, direction and zero-width characters; line ends kept, nothing folded, nothing cut."""
    lines = given.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    normal = unicodedata.normalize("NFC", lines)
    kept = (
        c for c in normal if c == "\n" or c in JOINERS or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    return "".join(kept).strip()


def missing_in(given: object) -> Missing | None:
    """The way in which a value is missing; None where there is a value."""
    if given is None:
        return UNKNOWN
    return MISSING.get(given.strip().casefold()) if isinstance(given, str) and len(given) < 40 else None


def text(given: object, path: str, notes: Notes) -> Told:
    """A text or a number as told."""
    if (missing := missing_in(given)) is not None:
        return missing
    if isinstance(given, (date, datetime)):
        return given.isoformat()
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        return _number_text(given, path, notes)
    if not isinstance(given, str):
        return problem(notes, path, SHAPE, f"{shown(given)} is not a text.", "Write a text, or unknown.")
    if len(given) > LONGEST:
        says = f"The text has {len(given):,} characters; at most {LONGEST:,} are read."
        return problem(notes, path, SHAPE, says, "Shorten it, and attach the rest.")
    return cleaned(given) or UNKNOWN


def code(given: object, path: str, notes: Notes) -> Told:
    """A lot, barcode or other code: every character counts, so a number that may have lost some is refused."""
    if isinstance(given, float):
        says = f"{shown(given)} was read as a number, and its digits may have changed."
        return problem(notes, path, SHAPE, says, "Put the code in quotation marks.")
    return text(given, path, notes)


def yes_no(given: object, path: str, notes: Notes) -> Told:
    """Yes or no, never guessed from anything else."""
    return _answer(given, path, notes, applies=True)


def yes_no_or_not_applicable(given: object, path: str, notes: Notes) -> Told:
    """Yes, no or does-not-apply."""
    return _answer(given, path, notes, applies=False)


def when(given: object, path: str, notes: Notes) -> Told:
    """An instant with its offset, a day, a month, a year, or `{earliest, latest}`, as exact as it is known."""
    if is_mapping(given):
        return _interval(given, path, notes)
    if (missing := missing_in(given)) is not None:
        return missing
    if isinstance(given, datetime):
        return _aware(given, path, notes)
    if isinstance(given, date):
        return given.isoformat()
    wrote = str(given).strip() if isinstance(given, (str, int)) and not isinstance(given, bool) else ""
    if _DAY.fullmatch(wrote) and _possible(wrote):
        return wrote
    if isinstance(at := iso_instant(wrote), datetime):
        return _aware(at, path, notes)
    mend = f"Write {EXAMPLE}, a day (2026-11-22), a month, a year, or unknown."
    return problem(notes, path, INSTANT, f'"{shown(given)}" is not a time.', mend)


def age(given: object, path: str, notes: Notes) -> Told:
    """An age: a number in years, `{value, unit}`, or words (`elderly`)."""
    number = number_in(given)
    if number is None:
        return amount(given, path, notes)
    if not 0 <= number <= OLDEST:
        says = f"{number:g} years is not the age of a person."
        return problem(notes, path, IMPLAUSIBLE, says, "Correct it, or name the unit: {value: 8, unit: month}.")
    return f"{number:g} years"


def weight_kg(given: object, path: str, notes: Notes) -> Told:
    """A weight in kilograms."""
    if (missing := missing_in(given)) is not None:
        return missing
    number = number_in(given)
    if number is None:
        return problem(notes, path, NUMBER, f'"{shown(given)}" is not a number of kilograms.', "Write weight_kg: 70.")
    if not 0 < number <= HEAVIEST_KG:
        return problem(notes, path, IMPLAUSIBLE, f"{number:g} kg is not the weight of a person.", "Correct it.")
    return f"{number:g} kg"


def weeks(given: object, path: str, notes: Notes) -> Told:
    """A number of weeks."""
    number = number_in(given)
    if number is None:
        return amount(given, path, notes)
    return f"{number:g} weeks"


def amount(given: object, path: str, notes: Notes) -> Told:
    """An amount: words, or `{value, unit, per}`, of which any may be unknown."""
    if not is_mapping(given):
        return text(given, path, notes)
    extra = [str(key) for key in given if key not in ("value", "unit", "per")]
    if extra:
        says = f"{shown(extra[0])} is not part of an amount."
        return problem(notes, path, MISSPELT, says, "Write {value, unit, per}.")
    value = text(given.get("value"), f"{path}.value", notes)
    unit = text(given.get("unit"), f"{path}.unit", notes)
    per = text(given.get("per"), f"{path}.per", notes)
    if isinstance(value, Missing) and isinstance(unit, Missing) and isinstance(per, Missing):
        return UNKNOWN
    words = "number not known" if isinstance(value, Missing) else value
    words += " (unit not known)" if isinstance(unit, Missing) else f" {unit}"
    return words if isinstance(per, Missing) else f"{words} per {per}"


def one_of(offered: Sequence[str], synonyms: dict[str, str] | None = None) -> Reader:
    """A reader of one word of those offered, by any of its spellings."""

    def read(given: object, path: str, notes: Notes) -> Told:
        if (missing := missing_in(given)) is not None:
            return missing
        word = str(given).strip().casefold().replace("_", "-").replace(" ", "-") if isinstance(given, str) else ""
        word = (synonyms or {}).get(word, word)
        if word in offered:
            return word
        return problem(
            notes, path, WORD, f'"{shown(given)}" is not one of the words.', f"Write one of: {', '.join(offered)}."
        )

    return read


def any_of(given: object, path: str, notes: Notes) -> Told:
    """A finding's result: words, a number, yes or no, an amount, or a panel of results by name."""
    if isinstance(given, bool):
        return "yes" if given else "no"
    if (is_mapping(given) or is_list(given)) and path.count(".") + path.count("[") > DEEPEST:
        return problem(notes, path[:80], SHAPE, "This result is nested too deeply.", "Write it as a text.")
    if is_mapping(given):
        named = {str(key): any_of(value, f"{path}.{key}", notes) for key, value in given.items()}
        return "; ".join(f"{cleaned(name)} {_word(value)}" for name, value in named.items()) or UNKNOWN
    if is_list(given):
        return (
            "; ".join(_word(any_of(value, f"{path}[{place}]", notes)) for place, value in enumerate(given)) or UNKNOWN
        )
    return text(given, path, notes)


def problem(notes: Notes, path: str, kind: str, says: str, mend: str) -> Missing:
    """Write a mistake down; the value counts as not known so that reading goes on."""
    notes.append(Problem(path, kind, says, mend))
    return UNKNOWN


def _word(value: Told) -> str:
    return "not known" if isinstance(value, Missing) else value


def _number_text(given: int | float, path: str, notes: Notes) -> Told:
    if isinstance(given, float):
        if given != given or given in (float("inf"), float("-inf")):
            return problem(notes, path, NUMBER, "This is not a number.", "Write the number, or unknown.")
        return repr(given).removesuffix(".0")
    if given.bit_length() > 200:
        return problem(
            notes, path, NUMBER, "This number has too many digits.", "Correct it, or put it in quotation marks."
        )
    return str(given)


def _answer(given: object, path: str, notes: Notes, *, applies: bool) -> Told:
    if isinstance(given, bool):
        return "yes" if given else "no"
    if (missing := missing_in(given)) is not None:
        return missing
    word = given.strip().casefold() if isinstance(given, str) else ""
    if word in written.YES_NO:
        return "yes" if written.YES_NO[word] else "no"
    if not applies and word in NOT_APPLICABLE:
        return "does not apply"
    offered = "yes, no or unknown" if applies else "yes, no, does-not-apply or unknown"
    return problem(notes, path, YES_OR_NO, f'"{shown(given)}" is neither yes nor no.', f"Write {offered}.")


def _interval(given: dict[object, object], path: str, notes: Notes) -> Told:
    if not given or any(key not in ("earliest", "latest") for key in given):
        return problem(notes, path, SHAPE, "This is not a time.", "Write a time, {earliest, latest}, or unknown.")
    earliest = when(given.get("earliest"), f"{path}.earliest", notes)
    latest = when(given.get("latest"), f"{path}.latest", notes)
    if isinstance(earliest, Missing):
        return latest if isinstance(latest, Missing) else f"not after {latest}"
    return f"not before {earliest}" if isinstance(latest, Missing) else f"between {earliest} and {latest}"


def _aware(given: datetime, path: str, notes: Notes) -> Told:
    if given.utcoffset() is None:
        says = f"{given.isoformat()} has no offset from UTC, so it could be any of 24 hours."
        return problem(notes, path, INSTANT, says, "Add the offset, e.g. -05:00, or write the day alone.")
    return given.isoformat()


def _possible(written: str) -> bool:
    try:
        date.fromisoformat(written + "-01-01"[: 10 - len(written)] if len(written) == 4 else (written + "-01")[:10])
    except ValueError:
        return False
    return 1880 <= int(written[:4]) < 2200
