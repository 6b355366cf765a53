"""From an option of the assessment to orders that somebody may sign. Every number is the option's own.

A dose stands filled in where the source gives a usual one; otherwise it has to be typed. Where the words of a proposal
mean one of two medicines, neither is taken. Nothing is ordered before a person ticks a line and signs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from leeward.casefile.names import medicine_named
from leeward.guidance.assessment import Adjunct, Alert, Amount, Assessment, OptionAnswer, ProposalStep
from leeward.knowledge import Knowledge
from leeward.model.quantity import KINDS, kind_of, mass_in, number
from leeward.paper.plain_words import name_of
from leeward.report.options import amount
from leeward.ward.plans import DueAfter, Line, WrittenPlan
from leeward.ward.watching import watched

OFFERED = ("recommended", "acceptable")
"""Statuses of which orders can be made."""

COMFORT = "symptomatic-care"

MEANT: Mapping[str, tuple[str, ...]] = {
    "buprenorphine or buprenorphine-naloxone": ("buprenorphine-sublingual", "buprenorphine-naloxone-sublingual"),
    "buprenorphine extended-release": ("buprenorphine-extended-release",),
    "buprenorphine extended-release (Sublocade or Brixadi)": ("buprenorphine-extended-release",),
    "buprenorphine extended-release, weekly (Brixadi)": ("buprenorphine-extended-release",),
    "naltrexone extended-release": ("naltrexone-extended-release",),
    "naltrexone": ("naltrexone", "naltrexone-extended-release"),
    "methadone": ("methadone",),
    "clonidine": ("clonidine",),
    "lofexidine": ("lofexidine",),
    "the prescribed opioid": (),
    "comfort medicines by symptom": (),
}
"""Words of a schedule's medicine, and the medicines of knowledge that they mean."""

MEANT_BY_STEP: Mapping[str, tuple[str, ...]] = {"oral test dose, day 1 then day 2": ("naltrexone",)}
"""Steps that give another medicine than their schedule."""

AT_ONCE = ("first dose", "at once")
"""Words of a step that is given as soon as it is signed."""

NOTHING_NEW = ("respiratory-depression", "sedated", "intoxicated")
"""Alerts besides emergencies under which no dose is proposed: what to do stands in them."""

_DAY = re.compile(r"^days? (\d+)\b")


class ProposedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line that may be ordered: the line as filled in, the medicines that it may mean, and the bounds of its dose."""

    line: Line
    medicines: tuple[str, ...] = ()
    route: str = ""
    bounds: Amount | None = None
    dose_says: str = ""
    """The dose as the source gives it: least, usual, most."""
    per_day: str = ""
    cautions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    group: str = ""
    """What a comfort medicine is for."""


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """An option as orders: its lines, and the rest of the plan."""

    plan: WrittenPlan
    lines: tuple[ProposedLine, ...]
    notes: tuple[str, ...] = ()
    law: tuple[str, ...] = ()


def proposed(option: OptionAnswer, assessment: Assessment, knowledge: Knowledge) -> Proposed | None:
    """An offered option as orders; None where it is not offered or proposes nothing."""
    proposal = option.proposal
    if option.status not in OFFERED or proposal is None:
        return None
    seen = watched(option.monitoring)
    lines = [_line(step, proposal.medicine, proposal.route) for step in proposal.steps]
    if option.id == COMFORT:
        lines += [_comfort(adjunct, knowledge) for adjunct in assessment.adjuncts if adjunct.status == "acceptable"]
    first = [line for line in lines if line.line.when in AT_ONCE and line.bounds is not None]
    doses = tuple(DueAfter(what=line.line.when.capitalize(), kind="dose", after_minutes=0) for line in first[:1])
    return Proposed(
        plan=WrittenPlan(
            plan="",
            option=option.id,
            title=option.title,
            lines=tuple(line.line for line in lines),
            due=(*doses, *seen.due),
            checks=seen.words,
            status=option.status,
            knowledge=assessment.knowledge.version,
        ),
        lines=tuple(lines),
        notes=proposal.notes,
        law=proposal.prescriber_law,
    )


def nothing_new(assessment: Assessment) -> tuple[Alert, ...]:
    """The alerts that say to start nothing, so that no dose is shown beside them."""
    return tuple(alert for alert in assessment.alerts if alert.level == "emergency" or alert.id in NOTHING_NEW)


def held_back(option: OptionAnswer, assessment: Assessment) -> bool:
    """Whether something comes before this option, so that its doses are not shown yet."""
    return bool(option.first) or bool(nothing_new(assessment))


def _line(step: ProposalStep, medicine: str, route: str) -> ProposedLine:
    """A step as a line. Where it gives no dose, its own words are the order, until somebody makes a dose of them."""
    medicines = MEANT_BY_STEP.get(step.when) or MEANT.get(medicine, ())
    given = step.dose is not None
    condition = f"if {step.if_}" if step.if_ else ""
    most = "" if step.per_day_max is None or step.per_day_max.max is None else _at_most(step.per_day_max)
    return ProposedLine(
        line=Line(
            what=f"{medicine}, {route}" if given else step.when,
            medicine=medicines[0] if len(medicines) == 1 and given else "",
            dose=_usual(step.dose),
            when="; ".join(part for part in (step.when if given else "", step.every, condition, most) if part),
            hold_if=step.hold_if,
            day=_day(step.when),
            step=step.when,
        ),
        medicines=medicines,
        route=route if medicines and step.when not in MEANT_BY_STEP else "",
        bounds=step.dose,
        dose_says="" if step.dose is None else amount(step.dose.min, step.dose.usual, step.dose.max, step.dose.unit),
        per_day="" if step.per_day_max is None else _most(step.per_day_max),
        sources=step.sources,
    )


def _at_most(day: Amount) -> str:
    """The most of a day, in the words that stand in an order: whoever gives the dose reads it there."""
    return f"at most {number(day.max or 0)} {day.unit} in 24 h"


def _most(day: Amount) -> str:
    return amount(day.min, day.usual, day.max, day.unit)


def _usual(dose: Amount | None) -> str:
    if dose is None or dose.usual is None or not is_mass(dose.unit):
        return ""
    return f"{number(dose.usual)} {dose.unit}"


def _day(when: str) -> int | None:
    found = _DAY.match(when)
    return int(found[1]) if found else 1 if when in AT_ONCE else None


def is_mass(unit: str) -> bool:
    """Whether a dose of this unit can be held against a mass."""
    return unit in KINDS["mass"]


def _comfort(adjunct: Adjunct, knowledge: Knowledge) -> ProposedLine:
    """A comfort medicine as a line. Its dose stands filled in only where it is one amount with nothing to decide."""
    plain = mass_in(adjunct.dose) is not None and not any(mark in adjunct.dose for mark in ("(", ",", ";"))
    medicine = medicine_named(adjunct.medicine, knowledge) or ""
    symptom = adjunct.symptom.replace("-", " ")
    return ProposedLine(
        line=Line(
            what=name_of(adjunct.medicine),
            medicine=medicine,
            dose=adjunct.dose if plain else "",
            when=f"for {symptom}" + (f"; at most {adjunct.max_per_day} in 24 h" if adjunct.max_per_day else ""),
            step=adjunct.id,
        ),
        medicines=(medicine,) if medicine else (),
        dose_says=adjunct.dose,
        per_day=adjunct.max_per_day,
        cautions=(*adjunct.cautions, *((adjunct.note,) if adjunct.note else ())),
        sources=adjunct.sources,
        group=symptom,
    )


def outside(dose: str, bounds: Amount | None) -> str:
    """How a typed dose lies outside what the source gives, as a sentence; empty where it does not, or cannot be told."""
    read = mass_in(dose)
    if bounds is None or read is None or not is_mass(bounds.unit) or kind_of(read[0].unit) != kind_of(bounds.unit):
        return ""
    value = read[0].to(bounds.unit).value
    says = amount(bounds.min, bounds.usual, bounds.max, bounds.unit)
    if bounds.max is not None and value > bounds.max * (1 + 1e-9):
        return f"{read[0]} is above what is proposed ({says})."
    if bounds.min is not None and value < bounds.min * (1 - 1e-9):
        return f"{read[0]} is below what is proposed ({says})."
    return ""
