"""What to watch and when, read from the words of monitoring.toml as something that becomes due.

What cannot be read as a time, or counts from something that is not charted, stays a line in words: nothing is dropped.
Of an interval the earlier bound is taken. `then every 4-6 h for 24 h` goes on from the time before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from leeward.guidance.assessment import Monitoring
from leeward.ward.plans import DueAfter

MINUTES = {"min": 1, "h": 60, "week": 7 * 24 * 60, "day": 24 * 60}

SCORED = {"COWS": "cows"}
"""Words of `what` that name an instrument."""

READINGS = {
    "heart rate": "heart-rate",
    "blood pressure": "systolic-blood-pressure",
    "blood pressure lying and standing": "systolic-blood-pressure",
    "respiratory rate": "respiratory-rate",
    "oxygen saturation": "oxygen-saturation",
    "sedation": "sedation-rass",
    "pain": "pain-score",
    "craving": "craving",
    "QTc": "qtc",
}
"""Words of `what` that name an observation."""

_SPAN = r"(\d+)(?:-\d+)? (min|h)"
_AT = re.compile(rf"^{_SPAN}$")
_AFTER_DOSE = re.compile(rf"^{_SPAN} after each (?:further )?dose$")
_AFTER_DOSE_OF_DAY_1 = re.compile(rf"^{_SPAN} after each dose of day 1$")
_AFTER_FIRST_DOSE = re.compile(rf"^{_SPAN} after the first dose and each increase$")
_THEN_EVERY = re.compile(rf"^then every {_SPAN}(?: for (\d+) (h))?(?:, COWS once or twice a shift| until it eases)?$")
_EACH_DAY = re.compile(r"^each day of the first (\d+) (week)s$")

Only = Literal["", "first", "day-1"]
_FROM_DOSE: tuple[tuple[re.Pattern[str], Only, str], ...] = (
    (_AT, "", ""),
    (_AFTER_DOSE, "", ""),
    (_AFTER_DOSE_OF_DAY_1, "day-1", ""),
    (_AFTER_FIRST_DOSE, "first", "after each increase, too"),
)

OWN_TIMES = {"QTc": "ECG"}
"""What is watched at times of its own, and how those begin: it takes no part in the others."""


class Watched(NamedTuple):
    """What becomes due, and what is said in words."""

    due: tuple[DueAfter, ...]
    words: tuple[str, ...]


class _Time(NamedTuple):
    after: int
    of_dose: bool = False
    every: int = 0
    lasts: int = 0
    only: Only = ""
    words: str = ""
    """What of the text is left to be said."""


def watched(monitoring: Iterable[Monitoring]) -> Watched:
    """The due items of an option, and the lines that stay words."""
    due: dict[tuple[object, ...], DueAfter] = {}
    words: dict[str, None] = {}
    for plan in monitoring:
        times, told = _times(plan.at)
        timed = {what: not _apart(what, plan.at) for what in plan.what}
        own = {what: start for what, start in OWN_TIMES.items() if any(text.startswith(start) for text in plan.at)}
        for text in told:
            meant = [
                what
                for what in plan.what
                if text.startswith(own.get(what, "")) and (what in own or not _is_own(text, own))
            ]
            words[f"{text[0].upper()}{text[1:]}: {', '.join(meant)}."] = None
        for what in plan.what:
            if what not in SCORED and what not in READINGS and times:
                said = "; ".join(text for text in plan.at if text not in told)
                words[f"{what[0].upper()}{what[1:]}: {said}."] = None
        for time in times:
            for item in _items(
                [what for what in plan.what if what not in own and (timed[what] or not time.every)], time
            ):
                due.setdefault(
                    (item.kind, item.of, item.after_minutes, item.from_, item.every_minutes, item.only), item
                )
    return Watched(tuple(due.values()), tuple(words))


def _is_own(text: str, own: Mapping[str, str]) -> bool:
    return any(text.startswith(start) for start in own.values())


def _apart(what: str, at: tuple[str, ...]) -> bool:
    """Whether the repeated times say something of its own for this."""
    return any(f", {what} " in text for text in at)


def _times(at: tuple[str, ...]) -> tuple[list[_Time], list[str]]:
    """The times that can be read, in order, and the texts that have to be said as they are."""
    found: list[_Time] = []
    told: list[str] = []
    for text in at:
        time = _time(text, found)
        if time is not None:
            found.append(time)
        if time is None or time.words:
            told.append(text if time is None else time.words)
    return found, told


def _time(text: str, before: list[_Time]) -> _Time | None:
    """One text as a time. After the start, times count from the dose that was given."""
    if text == "0":
        return _Time(0)
    for pattern, only, words in _FROM_DOSE:
        if (read := pattern.fullmatch(text)) is not None:
            return _Time(int(read[1]) * MINUTES[read[2]], of_dose=True, only=only, words=words)
    if (read := _EACH_DAY.fullmatch(text)) is not None:
        return _Time(0, every=MINUTES["day"], lasts=int(read[1]) * MINUTES[read[2]] - MINUTES["day"])
    if (read := _THEN_EVERY.fullmatch(text)) is not None and before:
        every = int(read[1]) * MINUTES[read[2]]
        lasts = int(read[3]) * MINUTES[read[4]] if read[3] else 0
        words = text.partition(", ")[2]
        words = words or ("until it eases" if text.endswith("until it eases") else "")
        again = 0 if read[3] and lasts <= every else every
        return _Time(before[-1].after + every, before[-1].of_dose, again, max(lasts - every, 0), words=words)
    return None


def _items(what: list[str], time: _Time) -> Iterable[DueAfter]:
    """A score each, and the readings together: they are charted in one go."""
    same = {
        "after_minutes": time.after,
        "from_": "dose" if time.of_dose else "signing",
        "every_minutes": time.every,
        "for_minutes": time.lasts,
        "only": time.only,
    }
    for one in what:
        if one in SCORED:
            yield DueAfter(what=one, kind="score", of=SCORED[one], **same)  # pyright: ignore[reportArgumentType]
    readings = [one for one in what if one in READINGS]
    if readings:
        first, *also = dict.fromkeys(READINGS[one] for one in readings)
        said = ", ".join(readings)
        yield DueAfter(what=said[0].upper() + said[1:], kind="observation", of=first, also=tuple(also), **same)  # pyright: ignore[reportArgumentType]
