"""What SMART App Launch 2.2 says that a client shall do, seen at Leeward's own addresses and in the browser.

Which statement each test holds is told in tests/spec/smart_contract.toml.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import msgspec
import pytest
from starlette.testclient import TestClient

from leeward.smart.registered import RecordSystems, Registered
from leeward.web.app import app_of
from leeward.web.guard import COOKIE
from leeward.web.house import House
from tests.ehr.fixtures import ehr
from tests.ehr.keys import Algorithm, key_pair, private_keys
from tests.ehr.state import Ehr

__all__ = ["ehr"]

SOURCE = Path(__file__).parents[2] / "src"
WARD = "https://ward.example"
BACK = f"{WARD}/smart/callback"
REFUSED = (400, 403)

Browser = Callable[[], TestClient]


@pytest.fixture
def browser(house: House, ehr: Ehr) -> Browser:
    """Opens a new browser before a ward that is registered at the record system as a public client."""
    ehr.register("leeward", BACK)
    return before(house, ehr)


def before(house: House, ehr: Ehr, **how: str) -> Browser:
    """Opens a new browser before a ward behind TLS."""
    ehr.clock = lambda: house.clock().timestamp()
    told = Registered(iss=ehr.base, client_id="leeward", people={"Practitioner/dr-1": "t.okoye"}, **how)
    app = app_of(
        msgspec.structs.replace(
            house,
            public_url=WARD,
            allowed_hosts=("ward.example",),
            record_systems=RecordSystems(servers={ehr.base: told}),
        )
    )
    return lambda: TestClient(app, base_url=WARD, follow_redirects=False)


def opened(ehr: Ehr, client: TestClient, **besides: str) -> str:
    """Leeward is opened from a chart; where the browser is sent."""
    query = {"iss": ehr.base, "launch": ehr.launch(), **besides}
    answer = client.get("/smart/launch", params=query)
    assert answer.status_code in (302, 303), answer.text
    return answer.headers["location"]


def signed_in_there(address: str) -> str:
    """The person signs in at the record system; where the browser is sent back to."""
    return httpx.get(address).headers["location"]


def test_a_launch_from_a_chart_ends_signed_in(ehr: Ehr, browser: Browser):
    client = browser()
    answer = client.get(signed_in_there(opened(ehr, client)))
    assert answer.status_code in (302, 303) and client.cookies.get(COOKIE)
    assert answer.headers["location"].startswith("/")


def test_the_launch_and_the_redirect_address_are_fixed(ehr: Ehr, browser: Browser):
    for besides in ({}, {"redirect_uri": "https://evil.example"}, {"aud": "https://evil.example"}):
        client = browser()
        asked = parse_qs(urlsplit(opened(ehr, client, **besides)).query)
        assert asked["redirect_uri"] == [BACK] and asked["aud"] == [ehr.base]
    client = browser()
    client.headers["x-forwarded-host"] = "evil.example"
    assert parse_qs(urlsplit(opened(ehr, client)).query)["redirect_uri"] == [BACK]
    assert browser().get("/smart/launch", headers={"host": "evil.example"}).status_code == 400


def test_a_launch_without_its_value_or_from_an_unknown_server_goes_nowhere(ehr: Ehr, browser: Browser):
    for query in (
        {"iss": ehr.base},
        {"iss": ehr.base, "launch": ""},
        {"launch": "x"},
        {"iss": "https://evil.example/fhir", "launch": "x"},
        {"iss": f"{ehr.base}/../evil", "launch": "x"},
        {"iss": ehr.base.replace("127.0.0.1", "localhost"), "launch": "x"},
    ):
        answer = browser().get("/smart/launch", params=query)
        assert answer.status_code in REFUSED and "location" not in answer.headers, query
    assert ehr.asked == []


def test_what_comes_to_the_redirect_address_without_its_state_trades_nothing(ehr: Ehr, browser: Browser):
    client = browser()
    came = urlsplit(signed_in_there(opened(ehr, client)))
    code = parse_qs(came.query)["code"][0]
    for query in ("", f"code={code}", f"code={code}&state=", f"code={code}&state={'x' * 64}", "error=access_denied"):
        answer = client.get(f"{came.path}?{query}")
        assert answer.status_code in REFUSED and COOKIE not in client.cookies
    assert "POST /oauth/token" not in ehr.paths()
    assert client.get(f"{came.path}?{came.query}").headers["location"].startswith("/smart/chart/")
    again = client.get(f"{came.path}?{came.query}")
    assert again.status_code in REFUSED
    assert ehr.paths().count("POST /oauth/token") == 1


def test_a_neighbour_under_the_same_domain_cannot_lay_a_launch_into_the_browser(ehr: Ehr, browser: Browser):
    """Such a neighbour can set any cookie but one whose name begins with __Host-."""
    attacker, victim = browser(), browser()
    came_back = signed_in_there(opened(ehr, attacker))
    for name, value in attacker.cookies.items():
        assert name.startswith("__Host-")
        victim.cookies.set(name.removeprefix("__Host-"), value, domain="ward.example")
    assert victim.get(came_back).status_code in REFUSED and COOKIE not in victim.cookies


def test_a_launch_that_somebody_else_began_is_not_finished(ehr: Ehr, browser: Browser):
    """A link with a code and a state of the attacker's own launch signs the one who follows it in nowhere."""
    attacker, victim = browser(), browser()
    came_back = signed_in_there(opened(ehr, attacker))
    opened(ehr, victim)
    for client in (victim, browser()):
        assert client.get(came_back).status_code in REFUSED and COOKIE not in client.cookies
    assert "POST /oauth/token" not in ehr.paths()


