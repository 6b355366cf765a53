"""The user's data folder: `$LEEWARD_HOME`, or the platform's place for it. What a site stores lives here."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """The folder itself; it may not exist yet."""
    named = os.environ.get("LEEWARD_HOME")
    if named:
        return Path(named)
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "leeward"
