"""Counts of first publications, kept in the scoring transaction and recomputable for any hour or day."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from store.model.base import Base, Instant


class Counts:
    """total = negative + neutral + positive; reprints are folded and not counted."""

    total: Mapped[int]
    negative: Mapped[int]
    neutral: Mapped[int]
    positive: Mapped[int]


class HourCategory(Counts, Base):
    """hour: start of the hour, UTC; category `*` counts every document once."""

    __tablename__ = "rollup_hour_category"
    hour: Mapped[Instant] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)


class HourRegion(Counts, Base):
    """region `?` counts documents that name no place of ours."""

    __tablename__ = "rollup_hour_region"
    hour: Mapped[Instant] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(primary_key=True)


class HourChannel(Counts, Base):
    __tablename__ = "rollup_hour_channel"
    hour: Mapped[Instant] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)


class DayCategoryRegion(Counts, Base):
    """day: Beijing date; holds documents without a time of day too. `*` in a column sums over it."""

    __tablename__ = "rollup_day_category_region"
    day: Mapped[date] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(primary_key=True)


class Drift(Base):
    """What one model said on one Beijing day about one head, and how many of its answers people corrected.

    head: category:<id>, sentiment:<class>, service_friction or sudden_incident. share: of the day's documents with
    this answer. confidence: mean score of the answer where it was given, 0 where it never was. documents: read that
    day. corrections: of them, how many a person corrected in this head.
    """

    __tablename__ = "drift"
    day: Mapped[date] = mapped_column(primary_key=True)
    head: Mapped[str] = mapped_column(primary_key=True)
    model_version: Mapped[str] = mapped_column(primary_key=True)
    documents: Mapped[int]
    share: Mapped[float]
    confidence: Mapped[float]
    corrections: Mapped[int]
