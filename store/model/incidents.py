"""What happened and what is owed: incidents, their documents and questions, clocks, milestones, responses."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from store.model.base import Base, BigKey, Instant, JsonList, Words

STATES = ("proposed", "acknowledged", "confirmed", "closed", "dismissed", "merged")
DISMISSALS = {"duplicate": "重复", "old_news": "旧闻", "misjudged": "误判", "not_local": "非本地"}
CLOCK_STATES = ("running", "met", "met_late", "missed", "superseded", "void")
LEVEL = "in ('I', 'II', 'III', 'IV')"


class Incident(Base):
    """The documents of one happening.

    Proposed values are the program's; grade, is_emergency and event_level stay null until a person confirms
    them. version rises with every change, so that two people cannot overwrite each other.
    """

    __tablename__ = "incident"
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[str]
    state: Mapped[str]
    origin: Mapped[str]
    proposed_grade: Mapped[str]
    grade: Mapped[str | None]
    proposed_emergency: Mapped[bool] = mapped_column(server_default=text("false"))
    is_emergency: Mapped[bool | None]
    proposed_event_level: Mapped[str | None]
    event_level: Mapped[str | None]
    warning_colour: Mapped[str | None]
    needs_answer: Mapped[bool] = mapped_column(server_default=text("false"))
    treat_as_major: Mapped[bool] = mapped_column(server_default=text("false"))
    categories: Mapped[Words]
    region: Mapped[str | None]
    unit: Mapped[str | None]
    occurred_at: Mapped[Instant | None]
    detected_at: Mapped[Instant]
    proposed_at: Mapped[Instant]
    reported_at: Mapped[Instant | None]
    acknowledged_at: Mapped[Instant | None]
    assigned_at: Mapped[Instant | None]
    confirmed_at: Mapped[Instant | None]
    responded_at: Mapped[Instant | None]
    closed_at: Mapped[Instant | None]
    dismissal: Mapped[str | None]
    closing_reason: Mapped[str | None]
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("incident.id"))
    came_back_from: Mapped[str | None] = mapped_column(ForeignKey("incident.id"))
    reasons: Mapped[JsonList]
    summary: Mapped[str] = mapped_column(server_default="")
    key_terms: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    last_document_at: Mapped[Instant | None]
    escalation_step: Mapped[int] = mapped_column(server_default="0")
    escalated_at: Mapped[Instant | None]
    catalogue_version: Mapped[str]
    version: Mapped[int] = mapped_column(server_default="1")
    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint("origin in ('program', 'person')", name="origin"),
        CheckConstraint(f"proposed_grade {LEVEL}", name="proposed_grade"),
        CheckConstraint(f"grade {LEVEL}", name="grade"),
        CheckConstraint(f"proposed_event_level {LEVEL}", name="proposed_event_level"),
        CheckConstraint(f"event_level {LEVEL}", name="event_level"),
        CheckConstraint(f"dismissal in {tuple(DISMISSALS)}", name="dismissal"),
        CheckConstraint(
            "state not in ('confirmed', 'closed') or unit is not null", name="owned_when_confirmed"
        ),
        CheckConstraint("state <> 'dismissed' or dismissal is not null", name="dismissed_with_reason"),
        CheckConstraint("state <> 'merged' or merged_into is not null", name="merged_somewhere"),
        Index("ix_incident_state", "state", "detected_at"),
    )


class Membership(Base):
    """A document belongs to an incident since a time (until is null while it does), by `program` or a login."""

    __tablename__ = "membership"
    id: Mapped[BigKey]
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"))
    document_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("document.id"))
    since: Mapped[Instant]
    until: Mapped[Instant | None]
    by: Mapped[str]
    __table_args__ = (
        Index("uq_membership_current", "document_id", unique=True, postgresql_where=text("until is null")),
        Index("ix_membership_incident", "incident_id", "document_id"),
    )


class PairJudgement(Base):
    """A person's word on a document and an incident: must belong, or cannot."""

    __tablename__ = "pair_judgement"
    document_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("document.id"), primary_key=True)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    verdict: Mapped[str]
    by: Mapped[str]
    at: Mapped[Instant]
    __table_args__ = (CheckConstraint("verdict in ('must', 'cannot')", name="verdict"),)


