"""The CDC recommendations beside cql-execution, which runs the CDC's own logic: the same requests, in turn, in one run.

    git clone https://github.com/cqframework/opioid-cds-r4 GUIDE
    npm install --prefix benchmarks --ignore-scripts --no-package-lock
    .venv/bin/python benchmarks/cql_execution.py --guide GUIDE [--cases FOLDER] [--rounds 15]

The logic is the guide's of 2023 (`COMMIT`), compiled by its authors. Nothing of it is kept here. The requests are the 38 with
an asserted outcome (../shared/data/opioid-cds/cases), and for each service one of hooks.py with 100 made-up resources. Two
times are taken of each side:

    whole      from the bytes of the call to the answer. Leeward: strict reading, checks, rules, cards in JSON.
               cql-execution: JSON.parse, and the one truth whether the recommendation applies.
    evaluated  from what was read to the cards, or to that truth; cql-execution reads resources only while it evaluates

cql-execution keeps its model of FHIR between requests here, and evaluates the one expression asked for: its best case.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from hooks import body

from leeward.hooks.cards import Cards
from leeward.hooks.request import read_call
from leeward.hooks.services import services
from leeward.hooks.situation import Situation
from leeward.knowledge import load_knowledge
from leeward.knowledge.policy import default_policy

HERE = Path(__file__).parent
CASES = HERE.parents[1] / "shared" / "data" / "opioid-cds" / "cases"
NODE_MODULES = Path(os.environ.get("LEEWARD_NODE_MODULES") or HERE / "node_modules")

COMMIT = "8a7fb64757"
"""The commit of the guide that the published requests are of."""

VERSION = "2022.1.0"
NAMESPACE = "http://fhir.org/guides/cdc/opioid-cds"
ELM = "application/elm+json"
TYPES = "{urn:hl7-org:elm-types:r1}"
NOON = (12, 0, 0, 0, -5)
TODAY = "2026-11-23"
"""The day of the made-up requests."""
WARM_UP = 10
"""Rounds that are not counted: node compiles what it runs often only then."""

LIBRARIES = {
    "opioidcds-01": "OpioidCDSREC01", "opioidcds-02": "OpioidCDSREC02", "opioidcds-03": "OpioidCDSREC03",
    "opioidcds-04-05": "OpioidCDSREC04And05", "opioidcds-06": "OpioidCDSREC06", "opioidcds-07": "OpioidCDSREC07",
    "opioidcds-08-order-sign": "OpioidCDSREC08", "opioidcds-09": "OpioidCDSREC09",
    "opioidcds-10-order-sign": "OpioidCDSREC10", "opioidcds-10-patient-view": "OpioidCDSREC10PatientView",
    "opioidcds-11": "OpioidCDSREC11", "opioidcds-11-patient-view": "OpioidCDSREC11PatientView",
    "opioidcds-12-patient-view": "OpioidCDSREC12PatientView",
}  # fmt: skip
"""The library of the guide behind each published service."""

EXPRESSIONS = ("Is Recommendation Applicable?",)
OF_SCREENS = ("Is Perform Drug Screen Recommendation Applicable?", "Applicable Because of Positive Cocaine or PCP or Opiates")  # fmt: skip

APPLIES = "applies"

_DRUG = re.compile(
    r"drugCode: (?P<drugCode>\d+), drugName: '(?P<drugName>(?:[^'\\]|\\.)*)', doseFormCode: (?P<doseFormCode>\d+), "
    r"doseFormName: '(?P<doseFormName>[^']*)', ingredientCode: (?P<ingredientCode>\d+), "
    r"ingredientName: '(?P<ingredientName>[^']*)', strength: '(?P<strength>[^']*)', "
    r"strengthValue: (?P<strengthValue>[\d.]+), strengthUnit: '(?P<strengthUnit>[^']*)'"
)


def logic_of(guide: Path) -> dict[str, Any]:
    """The compiled libraries and the code lists of the guide.

    Its table of drugs was not compiled, so it is made a library of literals here; an older table is included and not used.
    """
    listed = _listed(guide, "input/resources/library/")
    libraries = [elm for path in listed if "OMTKData" not in path and (elm := _elm(_file(guide, path)))]
    rows = [found.groupdict() for found in _DRUG.finditer(_file(guide, "input/pagecontent/cql/OMTKData.cql"))]
    libraries.append(_library("OMTKData", "3.0.0", [_statement("DrugIngredients", rows)]))
    libraries.append(_library("OMTKData2020", VERSION, []))
    value_sets: dict[str, Any] = {}
    for path in _listed(guide, "input/vocabulary/valueset/"):
        if path.endswith(".json"):
            told = json.loads(_file(guide, path))
            held = told.get("expansion", {}).get("contains", [])
            value_sets[told["url"]] = {
                "": [{key: one.get(key) for key in ("code", "system", "version")} for one in held]
            }
    return {"version": VERSION, "libraries": libraries, "valueSets": value_sets}


def _listed(guide: Path, folder: str) -> list[str]:
    return _git(guide, "ls-tree", "--name-only", COMMIT, folder).split("\n")[:-1]


def _file(guide: Path, path: str) -> str:
    return _git(guide, "show", f"{COMMIT}:{path}")


def _git(guide: Path, *asked: str) -> str:
    done = subprocess.run(["git", "-C", str(guide), *asked], capture_output=True, check=False)
    if done.returncode:
        sys.exit(
            f"git {' '.join(asked[:2])} failed in {guide}: it is no clone of cqframework/opioid-cds-r4 with {COMMIT}."
        )
    return done.stdout.decode("utf-8", "replace")


def _elm(text: str) -> dict[str, Any] | None:
    """The compiled form in a Library resource."""
    try:
        told = json.loads(text)
    except ValueError:
        return None
    held = [one["data"] for one in told.get("content", ()) if one.get("contentType") == ELM]
    return json.loads(base64.b64decode(held[0])) if held else None


def _library(name: str, version: str, statements: list[Any]) -> dict[str, Any]:
    return {
        "library": {
            "identifier": {"system": NAMESPACE, "id": name, "version": version},
            "schemaIdentifier": {"id": "urn:hl7-org:elm", "version": "r1"},
            "usings": {"def": [{"localIdentifier": "System", "uri": "urn:hl7-org:elm-types:r1"}]},
            "statements": {"def": statements},
        }
    }


def _statement(name: str, rows: list[dict[str, str]]) -> dict[str, Any]:
    def literal(key: str, value: str) -> dict[str, str]:
        kind = "Decimal" if key == "strengthValue" else "Integer" if key.endswith("Code") else "String"
        return {"type": "Literal", "valueType": TYPES + kind, "value": value}

    tuples = [
        {"type": "Tuple", "element": [{"name": key, "value": literal(key, value)} for key, value in row.items()]}
        for row in rows
    ]
    return {
        "name": name,
        "context": "Unfiltered",
        "accessLevel": "Public",
        "expression": {"type": "List", "element": tuples},
    }


def clock(raw: object) -> Iterator[str]:
    """The days at which the data of a request are said to be of."""
    if isinstance(raw, dict):
        if raw.get("url") == "dateLastUpdated":
            yield raw.get("valueDateTime") or raw["valueDate"]
        for value in raw.values():
            yield from clock(value)
    elif isinstance(raw, list):
        for value in raw:
            yield from clock(value)


class Side:
    """The times of one side for one request, and what it answered."""

    def __init__(self) -> None:
        self.whole: list[float] = []
        self.evaluated: list[float] = []
        self.answer = ""

    @property
    def failed(self) -> bool:
        """Whether the engine gave no answer."""
        return self.answer.startswith("error")

    @property
    def medians(self) -> tuple[float, float]:
        """Milliseconds of the whole and of the evaluation."""
        return statistics.median(self.whole), statistics.median(self.evaluated)

    @property
    def fastest(self) -> tuple[float, float]:
        """As `medians`, of the fastest round."""
        return min(self.whole), min(self.evaluated)


class Leeward:
    """Leeward's side."""

    def __init__(self) -> None:
        self.knowledge = load_knowledge()
        self.policy = default_policy(self.knowledge)
        self.services = services(self.knowledge)

    def ask(self, name: str, content: bytes, now: datetime) -> tuple[str, float, float]:
        """What a service answers to a call, with the milliseconds of the whole and of its evaluation."""
        service = self.services[name]
        begun = time.perf_counter()
        request = read_call(content, hook=service.line.hook, typed_ids=True)
        read = time.perf_counter()
        cards = service.cards(Situation(request=request, now=now, knowledge=self.knowledge, policy=self.policy))
        judged = time.perf_counter()
        msgspec.json.encode(Cards(cards=cards))
        done = time.perf_counter()
        certain = [card for card in cards if not card.summary.startswith("Cannot tell")]
        answer = APPLIES if certain else "cannot tell" if cards else "does not apply"
        return answer, (done - begun) * 1000, (judged - read) * 1000


