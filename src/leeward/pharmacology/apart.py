"""Simulations in a process of their own: a server asks a line of JSON and reads a line, and never waits on a kernel in its own threads.

`python -m leeward.pharmacology.apart` says `{}` once its kernels are ready, answers each line, and ends when nobody asks any more.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading

import msgspec

from leeward.errors import BadInput
from leeward.pharmacology.told import Told, changed, told

IDLE_S = 900.0
"""Seconds without a question after which the process ends, and gives its memory back."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario that ships, and what to change of it: people, seed, and seconds until the first naloxone."""

    scenario: str
    patients: int | None = None
    seed: int | None = None
    delay: float | None = None


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What was told, or the sentence that says why nothing is."""

    told: Told | None = None
    problem: str = ""


WARMING = (
    Question(scenario="fentanyl-chronic", patients=10),
    Question(scenario="missed-dose-buprenorphine", patients=10),
)
"""Between them they use every kernel and every picture."""


def main() -> None:
    """Answer the questions of standard input until it is closed."""
    from leeward.knowledge import load_knowledge
    from leeward.pharmacology.scenario import scenario

    with contextlib.suppress(AttributeError, OSError):
        os.nice(10)  # the ward comes first
    knowledge = load_knowledge()

    def answer(question: Question) -> Reply:
        try:
            asked = scenario(question.scenario)
            some = changed(asked, patients=question.patients, seed=question.seed, delay=question.delay)
            return Reply(told=told(some, knowledge))
        except BadInput as refused:
            return Reply(problem=str(refused))

    for question in WARMING:
        answer(question)
    _say(b"{}")
    while True:
        ending = threading.Timer(IDLE_S, os._exit, (0,))
        ending.daemon = True
        ending.start()
        line = sys.stdin.buffer.readline()
        ending.cancel()
        if not line:
            return
        _say(msgspec.json.encode(answer(msgspec.json.decode(line, type=Question))))


def _say(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
