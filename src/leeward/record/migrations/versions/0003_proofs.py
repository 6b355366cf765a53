"""Proofs of record systems that were taken, so that none is taken twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_proofs",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_access_proofs_ends_at", "access_proofs", ["ends_at"])
