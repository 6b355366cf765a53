"""A launch walked through against the record system of the tests: what the browser does between two steps."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from leeward.smart.discovery import read_configuration
from leeward.smart.fetching import client_for_records
from leeward.smart.granted import Granted
from leeward.smart.launching import Begun, begin, finish
from leeward.smart.registered import Registered
from tests.ehr.keys import key_pair, private_keys, public_keys
from tests.ehr.state import Ehr

NOW = datetime.fromisoformat("2026-11-22T09:00:00-05:00")
BACK = "http://127.0.0.1:8642/smart/callback"
CLIENT = client_for_records()


def registered(ehr: Ehr, folder: Path | None = None, *, algorithm: Any = None, secret: str = "") -> Registered:
    """Leeward as a client of the record system: public, with a key, or with a secret."""
    ehr.clock = NOW.timestamp
    files: dict[str, str] = {}
    if algorithm and folder:
        pair = key_pair(algorithm, "leeward-1")
        (folder / "key.json").write_text(private_keys(pair))
        files["key_file"] = str(folder / "key.json")
        ehr.register("leeward", BACK, jwks=public_keys(pair))
    elif secret and folder:
        (folder / "secret").write_text(secret + "\n")
        files["secret_file"] = str(folder / "secret")
        ehr.register("leeward", BACK, secret=secret)
    else:
        ehr.register("leeward", BACK)
    return Registered(iss=ehr.base, client_id="leeward", people={"Practitioner/dr-1": "petra"}, **files)


def begun(ehr: Ehr, who: Registered, launch: str = "", now: datetime = NOW) -> Begun:
    """The first step; from a chart where a launch value is given."""
    return begin(read_configuration(CLIENT, who.base), who, redirect_uri=BACK, now=now, launch=launch)


def sent_back(one: Begun) -> dict[str, str]:
    """What the browser brings back from the record system."""
    answer = httpx.get(one.address)
    assert answer.status_code == 302, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def launched(ehr: Ehr, who: Registered, now: datetime = NOW, **told: Any) -> Granted:
    """A whole launch from a chart."""
    one = begun(ehr, who, ehr.launch(**told))
    return finish(CLIENT, one, sent_back(one), now)
