"""JSON that came from elsewhere, decoded strictly: what two readers could understand differently is refused."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn, TypeGuard

import msgspec

from leeward.errors import BadInput

MOST_BYTES = 50_000_000
"""Larger texts are refused unread. A convention of Leeward."""

DEEPEST = 100
"""How many lists and objects may stand within one another; FHIR's own structures need some twenty."""

_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_NAME_ENDS = re.compile(r'"\s*:')


def is_object(given: object) -> TypeGuard[dict[str, Any]]:
    """Whether a decoded value is an object of JSON, whose names are text."""
    return isinstance(given, dict)


def decoded(content: bytes, *, most: int = MOST_BYTES, what: str = "body") -> dict[str, Any]:
    """The object that a text holds.

    Refused with BadInput: text over `most` bytes, not in UTF-8, not JSON, with a name twice in one object, with a number
    that no JSON has (NaN) or that is too long to read, nested deeper than `DEEPEST`, or that is no object.
    """
    if len(content) > most:
        raise _refused(what, f"This is larger than {most:,} bytes.", "Send less at once.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(what, f"Byte {error.start + 1} is not UTF-8.", "Send it in UTF-8.") from None
    plain = _read_at_once(text)
    if plain is not None:
        return plain
    try:
        found: object = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)
    except _TwiceError as twice:
        raise _refused(what, f"The name {str(twice)[:60]!r} stands twice in one object.", "Send each once.") from None
    except _NumberError as number:
        raise _refused(what, f"{str(number)[:30]} is no number of JSON.", "Leave the element out.") from None
    except json.JSONDecodeError as error:
        says = f"This is not JSON: {error.msg[0].lower()}{error.msg[1:]} in line {error.lineno}, column {error.colno}."
        raise _refused(what, says, "Send the JSON anew.") from None
    except RecursionError:
        raise _refused(what, f"This is nested deeper than {DEEPEST} levels.", "Send it flatter.") from None
    except ValueError:  # Python reads no whole number of more than some thousand digits
        raise _refused(what, "A number is too long to be read.", "Send it shorter.") from None
    if not is_object(found):
        raise _refused(what, "This is no JSON object.", "Send one object, in braces.")
    if _HALF.search(text) and not _whole(found):
        raise _refused(what, "A text holds half of a character.", "Send it in UTF-8.")
    if _names_in(found) is None:
        raise _refused(what, f"This is nested deeper than {DEEPEST} levels.", "Send it flatter.")
    return found


def _read_at_once(text: str) -> dict[str, Any] | None:
    """The object of a text in which nothing can be wrong; None where the careful reader must look, and word what is.

    A text without a backslash has no escapes, so that each name in it ends in a quotation mark with a colon after it.
    As many of those as names that were read: no name stands twice. (More of them only sends the text to the careful reader.)
    """
    if "\\" in text:
        return None
    try:
        found: object = msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError):
        return None
    return found if is_object(found) and _names_in(found) == len(_NAME_ENDS.findall(text)) else None


class _TwiceError(Exception):
    pass


class _NumberError(Exception):
    pass


def _refused(what: str, says: str, mend: str) -> BadInput:
    return BadInput.one("LW-0901", what, says, mend)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: set[str] = set()
    raise _TwiceError(next(name for name, _ in pairs if name in seen or seen.add(name)))


def _constant(name: str) -> NoReturn:
    raise _NumberError(name)


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _NumberError(text)
    return number


def _whole(found: dict[str, Any]) -> bool:
    """Whether every text can be written down again: half a surrogate pair cannot."""
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _names_in(found: dict[str, Any]) -> int | None:
    """How many names stand in the objects of a decoded text; None where it is nested deeper than `DEEPEST`."""
    names = 0
    objects: list[dict[str, Any]] = [found]
    lists: list[list[Any]] = []
    for _ in range(DEEPEST):
        names += sum(map(len, objects))
        within = [value for one in objects for value in one.values() if type(value) in _HOLDERS]
        within += [value for one in lists for value in one if type(value) in _HOLDERS]
        if not within:
            return names
        objects = [value for value in within if type(value) is dict]
        lists = [value for value in within if type(value) is list]
    return None


_HOLDERS = (dict, list)
"""What the decoders make of objects and lists, and never a kind of them."""
