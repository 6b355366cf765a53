"""What leaves for somebody else: asked first, with the answer and what it rests on; then sent, with its entry on disk before."""

from __future__ import annotations

import msgspec

from leeward.record.consent import Part, Purpose, Recipient
from leeward.record.egress import Released, Way, Withheld
from leeward.web.charting import Slips, line, one_of
from leeward.web.disclosure_words import PURPOSES, RECIPIENTS
from leeward.web.page import Page
from leeward.web.pages.consent import WORDS, Choices
from leeward.web.papers import HELD, PAPERS, WHOLE, assessment_json, hand_off_pdf, readable, whole_record
from leeward.web.visit import Answer, Refused, Sent, Shown, Visit

WHAT: Choices = (
    ("hand-off", "The hand-off, one page of PDF"),
    ("assessment", "The assessment, as data (JSON)"),
    ("record", "The whole record without counselling notes, as data that another Leeward reads"),
    ("record-and-counselling", "The whole record with counselling notes"),
)
PARTS_OF: dict[str, tuple[Part, ...]] = {
    "hand-off": HELD,
    "assessment": HELD,
    "record": WHOLE,
    "record-and-counselling": (*WHOLE, "counselling-notes"),
}
WAY_OF: dict[str, Way] = {"hand-off": "pdf"}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is to leave, to whom and for what."""

    what: str
    purpose: Purpose
    recipient: Recipient

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of the record that it holds."""
        return PARTS_OF[self.what]


def show_export(visit: Visit) -> Answer:
    """The question."""
    return _page(visit)


def _page(visit: Visit, asked: Asked | None = None, decision: Released | Withheld | None = None) -> Shown:
    values = {
        "what": WHAT,
        "purposes": PURPOSES,
        "recipients": RECIPIENTS,
        "papers": PAPERS,
        "asked": asked,
        "said": dict(WHAT).get(asked.what, "") if asked else "",
        "purpose_said": dict(PURPOSES).get(asked.purpose, "") if asked else "",
        "to": _to(asked) if asked else "",
        "released": decision if isinstance(decision, Released) else None,
        "withheld": decision if isinstance(decision, Withheld) else None,
        "lacks": [WORDS[part] for part in decision.lacks] if isinstance(decision, Withheld) else [],
        "parts": [WORDS[part] for part in asked.parts] if asked else [],
    }
    return Shown(template="export.html", values=values)


def _to(asked: Asked) -> str:
    kind = dict(RECIPIENTS).get(asked.recipient.kind, "")
    return (
        "the patient" if asked.recipient.kind == "patient" else f"{asked.recipient.name} ({kind[0].lower()}{kind[1:]})"
    )


def take_export(visit: Visit) -> Answer:
    """May it leave? Then, where somebody has read the answer: it leaves."""
    asked = _asked(visit)
    if visit.text("step") != "send":
        return _page(visit, asked, visit.may_leave(asked.parts, purpose=asked.purpose, recipient=asked.recipient))
    if asked.what in ("hand-off", "assessment"):
        readable(visit)
    decision = visit.may_leave(asked.parts, purpose=asked.purpose, recipient=asked.recipient)
    if isinstance(decision, Withheld):  # it was revoked, or has ended, since the answer was read
        return msgspec.structs.replace(_page(visit, asked, decision), status=403)
    way = WAY_OF.get(asked.what, "export")
    released = visit.let_out(asked.parts, way=way, purpose=asked.purpose, recipient=asked.recipient)
    return sent(visit, asked.what, released)


def sent(visit: Visit, what: str, released: Released) -> Sent:
    """The file itself. The entry that it leaves is on disk by now."""
    if what == "hand-off":
        return hand_off_pdf(visit, released)
    if what == "assessment":
        return assessment_json(visit, released)
    if what in ("record", "record-and-counselling"):
        return whole_record(visit, released, with_counselling_notes=what == "record-and-counselling")
    raise Refused(422, "It is not said what is to leave.", "Choose one.")


def _asked(visit: Visit) -> Asked:
    slips = Slips()
    what = one_of(visit, slips, "what", list(PARTS_OF))
    purpose = one_of(visit, slips, "purpose", [id for id, _ in PURPOSES])
    kind = one_of(visit, slips, "recipient_kind", [id for id, _ in RECIPIENTS])
    name = line(visit, slips, "recipient_name", 150)
    missing = (
        ("what", what, "It is not said what is to leave."),
        ("purpose", purpose, "It is not said what for."),
        ("recipient_kind", kind, "It is not said to whom."),
    )
    for field, value, says in missing:
        if not value and field not in {one.path for one in slips.problems}:
            slips.add(field, says, "Choose one.")
    if kind and kind != "patient" and not name:
        slips.add("recipient_name", "It is not said to whom.", "Give the name of the place or person.")
    slips.refuse()
    recipient = Recipient("patient", visit.patient) if kind == "patient" else Recipient(kind, name)  # type: ignore[arg-type]
    return Asked(what=what, purpose=purpose, recipient=recipient)  # type: ignore[arg-type]


PAGES = (
    Page(
        path="/patients/{patient}/export",
        needs="export",
        show=show_export,
        take=take_export,
        parts=("attendance",),
    ),
)
