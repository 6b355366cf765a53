"""Back in the browser sends no form again, and shows no question whether to."""

from __future__ import annotations


def test_back_after_a_form_that_was_answered_on_its_own_page_sends_nothing(sit_down):
    page = sit_down("a.reyes")
    posts: list[str] = []
    page.on("request", lambda asked: posts.append(asked.url) if asked.method == "POST" else None)
    page.goto("/patients/demo-1/plan/buprenorphine-standard")
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator("#problems").wait_for()
    assert len(posts) == 1
    page.goto("/patients/demo-1")
    page.go_back()
    page.get_by_role("heading", level=1, name="Buprenorphine, standard-dose start").wait_for()
    page.reload()
    page.get_by_role("heading", level=1, name="Buprenorphine, standard-dose start").wait_for()
    assert len(posts) == 1


def test_back_after_something_was_charted_sends_nothing(sit_down):
    page = sit_down("n.park")
    posts: list[str] = []
    page.on("request", lambda asked: posts.append(asked.url) if asked.method == "POST" else None)
    page.goto("/patients/demo-1/vitals")
    page.locator("#heart-rate").fill("88")
    page.get_by_role("button", name="Chart this round").first.click()
    page.get_by_role("heading", level=1, name="Now").wait_for()
    page.go_back()
    page.get_by_role("heading", level=1, name="Vitals").wait_for()
    assert len(posts) == 1


def test_the_whole_of_when_an_order_is_given_can_be_read(sit_down):
    for width in (1280, 390):
        page = sit_down("a.reyes", width=width)
        page.goto("/patients/demo-1/plan/buprenorphine-standard")
        boxes = page.locator("textarea[name^='when-']")
        assert boxes.count() > 2
        for n in range(boxes.count()):
            if boxes.nth(n).is_visible():
                assert boxes.nth(n).evaluate("box => box.scrollHeight <= box.clientHeight + 1"), (width, n)
