"""Files as bytes and lines, plain, gzipped or in a zip. What breaks off or never ends raises BadInput."""

from __future__ import annotations

import errno
import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from leeward.errors import BadInput
from leeward.products.recalls.readers.text import text_lines

LONGEST_LINE = 4_000_000
"""Bytes of one line. FDA's longest are some thousand."""

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"


@contextmanager
def whole(path: Path) -> Generator[None]:
    """What is read inside is read to its end, or BadInput is raised: nothing is half read in silence."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, NotImplementedError):
        raise damaged(path) from None
    except OSError as error:
        if error.errno in FULL:
            raise no_room(path) from None
        says = f"The file cannot be read ({error.strerror or 'error'})."
        raise BadInput.one("LW-1003", path.name, says, "Check the path.") from None


def no_room(path: Path) -> BadInput:
    """What to raise where the temporary folder is too small to work in."""
    says = f"There is no room in the temporary folder {tempfile.gettempdir()}."
    return BadInput.one(
        "LW-1006", path.name, says, "Make room, or name another folder in TMPDIR. Nothing of it was loaded."
    )


def damaged(path: Path) -> BadInput:
    """What to raise for a file that cannot be read to its end."""
    says, mend = "The file breaks off, or its compression is damaged.", "Download it again. Nothing of it was loaded."
    return BadInput.one("LW-1002", path.name, says, mend)


@contextmanager
def opened(path: Path, member: str = "") -> Generator[IO[bytes]]:
    """The bytes of a file, unpacked; of a zip those of a member."""
    with path.open("rb") as raw:
        start = raw.read(4)
        raw.seek(0)
        if start == ZIP:
            with zipfile.ZipFile(raw) as archive, _member(path, archive, member) as unpacked:
                yield unpacked
        elif start[:2] == GZIP:
            with gzip.open(raw) as unpacked:
                yield unpacked  # pyright: ignore[reportReturnType]
        else:
            yield raw


def _member(path: Path, archive: zipfile.ZipFile, member: str) -> IO[bytes]:
    if archive.getinfo(member).flag_bits & 1:
        raise BadInput.one("LW-1002", path.name, "The zip is locked with a password.", "Unpack it first.")
    return archive.open(member)


def members(path: Path) -> tuple[str, ...]:
    """The files in a zip, without what packing programs add; empty for a file that is none."""
    with path.open("rb") as raw:
        if raw.read(4) != ZIP:
            return ()
        with zipfile.ZipFile(raw) as archive:
            return tuple(
                one.filename
                for one in archive.infolist()
                if not one.is_dir() and not one.filename.startswith("__MACOSX/")
            )


def lines(path: Path, file: IO[bytes]) -> Iterator[str]:
    """The lines of a file as text. Raises BadInput for one that is longer than any."""
    return text_lines(_lines(path, file))


def _lines(path: Path, file: IO[bytes]) -> Iterator[bytes]:
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            says = f"Line {number} is longer than {LONGEST_LINE:,} bytes."
            raise BadInput.one("LW-1004", path.name, says, "This is no file of reports, or is damaged.")
        yield line
