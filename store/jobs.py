"""The store's own daily work, as one call that opens everything itself (for the DAG and `huiying purge`)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalogue.settings import settings
from store import retention, rollups, switches
from store.counting import BEIJING
from store.session import read_now, transaction


def daily_maintenance() -> dict[str, Any]:
    """Partitions ahead, purge, the last two days' counts audited; safe to run again at any point."""
    url = settings().database_url
    with transaction(url) as session:
        now = read_now(session)
        prepare_months(session, now)
        report = retention.purge(session, now)
        bands = retention.drop_old_fold_bands(session, now)
    recounted = recount(url, now)
    with transaction(url) as session:
        switches.beat(session, "daily_maintenance", {"report": report.sentence})
    return {"purged_texts": report.texts, "fold_bands": bands, "hours_recounted": recounted}


def prepare_months(session: Session, now: datetime) -> None:
    for moment in (now, now + timedelta(days=31)):
        session.execute(select(func.ensure_month(moment)))


def recount(url: str, now: datetime) -> int:
    """Count the last two days again from the documents, so that no slip in the running counts can last.

    One transaction an hour: a scorer waits for one row at most, and the two can never deadlock.
    """
    begins = (now - timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    for number in range(48):
        with transaction(url) as session:
            rollups.recompute_hour(session, begins + timedelta(hours=number))
    today = now.astimezone(BEIJING).date()
    for back in (2, 1):
        with transaction(url) as session:
            rollups.recompute_day(session, today - timedelta(days=back))
    return 48
