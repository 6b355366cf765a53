"""One person's chart read from a record system: what Leeward reads of it, page by page, within a time and a size.

Hazard: a chart that came in part reads as a whole one. Whatever could not be read is listed with what stays unknown for it,
and only who the person is has to be there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import msgspec

from leeward.errors import BadInput, Problem, shown
from leeward.fhir.json_text import is_object
from leeward.fhir.reading import Resources, joined, read_all
from leeward.fhir.structures import (
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    Patient,
)
from leeward.model.shapes import is_list
from leeward.smart.fetching import MOST_BYTES, get, resolved
from leeward.smart.granted import Granted
from leeward.smart.scopes import READ, missing, reach

CODE = "LW-0948"
FHIR = "application/fhir+json"

WITHIN = 10.0
"""Seconds for a whole chart: a clinician waits. A convention of Leeward."""

MOST_PAGES = 20
"""Pages of one search. A convention of Leeward."""

MOST_MEDICINES = 50
"""Medicines that stand by themselves and are asked for one by one. A convention of Leeward."""

A_PAGE = 200
CATEGORIES = ("vital-signs", "laboratory", "survey", "social-history", "exam")
"""Of observations, asked for one by one where a record system does not give all at once."""

SEARCHED = tuple(one for one in READ if one not in ("Patient", "Medication"))


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """What was read of one person. `problems` lists what could not be, or only in part."""

    patient: Patient
    address: str
    """The absolute address of the person: the record system and its id of them."""
    resources: Resources
    problems: tuple[Problem, ...]


class _Reading:
    """One chart being read: with which token, until when, and what could not be."""

    def __init__(self, client: httpx.Client, base: str, granted: Granted, within: float) -> None:
        self.client, self.base, self.granted = client, base, granted
        self.until = time.monotonic() + within
        self.problems: list[Problem] = []

    def get(self, address: str, what: str) -> Mapping[str, Any]:
        """A resource, or a page of a search."""
        left = self.until - time.monotonic()
        return get(self.client, address, what=what, token=self.granted.access_token, accept=FHIR, within=left)

    def part_unknown(self, resource: str, reason: str) -> None:
        """Say that resources of a type could not be read whole."""
        says = f"The {READ[resource]} could not all be read: {reason} What else there is stays unknown."
        self.problems.append(Problem(resource, CODE, says, "Look in the record system, or ask the person."))


def read_chart(
    client: httpx.Client, fhir_base: str, granted: Granted, patient: str = "", *, within: float = WITHIN
) -> Chart:
    """The chart of one person (of the launch, where no id is given). Raises BadInput where not even the person can be read."""
    base = fhir_base.rstrip("/")
    reading, id_ = _Reading(client, base, granted, within), patient or granted.patient
    address = f"{base}/Patient/{quote(id_, safe='')}"
    told = reading.get(address, "who the person is")
    whole = read_all(told, f"Patient/{id_}")
    who = whole.held[0] if whole.held else None
    if not isinstance(who, Patient) or who.id != id_:
        says = "The record system answered with something else than the person whose chart was open."
        raise BadInput.one(CODE, "Patient", says, "Begin again from the chart.")
    parts = [whole]
    for resource in SEARCHED:
        if reach(granted.scopes, resource) != "none":
            parts.append(_searched(reading, resource, id_))
    parts.append(_medicines(reading, parts))
    problems = tuple(dict.fromkeys((*missing(granted.scopes), *reading.problems)))
    return Chart(patient=who, address=address, resources=joined(parts), problems=problems)


def _searched(reading: _Reading, resource: str, patient: str) -> Resources:
    """Everything of a type about somebody."""
    search = f"{reading.base}/{resource}?patient={quote(patient, safe='')}&_count={A_PAGE}"
    if resource != "Observation":
        return joined(list(_pages(reading, resource, search)))
    found = list(_pages(reading, resource, f"{search}&_sort=-date", reported=False))
    if found:
        return joined(found)
    # Some record systems give observations by category alone, and some sort nothing.
    parts = [part for one in CATEGORIES for part in _pages(reading, resource, f"{search}&category={one}")]
    if parts:
        reading.part_unknown(resource, f"The record system gives them by category alone ({', '.join(CATEGORIES)}).")
    return joined(parts)


def _pages(reading: _Reading, resource: str, address: str, *, reported: bool = True) -> Iterator[Resources]:
    """Every page of a search; where it ends early this is said. `reported=False`: not of the first page."""
    seen: set[str] = set()
    size = 0
    for page in range(MOST_PAGES):
        try:
            told = reading.get(address, f"the search of {READ[resource]}")
            if told.get("resourceType") != "Bundle":
                raise BadInput.one(CODE, resource, "The answer to the search is no Bundle.", "")
        except BadInput as wrong:
            if reported or page:
                reading.part_unknown(resource, wrong.problems[0].says)
            return
        yield read_all(told, resource)
        for says in _warnings(told):
            reading.part_unknown(resource, says)
        size += len(msgspec.json.encode(told))
        following = _next(told)
        seen.add(address)
        if following is None:
            return
        address = resolved(reading.base, following)
        if not _within(reading.base, address):
            reading.part_unknown(resource, "The next page is on another server, which is not asked.")
            return
        if address in seen or size > MOST_BYTES:
            says = "The pages go round in a circle." if address in seen else f"They are more than {MOST_BYTES:,} bytes."
            reading.part_unknown(resource, says)
            return
    reading.part_unknown(resource, f"They are more than {MOST_PAGES} pages.")


def _next(bundle: Mapping[str, Any]) -> str | None:
    links = bundle.get("link")
    for link in links if is_list(links) else ():
        if is_object(link) and link.get("relation") == "next" and isinstance(link.get("url"), str):
            return link["url"]
    return None


def _within(base: str, address: str) -> bool:
    """Whether an address is of the same FHIR server: scheme, name, port and the beginning of its path."""
    try:
        there, here = urlsplit(address), urlsplit(base)
        same = (there.scheme, there.hostname, there.port) == (here.scheme, here.hostname, here.port)
    except ValueError:
        return False
    plain = ".." not in there.path and not there.username and not there.password
    return same and plain and (there.path == here.path or there.path.startswith(f"{here.path}/"))


def _warnings(bundle: Mapping[str, Any]) -> Iterator[str]:
    """What the record system says of a search that may not be whole."""
    entries = bundle.get("entry")
    for entry in entries if is_list(entries) else ():
        told = entry.get("resource") if is_object(entry) else None
        if is_object(told) and told.get("resourceType") == "OperationOutcome":
            issues = told.get("issue")
            grave = (
                [one for one in issues if is_object(one) and one.get("severity") != "information"]
                if is_list(issues)
                else []
            )
            if grave:
                yield f"The record system says that its answer may not be whole ({shown(grave[0].get('code'), 30)})."


def _medicines(reading: _Reading, parts: Sequence[Resources]) -> Resources:
    """The Medication resources that orders and doses refer to and that did not come with them."""
    if reach(reading.granted.scopes, "Medication") == "none":
        return Resources()
    held = [one for part in parts for one in part.held]
    came = {f"Medication/{getattr(one, 'id', '')}" for one in held if type(one).__name__ == "Medication"}
    wanted: dict[str, None] = {}
    for one in held:
        if isinstance(one, MedicationRequest | MedicationStatement | MedicationAdministration | MedicationDispense):
            told = one.medicationReference.reference if one.medicationReference else None
            name = (told or "").removeprefix(f"{reading.base}/")
            if name.startswith("Medication/") and name.count("/") == 1 and name not in came:
                wanted[name] = None
    found: list[Resources] = []
    for place, name in enumerate(wanted):
        try:
            if place == MOST_MEDICINES:
                raise BadInput.one(CODE, "Medication", f"They are more than {MOST_MEDICINES}.", "")
            id_ = quote(name.removeprefix("Medication/"), safe="")
            found.append(read_all(reading.get(f"{reading.base}/Medication/{id_}", "a medicine"), name))
        except BadInput as wrong:
            reading.part_unknown("Medication", wrong.problems[0].says)
            break
    return joined(found)
