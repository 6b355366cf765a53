"""The table of roles in the how-to says what the table of permissions grants."""

from __future__ import annotations

from pathlib import Path

import pytest

from leeward.record.permissions import GRANTED

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "run-a-ward.md"
COLUMNS = {
    "sees charts": ("board-read", "chart-read", "notes-read"),
    "charts what is known, notes, admission and discharge": ("chart-write", "notes-write"),
    "scores, vital signs, doses": ("score-write", "dose-give"),
    "changes and signs plans": ("plan-change", "plan-sign", "plan-refuse"),
    "lets people in, sets policy": ("people-write", "policy-write"),
    "reads the audit": ("audit-read",),
}
"""What each column of the how-to stands for."""


def table() -> list[tuple[str, str, str]]:
    """Role, column and cell."""
    lines = [line for line in HOW_TO.read_text().splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    head = next(row for row in rows if row[0] == "role")
    first = rows.index(head) + 2
    return [
        (row[0], column, cell)
        for row in rows[first : first + 5]
        for column, cell in zip(head[1:], row[1:], strict=True)
    ]


def test_the_table_has_every_role_and_column():
    assert {column for _, column, _ in table()} == set(COLUMNS)
    assert len({role for role, _, _ in table()}) == 5


@pytest.mark.parametrize(("role", "column", "cell"), table())
def test_a_cell_says_what_is_granted(role: str, column: str, cell: str):
    held = {permission: role.replace(" ", "-") in GRANTED[permission] for permission in COLUMNS[column]}
    if cell.startswith("by break-glass"):
        assert not any(held.values()) and role.replace(" ", "-") in GRANTED["break-glass"]
    else:
        assert held == dict.fromkeys(COLUMNS[column], cell == "yes")
