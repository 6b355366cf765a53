"""The way of a launch walked step by step against a record system, to name the step that fails.

Each step asks one question. A step whose ground failed is not tried. Nothing is written at the record system, and nothing of
a person that is read is told.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from leeward.addresses import is_private
from leeward.errors import BadInput, LeewardError, shown
from leeward.fhir.json_text import is_object
from leeward.model.shapes import is_list
from leeward.smart.discovery import Configuration, configuration_of
from leeward.smart.fetching import Asker, client_for_records, get
from leeward.smart.granted import Granted
from leeward.smart.scopes import READ, reach

Name = Literal[
    "address", "server", "TLS", "configuration", "capabilities", "endpoints", "S256", "keys", "statement", "resources",
    "token", "read",
]  # fmt: skip
Outcome = Literal["passed", "failed", "not tried"]

WITHIN = 10.0
"""Seconds that a server may take for one answer. A convention of Leeward."""

NEEDED = ("launch-ehr", "sso-openid-connect", "context-ehr-patient", "permission-patient", "permission-v2")
"""Capabilities without which Leeward cannot be opened from a chart and sign the person in."""

WAYS_TO_PROVE = ("client-confidential-asymmetric", "client-confidential-symmetric", "client-public")
"""One of these is needed besides."""

READ_FIRST = ("Patient", "Condition", "MedicationRequest", "Observation", "AllergyIntolerance")
"""Without these no case can be made."""

READ_TOO = tuple(one for one in READ if one not in READ_FIRST)
"""What these would tell stays unknown where they are not served."""


_ADDRESS = "Give the base of the FHIR server, as https://ehr.example/fhir."


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the walk: what came of it in a sentence, and what to do where it failed."""

    step: Name
    outcome: Outcome
    says: str
    mend: str = ""


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    """Every step in its order. `doctor/1` is the version of this document."""

    leeward: Literal["doctor/1"] = "doctor/1"
    ehr: str
    """The base of the FHIR server; empty where what was given is no address, since a password may stand in it."""
    at: datetime
    outcome: Literal["passed", "failed"]
    steps: tuple[Step, ...]


Grant = Callable[[Asker, Configuration], Granted]
"""Gets a token as a backend service. Raises BadInput."""

FHIR = "application/fhir+json"
Cause = TypeVar("Cause", bound=BaseException)


class _StopError(LeewardError):
    """A step failed."""

    def __init__(self, says: str, mend: str) -> None:
        super().__init__(says)
        self.says, self.mend = says, mend


class _PassedOverError(LeewardError):
    """A step is not tried, for this reason; those after it are."""


class _Way:
    """What was found on the way so far."""

    def __init__(self, client: Asker, given: str, grant: Grant | None) -> None:
        self.client, self.given, self.grant = client, given, grant
        self.base = self.token = ""
        self.broken: _StopError | None = None
        self.endpoints = Configuration(fhir_base="", token_endpoint="")
        self.configuration: Mapping[str, Any] = {}
        self.statement: Mapping[str, Any] = {}


def walked(given: str, now: datetime, grant: Grant | None = None) -> Walk:
    """The walk to the FHIR server at an address; with `grant`, a backend service's token and one read as well."""
    with client_for_records() as client:
        way = _Way(client, given, grant)
        steps: list[Step] = []
        stuck: set[Name] = set()
        for name, grounds, take in _STEPS:
            ground: Name | None = next((one for one in grounds if one in stuck), None)
            steps.append(_not_reached(name, ground) if ground else _taken(name, take, way))
            if ground or steps[-1].outcome == "failed":
                stuck.add(name)
    return Walk(ehr=way.base, at=now, outcome="failed" if stuck else "passed", steps=tuple(steps))


def _not_reached(name: Name, ground: Name) -> Step:
    return Step(step=name, outcome="not tried", says=f"It rests on the step {ground}.")


def _taken(name: Name, take: Callable[[_Way], str], way: _Way) -> Step:
    try:
        return Step(step=name, outcome="passed", says=take(way))
    except _StopError as stop:
        return Step(step=name, outcome="failed", says=stop.says, mend=stop.mend)
    except _PassedOverError as reason:
        return Step(step=name, outcome="not tried", says=str(reason))
    except BadInput as error:
        problem = error.problems[0]
        return Step(step=name, outcome="failed", says=problem.says, mend=problem.mend)


