"""Connections and the one clock: the edge opens a transaction, reads `now` once and passes it down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import psycopg2
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from store.errors import NoDatabase


@lru_cache(maxsize=8)
def engine_for(url: str) -> Engine:
    """One pooled engine a process and URL; connections are tested before use, so a restart is no error."""
    return create_engine(
        url,
        pool_size=5,
        max_overflow=10,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 5, "application_name": "huiying", "options": "-c timezone=UTC"},
    )


@contextmanager
def transaction(url: str) -> Iterator[Session]:
    """A session that commits at the end, rolls back on any error.

    Raises NoDatabase when nothing answers, or when the database goes away before the commit is confirmed.
    """
    session = Session(engine_for(url), expire_on_commit=False)
    try:
        session.connection()
    except OperationalError as error:
        session.close()
        raise NoDatabase(
            f"连不上数据库（{str(error.orig).strip().splitlines()[0]}）。"
            "请确认系统已启动（make run），或检查 DATABASE_URL。"
        ) from error
    try:
        yield session
        session.commit()
    except BaseException as error:
        lost = is_lost(error)
        with suppress(DBAPIError) if lost else nullcontext():
            session.rollback()
        if lost:
            raise NoDatabase(
                f"与数据库的连接中断（{str(getattr(error, 'orig', error)).strip().splitlines()[0]}），这一步可能没有保存。"
                "数据库恢复后请核对并再做一次；后台任务会自己重做。"
            ) from error
        raise
    finally:
        session.close()


def is_lost(error: BaseException) -> bool:
    """Whether the server ended the connection (restart, kill), not only this statement. COPY raises the driver's own."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated
    if isinstance(error, (psycopg2.OperationalError, psycopg2.InterfaceError)):
        return error.pgcode is None or error.pgcode.startswith("57P")
    return False


def read_now(session: Session) -> datetime:
    """The moment this transaction works at: the database's time plus the play offset (replay, demo)."""
    row = session.execute(
        text(
            "select now(), coalesce("
            "(select (value->>'offset_seconds')::float8 from setting where key = 'play'), 0)"
        )
    ).one()
    moment: datetime = row[0]
    return moment.astimezone(UTC) + timedelta(seconds=row[1])
