"""`observations`: vital signs, laboratory values, ECG and screens, brought to the unit that knowledge keeps."""

from __future__ import annotations

import re
from typing import Any

from leeward.casefile.level import Form, Level
from leeward.casefile.margin import (
    CONTRADICTION,
    IMPLAUSIBLE,
    NUMBER,
    SHAPE,
    UNIT,
    WORD,
    YES_OR_NO,
    plain,
    quoted,
)
from leeward.casefile.names import observations as lookup_of
from leeward.casefile.ordering import arranged
from leeward.casefile.spelling import Words, one_of, slug
from leeward.casefile.words import ANALYTES, QTC_METHODS, SCREEN_RESULTS
from leeward.errors import MisuseError
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import ObservationKind
from leeward.model.case import Observation
from leeward.model.missing import NOT_ASKED, UNKNOWN, Missing
from leeward.model.numbers import number_in, number_then_unit
from leeward.model.quantity import factor, number, unit_named
from leeward.model.shapes import is_mapping
from leeward.model.written import YES_NO

OBSERVATION = Form(
    what="name observation test",
    value="result results finding",
    unit="units",
    at="time taken_at when",
    method="panel",
    uln="upper_limit_of_normal upper_limit",
)

UNITLESS = ("points", "1")
"""Units that nobody writes: a score and a ratio are a number alone."""

PRESENT = {**YES_NO, "present": True, "absent": False, "positive": True, "negative": False}

FAHRENHEIT = {"f", "°f", "[degf]", "degf", "fahrenheit", "deg f", "degrees fahrenheit"}

_PRESSURES = re.compile(r"\s*([0-9]{2,3})\s*/\s*([0-9]{2,3})\s*(?:mm ?hg)?\s*", re.IGNORECASE)


def observations(level: Level, knowledge: Knowledge) -> tuple[Observation, ...]:
    """The observations of a case; each that is not there is unknown by itself."""
    given = level.listed("observations")
    if isinstance(given, Missing):
        return ()
    read: list[tuple[str, Observation]] = []
    for place, entry in enumerate(given):
        written = f"observations[{place}]"
        if not is_mapping(entry):
            says = f"{quoted(entry)} stands where an observation is expected."
            level.margin.problem(written, SHAPE, says, "Write {what, value, unit, at}.")
            continue
        for found in _observed(Level(OBSERVATION, entry, written, level.margin, level.now), knowledge):
            read.append((written, found))
    return arranged(read, "observations", lambda entry: entry.at, level.margin)


def _observed(entry: Level, knowledge: Knowledge) -> list[Observation]:
    what = entry.text("what")
    if isinstance(what, Missing):
        if what is NOT_ASKED:
            entry.lacks("what", "Write what was observed, e.g. heart-rate.")
        else:
            entry.margin.keep(entry.path, f"unknown observation {plain(entry.found.get('value', ''))}")
        return []
    id = lookup_of(knowledge).named(what)
    if id is None:
        return _blood_pressure(entry, what, knowledge) or [_unknown(entry, what)]
    kind = knowledge.observations[id]
    if kind.kind == "number":
        return [_number(entry, id, kind)]
    return [_SORTS[kind.kind](entry, id, kind)]


def _unknown(entry: Level, what: str) -> Observation:
    given, unit = entry.given("value"), entry.text_or("unit", "")
    value = given if isinstance(given, Missing) else plain(given)
    told = value.value if isinstance(value, Missing) else value
    entry.margin.keep(entry.path, f"{what}: {told} {unit}".strip())
    return Observation(
        key=slug(what)[:60] or "unknown",
        what=slug(what)[:60] or "unknown",
        value=value,
        unit=unit,
        at=entry.when("at"),
        method=entry.text_or("method", ""),
        recognised=False,
    )


def _blood_pressure(entry: Level, what: str, knowledge: Knowledge) -> list[Observation]:
    """ "120/80" as the two observations that it is; nothing where it is something else."""
    given = entry.given("value")
    if slug(what) not in ("bp", "blood-pressure", "nibp") or not isinstance(given, str):
        return []
    both = _PRESSURES.fullmatch(given)
    if both is None:
        return []
    entry.found.setdefault("unit", "mmHg")
    found: list[Observation] = []
    for id, value in (("systolic-blood-pressure", both[1]), ("diastolic-blood-pressure", both[2])):
        entry.found["value"] = int(value)
        found.append(_number(entry, id, knowledge.observations[id]))
    return found


