"""Whether the answer to a search holds everything that was asked for. A part of it would read as the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from leeward.errors import shown
from leeward.fhir.json_text import is_object
from leeward.model.shapes import is_list

REFERRED_TO = ("Medication", "Organization", "Practitioner", "PractitionerRole", "Location", "Patient", "Provenance")
"""Types of what a match refers to, which servers send along without saying so."""

HARMLESS = ("information", "warning")
IN_PART = ("incomplete", "timeout", "throttled", "too-costly", "security", "forbidden", "login", "exception")
"""Issues that say that something is not there, however mildly they are graded."""

ANSWERS = ("searchset", "collection", None)
"""Types of a bundle that tells what there is; any other asks for something, or tells what was done."""


def is_whole(raw: object) -> bool:
    """Whether a resource, or a bundle with the answer to a search, came whole and without an error.

    A bundle with a further page, with more matches counted than it holds, with an entry that has no resource, or with the
    server's own word that something failed is none; nor is one whose pages or matches cannot be told from what it says.
    """
    if not is_object(raw) or raw.get("resourceType") == "OperationOutcome":
        return False
    if raw.get("resourceType") != "Bundle":
        return isinstance(raw.get("resourceType"), str)
    return not has_next(raw) and not any(lacking(raw)) and counted(raw) <= matches(raw)


def is_to_be_done(entry: object) -> bool:
    """Whether an entry of a bundle asks a server to do something, and so tells nothing of what there is."""
    return is_object(entry) and entry.get("request") is not None


def is_deleted(entry: object) -> bool:
    """Whether an entry says that its resource is to be deleted, or was."""
    request = entry.get("request") if is_object(entry) else None
    return is_object(request) and str(request.get("method")).strip().upper() == "DELETE"


def lacking(page: Mapping[str, Any]) -> Iterator[str]:
    """Sentences that say why a page does not hold all that it should, going by its entries."""
    entries = page.get("entry")
    if entries is not None and not is_list(entries):
        yield "Its entries are no list."
    yield from unreadable(page)
    if page.get("type") not in ANSWERS:
        yield f"It is a bundle of type {shown(page.get('type'), 30)}, which is no answer to a search."
    for entry in entries if is_list(entries) else ():
        if is_to_be_done(entry):
            yield "An entry asks for something to be done, so it does not tell what there is."
        told = entry.get("resource") if is_object(entry) else None
        if is_object(told) and told.get("resourceType") == "OperationOutcome":
            yield from _said_of_it(told)
        elif not is_whole(told):
            yield "An entry holds no whole resource."


def unreadable(page: Mapping[str, Any]) -> Iterator[str]:
    """Sentences that say why nobody can tell from a page whether there is more than it holds."""
    links, total = page.get("link"), page.get("total")
    if links is not None and not (is_list(links) and all(_is_link(link) for link in links)):
        yield "Its links cannot be read, so nobody knows whether there is a further page."
    if total is not None and (type(total) is not int or total < 0):
        yield "Its total is no whole number, so nobody knows how many there are."


def has_next(page: Mapping[str, Any]) -> bool:
    """Whether a page says that another one follows."""
    return any(_is_next(link) for link in _objects(page.get("link")))


def next_of(page: Mapping[str, Any]) -> str:
    """The address of the page that follows, as it was told; empty where none was."""
    links = [link for link in _objects(page.get("link")) if _is_next(link)]
    address = links[0].get("url") if links else None
    return address if isinstance(address, str) else ""


def counted(page: Mapping[str, Any]) -> int:
    """How many matches a page says that there are on all pages together; 0 where it does not say."""
    total = page.get("total")
    return total if isinstance(total, int) else 0


def matches(page: Mapping[str, Any]) -> int:
    """How many matches a page holds: not what came with them, nor what the server says of its answer."""
    return sum(1 for one in _objects(page.get("entry")) if _mode(one) not in ("include", "outcome"))


def _is_link(link: object) -> bool:
    return is_object(link) and isinstance(link.get("relation"), str)


def _is_next(link: Mapping[str, Any]) -> bool:
    relation = link.get("relation")
    return isinstance(relation, str) and relation.strip().lower() == "next"


def only_holds(page: Mapping[str, Any], kind: str) -> bool:
    """Whether each match of a page is a resource of a type; what came with one may be of any, as what it refers to may be."""
    for entry in _objects(page.get("entry")):
        resource = entry.get("resource")
        type_ = resource.get("resourceType") if is_object(resource) else None
        if _mode(entry) == "match" and type_ != kind and type_ not in REFERRED_TO:
            return False
    return True


def _said_of_it(outcome: Mapping[str, Any]) -> Iterator[str]:
    """What a server says of its own answer, by its codes: its words may be about the person."""
    issues = list(_objects(outcome.get("issue")))
    grave = [one for one in issues if one.get("severity") not in HARMLESS or one.get("code") in IN_PART]
    if grave or not issues:
        code = shown(grave[0].get("code") or "no code", 30) if grave else "no code"
        yield f"The record system says that its answer may not be whole ({code})."


def _mode(entry: Mapping[str, Any]) -> str:
    """What a resource is in the answer: a match, or something that came with one."""
    resource, search = entry.get("resource"), entry.get("search")
    if is_object(resource) and resource.get("resourceType") == "OperationOutcome":
        return "outcome"
    mode = search.get("mode") if is_object(search) else None
    return mode if isinstance(mode, str) else "match"


def _objects(listed: object) -> Iterator[Mapping[str, Any]]:
    return (one for one in (listed if is_list(listed) else ()) if is_object(one))
