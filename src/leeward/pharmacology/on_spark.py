"""The overdose model on Spark: blocks of the people over its tasks, each made up where it is followed. Nothing depends on the blocks."""

from __future__ import annotations

from functools import cache, partial
from importlib import import_module
from typing import Any

import numpy as np

from leeward.errors import BadInput, shown
from leeward.knowledge import load_knowledge
from leeward.pharmacology.compiled import sources
from leeward.pharmacology.overdose import Outcomes
from leeward.pharmacology.scenario import Arm, Scenario
from leeward.pharmacology.simulation import followed

IN_A_BLOCK = 2000
"""People of one task: some seconds, so that tasks wait on each other little and a machine that is lost loses little."""


def followed_on_spark(asked: Scenario, arm: Arm, context: Any, in_a_block: int = IN_A_BLOCK) -> Outcomes:
    """What becomes of the people of one arm, in their order. Raises BadInput where the tasks fail, or run another Leeward than this one."""
    firsts = range(0, asked.patients, in_a_block)
    task = partial(block, asked, arm, in_a_block)
    try:
        found = context.parallelize(firsts, len(firsts)).map(task).collect()
    except Exception as error:
        if not isinstance(error, import_module("py4j.protocol").Py4JError):
            raise
        why = _why(str(error))
        mend = "Leeward and what it needs must be installed where Spark's tasks run; PYSPARK_PYTHON names that Python."
        raise BadInput.one("LW-1132", "--engine", f"Spark's tasks failed{why}.", mend) from None
    if any(version != installed() for version, _ in found):
        says = "Some of Spark's tasks run another Leeward than this one, and would tell other numbers."
        raise BadInput.one("LW-1132", "--engine", says, "Install the same one on every machine.")
    return Outcomes(*(np.concatenate(columns) for columns in zip(*(part for _, part in found), strict=True)))


def block(asked: Scenario, arm: Arm, most: int, first: int) -> tuple[str, Outcomes]:
    """What becomes of at most so many people from the one numbered `first` on; and what they were followed by."""
    import numba  # pyright: ignore[reportMissingTypeStubs]

    threads: Any = numba
    threads.set_num_threads(1)  # Spark gives a task one core
    return installed(), followed(asked, arm, load_knowledge(), range(first, min(first + most, asked.patients)))


@cache
def installed() -> str:
    """What the numbers depend on: the knowledge and the code of this room."""
    return f"{load_knowledge().digest} {sources()}"


def _why(report: str) -> str:
    """The last line of the worker's own report that names an error, in brackets; empty where there is none."""
    lines = [line.strip() for line in report.splitlines() if "Error: " in line and not line.lstrip().startswith("at ")]
    return f" ({shown(lines[-1], 160)})" if lines else ""
