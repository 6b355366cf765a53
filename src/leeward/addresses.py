"""Addresses that Leeward is given: whether what goes to and fro can be read or changed on the way."""

from __future__ import annotations

from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""Names of this machine."""


def is_private(address: str) -> bool:
    """Whether nobody between can read or change what is exchanged: over TLS, or within this machine.

    >>> is_private("https://ehr.example/fhir"), is_private("http://127.0.0.1:8080"), is_private("http://ehr.example")
    (True, True, False)
    >>> is_private("ftp://localhost/keys"), is_private("https:///fhir")
    (False, False)
    """
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        )
    except ValueError:
        return False


def is_loopback(address: str) -> bool:
    """Whether an address is one of this machine."""
    try:
        return urlsplit(address).hostname in LOOPBACK
    except ValueError:
        return False
