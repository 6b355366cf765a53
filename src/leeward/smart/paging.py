"""Resources read from one FHIR server with one token: by their id, or by a search page by page, within one time and one size.

Hazard: a search that came in part reads as a whole one. Whatever keeps it from being whole is told with it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import msgspec

from leeward.errors import BadInput
from leeward.fhir.whole import counted, has_next, lacking, matches, next_of
from leeward.smart.fetching import Asker, get_sized, is_of_server, resolved

FHIR = "application/fhir+json"

MOST_PAGES = 20
"""Pages of one search. A convention of Leeward."""


class Searched(msgspec.Struct, frozen=True, kw_only=True):
    """The pages that a search gave, and sentences that say why they are not the whole of it; none where they are."""

    pages: tuple[Mapping[str, Any], ...]
    lacks: tuple[str, ...]


class Reading:
    """One reading of a FHIR server: with which token, until when, and how many bytes more."""

    def __init__(self, client: Asker, base: str, token: str, *, within: float, most: int) -> None:
        self.base = base.rstrip("/")
        self._client, self._token = client, token
        self._until, self._left = time.monotonic() + within, most

    def get(self, address: str, what: str) -> Mapping[str, Any]:
        """A resource, or a page of a search. Raises BadInput (LW-0942)."""
        left = self._until - time.monotonic()
        told, size = get_sized(
            self._client, address, what=what, token=self._token, accept=FHIR, within=left, most=self._left
        )
        self._left -= size
        return told

    def search(self, address: str, what: str) -> Searched:
        """Every page of a search, as far as it could be read."""
        pages: list[Mapping[str, Any]] = []
        seen: set[str] = set()
        while True:
            seen.add(address)
            try:
                page = self.get(address, what)
            except BadInput as wrong:
                return _in_part(pages, wrong.problems[0].says)
            if page.get("resourceType") != "Bundle":
                return _in_part(pages, "The answer to the search is no Bundle.")
            pages.append(page)
            if not has_next(page):
                return _ended(pages)
            address = resolved(self.base, next_of(page)) if next_of(page) else ""
            if not address or not is_of_server(self.base, address):
                return _in_part(pages, "The next page is on another server, which is not asked.")
            if address in seen:
                return _in_part(pages, "The pages go round in a circle.")
            if len(pages) == MOST_PAGES:
                return _in_part(pages, f"They are more than {MOST_PAGES} pages.")


def _ended(pages: list[Mapping[str, Any]]) -> Searched:
    """A search that came to its last page: whole, unless a page says otherwise or more were counted than came."""
    total, came = max(counted(page) for page in pages), sum(matches(page) for page in pages)
    lacks = _said(pages)
    if not lacks and came < total:
        lacks = (f"The record system counts {total:,} of them and gave {came:,}.",)
    return Searched(pages=tuple(pages), lacks=lacks)


def _in_part(pages: list[Mapping[str, Any]], reason: str) -> Searched:
    return Searched(pages=tuple(pages), lacks=(*_said(pages), reason))


def _said(pages: list[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(says for page in pages for says in lacking(page)))
