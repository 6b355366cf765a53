"""What a record covers, as predicates: everything, lots, ranges and patterns of lots, and windows of dates.

A record states its scope in free text ("Lot #124A", "ALL", "All products manufactured since 6/1/2011", "Use by 12/15/17
through 2/9/18"). What cannot be read as a predicate makes the scope uncertain; an uncertain scope never rules a lot out.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

import msgspec

from leeward.products.recalls.amounts import stem
from leeward.products.recalls.dates import DATE, Days, days_of
from leeward.products.recalls.label import Label, has_digit, lot_key
from leeward.products.wording import fold

_UNLIMITED_TEXT = 100_000

_EVERYTHING = re.compile(
    r"\ball (?:\w+ ){0,2}?(?:lots?|lot (?:codes|numbers)|codes|batch(?:es)?|products?|product codes|sizes?|packages|units|dates|expir\w+|quantities|serial numbers|production)\b"
    r"|^\W*all\W*$|\ball kratom\b|\b(?:any|every) lots?\b|\ball manufactured\b|\beverything\b"
)
_NOT_LOTS = re.compile(
    r"\b(?:upc|ean|gtin|bar ?code|ndc|rx|sku|item|model|style|plu|catalog|reorder|product|case|order|list|part|mcc|nsn)\b[ #.:-]*(?:code|number|num|no|nos|id)?s?[ #.:-]*"
    r"(?:\d[\d -]{3,20}\d|(?=[a-z0-9-]*\d)[a-z0-9-]+)"
)
_MEASURE = re.compile(
    r"(?<![\w.])\d+(?:\.\d+)? ?(?:mg|mcg|g|kg|ml|l|oz|lbs?|ct|count|caps?|capsules?|tablets?|bottles?|bags?|cans?|cases?|units?|pouches|boxes|months?|years?|days?)\b"
)
_LOT_TOKEN = re.compile(r"[a-z0-9][a-z0-9./@_-]*")
_RANGE = re.compile(
    r"(?<![\w.-])([a-z]{0,6}\d{2,18}[a-z]{0,3}) ?(?:-|to|thru|through|until) ?(?:lot )?#? ?([a-z]{0,6}\d{2,18}[a-z]{0,3})(?![\w-])"
)
_STARTS = re.compile(
    r"(?:(?:begin\w*|start\w*)(?: with| in)|prefix\w*)(?: either)?(?: the)?(?: letters?| digits?| numbers?| prefix)?[ :\"']*([a-z0-9-]*\d[a-z0-9-]*|[a-z]{1,4}\b)"
)
_ENDS = re.compile(
    r"(?:end\w*(?: with| in)|suffix\w*)(?: the)?(?: letters?| digits?| numbers?| suffix)?[ :\"']*([a-z0-9-]*\d[a-z0-9-]*|[a-z]{1,4}\b)"
)
_HOLDS = re.compile(r"\bcontain\w*(?: the)?(?: letters?| digits?| numbers?)?[ :\"']+([a-z0-9-]*\d[a-z0-9-]*)")
_WILD = re.compile(r"(?<![\w-])(?=[a-z0-9-]*\d)([a-z0-9-]*[a-z0-9])(?:x{2,}|\*+|#{2,})(?!\w)")
_HARD = re.compile(r"\b(?:digits?|position|characters?|julian|where|prefix|first|last|middle|followed|format)\b")
_EXCEPT = re.compile(r"\bexcept\b|\bexclud|\bsome lots\b|\bcertain lots\b|\bnot stated\b")
_KIND = re.compile(
    r"(?P<expiry>\b(?:exp\w*|best|use|used|sell|enjoy|bbd?|b/b|good|discard|beyond)\b|\bdate codes?\b)|(?P<made>\b(?:mfg|mfd|made|manufactur\w*|packed|packing|pack|produced|production|prod|distributed|sold|purchased|shipped|dispensed|compounded)\b)"
)
_BETWEEN = re.compile(r"[ \"']*(?:-|to|thru|through|until|up to|and|(?:and )?ending|--)[ \"']*(?:\w+ ){0,3}?")
_AFTER = re.compile(r"(?:\bafter|\bsince|\bfrom|\bstarting|\bbeginning|\blater than|>=?)\W*(?:\w+ ){0,2}$")
_BEFORE = re.compile(
    r"(?:\bbefore|\bprior to|\bup to|\bthrough|\bthru|\buntil|\bup through|\bearlier than|<=?)\W*(?:\w+ ){0,2}$"
)
_PAST = re.compile(r"(?<!on or )(?:\bafter|\blater than)\W*(?:\w+ ){0,2}$")
_SHORT_OF = re.compile(r"(?<!on or )(?:\bbefore|\bprior to|\bearlier than)\W*(?:\w+ ){0,2}$")
_OR_LATER = re.compile(r"\W*(?:or|and) (?:later|after|newer|beyond|greater)")
_OR_EARLIER = re.compile(r"\W*(?:or|and) (?:earlier|before|prior|older)")
_EXCEPTED = re.compile(r"except ([a-z0-9 ]{1,60}): lots?[a-z ()]{0,60} ([a-z0-9]{1,18}) to ([a-z0-9]{1,18})")
_CONFUSABLE = str.maketrans("oilsbz", "011582")

Kind = Literal["expiry", "made", "any"]
Verdict = Literal["all", "in", "out", "unknown"]


class Window(msgspec.Struct, frozen=True):
    """Days that are in scope, of one kind of date; `any` where the record does not say which."""

    kind: Kind
    days: Days


class LotRange(msgspec.Struct, frozen=True):
    """Lots from one to another, both included: the same letters around a number of the same width."""

    before: str
    low: int
    high: int
    width: int
    after: str
    unless: frozenset[str] = frozenset()
    """Words of the product that the range does not cover."""

    def holds(self, lot: str) -> bool:
        """Whether the lot lies in the range."""
        middle = lot[len(self.before) : len(lot) - len(self.after)]
        shaped = lot.startswith(self.before) and lot.endswith(self.after) and len(middle) == self.width
        return shaped and middle.isdigit() and self.low <= int(middle) <= self.high


class Scope(msgspec.Struct, frozen=True):
    """What a record covers. Not limited by lot or date where all its parts are empty."""

    everything: bool = False
    lots: frozenset[str] = frozenset()
    text: str = ""
    """The text of codes without its dates: finds a lot that it prints with spaces or hyphens inside."""
    ranges: tuple[LotRange, ...] = ()
    patterns: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()
    uncertain: bool = False

    @property
    def limited(self) -> bool:
        """Whether lots or dates limit it."""
        return bool(self.lots or self.ranges or self.patterns or self.windows)


class Covered(msgspec.Struct, frozen=True):
    """Whether a label's lot and dates are in scope, and what decided."""

    verdict: Verdict
    because: str
    by_lot: bool = False
    """Whether the lot decided, not a date alone."""


