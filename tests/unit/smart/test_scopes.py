"""What a scope lets Leeward read: all of a kind, a part, or nothing."""

from __future__ import annotations

import pytest

from leeward.smart.scopes import missing, of_a_launch, reach


@pytest.mark.parametrize(
    ("scopes", "reached"),
    [
        ("patient/Observation.rs", "all"),
        ("patient/Observation.cruds", "all"),
        ("patient/*.rs", "all"),
        ("user/*.*", "all"),
        ("patient/Observation.read", "all"),
        ("patient/*.read", "all"),
        ("patient/Observation.rs?category=laboratory", "part"),
        ("patient/Observation.rs?category=laboratory patient/Observation.rs", "all"),
        ("patient/Observation.r", "none"),
        ("patient/Observation.s", "none"),
        ("patient/Observation.write", "none"),
        ("patient/Observation.cud", "none"),
        ("patient/Condition.rs", "none"),
        ("patient/Observation.sr", "none"),
        ("openid fhirUser", "none"),
        ("", "none"),
    ],
)
def test_a_scope_reaches_what_it_says(scopes: str, reached: str):
    assert reach(scopes.split(), "Observation") == reached


def test_who_the_person_is_need_not_be_searched():
    assert reach(["patient/Patient.r"], "Patient") == "all"


def test_what_is_asked_is_what_is_read():
    assert not missing(of_a_launch(from_chart=True)) and not missing(of_a_launch(from_chart=False))


def test_a_part_is_told_as_a_part():
    granted = [one for one in of_a_launch(from_chart=True) if "Observation" not in one]
    (lacking,) = missing([*granted, "patient/Observation.rs?category=laboratory"])
    assert "only a part of the observations" in lacking.says
