"""A named human signs a version of the knowledge for a site: one digest, so that any change asks for a new signature."""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path

import msgspec

from leeward.errors import BadInput
from leeward.knowledge import Knowledge

FILE = "signatures.json"


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed which knowledge, in which role, when."""

    digest: str
    version: str
    name: str
    role: str
    at: datetime


def signatures(home: Path) -> list[Signature]:
    """All signatures of the site, oldest first. Raises BadInput where the file cannot be read."""
    file = home / FILE
    try:
        return msgspec.json.decode(file.read_bytes(), type=list[Signature])
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (msgspec.DecodeError, OSError):
        raise BadInput.one(
            "LW-0401",
            FILE,
            "The signatures cannot be read.",
            f"Restore the file, or move it away and sign again: {file}.",
        ) from None


def sign(knowledge: Knowledge, home: Path, name: str, role: str, at: datetime) -> Signature:
    """Add a signature of this knowledge to the site's; earlier ones are kept."""
    if not name.strip() or not role.strip():
        raise BadInput.one("LW-0402", "name", "A signature needs a name and a role.", "Give both.")
    made = Signature(digest=knowledge.digest, version=knowledge.version, name=name.strip(), role=role.strip(), at=at)
    kept = [*signatures(home), made]
    try:
        _write(home, msgspec.json.format(msgspec.json.encode(kept), indent=2) + b"\n")
    except OSError as error:
        mend = "Give yourself the right to write there, or set LEEWARD_HOME to another folder."
        raise BadInput.one("LW-0403", str(home), f"Nothing was signed: {error.strerror}.", mend) from None
    return made


def _write(home: Path, text: bytes) -> None:
    """Write the file whole: acknowledged means on disk, and a cut power line leaves the old file."""
    home.mkdir(parents=True, exist_ok=True)
    new = home / f".{FILE}.{secrets.token_hex(6)}.new"
    try:
        with new.open("wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(home / FILE)
    finally:
        new.unlink(missing_ok=True)
    if os.name != "nt":  # the name, too, must be on the disk; Windows syncs no folder
        folder = os.open(home, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def signed_by(knowledge: Knowledge, home: Path) -> dict[str, str] | None:
    """Who signed exactly this knowledge last; None where nobody has."""
    standing = [signature for signature in signatures(home) if signature.digest == knowledge.digest]
    if not standing:
        return None
    last = standing[-1]
    return {"name": last.name, "role": last.role, "at": last.at.isoformat()}


def signature_line(knowledge: Knowledge, home: Path) -> str:
    """The sentence that stands on every output: which knowledge answered, and who signed it."""
    signed = signed_by(knowledge, home)
    if signed is None:
        return f"Knowledge {knowledge.version}: NOBODY HAS SIGNED IT for this site."
    return f"Knowledge {knowledge.version}, signed by {signed['name']}, {signed['role']}, on {signed['at'][:10]}."
