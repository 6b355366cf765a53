"""Columns of Arrow. Its own `array` imports pandas where that is installed, which takes longer than many a question here."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from leeward.signals.special import Floats, Integers


def texts(values: Sequence[str | None]) -> Any:
    """A column of text; None is missing."""
    arrow: Any = import_module("pyarrow")
    encoded = [b"" if one is None else one.encode() for one in values]
    offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=offsets[1:])
    told = None if None not in values else _bits(np.fromiter((one is not None for one in values), bool, len(values)))
    buffers = [told, arrow.py_buffer(offsets), arrow.py_buffer(b"".join(encoded))]
    return arrow.Array.from_buffers(arrow.large_string(), len(encoded), buffers).cast(arrow.string())


def numbers(values: Floats | Integers) -> Any:
    """A column of numbers; nan is missing."""
    arrow: Any = import_module("pyarrow")
    whole = values.dtype.kind == "i"
    kept = np.ascontiguousarray(values, dtype=np.int64 if whole else np.float64)
    missing = np.isnan(kept)
    told = _bits(~missing) if missing.any() else None
    return arrow.Array.from_buffers(
        arrow.int64() if whole else arrow.float64(), len(kept), [told, arrow.py_buffer(kept)]
    )


def of_names(names: Sequence[str], places: Integers) -> Any:
    """A column of text from the place of each among some names."""
    return texts(names).take(numbers(places))


def whole_numbers(column: Any) -> Integers:
    """The whole numbers of a column, none of them missing."""
    arrow: Any = import_module("pyarrow")
    found = column.combine_chunks() if isinstance(column, arrow.ChunkedArray) else column
    if not len(found):
        return np.zeros(0, dtype=np.int64)
    found = found.cast(arrow.int64())
    if found.null_count:
        raise ValueError("a number is missing")
    return np.frombuffer(found.buffers()[1], np.int64, len(found), 8 * found.offset)


def _bits(told: np.ndarray) -> Any:
    arrow: Any = import_module("pyarrow")
    return arrow.py_buffer(np.packbits(told, bitorder="little"))
