"""When a document counts: its place in hourly and daily series, clipped to what could really be known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
TOLERANCE = timedelta(minutes=10)  # a page's clock may be this far ahead of ours
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """counted_at null = not in hourly series; counted_on is the Beijing day in daily series."""

    published_at: datetime | None
    precision: str
    counted_at: datetime | None
    counted_on: date


def place_in_time(
    published_at: datetime | None, precision: str, fetched_at: datetime, is_first_crawl: bool
) -> Place:
    """Where a document counts.

    A time before 1990 or more than ten minutes ahead of fetching is nobody's fact: dropped, not repaired.
    A date without a time counts on its day and in no hour. Without any date the moment of fetching stands
    for it, except in a source's first crawl, whose archive is neither a burst nor the start of a clock.
    """
    if published_at is not None and not EARLIEST <= published_at <= fetched_at + TOLERANCE:
        published_at, precision = None, "none"
    if published_at is None or precision == "none":
        counted = None if is_first_crawl else fetched_at
        return Place(None, "none", counted, fetched_at.astimezone(BEIJING).date())
    moment = min(published_at, fetched_at)
    day = moment.astimezone(BEIJING).date()
    return Place(published_at, precision, moment if precision == "minute" else None, day)
