"""A shift in a browser: from admission to the printed hand-off, two nurses at once, and a product on the counter."""

from __future__ import annotations

import re

import pytest

from tests.journeys.conftest import axe
from tests.unit.paper.pdf_words import words_of


def keys(page, pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def score(page, patient: str, pressed: str, minutes_ago: int = 0) -> str:
    """A whole COWS by keys; returns what the result page says."""
    page.goto(f"{patient}/score/cows")
    page.keyboard.press("Tab")  # past the box of the pulse, to its points
    keys(page, pressed)
    if minutes_ago:
        page.locator("[name=at_ago]").fill(str(minutes_ago))
    page.locator("#save").press("Enter")
    page.wait_for_url(re.compile(r"/done\?"))
    return page.locator("main").text_content()


@pytest.fixture
def admitted(sit_down, request):
    """Somebody who took fentanyl, admitted, looked at and scored an hour ago; the address of the chart."""
    nurse, name = sit_down("n.park"), f"Journey, {request.node.name[5:25]}"
    nurse.goto("/")
    nurse.get_by_role("link", name="Admit somebody").click()
    nurse.locator("[name=name]").fill(name)
    nurse.locator("[name=age]").fill("35")
    nurse.locator("[name=weight_kg]").fill("70")
    nurse.locator("[name=sex][value=male]").check()
    nurse.locator("[name=at_ago]").fill("90")
    nurse.locator("[name=setting]").select_option("emergency")
    nurse.locator("[name=jurisdiction]").select_option("US-PA")
    nurse.locator("[name=goals][value=start-treatment]").check()
    nurse.locator("[name=asked-exposure]").first.focus()
    keys(nurse, "nnnnn")
    nurse.locator("[name=substance]").select_option("fentanyl-illicit")
    nurse.locator("[name=last_use_hours]").fill("30")
    nurse.locator("[name=route]").select_option("smoked")
    nurse.get_by_role("button", name="Admit", exact=True).click()
    nurse.wait_for_url(re.compile(r"/patients/p-"))
    chart = re.search(r"/patients/[^/?]+", nurse.url)[0]
    nurse.goto(f"{chart}/vitals")
    readings = {
        "respiratory-rate": 18,
        "oxygen-saturation": 97,
        "heart-rate": 112,
        "systolic-blood-pressure": 132,
        "diastolic-blood-pressure": 84,
        "sedation-rass": 0,
    }
    for reading, value in readings.items():
        field = nurse.locator(f"[name='{reading}']")
        field.select_option(str(value)) if reading == "sedation-rass" else field.fill(str(value))
    nurse.locator("main [name=at_ago]").first.fill("65")
    nurse.get_by_role("button", name="Chart this round").click()
    nurse.wait_for_url(re.compile(r"done="))
    said = score(nurse, chart, "22321111113", minutes_ago=60)
    assert "COWS" in said
    return nurse, chart, name


def test_from_admission_to_the_printed_hand_off(sit_down, admitted):
    nurse, chart, name = admitted
    prescriber = sit_down("a.reyes")
    prescriber.goto("/")
    prescriber.get_by_role("link", name=name).first.click()
    assert "recommended" in prescriber.locator("main").text_content()
    prescriber.goto(f"{chart}/plan/buprenorphine-standard")
    prescriber.locator("[name=order-0]").check()
    prescriber.locator("[name=medicine-0]").select_option("buprenorphine-naloxone-sublingual")
    prescriber.get_by_role("button", name="Check", exact=True).click()
    prescriber.locator("#checked").wait_for()
    for tick in prescriber.locator("input[type=checkbox][name^=read]").all():
        tick.check()
    prescriber.get_by_label("Your name, to sign").fill("Ana Reyes")
    prescriber.get_by_role("button", name="Sign", exact=True).click()
    prescriber.wait_for_url(re.compile(r"/plan\?"))
    assert "Ana Reyes" in prescriber.locator("main").text_content() and axe(prescriber) == []

    nurse.goto(f"{chart}/dose")
    nurse.locator("[name=line]").first.check()
    nurse.locator("[name=given][value=yes]").check()
    nurse.locator("[name=dose]").fill("8")
    nurse.locator("[name=unit]").select_option("mg")
    nurse.locator("[name=route]").select_option("sublingual")
    nurse.locator("[name=at_ago]").fill("45")
    nurse.get_by_role("button", name="Chart it").click()
    for tick in nurse.locator("main input[type=checkbox][name^=read]").all():
        tick.check()
    if "done=" not in nurse.url:
        nurse.get_by_role("button", name="Chart it").click()
    nurse.wait_for_url(re.compile(r"done="))
    assert "8 mg" in nurse.locator("main").text_content()

    said = score(nurse, chart, "44552455245")
    assert "recipitated withdrawal is likely" in said, said
    assert axe(nurse) == []
    for page, path in ((prescriber, chart), (nurse, "/")):
        page.goto(path)
        assert "Precipitated withdrawal is likely" in page.locator("main").text_content()

    nurse.goto(f"{chart}/hand-off")
    sheet = nurse.locator("main").text_content()
    assert "recipitated withdrawal" in sheet and "8 mg" in sheet and "Ana Reyes" in sheet
    assert axe(nurse) == []
    assert "Ana Reyes" not in on_paper(nurse) and "To print it, use its button" in on_paper(nurse)
    nurse.get_by_role("button", name="Print this page").click()
    nurse.get_by_text("Written down as printed by you").wait_for()
    paper = on_paper(nurse)
    assert "recipitated withdrawal" in paper and "8 mg" in paper and "Ana Reyes" in paper and name in paper
    assert "Sign out" not in paper and "Written down as printed" not in paper, "buttons and notices stay on the screen"
    printed = nurse.context.request.get(f"{chart}/hand-off.pdf")
    assert printed.status == 200 and printed.body().startswith(b"%PDF") and "Journey" not in str(printed.headers)
    made = one_line(words_of(printed.body()))
    assert "8 mg" in made and "Ana Reyes" in made and name in made


def one_line(said: str) -> str:
    return " ".join(said.replace("\u200b", "").split())


def on_paper(page) -> str:
    """The words on the sheets that the browser would print of a page as it stands."""
    return one_line(words_of(page.pdf(prefer_css_page_size=True)))


def test_two_nurses_at_once_are_both_kept_and_both_told(sit_down, admitted):
    nurse, chart, _ = admitted
    other = sit_down("t.okoye")
    for page in (nurse, other):
        page.goto(f"{chart}/vitals")
    nurse.locator("[name='heart-rate']").fill("101")
    nurse.get_by_role("button", name="Chart this round").click()
    nurse.wait_for_url(re.compile(r"done="))
    other.locator("[name='heart-rate']").fill("107")
    other.get_by_role("button", name="Chart this round").click()
    other.wait_for_url(re.compile(r"done="))
    told = other.locator("main").text_content()
    assert "Nora Park" in told and "101" in told and "107" in told
    nurse.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as when one comes back to the tab
    nurse.get_by_role("link", name="1 new entry: show it").click()
    nurse.get_by_role("link", name="1 new entry: show it").wait_for(state="detached")
    said = nurse.locator("main").text_content()
    assert "107" in said, "who was first is told too"
    nurse.goto(f"{chart}/entries")
    kept = nurse.locator("main").text_content()
    assert "101" in kept and "107" in kept and "Tobias Okoye" in kept


def test_a_plan_signed_against_a_chart_that_changed_is_refused_with_what_changed(sit_down, admitted):
    nurse, chart, _ = admitted
    prescriber = sit_down("a.reyes")
    prescriber.goto(f"{chart}/plan/buprenorphine-standard")
    nurse.goto(f"{chart}/vitals")
    nurse.locator("[name='heart-rate']").fill("97")
    nurse.get_by_role("button", name="Chart this round").click()
    nurse.wait_for_url(re.compile(r"done="))
    prescriber.locator("[name=order-0]").check()
    prescriber.locator("[name=medicine-0]").select_option("buprenorphine-sublingual")
    prescriber.get_by_label("Your name, to sign").fill("Ana Reyes")
    prescriber.get_by_role("button", name="Sign", exact=True).click()
    said = prescriber.locator("main").text_content()
    assert "97" in said and "Nora Park" in said and prescriber.locator("[name=order-0]").is_checked()
    assert axe(prescriber) == []
    prescriber.goto(f"{chart}/plan")
    assert "Signed by" not in prescriber.locator("main").text_content()


def test_a_product_on_the_counter(sit_down):
    pharmacist = sit_down("j.lindqvist")
    pharmacist.goto("/")
    pharmacist.get_by_role("link", name="Product").click()
    pharmacist.locator("[name=q]").fill("Sunstone Organics White Vein kratom, 60 capsules")
    pharmacist.locator("[name=lot]").fill("119")
    pharmacist.locator("[name=state]").select_option("US-AL")
    with pharmacist.expect_navigation():
        pharmacist.get_by_role("button", name="Look it up").click()
    said = pharmacist.locator("main").text_content()
    assert "D-0988-2019" in said and "Kratom leaf" in said and "Alabama" in said
    assert axe(pharmacist) == []
