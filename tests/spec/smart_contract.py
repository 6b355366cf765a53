"""The table of what SMART App Launch 2.2 asks of a client, read: see smart_contract.toml beside this file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from tests.spec.cds_hooks_contract import Statement

FILE = Path(__file__).parent / "smart_contract.toml"


def smart_statements() -> tuple[Statement, ...]:
    """Every row of the table, in the order of the list. `at` is the page and the part of it."""
    return msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8"))["statement"], tuple[Statement, ...])
