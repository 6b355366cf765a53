"""Looking a reading up in a table, so that a reading known only roughly never picks a row by luck."""

from __future__ import annotations

from math import inf

from leeward.knowledge.entries import Row, Table
from leeward.model.reading import Reading
from leeward.model.truth import NO, UNKNOWN, YES, Truth


def lookup(table: Table, reading: Reading, id: str = "") -> tuple[tuple[Row, ...], Truth]:
    """The rows in which the reading may lie, and whether it lies in exactly one.

    A narrower reading keeps some of the rows and never adds one. No: the reading lies outside the table.
    `id` is the table's id, so that the truth names its sources.
    """
    rows = tuple(row for row in table.rows if _may_hold(row, reading))
    inside = len(rows) == 1 and _low(rows[0]) <= reading.low and reading.high < _high(rows[0])
    answer = YES if inside else (UNKNOWN if rows else NO)
    facts = (id,) if id else ()
    names = reading.lacks if answer is UNKNOWN else reading.inputs
    return rows, Truth(answer, lambda: _sentence(rows, reading, answer is YES), names or reading.inputs, facts)


def _may_hold(row: Row, reading: Reading) -> bool:
    return _low(row) <= reading.high and reading.low < _high(row)


def _low(row: Row) -> float:
    return -inf if row.low is None else row.low


def _high(row: Row) -> float:
    return inf if row.high is None else row.high


def _sentence(rows: tuple[Row, ...], reading: Reading, one: bool) -> str:
    if one:
        return f"{reading}: {rows[0].label}"
    if rows:
        return f"{reading}: which row of the dose table holds cannot be told"
    return f"{reading} lies outside the dose table"
