"""People: let in, given roles, given a link to set a password, let in no more."""

import re

import pytest

from leeward.record.entries import Draft
from leeward.record.people import enter_person, people_of
from tests.web.at_once import at_once

NEW = "four dry words in a row"


def entered(house, person):
    return people_of(house.record.entries(kinds=["person"])).get(person)


def let_in(someone, **fields):
    told = {"person": "s.weir", "name": "Sol Weir", "roles": ["nurse", "pharmacist"]} | fields
    return someone("admin").send("/administration/people", **told)


def test_somebody_is_let_in_with_the_roles_that_were_ticked(someone, house):
    page = let_in(someone)
    assert page.url == "/administration/people/s.weir" and "make the link" in page.text
    assert entered(house, "s.weir").roles == {"nurse", "pharmacist"} and entered(house, "s.weir").active


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"person": "Not A Name"}, "cannot be a sign-in name"),
        ({"person": "n.park"}, "Somebody has this sign-in name"),
        ({"person": "N.Park "}, "Somebody has this sign-in name"),
        ({"name": " "}, "needs a name"),
        ({"roles": []}, "needs a role"),
        ({"roles": ["patient-self"]}, "is not a role"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_is_kept(someone, house, wrong, says):
    before = house.record.last_number()
    page = let_in(someone, **wrong)
    assert page.status == 422 and says in page.text and house.record.last_number() == before
    assert 'value="nurse" checked' in page.html or "roles" in wrong
    assert 'value="Sol Weir"' in page.html or "name" in wrong


def test_the_same_form_sent_twice_lets_in_once(someone, house):
    administrator = someone("admin")
    page = administrator.get("/administration/people")
    form = {name: page.hidden(name) for name in ("form", "id")} | {"person": "s.weir", "name": "Sol", "roles": "nurse"}
    for _ in range(2):
        came = administrator.client.post("/administration/people", data=form, follow_redirects=False)
        assert came.status_code == 303
    entries = list(house.record.entries(kinds=["person"]))
    assert sum(entry.body["person"] == "s.weir" for entry in entries) == 1


def test_a_link_sets_a_password_once_and_is_written_down_without_its_token(someone, house):
    let_in(someone)
    administrator = someone("admin")
    page = administrator.send("/administration/people/s.weir", at="/administration/people/s.weir/link")
    token = re.search(r"/password/([\w-]+)", page.html)[1]
    assert "Shown once" in page.text
    written = next(house.record.latest(kinds=["setting"]))
    assert written.body["person"] == "s.weir" and written.by == "admin" and token not in str(written.body)
    assert token not in administrator.get("/administration/people/s.weir").html
    nobody = someone("")
    assert nobody.send(f"/password/{token}", password=NEW, again=NEW).url == "/sign-in"
    assert nobody.get(f"/password/{token}").status == 404
    assert nobody.send("/sign-in", name="s.weir", password=NEW).url == "/"


def test_the_link_ends_after_a_day(someone, clock):
    page = someone("admin").send("/administration/people/n.park", at="/administration/people/n.park/link")
    token = re.search(r"/password/([\w-]+)", page.html)[1]
    clock.forward(hours=23, minutes=59)
    assert someone("").get(f"/password/{token}").status == 200
    clock.forward(minutes=2)
    assert someone("").get(f"/password/{token}").status == 404


def test_who_comes_in_no_more_is_out_at_once_everywhere(someone, house):
    nurse = someone("n.park")
    assert nurse.get("/").url == "/"
    told = {"name": "Nora Park", "roles": "nurse", "active": "no"}
    page = someone("admin").send("/administration/people/n.park", **told)
    assert "Comes in no more" in page.text and not entered(house, "n.park").active
    assert nurse.get("/").url == "/sign-in"
    someone("admin").send("/administration/people/n.park", **told | {"active": "yes"})
    assert nurse.get("/").url == "/sign-in"  # the old session stays ended
    someone("admin").send("/administration/people/n.park", **told)
    refused = someone("admin").send("/administration/people/n.park", at="/administration/people/n.park/link")
    assert refused.status == 409


def test_a_change_of_roles_holds_in_open_sessions(someone):
    nurse = someone("n.park")
    someone("admin").send("/administration/people/n.park", name="Nora Park", roles="safety-officer", active="yes")
    assert nurse.get("/").status == 403 and nurse.get("/administration/audit").status == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [({"active": "no", "roles": "administrator"}, "active"), ({"active": "yes", "roles": "nurse"}, "roles")],
)
def test_the_only_administrator_stays(someone, house, change, field):
    page = someone("admin").send("/administration/people/admin", name="Alex Admin", **change)
    assert page.status == 422 and f'href="#{field}"' in page.html and "only administrator" in page.text
    assert entered(house, "admin").active and "administrator" in entered(house, "admin").roles


