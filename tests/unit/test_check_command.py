"""`leeward check`: a text on paper, as JSON, and what is no text."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ARTICLE = ROOT / "examples" / "consumer-article.md"


def leeward(*words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [str(Path(sys.executable).parent / "leeward"), "check", *words]
    return subprocess.run(command, input=given, capture_output=True, cwd=ROOT)


def test_the_article_comes_back_with_its_claims_marked():
    told = leeward(str(ARTICLE), "--on", "2026-11-22").stdout.decode()
    for means in (
        "O.P.M.S. stands for opioid withdrawal",
        "DEA recalls products",
        "kratom can be used without risk of dependence",
        "a kratom recall means that people had adverse effects",
        "seizures belong to opioid withdrawal in adults",
        "kratom may be taken together with alcohol",
        "a professional should be asked",
    ):
        assert means in " ".join(told.split()), means
    assert "does not make it true" in " ".join(told.split())


def test_json_holds_every_claim_with_its_place():
    told = json.loads(leeward(str(ARTICLE), "--on", "2026-11-22", "--format", "json").stdout)
    text = ARTICLE.read_text(encoding="utf-8")
    assert told["leeward"] == "check/1"
    assert len(told["claims"]) > 30
    places = [(claim["start"], claim["end"]) for claim in told["claims"]]
    assert all(0 <= start < end <= len(text) for start, end in places)
    law = [claim for claim in told["claims"] if claim["pattern"] == "law"]
    assert {claim["decision"] for claim in law} == {"contradicted", "supported"}


def test_a_table_holds_a_row_for_every_claim_and_every_sentence_not_judged():
    told = json.loads(leeward(str(ARTICLE), "--on", "2026-11-22", "--format", "json").stdout)
    rows = list(
        csv.DictReader(io.StringIO(leeward(str(ARTICLE), "--on", "2026-11-22", "--format", "csv").stdout.decode()))
    )
    assert sorted(int(row["start"]) for row in rows) == sorted(
        one["start"] for one in told["claims"] + told["unjudged"]
    )
    found = [(row["decision"], row["evidence"]) for row in rows if row["decision"] != "not judged"]
    assert found == [(one["decision"], " ".join(one["evidence"])) for one in told["claims"]]


def test_no_cell_of_a_table_is_a_formula():
    given = b"=HYPERLINK(1) kratom cures opioid withdrawal. Kratom is not addictive. @kratom has no risk of dependence."
    rows = list(csv.DictReader(io.StringIO(leeward("-", "--format", "csv", given=given).stdout.decode())))
    assert len({row["start"] for row in rows}) == 3
    assert not [row for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (b"", "no words"),
        (b"\x00\x01\x02", "no text"),
        (b"a" * 50_000_000, "larger than"),
        (b"%PDF-1.4 broken", "PDF"),
    ],
)
def test_what_is_no_text_is_said_in_one_sentence(given, says):
    told = leeward("-", given=given)
    assert told.returncode == 1
    assert says in told.stderr.decode()
    assert b"Traceback" not in told.stderr


def test_another_language_is_said_and_not_judged():
    told = leeward("-", given="El kratom es seguro y no causa dependencia; los médicos lo recomiendan.".encode())
    assert b"not judged" in b" ".join(told.stdout.split())


def test_one_long_line_and_many_short_sentences_end():
    line = b"kratom is safe and " * 50_000
    assert leeward("-", "--format", "json", given=line).returncode == 0
    many = b"Kratom is not addictive. " * 20_000
    told = json.loads(leeward("-", "--format", "json", given=many).stdout)
    assert told["sentences"] == 20_000
