"""Coming in and going out."""

import pytest

from leeward.ward.demo import DEMO_PASSWORD


def test_a_page_asks_for_a_sign_in_and_leads_on_to_itself(someone):
    nobody = someone("")
    asked = nobody.get("/patients/demo-1")
    assert asked.url == "/sign-in" and "Dana" not in asked.text
    came = nobody.send(
        "/sign-in?next=%2Fpatients%2Fdemo-1",
        at="/sign-in",
        name="n.park",
        password=DEMO_PASSWORD,
        next="/patients/demo-1",
    )
    assert came.url == "/patients/demo-1" and came.status == 200


def test_a_wrong_password_is_refused_in_one_sentence_and_what_was_typed_is_kept(someone):
    came = someone("").send("/sign-in", name="n.park", password="no such words at all")
    assert came.status == 401 and "do not belong together" in came.text and 'value="n.park"' in came.html
    assert "no such words" not in came.html


def test_nobody_is_led_elsewhere_by_a_link(someone):
    for address in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        came = someone("").client.post(
            "/sign-in", data={"name": "n.park", "password": DEMO_PASSWORD, "next": address}, follow_redirects=False
        )
        assert came.headers["location"] == "/"


def test_a_session_ends_when_it_is_not_used(someone, clock):
    nurse = someone("n.park")
    assert nurse.get("/").url == "/"
    clock.forward(minutes=16)
    assert nurse.get("/").url == "/sign-in"


def test_a_form_of_another_session_is_refused(someone):
    nurse = someone("n.park")
    refused = nurse.client.post("/sign-out", data={"form": "0" * 64})
    assert refused.status_code == 403 and nurse.get("/").url == "/"


@pytest.mark.parametrize(
    ("person", "first"), [("n.park", "/"), ("admin", "/administration"), ("m.haddad", "/administration")]
)
def test_whoever_may_not_see_the_board_is_not_led_to_it(someone, person, first):
    came = someone("").send("/sign-in?next=%2F", at="/sign-in", name=person, password=DEMO_PASSWORD, next="/")
    assert came.url == first and came.status == 200