def read_scope(codes: str) -> Scope:
    """The scope that a record's text of codes states.

    >>> read_scope("Lot #124A").lots, read_scope("ALL").everything
    (frozenset({'124a'}), True)
    """
    return _read_once(codes) if len(codes) <= _KEPT else _read(codes)


_KEPT = 2_000
"""Characters of a text of codes that is kept once it is read."""


@lru_cache(maxsize=2_000)
def _read_once(codes: str) -> Scope:
    return _read(codes)


def _read(codes: str) -> Scope:
    folded = fold(codes, _UNLIMITED_TEXT)
    text = _NOT_LOTS.sub(" ; ", folded)
    text, excepted = _excepted(text)
    windows, undated = _windows(text)
    ranges = (*excepted, *(made for found in _RANGE.finditer(undated) if (made := _range(found[1], found[2]))))
    patterns = (
        *(f"^{re.escape(lot_key(found[1]))}" for found in (*_STARTS.finditer(text), *_WILD.finditer(text))),
        *(f"{re.escape(lot_key(found[1]))}$" for found in _ENDS.finditer(text)),
        *(re.escape(lot_key(found[1])) for found in _HOLDS.finditer(text)),
    )
    bare = _MEASURE.sub(" ; ", undated)
    least = 1 if " lot" in f" {bare}" else 2
    lots = {key for token in _LOT_TOKEN.findall(bare) if has_digit(token) and len(key := lot_key(token)) >= least}
    return Scope(
        everything=bool(_EVERYTHING.search(folded)),
        lots=frozenset(lots),
        text=undated,
        ranges=ranges,
        patterns=patterns,
        windows=windows,
        uncertain=bool(_EXCEPT.search(text)) or (bool(_HARD.search(text)) and sum(len(lot) >= 4 for lot in lots) < 2),
    )


def _excepted(text: str) -> tuple[str, tuple[LotRange, ...]]:
    """Ranges that one product of the record is left out of, and the text without them."""
    ranges: list[LotRange] = []

    def out(found: re.Match[str]) -> str:
        made = _range(found[2], found[3])
        if made is None:
            return found[0]
        ranges.append(msgspec.structs.replace(made, unless=frozenset(map(stem, found[1].split()))))
        return " "

    return _EXCEPTED.sub(out, text), tuple(ranges)


