"""What a record system says of itself at `.well-known/smart-configuration`: where to sign in, and what it can do.

Source: SMART App Launch 2.2, Conformance, "Using .well-known".
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import msgspec

from leeward.addresses import is_loopback, is_private
from leeward.errors import BadInput
from leeward.model.shapes import is_list
from leeward.smart.fetching import Asker, client_for_records, get, resolved
from leeward.smart.last_good import LastGood

CODE = "LW-0943"
WHAT = "the smart-configuration"

FRESH = 300.0
"""Seconds for which a configuration is taken without a question: opening Leeward often asks a record system seldom."""

LONGEST = 3600.0
"""Seconds for which it holds while the record system does not tell it anew."""

AGAIN, FAILED = 30.0, 1.0
"""Seconds before it is asked for again after a failure: where one is held, and where none is."""

MOST_WAITING = 3
"""People who wait for configurations at once."""


class Configuration(msgspec.Struct, frozen=True, kw_only=True):
    """A smart-configuration that was checked. Addresses are whole, and reached over TLS or within this machine."""

    fhir_base: str
    token_endpoint: str
    authorization_endpoint: str = ""
    """Empty where nobody signs in there."""
    issuer: str = ""
    jwks_uri: str = ""
    """Where the keys of its id_tokens are; empty where it tells nobody who signed in."""
    capabilities: tuple[str, ...] = ()
    code_challenge_methods: tuple[str, ...] = ()
    names_itself: bool = False
    """Whether it names itself (`iss`) when it sends somebody back (RFC 9207)."""

    def lacks(self, *capabilities: str) -> tuple[str, ...]:
        """Those of these capabilities that it does not offer."""
        return tuple(one for one in capabilities if one not in self.capabilities)


def read_configuration(client: Asker, fhir_base: str) -> Configuration:
    """The configuration of the FHIR server at a base, fetched and checked. Raises BadInput (LW-0942, LW-0943)."""
    base = fhir_base.rstrip("/")
    if not is_private(base):
        says = "The address of the record system is not reached over TLS: tokens and charts could be read on the way."
        raise _refused(says, "Write https://; http:// is for this machine alone.")
    return configuration_of(get(client, f"{base}/.well-known/smart-configuration", what=WHAT), base)


class Configurations:
    """The configurations of record systems, each kept for some minutes. Safe for several threads."""

    def __init__(self) -> None:
        self._kept: LastGood[Configuration] = LastGood(
            time.monotonic, fresh=FRESH, longest=LONGEST, again=AGAIN, failed=FAILED, waiting=MOST_WAITING
        )

    def of(self, fhir_base: str, busy: Exception) -> Configuration:
        """The configuration of the FHIR server at a base. Raises BadInput, and `busy` where too many wait for it."""

        def asked() -> Configuration:
            with client_for_records() as client:
                return read_configuration(client, fhir_base)

        return self._kept.of(fhir_base, asked, busy)


def configuration_of(told: Mapping[str, Any], fhir_base: str) -> Configuration:
    """The configuration that a decoded answer holds. Raises BadInput (LW-0943)."""
    base = fhir_base.rstrip("/")
    return Configuration(
        fhir_base=base,
        token_endpoint=_address(told, "token_endpoint", base, needed=True),
        authorization_endpoint=_address(told, "authorization_endpoint", base),
        issuer=_text(told, "issuer"),
        jwks_uri=_address(told, "jwks_uri", base),
        capabilities=_texts(told, "capabilities"),
        code_challenge_methods=_texts(told, "code_challenge_methods_supported"),
        names_itself=told.get("authorization_response_iss_parameter_supported") is True,
    )


def _text(told: Mapping[str, Any], name: str) -> str:
    given = told.get(name)
    if given is not None and not isinstance(given, str):
        raise _refused(f"The {name} of the smart-configuration is no text.")
    return given or ""


def _texts(told: Mapping[str, Any], name: str) -> tuple[str, ...]:
    given = told.get(name)
    if given is None:
        return ()
    if not is_list(given) or not all(isinstance(one, str) for one in given):
        raise _refused(f"The {name} of the smart-configuration is no list of words.")
    return tuple(str(one) for one in given)


def _address(told: Mapping[str, Any], name: str, base: str, *, needed: bool = False) -> str:
    given = _text(told, name)
    if not given and not needed:
        return ""
    if not given:
        raise _refused(f"The smart-configuration lacks the {name}.")
    address = resolved(base, given)
    if not address:
        raise _refused(f"The {name} of the smart-configuration is no address.")
    # A server elsewhere has no business to send Leeward to an address of Leeward's own machine.
    if not is_private(address) or (not address.startswith("https://") and not is_loopback(base)):
        raise _refused(f"The {name} of the smart-configuration is not reached over TLS.")
    return address


def _refused(
    says: str, mend: str = "Have SMART App Launch 2 set up there; `leeward doctor --ehr` says more."
) -> BadInput:
    return BadInput.one(CODE, WHAT, says, mend)
