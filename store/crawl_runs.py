"""Runs of the crawlers and where each source stands between them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from store.model import CrawlRun, SourceState

COUNTS = ("requests", "items", "new", "changed", "duplicates", "refused", "errors", "received_bytes")


def start_run(session: Session, source: str, now: datetime) -> int:
    """The id of a new run. Runs of this source that a killed predecessor left open are closed as failed."""
    session.execute(
        update(CrawlRun)
        .where(CrawlRun.source == source, CrawlRun.status == "running")
        .values(status="failed", finished_at=now, message="采集进程中断，未完成")
    )
    run_id: int = session.execute(
        insert(CrawlRun).values(source=source, started_at=now, status="running").returning(CrawlRun.id)
    ).scalar_one()
    return run_id


def drop_run(session: Session, run_id: int) -> None:
    """Forget a run that asked nothing of its source."""
    session.execute(delete(CrawlRun).where(CrawlRun.id == run_id))


def finish_run(
    session: Session,
    run_id: int,
    status: str,
    counts: Mapping[str, int],
    message: str,
    now: datetime,
    newest_at: datetime | None = None,
) -> None:
    """status: ok | unchanged (304) | warning | failed; counts by the names in COUNTS."""
    values: dict[str, Any] = {name: counts.get(name, 0) for name in COUNTS}
    session.execute(
        update(CrawlRun)
        .where(CrawlRun.id == run_id)
        .values(**values, status=status, message=message, finished_at=now, newest_at=newest_at)
    )


def source_state(session: Session, source: str) -> SourceState:
    """The stored state, or a fresh one (not yet stored) for a source never read."""
    return session.get(SourceState, source) or SourceState(
        source=source, state="", reason="", failures=0, failure_score=0.0, memo={}
    )


def source_states(session: Session) -> dict[str, SourceState]:
    return {state.source: state for state in session.scalars(select(SourceState))}


def save_source_state(session: Session, source: str, **values: Any) -> None:
    """Set some columns of a source's state, creating the row when it is the first."""
    session.execute(
        upsert(SourceState)
        .values(source=source, **values)
        .on_conflict_do_update(index_elements=["source"], set_=values)
    )
    session.expire_all()