def test_nobody_of_the_name_is_told_so(someone):
    assert someone("admin").get("/administration/people/no.body").status == 404


def second_administrator(house):
    added = enter_person(person="b.second", name="Bo Second", roles=["administrator"], people=house.ward.people, by=None, now=house.clock(), id="b")  # fmt: skip
    house.record.append(added, house.clock())
    house.ward.catch_up()


def statuses(pages):
    return sorted(page.status for page in pages)


def sent(page, path, **fields):
    told = {"form": page.hidden("form"), "id": page.hidden("id"), **fields}
    return lambda who: who.client.post(path, data=told, follow_redirects=False)


def test_two_administrators_cannot_shut_each_other_out_at_once(someone, house, monkeypatch):
    second_administrator(house)
    one, other = someone("admin"), someone("b.second")
    out = {"roles": "administrator", "active": "no"}
    first = sent(one.get("/administration/people/b.second"), "/administration/people/b.second", name="Bo", **out)
    second = sent(other.get("/administration/people/admin"), "/administration/people/admin", name="Ad", **out)
    assert statuses(at_once(monkeypatch, "person", lambda: first(one), lambda: second(other))) == [303, 409]
    house.ward.catch_up()
    assert len([one for one in house.ward.people.values() if one.active and "administrator" in one.roles]) == 1


def test_two_people_never_get_one_sign_in_name(someone, house, monkeypatch):
    second_administrator(house)
    one, other = someone("admin"), someone("b.second")
    here = "/administration/people"
    first = sent(one.get(here), here, person="j.smith", name="John Smith", roles="nurse")
    second = sent(other.get(here), here, person="j.smith", name="Jane Smith", roles="prescriber")
    assert statuses(at_once(monkeypatch, "person", lambda: first(one), lambda: second(other))) == [303, 409]
    told = [entry.body["name"] for entry in house.record.entries(kinds=["person"]) if entry.body["person"] == "j.smith"]
    assert len(told) == 1


@pytest.mark.parametrize("name", ["patient-self", "system", "patient", " Patient-Self "])
def test_nobody_gets_a_name_that_leeward_writes_under(someone, house, name):
    came = someone("admin").send("/administration/people", person=name, name="Eve Nurse", roles=["nurse"])
    assert came.status == 422 and "cannot be a sign-in name" in came.text
    assert not any(one.name == "Eve Nurse" for one in house.ward.people.values())


def test_a_record_that_has_such_an_account_lets_it_in_no_more(someone, house):
    """Hazard: written by an older version, it would sign what patients answer, and read as theirs."""
    for name in ("patient-self", "system"):
        body = {"person": name, "name": "Eve Nurse", "roles": ["nurse"], "active": True}
        told = Draft(id=f"old-{name}", kind="person", patient="", at=house.clock().isoformat(), by="admin", role="administrator", body=body)  # fmt: skip
        house.record.append(told, house.clock())
    house.ward.catch_up()
    assert not any(one.name == "Eve Nurse" for one in house.ward.people.values())
    assert house.ward.name_of("patient-self") == "the patient" and house.ward.name_of("system") == "Leeward"
    assert someone("patient-self").get("/").url == "/sign-in"