def _number(entry: Level, id: str, kind: ObservationKind) -> Observation:
    given: Any = entry.given("value")
    unit = entry.given("unit")
    if isinstance(given, str) and unit is NOT_ASKED and (split := number_then_unit(given)) is not None:
        given, unit = split
    value: float | Missing = UNKNOWN
    upper: float | Missing = entry.given("uln")
    if isinstance(given, Missing):
        value = given
    elif (read := number_in(given)) is None:
        entry.problem("value", NUMBER, f"{quoted(given)} is not a number.", f"Write a number{_of(kind)}, or unknown.")
    else:
        value = read
    if not isinstance(value, Missing) or not isinstance(upper, Missing):
        scale = _scale(entry, unit, kind)
        if scale is None:
            value, upper = (given if isinstance(given, Missing) else UNKNOWN), UNKNOWN
        else:
            value = _plausible(entry, value, scale, kind)
            upper = _upper(entry, scale)
    return Observation(
        key=id,
        what=id,
        value=value,
        unit=kind.unit,
        at=entry.when("at"),
        method=_qtc_method(entry) if id == "qtc" else entry.text_or("method", ""),
        upper_limit_of_normal=upper,
    )


def _of(kind: ObservationKind) -> str:
    return "" if kind.unit in UNITLESS else f" of {kind.unit}"


Scale = tuple[float, float]
"""What to multiply by and then add, to have a number in the unit that knowledge keeps."""

SAME: Scale = (1.0, 0.0)


def _scale(entry: Level, unit: Any, kind: ObservationKind) -> Scale | None:
    """How a number in the given unit becomes one in the unit of this kind; None after writing down why it cannot."""
    if unit == kind.unit:
        return SAME
    if unit is NOT_ASKED and kind.unit in UNITLESS:
        return SAME
    if isinstance(unit, Missing):
        # Whatever the number may mean, guessing its unit is how wrong doses come about.
        says = "A number without a unit says nothing."
        if unit is NOT_ASKED:
            entry.problem("unit", UNIT, says, f"Write {_accepted(kind)}.")
        else:
            entry.margin.keep(entry.place("value"), f"{plain(entry.given('value'))} of an unknown unit")
        return None
    if isinstance(unit, str) and len(unit) < 40:
        written = unit.strip()
        if kind.unit == "Cel" and written.lower() in FAHRENHEIT:
            # The one conversion with an offset: C = (F - 32) / 1.8, by definition.
            return 1 / 1.8, -32 / 1.8
        by_name = kind.convert.get(written) or _convertible(kind).get(_folded(written))
        if by_name is not None:
            return by_name, 0.0
        named = unit_named(written)
        if named == kind.unit or (named in ("points", "1", "ratio") and kind.unit in UNITLESS):
            return SAME
        if named is not None:
            try:
                return factor(named, kind.unit), 0.0
            except MisuseError:
                pass
    entry.problem("unit", UNIT, f"{quoted(unit)} is not a unit of {kind.name}.", f"Write {_accepted(kind)}.")
    return None


def _convertible(kind: ObservationKind) -> dict[str, float]:
    return {_folded(unit): by for unit, by in kind.convert.items()}


def _folded(unit: str) -> str:
    return unit.lower().replace("µ", "u").replace("μ", "u").replace("mcmol", "umol")


def _accepted(kind: ObservationKind) -> str:
    if kind.unit in UNITLESS:
        return "the number alone"
    return one_of(dict.fromkeys((kind.unit, *kind.convert, *(("[degF]",) if kind.unit == "Cel" else ()))))


def _plausible(entry: Level, value: float | Missing, scale: Scale, kind: ObservationKind) -> float | Missing:
    if isinstance(value, Missing):
        return value
    told = value
    if scale != SAME:
        value = round(told * scale[0] + scale[1], 4)
    if kind.whole and value % 1:
        says = f"{number(told)} is not a whole number, as {kind.name} is."
        entry.problem("value", NUMBER, says, "Write the whole number.")
        return UNKNOWN
    too_low = kind.low is not None and value < kind.low
    if too_low or (kind.high is not None and value > kind.high):
        unit = "" if kind.unit in UNITLESS else f" {kind.unit}"
        between = f"{number(kind.low or 0)} to {number(kind.high or 0)}{unit}"
        says = f"{number(value)}{unit} is outside what can be measured as {kind.name} ({between})."
        entry.problem("value", IMPLAUSIBLE, says, "Correct the number or its unit, or write unknown.")
        return UNKNOWN
    return value


def _upper(entry: Level, scale: Scale) -> float | Missing:
    upper = entry.number("uln", 0, 1e6)
    if isinstance(upper, Missing):
        return upper
    if upper == 0:
        entry.problem("uln", NUMBER, "0 cannot be an upper limit of normal.", "Write a number above zero.")
        return UNKNOWN
    return round(upper * scale[0] + scale[1], 4)


