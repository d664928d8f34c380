"""Counts that the rollups do not hold, from the documents: what belongs to one unit's incidents, and one category by
place and source. The same first publications as everywhere, so the list behind a number has exactly as many rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from analysis.bursts import HISTORY_DAYS
from analysis.count_rows import (
    WEEK_HOURS,
    ByBucket,
    CountRow,
    bucket_of,
    count_rows,
    ranked,
    region_groups,
    unknown,
    window_of,
)
from analysis.series import HOUR, HourSeries, build_series, hour_of
from catalogue.loader import Catalogue
from store.model import NOWHERE, Document, DocumentCategory, HourCategory, Incident, Membership, Reading


@dataclass(frozen=True)
class Step:
    """One bar of a long span: a Beijing day [begins, ends)."""

    begins: datetime
    ends: datetime
    total: int
    negative: int
    neutral: int
    positive: int


def of_unit(unit: str) -> ColumnElement[bool]:
    """Texts that belong to an incident of this unit: a liaison's scope, as in store.queries_documents."""
    return (
        select(Membership.id)
        .join(Incident, Incident.id == Membership.incident_id)
        .where(Membership.document_id == Document.id, Membership.until.is_(None), Incident.unit == unit)
        .exists()
    )


def sums(
    session: Session,
    keys: Sequence[Any],
    begins: datetime,
    ends: datetime,
    unit: str | None = None,
    category: str | None = None,
) -> Sequence[Any]:
    """Keys (columns), then total, negative, neutral, positive, of first publications in [begins, ends)."""
    moods = [func.count().filter(Reading.sentiment == word) for word in ("negative", "neutral", "positive")]
    statement = (
        select(*keys, func.count(), *moods)
        .select_from(Document)
        .join(Reading, Reading.document_id == Document.id)
        .where(Document.folded_into.is_(None), Document.counted_at >= begins, Document.counted_at < ends)
        .group_by(*keys)
    )
    if category is not None or any(key is DocumentCategory.category for key in keys):
        statement = statement.join(DocumentCategory, DocumentCategory.document_id == Document.id).where(
            DocumentCategory.counted_at >= begins, DocumentCategory.counted_at < ends
        )
    if category is not None:
        statement = statement.where(DocumentCategory.category == category)
    if unit is not None:
        statement = statement.where(of_unit(unit))
    return session.execute(statement).all()


def unit_categories(session: Session, unit: str, now: datetime, hours: int) -> ByBucket:
    """The counts of category_rows for one unit's incidents alone."""
    begins, ends = window_of(now, hours)
    keys = [DocumentCategory.category, bucket_of(Document.counted_at, now, hours)]
    found: ByBucket = {}
    for id_, bucket, total, negative, *_ in sums(session, keys, begins - HOUR * hours, ends, unit):
        found.setdefault(id_, {})[int(bucket)] = (total, negative)
    return found


def unit_sources(session: Session, unit: str, begins: datetime, ends: datetime) -> dict[str, int]:
    """Texts of one unit's incidents by source."""
    return {row[0]: row[1] for row in sums(session, [Document.source], begins, ends, unit)}


def unit_hours(session: Session, unit: str, now: datetime, hours: int, category: str) -> HourSeries:
    """The hours of a category for one unit's incidents; the warning line is what they usually bring."""
    ends = hour_of(now) + HOUR
    begins = ends - HOUR * hours
    hour = func.date_trunc("hour", Document.counted_at)
    rows = sums(session, [hour], begins - timedelta(days=HISTORY_DAYS + 1), ends, unit, category)
    counts = {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}
    usual = {when: numbers[0] for when, numbers in counts.items()}
    return build_series(session, counts, usual, begins, ends, now)


def category_days(session: Session, now: datetime, hours: int, category: str, unit: str | None) -> list[Step]:
    """One bar a Beijing day of a long window (beyond a week), empty days as zeros."""
    begins, ends = window_of(now, hours)
    rows: Sequence[Any]
    if unit is not None:
        rows = sums(session, [bucket_of(Document.counted_at, now, hours)], begins, ends, unit, category)
    else:
        bucket = bucket_of(HourCategory.hour, now, hours)
        columns = (HourCategory.total, HourCategory.negative, HourCategory.neutral, HourCategory.positive)
        rows = session.execute(
            select(bucket, *(func.sum(column) for column in columns))
            .where(HourCategory.category == category, HourCategory.hour >= begins, HourCategory.hour < ends)
            .group_by(bucket)
        ).all()
    found = {int(row[0]): (int(row[1]), int(row[2]), int(row[3]), int(row[4])) for row in rows}
    day = timedelta(days=1)
    return [
        Step(begins + day * number, begins + day * (number + 1), *found.get(number, (0, 0, 0, 0)))
        for number in range(hours // 24)
    ]


def breakdown(
    session: Session, catalogue: Catalogue, now: datetime, hours: int, category: str, unit: str | None
) -> tuple[list[CountRow], list[CountRow]]:
    """One category by place (the gazetteer's order) and by source (most texts first).

    Both come from one reading of the documents; their sums are the category's total. Up to a week the span before is
    counted too; beyond, previous is 0 and means nothing: reading twice as many documents would take a second.
    """
    begins, ends = window_of(now, hours)
    place = func.coalesce(Reading.region, NOWHERE)
    is_now = Document.counted_at >= begins
    first = begins - HOUR * hours if hours <= WEEK_HOURS else begins
    rows = sums(session, [place, Document.source, is_now], first, ends, unit, category)
    places: ByBucket = {}
    sources: ByBucket = {}
    for region, source, current, total, negative, *_ in rows:
        for counts, key in ((places, region), (sources, source)):
            before = counts.setdefault(key, {}).get(0 if current else -1, (0, 0))
            counts[key][0 if current else -1] = (before[0] + total, before[1] + negative)
    groups = region_groups(catalogue)
    groups += unknown(places, {member for _, _, members in groups for member in members})
    names = {name: source.publisher for name, source in catalogue.sources.items()}
    by_source = [(key, names.get(key, key), (key,)) for key in sorted(sources)]
    return count_rows(places, groups, now, hours), ranked(count_rows(sources, by_source, now, hours))
