"""Cases for the paper tests: the examples, and made ones of any size."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from leeward.casefile import read_case
from leeward.guidance.assess import assess
from leeward.guidance.assessment import Assessment
from leeward.knowledge import load_knowledge
from leeward.model.case import Case

KNOWLEDGE = load_knowledge()
EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.yaml"))
NOW = datetime.fromisoformat("2026-11-22T09:00:00-05:00")


@cache
def example(name: str) -> tuple[Case, Assessment]:
    path = next(path for path in EXAMPLES if path.stem == name)
    case = read_case(path.read_text(), KNOWLEDGE)
    return case, assess(case, KNOWLEDGE)


def made(**keys: Any) -> tuple[Case, Assessment]:
    document = {"leeward": "case/1", "now": NOW.isoformat(), "synthetic": True, "setting": "inpatient", **keys}
    case = read_case(json.dumps(document), KNOWLEDGE)
    return case, assess(case, KNOWLEDGE)


def busy(count: int, days: float) -> tuple[Case, Assessment]:
    """Scores, doses, heart rates, pressures and sedation in turn, evenly over the days."""
    scores, doses, seen = [], [], []
    for place in range(count):
        at = (NOW - timedelta(days=days) * (1 - (place + 0.5) / count)).isoformat()
        match place % 5:
            case 0:
                scores.append({"instrument": "cows", "at": at, "total": 30 - 30 * place // count})
            case 1:
                doses.append({"medicine": "clonidine", "dose": "0.1 mg", "at": at})
            case 2:
                seen.append({"what": "heart-rate", "value": 70 + place % 50, "unit": "/min", "at": at})
            case 3:
                seen.append({"what": "systolic-blood-pressure", "value": 95 + place % 60, "unit": "mmHg", "at": at})
            case _:
                seen.append({"what": "sedation-rass", "value": place % 3 - 1, "at": at})
    return made(scores=scores, doses=doses, observations=seen)
