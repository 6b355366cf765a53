"""Agreements with auditors: entered and ended by an administrator; on one that stands a record leaves for audit."""

from __future__ import annotations

import pytest

HERE = "/administration/agreements"
AT = "/patients/demo-1/export"
ASKED = {"what": "record", "purpose": "audit", "recipient_kind": "auditor", "recipient_name": "State  auditor"}


def entered(someone, until="2026-11-30", auditor="State Auditor"):
    return someone("admin").send(HERE, auditor=auditor, until=until)


def sent(someone):
    return someone("a.reyes").send(AT, step="send", **ASKED)


def test_a_record_leaves_for_audit_on_an_agreement_that_stands_and_not_without(someone, house):
    came = sent(someone)
    assert came.status == 403 and "An administrator enters it under Administration." in came.text
    page = entered(someone)
    assert page.status == 200 and "Entered." in page.text and "Stands: State Auditor" in page.text
    assert sent(someone).status == 200
    left = list(house.record.entries(patient="demo-1", kinds=["export"]))[-1].body
    assert (left["basis"], left["recipient"]["kind"]) == ("audit", "auditor")


def test_an_agreement_stands_through_its_last_day(someone, clock):
    entered(someone, until="2026-11-22")
    clock.forward(hours=14, minutes=59)
    assert sent(someone).status == 200
    clock.forward(minutes=1)
    assert sent(someone).status == 403 and "Ended: State Auditor" in someone("admin").get(HERE).text


def test_an_agreement_is_ended_early_once(someone, house, clock):
    entered(someone)
    administrator = someone("admin")
    clock.forward(minutes=5)
    page, id = administrator.get(HERE), next(house.record.entries(kinds=["setting"])).id
    form = {name: page.hidden(name) for name in ("form", "id")} | {"agreement": id}
    for _ in range(2):  # a form sent twice is done once
        came = administrator.client.post(f"{HERE}/end", data=form)
        assert came.status_code == 200 and "Nothing more leaves on it." in came.text
    assert len(list(house.record.entries(kinds=["setting"]))) == 2 and sent(someone).status == 403
    again = administrator.send(HERE, at=f"{HERE}/end", agreement=id)
    assert again.status == 409 and "does not stand as it was shown" in again.text


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"auditor": ""}, "auditor"),
        ({"auditor": "a\u202eb"}, "auditor"),
        ({"until": ""}, "until"),
        ({"until": "2026-11-21"}, "until"),
        ({"until": "2090-01-01"}, "until"),
        ({"until": "soon"}, "until"),
    ],
)
def test_an_agreement_names_its_auditor_and_its_last_day(someone, house, given, field):
    before = house.record.last_number()
    came = someone("admin").send(HERE, **({"auditor": "State Auditor", "until": "2026-11-30"} | given))
    assert came.status == 422 and f'href="#{field}"' in came.html and house.record.last_number() == before


def test_a_safety_officer_reads_agreements_and_enters_none(someone, house):
    entered(someone)
    officer = someone("m.haddad")
    page = officer.get(HERE)
    assert "Stands: State Auditor" in page.text and "Enter it" not in page.text and "End it now" not in page.text
    assert officer.send(HERE, auditor="Another", until="2026-11-30").status == 403
    assert someone("a.reyes").get(HERE).status == 403
