"""Administration: who may do what, and whether the record is whole."""

import html

from sqlalchemy import text

from leeward.record.permissions import GRANTED
from leeward.ward.demo import DEMO_PASSWORD
from leeward.web.pages.administration import IN_WORDS


def test_the_ways_in_are_those_that_one_may_go(someone):
    officer, administrator = (someone(id).get("/administration") for id in ("m.haddad", "admin"))
    assert 'href="/administration/people"' in administrator.html and 'href="/administration/people"' not in officer.html
    assert 'href="/administration/audit"' in officer.html
    assert someone("n.park").get("/administration").status == 403


def test_the_table_of_permissions_is_shown_whole(someone):
    page = someone("m.haddad").get("/administration/roles")
    for permission, roles in GRANTED.items():
        row = (
            html.unescape(page.html).partition(f'<th scope="row">{IN_WORDS[permission]}</th>')[2].partition("</tr>")[0]
        )
        assert row.count("<td>yes</td>") == len(roles), permission


def test_a_whole_record_is_said_to_be_whole_with_its_last_digest(someone, house):
    page = someone("m.haddad").send("/administration/verify")
    head = house.record.head()
    assert page.status == 200 and "Nothing was changed" in page.text
    assert head.digest in page.text and str(head.number) in page.text


def test_a_changed_entry_is_found_and_said(someone, house):
    officer = someone("m.haddad")
    with house.record.engine.begin() as connection:
        connection.execute(text("drop trigger entry_not_changed"))
        connection.execute(text("update entry set patient = 'demo-9' where number = 8"))
    page = officer.send("/administration/verify")
    assert "Entry 8 was changed" in page.text and "entry_not_changed" in page.text and "Whole." not in page.text


def test_who_sees_no_chart_begins_here_and_not_at_a_refusal(someone):
    for name in ("m.haddad", "admin"):
        came = someone("").send("/sign-in", name=name, password=DEMO_PASSWORD)
        assert (came.url, came.status) == ("/administration", 200)
