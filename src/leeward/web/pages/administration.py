"""Where a ward is run from: what there is to administer, who may do what, and whether the record is whole."""

from __future__ import annotations

import threading
from time import monotonic

from leeward.record.permissions import Permission, matrix
from leeward.record.verify import verify_record
from leeward.web.page import Page
from leeward.web.visit import Answer, Refused, Shown, Visit

IN_WORDS: dict[Permission, str] = {
    "board-read": "see the board",
    "chart-read": "read charts",
    "chart-write": "chart who somebody is, what they took, their medicines and conditions",
    "score-write": "score, and chart vital signs",
    "dose-give": "chart a dose that was given",
    "plan-change": "propose and change a plan",
    "plan-sign": "sign a plan and its orders",
    "plan-refuse": "refuse a proposal, with a reason",
    "notes-read": "read notes",
    "notes-write": "write notes",
    "counselling-notes-read": "read counselling notes: one's own, or by the patient's consent",
    "counselling-notes-write": "write counselling notes",
    "consent-write": "enter a consent, and its end",
    "check-in-make": "make a check-in link for a patient",
    "check-in-answer": "answer the check-in",
    "print": "print a hand-off or a patient sheet",
    "export": "export a chart",
    "emergency-disclosure": "disclose in a medical emergency, with a reason",
    "break-glass": "open one chart for reading by break-glass, with a reason",
    "reference-read": "read the reference, look up products and services",
    "product-report-write": "draft a report about a product",
    "import": "import a chart from another record",
    "services-write": "load the directory of services",
    "people-write": "let people in, give roles, make links for passwords",
    "policy-write": "set the site's policy, enter agreements with auditors",
    "audit-read": "read the audit and check the record",
}
"""What each permission lets somebody do, as people say it."""

MOST_TOLD = 50
"""Findings that are told one by one."""

_one_at_a_time = threading.Lock()
"""Reading every entry takes a processor for seconds: nobody starts it twice at once."""


def show_administration(visit: Visit) -> Answer:
    """The ways in, as far as one may go."""
    return Shown(template="administration.html")


def show_roles(visit: Visit) -> Answer:
    """Who may do what: the whole table of permissions."""
    head, *rows = matrix()
    return Shown(template="administration_roles.html", values={"roles": head[1:], "rows": rows, "in_words": IN_WORDS})


def show_verify(visit: Visit) -> Answer:
    """What checking the record means, and the button for it."""
    return Shown(template="administration_verify.html", values={"found": None})


def take_verify(visit: Visit) -> Answer:
    """Read the whole record and say where it is not as it was written."""
    if not _one_at_a_time.acquire(blocking=False):
        raise Refused(409, "The record is being checked already.", "Wait some seconds, then start it again.")
    try:
        begun = monotonic()
        found = verify_record(visit.house.record)
        took = monotonic() - begun
    finally:
        _one_at_a_time.release()
    told = {"found": found, "findings": found.findings[:MOST_TOLD], "took": f"{took:.1f}"}
    return Shown(template="administration_verify.html", values=told)


PAGES = (
    Page(path="/administration", needs="audit-read", show=show_administration),
    Page(path="/administration/roles", needs="audit-read", show=show_roles),
    Page(path="/administration/verify", needs="audit-read", show=show_verify, take=take_verify),
)
