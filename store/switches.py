"""Run-time switches and the heartbeats of the machinery."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store import audit
from store.model import Heartbeat, Setting

STALE_AFTER = timedelta(minutes=3)


def read(session: Session, key: str) -> dict[str, Any]:
    """The value of a switch; empty while nobody set it."""
    found = session.get(Setting, key)
    return dict(found.value) if found is not None else {}


def write(
    session: Session, key: str, value: Mapping[str, Any], by: str, now: datetime, reason: str = ""
) -> None:
    before = read(session, key)
    row = {"key": key, "value": dict(value), "changed_at": now, "changed_by": by}
    session.execute(insert(Setting).values(row).on_conflict_do_update(index_elements=["key"], set_=row))
    session.expire_all()
    audit.record(session, now, by, "setting.change", f"setting:{key}", before, value, reason)


def mail_is_paused(session: Session) -> bool:
    return bool(read(session, "mail_paused").get("paused", False))


def beat(session: Session, name: str, facts: Mapping[str, Any] | None = None) -> None:
    """Note that a part of the machinery just ran, in real time, never play time: a watchdog reads it."""
    row = {"name": name, "at": func.now(), "facts": dict(facts or {})}
    session.execute(insert(Heartbeat).values(row).on_conflict_do_update(index_elements=["name"], set_=row))


def silence_of(session: Session, name: str) -> timedelta | None:
    """How long ago (real time) that part last ran; None if never."""
    row = session.execute(select(func.now(), Heartbeat.at).where(Heartbeat.name == name)).one_or_none()
    return row[0] - row[1] if row is not None else None
