"""Labels against FDA's enforcement reports: Leeward beside RapidFuzz, on the same records and labels in one run.

The files are FDA's own and are not part of Leeward: name their folder, and a file of labelled pairs.

    python benchmarks/recall_matching.py FOLDER PAIRS.csv
"""

from __future__ import annotations

import csv
import statistics
import sys
import tempfile
import time
from pathlib import Path

from rapidfuzz import fuzz, process, utils

from leeward.knowledge import load_knowledge
from leeward.products.recalls.action import RECALLS, Action
from leeward.products.recalls.readers import read_actions
from leeward.products.recalls.register import Register
from leeward.products.recalls.store import Store

FILES = ("openfda_food_enforcement_2012_2025.jsonl.gz", "openfda_drugs_enforcement_2012_2025.jsonl.gz")
SCORERS = {"token_set_ratio": fuzz.token_set_ratio, "WRatio": fuzz.WRatio}
ROUNDS = 5


def main() -> None:
    """Load, match, and print how often each is right and how long it takes."""
    folder, pairs_file = Path(sys.argv[1]), Path(sys.argv[2])
    pairs = [
        (row["query_label_text"], row["relation"], row["expected_recall_numbers"])
        for row in csv.DictReader(pairs_file.open())
    ]
    labelled = [(text, grade, set(filter(None, records.split("|")))) for text, grade, records in pairs]
    actions = [action for name in FILES for action in read_actions(folder / name) if isinstance(action, Action)]
    print(
        f"{len(actions)} records, {len(labelled)} labels ({sum(bool(records) for _, _, records in labelled)} with a record)\n"
    )
    with tempfile.TemporaryDirectory() as home:
        leeward(Path(home), folder, labelled)
    texts = [f"{action.product} {action.codes} {action.firm}" for action in actions]
    for name, scorer in SCORERS.items():
        similarity(name, scorer, texts, [action.record for action in actions], labelled)


def leeward(home: Path, folder: Path, labelled: list[tuple[str, str, set[str]]]) -> None:
    """Grades, records and times of Leeward's register."""
    store = Store(home / "register.sqlite", load_knowledge(), write=True)
    start, cpu = time.perf_counter(), time.process_time()
    for name in FILES:
        told = (action for action in read_actions(folder / name) if isinstance(action, Action))
        store.load(name, "openfda", "", "", told, lambda: 0)
    print(
        f"Leeward: read and indexed in {time.perf_counter() - start:.1f} s ({time.process_time() - cpu:.1f} s of one core)"
    )
    register = Register(load_knowledge(), store)
    right = first = five = alarms = 0
    for text, grade, records in labelled:
        found = register.match_text(text, types=RECALLS)
        named = [one.action.record for one in found.found]
        right += (
            found.grade == grade and {one.action.record for one in found.found if one.grade == found.grade} == records
        )
        first += bool(records) and bool(set(named[:1]) & records)
        five += bool(records) and bool(set(named[:5]) & records)
        alarms += not records and bool(named)
    print(
        f"  grade and records right {right}/{len(labelled)}; right record first {first}, among five {five}; false alarms {alarms}"
    )
    times = sorted(timed(register, text) for _ in range(ROUNDS) for text, _, _ in labelled)
    print(
        f"  {statistics.median(times):.2f} ms a label (median), {times[int(len(times) * 0.99)]:.2f} ms (p99), {times[-1]:.2f} ms (worst)\n"
    )
    store.close()


def timed(register: Register, text: str) -> float:
    """Milliseconds for one label."""
    start = time.perf_counter()
    register.match_text(text, types=RECALLS)
    return (time.perf_counter() - start) * 1e3


def similarity(
    name: str, scorer: object, texts: list[str], ids: list[str], labelled: list[tuple[str, str, set[str]]]
) -> None:
    """A string scorer: right record first or among five, and the best F1 over all cuts of its score."""
    first = five = 0
    scored: list[tuple[float, bool, bool]] = []
    start = time.perf_counter()
    for text, _, records in labelled:
        best = process.extract(text, texts, scorer=scorer, processor=utils.default_process, limit=5)
        named = [ids[place] for _, _, place in best]
        first += bool(set(named[:1]) & records)
        five += bool(set(named) & records)
        scored.append((best[0][1], bool(set(named[:1]) & records), bool(records)))
    spent = (time.perf_counter() - start) * 1e3 / len(labelled)
    f1, cut, alarms = max(_f1(scored, cut) for cut in range(50, 101))
    print(
        f"RapidFuzz {name}: right record first {first}, among five {five}; best F1 {f1:.2f} at {cut}, with {alarms} false alarms; {spent:.0f} ms a label; no grades"
    )


def _f1(scored: list[tuple[float, bool, bool]], cut: int) -> tuple[float, int, int]:
    said = [(hit, has) for score, hit, has in scored if score >= cut]
    hits = sum(hit for hit, _ in said)
    wanted = sum(has for _, _, has in scored)
    precision, recall = (hits / len(said) if said else 0.0), hits / wanted
    return (2 * precision * recall / (precision + recall) if hits else 0.0), cut, sum(not has for _, has in said)


if __name__ == "__main__":
    main()
