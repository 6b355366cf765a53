"""What goes onto paper or out of the house about one person, made of their bedside: the hand-off, the assessment, the record.

Nothing here lets anything out: a page asks `visit.let_out` first, and passes on the notice that it got.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from leeward.model.instants import aware_instant
from leeward.paper.handoff import Handoff, handoff, handoff_pdf
from leeward.paper.times import ago
from leeward.paper.typesetting import Paper
from leeward.record.consent import Part
from leeward.record.egress import Released
from leeward.record.portable import export_patient
from leeward.ward.due import due_of
from leeward.ward.holds import holds_of
from leeward.ward.on_paper import corrected_lately, due_on_paper, plans_on_paper, reactions_of
from leeward.ward.plans import decisions_of
from leeward.ward.self_reports import unanswered, unread_words
from leeward.ward.summary import place_of
from leeward.web.visit import Refused, Sent, Visit

PAPERS: tuple[tuple[Paper, str], ...] = (("us-letter", "US Letter"), ("a4", "A4"))
HELD: tuple[Part, ...] = ("chart", "plan")
"""The parts that a hand-off, an assessment and a patient sheet hold."""

WHOLE: tuple[Part, ...] = ("chart", "notes", "plan")
"""The parts that the whole record of a person holds, without counselling notes."""

NO_CASE = "What was charted cannot be read as a case, so this paper cannot be made."
MEND_CASE = "Correct the entries that the person's page names; the whole record can be exported as it is."


def paper_of(visit: Visit) -> Paper:
    """The size of paper that was asked for; US Letter where none was."""
    return "a4" if (visit.text("paper") or visit.query.get("paper", "")) == "a4" else "us-letter"


def hand_off_of(visit: Visit, released: Released) -> Handoff:
    """The hand-off of the person of this page, with the notice and what it is released on. Raises Refused where the
    chart is no case."""
    bedside, ward = visit.bedside, visit.house.ward
    if bedside.case is None or bedside.assessment is None:
        raise Refused(409, NO_CASE, MEND_CASE)
    assert visit.person is not None
    holds, report, words = holds_of(bedside, ward), unanswered(bedside, ward), unread_words(bedside)
    told = [report.says(visit.now)] if report else []
    told += [f"words of their own, {ago(words, visit.now)}: read them in the chart"] if words else []
    made = handoff(
        bedside.case,
        bedside.assessment,
        visit.house.knowledge,
        person=bedside.chart.name or "no name charted",
        written_by=visit.person.name,
        place=place_of(bedside.chart),
        plans=plans_on_paper(bedside, ward, holds),
        due=due_on_paper(due_of(bedside), holds, bedside.case.now),
        decisions=decisions_of(bedside, ward),
        corrected=corrected_lately(bedside, ward),
        self_report="; ".join(told),
        reactions=reactions_of(bedside.chart),
        digest=bedside.digest,
        left=aware_instant(bedside.chart.discharged),
    )
    return msgspec.structs.replace(made, notice=released.notice, scope=scope_of(released))


def scope_of(released: Released) -> str:
    """What goes under the notice: what it rests on, where it leaves the programme."""
    return "" if released.basis == "within-programme" else released.scope


def hand_off_pdf(visit: Visit, released: Released) -> Sent:
    """The hand-off as one page of PDF."""
    made = handoff_pdf(hand_off_of(visit, released), paper_of(visit))
    return Sent(content=made, media_type="application/pdf", save_as="hand-off.pdf")


def assessment_json(visit: Visit, released: Released) -> Sent:
    """The assessment (`assessment/1`) with the notice and what it was released on as its first fields."""
    assessment = visit.bedside.assessment
    if assessment is None:
        raise Refused(409, NO_CASE, MEND_CASE)
    told = {"notice": released.notice, "released": released.scope} | msgspec.to_builtins(assessment)
    return Sent(content=msgspec.json.encode(told), media_type="application/json", save_as="assessment.json")


def whole_record(visit: Visit, released: Released, *, with_counselling_notes: bool) -> Sent:
    """Every entry of the person, as a file that another Leeward reads; its first line has the notice and the scope."""
    assert visit.person is not None
    lines = export_patient(
        visit.house.record,
        visit.patient,
        by=visit.person.id,
        now=visit.now,
        with_counselling_notes=with_counselling_notes,
        released=released.scope,
    )
    return Sent(content=b"".join(lines), media_type="application/jsonl", save_as="record-export.jsonl")


def readable(visit: Visit) -> None:
    """Refuse, before anything is written as released, where the chart is no case. Raises Refused."""
    if visit.bedside.assessment is None:
        raise Refused(409, NO_CASE, MEND_CASE)


def in_words(parts: Sequence[str]) -> str:
    """Parts of a record as people say them."""
    return ", ".join(part.replace("-", " ") for part in parts)
