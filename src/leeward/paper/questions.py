"""A question of the assessment as it is put to people, on paper and on the screen."""

from __future__ import annotations

import re

_IN_A_FILE = re.compile(r"\s*Write \[\] if \w+\.")


def asked(ask: str) -> str:
    """A question without how a case file writes that there is none.

    >>> asked("What is the person allergic to? Write [] if nothing.")
    'What is the person allergic to?'
    """
    return _IN_A_FILE.sub("", ask)
