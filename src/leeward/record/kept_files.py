"""Files that a site gives Leeward to keep, such as a list of services: beside the record, each under its SHA-256.

A setting of the record names the file by its digest, so that what was loaded when and by whom stands in the chain, and
every process that serves the record reads the same bytes. A file that is not what its name says is not read.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, Engine, insert, select

from leeward.record.access import kept_files, transaction
from leeward.record.trouble import Broken


def digest_of_file(content: bytes) -> str:
    """The name under which a file is kept."""
    return hashlib.sha256(content).hexdigest()


def keep_file(engine: Engine, content: bytes) -> str:
    """Keep a file and return its digest; one that is kept already is kept once. It is on disk when this returns."""
    with transaction(engine) as connection:
        return put_file(connection, content)


def put_file(connection: Connection, content: bytes) -> str:
    """The same within a transaction that goes on."""
    digest = digest_of_file(content)
    statement = insert(kept_files).values(digest=digest, content=content)
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgresql_insert

        statement = postgresql_insert(kept_files).values(digest=digest, content=content).on_conflict_do_nothing()
    else:
        statement = statement.prefix_with("or ignore")
    connection.execute(statement)
    return digest


def kept_file(engine: Engine, digest: str) -> bytes | None:
    """The file of a digest, None where it is not kept here. Raises Broken where it was changed since."""
    with transaction(engine, reads=True) as connection:
        content = connection.execute(select(kept_files.c.content).where(kept_files.c.digest == digest)).scalar()
    if content is None:
        return None
    found = bytes(content)
    if digest_of_file(found) != digest:
        raise Broken("A file that was kept beside the record is not as it was given. It is not read; load it again.")
    return found
