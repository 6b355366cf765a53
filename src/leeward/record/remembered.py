"""The last entry, remembered outside the database: a small file that tells when the record was cut short or exchanged.

It is written after an entry is on disk, so it may lag behind after a power cut, and never runs ahead. Keep it where
whoever can change the database cannot change it too, and it proves more.
"""

from __future__ import annotations

import os
from pathlib import Path

from leeward.record.chain import GENESIS, Head

_DIGITS = 20
_LENGTH = _DIGITS + 1 + len(GENESIS) + 1


class HeadFile:
    """One line: the number and the digest of the last entry. Written in place, shorter than a sector of any disk."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Head | None:
        """What is remembered; None where there is no file, or nothing readable in it."""
        try:
            number, digest = self.path.read_text("ascii").split()
            return Head(number=int(number), digest=digest)
        except (OSError, ValueError):
            return None

    def write(self, head: Head) -> None:
        """Remember a head. A disk that takes the entries and not this line keeps nobody from charting."""
        line = f"{head.number:0{_DIGITS}d} {head.digest}\n".encode("ascii")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(self.path, os.O_CREAT | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
            try:
                os.write(file, line)
                if os.fstat(file).st_size != _LENGTH:
                    os.ftruncate(file, _LENGTH)
            finally:
                os.close(file)
        except OSError:
            return
