"""Generated cases through `leeward assess --batch` on two cores: seconds, cases a second, and memory along the way."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.properties.generated import document, partly_forgotten  # noqa: E402

CASES = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000


def main() -> None:
    """Write the cases, run the command, and watch the memory of its processes."""
    with tempfile.TemporaryDirectory() as folder:
        cases = Path(folder) / "cases.jsonl"
        write(cases)
        start = time.perf_counter()
        with (Path(folder) / "answers.jsonl").open("wb") as answers:
            command = [sys.executable, "-m", "leeward", "assess", "--batch", str(cases), "--jobs", "2"]
            process = subprocess.Popen(command, stdout=answers)
            memory = watch(process)
        taken = time.perf_counter() - start
        size = (Path(folder) / "answers.jsonl").stat().st_size / 1e6
    print(f"{CASES} cases in {taken:.1f} s: {CASES / taken:.0f} a second, {size:.0f} MB of answers")
    quarters = [memory[len(memory) * place // 4] for place in (1, 2, 3)] if len(memory) > 3 else memory
    print(f"resident memory of all processes at each quarter: {', '.join(f'{size:.0f} MB' for size in quarters)}")


def write(file: Path) -> None:
    """Cases with and without gaps, as JSON lines."""
    with file.open("wb") as lines:
        for seed in range(CASES):
            random = Random(seed)
            case = document(random)
            if seed % 2:
                case, _ = partly_forgotten(case, random)
            lines.write(msgspec.json.encode(case) + b"\n")


def watch(process: subprocess.Popen[bytes]) -> list[float]:
    """Resident memory of the process and its children, in MB, twice a second until it ends."""
    found = []
    while process.poll() is None:
        time.sleep(0.5)
        found.append(sum(resident(pid) for pid in [process.pid, *children(process.pid)]))
    return found


def children(pid: int) -> list[int]:
    """Process ids of the children."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def resident(pid: int) -> float:
    """Resident memory of one process in MB."""
    try:
        fields = Path(f"/proc/{pid}/status").read_text().split("VmRSS:")
        return int(fields[1].split()[0]) / 1000 if len(fields) > 1 else 0
    except OSError:
        return 0


if __name__ == "__main__":
    main()
