"""The plan of one person: what is always offered, what was signed, what is due, what may be signed, what was refused."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from leeward.guidance.assessment import OptionAnswer
from leeward.record.entries import CHARTED, PLANNED, Entry
from leeward.record.permissions import Denied, Permission, may
from leeward.record.trouble import Conflict
from leeward.report.options import ORDER, step_line
from leeward.ward.due import due_of
from leeward.ward.held import out_of_scope
from leeward.ward.holds import holds_of
from leeward.ward.plans import WrittenPlan, outdated, plan_body, signed, unsigned, written_plan
from leeward.ward.proposals import OFFERED, held_back, nothing_new
from leeward.ward.self_reports import unanswered
from leeward.web.charting import Slips, prose
from leeward.web.numbers_typed import whole_number
from leeward.web.page import Page
from leeward.web.patient_view import answers_of, ask_for
from leeward.web.visit import Answer, Elsewhere, Refused, Shown, Visit

REASONS = (
    ("declined", "The person does not want it"),
    ("other-option", "Another option was chosen"),
    ("clinical", "The clinical picture has changed"),
    ("not-available", "It is not available here"),
    ("other", "Another reason, in words"),
)
"""Quick reasons to refuse a proposal or to stop a plan."""

LONGEST = 2000


def show_plan(visit: Visit) -> Answer:
    """Everything about the plan; nobody's permission changes what is shown, only which buttons there are."""
    if visit.conflict is not None:
        visit.look_again()
    bedside, assessment = visit.bedside, visit.bedside.assessment
    options = assessment.options if assessment else ()
    ranked = sorted(options, key=lambda option: ORDER.index(option.status))
    done = visit.query.get("done", "")
    return Shown(
        template="plan.html",
        values={
            "bedside": bedside,
            "assessment": assessment,
            "scope": out_of_scope(assessment),
            "stop": nothing_new(assessment) if assessment else (),
            "options": ranked,
            "offered": [option for option in ranked if option.status in OFFERED],
            "not_offered": [option for option in ranked if option.status not in OFFERED],
            "held": {option.id for option in options if assessment and held_back(option, assessment)},
            "step_line": step_line,
            "signed": [_told(visit, entry, plan) for entry, plan in signed(bedside.chart)],
            "waiting": [_told(visit, entry, plan) for entry, plan in unsigned(bedside.chart)],
            "due": due_of(bedside),
            "self_report": unanswered(bedside, visit.house.ward),
            "holds": holds_of(bedside, visit.house.ward),
            "refusals": _refusals(visit),
            "name_of": visit.house.ward.name_of,
            "reasons": REASONS,
            "titles": partial(titles, visit),
            "needs": partial(needs, visit),
            "answers_of": partial(answers_of, visit),
            "form_id": partial(_form_id, visit),
            "why_not": {name: _why_not(visit, name) for name in ("plan-change", "plan-sign", "plan-refuse")},
            "done": next((entry for entry in bedside.entries if str(entry.number) == done), None),
            "came": told_since(visit, visit.conflict.since) if visit.conflict else (),
        },
    )


def _form_id(visit: Visit, plan: str, other: str) -> str:
    """An id for each of the forms on the page; the one that was sent keeps its own, so that it is done once."""
    sent = visit.text("plan") == plan and other in (visit.text("option"), visit.text("what"))
    return visit.fresh_id() if visit.forms and sent else uuid.uuid4().hex


def _told(visit: Visit, entry: Entry, plan: WrittenPlan) -> dict[str, object]:
    """A plan with what is said about it."""
    chart = visit.bedside.chart
    since = [one for one in visit.bedside.since(entry.number) if one.kind in CHARTED]
    return {
        "entry": entry,
        "plan": plan,
        "by": visit.house.ward.name_of(entry.by),
        "outdated": outdated(chart, plan.plan),
        "since": told_since(visit, since),
    }


def _refusals(visit: Visit) -> list[tuple[Entry, WrittenPlan]]:
    told = [(entry, written_plan(entry)) for entry in visit.bedside.entries if entry.kind == "plan-refused"]
    return [(entry, plan) for entry, plan in reversed(told) if plan is not None]


def _why_not(visit: Visit, permission: Permission) -> str:
    """Why there is no button; empty where there is one."""
    allowed = may(visit.person, permission, visit.patient, visit.context())
    return allowed.reason if isinstance(allowed, Denied) else ""


def needs(visit: Visit, option: OptionAnswer) -> list[str]:
    """What an option still waits for, as the questions ask it."""
    assessment = visit.bedside.assessment
    return list(dict.fromkeys(ask_for(assessment, need) for need in option.needs))


def titles(visit: Visit, ids: Sequence[str]) -> list[str]:
    """Sources by their titles, each once."""
    known = visit.house.knowledge.sources
    return list(dict.fromkeys(known[id].title if id in known else id for id in ids))


def told_since(visit: Visit, entries: Sequence[Entry]) -> list[dict[str, object]]:
    """Entries in words: what was charted, by whom and when."""
    return [
        {"what": in_words(entry), "by": visit.house.ward.name_of(entry.by), "at": datetime.fromisoformat(entry.at)}
        for entry in entries
    ]


_NAMED = {
    "score": "instrument",
    "observation": "what",
    "dose": "medicine",
    "order": "medicine",
    "medicine": "name",
    "condition": "name",
    "allergy": "name",
    "exposure": "substance",
    "goal": "goal",
}
_AMOUNT = {"score": ("total",), "observation": ("value", "unit"), "dose": ("dose",), "order": ("dose",)}
_PLAN = {
    "plan-proposed": "Plan proposed",
    "plan-changed": "Plan changed",
    "plan-signed": "Plan signed",
    "plan-refused": "Plan refused",
}


