"""Certificates as text pasted from a PDF: columns collapsed to blanks, one result a line.

A line is read only where every word of it is understood: the substance at its start, and behind it values, units, a
method and a verdict. Where several numbers stand in a line, headings must say which is the result; a number marked as a
limit ("NMT", "≤", "max") is one.
"""

from __future__ import annotations

import re
from math import isclose

import msgspec

from leeward.products.contents.certificate_columns import Column, Sheet, column, kind_of_head
from leeward.products.contents.certificate_fields import take_asides, take_field, take_weight, without_lot
from leeward.products.contents.certificate_rows import ROUNDING, Row, take_row
from leeward.products.contents.content import Exact, analyte_named, analytes
from leeward.products.contents.printed import NUMBER, Unit, germ_printed, result_printed, unit_printed

_UNIT = (
    r"(?:(?:mg|µg|μg|ug|mcg|ng|g)\s*(?:/|per\b)\s*(?:100\s*g|kg|g|mL|L|serving|servings|capsule|tablet|article|cap|tab|unit|"
    r"piece|gummy|each|chew|container|bottle|package|pack|packet|pouch|bag|shot)s?\b(?:\s*\(?\s*(?:dry weight|dry basis|dry|dw)\b\s*\)?)?"
    r"|(?:cfu|mpn)\s*/\s*(?:g|mL)\b|ppm\b|ppb\b|wt\s*%"
    r"|%\s*(?:\(?\s*(?:w/w|w/v|wt/wt|wt|m/m|by weight|dry weight basis|dry weight|dry basis|dwb|dw|of (?:the )?(?:total )?alkaloids?|"
    r"of (?:the )?alkaloid fraction|total alkaloids|alkaloids)\b\s*\)?)?)"
)
_METHOD = re.compile(
    r"(?:\b(?:by|via)\s+|\bmethod\s*:\s*)?\b(?:U?H?PLC(?:[-/ ](?:UV|DAD|PDA|MS(?:/MS)?))*|LC[-/]?(?:QTOF|HRMS|MS(?:/MS)?)|GC[-/](?:MS(?:/MS)?|FID)|ICP[-/ ]?(?:MS|OES)"
    r"|USP\s*<\s*\d+\s*>|AOAC\s*[\d.]+|FDA[ -]?BAM(?:\s*Ch(?:apter|\.)?\s*\d+)?|BAM|Karl Fischer|qPCR|PCR|petrifilm|ISO\s*\d{4,5}(?![\d/]))(?![\w])",
    re.IGNORECASE,
)
_BEFORE_METHOD = re.compile(r"^(?:by|via|method\s*:)\s*", re.IGNORECASE)
_SPEC = re.compile(
    r"(?:\bNMT\b|\bNLT\b|\bnot (?:more|less) than\b|≤|<=|≥|>=|\b(?:max(?:imum)?|min(?:imum)?)\b\.?:?|\b(?:action )?limit\b:?|\bspec(?:ification)?\b:?)"
    rf"\s*[≤≥<>]?\s*(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:\s*[x×]\s*10\s*\^?\s*\d+|\s*\^\s*\d+)?(?:\s*{_UNIT})?",
    re.IGNORECASE,
)
_VALUE = re.compile(
    rf"(?P<germ>\b(?:absent|absence|negative|neg|positive|present|not\s+detected|none\s+detected|not\s+found|detected|found)\b"
    rf"(?:\s*(?:in|/|per)?\s*{NUMBER}\s*g(?:rams?)?\b)?)"
    rf"|(?P<word><\s*(?:LOQ|LOD|RL|MRL|MDL)\b|\b(?:ND|N\.D\.|NQ|BRL|BDL|BLOQ|BLQ|BQL|TNTC|non-?detect(?:ed)?|trace)(?![\w]))"
    rf"|(?P<number>[<>≥~]?\s*10\s*\^\s*\d{{1,2}}|[<>≥~]?\s*\d[\d,]*(?:\.\d+)?(?:\s*[x×*]\s*10\s*\^?\s*\d{{1,2}}|[eE][+-]?\d{{1,2}})?(?:\s*(?:±|\+/-)\s*{NUMBER})?"
    rf"|[<>]?\s*\.\d+)"
    rf"|(?P<status>\b(?:pass(?:ed|es)?|fail(?:ed|s)?|conforms?|complies|does not conform)\b)"
    rf"|(?P<unit>{_UNIT}|\(\s*{_UNIT}\s*\))",
    re.IGNORECASE,
)
_CELL = re.compile(rf"(?P<limit>{_SPEC.pattern})|{_VALUE.pattern}", re.IGNORECASE)
_FIELD = re.compile(r"^\s*(?P<name>[A-Za-z][A-Za-z ./&()]{0,40}?)\s*(?:#?\s*:|#|\s-\s)\s*(?P<value>\S.*)$")
_ALL_IN = re.compile(rf"results?\b[^.;]*?\b(?:in|as)\s+(?P<unit>{_UNIT})\s*\.?\s*$", re.IGNORECASE)
_HEADING = re.compile(rf"^\s*[A-Za-z][A-Za-z &/-]*[\s:-]*\(?\s*(?P<unit>{_UNIT})\s*\)?\s*:?\s*$", re.IGNORECASE)
_BESIDE = re.compile(
    rf"[(\[]?\b(?P<kind>LOD|MDL|LOQ|RL|MRL)\s*[:=]?\s*(?P<text>{NUMBER})(?P<unit>\s*{_UNIT})?\s*[)\]]?[,;]?",
    re.IGNORECASE,
)
_NAMED_MORE = re.compile(r"^\s*(?:content|concentration|assay|level)\b", re.IGNORECASE)
_BY_METHOD = re.compile(
    rf"^\s*(?:all\s+)?(?:analysis|analy[sz]ed|tested|testing|tests?|results?|assay(?:ed)?)\s+(?:was\s+|were\s+)?(?:performed\s+|done\s+)?by:?\s+"
    rf"(?P<method>{_METHOD.pattern})\s*\.?\s*$",
    re.IGNORECASE,
)
_LOT = re.compile(r"^(?:lot|batch)\b\s*(?:no|number|id|code)?\s*[.:#]*\s*(?P<lot>\S*\d\S*)$", re.IGNORECASE)
_PRODUCT = re.compile(
    r"\b(?:kratom|mitragyna|tablets?|capsules?|powder|extract|shots?|gumm(?:y|ies)|chewables?|tincture|leaf|product)\b",
    re.IGNORECASE,
)
_LONGEST = 2_000
_KIND_BESIDE = {"lod": "lod", "mdl": "lod", "loq": "loq", "rl": "rl", "mrl": "rl"}


