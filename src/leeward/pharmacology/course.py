"""The course of one person, and of many in threads."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from leeward.pharmacology.breathing import BRAIN_O2, SOLUBLE_O2
from leeward.pharmacology.breathing import STATES as BREATHING
from leeward.pharmacology.compiled import compiled, each, in_threads
from leeward.pharmacology.drugs import (
    ANTAGONIST,
    AT_SITE,
    BLOCKED,
    BLOCKING_SITE,
    DEPOT,
    HELD,
    OPIOID,
    STATES,
    shrinkage,
)
from leeward.pharmacology.people import Floats
from leeward.pharmacology.rescue import (
    BREATHED,
    CO2,
    COLLAPSING,
    DRAWN,
    FLOW,
    NOW,
    O2,
    PAST,
    RATE_IN,
    crossed,
    longest,
    remember,
    slopes_at,
    step,
)

TRIGGER, COLLAPSE, ARREST, STEPS, EVALUATIONS, OUTCOMES = 0, 1, 2, 3, 4, 5
"""Outcomes of a course: seconds until breathing was shallow enough to ask for the antagonist, until collapse and until arrest (-1 for
never), and the work that it took."""
NEVER = -1.0
WORK = (7, STATES)
"""Room for one course: states, slopes, three rows of a step, what is seen, what is happening."""
SMALLEST = 1e-3
"""A step of so many seconds is taken whatever its error."""
TO_VENTILATION = 60.0 / 0.66


@compiled
def due(asked: float, rules: Any, doses: Any, given: int, ending: float) -> float:
    """When something is given or ends next; beyond the end where nothing is."""
    if ending > NEVER:
        return ending
    if asked > NEVER and given < doses.shape[0]:
        return asked + rules.delay + doses[given].after
    return rules.until + 1.0


@compiled
def draw(row: Floats, y: Floats, seen: Floats, person: Any) -> None:
    """What a drawn course shows of a moment, by `DRAWN`."""
    row[0], row[1], row[2], row[3] = seen[BREATHED] * TO_VENTILATION, seen[O2], seen[CO2], y[BRAIN_O2] / SOLUBLE_O2
    row[4], row[5], row[6] = seen[FLOW] * 60.0, y[HELD], y[BLOCKED]
    row[7] = y[OPIOID] / person.opioid_volume * shrinkage(seen[FLOW]) * 1000.0
    row[8], row[9], row[10] = y[ANTAGONIST], y[AT_SITE], y[BLOCKING_SITE]


@compiled
def follow(
    person: Any,
    opioid_mg: float,
    doses: Any,
    rules: Any,
    rest: Floats,
    table: Floats,
    past: Floats,
    work: Floats,
    drawn: Floats,
    outcome: Floats,
) -> None:
    """Follow one person from a dose into the blood at 0 s; writes `outcome` and, every `rules.grid` seconds, a row of `drawn`.

    `past`, shape (PAST, 4), and `work`, shape WORK, are room that nobody else uses meanwhile; what stands in them before does not matter.
    """
    for row in range(WORK[0]):
        for i in range(STATES):
            work[row, i] = 0.0
    y, slopes, room, seen, happening = work[0], work[1], work[2:5], work[5], work[6]
    for i in range(BREATHING):
        y[i] = rest[i]
    y[OPIOID] = opioid_mg
    slopes_at(0.0, y, slopes, person, happening, past, seen)
    remember(past, happening, seen)
    for i in range(OUTCOMES):
        outcome[i] = NEVER
    outcome[STEPS], outcome[EVALUATIONS] = 0.0, 0.0
    enough, breathed, oxygen = rules.trigger * seen[BREATHED], seen[BREATHED], seen[O2]
    wanted, danger, ending, given, points = 0.05, NEVER, NEVER, 0, 0
    if rules.grid > 0.0:
        draw(drawn[0], y, seen, person)
    while happening[NOW] < rules.until - 1e-9:
        began = happening[NOW]
        stop = min(rules.until, due(outcome[TRIGGER], rules, doses, given, ending))
        if danger > NEVER and outcome[COLLAPSE] == NEVER:
            stop = min(stop, danger + rules.danger_lasts)
        if rules.grid > 0.0:
            stop = min(stop, (points + 1) * rules.grid)
        length, lands = longest(wanted, seen), False
        if began + length >= stop - 1e-9:
            length, lands = stop - began, True
        elif began + 2.0 * length > stop:
            length = 0.5 * (stop - began)
        error, stages = step(length, y, slopes, person, happening, past, seen, table, room)
        outcome[STEPS] += 1.0
        outcome[EVALUATIONS] += stages
        error = max(error / rules.tolerance, 1e-6)
        better = 0.8 / math.sqrt(error)
        if error > 1.0 and length > SMALLEST:
            wanted = length * max(0.2, better)
            slopes_at(began, y, slopes, person, happening, past, seen)
            continue
        happening[NOW] = stop if lands else began + length
        for i in range(STATES):
            y[i], slopes[i] = room[0, i], room[1, i]
        remember(past, happening, seen)
        if better < 1.0 or not lands or length >= wanted:
            wanted = length * min(2.0, better)
        now = happening[NOW]
        if outcome[TRIGGER] == NEVER and seen[BREATHED] < enough:
            outcome[TRIGGER] = crossed(breathed, seen[BREATHED], enough, began, now)
        breathed = seen[BREATHED]
        changed = False
        if outcome[COLLAPSE] == NEVER:
            if danger == NEVER:
                if seen[O2] <= rules.danger_o2 < oxygen or (seen[O2] <= rules.danger_o2 and outcome[STEPS] == 1.0):
                    danger = crossed(oxygen, seen[O2], rules.danger_o2, began, now)
            elif now >= danger + rules.danger_lasts - 1e-9:
                if seen[O2] <= rules.danger_o2:
                    outcome[COLLAPSE] = now
                    happening[COLLAPSING] = 1.0
                    changed = True
                elif rules.again > 0.0:
                    danger = NEVER
                else:
                    danger = 1e300
        oxygen = seen[O2]
        if ending > NEVER and now >= ending - 1e-9:
            happening[RATE_IN], ending, changed = 0.0, NEVER, True
        elif ending == NEVER and now >= due(outcome[TRIGGER], rules, doses, given, ending) - 1e-9:
            y[DEPOT] += doses[given].depot
            if doses[given].rate > 0.0:
                happening[RATE_IN], ending = doses[given].rate, now + doses[given].lasts
            given, changed = given + 1, True
        if changed:
            wanted = min(wanted, 0.5)
            slopes_at(now, y, slopes, person, happening, past, seen)
        if rules.grid > 0.0 and now >= (points + 1) * rules.grid - 1e-9:
            points += 1
            draw(drawn[points], y, seen, person)
        if outcome[ARREST] == NEVER and seen[FLOW] * 60.0 < rules.arrest_flow:
            outcome[ARREST] = now
            if rules.stops > 0.0:
                break


@in_threads
def follow_many(
    people: Any, opioid_mg: float, doses: Any, rules: Any, rest: Floats, table: Floats, outcomes: Floats
) -> None:
    """As `follow`, of each person by itself; `outcomes` has a row for each. The threads share nothing, so their number changes nothing."""
    nothing = np.zeros((0, len(DRAWN)))
    for i in each(people.shape[0]):
        past, work = np.zeros((PAST, 4)), np.zeros(WORK)
        follow(people[i], opioid_mg, doses, rules[0], rest, table, past, work, nothing, outcomes[i])
