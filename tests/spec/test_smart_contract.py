"""Every SHALL and SHALL NOT that SMART App Launch 2.2 says of a client has a row, and every row leads to tests that there are."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.spec.smart_contract import smart_statements

ROOT = Path(__file__).parents[2]
HL7 = ROOT.parent / "shared" / "data" / "opioid-cds" / "cds-hooks"
REQUIREMENTS = HL7 / "smart-app-launch_2.2.0_requirements.json"
ROWS = smart_statements()


@pytest.mark.skipif(not REQUIREMENTS.is_file(), reason="HL7's list of requirements is not beside the project")
def test_every_duty_of_a_client_has_a_row_and_no_other_has_one():
    listed = json.loads(REQUIREMENTS.read_text(encoding="utf-8"))
    duties = {
        one["id"]: (one["conformance"], one["url"].partition("/STU2.2/")[2])
        for one in listed
        if "Client" in (one["actors"] or "") and one["conformance"] in ("SHALL", "SHALL NOT")
    }
    assert duties == {row.id: (row.level, row.at) for row in ROWS}


def test_rows_are_in_order_and_none_is_there_twice_or_empty():
    ids = [row.id for row in ROWS]
    assert ids == sorted(set(ids)) and len(ids) == 121
    for row in ROWS:
        assert row.asks.endswith(".") and bool(row.tests) != bool(row.not_applicable), row.id
        assert not row.in_part or (row.tests and row.note), row.id


def test_every_test_that_a_row_names_is_collected():
    named = {test for row in ROWS for test in row.tests}
    files = sorted({test.partition("::")[0] for test in named})
    collect = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "-p", "no:xdist", "-p", "no:cacheprovider"]
    done = subprocess.run([*collect, *files], cwd=ROOT, capture_output=True, text=True, timeout=120)
    collected = set(done.stdout.splitlines())
    whole = {test.partition("[")[0] for test in collected}
    assert done.returncode == 0, done.stdout + done.stderr
    assert [test for test in sorted(named) if test not in collected | whole] == []
