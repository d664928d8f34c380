"""What is told to whom: the outbox of notifications, their reasons, and the archive of reports."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from store.model.base import Base, BigKey, Instant, Json, JsonList


class Notification(Base):
    """One message to one recipient by one channel.

    facts is what the decision knew; subject and text are what was really sent. A sender leases it, sends, and
    marks it sent only after the server accepted it.
    """

    __tablename__ = "notification"
    id: Mapped[BigKey]
    recipient: Mapped[str]
    channel: Mapped[str]
    address: Mapped[str]
    kind: Mapped[str]
    incident_id: Mapped[str | None] = mapped_column(ForeignKey("incident.id"))
    report_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("report.id"))
    urgent: Mapped[bool] = mapped_column(server_default=sql("false"))
    message_id: Mapped[str] = mapped_column(Text, unique=True)
    facts: Mapped[Json]
    subject: Mapped[str | None]
    text: Mapped[str | None]
    state: Mapped[str]
    created_at: Mapped[Instant]
    next_attempt_at: Mapped[Instant]
    leased_until: Mapped[Instant | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    last_error: Mapped[str | None]
    sent_at: Mapped[Instant | None]
    catalogue_version: Mapped[str]
    __table_args__ = (
        CheckConstraint("state in ('pending', 'leased', 'sent', 'dead')", name="state"),
        Index(
            "ix_notification_waiting",
            "next_attempt_at",
            postgresql_where=sql("state in ('pending', 'leased')"),
        ),
        Index("ix_notification_incident", "incident_id"),
    )


class NotificationReason(Base):
    """Why a recipient is told: one row per subject (incident, clock, report …), mark, recipient and channel."""

    __tablename__ = "notification_reason"
    id: Mapped[BigKey]
    subject: Mapped[str]
    mark: Mapped[str]
    recipient: Mapped[str]
    channel: Mapped[str]
    notification_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("notification.id"))
    created_at: Mapped[Instant]
    __table_args__ = (
        UniqueConstraint("subject", "mark", "recipient", "channel"),
        Index("ix_notification_reason_notification", "notification_id"),
    )


class Report(Base):
    """One version of one issue. number counts issues of the series (第N期); versions never overwrite."""

    __tablename__ = "report"
    id: Mapped[BigKey]
    series: Mapped[str]
    period: Mapped[str]
    number: Mapped[int]
    version: Mapped[int]
    state: Mapped[str]
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    data_until: Mapped[Instant]
    created_at: Mapped[Instant]
    approved_at: Mapped[Instant | None]
    approved_by: Mapped[str | None]
    facts: Mapped[Json]
    missing: Mapped[JsonList]
    html: Mapped[str]
    docx: Mapped[bytes] = mapped_column(LargeBinary)
    catalogue_version: Mapped[str]
    __table_args__ = (
        UniqueConstraint("series", "period", "version"),
        UniqueConstraint("series", "number", "version"),
        CheckConstraint("state in ('draft', 'approved', 'sent')", name="state"),
    )