def _address(way: _Way) -> str:
    try:
        parts = urlsplit(way.given)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _StopError("This is no address of a server.", _ADDRESS) from None
    plain = way.given.isprintable() and " " not in way.given
    if not plain or parts.scheme not in ("http", "https") or not host or port == 0:
        raise _StopError("This is no address of a server.", _ADDRESS)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise _StopError("The address holds more than a server and a path.", _ADDRESS)
    if not is_private(way.given):
        raise _StopError("The address is not reached over TLS: tokens and charts could be read on the way.", _ADDRESS)
    way.base = way.given.rstrip("/")
    return f"The FHIR server is {way.base}."


def _server(way: _Way) -> str:
    """Asks the first question; a bad answer is an answer, and is told by a later step."""
    try:
        way.configuration = _object_at(way, f"{way.base}/.well-known/smart-configuration")
    except _StopError as stop:
        way.broken = stop
        broken = _among_causes(stop, httpx.TransportError)
        if broken is not None and _among_causes(stop, ssl.SSLError) is None:
            mend = "Check the address, the name service, the firewall and the proxy."
            raise _StopError(_why(broken), mend) from None
    return f"{urlsplit(way.base).hostname} is there."


def _tls(way: _Way) -> str:
    if urlsplit(way.base).scheme == "http":
        raise _PassedOverError("The server is on this machine and is asked without TLS.")
    fault = _among_causes(way.broken, ssl.SSLError)
    if fault is not None:
        says = getattr(fault, "verify_message", "") or fault.reason or "the handshake failed"
        mend = "Have the certificate mended, or name the site's own authority in the environment: SSL_CERT_FILE=FILE."
        raise _StopError(f"No secure connection: {shown(str(says), 100)}.", mend)
    return "The certificate holds, and TLS is 1.2 or newer."


def _among_causes(error: BaseException | None, kind: type[Cause]) -> Cause | None:
    """The mistake of a kind that another one came from."""
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error


