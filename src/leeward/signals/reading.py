"""Files of adverse-event reports as rows, one after the other: a product of a report, and what was reported with it.

| kind | what it is | known by |
|---|---|---|
| caers | FDA's CAERS / HFCS extract, one row a report and product, terms in one field | its columns, now or earlier |
| table | a plain table of report, product and event, a row an incidence | its three columns |
| faers | a quarter of FAERS in ASCII: the zip, its folder, or its DEMO file with the others beside it | its names of files |
| openfda | openFDA's JSON of drug/event or food/event: a document, or a record a line | its first letter, `{` or `[` |

A row that cannot be read is set aside with its line and the reason. A file that breaks off, or of which nothing can be
read, is refused as a whole. Terms are kept as text; no dictionary of terms is shipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from leeward.errors import BadInput
from leeward.signals.readers.delimited import read_delimited
from leeward.signals.readers.faers import quarter_of, read_faers
from leeward.signals.readers.files import lines, members, opened, whole
from leeward.signals.readers.openfda import read_openfda
from leeward.signals.readers.rows import Deleted, Read, Row, SetAside

__all__ = ["Deleted", "Row", "SetAside", "files_of", "read_rows"]


def read_rows(path: Path) -> Read:
    """The rows of a file, gzipped, in a zip or plain. Raises BadInput where it is none that is known, or breaks off."""
    with whole(path):
        packed = () if path.is_dir() else members(path)
        quarter = quarter_of(path, packed)
        if quarter is not None:
            yield from read_faers(path, quarter)
            return
        if path.is_dir():
            says, mend = "The folder holds no quarter of FAERS.", "Give a file, or the folder of one quarter."
            raise BadInput.one("LW-1008", path.name, says, mend)
        member = _only(path, packed)
        with opened(path, member) as file:
            is_json = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")
        with opened(path, member) as file:
            yield from read_openfda(path, file) if is_json else read_delimited(path, lines(path, file))


def files_of(path: Path) -> Sequence[Path]:
    """The files that are read for a path: itself, or those of a quarter that lies loose."""
    with whole(path):
        quarter = quarter_of(path, () if path.is_dir() else members(path))
        if quarter is None:
            return (path,)
        return tuple(dict.fromkeys(part.path for part in quarter.values()))


def _only(path: Path, packed: Sequence[str]) -> str:
    if len(packed) > 1:
        says = f"The zip holds {len(packed)} files, and is no quarter of FAERS."
        raise BadInput.one("LW-1008", path.name, says, "Unpack it and give the files one by one.")
    return packed[0] if packed else ""
