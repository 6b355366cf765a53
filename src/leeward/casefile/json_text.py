"""JSON text to a document, strictly: no key twice, no NaN, no number that a float cannot hold."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any, NoReturn

from leeward.casefile.document import refuse_depth, refuse_twice
from leeward.casefile.margin import SYNTAX
from leeward.errors import BadInput, MisuseError

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


class _Twice(Exception):
    """A mapping has a key twice."""


def from_json(text: str) -> object:
    """The document in a JSON text; raises BadInput with one sentence that names the line and the column."""
    try:
        document: object = json.loads(text, object_pairs_hook=_mapping, parse_constant=_no_constant, parse_int=_whole)
    except _Twice:
        _refuse_twice(text)
    except RecursionError:
        refuse_depth()
    except json.JSONDecodeError as error:
        says = f"The file is not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        raise BadInput.one(SYNTAX, "", says, "Mend it there.") from None
    if "\\u" in text and _LONE_SURROGATE.search(json.dumps(document, ensure_ascii=False)):
        says = "A \\u escape stands for half a character."
        raise BadInput.one(SYNTAX, "", says, "Write the character itself, in UTF-8.")
    return document


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice
    return found


def _no_constant(name: str) -> NoReturn:
    raise BadInput.one(SYNTAX, "", f"{name} is not a number in JSON.", "Write a number, or unknown in quotation marks.")


def _whole(digits: str) -> int | float:
    """A whole number; one of more digits than any count has is as good as infinite, and is refused where it stands."""
    return int(digits) if len(digits) < 20 else float(digits)


def _refuse_twice(text: str) -> NoReturn:
    """Find the first key that a mapping has twice, in a text known to hold one, and name both lines."""
    open_mappings: list[dict[str, int]] = []
    line, counted = 1, 0
    tokens = list(_TOKEN.finditer(text))
    for token, following in pairwise(tokens):
        word = token[0]
        if word in ("{", "["):
            open_mappings.append({})
        elif word in ("}", "]"):
            open_mappings.pop()
        elif following[0] == ":" and word[0] == '"':
            line, counted = line + text.count("\n", counted, token.start()), token.start()
            keys, key = open_mappings[-1], json.loads(word)
            if key in keys:
                refuse_twice(key, keys[key], line)
            keys[key] = line
    raise MisuseError("No mapping of this text has a key twice.")
