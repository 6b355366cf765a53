"""The addresses that programs call, held against their own description by a reader of OpenAPI that others wrote."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from leeward.record.access import transaction
from leeward.record.sessions import Lasts, begin
from leeward.web.app import app_of
from leeward.web.guard import COOKIE
from leeward.web.headers import FOR_PROGRAMS
from leeward.web.house import House
from tests.web.conftest import Clock, demo_house

SEED = int(os.environ.get("LEEWARD_SEED", "0"))
CASES, MANY_CASES = 40, 3_000
"""Requests of one kind to one address, in the suite and in `make test-long`."""

OPERATIONS = (
    "GET /cds-services",
    "POST /cds-services/{service}",
    "POST /cds-services/{service}/feedback",
    "GET /fhir/metadata",
    "POST /fhir/$validate",
    "GET /fhir/Patient/{id}/$everything",
    "POST /fhir/{type}/$validate",
    "GET /fhir/{type}",
    "POST /fhir/{type}/_search",
    "GET /fhir/{type}/{id}",
)
SPOILT = [operation for operation in OPERATIONS if operation not in ("GET /cds-services", "GET /fhir/metadata")]
"""Those of which anything can be wrong besides the method."""
NOT_ASKED = [positive_data_acceptance]
"""Not every call that the description allows is answered: drafts belong to some hooks, and a search names one person."""

BUDGET = 5.0
"""Seconds within which each answer comes."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A demo ward, which is called without a proof."""
    yield from demo_house(tmp_path_factory.mktemp("described"), Clock())


@pytest.fixture(scope="module")
def app(house: House) -> Starlette:
    return app_of(house)


@pytest.fixture(scope="module")
def described(app: Starlette) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", app)


@pytest.fixture(scope="module")
def session(house: House) -> str:
    """A session of a prescriber, who may read every chart through the facade."""
    with transaction(house.record.engine) as connection:
        return begin(connection, "a.reyes", house.clock(), Lasts())


def test_every_route_for_programs_is_described_with_its_methods_and_nothing_else_is(app, described):
    told = {
        (path, method.upper())
        for path, line in described.raw_schema["paths"].items()
        for method in line
        if method != "parameters"
    }
    there = {route.path for route in app.routes if isinstance(route, Route) and _is_for_programs(route.path)}
    there -= {path for path in there if "{rest:path}" in path} | {
        "/fhir",
        "/openapi.json",
    }  # no more than where nothing is, and this
    assert {path for path, _ in told} == {re.sub(r":\w+}", "}", path) for path in there}
    assert {f"{method} {path}" for path, method in told} == set(OPERATIONS)


def _is_for_programs(path: str) -> bool:
    return any(f"{path}/".startswith(f"{below}/") for below in FOR_PROGRAMS)


CALLS = [
    *(pytest.param(operation, GenerationMode.POSITIVE, id=f"{operation} as described") for operation in OPERATIONS),
    *(pytest.param(operation, GenerationMode.NEGATIVE, id=f"{operation} spoilt") for operation in SPOILT),
]


@pytest.mark.parametrize(("operation", "mode"), CALLS)
def test_whatever_is_called_is_answered_as_described(described, session, operation, mode):
    call(described, session, operation, mode, CASES)


@pytest.mark.long
@pytest.mark.parametrize(("operation", "mode"), CALLS)
def test_thousands_of_calls_are_answered_as_described(described, session, operation, mode):
    call(described, session, operation, mode, MANY_CASES)


def call(described: Any, session: str, operation: str, mode: GenerationMode, cases: int) -> None:
    """Calls made from the description, or made to break it; each answer by the status, the headers and the structure described."""
    method, path = operation.split(" ")
    strategy = described[path][method].as_strategy(generation_mode=mode)

    @hypothesis.seed(SEED)
    @hypothesis.settings(
        max_examples=cases, deadline=None, database=None, suppress_health_check=list(hypothesis.HealthCheck)
    )
    @hypothesis.given(case=strategy)
    def answered(case: Any) -> None:
        signed_in = {COOKIE: session} if path.startswith("/fhir") else {}
        answer = case.call_and_validate(cookies=signed_in, excluded_checks=NOT_ASKED)
        assert answer.status_code < 500 and answer.elapsed < BUDGET
        assert "Traceback" not in answer.text

    answered()


@pytest.mark.parametrize("path", FOR_PROGRAMS)
@pytest.mark.parametrize(
    ("method", "besides"),
    [("GET", {"host": "elsewhere.example"}), ("TRACE", {}), ("QUERY", {})],
    ids=lambda one: str(one),
)
def test_even_a_wrong_name_or_method_is_told_to_a_program_in_its_own_terms(app, path, method, besides):
    answer = TestClient(app).request(method, path, headers=besides)
    assert answer.status_code in (400, 404, 405)
    assert answer.headers["content-type"] == FOR_PROGRAMS[path]
    told = answer.json()
    assert told["resourceType"] == "OperationOutcome" and told["issue"][0]["details"]["text"]


def test_a_browser_is_told_of_a_wrong_name_in_words(app):
    answer = TestClient(app).get("/sign-in", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400 and answer.text == "This server does not go by that name."
