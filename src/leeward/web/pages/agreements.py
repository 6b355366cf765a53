"""Agreements with auditors: on one that stands a record may leave for audit or evaluation, to the auditor it names."""

from __future__ import annotations

from leeward.record.egress import Agreement, agree_audit, agreements_of
from leeward.web.charting import Slips, line
from leeward.web.page import Page
from leeward.web.times_typed import end_of_day_typed
from leeward.web.visit import Answer, Elsewhere, Refused, Shown, Visit

ADDRESS = "/administration/agreements"


def show_agreements(visit: Visit) -> Answer:
    """Every agreement, what stands first, and the form for another one."""
    found = sorted(_agreements(visit), key=lambda one: (not one.stands(visit.now), -one.entry.number))
    values = {
        "agreements": [(one, one.stands(visit.now), visit.house.ward.name_of(one.entry.by)) for one in found],
        "may_enter": visit.may("policy-write"),
        "done": visit.query.get("done", ""),
    }
    return Shown(template="agreements.html", values=values)


def _agreements(visit: Visit) -> tuple[Agreement, ...]:
    return agreements_of(visit.house.ward.about_record)


def take_agreements(visit: Visit) -> Answer:
    """A written agreement is entered, or entered anew with another end."""
    assert visit.person is not None
    slips = Slips()
    auditor = line(visit, slips, "auditor", 150)
    if not auditor and not slips.problems:
        slips.add("auditor", "It is not said with whom.", "Give the name of the auditor as the agreement has it.")
    until = slips.of(lambda: end_of_day_typed(visit, "until"), visit.now)
    slips.refuse()
    visit.write(agree_audit(auditor=auditor, until=until, by=visit.person, now=visit.now, id=visit.fresh_id()))
    return Elsewhere(to=f"{ADDRESS}?done=entered")


def take_end(visit: Visit) -> Answer:
    """An agreement ends now. Raises Refused where it stands no more, or was entered anew since the page was shown."""
    assert visit.person is not None
    wanted = visit.text("agreement")
    found = {one.entry.id: one for one in _agreements(visit)}
    agreed = found.get(wanted)
    if visit.fresh_id() in found:  # the same form, sent again
        return Elsewhere(to=f"{ADDRESS}?done=ended")
    if agreed is None or not agreed.stands(visit.now):
        raise Refused(409, "This agreement does not stand as it was shown. Nothing was written.", "Look at the list.")
    ended = agree_audit(auditor=agreed.auditor, until=visit.now, by=visit.person, now=visit.now, id=visit.fresh_id())
    visit.write(ended)
    return Elsewhere(to=f"{ADDRESS}?done=ended")


PAGES = (
    Page(path=ADDRESS, needs="audit-read", show=show_agreements, take=take_agreements, take_needs="policy-write"),
    Page(path=f"{ADDRESS}/end", needs="policy-write", take=take_end),
)
