"""Many cases, one a line: read, assessed and written as they come, so memory does not grow with the file."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import BinaryIO

import msgspec

from leeward.casefile import LARGEST, read_case
from leeward.commands.inputs import policy_from
from leeward.errors import BadInput, LeewardError
from leeward.guidance.assess import assess
from leeward.home import home
from leeward.knowledge import Policy, load_knowledge
from leeward.products.recalls.register import Register, open_register
from leeward.signing import signed_by

LINES_A_TASK = 100
WAITING_TASKS = 8


class Worker:
    """What a process needs to answer lines; set once in each."""

    policy: Policy | None = None
    now: datetime | None = None
    signed: dict[str, str] | None = None
    register: Register | None = None


def run(file: Path, policy_file: str | None, now: datetime | None, jobs: int) -> int:
    """Answer every line of `file` on standard output, in order; returns the exit status, 1 where any was refused."""
    refused = answered = 0
    try:
        opened = file.open("rb")
    except OSError as error:
        mend = "Check its name, and that you may read it."
        raise BadInput.one("LW-0502", str(file), f"The file cannot be read: {error.strerror}.", mend) from None
    context = get_context("spawn")
    with opened as lines, context.Pool(jobs, _start, (policy_file, now)) as pool:
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


def _tasks(lines: BinaryIO) -> Iterator[list[tuple[int, bytes]]]:
    numbered = ((number, line) for number, line in enumerate(_lines(lines), 1) if line.strip())
    while task := list(islice(numbered, LINES_A_TASK)):
        yield task


def _lines(lines: BinaryIO) -> Iterator[bytes]:
    """The lines, each cut where it is longer than a case may be, so that one long line does not fill the memory."""
    while line := lines.readline(LARGEST + 1):
        kept = line
        while line and not line.endswith(b"\n"):
            line = lines.readline(LARGEST + 1)
        yield kept


def _start(policy_file: str | None, now: datetime | None) -> None:
    knowledge = load_knowledge()
    # A task makes many short-lived values; collecting once after each keeps memory flat at a fraction of the cost.
    gc.disable()
    gc.freeze()
    Worker.register = open_register(home(), knowledge, whatever=True)
    Worker.policy, Worker.now, Worker.signed = policy_from(policy_file, knowledge), now, signed_by(knowledge, home())


def _answer(task: list[tuple[int, bytes]]) -> tuple[bytes, int, int]:
    knowledge, encode = load_knowledge(), msgspec.json.Encoder().encode
    written: list[bytes] = []
    refused = 0
    for number, line in task:
        try:
            case = read_case(line, knowledge, now=Worker.now)
            written.append(encode(assess(case, knowledge, Worker.policy, Worker.signed, Worker.register)))
        except LeewardError as error:
            refused += 1
            problems = error.problems if isinstance(error, BadInput) else (error,)
            written.append(encode({"leeward": "refused/1", "line": number, "problems": list(map(str, problems))}))
    gc.collect()
    return b"\n".join(written) + b"\n", refused, len(task) - refused