def _why(error: httpx.TransportError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return f"The server did not answer within {WITHIN:g} seconds."
    if isinstance(error, httpx.ProxyError):
        return "The proxy did not let the request through."
    return f"The server cannot be reached: {shown(str(error) or type(error).__name__, 100)}."


def _object_at(way: _Way, address: str, accept: str = "application/json", token: str = "") -> Mapping[str, Any]:
    """The JSON object at an address."""
    try:
        return get(way.client, address, what=shown(address, 200), token=token, accept=accept, within=WITHIN)
    except BadInput as error:
        raise _StopError(error.problems[0].says, "Have it served there, or correct the base.") from error


def _configuration(way: _Way) -> str:
    if way.broken is not None:
        raise way.broken
    wrong = [name for name in ("authorization_endpoint", "token_endpoint") if not _text(way.configuration.get(name))]
    lists = ("capabilities", "code_challenge_methods_supported")
    wrong += [name for name in lists if not is_list(way.configuration.get(name))]
    if wrong:
        raise _StopError(f"The configuration lacks {_listed(wrong)}.", "Have SMART App Launch 2 switched on there.")
    return "The smart-configuration is there, with what SMART asks of it."


def _capabilities(way: _Way) -> str:
    offered = way.configuration["capabilities"]
    missing = [one for one in NEEDED if one not in offered]
    if missing:
        raise _StopError(f"The server does not offer {_listed(missing)}.", "Have these capabilities switched on there.")
    ways = [one for one in WAYS_TO_PROVE if one in offered]
    if not ways:
        raise _StopError(f"The server offers none of {_listed(WAYS_TO_PROVE)}.", "Have one of them switched on there.")
    return f"What Leeward needs is offered; it may prove itself as {_listed(ways)}."


def _endpoints(way: _Way) -> str:
    way.endpoints = configuration_of(way.configuration, way.base)
    return "The endpoints of authorization and tokens are reached over TLS or on this machine."


def _challenge(way: _Way) -> str:
    methods = way.configuration["code_challenge_methods_supported"]
    if "S256" not in methods:
        raise _StopError("The server does not offer S256, without which a code could be stolen.", "Have it offered.")
    weak = " It offers plain too, which SMART forbids; Leeward never uses it." if "plain" in methods else ""
    return f"The server offers S256.{weak}"


def _keys(way: _Way) -> str:
    if not way.endpoints.jwks_uri or not way.endpoints.issuer:
        raise _StopError("The configuration lacks issuer or jwks_uri: nobody can be signed in.", "Have them told.")
    keys = _object_at(way, way.endpoints.jwks_uri).get("keys")
    held = keys if is_list(keys) else ()
    usable = [one for one in held if is_object(one) and one.get("kty") in ("RSA", "EC")]
    if not usable:
        raise _StopError("No key for signatures is among the server's keys.", "Have an RSA or EC key published.")
    return f"{len(usable)} {'key is' if len(usable) == 1 else 'keys are'} readable."


def _statement(way: _Way) -> str:
    way.statement = _object_at(way, f"{way.base}/metadata", FHIR)
    if way.statement.get("resourceType") != "CapabilityStatement":
        raise _StopError("What stands at /metadata is no CapabilityStatement.", "Give the base of a FHIR server.")
    version = way.statement.get("fhirVersion")
    if version != "4.0.1":
        told = f"FHIR {shown(version, 20)}" if isinstance(version, str) else "no version of FHIR"
        raise _StopError(f"The server tells {told}; Leeward reads 4.0.1.", "Give the base of its FHIR R4 server.")
    return "The server speaks FHIR 4.0.1."


def _resources(way: _Way) -> str:
    served = _served(way.statement)
    missing = [one for one in READ_FIRST if one not in served]
    if missing:
        raise _StopError(f"{_listed(missing)} cannot be read and searched there.", "Have them opened to apps.")
    unknown = [one for one in READ_TOO if one not in served]
    if unknown:
        return f"What a case rests on is served. Not served, so that what they would tell stays unknown: {_listed(unknown)}."
    return "Everything that Leeward reads is served."


def _served(statement: Mapping[str, Any]) -> set[str]:
    """The types that may be read and searched by type."""
    rest = statement.get("rest")
    found: set[str] = set()
    for one in rest if is_list(rest) else ():
        resources = one.get("resource") if is_object(one) and one.get("mode") == "server" else None
        for resource in resources if is_list(resources) else ():
            done = resource.get("interaction") if is_object(resource) else None
            codes = [each.get("code") for each in done if is_object(each)] if is_list(done) else []
            if "read" in codes and "search-type" in codes and isinstance(resource.get("type"), str):
                found.add(resource["type"])
    return found


def _token(way: _Way) -> str:
    if way.grant is None:
        raise _PassedOverError("No --client-id and --key were given.")
    granted = way.grant(way.client, way.endpoints)
    way.token = granted.access_token
    lacking = [one for one in READ if reach(granted.scopes, one) != "all"]
    if "Patient" in lacking:
        mend = "Have the scope system/Patient.rs granted there."
        raise _StopError("The server gave a token that does not let Leeward read who the people are.", mend)
    besides = f" It does not let Leeward read all of {_listed(lacking)}." if lacking else ""
    return f"The server gave a token for the key.{besides}"


def _read(way: _Way) -> str:
    if way.grant is None:
        raise _PassedOverError("No --client-id and --key were given.")
    bundle = _object_at(way, f"{way.base}/Patient?_count=1", FHIR, way.token)
    if bundle.get("resourceType") != "Bundle":
        raise _StopError("A search was not answered with a Bundle.", "Have the FHIR server looked at.")
    return "A search with the token was answered."


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _listed(names: Any) -> str:
    return ", ".join(names)


_STEPS: tuple[tuple[Name, tuple[Name, ...], Callable[[_Way], str]], ...] = (
    ("address", (), _address),
    ("server", ("address",), _server),
    ("TLS", ("server",), _tls),
    ("configuration", ("server", "TLS"), _configuration),
    ("capabilities", ("configuration",), _capabilities),
    ("endpoints", ("configuration",), _endpoints),
    ("S256", ("configuration",), _challenge),
    ("keys", ("endpoints",), _keys),
    ("statement", ("server", "TLS"), _statement),
    ("resources", ("statement",), _resources),
    ("token", ("endpoints",), _token),
    ("read", ("statement", "token"), _read),
)
"""Each step with those that it rests on."""
