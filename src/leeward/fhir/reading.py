"""Resources as they were sent, read one by one: what cannot be read is named with its place, and takes no other with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from leeward.errors import Problem, shown
from leeward.fhir.json_text import is_object
from leeward.fhir.structures import RESOURCES, Bundle, Element, OperationOutcome
from leeward.model.shapes import is_list

MOST_RESOURCES = 20_000
"""More resources than this at once are refused. A convention of Leeward."""

_PLACE = re.compile(r" - at `\$\.?(.*)`$")
_ENUM = re.compile(r"Invalid (?:enum )?value '(.*)'")


class Resources(msgspec.Struct, frozen=True, kw_only=True):
    """What was read, in its order, and what could not be."""

    held: tuple[Element, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Resources that are not as R4 has them, with what is wrong in each."""
    passed_over: tuple[Problem, ...] = ()
    """Resources of a type that Leeward does not read."""


def joined(parts: Sequence[Resources]) -> Resources:
    """What came in several pieces, as one."""
    return Resources(
        held=tuple(one for part in parts for one in part.held),
        problems=tuple(one for part in parts for one in part.problems),
        passed_over=tuple(one for part in parts for one in part.passed_over),
    )


def read_resource(raw: Mapping[str, Any], path: str) -> Element | Problem:
    """One resource in its structure, or why it has none."""
    type_ = raw.get("resourceType")
    if not isinstance(type_, str):
        return _problem(path, "This is no FHIR resource: `resourceType` is missing.", "Send a resource of R4.")
    structure = RESOURCES.get(type_)
    if structure is None:
        return Problem(path, "LW-0904", f"Leeward does not read {shown(type_)} resources.", "It is listed as not used.")
    try:
        return msgspec.convert(raw, structure)
    except (msgspec.ValidationError, RecursionError) as error:
        return _mistake(str(error), path)


def read_all(raw: object, path: str) -> Resources:
    """Everything that a resource, a bundle or a list of them holds; a bundle within a bundle is opened too."""
    held: list[Element] = []
    problems: list[Problem] = []
    passed: list[Problem] = []
    for place, one in _each(raw, path):
        if len(held) >= MOST_RESOURCES:
            problems.append(_problem(place, f"More than {MOST_RESOURCES:,} resources came at once.", "Send fewer."))
            break
        found = read_resource(one, place)
        if isinstance(found, Problem):
            (passed if found.code == "LW-0904" else problems).append(found)
        elif not isinstance(found, Bundle | OperationOutcome):
            held.append(found)
    return Resources(held=tuple(held), problems=tuple(problems), passed_over=tuple(passed))


def _each(raw: object, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every resource with its place, without the bundles that hold them."""
    waiting: list[tuple[str, object]] = [(path, raw)]
    while waiting:
        place, one = waiting.pop()
        if is_list(one):
            waiting += [(f"{place}[{index}]", inner) for index, inner in reversed(list(enumerate(one)))]
        elif is_object(one):
            entries = one.get("entry")
            if one.get("resourceType") == "Bundle" and is_list(entries):
                inside = [
                    (f"{place}.entry[{index}].resource", entry["resource"])
                    for index, entry in enumerate(entries)
                    if is_object(entry) and "resource" in entry
                ]
                waiting += reversed(inside)
            else:
                yield place, one


def _mistake(message: str, path: str) -> Problem:
    """The sentence of the decoder in other words: what stands there is cut short, and never the person's own words."""
    where = _PLACE.search(message)
    place = f"{path}.{where[1]}" if where and where[1] else path
    enum = _ENUM.match(message)
    if enum:
        return _problem(place, f"{shown(enum[1])!r} is no code that R4 allows here.", "Send a code of R4.")
    if "matching regex" in message:
        return _problem(place, "This is not in the form that R4 asks for.", "See the data types of FHIR R4.")
    says = _PLACE.sub("", message).replace("`", "")
    return _problem(place, f"{says[:1].upper()}{shown(says[1:], 80)}.", "See the structure in FHIR R4.")


def _problem(path: str, says: str, mend: str) -> Problem:
    return Problem(path=path, code="LW-0902", says=says, mend=mend)
