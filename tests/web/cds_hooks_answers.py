"""An answer of a CDS service held against the statements of CDS Hooks 2.0, by tables of its own and not by Leeward's types.

`broken(answer)` names each statement (by its number in HL7's list of requirements) that an answer breaks, and where.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

Broken = tuple[int, str]
Line = tuple[str, int, Callable[[Any], bool], bool]
"""A member's name, the statement about it, whether a value is as it asks, and whether the member must be there."""


def is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def is_short(value: Any) -> bool:
    return is_text(value) and len(value) < 140


def is_uuid(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f-]{36}", value) is not None and uuid.UUID(value).int > 0


def is_markdown(value: Any) -> bool:
    """Text without HTML: everything else is Markdown."""
    return is_text(value) and re.search(r"<[A-Za-z/!?]", value) is None


def is_absolute(value: Any) -> bool:
    parts = urlsplit(value) if isinstance(value, str) else None
    return parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)


def is_object(value: Any) -> bool:
    return isinstance(value, dict)


def is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def are_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def is_resource(value: Any) -> bool:
    return isinstance(value, dict) and is_text(value.get("resourceType"))


def one_of(*words: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in words


CARD: tuple[Line, ...] = (
    ("uuid", 80, is_uuid, True),
    ("summary", 83, is_short, True),
    ("detail", 85, is_markdown, False),
    ("indicator", 87, is_text, True),
    ("indicator", 88, one_of("info", "warning", "critical"), False),
    ("source", 90, is_object, True),
    ("suggestions", 92, are_objects, False),
    ("selectionBehavior", 95, one_of("at-most-one", "any"), False),
    ("selectionBehavior", 96, is_text, False),
    ("overrideReasons", 98, are_objects, False),
    ("links", 103, are_objects, False),
    ("extension", 214, is_object, False),
)
SOURCE: tuple[Line, ...] = (
    ("label", 105, is_text, True),
    ("url", 107, is_absolute, False),
    ("icon", 111, is_absolute, False),
    ("topic", 115, is_object, False),
)
SUGGESTION: tuple[Line, ...] = (
    ("label", 117, is_text, True),
    ("uuid", 119, is_text, False),
    ("isRecommended", 121, is_flag, False),
    ("actions", 124, are_objects, False),
)
ACTION: tuple[Line, ...] = (
    ("type", 127, one_of("create", "update", "delete"), True),
    ("description", 128, is_text, True),
    ("resource", 130, is_resource, False),
    ("resourceId", 135, is_text, False),
)
LINK: tuple[Line, ...] = (
    ("label", 138, is_text, True),
    ("url", 139, is_absolute, True),
    ("type", 141, is_text, True),
    ("type", 142, one_of("absolute", "smart"), False),
    ("appContext", 144, is_text, False),
)
TOPIC: tuple[Line, ...] = (
    ("code", 216, is_text, True),
    ("code", 218, is_text, True),
    ("system", 217, is_text, True),
    ("display", 220, is_text, False),
)
REASON: tuple[Line, ...] = (
    *TOPIC[:3],
    ("display", 100, is_text, True),
    ("display", 136, is_text, True),
    ("display", 219, is_text, True),
)


def broken(answer: Any) -> list[Broken]:
    """Every statement about a successful answer that this one breaks, and where."""
    if not isinstance(answer, dict) or not isinstance(answer.get("cards"), list):
        return [(74, "")]
    found = list(hollow(answer))
    if not isinstance(answer.get("systemActions", []), list):
        found.append((75, "systemActions"))
    for number, card in enumerate(answer["cards"]):
        found += _card(card, f"cards[{number}]") if isinstance(card, dict) else [(74, f"cards[{number}]")]
    ids = [card["uuid"] for card in answer["cards"] if isinstance(card, dict) and "uuid" in card]
    return [*found, (80, "cards")] if len({str(one) for one in ids}) < len(ids) else found


def hollow(value: Any, place: str = "") -> Iterator[Broken]:
    """Members that are null or empty; a list of no cards is an answer."""
    if value in (None, "", [], {}) and not isinstance(value, (bool, int)) and (place, value) != ("cards", []):
        yield 3, place
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield from hollow(one, f"{place}[{name}]" if isinstance(value, list) else f"{place}.{name}".lstrip("."))


def _members(given: Mapping[str, Any], lines: tuple[Line, ...], place: str) -> Iterator[Broken]:
    for name, statement, holds, required in lines:
        if (name in given and not holds(given[name])) or (name not in given and required):
            yield statement, f"{place}.{name}"


def _within(given: Mapping[str, Any], name: str, place: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The objects in a list of an object, each with its place."""
    listed = given.get(name)
    for number, one in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(one, dict):
            yield one, f"{place}.{name}[{number}]"


def _card(card: Mapping[str, Any], place: str) -> Iterator[Broken]:
    yield from _members(card, CARD, place)
    if "suggestions" in card and "selectionBehavior" not in card:
        yield from ((93, place), (96, place))
    source = card.get("source")
    if isinstance(source, dict):
        yield from _members(source, SOURCE, f"{place}.source")
        if isinstance(source.get("topic"), dict):
            yield from _members(source["topic"], TOPIC, f"{place}.source.topic")
    for reason, its_place in _within(card, "overrideReasons", place):
        yield from _members(reason, REASON, its_place)
    for link, its_place in _within(card, "links", place):
        yield from _members(link, LINK, its_place)
        if link.get("type") != "smart" and "appContext" in link:
            yield 147, its_place
    for suggestion, its_place in _within(card, "suggestions", place):
        yield from _members(suggestion, SUGGESTION, its_place)
        for action, where in _within(suggestion, "actions", its_place):
            yield from _action(action, where)


def _action(action: Mapping[str, Any], place: str) -> Iterator[Broken]:
    yield from _members(action, ACTION, place)
    resource, kind = action.get("resource"), action.get("type")
    if kind == "create" and (not isinstance(resource, dict) or "id" in resource):
        yield 131, place
    if kind == "update" and (not isinstance(resource, dict) or not is_text(resource.get("id"))):
        yield 132, place
    if kind == "delete" and "resource" in action:
        yield 133, place
    if kind == "delete" and "resourceId" not in action:
        yield 134, place
