"""Rows of counts by category, place and channel, and by day and week; each with the same span before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from catalogue.loader import Catalogue
from catalogue.source import CHANNELS
from store.model import (
    EVERYTHING,
    NOWHERE,
    DayCategoryRegion,
    HourCategory,
    HourChannel,
    HourRegion,
)

HOUR = timedelta(hours=1)
WEEK_HOURS = 168
BEIJING = ZoneInfo("Asia/Shanghai")
NOWHERE_NAME = "未标注"
NOTICEABLE_SHARE, NOTICEABLE_COUNT = 0.1, 3  # a change under 10 % or under three texts is called level


@dataclass(frozen=True)
class CountRow:
    """One line of a ranked list over [begins, ends). previous: total of the equally long span before; mark: ▲▼—;
    spark: total by hour (by Beijing day beyond a week), oldest first; members: the stored ids it sums (a district and its townships)."""

    id: str
    name: str
    total: int
    negative: int
    previous: int
    mark: str
    spark: tuple[int, ...]
    begins: datetime
    ends: datetime
    members: tuple[str, ...]


@dataclass(frozen=True)
class DayPoint:
    """One Beijing day; also holds texts that carry a date without a time."""

    day: date
    total: int
    negative: int
    neutral: int
    positive: int


@dataclass(frozen=True)
class WeekRow:
    """One line of the week's table. days: total by day; previous: total of the days compared with."""

    id: str
    name: str
    total: int
    negative: int
    neutral: int
    positive: int
    previous: int
    previous_negative: int
    mark: str
    days: tuple[int, ...]


def change_mark(total: int, previous: int) -> str:
    """▲ risen, ▼ fallen, — level (under 10 %, or under three texts)."""
    difference = total - previous
    if abs(difference) < NOTICEABLE_COUNT or abs(difference) < NOTICEABLE_SHARE * previous:
        return "—"
    return "▲" if difference > 0 else "▼"


def window_of(now: datetime, hours: int) -> tuple[datetime, datetime]:
    """Whole hours up to the running one; beyond a week whole Beijing days up to today. Always [begins, ends)."""
    ends = now.replace(minute=0, second=0, microsecond=0) + HOUR
    if hours > WEEK_HOURS:
        midnight = now.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
        ends = (midnight + timedelta(days=1)).astimezone(UTC)
    return ends - HOUR * hours, ends


def step_of(hours: int) -> int:
    """Hours of one point of a small line: an hour up to a week, a day beyond."""
    return 1 if hours <= WEEK_HOURS else 24


def bucket_of(moment: Any, now: datetime, hours: int) -> ColumnElement[int]:
    """The number of a moment's step: 0 is the first of the window, what lies before it is negative."""
    begins, _ = window_of(now, hours)
    seconds = func.extract("epoch", moment) - begins.timestamp()
    return func.floor(seconds / (3600 * step_of(hours)))


def category_rows(
    session: Session, catalogue: Catalogue, now: datetime, hours: int = 24, counts: ByBucket | None = None
) -> list[CountRow]:
    """Every category, most texts first; a text may be in several, so the sum may exceed the whole.

    counts: other counts than those of the whole town, e.g. of one unit (analysis.scoped_counts).
    """
    names = {item.id: item.name for item in catalogue.categories.values()}
    groups: list[Group] = [(id_, name, (id_,)) for id_, name in names.items()]
    found = by_bucket(session, HourCategory.category, now, hours) if counts is None else counts
    groups += unknown(found, {*names, EVERYTHING})
    return ranked(count_rows(found, groups, now, hours))


def region_rows(session: Session, catalogue: Catalogue, now: datetime, hours: int = 24) -> list[CountRow]:
    """The districts with their townships, in the gazetteer's order, then the office's own place, then 未标注."""
    groups = region_groups(catalogue)
    counts = by_bucket(session, HourRegion.region, now, hours)
    groups += unknown(counts, {member for _, _, members in groups for member in members})
    return count_rows(counts, groups, now, hours)


def channel_rows(session: Session, now: datetime, hours: int = 24) -> list[CountRow]:
    """Every kind of channel, most texts first; hotline and mailbox are counts only."""
    groups: list[Group] = [(id_, name, (id_,)) for id_, name in CHANNELS.items()]
    return ranked(count_rows(by_bucket(session, HourChannel.channel, now, hours), groups, now, hours))


Group = tuple[str, str, tuple[str, ...]]
ByBucket = dict[str, dict[int, tuple[int, int]]]


def region_ids(catalogue: Catalogue, region: str) -> tuple[str, ...]:
    """A region with all its parts, itself first."""
    found = [region]
    for parent in found:
        found += [child.id for child in catalogue.regions.values() if child.parent == parent]
    return tuple(found)


def region_groups(catalogue: Catalogue) -> list[Group]:
    """What the tiles show: each part of the office's place, the place itself where a text names no part, 未标注."""
    office = catalogue.office
    parent = office.id if office else None
    groups: list[Group] = [
        (region.id, region.name, region_ids(catalogue, region.id))
        for region in catalogue.regions.values()
        if region.parent == parent and region is not office
    ]
    if office is not None:
        groups.append((office.id, f"{office.name}（未分区县）", (office.id,)))
    return [*groups, (NOWHERE, NOWHERE_NAME, (NOWHERE,))]


