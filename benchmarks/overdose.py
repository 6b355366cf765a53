"""FDA's overdose model: 2,000 made-up people in seven naloxone arms, on all cores of this machine.

    .venv/bin/python benchmarks/overdose.py [--people 2000] [--repeats 3] [--general 20]

Beside it a general solver on the same equations: scipy's LSODA, stepped so that what the receptors felt is kept after each step, with the
same compiled right-hand side. Arrests that differ are counted.
The original, R with a compiled right-hand side, takes 0.70 s a solve as shipped (two for each person, 0.1 s between outputs) and 0.03 to 0.07 s
with a coarse output (R 4.2, deSolve 1.34, measured once on a machine of this kind): printed beside, not run here.
The floors: the right-hand side alone, evaluated as often; of it the powers, exponentials and logarithms alone; and the memory that is read
and written, at the speed of a copy.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import time

import numba
import numpy as np
from scipy.integrate import LSODA

from leeward.knowledge import load_knowledge
from leeward.pharmacology.breathing import PERIPHERAL_WAY
from leeward.pharmacology.compiled import compiled
from leeward.pharmacology.course import EVALUATIONS, OUTCOMES, follow_many
from leeward.pharmacology.drugs import OPIOID, STATES
from leeward.pharmacology.overdose import arrested, at_rest, outcomes, sprays
from leeward.pharmacology.parameters import made_up, rules, typical
from leeward.pharmacology.rescue import COLLAPSING, FLOW, HAPPENING, NOW, O2, PAST, SEEN, USUAL, remember, slopes_at

ARMS = {
    "none": sprays(),
    "one spray": sprays((0.0, 4.0)),
    "two sprays, 150 s apart": sprays((0.0, 4.0), (150.0, 4.0)),
    "two sprays at once": sprays((0.0, 8.0)),
    "three sprays, 150 s apart": sprays((0.0, 4.0), (150.0, 4.0), (300.0, 4.0)),
    "four sprays, 150 s apart": sprays((0.0, 4.0), (150.0, 4.0), (300.0, 4.0), (450.0, 4.0)),
    "four sprays, two at once": sprays((0.0, 8.0), (150.0, 8.0)),
}
SHIPPED, TUNED = 1.4, 0.06
"""Seconds that the original takes for a person in an arm, as shipped and with a coarse output."""


@compiled
def evaluations(many, y, slopes, person, happening, past, seen):
    """The right-hand side, so often."""
    for _ in range(many):
        slopes_at(0.0, y, slopes, person, happening, past, seen)


@compiled
def hard_functions(many, some):
    """The thirteen powers, four exponentials and one logarithm of a right-hand side, so often, each of another number."""
    total = 0.0
    for i in range(many):
        for j in range(13):
            total += (some[j] + i * 1e-9) ** 0.7
        for j in range(4):
            total += math.exp(-some[j] - i * 1e-9)
        total += math.log(some[0] + i * 1e-9)
    return total


def by_lsoda(person, rule) -> bool:
    """Whether one person without naloxone arrests, by scipy's LSODA at the tolerance of the kernel."""
    y, slopes, seen, happening = np.zeros(STATES), np.zeros(STATES), np.zeros(SEEN), np.zeros(HAPPENING)
    past = np.zeros((PAST, 4))
    y[: len(at_rest())], y[OPIOID] = at_rest(), 1.625

    def slope(when, states):
        slopes_at(when, states, slopes, person, happening, past, seen)
        return slopes.copy()

    slope(0.0, y)
    remember(past, happening, seen)
    tolerance = float(rule["tolerance"])
    begun, oxygen, danger = 0.0, seen[O2], math.inf
    solver, ended = None, float(rule["until"])
    while begun < ended:
        if solver is None:
            until = min(
                ended, danger + float(rule["danger_lasts"]) if danger > 0.0 and begun < danger + 220.0 else ended
            )
            longest = PERIPHERAL_WAY / max(seen[FLOW], 0.0163) if seen[FLOW] else 7.0
            solver = LSODA(slope, begun, y, until, max_step=min(5.0, longest), rtol=tolerance, atol=tolerance * USUAL)
        solver.step()
        begun, y = solver.t, solver.y.copy()
        slope(begun, y)
        happening[NOW] = begun
        remember(past, happening, seen)
        if seen[FLOW] * 60.0 < float(rule["arrest_flow"]):
            return True
        if danger == math.inf and seen[O2] <= float(rule["danger_o2"]) < oxygen:
            danger, solver = begun, None
        elif solver.status != "running":
            if seen[O2] <= float(rule["danger_o2"]) and happening[COLLAPSING] == 0.0:
                happening[COLLAPSING] = 1.0
            elif happening[COLLAPSING] == 0.0:
                danger = math.inf
            solver = None
        oxygen = seen[O2]
    return False


