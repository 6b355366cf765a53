"""The ways in which the record system can be made to go wrong. Left alone, nothing is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Wrongs:
    """Each is off. Switch one on while the server runs: `ehr.wrong.slow = 5`."""

    # Every answer
    slow: float = 0.0
    """Seconds before any answer."""
    status: int = 0
    """Every answer has this status, with an OperationOutcome."""
    malformed: str = ""
    """Answers on paths that end with this are cut off in the middle of their JSON."""
    huge: str = ""
    """Answers on paths that end with this are larger than anybody should read (30 MB)."""
    moved: str = ""
    """Requests on paths that end with this are sent to another server (302)."""

    instead: dict[str, Any] = field(default_factory=dict)
    """JSON that is answered in the place of whatever a path that ends with the key has: `{"metadata": [1]}`."""

    # Discovery
    no_configuration: bool = False
    """There is no smart-configuration (404)."""
    lacks: tuple[str, ...] = ()
    """Members that the smart-configuration leaves out."""
    without_capabilities: tuple[str, ...] = ()
    """Capabilities that are not offered."""
    challenge_methods: tuple[str, ...] = ("S256",)
    relative_endpoints: bool = False
    plain_endpoints: bool = False
    """Endpoints are told as http:// on a machine that is not this one."""
    fhir_version: str = "4.0.1"
    without_resources: tuple[str, ...] = ()
    """Types that the CapabilityStatement does not name and the server does not have."""
    no_keys: bool = False
    """The keys of the server cannot be read (404)."""

    # Authorization
    button: bool = False
    """A page with two buttons asks the person, as a real one does."""
    denies: bool = False
    """The person says no."""
    state: str = ""
    """Comes back in the place of the state that was sent."""
    no_state: bool = False
    scopes_not_granted: tuple[str, ...] = ()
    """Scopes that are left out of what is granted."""

    # Tokens
    lasts: int = 300
    """Seconds for which an access token holds."""
    token_type: str = "Bearer"
    no_kid: bool = False
    """An id_token does not name the key that it was signed with."""
    no_patient: bool = False
    """The launch context names nobody."""
    no_id_token: bool = False
    strange_key: bool = False
    """The id_token is signed with a key that the server does not publish."""
    unsigned: bool = False
    """The id_token has no signature (alg none)."""
    id_token_claims: dict[str, object] | None = None
    """Claims that replace those of the id_token: `{"aud": "somebody-else"}`; None takes a claim out."""
    keeps_refresh_token: bool = False
    """A refresh token is not replaced when it is used: allowed, and seen."""

    # Reading
    next_elsewhere: str = ""
    """The `next` link of a search leads to this server."""
    next_to_itself: bool = False
    """The `next` link of a search leads to the same page again."""
    next_relative: bool = False
    """The `next` link is relative to the base of the server."""
    forgets_tokens: bool = False
    """No access token is known (401)."""
    somebody_else: bool = False
    """A search about a person brings another person's resources too."""
