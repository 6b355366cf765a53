"""The record systems that Leeward may be opened from, as whoever looks after Leeward wrote them into a file.

Hazard: an address that is not in this file is never asked for anything, whatever a link says.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from leeward.addresses import is_private
from leeward.errors import BadInput, shown
from leeward.record.people import sign_in_name

CODE = "LW-0941"
BACK = "/smart/callback"
"""Where a record system sends people back to when they have signed in there."""

_WORD = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class Registered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record system, and what Leeward is called there."""

    iss: str
    """The base of its FHIR server (https://...), as it names itself in a launch."""
    client_id: str
    name: str = ""
    """What the ward calls it; its address where nothing is said."""
    key_file: str = ""
    """A file with Leeward's private keys (JWK Set), of which it has the public ones."""
    secret_file: str = ""
    """A file with a shared secret instead. Without either Leeward is a public client."""
    callback: str = ""
    """The end of the address that it sends people back to. Each of several has one of its own, so that none can pass the
    answer of another off as its own (RFC 9700, section 4.4)."""
    people: Mapping[str, str] = {}
    """Who is who: `Practitioner/123` there, and the sign-in name in Leeward."""

    @property
    def base(self) -> str:
        """The base of its FHIR server, without a slash at its end."""
        return self.iss.rstrip("/")

    @property
    def called(self) -> str:
        """What it is called in a sentence."""
        return self.name or (urlsplit(self.base).hostname or self.base)

    @property
    def back(self) -> str:
        """Where it sends people back to, on this server."""
        return f"{BACK}/{self.callback}" if self.callback else BACK

    def account_of(self, fhir_user: str) -> str:
        """The sign-in name in Leeward of somebody there, told by an absolute address; empty where nobody gave one."""
        for reference, account in self.people.items():
            known = reference if "://" in reference else f"{self.base}/{reference}"
            if known == fhir_user:
                return sign_in_name(account)
        return ""


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    server: tuple[Registered, ...] = ()


class RecordSystems(msgspec.Struct, frozen=True, kw_only=True):
    """Every registered record system, by the base of its FHIR server."""

    servers: Mapping[str, Registered] = {}

    def __bool__(self) -> bool:
        return bool(self.servers)

    def named(self, iss: str) -> Registered | None:
        """The one that a launch names; None where nobody registered it."""
        return self.servers.get(iss.removesuffix("/"))

    def alone(self, one: Registered) -> bool:
        """Whether no other one sends people back to the same address."""
        return [each.back for each in self.servers.values()].count(one.back) == 1


def read_registered(file: Path) -> RecordSystems:
    """The record systems of a TOML file with one `[[server]]` each. Files are named from its folder. Raises BadInput."""
    try:
        told = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _File)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise _refused(f"The file cannot be read: {why}.", "Name a TOML file in UTF-8.") from None
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise _refused(f"{shown(str(error), 120)}.", "Write [[server]] with iss and client_id.") from None
    servers = [_with_files(one, file.parent) for one in told.server]
    for one in servers:
        _check(one)
    if len({one.base for one in servers}) != len(servers):
        raise _refused("Two servers have one iss.", "Name each once.")
    systems = RecordSystems(servers={one.base: one for one in servers})
    for one in servers:
        if not systems.alone(one):
            says = f"The server {shown(one.iss)} and another one send people back to one address, {one.back}."
            raise _refused(says, f'Write callback = "word", and have {BACK}/word registered there.')
    return systems


def _with_files(one: Registered, folder: Path) -> Registered:
    named = {name: str(folder / path) for name in ("key_file", "secret_file") if (path := getattr(one, name))}
    return msgspec.structs.replace(one, **named)


def _check(one: Registered) -> None:
    if not is_private(one.iss) or not one.iss.isprintable() or any(sign in one.iss for sign in " ?#@"):
        says = f"The iss {shown(one.iss)} is no address over TLS."
        raise _refused(says, "Write https://ehr.example/fhir; http:// is for this machine alone.")
    if not one.client_id or not one.client_id.isprintable():
        raise _refused(f"The server {shown(one.iss)} has no client_id.", "Write what it was given there.")
    if one.callback and not _WORD.fullmatch(one.callback):
        raise _refused(f"The callback of {shown(one.iss)} is no word.", "Write small letters, digits and hyphens.")
    if one.key_file and one.secret_file:
        raise _refused(f"The server {shown(one.iss)} has both key_file and secret_file.", "Give one of the two.")
    for path in (one.key_file, one.secret_file):
        if path and not Path(path).is_file():
            raise _refused(
                f"The file {shown(path, 120)} is not there.", "Name it from the folder of the file of servers."
            )
    whole = [one.account_of(each if "://" in each else f"{one.base}/{each}") for each in one.people]
    if not all(whole) or not all("/" in each for each in one.people):
        says = f"A person of the server {shown(one.iss)} is not named as they are there."
        raise _refused(says, 'Write "Practitioner/123" = "sign-in name".')


def _refused(says: str, mend: str) -> BadInput:
    return BadInput.one(CODE, "--ehr", says, mend)