class Peer:
    """cql-execution's side: one process of node, asked a line at a time."""

    def __init__(self, logic: Path) -> None:
        command = ["node", str(HERE / "cql_execution.mjs"), str(logic)]
        environment = os.environ | {"LEEWARD_NODE_MODULES": str(NODE_MODULES.resolve())}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
        )

    def ask(self, line: str) -> tuple[str, float, float]:
        """As Leeward's `ask`; `nan` for the times where the engine failed."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        told = json.loads(self.process.stdout.readline())
        if "error" in told:
            return f"error: {' '.join(told['error'].split())}", float("nan"), float("nan")
        answer = {True: APPLIES, False: "does not apply", None: "null"}[told["applies"]]
        return answer, told["whole"], told["evaluated"]


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--guide", type=Path, required=True, help="a clone of cqframework/opioid-cds-r4")
    asked.add_argument("--cases", type=Path, default=CASES)
    asked.add_argument("--rounds", type=int, default=15)
    given = asked.parse_args()
    if not given.cases.is_dir():
        sys.exit(f"The published requests are not in {given.cases}. Name their folder with --cases.")
    if shutil.which("node") is None or not (NODE_MODULES / "cql-execution").is_dir():
        sys.exit("cql-execution is not installed: see the top of this file.")
    found = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(given.cases.glob("*/*.json"))]
    cases = [one for one in found if one["expected"] and one["expected"]["service"] in LIBRARIES]
    with tempfile.TemporaryDirectory() as folder:
        logic = Path(folder) / "logic.json"
        logic.write_text(json.dumps(logic_of(given.guide)), encoding="utf-8")
        peer = Peer(logic)
        ours = Leeward()
        try:
            run(cases, given.rounds, ours, peer)
            run(made(ours), given.rounds, ours, peer)
        finally:
            assert peer.process.stdin is not None
            peer.process.stdin.close()
            peer.process.wait(20)


def made(ours: Leeward, resources: int = 100) -> list[dict[str, Any]]:
    """For each service a request of hooks.py, in the shape of the published ones; nobody asserts an answer to it."""
    lines = {name: msgspec.to_builtins(ours.services[name].line) for name in LIBRARIES}
    return [
        {
            "id": f"{name}, {resources} resources",
            "request": json.loads(body(random.Random(number), line, resources)),
            "expected": {"service": name, "outcome": ""},
        }
        for number, (name, line) in enumerate(lines.items())
    ]


def run(cases: list[dict[str, Any]], rounds: int, ours: Leeward, peer: Peer) -> None:
    """Both sides on every request, one right after the other, round after round."""
    sides = [(Side(), Side()) for _ in cases]
    for number in range(WARM_UP + rounds):
        for case, pair in zip(cases, sides, strict=True):
            name, content = case["expected"]["service"], json.dumps(case["request"])
            day = datetime.fromisoformat(f"{max(clock(case['request']), default=TODAY)[:10]}T12:00:00-05:00")
            line = {
                "library": LIBRARIES[name],
                "expressions": OF_SCREENS if name.startswith("opioidcds-10") else EXPRESSIONS,
                "when": [day.year, day.month, day.day, *NOON],
                "request": content,
            }
            both = ours.ask(name, content.encode(), day), peer.ask(json.dumps(line))
            for side, (answer, whole, evaluated) in zip(pair, both, strict=True):
                side.answer = answer
                if number >= WARM_UP:
                    side.whole.append(whole)
                    side.evaluated.append(evaluated)
    told(cases, sides)


def told(cases: list[dict[str, Any]], sides: list[tuple[Side, Side]]) -> None:
    """A line for each request, then the medians over all, the ratios and how often the answers agree."""
    print(f"{'request':<50} {'Leeward, ms':>15} {'cql-execution, ms':>19} {'ratio':>11}  answers")
    for case, (ours, theirs) in zip(cases, sides, strict=True):
        mine, other = ours.medians, theirs.medians
        asserted = f"; asserted: {case['expected']['outcome']}" if case["expected"]["outcome"] else ""
        answers = "both: " + ours.answer if ours.answer == theirs.answer else f"{ours.answer} / {theirs.answer}"
        print(
            f"{case['id'].removeprefix('request-example-'):<50} {mine[0]:>7.2f} {mine[1]:>7.2f} {other[0]:>10.1f} {other[1]:>8.1f} "
            f"{other[0] / mine[0]:>5.0f} {other[1] / mine[1]:>5.0f}  {answers}{asserted}"
        )
    print("(each pair: whole, evaluated; medians; a ratio is cql-execution's time by Leeward's)")
    answered = [pair for pair in sides if not pair[1].failed]
    for place, name in enumerate(("whole", "evaluated")):
        ratios = sorted(theirs.medians[place] / ours.medians[place] for ours, theirs in answered)
        fastest = statistics.median(theirs.fastest[place] / ours.fastest[place] for ours, theirs in answered)
        mine, other = (statistics.median(pair[side].medians[place] for pair in answered) for side in (0, 1))
        print(
            f"{name}: Leeward {mine:.2f} ms, cql-execution {other:.1f} ms (the median request); "
            f"ratio {statistics.median(ratios):.0f}, from {ratios[0]:.1f} to {ratios[-1]:.0f}; "
            f"by the fastest round of each, which other programs disturb least, {fastest:.0f}"
        )
    agreeing = sum((ours.answer == APPLIES) == (theirs.answer == APPLIES) for ours, theirs in answered)
    print(f"whether the recommendation applies: alike in {agreeing} of the {len(answered)} requests that both answered")
    asserted = [(case["expected"]["outcome"] == "cards", *pair) for case, pair in zip(cases, sides, strict=True) if case["expected"]["outcome"]]  # fmt: skip
    if asserted:
        mine = sum((ours.answer == APPLIES) == applies for applies, ours, _ in asserted)
        other = sum((theirs.answer == APPLIES) == applies for applies, _, theirs in asserted if not theirs.failed)
        print(f"as asserted, of {len(asserted)}: Leeward {mine}, cql-execution {other}")
    print()


if __name__ == "__main__":
    main()
