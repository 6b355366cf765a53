"""A row of results turned into typed contents, or kept as a line that could not be read."""

from __future__ import annotations

import re
from math import inf, isclose

import msgspec

from leeward.products.contents.certificate_columns import Sheet, is_empty
from leeward.products.contents.certificate_fields import day_printed, take_property
from leeward.products.contents.content import (
    COUNTS,
    Above,
    Below,
    Content,
    Exact,
    Interval,
    LaboratoryVerdict,
    Measure,
    NotDetected,
    Value,
    analyte_named,
    analytes,
    bounds,
)
from leeward.products.contents.printed import (
    NUMBER,
    Limits,
    Unit,
    Unreadable,
    germ_printed,
    result_printed,
    says_not_detected,
    unit_printed,
)
from leeward.products.wording import plain


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of results: the substance as printed, its results with their units, and what stands beside them."""

    place: str
    text: str
    analyte: str
    results: tuple[tuple[str, Unit | None], ...]
    unit: str = ""
    limits: dict[str, tuple[str, Unit | None]] = {}
    beside: dict[str, str] = {}


def take_row(sheet: Sheet, row: Row) -> None:
    """Turn one row into contents, or into a line that could not be read."""
    if take_property(sheet, row.analyte, " ".join(text for text, _ in row.results)):
        return
    analyte = analyte_named(row.analyte)
    if analyte is None:
        sheet.cannot_read(row.place, row.text, f"{plain(row.analyte)[:40]} is not a substance that Leeward knows")
        return
    given = [(text, unit) for text, unit in row.results if not is_empty(text)]
    if not given:
        sheet.cannot_read(row.place, row.text, "no result stands there")
        return
    found: list[Content] = []
    for text, heading_unit in given:
        content = _content(analyte, text, heading_unit, row, sheet)
        if isinstance(content, Unreadable):
            sheet.cannot_read(row.place, row.text, content.because, analyte)
            return
        found.append(content)
    sheet.points = sheet.points or any(_POINT.search(text) for text, _ in given)
    sheet.contents += _without_repeats(found)


_POINT = re.compile(r"(?<![\d.,])(?:0?\.\d+|\d+\.(?:\d{1,2}|\d{4,}))(?![\d.,])")
"""A number with a decimal point that cannot be one with a point between thousands."""


def _without_repeats(found: list[Content]) -> list[Content]:
    """Without a bare percentage that only repeats the mg/g beside it: the row itself says that it is by weight."""
    by_weight = next((content for content in found if content.measure == "mg_per_g"), None)
    if by_weight is None:
        return found
    return [content for content in found if content.measure != "percent" or not _repeats(content, by_weight)]


def _repeats(percent: Content, by_weight: Content) -> bool:
    one, other = bounds(percent.value), bounds(by_weight.value)
    if one is None or other is None or percent.is_censored != by_weight.is_censored:
        return False
    return percent.is_censored or isclose(one[1] * 10, other[1], rel_tol=ROUNDING)


ROUNDING = 0.02
"""By how much one value printed in two units may differ, from rounding alone."""


def _content(analyte: str, text: str, heading_unit: Unit | None, row: Row, sheet: Sheet) -> Content | Unreadable:
    number, own_unit = split_unit(text)
    of_name = re.search(r"\(([^()]*)\)\s*$", row.analyte)
    named_unit = unit_printed(of_name[1]) if of_name else None
    units = [
        unit
        for unit in (own_unit, named_unit, unit_printed(row.unit) if row.unit else None, heading_unit)
        if unit is not None
    ]
    if any(unit != units[0] for unit in units):
        return Unreadable("two units stand beside one result")
    read = _value(analyte, number, units[0] if units else None, row, sheet.thousands)
    if isinstance(read, Unreadable):
        return read
    value, measure = read
    beside = row.beside
    notes = [f"the laboratory's own verdict: {beside['status']}"] if not is_empty(beside.get("status", "")) else []
    if isinstance(value, Below) and says_not_detected(number):
        notes.append(
            f"printed as {plain(number)}: no limit of detection stands beside it, only the limit that is shown"
        )
    days = day_printed(beside.get("date", ""))
    return Content(
        analyte=analyte,
        value=value,
        measure=measure,
        kind="measurement",
        method=sheet.method if is_empty(beside.get("method", "")) else plain(beside["method"]),
        lot=plain(beside.get("lot", "")),
        laboratory=plain(beside.get("laboratory", "")),
        date=days,
        as_printed=plain(row.text)[:200],
        place=row.place,
        notes=tuple(notes),
    )


def _value(analyte: str, text: str, unit: Unit | None, row: Row, thousands: bool) -> tuple[Value, Measure] | Unreadable:
    group = analytes()[analyte].group
    if unit is None and not row.unit and not re.search(r"\d", text):
        unit = _unit_of_limits(row)
    counted = unit is not None and unit.measure in COUNTS
    if group in ("pathogen", "count"):
        germ = germ_printed(text, _sample_grams(row.unit))
        if germ is not None and not (counted and re.fullmatch(r"nd|(not|none) *detected", text.strip(), re.IGNORECASE)):
            return germ, "presence"
    # Germs are counted in whole numbers, so a comma before three digits can only part thousands.
    read = result_printed(text, 1.0 if unit is None else unit.factor, _limits(row, unit), thousands or counted)
    if isinstance(read, Unreadable):
        return read
    if isinstance(read, LaboratoryVerdict):
        return read, "presence"
    if unit is None and group != "pathogen" and isinstance(read, (NotDetected, Below)) and read.limit is None:
        return read, "ppm" if group == "metal" else "cfu_per_g" if group == "count" else "mg_per_g"
    if unit is None:
        return Unreadable(
            "no unit stands beside the result" if not row.unit else f"{row.unit[:20]} is not a unit of content"
        )
    if (group in ("count", "pathogen")) != counted:
        return Unreadable("the unit does not go with the substance")
    # Only of a percentage by volume is the factor ten; some liquids do hold more than 1000 mg in a mL.
    most = 1000.0 if unit == Unit("mg_per_ml", 10.0) else _MOST.get(unit.measure, inf)
    if any(number > most for number in _said(read)):
        return Unreadable("it is more than the whole: above 100 percent, or above 1000 mg in a gram")
    return read, unit.measure


_MOST: dict[str, float] = {
    "percent": 100.0,
    "percent_dry_weight": 100.0,
    "percent_of_alkaloids": 100.0,
    "mg_per_g": 1000.0,
    "ppm": 1e6,
}
"""Measure -> the number at which the whole of a product would be the one substance."""


def _said(value: Value) -> tuple[float, ...]:
    match value:
        case Exact(number, _) | Above(number):
            return (number,)
        case Interval(low, high):
            return low, high
        case Below(limit) | NotDetected(limit):
            return () if limit is None else (limit,)
        case _:
            return ()


def _unit_of_limits(row: Row) -> Unit | None:
    """The unit of the limits in the row, for a result in words that has no unit of its own."""
    units = [split_unit(text)[1] or unit for text, unit in row.limits.values()]
    found = [unit for unit in units if unit is not None]
    return found[0] if found and all(unit == found[0] for unit in found) else None


def _limits(row: Row, unit: Unit | None) -> Limits:
    """The limits in the row that are in the measure of the result; one in another measure is left out."""
    found: dict[str, float] = {}
    for kind, (text, heading_unit) in row.limits.items():
        number, own = split_unit(text)
        of = own or heading_unit or unit
        digits = number.strip().lstrip("<≤ ")
        if unit is not None and of is not None and of.measure == unit.measure and re.fullmatch(NUMBER, digits):
            found[kind] = float(digits) * of.factor
    return Limits(detection=found.get("lod"), quantification=found.get("loq"), reporting=found.get("rl"))


def split_unit(text: str) -> tuple[str, Unit | None]:
    """A printed result and the unit behind it.

    >>> split_unit("14.5 mg/g")
    ('14.5', Unit(measure='mg_per_g', factor=1.0))
    """
    for found in re.finditer(r"(?<=[\d\s)])(?=[%a-zµμ(])", text, re.IGNORECASE):
        unit = unit_printed(text[found.start() :])
        if unit is not None:
            return text[: found.start()].strip(), unit
    return text.strip(), None


def _sample_grams(unit: str) -> float | None:
    found = re.search(rf"(?:/|per|in)\s*({NUMBER})\s*g\b", unit, re.IGNORECASE)
    return float(found[1]) if found else None