def timed(work) -> float:
    """Seconds that some work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> None:
    """Print the percent that arrest in each arm, the time, the floors, scaling, and the general solver beside it."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--people", type=int, default=2000)
    asked.add_argument("--repeats", type=int, default=3)
    asked.add_argument("--general", type=int, default=20, help="people whom the general solver follows too")
    given = asked.parse_args()
    knowledge = load_knowledge()
    people, rule = made_up(knowledge, given.people, 1, "fentanyl"), rules(knowledge)
    first = timed(lambda: outcomes(people[:2], 1.625, ARMS["one spray"], rule))
    threads = numba.get_num_threads()
    print(
        f"{threads} threads, load {os.getloadavg()[0]:.1f} before; first solve, with compiling unless it was kept: {first:.1f} s"
    )
    floors(people, rule, *whole(people, rule, given.repeats))
    scaling(people, rule)
    general(people[: given.general], rule)


def whole(people, rule, repeats: int) -> tuple[float, float]:
    """Seconds for all people in all arms, and of all cores together while they worked."""
    totals: list[float] = []
    before = time.process_time()
    for repeat in range(repeats):
        begun = time.perf_counter()
        found = {name: outcomes(people, 1.625, doses, rule) for name, doses in ARMS.items()}
        totals.append(time.perf_counter() - begun)
        if repeat == 0:
            print(", ".join(f"{name}: {arrested(one):.1f} % arrest" for name, one in found.items()))
    solves, taken, threads = len(ARMS) * len(people), statistics.median(totals), numba.get_num_threads()
    print(
        f"{len(people):,} people in {len(ARMS)} arms: {taken:.1f} s ({min(totals):.1f} to {max(totals):.1f}), "
        f"{solves / taken:,.0f} solves a second, {taken / solves * threads * 1000:.2f} ms a solve and thread"
    )
    for name, each in (("as shipped", SHIPPED), ("with a coarse output", TUNED)):
        original = solves * each / threads
        print(f"the original on as many cores, {name}: {original / 60:.0f} min ({original / taken:,.0f} times)")
    return taken, (time.process_time() - before) / repeats


def floors(people, rule, taken: float, processor: float) -> None:
    """Print the share of the time that the right-hand side, its hard functions and memory would take alone."""
    from leeward.pharmacology.overdose import _coefficients

    ending = rule.copy()
    ending["grid"], ending["stops"] = 0.0, 1.0
    counted = 0.0
    for doses in ARMS.values():
        raw = np.zeros((len(people), OUTCOMES))
        follow_many(people, 1.625, doses, ending, at_rest(), _coefficients(), raw)
        counted += raw[:, EVALUATIONS].sum()
    y, slopes, seen = np.zeros(STATES), np.zeros(STATES), np.zeros(SEEN)
    y[: len(at_rest())], y[OPIOID] = at_rest(), 1.0
    state = (y, slopes, typical(load_knowledge(), "fentanyl")[0], np.zeros(HAPPENING), np.zeros((PAST, 4)), seen)
    some, many = np.linspace(0.2, 2.0, 13), 500_000
    evaluations(10, *state), hard_functions(10, some)
    side, hard = (timed(lambda: evaluations(many, *state)) / many, timed(lambda: hard_functions(many, some)) / many)
    print(
        f"{counted:,.0f} right-hand sides of {side * 1e6:.2f} microseconds: {counted * side / processor:.0%} of the processor time; "
        f"their powers, exponentials and logarithms alone ({hard * 1e6:.2f} microseconds): {counted * hard / processor:.0%}"
    )
    block = np.zeros(16_000_000)
    copied = 2 * block.nbytes / timed(block.copy)
    moved = len(ARMS) * len(people) * (people.itemsize + OUTCOMES * 8)
    print(
        f"memory: {moved / 1e6:.1f} MB in and out, {moved / copied / taken:.1e} of the time at {copied / 1e9:.1f} GB/s"
    )


def scaling(people, rule) -> None:
    """Print one arm with a growing number of people, and on one thread and more."""
    doses, most = ARMS["one spray"], numba.get_num_threads()
    for many in (len(people) // 8, len(people) // 4, len(people) // 2, len(people)):
        took = timed(lambda many=many: outcomes(people[:many], 1.625, doses, rule))
        print(f"{many:>6,} people, one arm, {most} threads: {took:6.2f} s, {many / took:,.0f} solves a second")
    for threads in range(1, most + 1):
        numba.set_num_threads(threads)
        took = min(timed(lambda: outcomes(people[: len(people) // 2], 1.625, doses, rule)) for _ in range(3))
        print(f"{len(people) // 2:>6,} people, one arm, {threads} threads: {took:6.2f} s, the best of three")


def general(people, rule) -> None:
    """Print how long the general solver takes beside the kernel, each on one thread, and where they differ."""
    numba.set_num_threads(1)
    by_lsoda(people[0], rule[0])
    same = list[bool]()
    theirs = timed(lambda: same.extend(by_lsoda(person, rule[0]) for person in people))
    ours_took = timed(lambda: outcomes(people, 1.625, ARMS["none"], rule))
    ours = ~np.isnan(outcomes(people, 1.625, ARMS["none"], rule).arrest)
    differ = int((ours != np.array(same)).sum())
    print(
        f"general solver (scipy LSODA, same right-hand side, one thread): {len(people) / theirs:.1f} solves a second, "
        f"the kernel {len(people) / ours_took:,.0f} ({theirs / ours_took:.0f} times); {differ} of {len(people)} arrests differ"
    )


if __name__ == "__main__":
    main()
