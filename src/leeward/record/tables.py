"""The tables of the record, one schema on SQLite and PostgreSQL.

`entry` holds the entries; triggers made by the first migration refuse to change or delete one, and to add one that does
not follow the last. `head` remembers the last entry, so that a record that was cut short does not pass for whole.
`this_record` names this record, for what is exported from it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text

record_tables = MetaData()

NUMBER = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite numbers its rows by a column of type INTEGER, without an index of its own."""

entry = Table(
    "entry",
    record_tables,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("id", String(200), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("patient", String(200), nullable=False),
    Column("at", String(64), nullable=False),
    Column("recorded", String(64), nullable=False),
    Column("by", String(200), nullable=False),
    Column("role", String(200), nullable=False),
    Column("corrects", NUMBER, ForeignKey("entry.number"), nullable=True),
    Column("body", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Index("entry_patient", "patient", "number"),
    Index("entry_kind", "kind", "number"),
)

head = Table(
    "head",
    record_tables,
    Column("one", Integer, primary_key=True),
    Column("number", NUMBER, nullable=False),
    Column("digest", String(64), nullable=False),
)

this_record = Table("this_record", record_tables, Column("id", String(64), primary_key=True))

FIELDS = tuple(column.name for column in entry.columns)
"""Columns of `entry`, named and ordered as the fields of an Entry."""
