"""FDA's CAERS file to every score: Leeward beside vigipy on the same file and machine, in one run, with their ratios.

Neither the file nor vigipy is part of Leeward. Give the file, and a Python of its own in which vigipy 3.5.1 is installed:

    python -m venv /tmp/vigipy && /tmp/vigipy/bin/pip install vigipy==3.5.1
    python benchmarks/signals.py CAERS_ASCII_2004_2017Q2.csv.gz /tmp/vigipy/bin/python

Without the second, only Leeward runs. Names as typed on both sides, suspect products only. The two do not answer alike:
vigipy fits reading B, takes sums of counts for margins, and says nothing of whether it converged.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

PEER = """
import csv, gzip, json, sys, time
import pandas
from vigipy import bcpnn, convert, gps, prr, ror

open_text = gzip.open if sys.argv[1].endswith(".gz") else open
rows = set()
with open_text(sys.argv[1], "rt", encoding="latin-1", newline="") as file:
    lines = csv.reader(file)
    next(lines)
    for row in lines:
        if row[3] == "Suspect":
            rows.update((row[0], row[4], term.strip()) for term in row[11].split(",") if term.strip())
table = pandas.DataFrame(sorted(rows), columns=["report", "name", "AE"])
counts = table.groupby(["name", "AE"]).size().reset_index(name="count")
said = {"pairs": len(counts)}
start = time.perf_counter()
container = convert(counts)
said["convert"] = time.perf_counter() - start
for name, method in {"gps": gps, "bcpnn": bcpnn, "prr": prr, "ror": ror}.items():
    start = time.perf_counter()
    method(container, min_events=1)
    said[name] = time.perf_counter() - start
print(json.dumps(said))
"""


Found = TypeVar("Found")


class Ran(NamedTuple):
    """A program that was run: its answer, seconds, and the most memory that it held, in MB."""

    answer: bytes
    seconds: float
    peak: float


def run(command: list[str], home: str, keep: bool = True) -> Ran:
    """Run a program to its end."""
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.DEVNULL, env={**os.environ, "LEEWARD_HOME": home}
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{' '.join(command[:6])} failed with {process.returncode}")
        out.seek(0)
        return Ran(out.read() if keep else b"", seconds, used.ru_maxrss / 1000)


def main() -> None:
    """Run both and print what it took."""
    file, load = sys.argv[1], os.getloadavg()[0]
    print(f"{Path(file).name}; load of the machine before: {load:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as home:
        python = [sys.executable, "-m", "leeward", "signals"]
        loaded = run([*python, "load", file], home)
        scanned = run([*python, "scan", "--names", "raw"], home, keep=False)
        whole, peak = loaded.seconds + scanned.seconds, max(loaded.peak, scanned.peak)
        print(
            f"Leeward, file to every score: {whole:.2f} s (load {loaded.seconds:.2f}, scan {scanned.seconds:.2f}), peak {peak:.0f} MB"
        )
        stats = statistics(Path(home))
    if len(sys.argv) > 2:
        peer = run([sys.argv[2], "-c", PEER, file], tempfile.gettempdir())
        said = json.loads(peer.answer)
        scores = sum(said[name] for name in ("gps", "bcpnn", "prr", "ror"))
        parts = ", ".join(f"{name} {said[name]:.2f}" for name in ("convert", "gps", "bcpnn", "prr", "ror"))
        print(
            f"vigipy, file to every score:  {peer.seconds:.2f} s ({parts}), peak {peer.peak:.0f} MB, {said['pairs']:,} pairs"
        )
        print(f"ratios, vigipy to Leeward: whole {peer.seconds / whole:.1f}, memory {peer.peak / peak:.1f}, "
              f"scores {scores / stats:.1f}, scores with its own table {(scores + said['convert']) / stats:.1f}")  # fmt: skip


def statistics(home: Path) -> float:
    """Seconds from counts to every score, the best of three, with what each part took."""
    from leeward.signals.counting import Asked, counted
    from leeward.signals.fit import fit
    from leeward.signals.scan import signals
    from leeward.signals.store import loads

    counts, counting = timed(lambda: counted(loads(home), Asked()))
    best = []
    for _ in range(3):
        found, fitting = timed(partial(fit, counts.pairs, "C"))
        _, scoring = timed(partial(signals, counts, found, "all"))
        best.append((fitting + scoring, fitting, scoring))
    total, fitting, scoring = min(best)
    print(f"Leeward, {len(counts.pairs.n):,} pairs of {counts.pairs.cells:,} cells: counting {counting:.2f} s; "
          f"then fit {fitting:.3f} s (reading C, {found.certificate.agree} of {found.certificate.starts} starts agree) "
          f"and scores {scoring:.3f} s: {total:.3f} s")  # fmt: skip
    return total


def timed(work: Callable[[], Found]) -> tuple[Found, float]:
    """What it gives, and the seconds it took."""
    start = time.perf_counter()
    return work(), time.perf_counter() - start


if __name__ == "__main__":
    main()
