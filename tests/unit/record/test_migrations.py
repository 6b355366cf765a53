"""The migrations make what the tables say, on both databases, and what they once made they make for ever."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Integer, MetaData

from leeward.record import migrations
from leeward.record.access import access
from leeward.record.database import VERSION, VERSIONS
from leeward.record.storage import Record
from leeward.record.tables import record_tables

STEPS = sorted((Path(migrations.__file__).parent / "versions").glob("*.py"))


def all_tables() -> MetaData:
    everything = MetaData()
    for table in (*record_tables.tables.values(), *access.tables.values()):
        table.to_metadata(everything)
    return everything


def differences(record: Record, tables: MetaData) -> list[object]:
    with record.engine.connect() as connection:
        options = {"version_table": VERSIONS, "compare_type": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), tables))


def test_the_migrated_database_is_what_the_tables_say(record: Record):
    assert differences(record, all_tables()) == []


def test_the_comparison_sees_a_column_that_a_migration_lacks(record: Record):
    tables = all_tables()
    tables.tables["kept_files"].append_column(Column("forgotten", Integer))
    assert len(differences(record, tables)) == 1


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.stem)
def test_a_migration_takes_nothing_from_the_code_of_today(step: Path):
    """A step that reads the live tables would make another schema tomorrow than it made for those who took it before."""
    tree = ast.parse(step.read_text())
    taken = [
        name
        for node in ast.walk(tree)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else
                     [one.name for one in node.names] if isinstance(node, ast.Import) else [])
    ]  # fmt: skip
    assert taken and not [name for name in taken if name.startswith("leeward")]


def test_the_newest_step_is_the_version_that_is_read_and_written():
    assert STEPS[-1].stem.startswith(VERSION)
