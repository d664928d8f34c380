"""Everything a weekly report says, read from the store with one cut-off time, as plain values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from analysis.seen import Seen, seen_between
from analysis.series import (
    Coverage,
    DayPoint,
    HourSeries,
    WeekRow,
    coverage,
    data_until,
    days,
    town_hours,
    week_table,
)
from catalogue.loader import Catalogue
from catalogue.settings import settings
from dashboards import week_clocks as clocks
from dashboards import week_documents as documents
from dashboards import week_incidents as incidents
from dashboards.errors import BadWeek, FutureWeek
from dashboards.prose import BEIJING, span
from dashboards.week_clocks import ClockWeek
from dashboards.week_documents import ChannelCount, Friction, Voice
from dashboards.week_incidents import IncidentWeek, Tally

ISO_WEEK = re.compile(r"(\d{4})-?W(\d{2})")


@dataclass(frozen=True)
class Window:
    """Beijing days [begins, ends) and the instants they stand for."""

    begins: date
    ends: date

    @property
    def begins_at(self) -> datetime:
        return datetime(self.begins.year, self.begins.month, self.begins.day, tzinfo=BEIJING).astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        return datetime(self.ends.year, self.ends.month, self.ends.day, tzinfo=BEIJING).astimezone(UTC)

    @property
    def words(self) -> str:
        return span(self.begins, self.ends)


@dataclass(frozen=True)
class WeekData:
    """One ISO week. window: Monday to Sunday; shown: its days that have begun; previous: the same days a week before.
    data_until: the cut-off of all numbers. The first row of categories and regions counts every text once."""

    iso_week: str
    window: Window
    shown: Window
    previous: Window
    now: datetime
    data_until: datetime
    is_over: bool
    is_demo: bool
    place: str
    catalogue: Catalogue
    categories: tuple[WeekRow, ...]
    regions: tuple[WeekRow, ...]
    channels: tuple[ChannelCount, ...]
    days: tuple[DayPoint, ...]
    hours: HourSeries
    incidents: tuple[IncidentWeek, ...]
    tally: Tally
    clocks: tuple[ClockWeek, ...]
    friction: tuple[Friction, ...]
    voices: tuple[Voice, ...]
    policy: tuple[Voice, ...]
    models: Mapping[str, int]
    coverage: Coverage
    seen: Seen
    reprints: int

    @property
    def whole(self) -> WeekRow:
        return self.categories[0]

    def due(self) -> list[ClockWeek]:
        """Clocks whose deadline lies in the week: the one denominator of all on-time figures."""
        return [
            clock
            for clock in self.clocks
            if not clock.provisional
            and clock.deadline_at is not None
            and self.window.begins_at <= clock.deadline_at < self.window.ends_at
        ]


def window_of_week(iso_week: str) -> Window:
    """Monday to Sunday of an ISO week such as 2026-W47. Raises BadWeek."""
    found = ISO_WEEK.fullmatch(iso_week.strip())
    try:
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        monday = None
    if monday is None:
        raise BadWeek(f"周次应形如 2026-W47（年份和 01 至 53 的周号），收到的是“{iso_week}”。")
    return Window(monday, monday + timedelta(days=7))


def week_name(moment: date) -> str:
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02d}"


def last_full_week(now: datetime) -> str:
    """The ISO week that ended before the Beijing day of `now`."""
    return week_name(now.astimezone(BEIJING).date() - timedelta(days=7))


def read_week(session: Session, catalogue: Catalogue, iso_week: str, now: datetime) -> WeekData:
    """Read one week. A week not over yet is cut at `now`. Raises BadWeek, FutureWeek."""
    window = window_of_week(iso_week)
    if window.begins_at > now:
        raise FutureWeek(f"{iso_week} 从 {window.begins} 开始，还没有到；请选已开始的周。")
    today = now.astimezone(BEIJING).date()
    shown = Window(window.begins, min(window.ends, today + timedelta(days=1)))
    previous = Window(shown.begins - timedelta(days=7), shown.ends - timedelta(days=7))
    is_over = now >= window.ends_at
    cut = window.ends_at if is_over else now
    read_until = cut if is_over else (data_until(session, now) or now)
    happened = incidents.read_incidents(session, catalogue, window, cut, now)
    office = catalogue.office
    return WeekData(
        iso_week=week_name(window.begins),
        window=window,
        shown=shown,
        previous=previous,
        now=now,
        data_until=read_until,
        is_over=is_over,
        is_demo=settings().is_demo,
        place=office.name if office else "",
        catalogue=catalogue,
        categories=tuple(week_table(session, catalogue, shown.begins, shown.ends)),
        regions=tuple(week_table(session, catalogue, shown.begins, shown.ends, by="region")),
        channels=tuple(documents.channels(session, shown, previous)),
        days=tuple(days(session, shown.begins, shown.ends)),
        hours=town_hours(session, cut - timedelta(microseconds=1), hours=168),
        incidents=tuple(happened),
        tally=incidents.read_tally(session, window, cut),
        clocks=tuple(clocks.read_clocks(session, catalogue, cut, now)),
        friction=tuple(documents.friction(session, catalogue, shown, previous)),
        voices=tuple(documents.critical_voices(session, catalogue, shown)),
        policy=tuple(documents.policy_documents(session, catalogue, shown)),
        models=documents.models(session, shown),
        coverage=coverage(session, window.begins_at, cut, now),
        seen=seen_between(session, catalogue, window.begins_at, cut),
        reprints=documents.reprints(session, shown),
    )


def by_total(rows: Sequence[WeekRow]) -> list[WeekRow]:
    """The rows without the whole, most texts first."""
    return sorted(rows[1:], key=lambda row: -row.total)
