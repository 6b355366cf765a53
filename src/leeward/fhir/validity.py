"""Whether a resource is as R4 has it: `$validate`, answered by an OperationOutcome.

What is checked: the structures that R4 defines (names, types, required codes, forms of dates and ids, days that there are), required
elements, choices of which at most one may be there, names that no structure has, and values that are empty. What is
not checked: value sets beyond the required codes, invariants, references, profiles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from leeward.errors import Problem, shown
from leeward.fhir.choices import choices_of
from leeward.fhir.json_text import is_object
from leeward.fhir.outcomes import issue, outcome_of
from leeward.fhir.primitives import Date, DateTime
from leeward.fhir.reading import read_resource
from leeward.fhir.structures import REQUIRED, RESOURCES, Element, OperationOutcome
from leeward.model.shapes import is_list

CODE = "LW-0920"
UNKNOWN = "LW-0922"
MOST_PROBLEMS = 100
"""Problems told of one resource; whoever has more mends these first."""

CHOICE = "[x]"

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


def validity_of(raw: object, path: str = "") -> OperationOutcome:
    """What is wrong with a resource, an issue each; a single issue of severity information where nothing is."""
    found = problems_of(raw, path)
    if not found:
        return OperationOutcome(issue=(issue("information", "informational", NOTHING_WRONG),))
    wrong = outcome_of((one for one in found if one.code != UNKNOWN), "structure", most=MOST_PROBLEMS + 1)
    unknown = outcome_of((one for one in found if one.code == UNKNOWN), "not-supported", most=MOST_PROBLEMS + 1)
    return OperationOutcome(issue=(*wrong.issue, *unknown.issue))


NOTHING_WRONG = "Nothing was found wrong. Value sets, invariants, references and profiles were not checked."


def is_valid(raw: object) -> bool:
    """Whether nothing was found wrong with a resource."""
    return not problems_of(raw)


def problems_of(raw: object, path: str = "") -> tuple[Problem, ...]:
    """Everything that is wrong with a resource, each with its place."""
    if not is_object(raw):
        return (Problem(path, CODE, "This is no FHIR resource.", "Send one resource of R4 as a JSON object."),)
    kind = raw.get("resourceType")
    structure = RESOURCES.get(kind) if isinstance(kind, str) else None
    place = path or (kind if isinstance(kind, str) else "")
    if structure is None:
        says = "This is no resource of a kind that Leeward has the structure of, so whether it is valid cannot be told."
        return (Problem(place[:80], UNKNOWN, says, "Have it looked at elsewhere."),)
    found: list[Problem] = list(_id(raw, place))
    for problem in _in_structure(raw, structure, place):
        found.append(problem)
        if len(found) == MOST_PROBLEMS:
            break
    read = read_resource(raw, place)
    return (*((read,) if isinstance(read, Problem) else ()), *found)


def _id(raw: Mapping[str, Any], path: str) -> Iterator[Problem]:
    """The id of a resource has a form of its own; that of an element within it is any text."""
    given = raw.get("id")
    if isinstance(given, str) and _ID.fullmatch(given) is None:
        says = "This is no id of a resource: 1 to 64 letters, digits, hyphens and dots."
        yield Problem(f"{path}.id", CODE, says, "Give it another.")


def _in_structure(raw: Mapping[str, Any], structure: type[Element], path: str) -> Iterator[Problem]:
    names = fields_of(structure)
    for name, value in raw.items():
        place = f"{path}.{name}"
        if name == "resourceType" and structure in RESOURCES.values():
            continue
        if name.startswith("_"):
            if name[1:] not in names:
                yield Problem(place, CODE, f"R4 has no element {shown(name)} here.", "Leave it out.")
            continue
        if name not in names:
            yield Problem(place, CODE, f"R4 has no element {shown(name)} here.", "Leave it out.")
            continue
        yield from _value(value, names[name], place)
        if name in dated_fields_of(structure):
            yield from _days(value, place)
    yield from _required(raw, structure, path)
    yield from _choices(raw, structure, path)


def _value(value: Any, inner: type[Element] | None, place: str) -> Iterator[Problem]:
    if value is None or value == "" or value == [] or value == {}:
        yield Problem(place, CODE, "This is empty, which R4 does not allow.", "Leave the element out.")
    elif is_list(value):
        for index, one in enumerate(value):
            yield from _value(one, inner, f"{place}[{index}]")
    elif is_object(value):
        if inner is not None:
            yield from _in_structure(value, inner, place)
        elif "resourceType" in value:
            yield from problems_of(value, place)


def _days(value: Any, place: str) -> Iterator[Problem]:
    """Days that the calendar does not have, such as 30 February; their form is told elsewhere."""
    told: Sequence[Any] = value if is_list(value) else (value,)
    for one in told:
        if isinstance(one, str) and _DAY.match(one) and not _is_day(one[:10]):
            yield Problem(place, CODE, f"There is no day {one[:10]}.", "Send the right one.")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _required(raw: Mapping[str, Any], structure: type[Element], path: str) -> Iterator[Problem]:
    for name in REQUIRED.get(structure.__name__, ()):
        if name.endswith(CHOICE):
            stem = name.removesuffix(CHOICE)
            there = any(_is_choice_of(given.removeprefix("_"), stem) for given in raw)
        else:
            there = name in raw or f"_{name}" in raw
        if not there:
            yield Problem(f"{path}.{name}", CODE, "This element is required and is not there.", "Send it.")


def _choices(raw: Mapping[str, Any], structure: type[Element], path: str) -> Iterator[Problem]:
    for stem, names in choices_of(structure).items():
        there = [name for name in raw if name in names]
        if len(there) > 1:
            says = f"{' and '.join(there)} stand side by side, and at most one may."
            yield Problem(f"{path}.{stem}{CHOICE}", CODE, says, "Leave all but one out.")


def _is_choice_of(name: str, stem: str) -> bool:
    return name.startswith(stem) and name[len(stem) : len(stem) + 1].isupper()


@cache
def fields_of(structure: type[Element]) -> Mapping[str, type[Element] | None]:
    """The elements of a structure by the name that JSON has for them, each with its structure where it has one."""
    hints = get_type_hints(structure)
    return {field.encode_name: _inner(hints[field.name]) for field in msgspec.structs.fields(structure)}


@cache
def dated_fields_of(structure: type[Element]) -> frozenset[str]:
    """The elements of a structure that hold a date or an instant, by the name that JSON has for them."""
    hints = get_type_hints(structure, include_extras=True)
    return frozenset(field.encode_name for field in msgspec.structs.fields(structure) if _is_dated(hints[field.name]))


def _is_dated(hint: Any) -> bool:
    return hint in (Date, DateTime) or any(_is_dated(argument) for argument in get_args(hint))


def _inner(hint: Any) -> type[Element] | None:
    if isinstance(hint, type) and issubclass(hint, Element):
        return hint
    if get_origin(hint) is None:
        return None
    for argument in get_args(hint):
        found = _inner(argument)
        if found is not None:
            return found
    return None
