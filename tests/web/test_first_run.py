"""The first run: every fault of the form is told at once, each at its field."""

from leeward.record.sessions import make_link


def first(house):
    token = make_link(house.record.engine, "first-administrator", now=house.clock(), lasts=house.check_in_lasts)
    return f"/first/{token}"


def test_every_fault_is_told_at_its_field(someone, house):
    page = first(house)
    came = someone("").send(page, name="has a space", shown_name="", password="short", again="other")
    assert came.status == 422 and "4 things need mending" in came.text
    for field in ("shown_name", "name", "password", "again"):
        assert f'href="#{field}"' in came.html and f'id="{field}"' in came.html and f'id="{field}-problem"' in came.html
    assert 'value="has a space"' in came.html and "short" not in came.html.replace("shorter", "")


def test_a_form_without_fault_lets_the_administrator_in(someone, house):
    words = "several words nobody would guess"
    came = someone("").send(first(house), name="B.New", shown_name="Bo New", password=words, again=words)
    assert came.url == "/sign-in" and "Your password is set" in came.text
    assert house.ward.people["b.new"].roles == {"administrator"}
