"""A ward and a record system that reads it through the FHIR facade, by tokens that it signs itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from leeward.fhir.episode import id_of_person
from leeward.hooks.trust import Client, Trust
from leeward.web.house import House

ISSUER = "https://ehr.example"
KEY = ECKey.generate_key("P-384", {"kid": "k1"}, private=True)
CLINIC = "City Clinic"
PERSON = id_of_person("demo-1")

CONSENT: dict[str, Any] = {
    "purposes": ["treatment"],
    "recipient": {"kind": "treating-provider", "name": CLINIC},
    "parts": ["chart", "plan"],
    "until": "2027-01-31T00:00:00-05:00",
    "signed_by": "Robin Example",
    "signed_as": "patient",
    "signed_how": "paper",
}


def trusting(house: House, folder: Path, recipient: str = CLINIC) -> House:
    """The house, letting one record system in; `recipient` is what consents call whoever reads through it."""
    file = folder / "keys.json"
    file.write_text(json.dumps(KeySet([KEY]).as_dict(private=False)), encoding="utf-8")
    client = Client(iss=ISSUER, keys_file=str(file), recipient=recipient)
    hosts = ("testserver", "127.0.0.1")
    return msgspec.structs.replace(house, demo=False, allowed_hosts=hosts, trust=Trust(clients={ISSUER: client}))


def token(clock: Callable[[], Any], base: str = "http://testserver/fhir", lasts: timedelta = timedelta(minutes=5), **other: Any) -> str:  # fmt: skip
    """A token that the record system signs for the facade under `base`."""
    now = clock().timestamp()
    said = {"iss": ISSUER, "aud": base, "iat": now, "exp": now + lasts.total_seconds(), "jti": "j1"} | other
    return jwt.encode({"alg": "ES384", "typ": "JWT", "kid": "k1"}, said, KEY, algorithms=["ES384"])


def resources(answer: Any) -> list[dict[str, Any]]:
    """What stands in a Bundle."""
    return [one["resource"] for one in answer.json().get("entry", [])]


def said(answer: Any) -> str:
    """The sentences of an OperationOutcome."""
    body = answer.json()
    assert answer.headers["content-type"] == "application/fhir+json"
    assert body["resourceType"] == "OperationOutcome" and body["issue"]
    assert all(one["details"]["text"].endswith((".", ")")) for one in body["issue"]), body
    return " ".join(one["details"]["text"] for one in body["issue"])
