"""openFDA's JSON: documents, lists and lines, of medicines and of foods."""

from __future__ import annotations

import gc
import gzip
import json
import tracemalloc
import warnings
import zipfile
from datetime import UTC, datetime

import pytest

from leeward.errors import BadInput
from leeward.signals.counting import Asked, counted
from leeward.signals.reading import Row, SetAside, read_rows
from leeward.signals.store import load, loads

NOW = datetime(2026, 11, 22, tzinfo=UTC)

OF_DRUG = {
    "safetyreportid": "10003301", "safetyreportversion": "2", "receivedate": "20140101", "receiptdate": "20140312",
    "seriousnessdeath": "1", "companynumb": None,
    "patient": {
        "patientonsetage": "31", "patientonsetageunit": "803", "patientsex": "2",
        "drug": [
            {"medicinalproduct": "Kratom", "drugcharacterization": "1", "activesubstance": {"activesubstancename": "Mitragynine"}, "openfda": {"brand_name": ["X"]}},
            {"medicinalproduct": "ASPIRIN", "drugcharacterization": "2"}, {"drugcharacterization": "1"},
        ],
        "reaction": [{"reactionmeddrapt": "Seizure", "reactionoutcome": "5"}, {"reactionmeddrapt": "SEIZURE"}],
    },
}  # fmt: skip
OF_FOOD = {
    "report_number": "65325", "date_created": "20040101", "outcomes": ["Death"], "reactions": ["NAUSEA", "Vomiting"],
    "products": [
        {"role": "SUSPECT", "name_brand": "KRATOM", "industry_code": "54"},
        {"role": "CONCOMITANT", "name_brand": "TEA", "industry_code": "31"},
    ],
    "consumer": {"age": "31", "age_unit": "year(s)", "gender": "F"},
}  # fmt: skip


def document(*records):
    return json.dumps({"meta": {"results": {"total": len(records)}, "disclaimer": "{[,]}"}, "results": list(records)})


def told(path):
    found = list(read_rows(path))
    return [one for one in found if isinstance(one, Row)], [one for one in found if isinstance(one, SetAside)]


@pytest.mark.parametrize("suffix", ["json", "json.gz", "json.zip"])
@pytest.mark.parametrize("whole", [True, False])
def test_a_file_is_closed_however_far_it_was_read(tmp_path, suffix, whole):
    path, text = tmp_path / f"drug-event.{suffix}", document(*[OF_DRUG] * 3).encode()
    if suffix == "json.zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("drug-event.json", text)
    else:
        path.write_bytes(gzip.compress(text) if suffix == "json.gz" else text)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", ResourceWarning)
        rows = read_rows(path)
        assert next(rows)
        if whole:
            assert len(list(rows)) == 5
        rows.close()
        del rows
        gc.collect()
    assert [str(one.message) for one in said if one.category is ResourceWarning] == []


def test_a_report_of_medicines_is_read(tmp_path):
    path = tmp_path / "drug-event.json"
    path.write_text(document(OF_DRUG))
    (first, second), aside = told(path)
    assert not aside
    assert first == Row(
        report="10003301", received="2014-03-12", product="KRATOM", role="suspect", industry="",
        age=pytest.approx(31 * 7 / 365.25), age_told="31 week", sex="female", outcomes=("DEATH",), events=("SEIZURE",),
        version=2, source="faers", ingredient="MITRAGYNINE",
    )  # fmt: skip
    assert (second.product, second.role) == ("ASPIRIN", "concomitant")


def test_a_report_of_foods_is_one_of_caers(tmp_path):
    path = tmp_path / "food-event.json"
    path.write_text(document(OF_FOOD))
    (first, second), _ = told(path)
    assert (first.source, first.report, first.received) == ("caers", "65325", "2004-01-01")
    assert (first.industry, first.age, first.sex) == ("54", 31.0, "female")
    assert first.events == ("NAUSEA", "VOMITING") and second.role == "concomitant"


WRITTEN = {
    "document": lambda path, *records: path.write_text(document(*records)),
    "list": lambda path, *records: path.write_text(json.dumps(records, indent=1)),
    "lines": lambda path, *records: path.write_text("\n".join(map(json.dumps, records)) + "\n\n"),
    "gzip": lambda path, *records: path.write_bytes(gzip.compress(document(*records).encode())),
    "with a mark": lambda path, *records: path.write_bytes(b"\xef\xbb\xbf" + document(*records).encode()),
}


def zipped(path, *records):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("drug-event-0001-of-0002.json", document(*records))


@pytest.mark.parametrize("write", [*WRITTEN.values(), zipped], ids=[*WRITTEN, "zip"])
def test_every_form_reads_alike(tmp_path, write):
    path = tmp_path / "events.json"
    write(path, OF_DRUG, OF_FOOD, {"else": 1}, OF_DRUG | {"receiptdate": "soon"})
    rows, aside = told(path)
    assert [one.product for one in rows] == ["KRATOM", "ASPIRIN", "KRATOM", "TEA"]
    assert [one.line for one in aside] == [3, 4] and "receipt" in aside[1].reason


def test_a_broken_line_is_set_aside_and_a_broken_document_refused(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text(json.dumps(OF_DRUG) + "\n{broken\n" + json.dumps(OF_FOOD) + "\n")
    rows, aside = told(path)
    assert len(rows) == 4 and [one.line for one in aside] == [2]
    whole = document(OF_DRUG, OF_FOOD).encode()
    for broken in (whole[:-40], whole.replace(b'"patient"', b'"patient', 1), whole.replace(b"Kratom", b"Krat\xffm")):
        path.write_bytes(broken)
        with pytest.raises(BadInput):
            load(path, tmp_path / "home", NOW)
    assert loads(tmp_path / "home") == ()


def test_memory_does_not_grow_with_a_document(tmp_path):
    def most(count):
        path = tmp_path / f"{count}.json"
        path.write_text(document(*({**OF_DRUG, "safetyreportid": str(at)} for at in range(count))))
        tracemalloc.start()
        assert sum(1 for _ in read_rows(path)) == 2 * count
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak, path.stat().st_size

    (small, _), (large, size) = most(5_000), most(25_000)
    assert large < small * 1.5 and large < size


def test_a_version_of_openfda_and_one_of_faers_are_one_case(tmp_path):
    for number, version in enumerate(("3", "2")):
        path = tmp_path / f"{version}.json"
        record = OF_DRUG | {"safetyreportversion": version}
        record["patient"] = OF_DRUG["patient"] | {"reaction": [{"reactionmeddrapt": f"Version {version}"}]}
        path.write_text(document(record))
        load(path, tmp_path / "home", NOW.replace(minute=number))
    assert counted(loads(tmp_path / "home"), Asked()).pairs.events == ("VERSION 3",)
