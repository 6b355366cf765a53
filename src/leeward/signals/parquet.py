"""Parquet files that are written row by row, in pieces."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from leeward.signals.columns import numbers, texts

BATCH = 50_000
"""Rows that are held before they are written."""

KINDS = {"string": "string", "double": "float64", "integer": "int64"}


class Table:
    """A Parquet file under way. `columns`: each column's name, and `string`, `double` or `integer`."""

    def __init__(self, path: Path, columns: Mapping[str, str]) -> None:
        arrow: Any = import_module("pyarrow")
        parquet: Any = import_module("pyarrow.parquet")
        self._arrow = arrow
        self._schema = arrow.schema([(name, getattr(arrow, KINDS[kind])()) for name, kind in columns.items()])
        self._writer: Any = parquet.ParquetWriter(path, self._schema, compression="zstd")
        self._kinds = tuple(columns.values())
        self._rows: list[tuple[Any, ...]] = []

    def add(self, *values: Any) -> None:
        """Add one row."""
        self._rows.append(values)
        if len(self._rows) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            columns = [
                texts(values) if kind == "string" else numbers(np.array(values, dtype=KINDS[kind]))
                for values, kind in zip(zip(*self._rows, strict=True), self._kinds, strict=True)
            ]
            self._writer.write_table(self._arrow.table(columns, schema=self._schema))
            self._rows = []

    def __enter__(self) -> Table:
        return self

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        if failed is None:
            self._flush()
            self._writer.close()
            return
        with suppress(Exception):  # on a full disk closing fails too; what went wrong first is what is told
            self._writer.close()
