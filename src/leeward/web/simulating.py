"""The process in which the simulations of a page are carried out: started when it is first asked, stopped when it takes too long."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections import OrderedDict
from functools import cache

import msgspec

from leeward.errors import BadInput
from leeward.pharmacology.apart import Question, Reply
from leeward.pharmacology.told import Told

COMMAND = (sys.executable, "-P", "-m", "leeward.pharmacology.apart")
READY_S = 6.0
"""Seconds that a page waits for the kernels. They take so long where they were compiled before; the first time it says to look again."""
COMPILED_S = 300.0
"""Seconds that the first compiling may take."""
LONGEST_S = 10.0
"""Seconds that one simulation may take, and that somebody waits for those of others."""
KEPT = 24
"""Answers that are kept: the same question has the same answer."""


class NotYet(Exception):
    """Nothing can be shown now; the sentence says why, and what to do."""


class Simulations:
    """One process, one question at a time. Answers are kept by their question."""

    def __init__(self, command: tuple[str, ...] = COMMAND, longest_s: float = LONGEST_S) -> None:
        self._command, self._longest_s = command, longest_s
        self._asking, self._starting = threading.Lock(), threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = threading.Event()
        self._kept: OrderedDict[Question, Told] = OrderedDict()

    def begin(self) -> None:
        """Start the process, unless it runs."""
        with self._starting:
            if self._process is not None:
                if self._process.poll() is None:
                    return
                _over(self._process)
            self._ready = threading.Event()
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            threading.Thread(target=self._greeted, args=(self._process, self._ready), daemon=True).start()

    def ask(self, question: Question) -> Told:
        """What is told. Raises NotYet while the kernels are compiled, while others ask, and for what takes too long; BadInput for a scenario
        that cannot be carried out."""
        if question in self._kept:
            return self._kept[question]
        if not self._asking.acquire(timeout=self._longest_s):
            raise NotYet("Others are simulating. Look again in a few seconds.")
        try:
            # It may have ended by itself since it was last asked.
            told = self._asked(question) or self._asked(question)
        finally:
            self._asking.release()
        if told is None:
            raise NotYet("Simulations cannot be carried out on this machine now. The command below says why.")
        return told

    def end(self) -> None:
        """Stop the process, if it runs."""
        with self._starting:
            if self._process is not None:
                _over(self._process)
                self._process = None

    def _asked(self, question: Question) -> Told | None:
        """What is told; None where the process has ended."""
        self.begin()
        process, ready = self._process, self._ready
        if process is None or process.stdin is None or process.stdout is None:
            return None
        if not ready.wait(READY_S):
            if process.poll() is not None:
                return None
            says = (
                "The kernels are being compiled: the first time takes some twenty seconds. Look again in half a minute."
            )
            raise NotYet(says)
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        clock = threading.Timer(self._longest_s, stop)
        clock.start()
        try:
            process.stdin.write(msgspec.json.encode(question) + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = b""
        finally:
            clock.cancel()
        if not line.endswith(b"\n"):
            _over(process)
            if late.is_set():
                raise NotYet("The simulation was stopped: it took too long on this machine. Ask for fewer people.")
            return None
        reply = msgspec.json.decode(line, type=Reply)
        if reply.told is None:
            raise BadInput.one("LW-1129", "", reply.problem, "Choose another scenario.")
        self._kept[question] = reply.told
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return reply.told

    @staticmethod
    def _greeted(process: subprocess.Popen[bytes], ready: threading.Event) -> None:
        late = threading.Timer(COMPILED_S, process.kill)
        late.daemon = True
        late.start()
        if process.stdout is not None and process.stdout.readline():
            ready.set()
        late.cancel()


def _over(process: subprocess.Popen[bytes]) -> None:
    """End a process, and close what it was asked by."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


@cache
def simulations() -> Simulations:
    """The one of this server."""
    return Simulations()
