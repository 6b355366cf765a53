"""The steps by which the tables of the record came to be, run by `leeward.record.database`. Alembic reads this folder."""
