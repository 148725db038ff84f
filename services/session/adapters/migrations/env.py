"""Run by Alembic: migrates over the connection that ``migrate`` gave it, in its transaction."""

from alembic import context

from services.session.adapters import tables

context.configure(connection=context.config.attributes["connection"], target_metadata=tables.metadata)
context.run_migrations()
