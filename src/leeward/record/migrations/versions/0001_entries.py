"""Entries that are added and never changed, the head that remembers the last, and the name of the record.

What the application promises the database keeps too: no entry is changed or deleted, and one is added only as the next
number after the last, carrying its digest.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "entry",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(200), nullable=False, unique=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("patient", sa.String(200), nullable=False),
        sa.Column("at", sa.String(64), nullable=False),
        sa.Column("recorded", sa.String(64), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("role", sa.String(200), nullable=False),
        sa.Column("corrects", NUMBER, sa.ForeignKey("entry.number"), nullable=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    op.create_index("entry_patient", "entry", ["patient", "number"])
    op.create_index("entry_kind", "entry", ["kind", "number"])
    head = op.create_table(
        "head",
        sa.Column("one", sa.Integer, primary_key=True),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.CheckConstraint("one = 1"),
    )
    this_record = op.create_table("this_record", sa.Column("id", sa.String(64), primary_key=True))
    op.bulk_insert(head, [{"one": 1, "number": 0, "digest": "0" * 64}])
    op.bulk_insert(this_record, [{"id": uuid.uuid4().hex}])
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))


NEVER_CHANGED = "an entry is never changed or deleted"
FOLLOWS = "an entry follows the last one"

GUARDS = {
    "sqlite": (
        f"create trigger entry_not_changed before update on entry begin select raise(abort, '{NEVER_CHANGED}'); end",
        f"create trigger entry_not_deleted before delete on entry begin select raise(abort, '{NEVER_CHANGED}'); end",
        # "insert or replace" deletes without the trigger above; so an id or a number that stands is refused here.
        f"""create trigger entry_follows before insert on entry
        when new.number <> coalesce((select max(number) from entry), 0) + 1
          or new.previous <> coalesce((select digest from entry order by number desc limit 1), '{"0" * 64}')
          or exists (select 1 from entry where id = new.id)
        begin select raise(abort, '{FOLLOWS}'); end""",
    ),
    "postgresql": (
        f"""create function entry_not_changed() returns trigger language plpgsql as $$
        begin raise exception '{NEVER_CHANGED}'; end $$""",
        f"""create function entry_follows() returns trigger language plpgsql as $$
        declare latest record;
        begin
          select number, digest into latest from entry order by number desc limit 1;
          if new.number <> coalesce(latest.number, 0) + 1 or new.previous <> coalesce(latest.digest, '{"0" * 64}') then
            raise exception '{FOLLOWS}';
          end if;
          return new;
        end $$""",
        """create trigger entry_not_changed before update or delete on entry
        for each row execute function entry_not_changed()""",
        """create trigger entry_not_emptied before truncate on entry
        for each statement execute function entry_not_changed()""",
        "create trigger entry_follows before insert on entry for each row execute function entry_follows()",
    ),
}
