"""Whole processes: `leeward score`, `leeward assess` and an empty Python, in seconds."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "kratom-92-g-per-day.yaml"
RUNS = 15

COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "leeward --version": [sys.executable, "-m", "leeward", "--version"],
    "leeward score cows pulse=2": [sys.executable, "-m", "leeward", "score", "cows", "pulse=2"],
    "leeward assess EXAMPLE": [sys.executable, "-m", "leeward", "assess", str(EXAMPLE)],
    "leeward assess EXAMPLE --format json": [
        sys.executable,
        "-m",
        "leeward",
        "assess",
        str(EXAMPLE),
        "--format",
        "json",
    ],
}


def main() -> None:
    """Print a line for each command; the commands take turns so that noise falls on all alike."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, command in COMMANDS.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            times[name].append(time.perf_counter() - start)
    for name, taken in times.items():
        print(f"{name:<40} median {statistics.median(taken):.3f} s   worst {max(taken):.3f} s")


if __name__ == "__main__":
    main()
