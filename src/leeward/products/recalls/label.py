"""What stands on a label, field by field: codes, dates, pack, strength, form, and the words that are left to name it.

The same reading serves a label that somebody types and the product description of a record, so that like is compared
with like. Nothing is inferred: a field that is not printed is empty, which means not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import msgspec

from leeward.products.recalls.amounts import amounts_in, stem
from leeward.products.recalls.barcodes import Barcode, barcode
from leeward.products.recalls.dates import DATE, MONTHS, Days, days_of
from leeward.products.wording import LONGEST, fold

T = TypeVar("T")


_NDC = re.compile(r"(?<![\d-])(\d{4,5})-(\d{3,4})(?:-(\d{1,2}))?(?![\d-]*\d)")
_NDC_PLAIN = re.compile(r"\bndc\W{0,4}(?:code|no|number)?\W{0,3}(\d{9,11})\b")
_BARCODE_NAMED = re.compile(
    r"\b(?:upc|ean|gtin|bar ?code|barras)(?:[ -]?(?:code|number|no|a|e|13))?s?\W{0,4}((?:\d[ -]{0,4}){5,17}\d)(?![\da-z])"
)
_BARCODE_BARE = re.compile(r"(?<![\da-z./-])\d(?:[ -]?\d){5,13}(?![\da-z]|[./-]\d)")
_GROUPED = re.compile(r"(?:\d[ -])?\d{5}[ -]\d{5}(?:[ -]\d)?")
_LOT_NAMED = re.compile(
    r"(?<!\ba )(?<!parking )\b(?:lots?|lote|batch(?:es)?|control)(?:[ -]?(?:code|number|num|no|nos|id|run))?s?\b[ .:#-]*(?:(?:is|was)\b ?)?"
    r"(?=[a-z0-9./@-]*\d)([a-z0-9][a-z0-9./@_-]*)"
)
_LOT_OF_LETTERS = re.compile(r"(?<!\ba )(?i:\blot)[ :#]*([A-Z]{3,6})\b(?![./@_-]?\s*\w*\d)")
"""A lot without a digit: only capitals among smaller letters tell it from a word."""
_PREFIX = re.compile(r"^\W*(?i:lots?|batch|lote|b\W?#|l\W?#|b(?=\W*#))(?i: ?(?:no|number|code|id))?[\W_]*(?=\w)")
"""What stands before a lot that is told apart from the label: the word for it."""
_ELEMENTS = re.compile(r"\((01|10|17)\) ?([a-z0-9./-]+)")
"""Element strings of GS1 codes: item number, lot, expiry (YYMMDD)."""
_SPELT = re.compile(r"(?<![a-z0-9])[a-z](?: [a-z]){2,}(?![a-z0-9])")
"""A word spelt letter by letter, as a caller does: "o p m s"."""
_LOT_MARKED = re.compile(r"(?:\bl ?#|\bb#|\bl/n\b|\bln[ :#]|#)[ :]*(?=[a-z0-9./@_-]*\d)([a-z0-9][a-z0-9./@_-]{2,})")
_EXPIRY_WORDS = re.compile(
    r"\b(?:exp(?:iry|ires?|ired|iration)?|best(?: if)?(?: used)?(?: (?:by|before))?|use(?:d)? (?:by|before|thru)|sell by|bbd?|bb|enjoy by|freshest by)\b\W{0,3}(?:date|dates)?\W{0,4}(?:of |is )?"
)
_MADE_WORDS = re.compile(
    r"\b(?:mfg|mfd|made(?: on)?|manufactur\w*(?: on)?|packed(?: on)?|pack date|compounded(?: on)?|dispensed(?: on)?|production|produced(?: on)?|dom)\b\W{0,3}(?:date|dates)?\W{0,4}(?:of |is |on )?"
)
_TOKEN = re.compile(r"[a-z0-9]+(?:\.\d+)?")
_DAY_OF_MONTH = re.compile(rf"\b(?:{'|'.join(MONTHS)})\.? \d\d?\b")
_SAID_CODE = re.compile(r"\bcodes?[ :#]*(?=[a-z0-9 -]*\d)[a-z]{0,4}[0-9][a-z0-9-]*(?: \d+)*")
_CODE = re.compile(r"(?=(?:[a-z]*\d){4})(?=.*[a-z])[a-z0-9]{6,}|\d{6,}")
"""A word that is a code and names nothing: letters among four digits or more, or six digits."""
_DIGIT = re.compile(r"\d")
_NOT_LOT = re.compile(r"[\W_]+")
_LETTERS_DIGITS = re.compile(r"[a-z0-9][a-z0-9./@-]{3,}")


class Label(msgspec.Struct, frozen=True):
    """A label read. Counts are articles, sizes are ("g" | "ml", value), strengths ("mg" | "mcg" | "mg/ml" | ..., value)."""

    words: tuple[str, ...] = ()
    """What is left to name the product, in order, folded, without plural s, no repeats; words for a form among them."""
    barcodes: tuple[Barcode, ...] = ()
    ndcs: tuple[tuple[str, str, str], ...] = ()
    lots: tuple[str, ...] = ()
    """Codes that the text calls a lot."""
    codes: tuple[str, ...] = ()
    """Other runs of letters and digits that may be a lot."""
    expiry: Days | None = None
    made: Days | None = None
    forms: tuple[str, ...] = ()
    counts: tuple[float, ...] = ()
    sizes: tuple[tuple[str, float], ...] = ()
    strengths: tuple[tuple[str, float], ...] = ()


def read_label(text: str, lot: str = "", upc: str = "", longest: int = LONGEST) -> Label:
    """Read a label. A lot and a barcode that are known apart from the text go in beside it.

    >>> read = read_label("Sunstone Organics White Vein Kratom 50 gram powder Lot #119")
    >>> read.words, read.lots, read.forms, read.sizes
    (('sunstone', 'organic', 'white', 'vein', 'kratom', 'powder'), ('119',), ('powder',), (('g', 50.0),))
    """
    lettered = _LOT_OF_LETTERS.search(text[:longest]) if not lot and not text.isupper() else None
    if lettered:
        lot, text = lettered[1], text[: lettered.start()] + text[lettered.end() :]
    return label_in(_SPELT.sub(lambda found: found[0].replace(" ", ""), fold(text, longest)), lot, upc)


def label_in(folded: str, lot: str = "", upc: str = "") -> Label:
    """Read a label from text that is folded already; arguments as in `read_label`."""
    left = _Text(_ELEMENTS.sub(_spelt_element, folded))
    ndcs = _ndcs(left)
    named = left.take(_BARCODE_NAMED, lambda found: barcode(found[1]), "upc", "ean", "gtin", "code", "barras")
    expiry, made = _dated(left, _EXPIRY_WORDS), _dated(left, _MADE_WORDS)
    left.take(
        DATE, lambda found: None if found["packed"] or found["plain"] or found["full"] or found["year"] else found[0]
    )
    lots = left.take(_LOT_NAMED, lambda found: lot_key(found[1]), "lot", "batch", "b#", "b #", "control")
    lots += left.take(_LOT_MARKED, lambda found: lot_key(found[1]), "#", "l/n", "ln")
    bare = left.take(_BARCODE_BARE, _bare_barcode)
    given = barcode(upc) if upc else None
    left.text, amounts = amounts_in(left.text)
    codes = dict.fromkeys(lot_key(found) for found in _LETTERS_DIGITS.findall(left.text) if has_digit(found))
    left.text = _SAID_CODE.sub(" ; ", _DAY_OF_MONTH.sub(" ; ", left.text))
    return Label(
        words=_words(left.text),
        barcodes=tuple(dict.fromkeys(code for code in (given, *named, *bare) if code is not None)),
        ndcs=tuple(dict.fromkeys(ndcs)),
        lots=tuple(dict.fromkeys(key for key in (lot_key(_PREFIX.sub("", lot)), *lots) if key)),
        codes=tuple(codes),
        expiry=expiry,
        made=made,
        forms=amounts.forms,
        counts=amounts.counts,
        sizes=amounts.sizes,
        strengths=amounts.strengths,
    )


def product_in(folded: str) -> Label:
    """Read what tells one product from another: codes, amounts and words; lots and dates stay in the text."""
    left = _Text(folded)
    ndcs = _ndcs(left)
    barcodes = _barcodes(left)
    left.text, amounts = amounts_in(left.text)
    return Label(
        words=_words(left.text),
        barcodes=barcodes,
        ndcs=tuple(dict.fromkeys(ndcs)),
        forms=amounts.forms,
        counts=amounts.counts,
        sizes=amounts.sizes,
        strengths=amounts.strengths,
    )


def product_codes(folded: str) -> tuple[tuple[Barcode, ...], tuple[tuple[str, str, str], ...]]:
    """The barcodes and the drug codes in folded text, for a record whose other fields are read elsewhere."""
    left = _Text(folded)
    ndcs = _ndcs(left)
    return _barcodes(left), tuple(dict.fromkeys(ndcs))


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stem(word) for word in _TOKEN.findall(text) if not _is_code(word)))


def _is_code(word: str) -> bool:
    return len(word) > LONGEST_WORD or (len(word) > 5 and _CODE.fullmatch(word) is not None)


def _barcodes(left: _Text) -> tuple[Barcode, ...]:
    named = left.take(_BARCODE_NAMED, lambda found: barcode(found[1]), "upc", "ean", "gtin", "code", "barras")
    return tuple(dict.fromkeys((*named, *left.take(_BARCODE_BARE, _bare_barcode))))


def _ndcs(left: _Text) -> list[tuple[str, str, str]]:
    hyphenated = left.take(_NDC, lambda found: (found[1], found[2], found[3] or ""), "-")
    return hyphenated + left.take(_NDC_PLAIN, lambda found: (found[1], "", ""), "ndc")


LONGEST_WORD = 40
"""Letters of the longest word that can name anything."""


def has_digit(token: str) -> bool:
    """Whether a run of letters and digits holds a digit, as every lot but a few does."""
    return _DIGIT.search(token) is not None


def lot_key(printed: str) -> str:
    """A lot as it is compared: letters and digits alone, lower case.

    >>> lot_key("AAW.501.3"), lot_key("MR0120417-9")
    ('aaw5013', 'mr01204179')
    """
    key = printed.casefold()
    return key if key.isalnum() else _NOT_LOT.sub("", key)


def _spelt_element(found: re.Match[str]) -> str:
    kind, value = found[1], found[2]
    if kind == "17" and len(value) == 6:
        return f" exp 20{value[:2]}-{value[2:4]}-{value[4:]} "
    return f" upc {value} " if kind == "01" else f" lot {value} " if kind == "10" else found[0]


def _bare_barcode(found: re.Match[str]) -> Barcode | None:
    """Digits that nobody called a barcode count as one if they hold together, or are a plain run as long as one."""
    code = barcode(found[0])
    if code is None:
        return None
    if code.complete and len(code.key) <= 8:
        # Eight digits are as often a date; alone on the label they are its barcode.
        return code if found.string.strip() == found[0] else None
    plain = found[0].isdigit() and len(found[0]) in (10, 12, 13)
    return code if (code.complete and len(code.key) > 8) or plain or _GROUPED.fullmatch(found[0]) else None


def _dated(left: _Text, words: re.Pattern[str]) -> Days | None:
    for found in words.finditer(left.text):
        after = DATE.match(left.text, found.end())
        if after and (days := days_of(after)) is not None:
            left.drop(found.start(), after.end())
            return days
    return None


class _Text:
    """Text that shrinks as fields are taken out of it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def take(self, pattern: re.Pattern[str], read: Callable[[re.Match[str]], T | None], *signs: str) -> list[T]:
        """Every match that can be read, taken out of the text; what cannot be read stays.

        Where signs are named, text without any of them is not searched at all.
        """
        taken: list[T] = []
        if signs and not self.holds(signs):
            return taken

        def out(found: re.Match[str]) -> str:
            value = read(found)
            if value is None or value == "":
                return found[0]
            taken.append(value)
            return " ; "

        self.text = pattern.sub(out, self.text)
        return taken

    def holds(self, signs: tuple[str, ...]) -> bool:
        """Whether one of these stands in the text. A loop, for it runs a million times when FDA's files are loaded."""
        for sign in signs:  # noqa: SIM110
            if sign in self.text:
                return True
        return False

    def drop(self, start: int, end: int) -> None:
        self.text = f"{self.text[:start]} ; {self.text[end:]}"