def _qtc_method(entry: Level) -> str:
    method = entry.word("method", QTC_METHODS)
    return "" if isinstance(method, Missing) else method


def _yes_no(entry: Level, id: str, kind: ObservationKind) -> Observation:
    given = entry.given("value")
    value: bool | Missing = UNKNOWN
    if isinstance(given, (bool, Missing)):
        value = given
    elif isinstance(given, str) and (answer := PRESENT.get(given.strip().lower())) is not None:
        value = answer
    else:
        entry.problem("value", YES_OR_NO, f"{quoted(given)} is neither yes nor no.", "Write yes, no or unknown.")
    return Observation(id, id, value, "", entry.when("at"), entry.text_or("method", ""))


def _word(entry: Level, id: str, kind: ObservationKind) -> Observation:
    given = entry.given("value")
    value: str | Missing = UNKNOWN
    offered = Words(f"a result of {kind.name}", {word: () for word in kind.words})
    if isinstance(given, Missing):
        value = given
    else:
        text = ("yes" if given else "no") if isinstance(given, bool) else given
        word = offered.named(text) if isinstance(text, str) else None
        if word is None and isinstance(text, str):
            word = _of_these(SCREEN_RESULTS.get(text.strip().lower()), kind.words)
            word = word or ("none" if "none" in kind.words and YES_NO.get(text.strip().lower()) is False else None)
        if word is None:
            mend = offered.mend(text if isinstance(text, str) else "")
            entry.problem("value", WORD, f"{quoted(given)} is not {offered.what}.", mend)
        else:
            value = word
    return Observation(id, id, value, "", entry.when("at"), entry.text_or("method", ""))


def _of_these(word: str | None, words: tuple[str, ...]) -> str | None:
    return word if word in words else None


def _panel(entry: Level, id: str, kind: ObservationKind) -> Observation:
    given = entry.given("value")
    results: tuple[tuple[str, str], ...] = ()
    value: str | Missing
    if isinstance(given, Missing):
        value = given
    elif is_mapping(given):
        results = _results(entry, given)
        value = ", ".join(f"{analyte} {result}" for analyte, result in results) or UNKNOWN
    elif isinstance(given, (str, bool)):
        text = "yes" if given is True else "no" if given is False else given
        value = SCREEN_RESULTS.get(text.strip().lower()) or plain(text)
    else:
        mend = "Write result: {opiates: negative, fentanyl: positive}."
        entry.problem("value", SHAPE, f"{quoted(given)} stands where results are expected.", mend)
        value = UNKNOWN
    return Observation(id, id, value, "", entry.when("at"), entry.text_or("method", ""), results=results)


def _results(entry: Level, given: dict[Any, Any]) -> tuple[tuple[str, str], ...]:
    """Each analyte's result, sorted: one that was not tested is left out, one still open stands as unknown."""
    found: dict[str, str] = {}
    for name, told in given.items():
        path = f"{entry.place('value')}.{plain(name, 40)}"
        if not isinstance(name, str) or not slug(name):
            entry.margin.problem(path, SHAPE, f"{quoted(name)} is not the name of an analyte.", "Write its name.")
            continue
        analyte = ANALYTES.named(name)
        if analyte is None:
            analyte = slug(name)[:60]
            entry.margin.keep(f"{entry.place('result')}.{analyte}", told)
        if isinstance(told, str) and slug(told) in _NOT_TESTED:
            continue
        if told is None or isinstance(told, Missing) or (isinstance(told, str) and slug(told) in _NO_RESULT):
            found.setdefault(analyte, "unknown")
            continue
        text = ("yes" if told else "no") if isinstance(told, bool) else told
        result = SCREEN_RESULTS.get(text.strip().lower()) if isinstance(text, str) else None
        if result is None:
            entry.margin.problem(path, WORD, f"{quoted(told)} is not a result.", "Write positive, negative or unknown.")
        elif found.get(analyte, "unknown") == "unknown":
            found[analyte] = result
        elif found[analyte] != result:
            says = f"Two spellings of {analyte} have two results."
            entry.margin.problem(path, CONTRADICTION, says, "Keep the right one.")
    return tuple(sorted(found.items()))


_NOT_TESTED = {"not-tested", "not-done"}
_NO_RESULT = {
    "unknown", "pending", "not-tested", "invalid", "inconclusive", "indeterminate", "not-done",
    "declined", "refused", "",
}  # fmt: skip

_SORTS = {"yes-no": _yes_no, "word": _word, "panel": _panel}
