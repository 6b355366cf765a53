"""What the database itself refuses: to change or delete an entry, and to take one that does not follow the last.

The first migration makes the guards, and takes nothing from here; this is what they must be found as.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

from leeward.record.chain import GENESIS

NEVER_CHANGED = "an entry is never changed or deleted"
FOLLOWS = "an entry follows the last one"

_IN_SQLITE: Mapping[str, str] = {
    "entry_not_changed": f"create trigger entry_not_changed before update on entry begin select raise(abort, '{NEVER_CHANGED}'); end",
    "entry_not_deleted": f"create trigger entry_not_deleted before delete on entry begin select raise(abort, '{NEVER_CHANGED}'); end",
    # "insert or replace" deletes without the trigger above; so an id or a number that stands is refused here.
    "entry_follows": f"""create trigger entry_follows before insert on entry
        when new.number <> coalesce((select max(number) from entry), 0) + 1
          or new.previous <> coalesce((select digest from entry order by number desc limit 1), '{GENESIS}')
          or exists (select 1 from entry where id = new.id)
        begin select raise(abort, '{FOLLOWS}'); end""",
}

_REFUSES = f"begin raise exception '{NEVER_CHANGED}'; end"
_ASKS = f"""declare latest record;
        begin
          select number, digest into latest from entry order by number desc limit 1;
          if new.number <> coalesce(latest.number, 0) + 1 or new.previous <> coalesce(latest.digest, '{GENESIS}') then
            raise exception '{FOLLOWS}';
          end if;
          return new;
        end"""

_ON_SERVER: Mapping[str, tuple[str, int]] = {
    "entry_not_changed": (_REFUSES, 2 + 1 + 16 + 8),
    "entry_not_emptied": (_REFUSES, 2 + 32),
    "entry_follows": (_ASKS, 2 + 1 + 4),
}
"""Source of the function behind each trigger of PostgreSQL, and when it fires: the bits of pg_trigger.tgtype
(before 2, each row 1, insert 4, delete 8, update 16, truncate 32)."""


def missing(connection: Connection) -> tuple[str, ...]:
    """The guards that are gone, switched off, or no longer what they were made as."""
    if connection.dialect.name == "sqlite":
        told = connection.execute(text("select name, sql from sqlite_master where type = 'trigger'"))
        standing = {row.name: _plain(row.sql) for row in told}
        return tuple(name for name, sql in _IN_SQLITE.items() if standing.get(name) != _plain(sql))
    told = connection.execute(
        text(
            "select tgname, tgtype, tgqual is null as always, prosrc from pg_trigger join pg_proc on pg_proc.oid = tgfoid "
            "where tgrelid = to_regclass('entry') and tgenabled in ('O', 'A')"
        )
    )
    found = {row.tgname: (_plain(row.prosrc), row.tgtype) for row in told if row.always}
    return tuple(name for name, (source, fires) in _ON_SERVER.items() if found.get(name) != (_plain(source), fires))


def _plain(statement: str) -> str:
    return " ".join(statement.split()).lower()
