"""Barcodes as they are printed, typed and read aloud, brought to one form.

A trade item number is the same number with and without leading zeros: UPC-A (12 digits), EAN-13, GTIN-14, and UPC-E, a
short way to print some UPC-A. The last digit is a check digit. Ten or eleven digits are no complete number (labels often
leave the first or the last digit small beside the bars): such a fragment is weak evidence.

Source: GS1 General Specifications, sections 2 and 7.9 (check digit), 5.2.2.4 (UPC-E).
"""

from __future__ import annotations

import re

import msgspec

SHORTEST, LONGEST = 6, 14
_LETTER = re.compile(r"[^\W0-9_]")
_NOT_DIGIT = re.compile(r"[^0-9]+")
_MISREAD = str.maketrans("OoIl", "0011")


class Barcode(msgspec.Struct, frozen=True, order=True):
    """A barcode: `key` is equal for all printed forms of one trade item number; a fragment is compared as printed."""

    key: str
    complete: bool
    printed: str = ""
    """The digits as printed, where they are not the whole number."""


def barcode(printed: str) -> Barcode | None:
    """The barcode that these digits are; None where there are too few or too many.

    >>> barcode("0085 9667 0071 18") == barcode("859667007118") == barcode("0859667007118")
    True
    >>> barcode("85966700711").key == barcode("859667007118").key
    True
    >>> barcode("859667007119").complete, barcode("5410600332").complete
    (False, False)
    """
    read = printed.translate(_MISREAD)
    if _LETTER.search(read):
        return None
    digits = _NOT_DIGIT.sub("", read)
    if not SHORTEST <= len(digits) <= LONGEST:
        return None
    if len(digits) == 8 and digits[0] in "01" and holds(wide := upc_a(digits)):
        return Barcode(wide.lstrip("0"), True)
    if len(digits) in (8, 12, 13, 14) and holds(digits) and digits.strip("0"):
        return Barcode(digits.lstrip("0"), True)
    if len(digits) == 11:
        return Barcode((digits + check_digit(digits)).lstrip("0"), False, digits)
    return Barcode(digits, False)


def holds(digits: str) -> bool:
    """Whether the last digit is the check digit of the others."""
    return check_digit(digits[:-1]) == digits[-1]


def check_digit(digits: str) -> str:
    """The check digit that belongs after these digits."""
    odd, even = digits[::-2], digits[-2::-2]
    return str(-(3 * sum(map(int, odd)) + sum(map(int, even))) % 10)


def upc_a(short: str) -> str:
    """The twelve digits of a UPC-E of eight.

    >>> upc_a("04252614")
    '042100005264'
    """
    system, body, check = short[0], short[1:7], short[7]
    last = body[5]
    if last in "012":
        middle = body[:2] + last + "0000" + body[2:5]
    elif last == "3":
        middle = body[:3] + "00000" + body[3:5]
    elif last == "4":
        middle = body[:4] + "00000" + body[4]
    else:
        middle = body[:5] + "0000" + last
    return system + middle + check


def keys(code: Barcode) -> tuple[str, ...]:
    """What a barcode is filed and looked for under: itself, the item in a case, and the ten digits between its ends.

    A case of fourteen digits (its first is not zero) holds the item of the twelve digits in its middle. Ten digits that
    fill the middle of a complete number are that number with its ends unread.
    """
    found = [code.key]
    if code.complete and len(code.key) == 14:
        inner = code.key[1:13]
        found.append((inner + check_digit(inner)).lstrip("0"))
    if code.complete and len(code.key) <= 12:
        found.append(f"middle {code.key.zfill(12)[1:11]}")
    if not code.complete and len(code.key) == 10:
        found.append(f"middle {code.key}")
    return tuple(found)
