"""Roles and databases of our own server: huiying_owner, huiying_app and airflow; huiying and airflow.

Tables, and what the app role may do with them, come with the migrations; here is only who may log in where.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import psycopg2
from psycopg2 import sql

from huiying.postgres import Server


@dataclass(frozen=True)
class Passwords:
    """One password per role; letters and digits only."""

    owner: str = field(repr=False)
    app: str = field(repr=False)
    airflow: str = field(repr=False)


@dataclass(frozen=True)
class DatabaseUrls:
    """SQLAlchemy URLs: `app` and `owner` of Huiying's database, `airflow` of Airflow's own."""

    app: str = field(repr=False)
    owner: str = field(repr=False)
    airflow: str = field(repr=False)


def create_roles(dsn: str, passwords: Passwords) -> None:
    """The three roles, with these passwords; may be run again."""
    wanted = {"huiying_owner": passwords.owner, "huiying_app": passwords.app, "airflow": passwords.airflow}
    with Autocommit(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles")
        present = {name for (name,) in cursor.fetchall()}
        for role, password in wanted.items():
            verb = sql.SQL("ALTER" if role in present else "CREATE")
            cursor.execute(
                sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(
                    verb, sql.Identifier(role), sql.Literal(password)
                )
            )


def create_database(dsn: str, name: str, owner: str, template: str | None = None) -> None:
    """One database, closed to roles that were not let in; nothing happens when it exists."""
    with Autocommit(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        if cursor.fetchone() is None:
            copy = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
            cursor.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(owner))
                + copy
            )
        cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))


def open_huiying_database(dsn: str, name: str = "huiying", template: str | None = None) -> None:
    """Huiying's database: made by its owner, open to the app role."""
    create_database(dsn, name, "huiying_owner", template)
    with Autocommit(dsn) as connection, connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO huiying_app").format(sql.Identifier(name))
        )


def drop_database(dsn: str, name: str) -> None:
    """Drop it, ending its connections."""
    with Autocommit(dsn) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def prepare_databases(server: Server, passwords: Passwords) -> DatabaseUrls:
    """Everything a fresh server needs; on a later start nothing changes."""
    create_roles(server.dsn(), passwords)
    open_huiying_database(server.dsn())
    create_database(server.dsn(), "airflow", "airflow")
    return database_urls(server, passwords)


def database_urls(server: Server, passwords: Passwords, name: str = "huiying") -> DatabaseUrls:
    return DatabaseUrls(
        app=server.url("huiying_app", passwords.app, name),
        owner=server.url("huiying_owner", passwords.owner, name),
        airflow=server.url("airflow", passwords.airflow, "airflow"),
    )


class Autocommit:
    """A connection outside transactions (CREATE DATABASE needs it), closed at the end."""

    def __init__(self, dsn: str):
        self.dsn = dsn

    def __enter__(self) -> psycopg2.extensions.connection:
        self.connection = psycopg2.connect(self.dsn)
        self.connection.autocommit = True
        return self.connection

    def __exit__(self, *reason: object) -> None:
        self.connection.close()
