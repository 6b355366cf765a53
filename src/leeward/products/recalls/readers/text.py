"""Text from bytes of unknown encoding, line by line: UTF-8 with or without its mark, UTF-16 with its mark, else Windows Latin-1."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def is_utf_16(start: bytes) -> bool:
    """Whether the bytes begin with the mark of UTF-16, as spreadsheets save "Unicode text"."""
    return start.startswith(_UTF_16_MARKS)


def decoded(line: bytes) -> str:
    """The text of one line. Every byte has a letter in Latin-1, so that no line is lost to its encoding.

    >>> decoded("Piña".encode()), decoded("Piña".encode("latin-1")), decoded(b"\\xef\\xbb\\xbfurl")
    ('Piña', 'Piña', 'url')
    """
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")


def text_lines(lines: Iterable[bytes]) -> Iterator[str]:
    """The lines as text, with the ends that they have."""
    numbered = iter(lines)
    first = next(numbered, b"")
    if is_utf_16(first):
        yield from io.StringIO((first + b"".join(numbered)).decode("utf-16", errors="replace"), newline="")
        return
    yield decoded(first)
    yield from map(decoded, numbered)
