"""Reasons become notifications in the caller's transaction: each reason once a recipient, many to one message.

A reason is (subject, mark), e.g. (`clock:17`, `4h`) or (`incident:20261121-07`, `proposed`). Unique keys in the
database make telling twice a no-op, so every caller may run again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from alerts.roster import quiet_until
from catalogue.loader import Catalogue
from catalogue.recipient import Recipient
from store.model import Notification, NotificationReason, Report

CHANNEL = "email"
# A message still waiting takes in later reasons; it keeps the more telling of both kinds (first = strongest).
KINDS = (
    "alert",
    "raised",
    "escalation",
    "overdue",
    "assigned",
    "moved",
    "reminder",
    "weekly",
    "health",
    "test",
)


@dataclass(frozen=True)
class Why:
    """One reason. urgent: ignores quiet hours (C12)."""

    subject: str
    mark: str
    urgent: bool = False


def tell(
    session: Session,
    catalogue: Catalogue,
    recipients: Iterable[Recipient],
    whys: Sequence[Why],
    kind: str,
    now: dt.datetime,
    facts: Mapping[str, Any] | None = None,
    incident_id: str | None = None,
    report_id: int | None = None,
) -> list[int]:
    """One message to each recipient for those reasons it was not told before; ids of the messages."""
    recipients = list(recipients)
    named = {"recipients": [one.name for one in recipients], **(facts or {})}
    ids = []
    for recipient in recipients:
        new = untold(session, recipient, whys)
        if not new:
            continue
        number = fold_into_waiting(session, recipient, new, kind, now, named, incident_id)
        if number is None:
            number = write(session, catalogue, recipient, new, kind, now, named, incident_id, report_id)
        if number is not None:
            keep_reasons(session, recipient, new, number, now)
            ids.append(number)
    return ids


def untold(session: Session, recipient: Recipient, whys: Sequence[Why]) -> list[Why]:
    told = set(
        session.execute(
            select(NotificationReason.subject, NotificationReason.mark).where(
                NotificationReason.recipient == recipient.id,
                NotificationReason.channel == CHANNEL,
                NotificationReason.subject.in_({why.subject for why in whys}),
            )
        )
    )
    return [why for why in whys if (why.subject, why.mark) not in told]


def fold_into_waiting(
    session: Session,
    recipient: Recipient,
    whys: Sequence[Why],
    kind: str,
    now: dt.datetime,
    facts: Mapping[str, Any],
    incident_id: str | None,
) -> int | None:
    """Point the reasons to a message about the same incident that nobody tried to send yet (C11), if there is one.

    A message already tried may lie in a mailbox; changing it under the same Message-ID would hide the news.
    """
    if incident_id is None:
        return None
    waiting = session.scalars(
        select(Notification)
        .where(
            Notification.incident_id == incident_id,
            Notification.recipient == recipient.id,
            Notification.state == "pending",
            Notification.attempts == 0,
        )
        .order_by(Notification.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if waiting is None:
        return None
    waiting.kind = min(waiting.kind, kind, key=KINDS.index)
    marks = [*waiting.facts.get("marks", []), *facts.get("marks", [])]
    waiting.facts = {**facts, **waiting.facts, "marks": marks}
    if any(why.urgent for why in whys):
        waiting.urgent, waiting.next_attempt_at = True, min(waiting.next_attempt_at, now)
    session.flush()
    return waiting.id


def write(
    session: Session,
    catalogue: Catalogue,
    recipient: Recipient,
    whys: Sequence[Why],
    kind: str,
    now: dt.datetime,
    facts: Mapping[str, Any],
    incident_id: str | None,
    report_id: int | None,
) -> int | None:
    """A new message; None when another transaction wrote it meanwhile."""
    urgent = any(why.urgent for why in whys)
    quiet = None if urgent else quiet_until(recipient.quiet_from, recipient.quiet_to, now)
    row = {
        "recipient": recipient.id, "channel": CHANNEL, "address": recipient.email, "kind": kind,
        "incident_id": incident_id, "report_id": report_id, "urgent": urgent,
        "message_id": message_id(whys[0], recipient), "facts": dict(facts), "state": "pending",
        "created_at": now, "next_attempt_at": quiet or now, "catalogue_version": catalogue.version,
    }  # fmt: skip
    return session.scalar(
        insert(Notification).values(row).on_conflict_do_nothing().returning(Notification.id)
    )


def keep_reasons(
    session: Session, recipient: Recipient, whys: Sequence[Why], number: int, now: dt.datetime
) -> None:
    rows = [
        {
            "subject": why.subject, "mark": why.mark, "recipient": recipient.id, "channel": CHANNEL,
            "notification_id": number, "created_at": now,
        }
        for why in whys
    ]  # fmt: skip
    session.execute(insert(NotificationReason).on_conflict_do_nothing(), rows)


def message_id(why: Why, recipient: Recipient) -> str:
    """The Message-ID, from the reason's key alone: a message sent again after a crash bears the same one."""
    key = f"{why.subject}|{why.mark}|{recipient.id}|{CHANNEL}"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@huiying.invalid>"


def queue_report_mail(
    session: Session,
    catalogue: Catalogue,
    report: Report,
    recipients: Sequence[Recipient],
    now: dt.datetime,
    mark: str = "version",
) -> list[int]:
    """Put one version of a report into the outbox for its readers; the same version is queued once for each mark
    (`version`: the internal list; `wider`: what a person sent beyond it)."""
    why = Why(f"report:{report.id}", f"{mark}-{report.version}")
    return tell(session, catalogue, recipients, [why], "weekly", now, report_id=report.id)
