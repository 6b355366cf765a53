"""People as entries: the last word stands, and somebody is always left who can let others in."""

import pytest

from leeward.errors import BadInput
from leeward.record.people import Person, coming, comings_of, enter_person, people_of
from tests.unit.record.access_entries import NOON, written

ADMIN = Person(id="root.admin", name="Rita Root", roles=frozenset({"administrator"}))


def entered(
    id: str, *roles: str, active: bool = True, people: dict[str, Person] | None = None, name: str = "Ana Reyes"
):
    return enter_person(
        person=id, name=name, roles=roles, active=active, people=people or {}, by=ADMIN, now=NOON, id=f"{id}-{roles}-{active}"
    )  # fmt: skip


def test_last_entry_about_a_person_stands():
    found = people_of(written([entered("a.reyes", "nurse"), entered("a.reyes", "prescriber", "pharmacist")]))
    assert found["a.reyes"].roles == {"prescriber", "pharmacist"}


def test_closed_account_is_kept_and_inactive():
    found = people_of(written([entered("a.reyes", "nurse"), entered("a.reyes", "nurse", active=False)]))
    assert not found["a.reyes"].active and found["a.reyes"].name == "Ana Reyes"


def test_sign_in_name_is_the_same_in_capitals_and_with_spaces():
    assert list(people_of(written([entered(" A.Reyes ", "nurse")]))) == ["a.reyes"]


@pytest.mark.parametrize(
    "body", [{}, {"roles": "nurse"}, {"roles": ["root"], "active": True}, {"roles": ["nurse"], "active": "yes"}]
)
def test_entry_that_cannot_be_read_lets_nobody_in(body):
    draft = entered("a.reyes", "nurse")
    spoilt = written([draft])[0]
    spoilt.body.clear()
    spoilt.body.update({"person": "a.reyes", **body})
    assert not people_of([spoilt])["a.reyes"].active


def test_account_can_never_hold_the_role_of_a_patient():
    with pytest.raises(BadInput, match="LW-0703"):
        entered("a.reyes", "patient-self")
    spoilt = written([entered("a.reyes", "nurse")])[0]
    spoilt.body["roles"] = ["patient-self", "nurse"]
    assert people_of([spoilt])["a.reyes"].roles == {"nurse"}


@pytest.mark.parametrize("id", ["", "system", "patient:1", "a b", "-a", "a" * 65, "../x"])
def test_sign_in_name_that_could_be_taken_for_another_is_refused(id):
    with pytest.raises(BadInput, match="LW-0701"):
        entered(id, "nurse")


@pytest.mark.parametrize("name", ["", "  ", "x" * 121, "Ana\x00"])
def test_person_needs_a_name_to_sign_with(name):
    with pytest.raises(BadInput, match="LW-0702"):
        entered("a.reyes", "nurse", name=name)


@pytest.mark.parametrize(("roles", "active"), [(("nurse",), True), (("administrator",), False)])
def test_last_administrator_cannot_be_taken_away(roles, active):
    only = {"root.admin": ADMIN}
    with pytest.raises(BadInput, match="LW-0704"):
        entered("root.admin", *roles, active=active, people=only)
    two = only | {"b": Person(id="b", name="B", roles=frozenset({"administrator"}))}
    assert entered("root.admin", *roles, active=active, people=two).kind == "person"
    shut = only | {"b": Person(id="b", name="B", roles=frozenset({"administrator"}), active=False)}
    with pytest.raises(BadInput, match="LW-0704"):
        entered("root.admin", *roles, active=active, people=shut)


def test_comings_show_who_came_and_who_failed():
    drafts = [
        entered("a.reyes", "nurse"),
        coming("sign-in-failed", person="", source="10.0.0.7", because="no such person", now=NOON, id="1"),
        coming("signed-in", person="a.reyes", source="10.0.0.8", now=NOON, id="2"),
        coming("signed-out", person="a.reyes", source="10.0.0.8", now=NOON, id="3"),
    ]
    told = [(one.what, one.person, one.source, one.at) for one in comings_of(written(drafts))]
    assert told == [
        ("sign-in-failed", "", "10.0.0.7", NOON),
        ("signed-in", "a.reyes", "10.0.0.8", NOON),
        ("signed-out", "a.reyes", "10.0.0.8", NOON),
    ]
