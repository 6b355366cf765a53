"""The chart that was open in the record system: the one here where there is one, else an admission filled from it to look through."""

from __future__ import annotations

from typing import Any

from leeward.fhir.to_case import case_document
from leeward.smart.chart import Chart, read_chart
from leeward.smart.fetching import client_for_records
from leeward.smart.launching import refresh
from leeward.web.charting import Slips, write
from leeward.web.launches import FromRecord, Opened
from leeward.web.page import Page
from leeward.web.pages.admit import admission_typed, admission_values, may_admit, namesakes, new_patient
from leeward.web.pages.smart import asked_there
from leeward.web.record_draft import filled, groups_of, here_already, items_of, known_as, orders_of
from leeward.web.visit import Answer, Elsewhere, Refused, Shown, Visit

LARGEST = 1_000_000


def show_chart(visit: Visit) -> Answer:
    """The chart here, or what was read, to be looked through and admitted."""
    opened = _opened(visit)
    known = _known(visit, opened)
    if known and visit.method == "GET":
        return Elsewhere(to=f"/patients/{known}")
    if not may_admit(visit):
        raise Refused(403, "This needs the role nurse or prescriber or pharmacist.")
    found = _read(visit, opened)
    known = _known(visit, opened)
    if known and visit.method == "GET":
        return Elsewhere(to=f"/patients/{known}")
    if visit.method == "GET":
        visit.form = filled(found)
        visit.forms = {name: [value] for name, value in visit.form.items()}
    groups = groups_of(visit, found)
    values: dict[str, Any] = {
        "key": visit.path["key"],
        "record_system": opened.registered.called,
        "read_at": found.at,
        "groups": groups,
        "taken": {group.name for group in groups if visit.text(f"take-{group.name}")},
        "left_out": set(visit.forms.get("leave", ())),
        "orders": orders_of(visit, found),
        "unread": found.chart.problems,
        "not_understood": found.read.not_understood,
    }
    return Shown(template="smart_chart.html", values=admission_values(visit) | values)


def take_chart(visit: Visit) -> Answer:
    """The person is admitted with what was typed, and with what was looked through and ticked."""
    opened = _opened(visit)
    found = opened.found
    if found is None:
        raise Refused(409, "The chart was not read yet, and nothing was written.", "Open this page again.")
    known = _known(visit, opened)
    if known and known != new_patient(visit):
        says = "Somebody has admitted this person meanwhile, and nothing was written."
        raise Refused(409, says, "Begin again from the chart: the person's page opens.")
    if same := visit.text("same"):
        return _same_person(visit, found, same)
    slips = Slips()
    items = admission_typed(visit, slips, known_as(found))
    return write(visit, *items, *items_of(visit, found, groups_of(visit, found)), slips=slips)


def _same_person(visit: Visit, found: FromRecord, same: str) -> Answer:
    """Somebody says that a person here is the one there: kept with who they are, and nothing else."""
    if same not in {id_ for id_, _, _ in namesakes(visit)}:
        raise Refused(
            409, "This person is not called the same any more, and nothing was written.", "Open this page again."
        )
    visit.write(visit.draft("patient", known_as(found), part="known-as", patient=same))
    return Elsewhere(to=f"/patients/{same}")


def _opened(visit: Visit) -> Opened:
    assert visit.person is not None
    opened = visit.house.launches.opened(visit.path["key"], visit.person.id, visit.now)
    if opened is None:
        raise Refused(410, "This chart is not held here any more.", "Begin again from the chart in the record system.")
    return opened


def _known(visit: Visit, opened: Opened) -> str:
    """The id of the chart here; empty where there is none. Raises Refused where two could be meant."""
    found = here_already(visit, opened.address, opened.found.chart.patient if opened.found else None)
    if len(found) > 1:
        says = "Two charts here belong to the person whose chart was open, and Leeward does not guess which."
        raise Refused(409, says, "Look for the person on the board.")
    return found[0] if found else ""


def _read(visit: Visit, opened: Opened) -> FromRecord:
    """What the record holds: read once, and kept until it was looked through."""
    if opened.found is None:
        chart = asked_there(visit, lambda: _chart(visit, opened))
        read = case_document(chart.resources, visit.now, opened.patient, knowledge=visit.house.knowledge)
        opened.found = FromRecord(chart=chart, read=read, at=visit.now)
        opened.granted = None  # a token that is not needed any more is not kept
    return opened.found


def _chart(visit: Visit, opened: Opened) -> Chart:
    with client_for_records() as client:
        granted = opened.granted
        if granted is not None and not granted.holds(visit.now) and granted.refresh_token:
            granted = opened.granted = refresh(client, opened.configuration, opened.registered, granted, visit.now)
        if granted is None or not granted.holds(visit.now):
            raise _ended()
        return read_chart(client, opened.registered.base, granted)


def _ended() -> Refused:
    says = "What the record system allowed has ended before the chart was read."
    return Refused(403, says, "Begin again from the chart.")


PAGES = (
    Page(path="/smart/chart/{key}", needs="board-read", show=show_chart, take=take_chart, largest=LARGEST, waits=True),
)