@pytest.mark.parametrize("name", ["next", "redirect", "redirect_uri", "iss", "url", "return_to", "continue"])
def test_nobody_is_led_to_an_address_that_came_along(ehr: Ehr, browser: Browser, name: str):
    client = browser()
    came_back = signed_in_there(opened(ehr, client, **({} if name == "iss" else {name: "https://evil.example/"})))
    answer = client.get(f"{came_back}&{name}={quote('https://evil.example/', safe='')}")
    where = answer.headers.get("location", "/")
    assert where.startswith("/") and not where.startswith("//") and "evil" not in where
    failed = client.get(f"/smart/callback?error=x&{name}=https://evil.example/")
    assert failed.status_code in REFUSED and "location" not in failed.headers and "evil" not in failed.text


def test_no_token_reaches_the_browser(ehr: Ehr, browser: Browser):
    client = browser()
    answers = [client.get("/smart/launch", params={"iss": ehr.base, "launch": ehr.launch()})]
    answers.append(client.get(signed_in_there(answers[0].headers["location"])))
    answers.append(client.get(answers[1].headers["location"]))
    assert answers[2].status_code == 200
    (access,) = ehr.tokens
    id_token_like = "eyJ"
    for answer in answers:
        seen = str(answer.headers.multi_items()) + answer.text
        assert access not in seen and id_token_like not in seen
    cookies = [one for answer in answers for one in answer.headers.get_list("set-cookie")]
    assert len(cookies) >= 2 and all({"Secure", "HttpOnly"} <= set(one.split("; ")) for one in cookies)


@pytest.mark.parametrize(("algorithm", "members"), [("ES384", {"crv", "x", "y"}), ("RS384", {"n", "e"})])
def test_the_key_set_is_there_for_everybody_and_a_launch_holds_by_it(
    house: House, ehr: Ehr, tmp_path: Path, algorithm: Algorithm, members: set[str]
):
    pair = key_pair(algorithm, "ward-1")
    (tmp_path / "keys.json").write_text(private_keys(pair))
    client = before(house, ehr, key_file=str(tmp_path / "keys.json"))()
    answer = client.get("/smart/keys")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("application/json")
    (key,) = answer.json()["keys"]
    assert {"kty", "kid"} | members <= key.keys() and key["kid"] == "ward-1"
    assert not key.keys() & {"d", "p", "q", "dp", "dq", "qi", "oth", "k", "x5c"}
    ehr.register("leeward", BACK, jwks=answer.json())
    assert client.get(signed_in_there(opened(ehr, client))).headers["location"].startswith("/smart/chart/")


def test_nothing_that_is_sent_is_run_as_code(ehr: Ehr, browser: Browser):
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            name = called.id if isinstance(called, ast.Name) else ""
            assert name not in ("eval", "exec", "__import__"), file
            imported = {one.name.partition(".")[0] for one in node.names} if isinstance(node, ast.Import) else set()
            assert not imported & {"pickle", "marshal", "shelve", "dill"}, file
    script = "<script>alert(1)</script>"
    answer = browser().get("/smart/callback", params={"state": script, "error": script, "error_description": script})
    assert "<script>alert" not in answer.text
    assert "unsafe" not in answer.headers["content-security-policy"]