class _Cell(msgspec.Struct):
    """A value in a line, with the unit that follows it."""

    text: str
    unit: Unit | None = None
    is_limit: bool = False


class _Cells(msgspec.Struct):
    """What stands behind the substance in a line."""

    values: list[_Cell] = []
    units: list[str] = []
    status: str = ""
    method: str = ""
    rest: str = ""
    limits: dict[str, tuple[str, Unit | None]] = {}


class _Reading(msgspec.Struct):
    """What earlier lines said of later ones: the columns, and the unit of everything below."""

    columns: tuple[Column, ...] = ()
    unit: Unit | None = None


def read_text(text: str, sheet: Sheet) -> Sheet:
    """A certificate from pasted text, taken into the sheet."""
    reading = _Reading()
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > _LONGEST:
            sheet.cannot_read(f"line {number}", line, "the line is too long to be one result")
            continue
        before, method = len(sheet.contents), sheet.method
        for part in _fields_apart(take_weight(sheet, line)):
            if part.strip():
                _take(sheet, reading, f"line {number}", part.strip())
        if len(sheet.contents) > before and sheet.method != method:
            _keep_to_line(sheet, before, method)
    return sheet


def _keep_to_line(sheet: Sheet, before: int, method: str) -> None:
    """Give a method that stands behind a result to the results of that line alone."""
    of_line = [
        msgspec.structs.replace(content, method=sheet.method) if content.method in ("", method) else content
        for content in sheet.contents[before:]
    ]
    sheet.contents[before:], sheet.method = of_line, method


def _fields_apart(line: str) -> list[str]:
    """A line with several fields, such as `Lot: A12 Date: 2026-03-05`, cut before each name that is known."""
    parts: list[str] = []
    start = 0
    for colon in list(re.finditer(r"\s*#?\s*:", line))[1:_MOST_FIELDS]:
        words = list(re.finditer(r"\S+", line[start : colon.start()]))[-3:]
        for word in words:
            at = start + word.start()
            if at > start and kind_of_head(line[at : colon.start()]) is not None:
                parts.append(line[start:at])
                start = at
                break
    return [*parts, line[start:]]


_MOST_FIELDS = 8


