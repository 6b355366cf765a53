"""From bytes to a document: what is no case file is refused in one sentence, fast."""

import json
import subprocess
import sys
import time

import pytest

from leeward.casefile import LARGEST, read_case
from leeward.casefile.document import decoded
from leeward.errors import BadInput
from leeward.knowledge import Knowledge

HEAD = "leeward: case/1\nnow: 2026-11-22T09:00:00-05:00\n"


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        ("", "LW-0101", "empty"),
        (b" \n\t", "LW-0101", "empty"),
        ("\ufeff", "LW-0101", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "LW-0101", "not text"),
        (b"leeward: \x00", "LW-0101", "line 1"),
        ("leeward: \ud800", "LW-0101", "no text holds"),
        (b"x" * (LARGEST + 1), "LW-0101", "larger than 2 MB"),
        ("leeward: [", "LW-0102", "line 2, column 1"),
        ("leeward: case/1\n bad: : :\n", "LW-0102", "line 2"),
        ('{"leeward": "case/1",\n "now": }', "LW-0102", "line 2, column 9"),
        ('{"leeward": "case/1", "now": NaN}', "LW-0102", "NaN"),
        ('{"leeward": "case/1", "now": -Infinity}', "LW-0102", "Infinity"),
        ('{"leeward": "\\ud800"}', "LW-0102", "half a character"),
        (HEAD + "goals: *other\n", "LW-0102", "alias"),
        (HEAD + "a: &a [1]\nb: *a\n", "LW-0102", "alias"),
        (HEAD + "setting: !!python/object/apply:os.system [ls]\n", "LW-0102", "tag"),
        (HEAD + "---\n" + HEAD, "LW-0102", "second document begins at line 3"),
        ("{? [1, 2] : 3}", "LW-0102", "not a word"),
        ("[" * 100_000, "LW-0102", "nested"),
        ("a: " + "[" * 500 + "]" * 500, "LW-0102", "nested deeper than 24"),
        ('{"a":' * 100_000, "LW-0102", "nested"),
        ("- 1\n" * 60_000, "LW-0102", "more than 50,000 values"),
        (json.dumps({"leeward": "case/1", "a": [1] * 60_000}), "LW-0102", "more than 50,000 values"),
        ("case", "LW-0103", "not a case file"),
        ("[]", "LW-0103", "not a case file"),
        ("now: 2026-11-22T09:00:00-05:00", "LW-0103", "not said that this is a case file"),
        ("leeward: case/2", "LW-0103", '"case/2" is not a version'),
        ("leeward: {}", "LW-0103", "not a version"),
        ('{"resourceType": "Bundle", "entry": []}', "LW-0103", "FHIR"),
        (HEAD + "setting: home\nsetting: office\n", "LW-0104", "line 3 and at line 4"),
        ('{"leeward": "case/1",\n"patient": {"age": 3,\n\n"age": 4}}', "LW-0104", "line 2 and at line 4"),
        ('{"a": [{"b": 1}, {"b": "c", "d": "d"}], "a"\n: 2}', "LW-0104", '"a" is written twice'),
    ],
)
def test_what_is_no_case_file_is_refused_in_one_sentence(
    given: str | bytes, code: str, says: str, knowledge: Knowledge
):
    began = time.perf_counter()
    with pytest.raises(BadInput) as refused:
        read_case(given, knowledge)
    assert time.perf_counter() - began < 3
    (problem,) = refused.value.problems
    assert problem.code == code
    assert says in problem.says
    assert problem.mend


def test_a_huge_whole_number_is_refused_where_it_stands(knowledge: Knowledge):
    for digits in (40, 5000):
        text = f'{{"leeward": "case/1", "now": "2026-11-22T09:00:00Z", "patient": {{"age": {"9" * digits}}}}}'
        with pytest.raises(BadInput) as refused:
            read_case(text, knowledge)
        assert [problem.path for problem in refused.value.problems] == ["patient.age"]


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("true", True), ("null", None), ("~", None), ("", None),
        ("7", 7), ("-7", -7), ("0.5", 0.5), (".5", 0.5), ("1e3", "1e3"), ("1.0e3", 1000.0), ("010", "010"),
        ("0o17", "0o17"), ("0x1F", "0x1F"), ("12:30", "12:30"), ("190:20:30", "190:20:30"), ("1_000", "1_000"),
        ("2026-11-22", "2026-11-22"), ("2026-11-22T09:00:00-05:00", "2026-11-22T09:00:00-05:00"),
        (".nan", ".nan"), (".inf", ".inf"), ("'7'", "7"), ('"null"', "null"),
    ],
)  # fmt: skip
def test_a_yaml_scalar_stays_a_text_unless_it_can_mean_one_thing_only(scalar: str, value: object):
    read = decoded(f"key: {scalar}\n")
    assert isinstance(read, dict)
    assert read["key"] == value
    assert type(read["key"]) is type(value)


def test_yaml_without_the_compiled_parser_reads_the_same(monkeypatch: pytest.MonkeyPatch):
    import yaml

    from leeward.casefile import yaml_text

    text = HEAD + "exposures:\n- substance: heroin\n  amount: {value: 1, unit: g}\nallergies: []\n"
    compiled = decoded(text)
    monkeypatch.setattr(yaml_text, "_LOADER", yaml.SafeLoader)
    assert decoded(text) == compiled


def test_yaml_in_braces_is_yaml(knowledge: Knowledge):
    assert read_case("{leeward: case/1, now: 2026-11-22T09:00:00Z, setting: home}", knowledge).setting == "home"


def test_utf_16_as_notepad_writes_it_is_read(knowledge: Knowledge):
    assert read_case((HEAD + "setting: home\n").encode("utf-16"), knowledge).setting == "home"


def test_reading_json_does_not_import_yaml():
    script = (
        "import sys; from leeward.casefile import read_case; from leeward.knowledge import load_knowledge;"
        'read_case(\'{"leeward": "case/1", "now": "2026-11-22T09:00:00Z"}\', load_knowledge());'
        "sys.exit('yaml' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
