"""The table of what CDS Hooks 2.0 asks of a service, read: see cds_hooks_contract.toml beside this file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

FILE = Path(__file__).parent / "cds_hooks_contract.toml"


class Statement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One statement: what it asks in our words, and the tests that hold Leeward to it or why it does not apply."""

    id: int
    at: str
    level: str
    asks: str
    tests: tuple[str, ...] = ()
    not_applicable: str = ""
    in_part: bool = False
    note: str = ""


def statements() -> tuple[Statement, ...]:
    """Every row of the table, in the order of the specification."""
    return msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8"))["statement"], tuple[Statement, ...])
