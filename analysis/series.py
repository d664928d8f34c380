"""The numbers behind every chart, so that mail, page and paper agree.

Every count is of first publications (folded_into is null, counted_at in the window), so the list behind a number
has exactly as many rows. Hours are starts of hours in UTC; windows are half-open [begins, ends).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from analysis.bursts import HISTORY_DAYS, warning_line
from analysis.count_rows import (
    CountRow,
    DayPoint,
    WeekRow,
    category_rows,
    change_mark,
    channel_rows,
    days,
    region_ids,
    region_rows,
    week_table,
)
from analysis.coverage import Coverage, SourceGap, coverage, data_until
from store.model import (
    EVERYTHING,
    NOWHERE,
    Document,
    DocumentCategory,
    HourCategory,
    HourRegion,
    Incident,
    Membership,
    Reading,
)

__all__ = [
    "CountRow", "Coverage", "DayPoint", "HourPoint", "HourSeries", "SourceGap", "WeekRow", "category_rows",
    "change_mark", "channel_rows", "coverage", "data_until", "days", "incident_hours", "region_ids", "region_rows",
    "town_hours", "week_table",
]  # fmt: skip

HOUR = timedelta(hours=1)
Counts = tuple[int, int, int, int]  # total, negative, neutral, positive
NOTHING: Counts = (0, 0, 0, 0)


@dataclass(frozen=True)
class HourPoint:
    """One hour. warning_line is None where the history is too short; is_partial: not full yet, draw it hatched;
    is_gap: the sources were down, so its count must not be read as quiet."""

    hour: datetime
    total: int
    negative: int
    neutral: int
    positive: int
    warning_line: float | None
    is_partial: bool
    is_gap: bool

    @property
    def is_burst(self) -> bool:
        return self.warning_line is not None and self.total > self.warning_line


@dataclass(frozen=True)
class HourSeries:
    """Hours oldest first. data_until: the moment the data reaches, None when nothing was ever read;
    down_sources: sources that were down in some hour of the window."""

    points: tuple[HourPoint, ...]
    begins: datetime
    ends: datetime
    data_until: datetime | None
    enough_history: bool
    down_sources: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return sum(point.total for point in self.points)

    @property
    def negative(self) -> int:
        return sum(point.negative for point in self.points)

    @property
    def peak(self) -> HourPoint | None:
        """The hour with most texts (the first of equals), None when all are empty."""
        best = max(self.points, key=lambda point: point.total, default=None)
        return best if best is not None and best.total else None


def hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def town_hours(
    session: Session,
    now: datetime,
    hours: int = 72,
    category: str = EVERYTHING,
    region: str | Sequence[str] | None = None,
) -> HourSeries:
    """The last `hours` hours, the running one included. region: one id, or an id with all its parts (region_ids)."""
    ends = hour_of(now) + HOUR
    begins = ends - HOUR * hours
    places = () if region is None else (region,) if isinstance(region, str) else tuple(region)
    counts = hour_counts(session, begins - timedelta(days=HISTORY_DAYS + 1), ends, category, places)
    usual = {hour: count[0] for hour, count in counts.items()}
    return build_series(session, counts, usual, begins, ends, now)


def incident_hours(session: Session, incident_id: str, now: datetime, hours: int = 36) -> HourSeries:
    """First publications of an incident by hour; the warning line is what its categories and region usually bring."""
    ends = hour_of(now) + HOUR
    begins = ends - HOUR * hours
    statement = (
        select(func.date_trunc("hour", Document.counted_at).label("hour"), *sentiment_counts())
        .select_from(Membership)
        .join(Document, Document.id == Membership.document_id)
        .join(Reading, Reading.document_id == Document.id)
        .where(
            Membership.incident_id == incident_id, Membership.until.is_(None), counted_between(begins, ends)
        )
        .group_by("hour")
    )
    counts: dict[datetime, Counts] = {
        row[0]: (row[1], row[2], row[3], row[4]) for row in session.execute(statement)
    }
    usual = usual_of(session, incident_id, begins - timedelta(days=HISTORY_DAYS + 1), ends)
    return build_series(session, counts, usual, begins, ends, now)


def usual_of(session: Session, incident_id: str, begins: datetime, ends: datetime) -> dict[datetime, int]:
    """What the incident's categories and region bring by hour, each text once: from the hourly counts where they
    know it, else from the index of the categories, which holds first publications only."""
    incident = session.get_one(Incident, incident_id)
    region, categories = incident.region, incident.categories
    if not categories or (region is None and len(categories) == 1):
        counted = hour_counts(
            session, begins, ends, categories[0] if categories else EVERYTHING, (region,) if region else ()
        )
        return {hour: counts[0] for hour, counts in counted.items()}
    hour = func.date_trunc("hour", DocumentCategory.counted_at).label("hour")
    statement = select(hour, func.count(DocumentCategory.document_id.distinct())).where(
        DocumentCategory.category.in_(categories),
        DocumentCategory.counted_at >= begins,
        DocumentCategory.counted_at < ends,
    )
    if region is not None:
        here = Reading.document_id == DocumentCategory.document_id
        statement = statement.join(Reading, here).where(
            Reading.region == region, Reading.counted_at >= begins, Reading.counted_at < ends
        )
    return {row[0]: row[1] for row in session.execute(statement.group_by("hour"))}


def counted_between(begins: datetime, ends: datetime) -> ColumnElement[bool]:
    """The one filter of every hourly number: first publications whose place in time lies in [begins, ends)."""
    return and_(Document.folded_into.is_(None), Document.counted_at >= begins, Document.counted_at < ends)


def sentiment_counts() -> list[ColumnElement[int]]:
    return [
        func.count(),
        *(
            func.count().filter(Reading.sentiment == word)
            for word in ("negative", "neutral", "positive")
        ),
    ]  # fmt: skip


def hour_counts(
    session: Session, begins: datetime, ends: datetime, category: str, regions: Sequence[str]
) -> dict[datetime, Counts]:
    """Counts by hour: from the rollups where one exists, from the documents for a category in a region."""
    if regions and category != EVERYTHING:
        return document_counts(session, begins, ends, category, regions)
    if regions:
        table: type[HourCategory] | type[HourRegion] = HourRegion
        wanted: ColumnElement[bool] = HourRegion.region.in_(regions)
    else:
        table, wanted = HourCategory, HourCategory.category == category
    sums = [func.sum(column) for column in (table.total, table.negative, table.neutral, table.positive)]
    rows = session.execute(
        select(table.hour, *sums).where(wanted, table.hour >= begins, table.hour < ends).group_by(table.hour)
    )
    return {row[0]: (int(row[1]), int(row[2]), int(row[3]), int(row[4])) for row in rows}


def document_counts(
    session: Session, begins: datetime, ends: datetime, category: str, regions: Sequence[str]
) -> dict[datetime, Counts]:
    place: ColumnElement[bool] = Reading.region.in_(regions)
    if NOWHERE in regions:
        place = place | Reading.region.is_(None)
    rows = session.execute(
        select(func.date_trunc("hour", Document.counted_at).label("hour"), *sentiment_counts())
        .select_from(DocumentCategory)
        .join(Document, Document.id == DocumentCategory.document_id)
        .join(Reading, Reading.document_id == Document.id)
        .where(
            DocumentCategory.category == category,
            DocumentCategory.counted_at >= begins,
            DocumentCategory.counted_at < ends,
            counted_between(begins, ends),
            place,
        )
        .group_by("hour")
    )
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}


def build_series(
    session: Session,
    counts: Mapping[datetime, Counts],
    usual: Mapping[datetime, int],
    begins: datetime,
    ends: datetime,
    now: datetime,
) -> HourSeries:
    """Counts, warning line, hatching and gaps of [begins, ends) put together."""
    covered = coverage(session, begins, ends, now)
    until = data_until(session, now)
    hours = [begins + HOUR * number for number in range(int((ends - begins) / HOUR))]
    gaps = {hour for hour in hours if covered.is_gap(hour)}
    lines = warning_line(usual, hours, gaps)
    points = tuple(
        HourPoint(
            hour,
            *counts.get(hour, NOTHING),
            warning_line=line.threshold if line.is_enough else None,
            is_partial=hour + HOUR > now or (until is not None and hour <= until < hour + HOUR),
            is_gap=hour in gaps or (until is not None and hour > until and hour + HOUR <= now),
        )
        for hour, line in zip(hours, lines, strict=True)
    )
    down = sorted({name for names in covered.down.values() for name in names})
    return HourSeries(points, begins, ends, until, all(line.is_enough for line in lines), tuple(down))
