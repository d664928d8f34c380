"""How the system runs: crawl runs, source states, heartbeats, switches, accounts, catalogue versions, audit."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from store.model.base import Base, BigKey, Instant, Json

ROLES = {
    "viewer": "查看",
    "liaison": "联络员",
    "duty": "值班员",
    "chief": "值班长",
    "reviewer": "审核",
    "admin": "管理员",
    "inspector": "监督员",
    "screen": "大屏",
}


class CrawlRun(Base):
    """One run of one source with its counts and the plain-words judgement of its health."""

    __tablename__ = "crawl_run"
    id: Mapped[BigKey]
    source: Mapped[str]
    started_at: Mapped[Instant]
    finished_at: Mapped[Instant | None]
    status: Mapped[str]
    requests: Mapped[int] = mapped_column(server_default="0")
    items: Mapped[int] = mapped_column(server_default="0")
    new: Mapped[int] = mapped_column(server_default="0")
    changed: Mapped[int] = mapped_column(server_default="0")
    duplicates: Mapped[int] = mapped_column(server_default="0")
    refused: Mapped[int] = mapped_column(server_default="0")
    errors: Mapped[int] = mapped_column(server_default="0")
    received_bytes: Mapped[int] = mapped_column(server_default="0")
    newest_at: Mapped[Instant | None]
    message: Mapped[str] = mapped_column(server_default="")
    __table_args__ = (
        CheckConstraint("status in ('running', 'ok', 'unchanged', 'warning', 'failed')", name="status"),
        Index("ix_crawl_run_source", "source", "started_at"),
    )


class SourceState(Base):
    """Where a source stands between runs. first_run_at null = never read: its archive starts no burst.

    failures: in a row; failure_score: 0 (never fails) to 1 (always), the latest runs weighing most; trouble: failing or
    silent since trouble_since, null while all is well; told: the trouble people were told of last.
    """

    __tablename__ = "source_state"
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    state: Mapped[str] = mapped_column(server_default="")
    reason: Mapped[str] = mapped_column(server_default="")
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    first_run_at: Mapped[Instant | None]
    last_success_at: Mapped[Instant | None]
    last_run_at: Mapped[Instant | None]
    next_due_at: Mapped[Instant | None]
    failures: Mapped[int] = mapped_column(server_default="0")
    failure_score: Mapped[float] = mapped_column(server_default="0")
    trouble: Mapped[str | None]
    trouble_since: Mapped[Instant | None]
    told: Mapped[str | None]
    disabled_by: Mapped[str | None]
    disabled_reason: Mapped[str | None]
    memo: Mapped[Json]


class HostState(Base):
    """One host across its sources: until when it wants to be left alone, its requests of one Beijing day, and its
    robots.txt ("" where it has none) as read at robots_at; robots_said: how it answered when asked for that file last."""

    __tablename__ = "host_state"
    host: Mapped[str] = mapped_column(Text, primary_key=True)
    hold_until: Mapped[Instant | None]
    asked_on: Mapped[date | None]
    asked: Mapped[int] = mapped_column(server_default="0")
    robots: Mapped[str | None]
    robots_at: Mapped[Instant | None]
    robots_said: Mapped[str | None]
    robots_said_at: Mapped[Instant | None]


class Heartbeat(Base):
    __tablename__ = "heartbeat"
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[Instant]
    facts: Mapped[Json]


class Setting(Base):
    """Switches people change at run time, e.g. mail_paused; and play_offset (seconds) of replay and demo."""

    __tablename__ = "setting"
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[Json]
    changed_at: Mapped[Instant]
    changed_by: Mapped[str]


class Account(Base):
    """A login of the office. unit is set for liaisons, who see only what is assigned to it."""

    __tablename__ = "account"
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    shown_as: Mapped[str]
    role: Mapped[str]
    unit: Mapped[str | None]
    password_hash: Mapped[str]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[Instant]
    password_changed_at: Mapped[Instant]
    __table_args__ = (CheckConstraint(f"role in {tuple(ROLES)}", name="role"),)


class CatalogueVersion(Base):
    """An immutable load of the catalogue; recipients' addresses are part of it and stay in this database."""

    __tablename__ = "catalogue_version"
    version: Mapped[str] = mapped_column(Text, primary_key=True)
    loaded_at: Mapped[Instant]
    content: Mapped[Json]


class Audit(Base):
    """Who did what to which thing, append-only by database right; ids and fields, never crawled text."""

    __tablename__ = "audit"
    id: Mapped[BigKey]
    at: Mapped[Instant]
    who: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    before: Mapped[Json]
    after: Mapped[Json]
    reason: Mapped[str] = mapped_column(server_default="")
    __table_args__ = (Index("ix_audit_subject", "subject", "id"),)
