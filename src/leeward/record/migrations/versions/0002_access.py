"""Who may come in, and the files that a site gives Leeward to keep (a list of services)."""

from __future__ import annotations

from alembic import op

from leeward.record.access import access

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    access.create_all(op.get_bind())
