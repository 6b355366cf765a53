"""One's own account."""

from leeward.ward.demo import DEMO_PASSWORD

NEW = "four dry words in a row"


def test_one_sees_who_one_is_and_what_one_may_do(someone):
    page = someone("j.lindqvist").get("/me")
    assert "Jonas Lindqvist" in page.text and "As pharmacist" in page.text and "read charts" in page.text
    assert "sign a plan" not in page.text


def test_the_password_is_changed_and_every_other_session_ends(someone):
    one, other = someone("n.park"), someone("n.park")
    page = one.send("/me", old=DEMO_PASSWORD, password=NEW, again=NEW)
    assert "Changed." in page.text and one.get("/me").url == "/me"
    assert other.get("/me").url == "/sign-in"
    assert someone("").send("/sign-in", name="n.park", password=DEMO_PASSWORD).status == 401
    assert someone("").send("/sign-in", name="n.park", password=NEW).url == "/"


def test_a_password_that_cannot_be_set_is_said_at_its_field_and_never_shown_again(someone):
    one = someone("n.park")
    for field, told in {
        "old": {"old": "not what it was", "password": NEW, "again": NEW},
        "again": {"old": DEMO_PASSWORD, "password": NEW, "again": "something else"},
        "password": {"old": DEMO_PASSWORD, "password": "short", "again": "short"},
    }.items():
        page = one.send("/me", **told)
        assert page.status == 422 and f'href="#{field}"' in page.html
        assert not any(f'value="{value}"' in page.html for value in told.values())
    assert someone("").send("/sign-in", name="n.park", password=DEMO_PASSWORD).url == "/"


def test_all_other_sessions_end_and_this_one_stays(someone):
    one, other, somebody_else = someone("n.park"), someone("n.park"), someone("t.okoye")
    page = one.send("/me", at="/me/sessions")
    assert "nowhere else" in page.text and one.get("/me").url == "/me"
    assert other.get("/me").url == "/sign-in" and somebody_else.get("/me").url == "/me"


def test_one_sees_where_one_came_in_from_and_nobody_elses(someone):
    for name in ("n.park", "t.okoye"):
        someone("").send("/sign-in", name=name, password="not the right words")
    someone("").send("/sign-in", name="n.park", password=DEMO_PASSWORD)
    page = someone("n.park").get("/me")
    assert page.text.count("A try that failed") == 1 and "Signed in" in page.text and "testclient" in page.text


def test_tries_at_the_password_until_now_are_counted_and_written_down(someone, house):
    """Hazard: at a screen that was left open somebody guesses the password, and signs plans with it from then on."""
    one = someone("n.park")
    for number in range(12):
        page = one.send("/me", old=f"guess number {number}", password=NEW, again=NEW)
        assert page.status == 422
    assert "Too many tries" in page.text
    failed = [entry.body["because"] for entry in house.record.entries(kinds=["sign-in-failed"])]
    assert 3 <= len(failed) < 12 and set(failed) == {"wrong password when it was to be changed"}
    page = one.send("/me", old=DEMO_PASSWORD, password=NEW, again=NEW)
    assert page.status == 422 and "Too many tries" in page.text
    assert someone("").send("/sign-in", name="n.park", password=DEMO_PASSWORD).status == 429


def test_a_new_password_that_cannot_be_is_no_try(someone):
    one = someone("n.park")
    for _ in range(12):
        assert one.send("/me", old=DEMO_PASSWORD, password="short", again="short").status == 422
    assert "Changed." in one.send("/me", old=DEMO_PASSWORD, password=NEW, again=NEW).text


def test_that_a_password_is_another_one_now_is_written_down_and_the_password_never(someone, house):
    someone("n.park").send("/me", old=DEMO_PASSWORD, password=NEW, again=NEW)
    told = [entry for entry in house.record.entries(kinds=["setting"]) if entry.body.get("setting") == "password"]
    assert [(entry.by, entry.body["person"], entry.body["how"]) for entry in told] == [("n.park", "n.park", "changed")]
    assert NEW not in str(told)
    page = someone("admin").get("/administration/audit?kinds=people")
    assert "the password of n.park: changed by themself" in page.text


def test_the_end_of_all_other_sessions_is_written_down(someone, house):
    someone("n.park").send("/me", at="/me/sessions")
    out = [entry.body for entry in house.record.entries(kinds=["signed-out"])]
    assert [(one["person"], "every other session" in one["because"]) for one in out] == [("n.park", True)]
