import psycopg2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError

from store import bulk
from store.errors import NoDatabase
from store.session import read_now, transaction


def end_connection(postgres_server, session):
    """What a restart of the database does to a transaction under way."""
    pid = session.execute(text("select pg_backend_pid()")).scalar_one()
    connection = psycopg2.connect(postgres_server.dsn())
    with connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s, 5000)", (pid,))
        assert cursor.fetchone() == (True,)
    connection.close()


@pytest.mark.parametrize(
    "work",
    [
        lambda session: session.execute(text("select 1")),
        lambda session: bulk.copy_rows(session, "heartbeat (name, at, facts)", [("x", "now", "{}")]),
        lambda session: None,  # nothing more to do: the commit itself finds nobody
    ],
    ids=["statement", "copy", "commit"],
)
def test_a_database_that_goes_away_in_a_transaction_is_one_sentence(database, postgres_server, work):
    def interrupted():
        with transaction(database.app) as session:
            session.execute(text("insert into heartbeat (name, at, facts) values ('lost', now(), '{}')"))
            end_connection(postgres_server, session)
            work(session)

    with pytest.raises(NoDatabase, match=r"^与数据库的连接中断（[^\n]+），这一步可能没有保存。[^\n]+。$"):
        interrupted()
    with transaction(database.app) as session:
        assert read_now(session)
        assert session.execute(text("select count(*) from heartbeat")).scalar_one() == 0


def test_other_errors_of_the_database_stay_what_they_are(database):
    with pytest.raises(DataError, match="division by zero"), transaction(database.app) as session:
        session.execute(text("select 1 / 0"))


def test_our_own_errors_pass_through(database):
    with pytest.raises(KeyError), transaction(database.app):
        raise KeyError("x")
