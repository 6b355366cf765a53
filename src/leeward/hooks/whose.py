"""About whom a resource is, as the record system that calls means it.

Hazard: two servers give the same id to two people, so an address on another server than the one that calls is nobody here.
"""

from __future__ import annotations

import re
import uuid
from urllib.parse import urlsplit

from leeward.fhir.case_sheet import person_of, subject_of
from leeward.fhir.structures import Element, Patient

_AT_SERVER = re.compile(r"(?P<base>https?://.+)/Patient/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?")
_UUID = "urn:uuid:"


def is_anybodys(one: Element) -> bool:
    """Whether a resource is about nobody by itself, such as a medicine or a practitioner."""
    fields = one.__struct_fields__
    return not isinstance(one, Patient) and "subject" not in fields and "patient" not in fields


def whose(one: Element, server: str | None) -> str | None:
    """The id of the person whom a resource is about, where it is of the server that calls; None where it does not say.

    One who is named by an address on another server, or where no server was told, is that address and nobody else.
    """
    if isinstance(one, Patient):
        return one.id
    told = subject_of(one)
    if "://" in told:
        there = _AT_SERVER.fullmatch(told)
        if there is None or server is None or _plain(there["base"]) != _plain(server):
            return told
    if told.startswith("urn:") and not _is_uuid(told.removeprefix(_UUID)):
        return told
    return person_of(one)


def _plain(base: str) -> tuple[str, str]:
    """A base as one is told from another: by its host and path, whatever the scheme and the sign at its end."""
    parts = urlsplit(base)
    return parts.netloc.lower().removesuffix(":443").removesuffix(":80"), parts.path.rstrip("/")


def _is_uuid(text: str) -> bool:
    try:
        return len(text) == 36 and bool(uuid.UUID(text))
    except ValueError:
        return False
