"""Files of actions as the FDA offers them: what kind a file is, and the actions that it tells.

One bad line or row never stops the rest: it comes as `Skipped` with its number and the reason. What cannot be read at
all raises BadInput with one sentence; nothing is half read in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from leeward.products.recalls.action import Action
from leeward.products.recalls.readers.columns import TABLES
from leeward.products.recalls.readers.json_files import read_document, read_lines
from leeward.products.recalls.readers.kinds import JSON, JSON_LINES, kind_of
from leeward.products.recalls.readers.skipped import Skipped
from leeward.products.recalls.readers.tables import read_table

__all__ = ["Skipped", "kind_of", "read_actions"]


def read_actions(path: Path) -> Iterator[Action | Skipped]:
    """The actions of a file, in its order, as they are read. Raises BadInput at once for a file of another kind.

    A file that is cut short raises BadInput where it breaks off, so keep nothing of it until it has ended.
    """
    kind = kind_of(path)
    origin = f"{kind}:{path.name}"
    if kind == JSON_LINES:
        return read_lines(path, origin)
    if kind == JSON:
        return read_document(path, origin)
    return read_table(path, next(table for table in TABLES if table.kind == kind), origin)
