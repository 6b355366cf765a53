"""Scoring by keys: a whole COWS in eleven presses and Enter, in sight at once, and nothing moves meanwhile."""

from __future__ import annotations

import re

from tests.journeys.conftest import axe, sideways

COWS = "/patients/demo-1/score/cows"


def test_a_cows_is_scored_by_one_key_an_answer(sit_down):
    page = sit_down("n.park")
    page.goto(COWS)
    items = page.locator("[data-item]")
    before = [items.nth(place).bounding_box() for place in range(11)]
    assert all(box["y"] + box["height"] <= 900 for box in before)
    far_apart = [box["y"] - before[0]["y"] for box in before]
    page.keyboard.press("Tab")  # past the box of the pulse, to its points
    for key in "4335u45244":
        page.keyboard.press(key)
    page.locator("#so-far", has_text="2 missing").wait_for()
    assert "gooseflesh" in page.locator("#so-far").inner_text()
    page.keyboard.press("7")  # no such answer: it is said, and the item stays
    page.locator("#so-far", has_text="“7” is no answer to: Gooseflesh").wait_for()
    assert page.locator("[data-item].refused").count() == 1
    page.keyboard.press("5")
    assert page.evaluate("document.activeElement.id") == "save"
    after = [items.nth(place).bounding_box() for place in range(11)]
    assert [box["y"] - after[0]["y"] for box in after] == far_apart
    page.locator("#so-far", has_text="1 missing: bone or joint aches").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/done\?"))
    assert "bone or joint aches" in page.locator("main").inner_text()
    assert axe(page) == []


def test_what_is_typed_at_first_is_the_pulse(sit_down):
    page = sit_down("n.park")
    page.goto(COWS)
    for key in "112":
        page.keyboard.press(key)
    page.locator("#so-far", has_text="10 missing").wait_for()
    assert page.locator("#measured\\.pulse").input_value() == "112"
    assert page.locator("[data-item] input:checked").count() == 0
    assert axe(page) == []
    page.keyboard.press("Enter")
    for key in "335u45244u":
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.id") == "save"
    assert page.locator("[data-item] input:checked").count() == 10


def test_a_pulse_that_was_not_taken_is_said_by_one_key(sit_down):
    page = sit_down("n.park")
    page.goto(COWS)
    page.keyboard.press("u")
    assert page.locator("#measured\\.pulse").input_value() == ""
    assert page.evaluate("document.activeElement.closest('[data-item]').id") == "items.sweating"


def test_without_script_the_button_reckons(sit_down):
    page = sit_down("n.park", java_script_enabled=False)
    page.goto(COWS)
    page.locator("input[name='items.pulse'][value='2']").check()
    page.get_by_role("button", name="Reckon only").click()
    assert "between 2 and 46 of 48" in page.locator("#so-far").inner_text()
    assert page.locator("input[name='items.pulse'][value='2']").is_checked()


def test_the_check_in_is_answered_on_a_phone(sit_down):
    nurse = sit_down("n.park")
    nurse.goto("/patients/demo-1/check-in")
    nurse.get_by_role("button", name="Make a link").click()
    address = nurse.locator(".address").inner_text()
    assert axe(nurse) == []
    for language in ("en", "es"):
        phone = sit_down("", width=320)
        phone.goto(f"{address}?language={language}")
        assert axe(phone) == [] and not sideways(phone)
    for question in phone.locator("fieldset").all():
        question.locator("label").first.click()
    phone.locator("button").click()
    phone.locator(".say.emergency").wait_for()
    assert axe(phone) == [] and not sideways(phone)
    phone.goto(address)
    assert axe(phone) == [] and "cannot be used" in phone.locator("h1").inner_text()
