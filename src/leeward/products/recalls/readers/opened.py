"""A file as bytes, whatever it is packed in: plain, gzipped or alone in a zip. Never more than `LARGEST` once unpacked.

A packed file can unfold to more than a disk holds, and a line without an end to more than the memory holds. Both are
stopped here, so that no reader has to think of them.
"""

from __future__ import annotations

import gzip
import struct
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from leeward.errors import BadInput, shown

LARGEST = 2 * 2**30
"""Bytes that are read of one file after unpacking. All of the FDA's enforcement reports are a tenth of it."""
LONGEST_LINE = 8 * 2**20
"""Bytes of one line. The longest record of the enforcement reports has 40,000."""
READ = "Leeward reads FDA enforcement reports (openFDA JSON or JSONL, or CSV), the data dashboard's CSV, press-release CSV and the warning-letter index CSV."

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"


def wrong_kind(path: Path, seems: str) -> BadInput:
    """What to raise for a file of another kind, saying what it seems to be."""
    return BadInput.one("LW-0671", str(path), f"This seems to be {seems}, not a file of FDA actions.", READ)


def damaged(path: Path, how: str) -> BadInput:
    """What to raise for a file that cannot be read to its end."""
    return BadInput.one("LW-0672", str(path), f"The file {how}.", "Download it again.")


def too_large(path: Path) -> BadInput:
    """What to raise for a file that unfolds to more than is read."""
    says = f"The file holds more than {LARGEST // 2**30} GB once unpacked."
    return BadInput.one("LW-0673", str(path), says, "Split it, or download the parts that the FDA offers.")


@contextmanager
def opened(path: Path) -> Generator[IO[bytes]]:
    """The bytes of the file, unpacked. Raises BadInput for what cannot be opened or breaks off on the way."""
    with _plain(path) as file:
        start = file.read(4)
        file.seek(0)
        try:
            if start[:2] == _GZIP:
                with gzip.open(file) as unpacked:
                    yield cast("IO[bytes]", unpacked)
            elif start == _ZIP:
                with _archive(file, path) as archive, _member(archive, path) as member:
                    yield member
            else:
                yield file
        except (EOFError, gzip.BadGzipFile, zlib.error, zipfile.BadZipFile):
            raise damaged(path, "is cut short or damaged") from None
        except OSError as error:
            raise _unreadable(path, error.strerror) from None


def _plain(path: Path) -> IO[bytes]:
    if path.is_dir():
        raise wrong_kind(path, "a folder")
    if path.exists() and not path.is_file():
        raise wrong_kind(path, "a device or a pipe")
    try:
        return path.open("rb")
    except OSError as error:
        raise _unreadable(path, error.strerror) from None
    except ValueError:
        raise _unreadable(path, "it is no name of a file") from None


def _unreadable(path: Path, reason: str | None) -> BadInput:
    says = f"The file cannot be read: {reason or 'the disk gives no reason'}."
    return BadInput.one("LW-0674", shown(str(path), 200), says, "Check its name, and that you may read it.")


def _archive(file: IO[bytes], path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except (NotImplementedError, ValueError, OverflowError, struct.error):
        raise damaged(path, "is cut short or damaged") from None


def _member(archive: zipfile.ZipFile, path: Path) -> IO[bytes]:
    try:
        return archive.open(_only_member(archive, path))
    except (NotImplementedError, RuntimeError, ValueError, struct.error):
        raise damaged(path, "is packed in a way that is not read") from None


def _only_member(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    names = archive.namelist()
    for mark, seems in _PACKED_DOCUMENTS.items():
        if any(name.startswith(mark) for name in names):
            raise wrong_kind(path, seems)
    if any(name.upper().startswith(("ASCII/", "XML/")) for name in names):
        raise wrong_kind(path, "a quarter of FAERS (adverse event reports)")
    members = [info for info in archive.infolist() if not info.is_dir() and not _is_clutter(info.filename)]
    if len(members) != 1:
        count = "no file" if not members else f"{len(members)} files"
        raise BadInput.one(
            "LW-0675", str(path), f"The zip holds {count}, not one.", "Unpack it and give the files one by one."
        )
    if members[0].flag_bits & 1:
        raise BadInput.one("LW-0675", str(path), "The zip is locked with a password.", "Unpack it first.")
    return members[0]


_PACKED_DOCUMENTS = {
    "xl/": "an Excel workbook (save it as CSV)",
    "word/": "a Word document",
    "ppt/": "a PowerPoint file",
    "META-INF/": "a packed document or program",
    "content.xml": "an OpenDocument file (save it as CSV)",
}


def _is_clutter(name: str) -> bool:
    last = name.rsplit("/", 1)[-1]
    return name.startswith("__MACOSX/") or last.startswith(".") or last.lower().startswith("readme")


def lines(stream: IO[bytes], path: Path, too_long: list[int]) -> Iterator[bytes]:
    """The lines of the stream; one that is longer than `LONGEST_LINE` comes empty and its number joins `too_long`."""
    total = number = 0
    readline = stream.readline
    while line := readline(LONGEST_LINE):
        number += 1
        total += len(line)
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            too_long.append(number)
            while line and not line.endswith(b"\n"):
                line = readline(LONGEST_LINE)
                total += len(line)
                if total > LARGEST:
                    raise too_large(path)
            line = b"\n"
        if total > LARGEST:
            raise too_large(path)
        yield line


def whole(stream: IO[bytes], path: Path) -> bytes:
    """All bytes of the stream, for a document that can only be read as one."""
    parts: list[bytes] = []
    total = 0
    while part := stream.read(2**22):
        parts.append(part)
        total += len(part)
        if total > LARGEST // 4:
            raise too_large(path)
    return b"".join(parts)
