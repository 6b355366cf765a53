"""Services for one person: searched, ticked and put on their sheet, by a note that says which."""

from __future__ import annotations

from collections.abc import Iterable

from leeward.paper.patient_sheet import MOST_SERVICES
from leeward.paper.services import Nearby
from leeward.ward.services import Loaded, chosen_body, chosen_services, services_of
from leeward.web.charting import Item, write
from leeward.web.numbers_typed import whole_number
from leeward.web.page import Page
from leeward.web.papers import HELD
from leeward.web.services_search import asked_of, place_shown, search_values, searched
from leeward.web.visit import Answer, Elsewhere, Shown, Visit


def show_person_services(visit: Visit) -> Answer:
    """What is on the sheet, the search, and what it finds. The search is a form: where somebody lives is in no address."""
    ward, knowledge = visit.house.ward, visit.house.knowledge
    found = services_of(ward, demo=visit.house.demo)
    asked = asked_of(visit.form, knowledge)
    chosen = chosen_services(visit.bedside.chart, ward)
    again = bool(visit.problems)
    kept = visit.forms.get("keep", ()) if again else [str(place) for place in range(len(chosen.found))]
    on_sheet = [
        (place, place_shown(one, knowledge, one.kilometres is not None), str(place) in kept)
        for place, one in enumerate(chosen.found)
    ]
    values = search_values(found, asked, ward) | {
        "chosen": chosen,
        "on_sheet": on_sheet,
        "ticked": visit.forms.get("service", ()),
        "list_digest": found.digest if isinstance(found, Loaded) else "",
        "asked_now": visit.text("step") != "",
        "most": MOST_SERVICES,
        "may_write": visit.may("notes-write"),
    }
    return Shown(template="person_services.html", values=values)


def take_person_services(visit: Visit) -> Answer:
    """A search, or the services that go on the sheet."""
    if visit.text("step") != "put":
        return show_person_services(visit)
    chosen = chosen_services(visit.bedside.chart, visit.house.ward)
    if visit.text("noted") != str(chosen.number):
        says = "The services on the sheet were changed meanwhile, so nothing was written."
        raise visit.wrong("service", says, "Look at what is on it now and tick again.")
    kept = [chosen.found[place] for place in _numbers(visit.forms.get("keep", ())) if place < len(chosen.found)]
    added = [one for one in _ticked(visit) if one.service not in [known.service for known in kept]]
    wanted = [*kept, *added]
    if len(wanted) > MOST_SERVICES:
        says = f"A sheet has room for {MOST_SERVICES} services, and these are {len(wanted)}."
        raise visit.wrong("service", says, "Untick some.")
    if wanted == list(chosen.found):
        raise visit.wrong("service", "Nothing is changed.", "Tick a service to put on, or untick one to take off.")
    item = Item(draft=visit.draft("note", chosen_body(wanted), part="services"), fields={"": "service"})
    answer = write(visit, item)
    return Elsewhere(to=f"/patients/{visit.patient}/sheet") if visit.text("then") == "sheet" else answer


def _ticked(visit: Visit) -> list[Nearby]:
    """The ticked lines of the list, as they were found. Raises BadInput where another list holds by now."""
    ticked = set(_numbers(visit.forms.get("service", ())))
    found = services_of(visit.house.ward, demo=visit.house.demo)
    if not ticked:
        return []
    if not isinstance(found, Loaded) or found.digest != visit.text("list"):
        raise visit.wrong("service", "Another list of services was loaded meanwhile.", "Search again and tick again.")
    asked = asked_of({**visit.form, "all": "yes"}, visit.house.knowledge)
    return [one for one in searched(found, asked, visit.house.knowledge).search.found if one.service.line in ticked]


def _numbers(given: Iterable[str]) -> list[int]:
    return [number for one in dict.fromkeys(given) if (number := whole_number(one)) is not None]


PAGES = (
    Page(
        path="/patients/{patient}/services",
        needs="chart-read",
        show=show_person_services,
        take=take_person_services,
        take_needs="notes-write",
        parts=HELD,
    ),
)
