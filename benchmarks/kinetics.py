"""Levels after doses: made-up people of a shipped scenario, on all cores of this machine.

    .venv/bin/python benchmarks/kinetics.py [--people 2000] [--repeats 3] [--general 10]

Beside it a general solver on the same compartments and doses: scipy's LSODA, started anew at each dose and at each end of an inflow, at a
relative error of 1e-8; the largest difference of a level is printed, as a share of the person's highest.
The floors: the product of a matrix and the amounts, once for each level and nothing else; and the memory that is written, at the speed of a copy.
"""

from __future__ import annotations

import argparse
import os
import statistics
from itertools import pairwise

import numba
import numpy as np
from overdose import timed
from scipy.integrate import LSODA

from leeward.knowledge import load_knowledge
from leeward.pharmacology.cohort import made_up
from leeward.pharmacology.compartments import OUT
from leeward.pharmacology.compiled import compiled, each, in_threads
from leeward.pharmacology.kinetic_scenario import planned
from leeward.pharmacology.kinetic_simulation import grid
from leeward.pharmacology.regimen import inflow, levels
from leeward.pharmacology.scenario import scenario

SCENARIOS = ("methadone-first-week", "depot-after-sublingual", "kratom-leaf-tea")
ERROR = 1e-8


@in_threads
def products(people, points, matrix, start, ends):
    """So many products of a matrix and a vector for each person."""
    for person in each(people):
        ends[person] = _products(points, matrix, start)


@compiled
def _products(points, matrix, start):
    n = len(start)
    now, then = start.copy(), np.zeros(n)
    for _ in range(points):
        for i in range(n):
            total = 0.0
            for j in range(n):
                total += matrix[i, j] * now[j]
            then[i] = total
        now, then = then, now
    return now[0]


def by_lsoda(people, person: int, given, hours):
    """mg in each compartment of one person at these hours, shape (hours, compartments), by scipy's LSODA."""
    model = people.model
    n = len(model.entry.compartments)
    matrix = np.zeros((n, n))
    for rate, source, target in zip(people.rates[person], model.source, model.target, strict=True):
        matrix[source, source] -= rate
        if target != OUT:
            matrix[target, source] += rate
    into, doses, starts, lasts = (told if told.ndim == 1 else told[person] for told in inflow(people, given))
    stops = np.unique(np.concatenate([starts, starts + lasts, hours[:1], hours[-1:]]))
    stops = stops[(stops >= hours[0]) & (stops <= hours[-1])]
    y, found = np.zeros(n), np.zeros((len(hours), n))
    for begun, ended in pairwise(stops):
        flowing = np.zeros(n)
        for place, mg, start, last in zip(into, doses, starts, lasts, strict=True):
            if last == 0.0 and start == begun:
                y[place] += mg
            elif last > 0.0 and start <= begun < start + last:
                flowing[place] += mg / last
        solver = LSODA(lambda _, y, flowing=flowing: matrix @ y + flowing, begun, y, ended, rtol=ERROR, atol=1e-12)
        while solver.status == "running":
            solver.step()
            between = (hours > solver.t_old) & (hours <= solver.t)
            if between.any():
                found[between] = solver.dense_output()(hours[between]).T
        y = solver.y.copy()
    return found


def measure(name: str, many: int, repeats: int, general: int) -> None:
    """Print one scenario's time, floors, scaling, and the general solver beside it."""
    knowledge, asked = load_knowledge(), scenario(name)
    plan = planned(asked, knowledge)[0]
    people, hours = made_up(plan.model, many, 1, known=plan.arm.person), np.array(grid(asked, plan))
    hours = np.unique(np.concatenate([[0.0], hours]))
    n, threads = len(plan.model.entry.compartments), numba.get_num_threads()
    levels(people.part(slice(0, 2)), plan.given, hours)
    taken = statistics.median(timed(lambda: levels(people, plan.given, hours)) for _ in range(repeats))
    points = many * len(hours)
    print(
        f"\n{name}, {plan.arm.name} ({plan.model.id}): {many:,} people, {len(hours):,} hours, {n} compartments, {len(plan.given)} doses, "
        f"{threads} threads: {taken:.2f} s, {many / taken:,.0f} people and {points / taken:,.0f} hours a second"
    )
    matrix, start, ends = np.eye(n) * 0.999, np.ones(n), np.zeros(many)
    products(2, 2, matrix, start, ends)
    alone = timed(lambda: products(many, len(hours), matrix, start, ends))
    block = np.zeros(16_000_000)
    copied = 2 * block.nbytes / timed(block.copy)
    written = points * 8 * (n + len(plan.model.entry.shows))
    print(
        f"  floors: products of matrix and amounts alone {alone:.3f} s ({alone / taken:.0%} of the time); "
        f"{written / 1e6:.0f} MB written once {written / copied:.3f} s ({written / copied / taken:.0%})"
    )
    for some in (many // 4, many // 2, many):
        took = timed(lambda some=some: levels(people.part(slice(0, some)), plan.given, hours))
        print(f"  {some:>6,} people, {threads} threads: {took:6.3f} s, {some / took:,.0f} people a second")
    for some in range(1, threads + 1):
        numba.set_num_threads(some)
        took = min(timed(lambda: levels(people, plan.given, hours)) for _ in range(3))
        print(f"  {many:>6,} people, {some} threads: {took:6.3f} s, the best of three")
    beside(people.part(slice(0, general)), plan, hours)
    numba.set_num_threads(threads)


def beside(people, plan, hours) -> None:
    """Print the general solver's time beside the kernel's, each on one thread, and the largest difference."""
    numba.set_num_threads(1)
    shown = plan.model.entry.shows[plan.tells]
    place, theirs = plan.model.place(shown.compartment), []
    slow = timed(
        lambda: theirs.extend(by_lsoda(people, one, plan.given, hours)[:, place] for one in range(people.many))
    )
    fast = timed(lambda: levels(people, plan.given, hours))
    ours = levels(people, plan.given, hours).of[plan.tells]
    told = np.array(theirs) / people.volumes(plan.tells)[:, None] * shown.per_mg_in_litre
    # At the hour of a dose into the shown compartment the one tells what was there before it, the other what is after.
    same = ~np.isin(hours, inflow(people, plan.given)[2])
    differ = (np.abs(told - ours)[:, same] / ours.max(axis=1, keepdims=True)).max()
    print(
        f"  general solver (scipy LSODA, one thread): {people.many / slow:,.1f} people a second, the kernel {people.many / fast:,.0f} "
        f"({slow / fast:,.0f} times); largest difference {differ:.0e} of the highest level"
    )


def main() -> None:
    """Print the figures of each scenario."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--people", type=int, default=2000)
    asked.add_argument("--repeats", type=int, default=3)
    asked.add_argument("--general", type=int, default=10, help="people whom the general solver follows too")
    given = asked.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before")
    for name in SCENARIOS:
        measure(name, given.people, given.repeats, given.general)


if __name__ == "__main__":
    main()
