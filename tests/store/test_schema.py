import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from store.migrations.run import current, newest, upgrade
from store.model import Base

REFUSED_WORDS = (
    "author",
    "user_name",
    "nickname",
    "screen_name",
    "follower",
    "avatar",
    "account_id",
    "profile",
)


def is_partition(thing) -> bool:
    return any(character.isdigit() for character in getattr(thing, "name", "") or "")


def test_the_migrations_yield_exactly_the_model(database):
    engine = create_engine(database.owner)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = [
            entry for entry in compare_metadata(context, Base.metadata) if not is_partition(entry[1])
        ]
    engine.dispose()
    assert differences == []


def test_upgrading_twice_is_the_same_as_once(database):
    assert upgrade(database.owner) == newest()
    engine = create_engine(database.app)
    with engine.connect() as connection:
        assert current(connection) == newest()
    engine.dispose()


@pytest.mark.parametrize("statement", ["update audit set who = 'x'", "delete from audit", "truncate audit"])
@pytest.mark.parametrize("role", ["app", "owner"])
def test_the_audit_trail_is_append_only(database, role, statement):
    engine = create_engine(getattr(database, role))
    with engine.connect() as connection:
        connection.execute(
            text("insert into audit (at, who, action, subject) values (now(), 'a', 'b', 'c:d')")
        )
        with pytest.raises(DBAPIError, match=r"permission denied|append-only"):
            connection.execute(text(statement))
    engine.dispose()


def test_no_table_or_column_is_about_a_person():
    names = [table.name for table in Base.metadata.tables.values()]
    names += [
        f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns
    ]
    assert [name for name in names if any(word in name for word in REFUSED_WORDS)] == []