def unknown(counts: Iterable[str], known: set[str]) -> list[Group]:
    """Ids that are counted but no longer in the catalogue: shown under their own id rather than lost."""
    return [(id_, id_, (id_,)) for id_ in sorted(set(counts) - known)]


def by_bucket(session: Session, key: InstrumentedAttribute[str], now: datetime, hours: int) -> ByBucket:
    """id → step of the window → (total, negative); steps of the equally long span before it are negative."""
    begins, ends = window_of(now, hours)
    table = key.class_
    bucket = bucket_of(table.hour, now, hours)
    rows = session.execute(
        select(key, bucket, func.sum(table.total), func.sum(table.negative))
        .where(table.hour >= begins - HOUR * hours, table.hour < ends, table.total > 0)
        .group_by(key, bucket)
    )
    found: ByBucket = {}
    for id_, number, total, negative in rows:
        found.setdefault(id_, {})[int(number)] = (int(total), int(negative))
    return found


def count_rows(counts: ByBucket, groups: Sequence[Group], now: datetime, hours: int) -> list[CountRow]:
    begins, ends = window_of(now, hours)
    steps = range(hours // step_of(hours))
    rows = []
    for id_, name, members in groups:
        merged = [counts.get(member, {}) for member in members]
        spark = tuple(sum(one.get(step, (0, 0))[0] for one in merged) for step in steps)
        negative = sum(one.get(step, (0, 0))[1] for one in merged for step in steps)
        previous = sum(pair[0] for one in merged for step, pair in one.items() if step < 0)
        mark = change_mark(sum(spark), previous)
        rows.append(CountRow(id_, name, sum(spark), negative, previous, mark, spark, begins, ends, members))
    return rows


def ranked(rows: list[CountRow]) -> list[CountRow]:
    return sorted(rows, key=lambda row: -row.total)


def days(
    session: Session, begins: date, ends: date, category: str = EVERYTHING, region: str = EVERYTHING
) -> list[DayPoint]:
    """Every Beijing day of [begins, ends), empty days as zeros."""
    table = DayCategoryRegion
    rows = session.execute(
        select(table.day, table.total, table.negative, table.neutral, table.positive).where(
            table.category == category, table.region == region, table.day >= begins, table.day < ends
        )
    )
    found = {row[0]: DayPoint(*row) for row in rows}
    moments = [begins + timedelta(days=number) for number in range((ends - begins).days)]
    return [found.get(day, DayPoint(day, 0, 0, 0, 0)) for day in moments]


def week_table(
    session: Session, catalogue: Catalogue, begins: date, ends: date, by: str = "category"
) -> list[WeekRow]:
    """The days [begins, ends) beside as many days exactly one week before; by: category or region.

    The first row (`*`) counts every text once. A text may be in several categories.
    """
    groups: list[Group] = [(EVERYTHING, "全部", (EVERYTHING,))]
    if by == "category":
        groups += [(item.id, item.name, (item.id,)) for item in catalogue.categories.values()]
    else:
        groups += region_groups(catalogue)
    counts = by_day(session, begins, ends, by)
    groups += unknown(counts, {member for _, _, members in groups for member in members})
    return [week_row(counts, group, begins, ends) for group in groups]


ByDay = dict[str, dict[date, tuple[int, int, int, int]]]


def by_day(session: Session, begins: date, ends: date, by: str) -> ByDay:
    table = DayCategoryRegion
    key, other = (table.category, table.region) if by == "category" else (table.region, table.category)
    sums = [func.sum(column) for column in (table.total, table.negative, table.neutral, table.positive)]
    rows = session.execute(
        select(key, table.day, *sums)
        .where(other == EVERYTHING, table.day >= begins - timedelta(days=7), table.day < ends)
        .group_by(key, table.day)
    )
    found: ByDay = {}
    for id_, day, *numbers in rows:
        total, negative, neutral, positive = (int(number) for number in numbers)
        found.setdefault(id_, {})[day] = (total, negative, neutral, positive)
    return found


def week_row(counts: ByDay, group: Group, begins: date, ends: date) -> WeekRow:
    id_, name, members = group
    moments = [begins + timedelta(days=number) for number in range((ends - begins).days)]
    merged = [counts.get(member, {}) for member in members]

    def sums(shift: int, index: int) -> list[int]:
        return [
            sum(one.get(day - timedelta(days=shift), (0, 0, 0, 0))[index] for one in merged)
            for day in moments
        ]

    totals = sums(0, 0)
    total, previous = sum(totals), sum(sums(7, 0))
    return WeekRow(
        id_, name, total, sum(sums(0, 1)), sum(sums(0, 2)), sum(sums(0, 3)), previous, sum(sums(7, 1)),
        change_mark(total, previous), tuple(totals),
    )  # fmt: skip
