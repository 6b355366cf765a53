"""Write what commands print into the pages that show it, so that no page shows what Leeward never said.

A comment `<!-- transcript: COMMAND -->` stands above a fenced `text` block with what COMMAND prints; the block is made
where it is not there yet. After the command may stand

    | lines 1-40                       only these lines of what is printed
    | lines 1-3, NOW 1-4, ASK NEXT 1-2 lines counted from the first one that begins with these words
    | exits 1                          the command has to refuse; every other one has to succeed

`python scripts/write_transcripts.py` writes them; with `--check` it says which pages are out of date and exits 1.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent

MARKER = re.compile(r"^<!-- transcript: (?P<told>.+) -->$")
WISHES = re.compile(r" \| (?:(?P<lines>lines [^|]+)|exits (?P<status>\d))$")
PIECE = re.compile(r"(?P<words>.*?) ?(?P<first>\d+)-(?P<last>\d+)")
LEFT_OUT = "[...]"


class Transcript(NamedTuple):
    """A command, the exit status it has to have, and which of its lines are shown (all where empty)."""

    command: str
    status: int = 0
    lines: str = ""

    @staticmethod
    def of(told: str) -> Transcript:
        """The transcript that a marker asks for."""
        status, lines = 0, ""
        while wish := WISHES.search(told):
            told = told[: wish.start()]
            lines = (wish["lines"] or "").removeprefix("lines ") or lines
            status = int(wish["status"] or status)
        return Transcript(told, status, lines)


def documents() -> list[Path]:
    """The pages that people wrote and read: at the top, in docs and in examples."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").glob("*.md")])


def transcripts(text: str) -> Iterator[Transcript]:
    """Every transcript that a page asks for."""
    for line in text.splitlines():
        if marker := MARKER.match(line):
            yield Transcript.of(marker["told"])


def rewritten(text: str) -> str:
    """The page with every transcript as the command prints it now."""
    written: list[str] = []
    lines = iter([*text.splitlines(), ""])
    for line in lines:
        written.append(line)
        marker = MARKER.match(line)
        if marker is None:
            continue
        written += ["```text", *shown(Transcript.of(marker["told"])), "```"]
        following = next(lines)
        if following.startswith("```"):
            while next(lines) != "```":
                pass
        else:
            written.append(following)
    return "\n".join(written).rstrip("\n") + "\n"


def shown(transcript: Transcript) -> list[str]:
    """The lines of a transcript, with a sign where lines are left out."""
    printed = printed_by(transcript.command, transcript.status).splitlines()
    if not transcript.lines:
        return printed
    chosen: list[str] = []
    end = 0
    for piece in re.split(r"(?<=\d), ", transcript.lines):
        found = PIECE.fullmatch(piece)
        if found is None:
            raise SystemExit(f"{transcript.command}: cannot read the lines {piece!r}. Write them as 1-40 or NOW 1-4.")
        start = beginning(found["words"], printed, transcript.command) - 1
        first, last = start + int(found["first"]), start + int(found["last"])
        if first > end + 1:
            chosen.append(LEFT_OUT)
        chosen += printed[first - 1 : last]
        end = last
    return chosen if end >= len(printed) else [*chosen, LEFT_OUT]


def beginning(words: str, printed: list[str], command: str) -> int:
    """The number of the first line that begins with these words, from 1; 1 where there are none."""
    if not words:
        return 1
    for number, line in enumerate(printed, 1):
        if " ".join(line.split()).startswith(words):
            return number
    raise SystemExit(f"{command}: no line begins with {words!r} any more. Look at the page that shows it.")


@cache
def printed_by(command: str, status: int) -> str:
    """What a command prints on both channels, in the project's folder, where nobody has signed the knowledge."""
    with tempfile.TemporaryDirectory() as home:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = os.environ | {"LEEWARD_HOME": home, "PATH": path, "COLUMNS": "80"}
        done = subprocess.run(
            command, shell=True, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    if done.returncode != status:
        raise SystemExit(f"{command}: exit status {done.returncode}, and the page expects {status}.\n{done.stdout}")
    return without_version(done.stdout)


def without_version(printed: str) -> str:
    """The text without the version of the knowledge, which any edit of any file changes."""
    return re.sub(r"\bKnowledge [0-9a-f]{12}\b", "Knowledge <version>", printed)


def stale() -> Iterator[tuple[Path, str]]:
    """Pages that show something else than what is printed now, with their new text."""
    for page in documents():
        text = page.read_text()
        if any(transcripts(text)):
            new = rewritten(text)
            if new != text:
                yield page, new


def main() -> None:
    """Write the transcripts, or check them."""
    found = list(stale())
    if "--check" in sys.argv:
        for page, _ in found:
            print(f"out of date: {page.relative_to(ROOT)}. Run `make docs`.")
        sys.exit(bool(found))
    for page, text in found:
        page.write_text(text)


if __name__ == "__main__":
    main()
