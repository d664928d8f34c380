"""Bring the database to the newest schema: safe to run by two processes at once and to kill at any point."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

MIGRATION_LOCK = 4_851_001  # any number no other advisory lock of ours uses


def alembic_config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def upgrade(owner_url: str, revision: str = "head") -> str:
    """The schema version in force afterwards. Each migration is one transaction; a killed one leaves nothing."""
    engine = create_engine(owner_url)
    try:
        with engine.connect() as connection:
            connection.execute(text("select pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
            connection.commit()
            try:
                command.upgrade(alembic_config(connection), revision)
                connection.commit()
                return current(connection) or ""
            finally:
                connection.rollback()
                connection.execute(text("select pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
                connection.commit()
    finally:
        engine.dispose()


def current(connection: Connection) -> str | None:
    """The version the database is at; None before the first migration."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The version this program expects."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return ScriptDirectory.from_config(config).get_current_head() or ""