class Question(Base):
    """One thing the public asks about an incident, with the response that answers it."""

    __tablename__ = "question"
    id: Mapped[BigKey]
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"))
    text: Mapped[str]
    first_asked_at: Mapped[Instant | None]
    answered_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("response.id"))
    __table_args__ = (UniqueConstraint("incident_id", "text"),)


class QuestionDocument(Base):
    __tablename__ = "question_document"
    question_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("question.id"), primary_key=True)
    document_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("document.id"), primary_key=True)


class AnswerJudgement(Base):
    """A person's word on a question and a published response: it answers it, or it does not."""

    __tablename__ = "answer_judgement"
    question_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("question.id", ondelete="CASCADE"), primary_key=True
    )
    response_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("response.id"), primary_key=True)
    verdict: Mapped[str]
    by: Mapped[str]
    at: Mapped[Instant]
    __table_args__ = (
        CheckConstraint("verdict in ('answers', 'does_not')", name="verdict"),
        Index("ix_answer_judgement_response", "response_id"),
    )


class Clock(Base):
    """One duty running for one incident. started_at null = 起算待核; provisional ones are outside all figures."""

    __tablename__ = "clock"
    id: Mapped[BigKey]
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"))
    duty: Mapped[str]
    started_at: Mapped[Instant | None]
    start_basis: Mapped[str]
    deadline_at: Mapped[Instant | None]
    provisional: Mapped[bool]
    state: Mapped[str]
    response_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("response.id"))
    settled_at: Mapped[Instant | None]
    recorded_late: Mapped[bool] = mapped_column(server_default=text("false"))
    reason: Mapped[str | None]
    created_at: Mapped[Instant]
    catalogue_version: Mapped[str]
    __table_args__ = (
        UniqueConstraint("incident_id", "duty"),
        CheckConstraint(f"state in {CLOCK_STATES}", name="state"),
        CheckConstraint("(started_at is null) = (deadline_at is null)", name="deadline_follows_start"),
        Index("ix_clock_running", "deadline_at", postgresql_where=text("state in ('running', 'missed')")),
    )


class ClockChange(Base):
    """Every move of a deadline or state of a clock; the old deadline stays visible."""

    __tablename__ = "clock_change"
    id: Mapped[BigKey]
    clock_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("clock.id"))
    at: Mapped[Instant]
    by: Mapped[str]
    what: Mapped[str]
    state_before: Mapped[str | None]
    state_after: Mapped[str | None]
    deadline_before: Mapped[Instant | None]
    deadline_after: Mapped[Instant | None]
    reason: Mapped[str | None]
    __table_args__ = (Index("ix_clock_change_clock", "clock_id"),)


class Milestone(Base):
    """A reminder mark of a clock; fired once, or cancelled unsent after a correction."""

    __tablename__ = "milestone"
    id: Mapped[BigKey]
    clock_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("clock.id"))
    code: Mapped[str]
    kind: Mapped[str]
    due_at: Mapped[Instant]
    fired_at: Mapped[Instant | None]
    cancelled_at: Mapped[Instant | None]
    __table_args__ = (
        UniqueConstraint("clock_id", "code"),
        CheckConstraint("kind in ('reminder', 'due', 'overdue')", name="kind"),
        Index(
            "ix_milestone_waiting",
            "due_at",
            postgresql_where=text("fired_at is null and cancelled_at is null"),
        ),
    )


class Response(Base):
    """Evidence that something was published or held, with the time it happened and who recorded it when."""

    __tablename__ = "response"
    id: Mapped[BigKey]
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"))
    kind: Mapped[str]
    happened_at: Mapped[Instant]
    channel: Mapped[str]
    url: Mapped[str | None]
    document_number: Mapped[str | None]
    place: Mapped[str | None]
    speaker_post: Mapped[str | None]
    note: Mapped[str] = mapped_column(server_default="")
    recorded_at: Mapped[Instant]
    recorded_by: Mapped[str]
    withdrawn_at: Mapped[Instant | None]
    withdrawn_by: Mapped[str | None]
    withdrawn_reason: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("kind in ('authoritative_release', 'press_conference', 'answer')", name="kind"),
        Index("ix_response_incident", "incident_id"),
    )
