"""Run by Alembic: the steps go through the connection that `leeward.record.database` opened and holds the lock of."""

from alembic import context

from leeward.record.database import VERSIONS
from leeward.record.tables import record_tables

# Alembic gives its context a config while it runs this file; whoever else reads the file runs nothing.
if hasattr(context, "config"):
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=record_tables, version_table=VERSIONS)
    context.run_migrations()
