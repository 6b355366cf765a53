"""A launch ends in the browser in which it was begun, at the record system that it was begun with, whatever others do."""

from __future__ import annotations

from contextlib import ExitStack
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import msgspec
import pytest

from leeward.smart.registered import RecordSystems
from leeward.web.guard import COOKIE, LAUNCHED_IN
from leeward.web.house import House
from leeward.web.launches import AT_ONCE, OF_ONE
from tests.ehr.server import running
from tests.ehr.state import Ehr
from tests.web.conftest import Someone, signing_in
from tests.web.smart_launches import BACK, back_from, opened, sent_to, with_record_system


@pytest.fixture
def ward(house: House, ehr: Ehr) -> House:
    return with_record_system(house, ehr)


@pytest.fixture
def browser(ward: House) -> Someone:
    """A browser in which nobody is signed in."""
    return signing_in(ward)("")


def test_no_more_than_a_few_of_one_source_wait_at_once_and_nothing_is_spent_by_that(
    browser: Someone, ward: House, ehr: Ehr
):
    back = back_from(sent_to(browser, ehr, ehr.launch()))
    asked = len(ehr.asked)
    with ExitStack() as waiting:
        assert all(waiting.enter_context(ward.launches.place("testclient")) for _ in range(OF_ONE))
        page = browser.get(back)
        assert page.status == 503 and "waiting for record systems" in page.text
        assert len(ehr.asked) == asked
    assert browser.get(back).status == 200, "the answer was not spent by being turned away"
    assert browser.get(back).status == 400


def test_strangers_take_no_place_from_another_source_nor_from_staff(browser: Someone, ward: House, ehr: Ehr):
    back = back_from(sent_to(browser, ehr, ehr.launch()))
    with ExitStack() as waiting:
        assert all(waiting.enter_context(ward.launches.place("10.0.0.1")) for _ in range(OF_ONE))
        assert not waiting.enter_context(ward.launches.place("10.0.0.1"))
        assert browser.get(back).status == 200
        for other in range(AT_ONCE):
            waiting.enter_context(ward.launches.place(f"10.0.1.{other}"))
        assert not waiting.enter_context(ward.launches.place("10.0.2.1"))
        assert waiting.enter_context(ward.launches.place("testclient", "a.reyes"))


def test_however_many_launches_strangers_begin_the_others_end(browser: Someone, ward: House, ehr: Ehr):
    back = back_from(sent_to(browser, ehr, ehr.launch()))
    asked = len(ehr.asked)
    stranger = signing_in(ward)("")
    stranger.client.cookies.clear()
    for one in range(600):
        answer = stranger.client.get(f"/smart/launch?iss={ehr.base}&launch=x{one}", follow_redirects=False)
        assert answer.status_code == 303
        stranger.client.cookies.clear()
    assert len(ehr.asked) == asked, "each launch asked for the configuration"
    assert browser.get(back).status == 200


def test_two_launches_side_by_side_both_end(browser: Someone, ehr: Ehr):
    first, second = (back_from(sent_to(browser, ehr, ehr.launch())) for _ in range(2))
    assert browser.get(first).status == 200 and browser.get(second).status == 200


def test_what_a_launch_leaves_in_the_browser_is_new_each_time_and_goes_with_its_answer(browser: Someone, ehr: Ehr):
    browser.client.cookies.set("leeward_launch", "A" * 43)
    sent = [sent_to(browser, ehr, ehr.launch()) for _ in range(2)]
    left = {name: value for name, value in browser.client.cookies.items() if name.startswith(LAUNCHED_IN)}
    assert len(left) == len(set(left.values())) == 2 and not any("A" * 43 in value for value in left.values())
    browser.get(back_from(sent[0]))
    assert len([name for name in browser.client.cookies if name.startswith(LAUNCHED_IN)]) == 1


