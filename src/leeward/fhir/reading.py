"""Resources as they were sent, read one by one: what cannot be read is named with its place, and takes no other with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from leeward.errors import Problem, shown
from leeward.fhir.choices import told_twice
from leeward.fhir.json_text import is_object
from leeward.fhir.structures import RESOURCES, Bundle, Element, OperationOutcome
from leeward.fhir.whole import has_next, is_deleted, unreadable
from leeward.model.shapes import is_list

MOST_RESOURCES = 20_000
"""More resources than this at once are refused. A convention of Leeward."""

_AT_SERVER = re.compile(r"https?://(?P<base>.+)/(?P<name>[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64})(?:/_history/[^/]+)?")
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_WITHOUT_OFFSET = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?")
TIMES = ("effectiveDateTime", "effectiveInstant", "authored", "onsetDateTime", "recordedDate", "dateAsserted")
"""Times of a resource without which it can still be read, as of an unknown time."""

_PLACE = re.compile(r" - at `\$\.?(.*)`$")
_ENUM = re.compile(r"Invalid (?:enum )?value '(.*)'")


class Resources(msgspec.Struct, frozen=True, kw_only=True):
    """What was read, in its order, and what could not be."""

    held: tuple[Element, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Resources that are not as R4 has them, with what is wrong in each."""
    passed_over: tuple[Problem, ...] = ()
    """Resources of a type that Leeward does not read."""
    partial: tuple[Problem, ...] = ()
    """What says that there is more than came: an outcome of the server, an entry without a resource, a further page."""


def joined(parts: Sequence[Resources]) -> Resources:
    """What came in several pieces, as one."""
    return Resources(
        held=tuple(one for part in parts for one in part.held),
        problems=tuple(one for part in parts for one in part.problems),
        passed_over=tuple(one for part in parts for one in part.passed_over),
        partial=tuple(one for part in parts for one in part.partial),
    )


def read_resource(raw: Mapping[str, Any], path: str) -> Element | Problem:
    """One resource in its structure, or why it has none."""
    type_ = raw.get("resourceType")
    if not isinstance(type_, str):
        return _problem(path, "This is no FHIR resource: `resourceType` is missing.", "Send a resource of R4.")
    structure = RESOURCES.get(type_)
    if structure is None:
        says = f"Leeward does not read {shown(type_, 40)} resources."
        return Problem(path, "LW-0904", says, "It is listed as not used.")
    if told := told_twice(raw, structure):
        return _problem(path, f"{told} stand side by side, and at most one may.", "Leave all but one out.")
    try:
        return msgspec.convert(raw, structure)
    except (msgspec.ValidationError, RecursionError) as error:
        return _mistake(str(error), path)


def read_all(raw: object, path: str, *, is_page: bool = False) -> Resources:
    """Everything that a resource, a bundle or a list of them holds; a bundle within a bundle is opened too.

    References by the address of an entry (`urn:uuid:...`) become references by type and id. `is_page`: whether the caller
    follows the link to the next page itself.
    """
    held: list[Element] = []
    problems: list[Problem] = []
    passed: list[Problem] = []
    partial: list[Problem] = []
    for place, one in _each(raw, path, partial, is_page):
        if len(held) >= MOST_RESOURCES:
            problems.append(_problem(place, f"More than {MOST_RESOURCES:,} resources came at once.", "Send fewer."))
            break
        one, timeless = _without_unclear_times(one, place)
        problems += timeless
        found = read_resource(one, place)
        if isinstance(found, Problem):
            (passed if found.code == "LW-0904" else problems).append(found)
        elif isinstance(found, OperationOutcome):
            partial += _outcome(found, place)
        elif not isinstance(found, Bundle):
            held.append(found)
    return Resources(held=tuple(held), problems=tuple(problems), passed_over=tuple(passed), partial=tuple(partial))