def _take(sheet: Sheet, reading: _Reading, place: str, line: str) -> None:
    columns = _columns(line)
    if columns:
        reading.columns, reading.unit = columns, None
        return
    name, rest = _substance(line)
    rest = _NAMED_MORE.sub("", rest)
    product = take_asides(sheet, line) if _is_product(reading, line) else line
    if product != line:
        _take_product(sheet, reading, place, product)
        return
    if name and rest.strip(" :") and _take_result(sheet, reading, place, line, name, rest):
        return
    stated = _ALL_IN.search(line) or (None if name and not _is_heading(line) else _HEADING.match(line))
    if stated is not None:
        reading.unit, reading.columns = unit_printed(stated["unit"]), ()
        return
    by_method = _BY_METHOD.match(line)
    if by_method is not None:
        sheet.method = by_method["method"]
        return
    lot = _LOT.match(line)
    if lot is not None and take_field(sheet, "lot", lot["lot"]):
        return
    field = _FIELD.match(line)
    if field is not None and take_field(sheet, field["name"], field["value"]):
        return
    if not name:
        if not re.search(r"\d", line):
            reading.unit = None
        sheet.cannot_read(place, line, "it is neither a result of a substance that Leeward knows nor a known field")
    elif not sheet.unread or sheet.unread[-1].place != place:
        sheet.cannot_read(place, line, "it names a substance and no result that can be read")


def _is_product(reading: _Reading, line: str) -> bool:
    """Whether a line names a product and its lot, and no result could stand in it."""
    rest = without_lot(line)
    if rest == line or reading.unit or reading.columns or re.search(_UNIT, rest, re.IGNORECASE):
        return False
    return bool(_substance(rest)[0] or _PRODUCT.search(rest))


def _take_product(sheet: Sheet, reading: _Reading, place: str, rest: str) -> None:
    """What is left of a line on the product when its lot and masses are taken: a field, or the product's name."""
    if _FIELD.match(rest) or sheet.product:
        _take(sheet, reading, place, rest)
    else:
        sheet.product = rest


def _is_heading(line: str) -> bool:
    return not re.search(r"\d", re.sub(r"7-", "", line)) and _HEADING.match(line) is not None


def _substance(line: str) -> tuple[str, str]:
    """The longest substance's name at the start of a line, or a property's, and what follows it."""
    seen = _PARENTHESISED_METHOD.sub(lambda found: " " * len(found[0]), line)
    for end in reversed([found.end() for found in re.finditer(r"\S+", seen)][:9]):
        name = " ".join(seen[:end].rstrip(":,.-–|").split())
        if analyte_named(name) is not None or _PROPERTY.fullmatch(name):
            return name, line[end:]
    return "", ""


_PARENTHESISED_METHOD = re.compile(rf"\(\s*(?:{_METHOD.pattern})\s*\)", re.IGNORECASE)
_PROPERTY = re.compile(r"moisture(?: content)?|loss on drying|water content|density", re.IGNORECASE)


def _take_result(sheet: Sheet, reading: _Reading, place: str, line: str, name: str, rest: str) -> bool:
    cells = _cells(rest)
    if not cells.values and not cells.status:
        return False
    if cells.rest:
        sheet.cannot_read(place, line, f'the words "{cells.rest[:40]}" could not be placed', analyte_named(name))
        return True
    row = _row(reading, place, line, name, cells)
    if row is None:
        because = "several numbers stand there and no headings say which is the result"
        sheet.cannot_read(place, line, because, analyte_named(name))
    else:
        take_row(sheet, row)
    return True


def _cells(rest: str) -> _Cells:
    cells = _Cells()
    cells.method = ", ".join(_BEFORE_METHOD.sub("", found[0]).strip() for found in _METHOD.finditer(rest))
    cleared = _METHOD.sub(lambda found: " " * len(found[0]), rest)
    for found in _BESIDE.finditer(cleared):
        unit = unit_printed(found["unit"]) if found["unit"] else None
        cells.limits[_KIND_BESIDE[found["kind"].casefold()]] = (found["text"], unit)
    cleared = _BESIDE.sub(lambda found: " " * len(found[0]), cleared)
    left: list[str] = []
    at = 0
    for found in _CELL.finditer(cleared):
        left.append(cleared[at : found.start()])
        at = found.end()
        if found["limit"]:
            cells.values.append(_Cell(found[0].strip(), is_limit=True))
        elif found["unit"]:
            _take_unit(cells, found["unit"], follows=bool(not left[-1].strip(" |:;")))
        elif found["status"]:
            cells.status = found["status"]
        else:
            cells.values.append(_Cell(found[0].strip()))
    left.append(cleared[at:])
    cells.rest = " ".join(" ".join(left).replace("|", " ").strip(" :;,.-–()").split())
    return cells


def _take_unit(cells: _Cells, text: str, follows: bool) -> None:
    """A unit belongs to the value right before it; elsewhere it stands in a column of its own."""
    if follows and cells.values and cells.values[-1].unit is None and not cells.values[-1].is_limit and not cells.units:
        cells.values[-1].unit = unit_printed(text)
    else:
        cells.units.append(text)


