"""One person on one page: how they are now, what is due, what may be done and why, what they took, and one time axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from leeward.guidance.assessment import Assessment, ExposureAnswer
from leeward.model.missing import Missing
from leeward.paper.plain_words import plain
from leeward.products.recalls.action import GRADES
from leeward.record.egress import Withheld
from leeward.record.permissions import GRANTED
from leeward.report.options import amount, step_line
from leeward.report.words import ANSWERS, CLASSES, SUBSTANCES
from leeward.ward.now import first_of_all, wrong_entries
from leeward.ward.proposals import OFFERED
from leeward.web.numbers_typed import whole_number
from leeward.web.page import Page
from leeward.web.patient_view import (
    WIDTHS,
    Pictures,
    answers_of,
    ask_for,
    cited,
    done_at,
    heights_of,
    just_charted,
    laws_of,
    lines,
    now_kept,
    question_links,
    width_of,
)
from leeward.web.visit import Answer, Refused, Sent, Shown, Visit

QUESTIONS_FIRST = 5
NEEDS_SHOWN = 3
LAST_CHARTED = 20
"""Entries shown where they cannot be read as a case."""

PICTURES = Pictures()


def show_patient(visit: Visit) -> Answer:
    """The page of one person."""
    bedside, assessment = visit.bedside, visit.bedside.assessment
    values: dict[str, Any] = {
        "bedside": bedside,
        "assessment": assessment,
        "state": now_kept(bedside, visit.house.ward),
        "done": just_charted(visit),
        "done_at": partial(done_at, visit),
        "answers_of": partial(answers_of, visit),
        "name_of": visit.house.ward.name_of,
        "plans": visit.may("plan-change"),
        "note_read": _lets_note_out(visit),
        "charts": {name: visit.may(name) for name in ("score-write", "chart-write", "dose-give", "notes-write")},
    }
    if assessment is None:
        last = bedside.entries[-LAST_CHARTED:][::-1]
        return Shown(
            template="patient_unread.html",
            values=values | {"wrong": wrong_entries(bedside), "last": lines(visit, last)},
        )
    return Shown(template="patient.html", values=values | _assessed(visit, assessment))


def _lets_note_out(visit: Visit) -> bool:
    """Whether the person's own note is shown, to who treats them; that it was read is written down, as no other note is.

    Who opened the chart by break-glass reads it where the notes are.
    """
    told = now_kept(visit.bedside, visit.house.ward).check_in
    treats = visit.person is not None and bool(visit.person.roles & set(GRANTED["notes-read"]))
    if told is None or not told.note or not treats or isinstance(visit.may_leave(("notes",)), Withheld):
        return False
    visit.let_out(("notes",), way="page")
    return True


def _assessed(visit: Visit, assessment: Assessment) -> dict[str, Any]:
    case, asks = visit.bedside.case, _asks(assessment)
    assert case is not None
    questions = question_links(visit, assessment.questions)
    return {
        "case": case,
        "empty": not (visit.bedside.chart.document.keys() & _TELLS),
        "first_questions": questions[:QUESTIONS_FIRST],
        "more_questions": questions[QUESTIONS_FIRST:],
        "offered": OFFERED,
        "needs_of": partial(_needs, asks),
        "not_told": case.exposures.value if isinstance(case.exposures, Missing) else "",
        "exposures": [_exposure(visit, one, assessment) for one in assessment.exposures],
        "comfort": _comfort(assessment),
        "interactions": assessment.interactions,
        "cite": partial(cited, assessment),
        "step_line": step_line,
        "amount": amount,
        "grades": GRADES,
        "classes": CLASSES,
        "answers": ANSWERS,
        "substances": SUBSTANCES,
        "widths": WIDTHS,
        "heights": heights_of(visit.bedside),
    }


_TELLS = frozenset({"exposures", "scores", "observations", "doses", "conditions", "medicines"})
"""Parts of a chart of which one at least is there once anything clinical was charted."""


def _asks(assessment: Assessment) -> dict[str, str]:
    """The question of each input, the weightiest first."""
    return {one.input: plain(one.ask) for one in assessment.questions}


def _needs(asks: Mapping[str, str], needs: Sequence[str], without: Sequence[str] = ()) -> tuple[list[str], int]:
    """The weightiest of what is waited for, as questions, and how many more there are."""
    rank = {name: place for place, name in enumerate(asks)}
    ordered = sorted(
        (name for name in needs if name not in without), key=lambda name: (rank.get(name, len(rank)), name)
    )
    told = list(dict.fromkeys(asks.get(name) or ask_for(None, name) for name in ordered))
    most = 1 if without else NEEDS_SHOWN
    return told[:most], max(len(told) - most, 0)


def _exposure(visit: Visit, one: ExposureAnswer, assessment: Assessment) -> dict[str, Any]:
    """What was told, with its expected course and the law that is about it."""
    class_ = one.product.class_ if one.product else one.class_
    shown = laws_of(one.law, class_)
    known = visit.house.knowledge.substances.get(one.resolved or "")
    return {
        "told": one,
        "name": known.name if known else one.as_told,
        "courses": [course for course in assessment.state.course if course.exposure == one.key],
        "law": shown,
        "more_law": [line for line in laws_of(one.law, class_, every=True) if line not in shown],
    }


def _comfort(assessment: Assessment) -> dict[str, Any]:
    """Comfort medicines by what may be offered."""
    return {
        status: [one for one in assessment.adjuncts if one.status == status]
        for status in ("acceptable", "cannot-tell", "avoid")
    }


def show_option(visit: Visit) -> Answer:
    """One option in full: every step, what to watch, every rule with its answer, every source."""
    assessment = visit.bedside.assessment
    option = next((one for one in assessment.options if one.id == visit.path["option"]), None) if assessment else None
    if assessment is None or option is None:
        raise Refused(404, "Leeward has no such option for this person.", "Look at the person's page.")
    values: dict[str, Any] = {
        "option": option,
        "stop": first_of_all(assessment),
        "offered": OFFERED,
        "plans": visit.may("plan-change"),
        "cite": partial(cited, assessment),
        "asks": _asks(assessment),
        "step_line": step_line,
    }
    return Shown(template="patient_option.html", values=values)


def show_sources(visit: Visit) -> Answer:
    """Everything that the assessment rests on: its sources, each with whether its text was read."""
    assessment = visit.bedside.assessment
    if assessment is None:
        raise Refused(404, "Nothing is assessed, so nothing is cited.", "Look at the person's page.")
    return Shown(template="patient_sources.html", values={"assessment": assessment})


def show_timeline(visit: Visit) -> Answer:
    """The picture of the time axis."""
    theme = "dark" if visit.query.get("theme") == "dark" else "light"
    drawn = PICTURES.of(visit.bedside, width_of(visit.query.get("width", "")), theme)
    if drawn is None:
        raise Refused(404, "What was charted cannot be read as a case, so nothing is drawn.")
    return Sent(content=drawn, media_type="image/svg+xml")


def show_since(visit: Visit) -> Answer:
    """How many entries came after one: what a page that stands open asks for by itself."""
    told = whole_number(visit.query.get("number", ""))
    seen = visit.bedside.seen if told is None else told
    return Sent(content=b'{"new": %d}' % len(visit.bedside.since(seen)), media_type="application/json")


PAGES = (
    Page(path="/patients/{patient}", needs="chart-read", show=show_patient, parts=("chart", "plan")),
    Page(path="/patients/{patient}/options/{option}", needs="chart-read", show=show_option, parts=("chart",)),
    Page(path="/patients/{patient}/sources", needs="chart-read", show=show_sources, parts=("chart",)),
    Page(
        path="/patients/{patient}/timeline.svg",
        needs="chart-read",
        show=show_timeline,
        parts=("chart",),
        by_itself=True,
    ),
    Page(path="/patients/{patient}/since", needs="chart-read", show=show_since, parts=("chart",), by_itself=True),
)
