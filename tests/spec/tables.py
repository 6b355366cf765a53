"""Rows of a spec table as case documents: the base case with what the row names changed. See README.md beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from leeward.casefile import case_from
from leeward.knowledge import Knowledge
from leeward.model.case import Case

FOLDER = Path(__file__).parent / "rules"
NOW = datetime.fromisoformat("2026-11-22T09:00:00-05:00")

COWS = {
    "pulse": 1,
    "sweating": 2,
    "restlessness": 1,
    "pupils": 2,
    "aches": 1,
    "nose_eyes": 2,
    "gi": 2,
    "tremor": 0,
    "yawning": 1,
    "anxiety": 2,
    "gooseflesh": 0,
}

OBSERVED: dict[str, Any] = {
    "sedation-rass": 0,
    "respiratory-rate": 16,
    "oxygen-saturation": 98,
    "heart-rate": 88,
    "systolic-blood-pressure": 124,
    "diastolic-blood-pressure": 78,
    "temperature": 36.8,
    "qtc": 420,
    "potassium": 4,
    "egfr": 100,
    "child-pugh": 5,
}

BASE: dict[str, Any] = {
    "leeward": "case/1",
    "now": NOW.isoformat(),
    "setting": "emergency",
    "jurisdiction": "US-PA",
    "patient": {
        "age": 34,
        "sex": "female",
        "pregnant": False,
        "breastfeeding": False,
        "weight_kg": 70,
        "opioid_naive": False,
    },
    "exposures": [{"substance": "heroin", "hours": 14}],
    "medicines": [],
    "conditions": [],
    "allergies": [],
    "doses": [],
}

WHOLE_KEYS = ("setting", "jurisdiction", "goals", "declines", "exposures", "medicines", "conditions", "allergies")


def rows() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every row: topic, rule id, row."""
    for file in sorted(FOLDER.glob("*.toml")):
        for rule, table in tomllib.loads(file.read_text()).items():
            for row in table["rows"]:
                yield file.stem, rule, row


def case_of(row: dict[str, Any], knowledge: Knowledge) -> Case:
    """The case that a row describes."""
    return case_from(document_of(row, knowledge), knowledge)


def document_of(row: dict[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    """The case document that a row describes."""
    unknown = set(row.get("unknown", ()))
    document = deepcopy(BASE)
    for key in WHOLE_KEYS:
        if key in row:
            document[key] = deepcopy(row[key])
    for key in ("doses", "orders"):
        if key in row:
            document[key] = [_timed(entry, "at") for entry in row[key]]
    document["patient"] |= row.get("patient", {})
    document["exposures"] = [_timed(entry, "last_use") for entry in document["exposures"]]
    document["medicines"] = [_timed(entry, "last_taken", default=None) for entry in document["medicines"]]
    document["observations"] = _observations(row, knowledge)
    document["scores"] = _scores(row)
    for path in unknown:
        _forget(document, path)
    return document


def _timed(entry: Any, key: str, default: float | None = 1 / 6) -> Any:
    """An entry with `hours` turned into an instant under `key`; ten minutes ago where it says nothing."""
    if not isinstance(entry, dict):
        return entry
    entry = dict(entry)
    hours = entry.pop("hours", None)
    if key in entry:
        return entry
    if isinstance(hours, list):
        earliest, latest = max(hours), min(hours)
        return {**entry, key: {"earliest": _ago(earliest), "latest": _ago(latest)}}
    if hours is None and (default is None or key == "last_use"):
        return entry
    return {**entry, key: _ago(default if hours is None else hours)}


def _ago(hours: float) -> str:
    return (NOW - timedelta(hours=hours)).isoformat()


def _observations(row: dict[str, Any], knowledge: Knowledge) -> list[dict[str, Any]]:
    found = [
        _observation({"what": what, "value": value}, knowledge)
        for what, value in (OBSERVED | row.get("observed", {})).items()
    ]
    later = [_observation(entry, knowledge) for entry in row.get("series", ())]
    replaced = {entry["what"] for entry in later}
    return [entry for entry in found if entry["what"] not in replaced] + later


def _observation(entry: dict[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    entry = _timed(entry, "at")
    kind = knowledge.observations.get(entry["what"])
    if kind is not None and kind.kind == "panel":
        return {"panel": "immunoassay", "result": entry.pop("value"), **entry}
    if kind is not None and kind.unit and kind.unit not in ("points", "1"):
        entry.setdefault("unit", kind.unit)
    return entry


def _scores(row: dict[str, Any]) -> list[dict[str, Any]]:
    others = [_timed(entry, "at") for entry in row.get("scores", ())]
    if "cows_series" in row:
        return others + [
            _timed({"instrument": "cows", "hours": hours, **_cows(cows)}, "at") for hours, cows in row["cows_series"]
        ]
    cows = row.get("cows", COWS)
    if cows == "missing":
        return others
    return [*others, _timed({"instrument": "cows", **_cows(cows)}, "at")]


def _cows(given: Any) -> dict[str, Any]:
    """A total alone keeps its signs open; a table of items is laid over the base case's."""
    if isinstance(given, int):
        return {"total": given}
    return {"items": COWS | given}


def _forget(document: dict[str, Any], path: str) -> None:
    head, _, rest = path.partition(".")
    if head == "observations" and rest:
        document["observations"] = [entry for entry in document["observations"] if entry["what"] != rest]
    elif head == "patient" and rest:
        document["patient"].pop(rest, None)
    elif head == "scores" and rest:
        document["scores"] = [entry for entry in document["scores"] if entry["instrument"] != rest]
    else:
        document.pop(head, None)
