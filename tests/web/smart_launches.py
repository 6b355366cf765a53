"""A browser between Leeward and the record system of the tests: what it is sent to, it asks for."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import msgspec

from leeward.smart.registered import RecordSystems, Registered
from leeward.web.house import House
from tests.ehr.state import Ehr
from tests.web.conftest import Page, Someone

BACK = "http://testserver/smart/callback"
PEOPLE = {"Practitioner/dr-1": "a.reyes", "Practitioner/nurse-1": "n.park"}


def with_record_system(house: House, ehr: Ehr, **registered: Any) -> House:
    """The house, registered at the record system, whose clock it shares."""
    ehr.clock = lambda: house.clock().timestamp()
    ehr.register("leeward", BACK)
    told = Registered(
        **{"iss": ehr.base, "client_id": "leeward", "name": "County General", "people": PEOPLE} | registered
    )
    return msgspec.structs.replace(house, record_systems=RecordSystems(servers={told.base: told}))


def sent_to(one: Someone, ehr: Ehr, launch: str = "") -> str:
    """Where the browser is sent when Leeward is opened from a chart (or by itself, without a launch value)."""
    way = (
        f"launch?iss={quote(ehr.base, safe='')}&launch={quote(launch, safe='')}"
        if launch
        else f"standalone?iss={quote(ehr.base, safe='')}"
    )
    answer = one.client.get(f"/smart/{way}", follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def back_from(address: str) -> str:
    """The address of Leeward to which the record system sends the browser back."""
    answer = httpx.get(address)
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["location"])
    assert f"{parts.scheme}://{parts.netloc}" == "http://testserver"
    return f"{parts.path}?{parts.query}"


def opened(one: Someone, ehr: Ehr, **told: Any) -> Page:
    """The page that stands before somebody who opened Leeward from a chart."""
    return one.get(back_from(sent_to(one, ehr, ehr.launch(**told))))
