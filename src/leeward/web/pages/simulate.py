"""Simulations: a shipped scenario, or two side by side, with its caveats, its picture and its numbers. Nobody's own course."""

from __future__ import annotations

import re
from functools import cache

import msgspec
from markupsafe import Markup

from leeward.errors import BadInput
from leeward.pharmacology.apart import Question
from leeward.pharmacology.kinetic_scenario import KineticScenario
from leeward.pharmacology.scenario import AnyScenario, Scenario, scenario, shipped
from leeward.pharmacology.told import Told
from leeward.web.page import Page
from leeward.web.simulating import NotYet, simulations
from leeward.web.visit import Answer, Shown, Visit

MOST_PATIENTS, LEAST_PATIENTS, USUAL_PATIENTS = 150, 10, 100
"""So many that a page of two is shown within two seconds; the command takes a million."""
MOST_SEED = 2**32 - 1
MOST_DELAY = 1800

CAVEAT = "A model of populations, nobody's own course."
WHY = "It advises no dose, names no level that kills or is safe, and does not tell when to treat. Care goes by what is seen and by the local protocol."


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One scenario as it is shown: what was told, or why nothing is; and the command that tells it of more people."""

    name: str
    title: str
    told: Told | None
    picture: Markup
    not_yet: str
    command: str


@cache
def scenarios() -> dict[str, AnyScenario]:
    """Those that ship, by name."""
    return {name: scenario(name) for name in shipped()}


def show_simulate(visit: Visit) -> Answer:
    """The scenarios, and what was asked for of one or two of them."""
    visit.form.update(visit.query)
    sides: list[Side] = []
    try:
        asked = _asked(visit)
        sides = [_side(question, f"side{number}") for number, question in enumerate(asked, start=1)]
    except BadInput as wrong:
        visit.problems = wrong.problems
    if not sides:
        simulations().begin()
    values = {
        "choices": [(name, one.title) for name, one in scenarios().items()],
        "sides": sides,
        "usual": USUAL_PATIENTS,
        "most": MOST_PATIENTS,
        "caveat": CAVEAT,
        "why": WHY,
        "most_delay": MOST_DELAY,
    }
    waiting = any(side.told is None for side in sides)
    status = 422 if visit.problems else 503 if waiting else 200
    return Shown(template="simulate.html", values=values, status=status)


def _asked(visit: Visit) -> tuple[Question, ...]:
    """One question or two. Raises BadInput for what is not offered."""
    patients = _number(visit, "patients", LEAST_PATIENTS, MOST_PATIENTS)
    seed = _number(visit, "seed", 0, MOST_SEED)
    found: list[Question] = []
    for field, delay in (("scenario", "delay"), ("beside", "beside_delay")):
        name, seconds = visit.text(field), _number(visit, delay, 0, MOST_DELAY)
        if not name:
            continue
        one = scenarios().get(name)
        if one is None:
            raise visit.wrong(field, "There is no such scenario.", "Choose one of the list.")
        if isinstance(one, Scenario):
            found.append(
                Question(scenario=name, patients=patients or USUAL_PATIENTS, seed=one.seed if seed is None else seed,
                         delay=float(one.naloxone_delay_s if seconds is None else seconds))
            )  # fmt: skip
            continue
        if seconds is not None:
            raise visit.wrong(delay, "No naloxone waits in this scenario.", "Leave the seconds empty.")
        if isinstance(one, KineticScenario):
            found.append(
                Question(scenario=name, patients=patients or USUAL_PATIENTS, seed=one.seed if seed is None else seed)
            )
        else:
            found.append(Question(scenario=name))
    return tuple(found)


def _number(visit: Visit, name: str, least: int, most: int) -> int | None:
    text = visit.text(name)
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= 10 and least <= int(text) <= most:
        return int(text)
    mend = f"Write a whole number from {least} to {most:,}."
    if name == "patients":
        mend += f" The command takes more: {_command(visit.text('scenario'))}."
    raise visit.wrong(name, "This cannot be asked for here.", mend)


def _side(question: Question, side: str) -> Side:
    told, not_yet = None, ""
    try:
        told = simulations().ask(question)
    except NotYet as wait:
        not_yet = str(wait)
    return Side(
        name=question.scenario,
        title=scenarios()[question.scenario].title,
        told=told,
        picture=_picture(told.svg, side) if told else Markup(),
        not_yet=not_yet,
        command=_command(question.scenario, question),
    )


def _command(name: str, question: Question | None = None) -> str:
    """The command that carries out a scenario with as many people as it names."""
    one = scenarios().get(name)
    words = ["leeward", "simulate", name if one else "SCENARIO"]
    if isinstance(one, Scenario | KineticScenario):
        words += ["--patients", str(one.patients)]
        if question is not None and question.seed not in (None, one.seed):
            words += ["--seed", str(question.seed)]
        if question is not None and question.delay is not None and isinstance(one, Scenario):
            words += ["--naloxone-delay", f"{question.delay:g}"] if question.delay != one.naloxone_delay_s else []
    return " ".join(words)


def _picture(svg: str, side: str) -> Markup:
    """The picture in the page: its words are escaped where it is drawn, and its names are made its own, so that two stand beside each other."""
    return Markup(
        re.sub(r'(id="|url\(#)clip', rf"\g<1>{side}-clip", svg).replace('class="marks"', 'class="simulated"', 1)
    )


PAGES = (Page(path="/simulate", needs="reference-read", show=show_simulate, waits=True),)