def covers(scope: Scope, label: Label) -> Covered:
    """Whether the lot and dates of a label are in scope. Unknown never becomes no."""
    words = frozenset(label.words)
    dates = _dates_fit(scope, label)
    packed = label.made.first if label.made and label.made.first == label.made.last else None
    if packed and _listed(scope, f"{packed:%Y%m%d}", words):
        return Covered("in", f"its packing day {packed.isoformat()} is listed as a lot", True)
    for lot in label.lots:
        if _listed(scope, lot, words):
            return Covered("in", f"lot {lot.upper()} is listed", True)
    for code in label.codes:
        if len(code) >= 5 and _listed(scope, code, words):
            return Covered("in", f"the code {code.upper()} is listed as a lot", True)
    if dates is False:
        return Covered("out", "its date is outside the dates of the record")
    if label.lots and (scope.lots or scope.ranges) and not scope.everything and not scope.uncertain:
        if not dates:
            return Covered("out", f"lot {label.lots[0].upper()} is not among the lots of the record")
        return Covered("unknown", f"the date fits, lot {label.lots[0].upper()} is not among the lots of the record")
    if dates:
        return Covered("in", "its date is within the dates of the record")
    if scope.everything and not any(window.days.last or window.kind == "expiry" for window in scope.windows):
        return Covered("all", "the record covers all lots")
    if not scope.limited and not scope.uncertain:
        return Covered("all", "the record names no lot or date, so every pack is taken as covered")
    return Covered("unknown", "the record is limited by lot or date, and that of this pack is not known")


def _listed(scope: Scope, lot: str, words: frozenset[str]) -> bool:
    if lot in scope.lots or any(
        a_range.holds(lot) and not (a_range.unless and a_range.unless <= words) for a_range in scope.ranges
    ):
        return True
    if any(re.search(pattern, lot) for pattern in scope.patterns):
        return True
    if len(lot) >= 5 and re.search(rf"(?<![a-z0-9]){'[ ./_-]?'.join(lot)}(?![a-z0-9]|-[a-z0-9])", scope.text):
        return True
    if lot.isdigit() and lot.lstrip("0") in {listed.lstrip("0") for listed in scope.lots if listed.isdigit()}:
        return True
    alike = lot.translate(_CONFUSABLE)
    return len(lot) >= 4 and any(
        alike == listed.translate(_CONFUSABLE) for listed in scope.lots if len(listed) == len(lot)
    )


def _dates_fit(scope: Scope, label: Label) -> bool | None:
    """Whether a date of the label meets a window of its kind; None where there is nothing to compare."""
    compared: list[bool] = []
    for kind, days in (("expiry", label.expiry), ("made", label.made)):
        windows = [window.days for window in scope.windows if window.kind in (kind, "any")]
        if days is not None and windows:
            compared.append(any(days.meets(window) for window in windows))
    return None if not compared else all(compared)


def _windows(text: str) -> tuple[tuple[Window, ...], str]:
    """The date windows, and the text without what was read as a date with separators or names of months."""
    windows: list[Window] = []
    undated: list[str] = []
    kept = 0
    kind: Kind = "any"
    found = list(DATE.finditer(text))
    place = 0
    while place < len(found):
        match = found[place]
        days = days_of(match)
        gap_start = found[place - 1].end() if place else 0
        gap = text[gap_start : match.start()]
        kind = _kind(gap, kind)
        unmarked = match["packed"] or match["plain"] or match["full"] or match["year"]
        if days is None or (unmarked and kind == "any"):
            place += 1
            continue
        last, end = days, match.end()
        if place + 1 < len(found) and _BETWEEN.fullmatch(text[match.end() : found[place + 1].start()]):
            later = days_of(found[place + 1])
            joined = text[match.end() : found[place + 1].start()]
            if later is not None and (" and " not in f" {joined} " or "between" in gap or "from" in gap):
                last, end, place = later, found[place + 1].end(), place + 1
        windows.append(Window(kind, _window(days, last, gap, text[end : end + 14])))
        if not (match["packed"] or match["plain"] or match["full"]):
            undated.append(text[kept : match.start()])
            kept = end
        place += 1
    return tuple(dict.fromkeys(windows)), " ; ".join([*undated, text[kept:]])


def _kind(gap: str, kind: Kind) -> Kind:
    for found in _KIND.finditer(gap):
        kind = "expiry" if found["expiry"] else "made"
    return kind


def _window(first: Days, last: Days, gap: str, after: str) -> Days:
    if first is not last:
        return Days(first.first, last.last)
    if _PAST.search(gap) and first.last and first.last < date.max:
        return Days(first.last + timedelta(days=1), None)
    if _AFTER.search(gap) or _OR_LATER.match(after):
        return Days(first.first, None)
    if _SHORT_OF.search(gap) and first.first and first.first > date.min:
        return Days(None, first.first - timedelta(days=1))
    if _BEFORE.search(gap) or _OR_EARLIER.match(after):
        return Days(None, first.last)
    return first


def _range(low: str, high: str) -> LotRange | None:
    shape = re.compile(r"([a-z]*)(\d+)([a-z]*)")
    one, other = shape.fullmatch(low), shape.fullmatch(high)
    if one is None or other is None or one[3] != other[3] or len(one[2]) != len(other[2]):
        return None
    if other[1] not in ("", one[1]) or int(one[2]) > int(other[2]):
        return None
    return LotRange(one[1], int(one[2]), int(other[2]), len(one[2]), one[3])