def in_words(entry: Entry) -> str:
    """One entry in a few words, of what its body says."""
    if entry.kind in PLANNED:
        plan = written_plan(entry)
        return f"{_PLAN[entry.kind]}: {plan.title or plan.option or 'plan'}" if plan else _PLAN[entry.kind]
    if entry.kind == "correction":
        return f"Correction of entry {entry.corrects}"
    body, kind = entry.body, entry.kind.replace("-", " ").capitalize()
    if entry.kind == "note" and isinstance(text := body.get("text"), str):
        return f"{kind}: {' '.join(text.split())}"
    name = body.get(_NAMED.get(entry.kind, ""), body.get("product", ""))
    amount = " ".join(str(body[key]) for key in _AMOUNT.get(entry.kind, ()) if body.get(key) is not None)
    said = " ".join(part for part in (str(name).replace("-", " ") if isinstance(name, str) else "", amount) if part)
    return f"{kind}: {said}" if said else kind


def reason_typed(visit: Visit, because: str = "because", words: str = "words") -> str:
    """The reason chosen or written. Raises BadInput where there is none."""
    slips = Slips()
    chosen, written = visit.text(because), prose(visit, slips, words, LONGEST)
    slips.refuse()
    told = dict(REASONS).get(chosen, "")
    if chosen == "other" or not told:
        told = ""
    reason = ": ".join(part for part in (told, written) if part)
    if not reason:
        field = words if chosen == "other" or reason else because
        raise visit.wrong(field, "A refusal needs its reason.", "Choose one, or write it in a few words.")
    return reason


def take_plan(visit: Visit) -> Answer:
    """Refuse a proposal or a plan that waits, or stop one that stands signed; each with its reason."""
    wanted, option = visit.text("plan"), visit.text("option")
    bedside = visit.bedside
    found = next(((entry, plan, True) for entry, plan in signed(bedside.chart) if plan.plan == wanted), None)
    found = found or next(
        ((entry, plan, False) for entry, plan in unsigned(bedside.chart) if plan.plan == wanted), None
    )
    if wanted and found is None:
        raise decided_meanwhile(visit, wanted)
    if found is None:
        answer = option_of(visit, option)
        if answer.status not in OFFERED:
            raise Refused(409, f"{answer.title} is not proposed now, so there is nothing to refuse.")
        body = WrittenPlan(plan=visit.fresh_id(), option=answer.id, title=answer.title, status=answer.status)
    else:
        body = WrittenPlan(plan=found[1].plan, option=found[1].option, title=found[1].title, stops=found[2])
    prefix = f"{wanted or option}-"
    reason = reason_typed(visit, f"{prefix}because", f"{prefix}words")
    assert bedside.assessment is not None or found is not None
    version = bedside.assessment.knowledge.version if bedside.assessment else ""
    refused = WrittenPlan(
        plan=body.plan, option=body.option, title=body.title, status=body.status, stops=body.stops,
        reason=reason, knowledge=version,
    )  # fmt: skip
    if found is not None and found[0].number > seen_of(visit):
        raise decided_meanwhile(visit, wanted)
    # Other charting hinders nobody from stopping a plan; whatever comes after what was just looked at does.
    entry = visit.write(visit.draft("plan-refused", plan_body(refused), unless_changed_since=bedside.seen))[0]
    return Elsewhere(to=f"/patients/{visit.patient}/plan?done={entry.number}")


def decided_meanwhile(visit: Visit, plan: str) -> Exception:
    """A plan that no longer stands as the form showed it: with what was decided about it since, where that is known."""
    since = tuple(one for one in visit.bedside.since(seen_of(visit)) if one.body.get("plan") == plan)
    gone = Refused(409, "This plan no longer stands as it was shown.", "Look at the plan page again.")
    return Conflict(since) if since else gone


def seen_of(visit: Visit) -> int:
    """The last entry that whoever sent the form had seen; 0, as nothing, where it names none that was ever shown.

    Hazard: a number beyond the last entry would call everything seen, and let a plan be signed against an older chart.
    """
    return whole_number(visit.text("seen"), visit.bedside.seen) or 0


def option_of(visit: Visit, id: str) -> OptionAnswer:
    """An option of this person's assessment. Raises Refused where there is none of that id."""
    assessment = visit.bedside.assessment
    found = next((one for one in assessment.options if one.id == id), None) if assessment else None
    if found is None:
        says = "Leeward has no such option for this person."
        raise Refused(404, says, "Choose one on the plan page.")
    return found


def take_done(visit: Visit) -> Answer:
    """Say that something that no entry of its own ticks off was done: a note that names it."""
    plan, what = visit.text("plan"), visit.text("what")
    item = next(
        (one for one in due_of(visit.bedside) if (one.plan_id, one.what, one.kind) == (plan, what, "other")), None
    )
    if item is None:
        raise Refused(409, "This is no longer due.", "Look at the plan page again.")
    body = {"text": f"Done: {item.what}", "done": {"plan": plan, "what": what}}
    entry = visit.write(visit.draft("note", body))[0]
    return Elsewhere(to=f"/patients/{visit.patient}/plan?done={entry.number}")


PAGES = (
    Page(
        path="/patients/{patient}/plan",
        needs="chart-read",
        show=show_plan,
        take=take_plan,
        take_needs="plan-refuse",
        parts=("chart", "plan"),
    ),
    Page(path="/patients/{patient}/done", needs="chart-read", take=take_done, take_needs="notes-write"),
)
