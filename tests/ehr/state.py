"""What the record system holds while it runs: who is registered, what was launched and granted, what was asked."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.ehr.charts import ENCOUNTER, PATIENT, Resource, charts
from tests.ehr.keys import Algorithm, key_pair
from tests.ehr.wrongs import Wrongs


@dataclass(kw_only=True)
class App:
    """A client as it was registered. Public where it has neither keys nor a secret."""

    client_id: str
    redirect_uris: tuple[str, ...] = ()
    jwks: dict[str, Any] | None = None
    jwks_uri: str = ""
    secret: str = ""
    scopes: frozenset[str] | None = None
    """What it may be granted at most; None: whatever it asks."""


@dataclass(kw_only=True)
class Launch:
    """What an app is told of where it was opened from."""

    patient: str = PATIENT
    encounter: str = ENCOUNTER
    person: str = "Practitioner/dr-1"
    besides: dict[str, Any] = field(default_factory=dict)
    """Members that go with the token answer, such as `fhirContext` or `intent`."""


@dataclass(kw_only=True)
class Code:
    """A code that waits to be traded, with what it was given for."""

    app: App
    launch: Launch
    redirect_uri: str
    challenge: str
    scopes: list[str]
    nonce: str
    ends: float
    token: str = ""
    """The access token that it was traded for: given up where the code comes again."""


@dataclass(kw_only=True)
class Token:
    """An access token, or what a refresh token stands for."""

    app: App
    scopes: list[str]
    ends: float
    launch: Launch | None = None
    """None where no person is signed in."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    form: dict[str, str]


@dataclass(kw_only=True)
class Ehr:
    """A running record system."""

    origin: str
    wrong: Wrongs = field(default_factory=Wrongs)
    clock: Callable[[], float] = time.time
    """Seconds since 1970."""
    signs: Algorithm = "RS256"
    """How id_tokens are signed."""
    page: int = 10
    """Resources on a page of a search, where `_count` asks for no fewer."""
    resources: list[Resource] = field(default_factory=charts)
    chosen: Launch = field(default_factory=Launch)
    """Whom the person picks where an app starts by itself."""
    asked: list[Asked] = field(default_factory=list)
    """Every request that came, in order."""

    apps: dict[str, App] = field(default_factory=dict)
    launches: dict[str, Launch] = field(default_factory=dict)
    waiting: dict[str, dict[str, str]] = field(default_factory=dict)
    """Authorization requests that wait for somebody to press a button."""
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    refreshes: dict[str, Token] = field(default_factory=dict)
    assertions: set[tuple[str, str]] = field(default_factory=set)
    """Assertions of clients that were taken: (client, jti)."""
    pages: dict[str, tuple[list[Resource], int, int]] = field(default_factory=dict)
    """Searches that go on: their resources, where the page begins, how many it holds."""

    @property
    def base(self) -> str:
        """The address of the FHIR server: what an app is told as `iss` and asks as `aud`."""
        return f"{self.origin}/fhir"

    @property
    def token_endpoint(self) -> str:
        return f"{self.origin}/oauth/token"

    @property
    def authorization_endpoint(self) -> str:
        return f"{self.origin}/oauth/authorize"

    @property
    def pair(self):
        """The key pair that id_tokens are signed with."""
        return key_pair(self.signs, f"ehr-{self.signs}")

    def register(self, client_id: str, *redirect_uris: str, **how: Any) -> App:
        """Register a client: public, or with `jwks`, `jwks_uri` or `secret`."""
        self.apps[client_id] = App(client_id=client_id, redirect_uris=redirect_uris, **how)
        return self.apps[client_id]

    def launch(self, **told: Any) -> str:
        """Open a chart: the `launch` value that the app is given. Takes what `Launch` holds."""
        value = f"l+/&= {secrets.token_urlsafe(9)}"  # letters that must be encoded
        self.launches[value] = Launch(**told)
        return value

    def paths(self) -> list[str]:
        """Method and path of every request, in order."""
        return [f"{one.method} {one.path}" for one in self.asked]
