"""Consent for what leaves: which consents there are and whether they stand, taking one, and revoking one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from leeward.errors import BadInput, Problem
from leeward.record.consent import CONSENT_PURPOSES, Consent, Recipient, consents_of, give_consent, revoke_consent
from leeward.record.entries import Draft
from leeward.web import disclosure_words
from leeward.web.charting import Slips, line, one_of
from leeward.web.page import Page
from leeward.web.times_typed import end_of_day_typed
from leeward.web.visit import Answer, Elsewhere, Shown, Visit

Choices = tuple[tuple[str, str], ...]

OWN = "legal-proceedings"
PURPOSES: Choices = tuple(
    (id, f"{said} (a consent of its own)" if id == OWN else said)
    for id, said in disclosure_words.PURPOSES
    if id in CONSENT_PURPOSES
)
PARTS: Choices = (
    ("attendance", "That they are or were in care here"),
    ("chart", "The chart: history, scores, readings, doses, assessment"),
    ("plan", "The plan"),
    ("notes", "Notes of the ward"),
    ("product-report", "A report about a product"),
)
RECIPIENTS: Choices = (
    *(one for one in disclosure_words.RECIPIENTS if one[0] != "patient"),
    ("programme-staff", "Staff of this programme"),
)
COUNSELLING = "counselling-notes"
WORDS: Mapping[str, str] = {
    **dict(PURPOSES),
    **dict(PARTS),
    **dict(RECIPIENTS),
    COUNSELLING: "Counselling notes",
}
ENDS: Choices = (("on-a-day", "At the end of a day"), ("no-end", "Without an end, until it is revoked"))
SIGNED_AS: Choices = (("patient", "The patient"), ("representative", "A representative"))
SIGNED_HOW: Choices = (("paper", "On paper"), ("electronic", "Electronically"))
FIELDS = {"recipient.kind": "recipient_kind", "recipient.name": "recipient_name"}


class ConsentShown(msgspec.Struct, frozen=True, kw_only=True):
    """A consent in words."""

    id: str
    to: str
    parts: tuple[str, ...]
    purposes: tuple[str, ...]
    given: datetime
    until: datetime | None
    revoked: datetime | None
    state: str
    stands: bool
    signed: str
    taken_by: str


def show_consent(visit: Visit) -> Answer:
    """Every consent, what stands first, and the form for another one."""
    found = consents_of(visit.bedside.entries, visit.patient)
    by_id = {entry.id: visit.house.ward.name_of(entry.by) for entry in visit.bedside.entries}
    shown = [_shown(one, visit.now, by_id.get(one.id, "")) for one in reversed(found)]
    given = sum(1 for entry in visit.bedside.chart.consents if entry.kind == "consent")
    apart = (visit.text("for") or visit.query.get("for", "")) == COUNSELLING
    values = {
        "consents": sorted(shown, key=lambda one: not one.stands),
        "unreadable": given - len(found),
        "apart": apart,
        "purposes": PURPOSES,
        "parts": PARTS,
        "recipients": RECIPIENTS,
        "ends": ENDS,
        "signed_as": SIGNED_AS,
        "signed_how": SIGNED_HOW,
        "ticked": {name: visit.forms.get(name, ()) for name in ("purposes", "parts")},
        "may_take": visit.may("consent-write"),
        "done": visit.query.get("done", ""),
    }
    return Shown(template="consent.html", values=values)


def _shown(one: Consent, now: datetime, taken_by: str) -> ConsentShown:
    stands = one.stands(now)
    if one.revoked is not None and one.revoked <= now:
        state = "Revoked"
    elif one.until is not None and one.until <= now:
        state = "Ended"
    else:
        state = "Stands" if stands else "Not yet given"
    kind = WORDS.get(one.recipient.kind, one.recipient.kind)
    order = list(WORDS)
    return ConsentShown(
        id=one.id,
        to=f"{one.recipient.name} ({kind[0].lower()}{kind[1:]})"
        if one.recipient.name
        else f"Any: {kind[0].lower()}{kind[1:]}",
        parts=tuple(WORDS[part] for part in sorted(one.parts, key=order.index)),
        purposes=tuple(WORDS[purpose] for purpose in sorted(one.purposes, key=order.index)),
        given=one.given,
        until=one.until,
        revoked=one.revoked,
        state=state,
        stands=stands,
        signed=f"{one.signed_by} ({one.signed_as}), {'on paper' if one.signed_how == 'paper' else 'electronically'}",
        taken_by=taken_by,
    )


def take_consent(visit: Visit) -> Answer:
    """A consent is taken: a signed form is entered, or signed here."""
    slips = Slips()
    apart = visit.text("for") == COUNSELLING
    kind = one_of(visit, slips, "recipient_kind", [id for id, _ in RECIPIENTS])
    signed_as = one_of(visit, slips, "signed_as", [id for id, _ in SIGNED_AS])
    signed_how = one_of(visit, slips, "signed_how", [id for id, _ in SIGNED_HOW])
    name, signed_by = line(visit, slips, "recipient_name", 150), line(visit, slips, "signed_by", 150)
    missing = (
        ("recipient_kind", kind, "It is not said who may receive it.", "Choose one."),
        ("signed_as", signed_as, "It is not said who signed.", "Choose one."),
        ("signed_how", signed_how, "It is not said how it was signed.", "Choose one."),
    )
    for field, value, says, mend in missing:
        if not value:
            slips.add(field, says, mend)
    until = slips.of(lambda: _until(visit), None)
    draft = slips.of(
        lambda: _draft(visit, apart, Recipient(kind or "person", name), until, signed_by, signed_as, signed_how),  # type: ignore[arg-type]
        None,
    )
    told: dict[str, Problem] = {}
    for problem in slips.problems:
        told.setdefault(problem.path, problem)
    if told:
        raise BadInput(list(told.values()))
    assert draft is not None
    visit.write(draft)
    return Elsewhere(to=f"/patients/{visit.patient}/consent?done=taken")


def _draft(
    visit: Visit,
    apart: bool,
    recipient: Recipient,
    until: datetime | None,
    signed_by: str,
    signed_as: str,
    signed_how: str,
) -> Draft:
    assert visit.person is not None
    try:
        return give_consent(
            patient=visit.patient,
            purposes=visit.forms.get("purposes", ()),
            recipient=recipient,
            parts=(COUNSELLING,) if apart else visit.forms.get("parts", ()),
            until=until,
            signed_by=signed_by,
            signed_as=signed_as,
            signed_how=signed_how,
            by=visit.person,
            role=visit.role_for("consent"),
            now=visit.now,
            id=visit.fresh_id(),
        )
    except BadInput as wrong:
        moved = [msgspec.structs.replace(one, path=FIELDS.get(one.path, one.path)) for one in wrong.problems]
        raise BadInput(moved) from None


def _until(visit: Visit) -> datetime | None:
    """The first instant after the last day on which it stands; None for one without an end."""
    ends, typed = visit.text("ends"), visit.text("until")
    if ends == "no-end" and not typed:
        return None
    if ends == "no-end":
        raise visit.wrong("until", "A day is given, and that it has no end.", "Keep one of the two.")
    if not typed:
        raise visit.wrong("ends" if not ends else "until", "It is not said when it ends.", "Choose, and give the day.")
    return end_of_day_typed(visit, "until")


def take_revocation(visit: Visit) -> Answer:
    """A consent ends now."""
    assert visit.person is not None
    to = f"/patients/{visit.patient}/consent"
    wanted = visit.text("consent")
    consent = next((one for one in consents_of(visit.bedside.entries, visit.patient) if one.id == wanted), None)
    if consent is None or not consent.stands(visit.now):
        raise visit.wrong(
            "", "This consent does not stand any more, so there is nothing to revoke.", "Look at the list."
        )
    visit.write(
        revoke_consent(
            consent, by=visit.person, role=visit.role_for("consent-revoked"), now=visit.now, id=visit.fresh_id()
        )
    )
    return Elsewhere(to=f"{to}?done=revoked")


PAGES = (
    Page(
        path="/patients/{patient}/consent",
        needs="chart-read",
        show=show_consent,
        take=take_consent,
        take_needs="consent-write",
        parts=("chart",),
    ),
    Page(path="/patients/{patient}/consent/revoke", needs="consent-write", take=take_revocation),
)
