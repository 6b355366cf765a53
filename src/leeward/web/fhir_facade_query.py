"""What is asked of the FHIR facade by its address: parameters of a search, how many, which page; and the Bundle of a page.

Nothing is passed over in silence: a parameter that is not served is refused, or named in the answer where the caller
said `Prefer: handling=lenient`. A page further on names the answer that it goes on from: where that has changed
meanwhile, whoever reads begins anew instead of missing what moved.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec

from leeward.errors import BadInput, shown
from leeward.fhir.capability import OF_ONE_PERSON, Parameter
from leeward.fhir.episode import beginning, id_of_person
from leeward.fhir.outcomes import IssueCode, issue
from leeward.fhir.searching import Fits, asked_for, refused
from leeward.fhir.structures import Bundle, BundleEntry, BundleEntrySearch, BundleLink, Meta, OperationOutcome
from leeward.fhir.writing import plain

USUAL, MOST = 100, 500
"""Resources of a page, unless `_count` asks for fewer or more; and at most."""

MOST_PARAMETERS = 50

_PAGE = re.compile(r"(?P<start>[0-9]{1,9})-(?P<of>[0-9a-f]{16})")

JSON = frozenset({"json", "application/json", "application/fhir+json", "application/fhir json", "text/json"})
"""What may stand in `_format` and `Accept`; a plus sign that was not written as %2B comes as a space."""

Resource = Mapping[str, Any]


class Declined(Exception):
    """It is not answered: the status and one sentence."""

    def __init__(self, status: int, code: IssueCode, says: str) -> None:
        self.status, self.says = status, says
        self.code: IssueCode = code
        super().__init__(says)


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """A search as it was asked."""

    searches: tuple[tuple[str, str], ...]
    passed_over: tuple[str, ...]
    """Parameters that are not served, where the caller is content that they are left out."""
    count: int
    start: int
    of: str
    """What the answer was that this page goes on from; empty for a first page."""

    def fits(self, parameters: Mapping[str, Parameter], base: str, zone: tzinfo) -> list[Fits]:
        """What each parameter asks for. Raises BadInput for a value that cannot be read."""
        return [asked_for(parameters[name], value, name, base, zone) for name, value in self.searches]

    def whom(self, kind: str, base: str) -> str:
        """What ids about the person begin with whom the search names. Raises Declined where it names nobody or several."""
        named: set[str] = set()
        for name, value in self.searches:
            if name in OF_ONE_PERSON:
                named |= {_patient(one.removeprefix(base), name) for one in value.split(",")}
            elif name == "_id":
                named |= {beginning(one) for one in value.split(",")}
            elif name == "identifier":
                named |= {beginning(id_of_person(one.rpartition("|")[2])) for one in value.split(",")}
        if len(named) != 1:
            how = "Patient/ and the id" if kind != "Patient" else "_id or identifier"
            says = "names several people" if named else "names nobody"
            raise Declined(400, "invalid", f"This search {says}. Name one person, by {how}.")
        return named.pop()


def _patient(reference: str, name: str) -> str:
    kind, _, id = reference.rpartition("/")
    if kind not in ("", "Patient"):
        raise refused(name, "refers to no Patient of this server", "Write Patient/ and the id.")
    return beginning(id)


def read_pairs(query: bytes) -> list[tuple[str, str]]:
    """The names and values of an address. Raises Declined for what is not UTF-8 or is too much."""
    try:
        return parse_qsl(query.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except UnicodeDecodeError:
        raise Declined(400, "invalid", "The parameters are not in UTF-8. Send them in UTF-8.") from None
    except ValueError:
        says = f"There are more than {MOST_PARAMETERS} parameters. Send fewer."
        raise Declined(400, "too-long", says) from None


def acceptable(pairs: Sequence[tuple[str, str]], accept: str) -> bool:
    """Whether JSON is what the caller takes: by `_format`, else by the header `Accept`."""
    formats = [value for name, value in pairs if name == "_format"]
    if formats:
        return all(one.partition(";")[0].strip().lower() in JSON for one in formats)
    kinds = {one.partition(";")[0].strip().lower() for one in accept.split(",")} - {""}
    return not kinds or bool(kinds & (JSON | {"*/*", "application/*"}))


def read_query(pairs: Sequence[tuple[str, str]], parameters: Mapping[str, Parameter], prefer: str) -> Query:
    """The search that an address asks for. Raises BadInput for a parameter that is not served or cannot be read."""
    lenient = "handling=lenient" in re.split(r"[,;\s]+", prefer.lower())
    searches: list[tuple[str, str]] = []
    passed_over: list[str] = []
    besides: dict[str, str] = {}
    for name, value in pairs:
        if name in parameters:
            searches.append((name, value))
        elif name in ("_count", "_page"):
            if name in besides:
                raise refused(name, "stands twice", "Send it once.")
            besides[name] = value
        elif "." in name or name.startswith("_has"):
            raise refused(name, "asks for a chained or reverse search, which there is not here", "Search step by step.")
        elif ":" in name:
            raise refused(name, "has a modifier, and none is served", "Leave the modifier out.")
        elif name != "_format":
            passed_over.append(name)
    if passed_over and not lenient:
        says = "is not served here"
        mend = "Leave it out, or send Prefer: handling=lenient to have it passed over."
        raise BadInput([one for name in dict.fromkeys(passed_over) for one in refused(name, says, mend).problems])
    start, of = _page(besides.get("_page"))
    return Query(
        searches=tuple(searches),
        passed_over=tuple(dict.fromkeys(passed_over)),
        count=_count(besides.get("_count")),
        start=start,
        of=of,
    )


def _count(text: str | None) -> int:
    if text is None:
        return USUAL
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise refused("_count", "is no whole number", f"Send a number from 0 to {MOST}.")
    return min(int(text), MOST)


def _page(text: str | None) -> tuple[int, str]:
    if text is None:
        return 0, ""
    found = _PAGE.fullmatch(text)
    if found is None:
        raise refused("_page", "is from no link of this server", "Follow the link next of the page before.")
    return int(found["start"]), found["of"]


def page_of(found: Sequence[Resource], query: Query, address: str, base: str, at: str, meta: Meta | None) -> Bundle:
    """One page of what was found. Raises Declined where it goes on from an answer that is no longer the same."""
    of = hashlib.sha256("\n".join(_name(one) for one in found).encode()).hexdigest()[:16]
    if query.of not in ("", of):
        says = "What was found has changed since the page before. Begin the search anew."
        raise Declined(410, "conflict", says)
    shown_now = found[query.start : query.start + query.count]
    asked = [*query.searches, ("_count", str(query.count))]
    here = [("_page", f"{query.start}-{of}")] if query.start else []
    links = [BundleLink(relation="self", url=f"{address}?{urlencode([*asked, *here])}")]
    after = query.start + query.count
    if query.count and after < len(found):
        links.append(BundleLink(relation="next", url=f"{address}?{urlencode([*asked, ('_page', f'{after}-{of}')])}"))
    entries = [_entry(one, base) for one in shown_now]
    if query.passed_over:
        entries.append(BundleEntry(resource=_passed_over(query), search=BundleEntrySearch(mode="outcome")))
    return Bundle(meta=meta, type="searchset", timestamp=at, total=len(found), link=tuple(links), entry=tuple(entries))


def _entry(one: Resource, base: str) -> BundleEntry:
    mode = "outcome" if one["resourceType"] == "OperationOutcome" else "match"
    return BundleEntry(fullUrl=f"{base}{_name(one)}", resource=dict(one), search=BundleEntrySearch(mode=mode))


def _name(one: Resource) -> str:
    return f"{one['resourceType']}/{one.get('id', '')}"


def _passed_over(query: Query) -> dict[str, object]:
    issues = (
        issue("warning", "not-supported", f"The parameter {shown(name)} is not served here and was passed over.")
        for name in query.passed_over
    )
    return plain(OperationOutcome(issue=tuple(issues)))
