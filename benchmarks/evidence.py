"""How often search finds the statements that answer a question, by words, by meaning and by both, and how fast.

Two sets of questions (tests/corpus): the first was written before any search was run and looked at while the search was
made; the second was written after the first had been scored, and was seen by who changed the search later.

    python benchmarks/evidence.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path

from leeward.evidence.meaning import meaning
from leeward.evidence.search import By, Index
from leeward.evidence.statements import propositions, statements
from leeward.knowledge import load_knowledge

CORPUS = Path(__file__).parents[1] / "tests" / "corpus"
SETS = ("evidence-questions", "evidence-questions-later")
FIRST = 5


def questions(name: str) -> dict[str, list[str]]:
    """The questions of a set, each with the statements that should be among the first five; none for a stranger."""
    return tomllib.loads((CORPUS / f"{name}.toml").read_text())


def recall(index: Index, asked: Mapping[str, list[str]], by: By) -> tuple[float, float, float]:
    """Mean share of the expected among the first five; share of questions with one of them; strangers that find nothing."""
    shares: list[float] = []
    strangers: list[bool] = []
    for question, expected in asked.items():
        found = [hit.id for hit in index.search(question, by)]
        if expected:
            shares.append(len(set(found[:FIRST]) & set(expected)) / min(FIRST, len(expected)))
        else:
            strangers.append(not found)
    one = statistics.mean(share > 0 for share in shares)
    return statistics.mean(shares), one, statistics.mean(strangers) if strangers else 1.0


def main() -> None:
    """Print recall and times."""
    knowledge = load_knowledge()
    model = meaning()
    index = Index(statements(knowledge), propositions(knowledge), knowledge, model)
    print(f"{len(statements(knowledge))} statements; model: {model.name if model else 'not installed'}\n")
    ways: tuple[By, ...] = ("words", "meaning", "both") if model else ("words",)
    for name in SETS:
        asked = questions(name)
        print(
            f"{name}: {sum(bool(ids) for ids in asked.values())} questions, {sum(not ids for ids in asked.values())} strangers"
        )
        for by in ways:
            start = time.perf_counter()
            all_of, one_of, nothing = recall(index, asked, by)
            each = (time.perf_counter() - start) / len(asked) * 1000
            print(
                f"  {by:<8} recall@5 {all_of:.3f}   one of them {one_of:.3f}   strangers left {nothing:.2f}   {each:.1f} ms each"
            )
    print("\nas a whole process (best of 3)")
    for said, hidden in (("with the model", ""), ("without", "import sys; sys.modules['wordllama'] = None; ")):
        if said == "with the model" and model is None:
            continue
        program = f"{hidden}from leeward.commands.evidence import command; command(['does naloxone work after kratom'])"
        print(f"  {said:<16} {min(_seconds(program) for _ in range(3)):.2f} s")


def _seconds(program: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
