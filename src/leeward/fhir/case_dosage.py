"""How often a Dosage lets a dose be taken, in the words of the case file, and the most that it allows in a day.

The most that a timing allows in 24 hours is what counts: a code (BID, Q4H), `repeat` with its frequency and period, times
of the day, events. A dosage that says nothing of how often leaves it unknown; it is never taken for once.
"""

from __future__ import annotations

import re
from math import ceil

from leeward.fhir.case_sheet import Entry
from leeward.fhir.structures import Dosage, Quantity, Ratio, Timing, TimingRepeat
from leeward.fhir.units import Measured, measured
from leeward.model.frequency import frequency_in
from leeward.model.quantity import mass_in, number

HOURS = {"s": 1 / 3600, "min": 1 / 60, "h": 1.0, "d": 24.0, "wk": 168.0, "mo": 720.0, "a": 8760.0}
SPANS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days", "wk": "weeks", "mo": "months", "a": "months"}
ALONE = {"wk": "weekly", "mo": "monthly"}
DAY = 24
DAILY = frozenset(("QD", "OD", "DAILY", "AM", "PM", "BED"))
RARE = {"QOD": "every other day", "WK": "weekly", "MO": "monthly"}
"""Codes of GTSAbbreviation by which a dose is taken every day, or more rarely."""
NOT_TOLD = "unknown"

_VERB = re.compile(r"^\s*(?:take|give|inject|place|dissolve|apply|use|swallow|administer|dispense)\b\s*", re.IGNORECASE)
_AMOUNT = re.compile(
    r"^\s*(?:\d+(?:\.\d+)?|one|two|three|four|half)(?:\s*(?:-|to)\s*\d+(?:\.\d+)?)?\s*"
    r"(?:mg|mcg|g|ml|tablets?|tabs?|films?|capsules?|caps?|strips?|patch(?:es)?|doses?)\b(?:\(s\))?",
    re.IGNORECASE,
)


def how_often(dosage: Dosage) -> Entry:
    """`frequency` and, where it is told, `max_per_day` of an order."""
    return {"frequency": frequency_of(dosage), **_most(dosage.maxDosePerPeriod)}


def frequency_of(dosage: Dosage) -> str:
    """How often, in words; unknown where neither its timing nor its text says it in words that are read."""
    if dosage.modifierExtension:
        return NOT_TOLD
    if dosage.timing is not None:
        times = _times(dosage.timing)
        if times is None:
            return NOT_TOLD
        return _rarely(dosage.timing) if times == 1 else f"{number(times)} times a day"
    if dosage.text:
        words = _AMOUNT.sub("", _VERB.sub("", dosage.text))
        return words.strip() if words.strip() and frequency_in(words).times is not None else NOT_TOLD
    return "as needed" if dosage.asNeededBoolean or dosage.asNeededCodeableConcept else NOT_TOLD


def dose_in_words(dosage: Dosage) -> str | None:
    """The text of a dosage from its mass on; None where it does not begin with one."""
    words = without_verb(dosage.text or "")
    return words if words and mass_in(words) is not None else None


def without_verb(text: str) -> str:
    """The text of a dosage without the verb that it begins with ("Take 8 mg")."""
    return _VERB.sub("", text)


def _times(timing: Timing) -> float | None:
    """The most times in 24 hours; None where the timing does not say it."""
    if timing.modifierExtension:
        return None
    told = timing.code
    words = [*(coding.code or "" for coding in told.coding), told.text or ""] if told else []
    found = [times for text in words if text and (times := frequency_in(text).times) is not None]
    if timing.repeat is not None and (times := _repeated(timing.repeat)) is not None:
        found.append(times)
    if timing.event:
        found.append(len(timing.event))
    return max(found, default=None)


def _rarely(timing: Timing) -> str:
    """How often a dose is taken that comes once in 24 hours at the most, as it is told: a weekly dose is no daily one."""
    said = [told.text, *(coding.code for coding in told.coding)] if (told := timing.code) else []
    codes = [RARE[one.upper()] for one in said if one and one.upper() in RARE]
    repeat = timing.repeat
    if repeat is not None and repeat.period and repeat.periodUnit and repeat.period * HOURS[repeat.periodUnit] > DAY:
        return _every(repeat.frequencyMax or repeat.frequency or 1, float(repeat.period), repeat.periodUnit)
    if repeat is not None and (repeat.dayOfWeek or codes):
        return codes[0] if codes else "at most once a day"
    if timing.event or (repeat is not None and 1 in (repeat.count, repeat.countMax)):
        return "once"
    codes += [one for one in said if one and one.upper() not in DAILY and frequency_in(one).times == 1]
    return codes[0] if codes and repeat is None else "once a day"


def _every(events: int, period: float, unit: str) -> str:
    """So many events in a period of more than a day, in words that are read as at most one in 24 hours."""
    if events > 1:
        return f"{events} times a week" if (period, unit) in ((1, "wk"), (7, "d")) else "at most once a day"
    if period == 1 and unit in ALONE:
        return ALONE[unit]
    return f"every {number(period * 12 if unit == 'a' else period)} {SPANS[unit]}"


def _repeated(repeat: TimingRepeat) -> float | None:
    events, count = repeat.frequencyMax or repeat.frequency, repeat.countMax or repeat.count
    found: list[float] = [len(named) for named in (repeat.timeOfDay, repeat.when) if named]
    if repeat.period and repeat.periodUnit:
        hours = repeat.period * HOURS[repeat.periodUnit]
        found.append((events or 1) * ceil(DAY / hours) if hours < DAY else ceil((events or 1) * DAY / hours))
    elif repeat.dayOfWeek:
        found.append(events or 1)
    if not found:
        return count
    return max(found) if count is None else min(max(found), count)


def _most(told: Ratio | None) -> Entry:
    """The most in a day; nothing where it is told for another period, or is no mass."""
    if told is None or told.numerator is None or told.denominator is None:
        return {}
    most, hours = measured(told.numerator), _hours(told.denominator)
    if not isinstance(most, Measured) or most.unit != "mg" or most.value <= 0 or hours is None or hours > DAY:
        return {}
    return {"max_per_day": {"value": most.value * DAY / hours, "unit": "mg"}}


def _hours(period: Quantity) -> float | None:
    unit = {"hour": "h", "hours": "h", "day": "d", "days": "d"}.get(period.unit or "", period.unit)
    factor = HOURS.get(period.code or unit or "")
    return None if factor is None or not period.value or period.comparator else float(period.value) * factor
