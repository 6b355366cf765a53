"""What several commands read: a file's bytes, never more than may be a case, and the site's policy."""

from __future__ import annotations

import sys
from pathlib import Path

from leeward.casefile import LARGEST
from leeward.errors import BadInput
from leeward.knowledge import Knowledge, Policy, read_policy


def bytes_of(name: str, most: int = LARGEST) -> bytes:
    """The file's bytes, never more than `most` and one: as many as may be a case where nothing else is said."""
    if name == "-":
        return sys.stdin.buffer.read(most + 1)
    try:
        with Path(name).open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise BadInput.one(
            "LW-0502", name, f"The file cannot be read: {error.strerror}.", "Check its name, and that you may read it."
        ) from None


def policy_from(file: str | None, knowledge: Knowledge) -> Policy | None:
    """The site's policy from its file; None where no file is named."""
    if file is None:
        return None
    try:
        text = bytes_of(file).decode()
    except UnicodeDecodeError:
        raise BadInput.one("LW-0503", file, "The policy file is not text.", "Give a TOML file.") from None
    return read_policy(text, knowledge)
