"""`leeward doctor`: the walk to a record system names the step that fails, and tries nothing that rests on it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leeward.smart import walking
from leeward.smart.walking import walked
from tests.ehr.certificate import certificate_for
from tests.ehr.fixtures import ehr
from tests.ehr.keys import key_pair, private_keys, public_keys
from tests.ehr.server import nobody_there, running
from tests.ehr.state import Ehr

__all__ = ["ehr"]

NOW = datetime(2026, 11, 22, 14, tzinfo=UTC)
ORDER = [
    "address", "server", "TLS", "configuration", "capabilities", "endpoints", "S256", "keys", "statement", "resources",
    "token", "read",
]  # fmt: skip
ALL_BEHIND_THE_SERVER = ORDER[2:]
BEHIND_THE_CONFIGURATION = ["capabilities", "endpoints", "S256", "keys"]
MEMBERS = [
    "resourceType", "fhirVersion", "rest", "mode", "resource", "type", "interaction", "code", "keys", "kty", "issuer", "jwks_uri",
    "authorization_endpoint", "token_endpoint", "capabilities", "code_challenge_methods_supported",
]  # fmt: skip
NO_KEY = ["TLS", "token", "read"]
"""What is not tried on this machine without a key."""


def outcomes(address: str) -> dict[str, str]:
    return {step.step: step.outcome for step in walked(address, NOW).steps}


def only(failed: str, *not_tried: str) -> dict[str, str]:
    """Every step passed but for one, and those not tried."""
    return {one: "failed" if one == failed else "not tried" if one in not_tried else "passed" for one in ORDER}


def doctor(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "leeward", "doctor", *arguments],
        capture_output=True, text=True, timeout=60, env={"PATH": "", **environment},
    )  # fmt: skip


def test_a_record_system_that_is_well_passes_every_step(ehr: Ehr):
    walk = walked(ehr.base + "/", NOW)
    assert [step.step for step in walk.steps] == ORDER
    assert (walk.outcome, walk.ehr) == ("passed", ehr.base)
    assert outcomes(ehr.base) == only("", *NO_KEY)
    assert all(step.mend == "" for step in walk.steps)


@pytest.mark.parametrize(
    ("wrong", "failed", "not_tried", "says"),
    [
        ({"no_configuration": True}, "configuration", BEHIND_THE_CONFIGURATION, "with 404"),
        ({"malformed": "smart-configuration"}, "configuration", BEHIND_THE_CONFIGURATION, "This is not JSON"),
        ({"moved": "smart-configuration"}, "configuration", BEHIND_THE_CONFIGURATION, "to another address (302)"),
        ({"lacks": ("token_endpoint",)}, "configuration", BEHIND_THE_CONFIGURATION, "lacks token_endpoint"),
        ({"lacks": ("capabilities",)}, "configuration", BEHIND_THE_CONFIGURATION, "lacks capabilities"),
        ({"without_capabilities": ("launch-ehr", "permission-v2")}, "capabilities", [], "launch-ehr, permission-v2"),
        ({"without_capabilities": walking.WAYS_TO_PROVE}, "capabilities", [], "offers none of"),
        ({"plain_endpoints": True}, "endpoints", ["keys"], "is not reached over TLS"),
        ({"challenge_methods": ("plain",)}, "S256", [], "does not offer S256"),
        ({"lacks": ("issuer",)}, "keys", [], "lacks issuer or jwks_uri"),
        ({"no_keys": True}, "keys", [], "with 404"),
        ({"malformed": "metadata"}, "statement", ["resources"], "This is not JSON"),
        ({"huge": "metadata"}, "statement", ["resources"], "larger than"),
        ({"fhir_version": "4.3.0"}, "statement", ["resources"], "FHIR 4.3.0; Leeward reads 4.0.1"),
        ({"without_resources": ("Observation",)}, "resources", [], "Observation cannot be read"),
    ],
)
def test_the_step_that_fails_is_named_with_what_to_do(
    ehr: Ehr, wrong: dict[str, Any], failed: str, not_tried: list[str], says: str
):
    for name, value in wrong.items():
        setattr(ehr.wrong, name, value)
    walk = walked(ehr.base, NOW)
    broken = [step for step in walk.steps if step.outcome == "failed"]
    assert broken[0].step == failed and says in broken[0].says and broken[0].mend.endswith(".")
    assert outcomes(ehr.base) == only(failed, *not_tried, *NO_KEY)
    assert walk.outcome == "failed"


def test_what_is_merely_poorer_passes_and_is_said(ehr: Ehr):
    ehr.wrong.without_resources = ("MedicationDispense",)
    ehr.wrong.challenge_methods = ("S256", "plain")
    ehr.wrong.relative_endpoints = True
    said = {step.step: step.says for step in walked(ehr.base, NOW).steps}
    assert outcomes(ehr.base) == only("", *NO_KEY)
    assert said["resources"].endswith("stays unknown: MedicationDispense.")
    assert "Leeward never uses it" in said["S256"]


@pytest.mark.parametrize(
    "address",
    ["ehr.example/fhir", "ftp://ehr.example", "https://", "https://u:p@ehr.example/fhir", "https://ehr.example/?x=1",
     "http://ehr.example/fhir", "https://ehr.example:0/", "https://[::1", "https://ehr example/fhir", "https://e\x07.example"],
)  # fmt: skip
def test_an_address_that_is_none_is_told_and_nobody_is_asked(address: str):
    found = outcomes(address)
    assert walked(address, NOW).ehr == ""
    assert found == dict.fromkeys(ORDER, "not tried") | {"address": "failed"}


def test_a_server_that_is_not_there_or_too_slow_fails_as_such(ehr: Ehr, monkeypatch: pytest.MonkeyPatch):
    blocked = dict.fromkeys(ORDER, "not tried") | {"address": "passed", "server": "failed"}
    assert outcomes(nobody_there()) == blocked
    monkeypatch.setattr(walking, "WITHIN", 0.2)
    ehr.wrong.slow = 1
    assert outcomes(ehr.base) == blocked
    assert walked(ehr.base, NOW).steps[1].says == "The server did not answer within 0.2 seconds."


def test_an_error_of_the_server_is_no_configuration(ehr: Ehr):
    ehr.wrong.status = 503
    assert outcomes(ehr.base)["configuration"] == outcomes(ehr.base)["statement"] == "failed"


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["", "RSA", "http://[", "//x", "S256", "4.0.1", "server"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=6),
    max_leaves=20,
)
RIGHT = {
    "resourceType": "CapabilityStatement",
    "fhirVersion": "4.0.1",
    "issuer": "https://ehr.example",
    "authorization_endpoint": "https://ehr.example/a",
    "token_endpoint": "https://ehr.example/t",
    "code_challenge_methods_supported": ["S256"],
    "capabilities": [*walking.NEEDED, *walking.WAYS_TO_PROVE],
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    documents=st.lists(
        st.dictionaries(st.sampled_from(MEMBERS), ANYTHING, max_size=8) | ANYTHING, min_size=3, max_size=3
    )
)
def test_whatever_is_answered_ends_in_sentences(ehr: Ehr, documents: list[Any]):
    """Every answer is replaced, by right documents with strange members in them or by anything."""
    configuration, statement, keys = ((RIGHT | one if isinstance(one, dict) else one) for one in documents)
    ehr.wrong.instead = {"smart-configuration": configuration, "metadata": statement, "jwks": keys}
    walk = walked(ehr.base, NOW)
    assert [step.step for step in walk.steps] == ORDER
    assert all(step.says.endswith(".") and bool(step.mend) == (step.outcome == "failed") for step in walk.steps)


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[tuple[Ehr, Path]]:
    certificate, key = certificate_for(tmp_path)
    with running(certificate, key) as started:
        yield started, certificate


def test_a_certificate_of_an_unknown_authority_fails_until_it_is_named(
    secured: tuple[Ehr, Path], monkeypatch: pytest.MonkeyPatch
):
    ehr, certificate = secured
    broken = walked(ehr.base, NOW)
    assert [step.step for step in broken.steps if step.outcome == "failed"] == ["TLS"]
    assert "certificate" in broken.steps[2].says and "SSL_CERT_FILE" in broken.steps[2].mend
    assert ehr.asked == []
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert outcomes(ehr.base) == only("", "token", "read")


def test_a_certificate_that_has_ended_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    certificate, key = certificate_for(tmp_path, lasts=timedelta(hours=-1))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running(certificate, key) as old:
        step = walked(old.base, NOW).steps[2]
    assert step.outcome == "failed" and "expired" in step.says


def test_the_command_says_each_step_and_ends_by_what_came_of_it(ehr: Ehr):
    done = doctor("--ehr", ehr.base)
    assert done.returncode == 0, done.stderr
    assert [line[11:].split()[0] for line in done.stdout.splitlines()] == ORDER
    ehr.wrong.challenge_methods = ()
    done = doctor("--ehr", ehr.base)
    assert done.returncode == 1
    assert "failed     S256" in done.stdout


def test_the_document_has_its_version_and_every_step(ehr: Ehr):
    ehr.wrong.no_keys = True
    done = doctor("--ehr", ehr.base, "--format", "json")
    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert (told["leeward"], told["ehr"], told["outcome"]) == ("doctor/1", ehr.base, "failed")
    assert [step["step"] for step in told["steps"]] == ORDER
    assert {step["outcome"] for step in told["steps"]} == {"passed", "failed", "not tried"}


@pytest.fixture
def key(ehr: Ehr, tmp_path: Path) -> Path:
    """The private key of the client `leeward`, whose public half the record system has."""
    file = tmp_path / "keys.json"
    file.write_text(private_keys(key_pair("ES384", "leeward-1")))
    ehr.register("leeward", jwks=public_keys(key_pair("ES384", "leeward-1")))
    return file


def test_with_a_key_a_token_is_got_and_one_search_made(ehr: Ehr, key: Path):
    done = doctor("--ehr", ehr.base, "--client-id", "leeward", "--key", str(key))
    assert done.returncode == 0, done.stdout
    assert "passed     token" in done.stdout and "passed     read" in done.stdout
    assert ehr.paths()[-2:] == ["POST /oauth/token", "GET /fhir/Patient"]
    (access,) = ehr.tokens
    for secret in (access, "synthetic", "Made Up", ehr.asked[-2].form["client_assertion"]):
        assert secret not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("wrong", "step", "says"),
    [
        ({"scopes_not_granted": ("system/Patient.rs",)}, "token", "does not let Leeward read who the people are"),
        ({"forgets_tokens": True}, "read", "with 401"),
        ({"malformed": "oauth/token"}, "token", "cannot be read"),
        ({"malformed": "fhir/Patient"}, "read", "cannot be read"),
        ({"instead": {"fhir/Patient": {"resourceType": "Patient"}}}, "read", "not answered with a Bundle"),
    ],
)
def test_a_token_that_is_not_given_or_not_taken_is_told(
    ehr: Ehr, key: Path, wrong: dict[str, Any], step: str, says: str
):
    for name, value in wrong.items():
        setattr(ehr.wrong, name, value)
    done = doctor("--ehr", ehr.base, "--client-id", "leeward", "--key", str(key), "--format", "json")
    steps = {one["step"]: one for one in json.loads(done.stdout)["steps"]}
    assert done.returncode == 1 and steps[step]["outcome"] == "failed" and says in steps[step]["says"]


def test_a_client_that_is_not_registered_so_gets_no_token(ehr: Ehr, key: Path):
    ehr.register("leeward", jwks=public_keys(key_pair("ES384", "another")))
    done = doctor("--ehr", ehr.base, "--client-id", "leeward", "--key", str(key))
    assert done.returncode == 1 and "failed     token" in done.stdout and "invalid_client" in done.stdout
    assert "not tried  read" in done.stdout


def test_a_scope_that_is_not_granted_is_named_where_the_walk_can_go_on(ehr: Ehr, key: Path):
    ehr.wrong.scopes_not_granted = ("system/Observation.rs",)
    done = doctor("--ehr", ehr.base, "--client-id", "leeward", "--key", str(key))
    assert done.returncode == 0 and "does not let Leeward read all of Observation." in done.stdout


def test_a_key_that_cannot_be_used_is_told_before_anybody_is_asked(ehr: Ehr, tmp_path: Path):
    public = tmp_path / "public.json"
    public.write_text(json.dumps(public_keys(key_pair("ES384", "leeward-1"))))
    for file in (public, tmp_path / "none.json"):
        done = doctor("--ehr", ehr.base, "--client-id", "leeward", "--key", str(file))
        assert done.returncode == 1 and done.stderr.startswith("LW-0949")
    assert ehr.asked == []


@pytest.mark.parametrize(
    "arguments", [["--client-id", "x"], ["--format", "json"], ["--ehr", "https://ehr.example", "--client-id", "x"]]
)
def test_what_does_not_go_together_is_wrong_usage(arguments: list[str]):
    done = doctor(*arguments)
    assert done.returncode == 2 and "Error" in done.stderr


def test_without_a_record_system_no_client_of_the_network_is_even_loaded():
    says = "import sys, leeward.commands.doctor; sys.exit('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", says]).returncode == 0
