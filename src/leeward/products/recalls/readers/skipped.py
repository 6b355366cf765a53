"""A part of a file that tells no action."""

from __future__ import annotations

import msgspec


class Skipped(msgspec.Struct, frozen=True):
    """Which part was passed over, and why. `line` counts lines of the file, or records of a JSON document, from 1."""

    line: int
    reason: str