def _each(
    raw: object, path: str, partial: list[Problem], is_page: bool = False
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every resource with its place, without the bundles that hold them; what holds none goes to `partial`."""
    waiting: list[tuple[str, object]] = [(path, raw)]
    while waiting:
        place, one = waiting.pop()
        if is_list(one):
            waiting += [(f"{place}[{index}]", inner) for index, inner in reversed(list(enumerate(one)))]
        elif not is_object(one):
            partial.append(_missing(place, "There is no resource here."))
        elif one.get("resourceType") == "Bundle" and is_list(entries := one.get("entry", [])):
            if not is_page and has_next(one):
                partial.append(_missing(place, "It is one page of several; the next one did not come along."))
            partial += [_missing(place, says) for says in unreadable(one)]
            gone = {at for at, entry in enumerate(entries) if is_deleted(entry)}
            says = "This entry is to be deleted, so nothing of it is used."
            partial += [_missing(f"{place}.entry[{at}]", says) for at in sorted(gone)]
            named = [(f"{place}.entry[{at}].resource", _resource(entry)) for at, entry in enumerate(by_type_and_id(entries)) if at not in gone]  # fmt: skip
            waiting += reversed(named)
        else:
            yield place, one


def _without_unclear_times(raw: dict[str, Any], path: str) -> tuple[dict[str, Any], list[Problem]]:
    """A resource without the times that lack their offset from UTC, so that what it says stands at an unknown time.

    Left out as a whole, it would let an older reading pass for the newest.
    """
    unclear = [name for name in TIMES if isinstance(told := raw.get(name), str) and _WITHOUT_OFFSET.fullmatch(told)]
    says = "This time has no offset from UTC, so nobody knows which instant it is. It is unknown."
    problems = [_problem(f"{path}.{name}", says, "Write 2026-11-22T09:00:00-05:00.") for name in unclear]
    return ({name: told for name, told in raw.items() if name not in unclear} if unclear else raw), problems


def _resource(entry: object) -> object:
    return entry.get("resource") if is_object(entry) else None


def by_type_and_id(entries: Sequence[object]) -> Sequence[object]:
    """The entries of a bundle with references by type and id where they were by the address of an entry.

    A resource of a second server under a type and id that the first one has too gets an id of its own, and so does one
    that is meant on a server other than that of the entry of this type and id: the same id elsewhere is somebody else.
    """
    named: dict[str, str] = {}
    servers: dict[str, list[str]] = {}
    found: list[tuple[object, object, str]] = []
    for entry in entries:
        url, resource = (entry.get("fullUrl"), entry.get("resource")) if is_object(entry) else (None, None)
        if not isinstance(url, str) or not is_object(resource):
            found.append((entry, None, ""))
            continue
        there = _AT_SERVER.fullmatch(url)
        base = there["base"] if there else ""
        if there and there["name"] == f"{resource.get('resourceType')}/{resource.get('id')}":
            known = servers.setdefault(there["name"], [])
            known += [base] if base not in known else []
            id = resource["id"] if known[0] == base else _elsewhere(base, there["name"])
        elif url not in named:
            id = _id_for(url, resource, named)
            named[url] = f"{resource.get('resourceType')}/{id}"
        else:
            id = resource.get("id")
        found.append((entry, id, base))
    # Most bundles are of one server and name what they mean by type and id: those are left as they came.
    several = named or any(len(bases) > 1 for bases in servers.values())
    if not several and not any(_meant(told, named, servers, "") != told for told in _absolute(entries, servers)):
        return entries
    return [_renamed(_with_id(entry, id), named, servers, base) for entry, id, base in found]


def _with_id(entry: object, id: object) -> object:
    resource = _resource(entry)
    return {"resource": {**resource, "id": id}} if id and is_object(resource) else entry


def _absolute(entries: Sequence[object], servers: Collection[str]) -> Iterator[str]:
    """The references by a whole address that stand at the top of the resources of some entries."""
    for resource in map(_resource, entries if servers else ()):
        for value in resource.values() if is_object(resource) else ():
            for one in value if is_list(value) else (value,):
                if is_object(one) and isinstance(told := one.get("reference"), str) and ":" in told:
                    yield told


def _id_for(url: str, resource: Mapping[str, Any], named: Mapping[str, str]) -> str:
    """The id of a resource with an address: its own, unless it has none or another address has it already."""
    own = resource.get("id")
    if isinstance(own, str) and f"{resource.get('resourceType')}/{own}" not in named.values():
        return own
    last = re.split("[:/]", url)[-1]
    return last if _ID.fullmatch(last) else f"entry.{len(named)}"


def _elsewhere(base: str, name: str) -> str:
    """The id of a resource on another server than the one that others of its type and id are on."""
    return f"{name.rpartition('/')[2]}.{re.sub('[^A-Za-z0-9]+', '.', base)}"[:64]


def _renamed(told: object, named: Mapping[str, str], servers: Mapping[str, Sequence[str]], base: str) -> Any:
    if is_object(told):
        renamed = {name: _renamed(value, named, servers, base) for name, value in told.items()}
        reference = told.get("reference")
        return (
            renamed | {"reference": _meant(reference, named, servers, base)} if isinstance(reference, str) else renamed
        )
    return [_renamed(one, named, servers, base) for one in told] if is_list(told) else told


def _meant(reference: str, named: Mapping[str, str], servers: Mapping[str, Sequence[str]], base: str) -> str:
    """A reference by type and id, where it is by the address of an entry, or of what is on another server."""
    if reference in named:
        return named[reference]
    there = _AT_SERVER.fullmatch(reference)
    at, name = (there["base"], there["name"]) if there else (base, reference)
    known = servers.get(name, ())
    if not known or not at or at == known[0] or (not there and at not in known):
        return reference
    return f"{name.partition('/')[0]}/{_elsewhere(at, name)}"


def _outcome(one: OperationOutcome, path: str) -> Iterator[Problem]:
    """What a server said of its own answer, by its codes: its words may be about the person."""
    for issue in one.issue:
        yield _missing(path, f"The server says: {issue.severity or 'no severity'}, {issue.code or 'no code'}.")


def _missing(path: str, says: str) -> Problem:
    return Problem(path, "LW-0923", says, "There may be more than came. Look in the record.")


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
