"""Many cases, one a line: read, assessed and written as they come, so memory does not grow with the file."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import msgspec

from leeward.casefile import read_case
from leeward.commands.assess import _policy
from leeward.errors import BadInput
from leeward.guidance.assess import assess
from leeward.home import home
from leeward.knowledge import Policy, load_knowledge
from leeward.signing import signed_by

LINES_A_TASK = 100
WAITING_TASKS = 8


class Worker:
    """What a process needs to answer lines; set once in each."""

    policy: Policy | None = None
    now: datetime | None = None
    signed: dict[str, str] | None = None


def run(file: Path, policy_file: str | None, now: datetime | None, jobs: int) -> int:
    """Answer every line of `file` on standard output, in order; returns the exit status, 1 where any was refused."""
    refused = answered = 0
    if not file.is_file():
        raise BadInput.one("LW-0502", str(file), "There is no such file.", "Check its name.")
    context = get_context("spawn")
    with file.open("rb") as lines, context.Pool(jobs, _start, (policy_file, now)) as pool:
        waiting = []
        tasks = _tasks(lines)
        while True:
            for task in islice(tasks, WAITING_TASKS - len(waiting)):
                waiting.append(pool.apply_async(_answer, (task,)))
            if not waiting:
                break
            text, bad, good = waiting.pop(0).get()
            sys.stdout.buffer.write(text)
            refused, answered = refused + bad, answered + good
    sys.stdout.buffer.flush()
    print(f"{answered} cases answered, {refused} lines refused.", file=sys.stderr)
    return 1 if refused else 0


def _tasks(lines: Iterator[bytes]) -> Iterator[list[tuple[int, bytes]]]:
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while task := list(islice(numbered, LINES_A_TASK)):
        yield task


def _start(policy_file: str | None, now: datetime | None) -> None:
    knowledge = load_knowledge()
    # A task makes many short-lived values; collecting once after each keeps memory flat at a fraction of the cost.
    gc.disable()
    gc.freeze()
    Worker.policy, Worker.now, Worker.signed = _policy(policy_file, knowledge), now, signed_by(knowledge, home())


def _answer(task: list[tuple[int, bytes]]) -> tuple[bytes, int, int]:
    knowledge, encode = load_knowledge(), msgspec.json.Encoder().encode
    written: list[bytes] = []
    refused = 0
    for number, line in task:
        try:
            case = read_case(line, knowledge, now=Worker.now)
            written.append(encode(assess(case, knowledge, Worker.policy, Worker.signed)))
        except BadInput as error:
            refused += 1
            written.append(encode({"leeward": "refused/1", "line": number, "problems": list(map(str, error.problems))}))
    gc.collect()
    return b"\n".join(written) + b"\n", refused, len(task) - refused
