"""The scopes of SMART 2.2: what each lets its holder read and search. The first version's (`.read`) are not granted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

CONTEXT = frozenset({"openid", "fhirUser", "launch", "launch/patient", "launch/encounter", "offline_access"})
_RESOURCE = re.compile(r"(patient|user|system)/([A-Z][A-Za-z]+|\*)\.(c?r?u?d?s?)(?:\?(.+=.+))?")


@dataclass(frozen=True)
class Scope:
    """Which resources, and what may be done to them: some of the letters of `cruds`."""

    level: str
    type: str
    may: str
    only: tuple[tuple[str, str], ...]


def scope_of(text: str) -> Scope | None:
    """A scope about resources; None for any other text."""
    found = _RESOURCE.fullmatch(text)
    if found is None or not found[3]:
        return None
    return Scope(level=found[1], type=found[2], may=found[3], only=tuple(parse_qsl(found[4] or "")))


def granted(asked: str, allowed: Iterable[str] | None, levels: frozenset[str], withheld: Iterable[str]) -> list[str]:
    """What is granted of what was asked; whatever is no scope is passed over, as OAuth has it."""
    return [
        one
        for one in dict.fromkeys(asked.split())
        if one not in withheld
        and (allowed is None or one in allowed)
        and (
            ((found := scope_of(one)) is None and one in CONTEXT and "patient" in levels)
            or (found and found.level in levels)
        )
    ]


def letting(scopes: Iterable[str], letter: str, type_: str) -> list[Scope]:
    """The scopes that let somebody read (r) or search (s) a type."""
    found = [scope_of(one) for one in scopes]
    return [one for one in found if one and letter in one.may and one.type in ("*", type_)]


def about(resource: dict[str, Any]) -> str:
    """Whom a resource is about, as `Patient/x`; empty where nobody."""
    if resource["resourceType"] == "Patient":
        return f"Patient/{resource['id']}"
    reference = (resource.get("subject") or resource.get("patient") or {}).get("reference", "")
    return reference if reference.startswith("Patient/") else ""
