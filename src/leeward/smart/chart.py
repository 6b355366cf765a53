"""One person's chart read from a record system: what Leeward reads of it, page by page, within a time and a size.

Hazard: a chart that came in part reads as a whole one. Whatever could not be read is listed with what stays unknown for it,
and only who the person is has to be there.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import msgspec

from leeward.errors import BadInput, Problem
from leeward.fhir.reading import Resources, joined, read_all
from leeward.fhir.structures import (
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    Patient,
)
from leeward.smart.fetching import Asker
from leeward.smart.granted import Granted
from leeward.smart.paging import Reading, Searched
from leeward.smart.scopes import READ, missing, reach

CODE = "LW-0948"

WITHIN = 10.0
"""Seconds for a whole chart: a clinician waits. A convention of Leeward."""

MOST_BYTES = 30_000_000
"""Of a whole chart. A convention of Leeward."""

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


class _Reading(Reading):
    """One chart being read, and what of it could not be."""

    def __init__(self, client: Asker, base: str, granted: Granted, within: float) -> None:
        super().__init__(client, base, granted.access_token, within=within, most=MOST_BYTES)
        self.granted = granted
        self.problems: list[Problem] = []

    def part_unknown(self, resource: str, reason: str) -> None:
        """Say that resources of a type could not be read whole."""
        says = f"The {READ[resource]} could not all be read: {reason} What else there is stays unknown."
        self.problems.append(Problem(resource, CODE, says, "Look in the record system, or ask the person."))


def read_chart(client: Asker, fhir_base: str, granted: Granted, patient: str = "", *, within: float = WITHIN) -> Chart:
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
        return _pages(reading, resource, reading.search(search, _what(resource)))
    found = reading.search(f"{search}&_sort=-date", _what(resource))
    if found.pages:
        return _pages(reading, resource, found)
    # Some record systems give observations by category alone, and some sort nothing.
    by_category = [reading.search(f"{search}&category={one}", _what(resource)) for one in CATEGORIES]
    if any(one.pages for one in by_category):
        reading.part_unknown(resource, f"The record system gives them by category alone ({', '.join(CATEGORIES)}).")
    return joined([_pages(reading, resource, one) for one in by_category])


def _what(resource: str) -> str:
    return f"the search of {READ[resource]}"


def _pages(reading: _Reading, resource: str, found: Searched) -> Resources:
    """What the pages of a search hold; where they are not all of it, this is said."""
    for says in found.lacks:
        reading.part_unknown(resource, says)
    return joined([read_all(page, resource, is_page=True) for page in found.pages])


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
