"""What hosts asked of us, across their sources: pauses, and how often each was asked today (Beijing)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from store.model import HostState
from store.session import engine_for
from store.text import clean

ROBOTS_FOR = timedelta(hours=6)  # RFC 9309 allows a day; a site that closes a path is heard sooner
BEIJING = ZoneInfo("Asia/Shanghai")
RobotsRead = tuple[str | None, str | None, datetime | None]


def hold(session: Session, host: str, now: datetime, seconds: int) -> None:
    """Leave a host alone for so many seconds; a longer pause already asked for stays."""
    until = now + timedelta(seconds=seconds)
    row = insert(HostState).values(host=host, hold_until=until)
    longest = func.greatest(func.coalesce(HostState.hold_until, until), until)
    session.execute(row.on_conflict_do_update(index_elements=["host"], set_={"hold_until": longest}))


def count(session: Session, asked: Mapping[str, int], now: datetime) -> None:
    """Add the requests of a run to the day of each host."""
    today = now.astimezone(BEIJING).date()
    for host, number in sorted(asked.items()):
        row = insert(HostState).values(host=host, asked_on=today, asked=number)
        so_far = case((HostState.asked_on == today, HostState.asked), else_=0)
        session.execute(
            row.on_conflict_do_update(
                index_elements=["host"], set_={"asked_on": today, "asked": so_far + number}
            )
        )


@contextmanager
def reading(url: str, host: str) -> Iterator[bool]:
    """Whether this host is ours to read now; it is until the block ends or the process dies."""
    with engine_for(url).connect() as connection:
        key = {"key": f"crawl {host}"}
        is_ours = bool(connection.scalar(text("select pg_try_advisory_lock(hashtextextended(:key, 0))"), key))
        connection.commit()
        try:
            yield is_ours
        finally:
            if is_ours:
                with suppress(DBAPIError):
                    connection.execute(text("select pg_advisory_unlock(hashtextextended(:key, 0))"), key)
                    connection.commit()


def keep_robots(session: Session, host: str, rules: str, now: datetime) -> None:
    """Keep a host's robots.txt as read now; "" where it has none."""
    values = {"robots": clean(rules), "robots_at": now}
    row = insert(HostState).values(host=host, **values)
    session.execute(row.on_conflict_do_update(index_elements=["host"], set_=values))


def keep_robots_said(session: Session, host: str, said: str, now: datetime) -> None:
    """Keep how a host answered when its robots.txt was asked for now, also where it could not be read."""
    values = {"robots_said": said, "robots_said_at": now}
    row = insert(HostState).values(host=host, **values)
    session.execute(row.on_conflict_do_update(index_elements=["host"], set_=values))


def robots_of_all(session: Session) -> dict[str, RobotsRead]:
    """By host: its robots.txt as last read, how it answered last, and when that was."""
    asked = func.greatest(HostState.robots_at, HostState.robots_said_at)
    rows = session.execute(select(HostState.host, HostState.robots, HostState.robots_said, asked))
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def robots(session: Session, host: str, now: datetime) -> str | None:
    """A host's robots.txt read within the last six hours, or None: then it is to be asked for."""
    statement = select(HostState.robots).where(HostState.host == host, HostState.robots_at > now - ROBOTS_FOR)
    found: str | None = session.scalar(statement)
    return found


def asked_today(session: Session, now: datetime) -> dict[str, int]:
    today = now.astimezone(BEIJING).date()
    rows = session.execute(select(HostState.host, HostState.asked).where(HostState.asked_on == today))
    return {row[0]: row[1] for row in rows}


def held(session: Session, now: datetime) -> frozenset[str]:
    """Hosts that want to be left alone now."""
    return frozenset(session.scalars(select(HostState.host).where(HostState.hold_until > now)))
