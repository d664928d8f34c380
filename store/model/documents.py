"""What was read: documents, their texts and versions, how they scored, and what they ask."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from store.model.base import Base, BigKey, Instant, Json, Words

EVERYTHING = "*"  # the category and region of rollup rows that count each document once
NOWHERE = "?"  # the region of rollup rows whose documents name no place of ours


class Document(Base):
    """A stored text, thin.

    counted_at is its place in hourly series (null: a date without a time, or an old archive), counted_on its
    Beijing day; folded_into names the first publication it repeats; copies counts what is folded into this one.
    answered_at, answered_by: of a message, when and by which office it was answered.
    """

    __tablename__ = "document"
    id: Mapped[BigKey]
    source: Mapped[str]
    channel: Mapped[str]
    url: Mapped[str]
    canonical_url: Mapped[str]
    fingerprint: Mapped[str]
    published_at: Mapped[Instant | None]
    published_precision: Mapped[str]
    fetched_at: Mapped[Instant]
    counted_at: Mapped[Instant | None]
    counted_on: Mapped[date]
    visibility: Mapped[str]
    folded_into: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("document.id"))
    copies: Mapped[int] = mapped_column(server_default="0")
    read_at: Mapped[Instant | None]
    clustered_at: Mapped[Instant | None]
    vanished_at: Mapped[Instant | None]
    answered_at: Mapped[Instant | None]
    answered_precision: Mapped[str | None]
    answered_by: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("source", "canonical_url"),
        CheckConstraint("published_precision in ('minute', 'day', 'none')", name="precision"),
        CheckConstraint("answered_precision in ('minute', 'day', 'none')", name="answered_precision"),
        CheckConstraint("visibility in ('public', 'internal')", name="visibility"),
        Index("ix_document_fingerprint", "fingerprint"),
        Index("ix_document_canonical_url", "canonical_url", postgresql_using="hash"),
        Index("ix_document_counted", "counted_at", "id"),
        Index("ix_document_source_fetched", "source", "fetched_at"),
        Index("ix_document_folded_into", "folded_into", postgresql_where=text("folded_into is not null")),
        Index("ix_document_answered", "answered_at", postgresql_where=text("answered_at is not null")),
        Index("ix_document_unread", "id", postgresql_where=text("read_at is null")),
        Index(
            "ix_document_unclustered", "id",
            postgresql_where=text("read_at is not null and clustered_at is null and folded_into is null"),
        ),
    )  # fmt: skip


class DocumentText(Base):
    """The masked title and body, partitioned by month of fetching so that purge drops a partition.

    answer: the masked official reply to a message; it is neither scored nor counted.
    """

    __tablename__ = "document_text"
    document_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    fetched_at: Mapped[Instant] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    masked: Mapped[Json]
    search: Mapped[str] = mapped_column(TSVECTOR)
    answer: Mapped[str | None]
    __table_args__ = (
        Index("ix_document_text_search", "search", postgresql_using="gin"),
        {"postgresql_partition_by": "RANGE (fetched_at)"},
    )


class DocumentVersion(Base):
    """An earlier text of a page that changed; version 1 is the first text seen."""

    __tablename__ = "document_version"
    document_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    seen_at: Mapped[Instant] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    answer: Mapped[str | None]
    __table_args__ = ({"postgresql_partition_by": "RANGE (seen_at)"},)


class Evidence(Base):
    """The fetched bytes of a news or government page (zstd), with hash and headers."""

    __tablename__ = "evidence"
    document_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    fetched_at: Mapped[Instant] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    headers: Mapped[Json]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    __table_args__ = ({"postgresql_partition_by": "RANGE (fetched_at)"},)


class PageCheck(Base):
    """How often the page of a document was looked at again, and when last."""

    __tablename__ = "page_check"
    document_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("document.id"), primary_key=True)
    checks: Mapped[int]
    checked_at: Mapped[Instant]


class Sighting(Base):
    """One look at a document on a ranking, or a repeat of it; rank 1 is the top."""

    __tablename__ = "sighting"
    document_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("document.id"), primary_key=True)
    seen_at: Mapped[Instant] = mapped_column(primary_key=True)
    rank: Mapped[int | None]
    heat: Mapped[float | None]


class Score(Base):
    """One model's word on a document; head: sentiment, category, service_friction, sudden_incident, region."""

    __tablename__ = "score"
    document_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("document.id"), primary_key=True)
    head: Mapped[str] = mapped_column(primary_key=True)
    model_version: Mapped[str] = mapped_column(primary_key=True)
    result: Mapped[Json]


class Reading(Base):
    """The labels in force for a document: the latest model's, overlaid by what a person corrected."""

    __tablename__ = "reading"
    document_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("document.id"), primary_key=True)
    counted_at: Mapped[Instant | None]
    sentiment: Mapped[str]
    sentiment_score: Mapped[float]
    categories: Mapped[Words]
    region: Mapped[str | None]
    service_friction: Mapped[bool]
    sudden_incident: Mapped[bool]
    groups: Mapped[Words]
    model_version: Mapped[str]
    catalogue_version: Mapped[str]
    is_corrected: Mapped[bool] = mapped_column(server_default=text("false"))
    __table_args__ = (
        CheckConstraint("sentiment in ('negative', 'neutral', 'positive')", name="sentiment"),
        Index("ix_reading_region_counted", "region", "counted_at", "document_id"),
        Index("ix_reading_sentiment_counted", "sentiment", "counted_at", "document_id"),
    )


class DocumentCategory(Base):
    """One positive category of one first publication: the index behind every list by category."""

    __tablename__ = "document_category"
    category: Mapped[str] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("document.id"), primary_key=True)
    counted_at: Mapped[Instant | None]
    __table_args__ = (
        Index("ix_document_category_counted", "category", "counted_at", "document_id"),
        Index("ix_document_category_document", "document_id"),
    )


class DocumentQuestion(Base):
    """One question or request a document contains, cut to 60 characters."""

    __tablename__ = "document_question"
    document_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("document.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


class Label(Base):
    """A person's word on one head of one document, never overwritten by a model: a correction, or (agrees) that what was
    read is right."""

    __tablename__ = "label"
    id: Mapped[BigKey]
    document_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("document.id"))
    head: Mapped[str]
    value: Mapped[object] = mapped_column(JSONB)
    by: Mapped[str]
    at: Mapped[Instant]
    agrees: Mapped[bool] = mapped_column(server_default=text("false"))
    __table_args__ = (Index("ix_label_document", "document_id"),)


class FoldBand(Base):
    """MinHash band keys of first publications, so that folding survives restarts and spans workers."""

    __tablename__ = "fold_band"
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    document_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    seen_at: Mapped[Instant]
    __table_args__ = (
        Index("ix_fold_band_document", "document_id"),
        Index("ix_fold_band_seen", "seen_at"),
    )
