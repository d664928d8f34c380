"""Working days: the office's own table, then the yearly notices (chinesecalendar), then the statute.

The yearly notice of 国务院办公厅 appears in November and the package follows, so each December the next year
is missing: the answer then comes from Mon-Fri less the statutory days and says `provisional`. It never fails.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import chinese_calendar

from alerts.errors import BeyondCalendar, NaiveTime
from catalogue.workday_table import NO_OVERRIDES, WorkdayTable

SATURDAY = 6
ONE_DAY = dt.timedelta(days=1)

# 《全国年节及纪念日放假办法》（2024 修订）第二条: (month, day) of the days fixed in the solar calendar.
FIXED_HOLIDAYS = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}

# The lunar days and 清明 beyond the package: (春节 = 正月初一, 清明, 端午, 中秋).
# Source: the lunar calendar of GB/T 33661-2017, typed from memory, then compared (2026-11) with the month
# table of python-lunardate (春节, 端午, 中秋) and with chinesecalendar's solar terms (清明): no difference.
LUNAR_HOLIDAYS: dict[int, tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]] = {
    2027: ((2, 6), (4, 5), (6, 9), (9, 15)),
    2028: ((1, 26), (4, 4), (5, 28), (10, 3)),
    2029: ((2, 13), (4, 4), (6, 16), (9, 22)),
    2030: ((2, 3), (4, 5), (6, 5), (9, 12)),
    2031: ((1, 23), (4, 5), (6, 24), (10, 1)),
    2032: ((2, 11), (4, 4), (6, 12), (9, 19)),
    2033: ((1, 31), (4, 4), (6, 1), (9, 8)),
    2034: ((2, 19), (4, 5), (6, 20), (9, 27)),
    2035: ((2, 8), (4, 5), (6, 10), (9, 16)),
}


@dataclass(frozen=True)
class WorkdayAnswer:
    """source: override (the office's table), notice (the package), statute (fallback, always provisional)."""

    is_workday: bool
    provisional: bool
    source: str


@dataclass(frozen=True)
class DayCount:
    """A day reached by counting; provisional when any day on the way was."""

    day: dt.date
    provisional: bool


@dataclass(frozen=True)
class Suspension:
    """Days d with sent < d <= answered are not counted (C8); answered None = still waiting."""

    sent: dt.date
    answered: dt.date | None = None

    def covers(self, day: dt.date) -> bool:
        return self.sent < day and (self.answered is None or day <= self.answered)


def is_workday(day: dt.date, overrides: WorkdayTable = NO_OVERRIDES) -> WorkdayAnswer:
    """Whether offices work on this Shanghai date. Never fails for a date; refuses a datetime."""
    if isinstance(day, dt.datetime):
        raise NaiveTime(f"查工作日应给日期，现为时刻 {day.isoformat()}；请先换成北京日期。")
    override = overrides.days.get(day)
    if override is not None:
        return WorkdayAnswer(override.works, provisional=False, source="override")
    if day.year in overrides.complete_years:
        return WorkdayAnswer(day.isoweekday() < SATURDAY, provisional=False, source="override")
    try:
        return WorkdayAnswer(bool(chinese_calendar.is_workday(day)), provisional=False, source="notice")
    except NotImplementedError:
        works = day.isoweekday() < SATURDAY and not is_statutory_holiday(day)
        return WorkdayAnswer(works, provisional=True, source="statute")


def is_statutory_holiday(day: dt.date) -> bool:
    """A day of 放假办法第二条; outside the years of LUNAR_HOLIDAYS only the fixed days are known."""
    if (day.month, day.day) in FIXED_HOLIDAYS:
        return True
    lunar = LUNAR_HOLIDAYS.get(day.year)
    if lunar is None:
        return False
    spring, *single = lunar
    eve = dt.date(day.year, *spring) - ONE_DAY
    return 0 <= (day - eve).days <= 3 or (day.month, day.day) in single


def step(day: dt.date, days: int) -> dt.date:
    try:
        return day + dt.timedelta(days=days)
    except OverflowError:
        raise BeyondCalendar(f"从 {day.isoformat()} 起算超出公元 1 至 9999 年；请检查起算时间。") from None


def add_workdays(
    day: dt.date,
    count: int,
    overrides: WorkdayTable = NO_OVERRIDES,
    suspended: Sequence[Suspension] = (),
) -> DayCount:
    """The count-th working day after day (before it, when negative); day itself is day 0 and not counted.

    Suspended days are passed over. Raises BeyondCalendar outside the years 1-9999.
    """
    direction = 1 if count >= 0 else -1
    left, provisional = abs(count), False
    while left:
        day = step(day, direction)
        if any(one.covers(day) for one in suspended):
            continue
        answer = is_workday(day, overrides)
        provisional = provisional or answer.provisional
        left -= answer.is_workday
    return DayCount(day, provisional)


def roll_to_workday(day: dt.date, overrides: WorkdayTable = NO_OVERRIDES, direction: int = 1) -> DayCount:
    """The day itself if it is a working day, else the next one (the one before, with direction -1)."""
    provisional = False
    while True:
        answer = is_workday(day, overrides)
        provisional = provisional or answer.provisional
        if answer.is_workday:
            return DayCount(day, provisional)
        day = step(day, direction)
