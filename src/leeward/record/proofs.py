"""Proofs that record systems sent, each taken once: by every process that serves the record, until it has ended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, delete, insert, select

from leeward.record.access import digest, microseconds, proofs, transaction


def first_use(engine: Engine, proof: str, ends: datetime, now: datetime) -> bool:
    """Whether a proof comes for the first time; it is remembered until `ends`. What has ended is forgotten on the way.

    Raises RecordTrouble where it cannot be remembered.
    """
    this, at = digest(proof), microseconds(now)
    with transaction(engine) as connection:
        connection.execute(delete(proofs).where(proofs.c.ends_at < at))
        if connection.execute(select(proofs.c.digest).where(proofs.c.digest == this)).first() is not None:
            return False
        connection.execute(insert(proofs).values(digest=this, ends_at=microseconds(ends)))
    return True
