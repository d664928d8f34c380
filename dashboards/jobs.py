"""What the weekly DAG runs: draft the last full week, then hand it to the outbox for the internal list."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.recipients import receiving
from alerts.telling import queue_report_mail
from catalogue.loader import Catalogue, load
from catalogue.settings import settings
from dashboards.errors import StaleWeek
from dashboards.report import publish
from dashboards.week import last_full_week, window_of_week
from store.catalogue_versions import keep
from store.model import Notification, NotificationReason, Report
from store.session import read_now, transaction

MAIL_HOUR = 8  # Monday, Beijing: drafts wait from 06:00 for whoever reads them first
STALE_AFTER = timedelta(days=6)  # a week's report goes out by itself until the Saturday after


def weekly_report() -> dict[str, Any]:
    """Draft the last full week; from Monday 08:00 on queue its mails. Safe to run again at any time: the same
    content is the same version, and a week is mailed once. Returns what was done, for the DAG's log."""
    catalogue = load(settings().site_dir)
    with transaction(settings().database_url) as session:
        now = read_now(session)
        keep(session, catalogue, now)
        report = publish(session, catalogue, last_full_week(now), now)
        done = {name: getattr(report, name) for name in ("id", "period", "number", "version")}
    with transaction(settings().database_url) as session:  # a refused mail keeps the draft
        report = session.get_one(Report, done["id"])
        return done | {"queued": mail_when_due(session, catalogue, report, now)}


def mail_when_due(session: Session, catalogue: Catalogue, report: Report, now: datetime) -> int:
    """How many mails were queued now: none before Monday 08:00, none when the week was mailed in any version.
    Raises StaleWeek for an old report."""
    ended = window_of_week(report.period).ends_at
    if now >= ended + STALE_AFTER:
        raise StaleWeek(
            f"{report.period} 的周报已过期（{report.ends_on} 结束，超过 {STALE_AFTER.days} 天），不再自动发送；"
            "需要时请在报告页审定后发送。"
        )
    if now < ended + timedelta(hours=MAIL_HOUR) or was_mailed(session, report):
        return 0
    return len(queue_report_mail(session, catalogue, report, receiving(catalogue, "weekly"), now))


def was_mailed(session: Session, report: Report) -> bool:
    """Whether some version of this issue went to the internal list; what a person sent wider does not count."""
    mailed = (
        select(NotificationReason.id)
        .join(Notification, Notification.id == NotificationReason.notification_id)
        .join(Report, Report.id == Notification.report_id)
        .where(
            Report.series == report.series,
            Report.period == report.period,
            NotificationReason.mark.like("version-%"),
        )
    )
    return session.scalar(mailed.limit(1)) is not None