_VALUED = ("result", "lod", "loq", "rl", "limit", "uncertainty")


def _row(reading: _Reading, place: str, line: str, name: str, cells: _Cells) -> Row | None:
    beside = {key: text for key, text in (("status", cells.status), ("method", cells.method)) if text}
    unit = cells.units[0] if len(cells.units) == 1 else ""
    if len(cells.units) > 1:
        return None
    valued = [heading for heading in reading.columns if heading.kind in _VALUED]
    if valued and len(valued) == len(cells.values):
        pairs = list(zip(valued, cells.values, strict=True))
        if any(cell.is_limit and heading.kind != "limit" for heading, cell in pairs):
            return None
        results = tuple(
            _result(cell, heading.unit or reading.unit) for heading, cell in pairs if heading.kind == "result"
        )
        limits = {h.kind: (cell.text, cell.unit or h.unit) for h, cell in pairs if h.kind in ("lod", "loq", "rl")}
        limits = {**cells.limits, **limits}
        return Row(place=place, text=line, analyte=name, results=results, unit=unit, limits=limits, beside=beside)
    results = _unheaded(name, cells)
    if results is None:
        return None
    if not results:
        return Row(place=place, text=line, analyte=name, results=((cells.status, None),), beside={})
    beside_unit = next((limit for _, limit in cells.limits.values() if limit is not None), None)
    default = None if unit else beside_unit or reading.unit or _only_unit(reading)
    pairs = tuple(_result(cell, default) for cell in results)
    return Row(place=place, text=line, analyte=name, results=pairs, unit=unit, limits=cells.limits, beside=beside)


def _result(cell: _Cell, heading: Unit | None) -> tuple[str, Unit | None]:
    return cell.text, cell.unit or heading


def _only_unit(reading: _Reading) -> Unit | None:
    units = {heading.unit for heading in reading.columns if heading.kind == "result" and heading.unit is not None}
    return units.pop() if len(units) == 1 else None


def _unheaded(name: str, cells: _Cells) -> list[_Cell] | None:
    """The results of a line without headings: one, or one a measure; None where it cannot be told which they are.

    For a germ a requirement is always absence, so any "found" in the line is the result.
    """
    analyte = analyte_named(name)
    values = [cell for cell in cells.values if not cell.is_limit]
    germs = [(cell, germ_printed(cell.text)) for cell in values]
    if analyte is not None and analytes()[analyte].group == "pathogen" and all(germ is not None for _, germ in germs):
        found = [cell for cell, germ in germs if germ is not None and germ.present]
        if found or len(germs) <= 1:
            return found[:1] or values
        return [_Cell(re.sub(rf"\W*(?:in|/|per)?\s*{NUMBER}\s*g.*", "", germs[0][0].text))]
    return values if len(values) <= 1 else _one_a_measure(values)


def _one_a_measure(cells: list[_Cell]) -> list[_Cell] | None:
    """One value a measure, where each has its unit; the same value in two units of one measure counts once."""
    kept: dict[str, tuple[float, _Cell]] = {}
    for cell in cells:
        if cell.unit is None:
            return None
        read = result_printed(cell.text, cell.unit.factor)
        number = read.value if isinstance(read, Exact) else -1.0
        if cell.unit.measure in kept and not isclose(kept[cell.unit.measure][0], number, rel_tol=ROUNDING):
            return None
        kept.setdefault(cell.unit.measure, (number, cell))
    return [cell for _, cell in kept.values()]


def _columns(line: str) -> tuple[Column, ...]:
    """The columns that a line of headings names; empty where it is none."""
    words = line.replace("|", " ").split()
    found = _headings(words) if 1 < len(words) <= _MOST_WORDS else None
    kinds = [heading.kind for heading in found or ()]
    return found if found and kinds[0] == "analyte" and "result" in kinds else ()


_MOST_WORDS = 24


def _headings(words: list[str]) -> tuple[Column, ...] | None:
    """The words cut into headings, the shortest first; a unit belongs to the heading before it. None where some are none."""
    if not words:
        return ()
    for size in range(1, min(5, len(words)) + 1):
        heading = None if words[0].startswith("(") else column(" ".join(words[:size]))
        following = words[size] if size < len(words) else ""
        takes_unit = heading is not None and heading.kind in _VALUED and heading.unit is None
        if heading is None or heading.analyte or (takes_unit and _is_unit(following)):
            continue
        rest = _headings(words[size:])
        if rest is not None:
            return (heading, *rest)
    return None


def _is_unit(word: str) -> bool:
    return unit_printed(word.strip("()")) is not None
