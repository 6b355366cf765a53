"""Cases for tests of what Leeward gives back: the examples, and random ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from leeward.casefile import case_from, read_case
from leeward.fhir.from_assessment import bundle_of
from leeward.fhir.structures import Bundle
from leeward.fhir.writing import to_json
from leeward.guidance.assess import assess
from leeward.guidance.assessment import Assessment
from leeward.knowledge import load_knowledge
from leeward.model.case import Case
from tests.properties.generated import document, partly_forgotten

KNOWLEDGE = load_knowledge()
PROJECT = Path(__file__).parents[3]
EXAMPLES = sorted((PROJECT / "examples").glob("*.yaml"))


def random_case(seed: int) -> Case:
    """A case drawn at random; of every second one parts are not known."""
    random = Random(seed)
    whole = document(random)
    return case_from(partly_forgotten(whole, random)[0] if seed % 2 else whole, KNOWLEDGE)


def example(name: str) -> Case:
    """One of the example cases."""
    return read_case((PROJECT / "examples" / f"{name}.yaml").read_bytes(), KNOWLEDGE)


def answered(case: Case) -> tuple[Assessment, dict[str, Any]]:
    """The assessment of a case and its Bundle as JSON."""
    assessment = assess(case, KNOWLEDGE)
    return assessment, as_json(bundle_of(case, assessment, KNOWLEDGE))


def as_json(bundle: Bundle) -> dict[str, Any]:
    """A Bundle as a receiver reads it."""
    return json.loads(to_json(bundle))


def resources(bundle: dict[str, Any], kind: str = "") -> list[dict[str, Any]]:
    """The resources of a Bundle, of one kind where it is named."""
    found = [entry["resource"] for entry in bundle["entry"]]
    return [one for one in found if not kind or one["resourceType"] == kind]


def references(value: Any) -> Iterator[str]:
    """Every literal reference in a resource."""
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)
