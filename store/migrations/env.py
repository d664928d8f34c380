"""Alembic's entry: runs the versions on the connection that `store.migrations.run` hands over."""

from alembic import context

from store.model import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
