"""Whether a day is free, for telling which past days are like today."""

from __future__ import annotations

import datetime as dt
import functools

import chinese_calendar

SATURDAY = 5


@functools.lru_cache(maxsize=4096)
def is_free_day(day: dt.date) -> bool:
    """A weekend or public holiday that is not worked; in years no notice is known for yet, the weekend."""
    try:
        return bool(chinese_calendar.is_holiday(day))
    except NotImplementedError:
        return day.weekday() >= SATURDAY
