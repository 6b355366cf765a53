"""Whether a resource is what a parameter of a search of R4 asks for: a token, a reference, an address or a date.

Of values separated by commas one must fit, of parameters that come several times each. A date stands for the whole span
that it names, a day in the zone of `zone`; the prefixes are those of hl7.org/fhir/R4/search.html#prefix, without `ap`,
whose nearness the standard leaves open.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any, Literal, get_args

import msgspec

from leeward.errors import BadInput, shown
from leeward.fhir.capability import Parameter, Type
from leeward.fhir.json_text import is_object
from leeward.model.shapes import is_list

Prefix = Literal["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"]

_DATE = re.compile(
    r"(?P<prefix>[a-z]{2})?(?P<year>[0-9]{4})(-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2})"
    r"(T(?P<clock>[0-9]{2}:[0-9]{2})(:(?P<second>[0-9]{2})(\.(?P<part>[0-9]{1,6})[0-9]*)?)?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?"
)
_PREFIXES: dict[str, Prefix] = {one: one for one in get_args(Prefix)}
_COMMA = re.compile(r"(?<!\\),")
_BAR = re.compile(r"(?<!\\)\|")


class Period(msgspec.Struct, frozen=True):
    """The instants that a date names: from `start` on, until before `end`; None where a side is open."""

    start: datetime | None
    end: datetime | None


Fits = Callable[[Mapping[str, Any]], bool]
"""Whether a resource, as JSON, has what one parameter asks for."""


def asked_for(parameter: Parameter, value: str, name: str, base: str, zone: tzinfo) -> Fits:
    """What a value of a parameter asks for. Raises BadInput for a value that cannot be read.

    `name` is the parameter's, for the error; `base` the address of the server, which may stand before a reference.
    """
    wanted = [one.replace("\\,", ",") for one in _COMMA.split(value)]
    if not all(one.strip() for one in wanted):
        raise refused(name, "has no value", "Give one, or leave the parameter out.")
    is_one = _test(parameter.type, wanted, name, base, zone)
    paths = [path.split(".") for path in parameter.elements]
    return lambda resource: any(is_one(held) for path in paths for held in _at(resource, path))


def _test(type_: Type, wanted: list[str], name: str, base: str, zone: tzinfo) -> Callable[[object], bool]:
    if type_ == "date":
        asked = [_asked_date(one, name, zone) for one in wanted]
        return lambda held: any(_in_time(prefix, period, _period_of(held, zone)) for prefix, period in asked)
    if type_ == "token":
        return lambda held: any(_is_token(held, one) for one in wanted)
    if type_ == "reference":
        return lambda held: any(_is_reference(held, one.removeprefix(base)) for one in wanted)
    return lambda held: held in wanted


def refused(name: str, why: str, mend: str) -> BadInput:
    """That a parameter of a search cannot be taken."""
    return BadInput.one("LW-0921", shown(name), f"The parameter {shown(name)} {why}.", mend)


def _at(value: object, path: list[str]) -> Iterator[object]:
    """Everything that stands at a path, through lists."""
    if is_list(value):
        for one in value:
            yield from _at(one, path)
    elif not path:
        yield value
    elif is_object(value) and path[0] in value:
        yield from _at(value[path[0]], path[1:])


def _is_token(held: object, wanted: str) -> bool:
    parts = [part.replace("\\|", "|") for part in _BAR.split(wanted)]
    if len(parts) > 2:
        return False
    system, code = (parts[0], parts[1]) if len(parts) == 2 else (None, parts[0])
    return any(
        (code in ("", its_code)) and (system is None or system == its_system) and bool(code or system)
        for its_system, its_code in _codes(held)
    )


def _codes(held: object) -> Iterator[tuple[str, str]]:
    """The system and code of each coding of a concept, of a coding, an identifier, or a bare code."""
    if isinstance(held, str):
        yield "", held
    elif is_object(held):
        codings: Any = held.get("coding", (held,))
        for coding in codings:
            yield str(coding.get("system", "")), str(coding.get("code", coding.get("value", "")))


def _is_reference(held: object, wanted: str) -> bool:
    """A reference by type and id, by id alone, or a canonical address, with or without its version."""
    reference = held.get("reference") if is_object(held) else held
    if not isinstance(reference, str):
        return False
    if "://" in reference:
        return wanted in (reference, reference.partition("|")[0]) or reference.endswith(f"/{wanted}")
    return wanted in (reference, reference.rpartition("/")[2])


def _asked_date(text: str, name: str, zone: tzinfo) -> tuple[Prefix, Period]:
    found = _DATE.fullmatch(text)
    prefix = _PREFIXES.get(found["prefix"] or "eq") if found else None
    if found is None or prefix is None:
        raise refused(name, "is no date of FHIR", f"Write ge2026-11-22; prefixes are {', '.join(_PREFIXES)}.")
    try:
        return prefix, _named(found, zone)
    except (ValueError, OverflowError):
        raise refused(name, "names a date that there is not", "Write a date of the calendar.") from None


def _period_of(held: object, zone: tzinfo) -> Period:
    """The instants of a date, an instant or a Period of a resource; of what is none of them, none."""
    if is_object(held):
        start, end = (_period_of(held[key], zone) if key in held else None for key in ("start", "end"))
        return Period(start.start if start else None, end.end if end else None)
    found = _DATE.fullmatch(held) if isinstance(held, str) else None
    try:
        return _named(found, zone) if found else Period(None, None)
    except (ValueError, OverflowError):
        return Period(None, None)


def _named(found: re.Match[str], zone: tzinfo) -> Period:
    """The span that a date names, as long as it is exact. Raises ValueError for no date of the calendar."""
    year, month, day = (int(found[part]) if found[part] else None for part in ("year", "month", "day"))
    assert year is not None
    if found["clock"]:
        second, part = found["second"] or "00", (found["part"] or "").ljust(6, "0")
        leap = second == "60"
        text = f"{found['year']}-{found['month']}-{found['day']}T{found['clock']}:{'59' if leap else second}.{part}"
        at = datetime.fromisoformat(f"{text}{found['zone'] or ''}")
        at = at if at.tzinfo else at.replace(tzinfo=zone)
        exact = timedelta(microseconds=10 ** (6 - min(6, len(found["part"])))) if found["part"] else None
        return Period(at, at + (exact or timedelta(seconds=1) if found["second"] else timedelta(minutes=1)))
    start = datetime(year, month or 1, day or 1, tzinfo=zone)
    if day is not None:
        return Period(start, start + timedelta(days=1))
    if month is not None:
        return Period(start, _first_of(year + month // 12, month % 12 + 1, zone))
    return Period(start, _first_of(year + 1, 1, zone))


def _first_of(year: int, month: int, zone: tzinfo) -> datetime:
    return datetime(year, month, 1, tzinfo=zone)


def _in_time(prefix: Prefix, asked: Period, held: Period) -> bool:
    """Whether a resource's time is before, in or after the time that is asked for, as R4 defines each prefix."""
    assert asked.start is not None and asked.end is not None
    within = _from(held.start, asked.start) and held.end is not None and held.end <= asked.end
    above = held.end is None or held.end > asked.end
    below = held.start is None or held.start < asked.start
    return {
        "eq": within,
        "ne": not within,
        "gt": above,
        "lt": below,
        "ge": above or within,
        "le": below or within,
        "sa": held.start is not None and held.start >= asked.end,
        "eb": held.end is not None and held.end <= asked.start,
    }[prefix]


def _from(start: datetime | None, least: datetime) -> bool:
    return start is not None and start >= least
