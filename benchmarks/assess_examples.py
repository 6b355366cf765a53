"""assess() of each example case, warm, on one core: median and worst of many runs, in milliseconds."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from leeward.casefile import read_case
from leeward.guidance.assess import assess
from leeward.knowledge import load_knowledge

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
RUNS = 300


def main() -> None:
    """Print a line for each example and the worst median."""
    knowledge = load_knowledge()
    medians = []
    for file in sorted(EXAMPLES.glob("*.yaml")):
        case = read_case(file.read_bytes(), knowledge)
        assess(case, knowledge)
        times = []
        for _ in range(RUNS):
            start = time.perf_counter()
            assess(case, knowledge)
            times.append((time.perf_counter() - start) * 1000)
        medians.append(statistics.median(times))
        print(f"{file.stem:<44} median {medians[-1]:6.3f} ms   99th centile {sorted(times)[RUNS * 99 // 100]:6.3f} ms")
    print(f"worst median {max(medians):.3f} ms of {len(medians)} examples")


if __name__ == "__main__":
    main()