def test_an_answer_whose_cookie_is_of_another_launch_signs_nobody_in(browser: Someone, ward: House, ehr: Ehr):
    other = signing_in(ward)("")
    theirs = back_from(sent_to(other, ehr, ehr.launch()))
    sent_to(browser, ehr, ehr.launch())
    ((_, mine),) = [one for one in browser.client.cookies.items() if one[0].startswith(LAUNCHED_IN)]
    ((name, _),) = [one for one in other.client.cookies.items() if one[0].startswith(LAUNCHED_IN)]
    for value in (mine, mine[:-2] + "00", "zz", "", "é", "00"):
        browser.client.cookies.set(name, quote(value))
        assert browser.get(theirs).status == 400 and COOKIE not in browser.client.cookies


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_record_system_is_called_as_it_called_itself(browser: Someone, house: House, ehr: Ehr, slash: str):
    address = browser.client.get(
        f"/smart/launch?iss={quote(ehr.base + slash, safe='')}&launch=x", follow_redirects=False
    ).headers["location"]
    assert parse_qs(urlsplit(address).query)["aud"] == [ehr.base + slash]
    ward = with_record_system(house, ehr, iss=ehr.base + slash)
    assert parse_qs(urlsplit(sent_to(signing_in(ward)(""), ehr)).query)["aud"] == [ehr.base + slash]
    assert browser.get(f"/smart/launch?iss={ehr.base}//&launch=x").status == 403


def test_a_record_system_cannot_pass_off_the_answer_of_another_as_its_own(house: House, ehr: Ehr):
    """The mix-up of RFC 9700, 4.4: begun with one, the browser is sent on to another, whose code it would be given."""
    with running() as dishonest:
        both = two_systems(house, ehr, dishonest, callback="other")
        victim = signing_in(both)("")
        begun = parse_qs(urlsplit(sent_to(victim, dishonest, dishonest.launch())).query)
        assert begun["redirect_uri"] == [f"{BACK}/other"]
        honest = {name: values[0] for name, values in begun.items()} | {"aud": ehr.base, "redirect_uri": BACK, "launch": ehr.launch()}  # fmt: skip
        back = back_from(f"{ehr.authorization_endpoint}?{urlencode(honest)}")
        assert victim.get(back).status == 400 and COOKIE not in victim.client.cookies
        assert "POST /oauth/token" not in [*dishonest.paths(), *ehr.paths()]
        assert opened(victim, dishonest).status == 200 and opened(victim, ehr).status == 200


def test_two_record_systems_of_one_callback_are_not_opened_from(house: House, ehr: Ehr):
    with running() as other:
        both = signing_in(two_systems(house, ehr, other, callback=""))("")
        for one in (ehr, other):
            page = both.get(f"/smart/launch?iss={one.base}&launch=x")
            assert page.status == 403 and "callback of its own" in page.text


def two_systems(house: House, one: Ehr, other: Ehr, callback: str) -> House:
    """The house registered at two record systems, of which the second sends people back to an address of its own."""
    first, second = with_record_system(house, one), with_record_system(house, other, callback=callback)
    other.register("leeward", f"{BACK}/{callback}" if callback else BACK)
    servers = {**first.record_systems.servers, **second.record_systems.servers}
    return msgspec.structs.replace(house, record_systems=RecordSystems(servers=servers))


def test_a_launch_that_was_laid_into_another_browser_signs_nobody_in(house: House, ehr: Ehr):
    """Without TLS somebody near can lay a cookie into another's browser, so that the victim would chart under the attacker's name."""
    ward = with_record_system(house, ehr)
    attacker, victim = signing_in(ward)(""), signing_in(ward)("")
    attacker.client.headers["user-agent"], victim.client.headers["user-agent"] = "one", "another"
    back = back_from(sent_to(attacker, ehr, ehr.launch()))
    for name, value in attacker.client.cookies.items():
        victim.client.cookies.set(name, value)
    assert victim.get(back).status == 400 and COOKIE not in victim.client.cookies
    assert "POST /oauth/token" not in ehr.paths()
