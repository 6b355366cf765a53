"""What a record system asks first: which services there are, on which hooks, and what to send with a call."""

from __future__ import annotations

import re
from typing import Annotated, Any

import msgspec

from leeward.errors import BadInput, Problem, shown
from leeward.fhir.json_text import is_object
from leeward.hooks.misread import misread

Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._\-]{1,80}\Z")]

_TOKEN = re.compile(r"\{\{(.*?)\}\}")
_ALLOWED = re.compile(
    r"^(context\.(userId|patientId|encounterId)|userPractitionerId|userPractitionerRoleId|userPatientId|userRelatedPersonId)\Z"
)


class ServiceLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """One service as discovery names it. `version` and `hook_version` are of CDS Hooks 3.0; older clients pass them over."""

    hook: str
    id: Name
    description: Annotated[str, msgspec.Meta(min_length=1)]
    title: str | None = None
    prefetch: dict[str, str] = {}
    usage_requirements: str | None = None
    version: str | None = None
    hook_version: str | None = None
    extension: dict[str, Any] = {}


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to discovery."""

    services: tuple[ServiceLine, ...]


def read_services(raw: object) -> Services:
    """A discovery answer as somebody sent it. Raises BadInput with everything that is wrong in it."""
    try:
        found = msgspec.convert(raw, Services)
    except msgspec.ValidationError as error:
        raise misread(error, "LW-0906") from None
    problems = [
        problem for index, line in enumerate(found.services) for problem in mistakes_of(line, f"services[{index}]")
    ]
    if problems:
        raise BadInput(problems)
    return found


def mistakes_of(line: ServiceLine, path: str) -> list[Problem]:
    """What the specification asks of a service beyond the form of its members."""
    found: list[Problem] = []
    for key, template in line.prefetch.items():
        unknown = [token for token in _TOKEN.findall(template) if not _ALLOWED.match(token)]
        if unknown:
            says = f"The prefetch token {shown(unknown[0])!r} is none of CDS Hooks."
            found.append(_mistake(f"{path}.prefetch.{shown(key)}", says))
    for key, value in line.extension.items():
        if not is_object(value) and not isinstance(value, list):
            found.append(_mistake(f"{path}.extension.{shown(key)}", "The value of an extension is an object."))
    return found


def _mistake(path: str, says: str) -> Problem:
    return Problem(path=path, code="LW-0906", says=says, mend="See CDS Hooks 2.0.")
