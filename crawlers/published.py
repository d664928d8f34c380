"""When something was published: reading one time stamp as Chinese pages, feeds and interfaces write it.

Never invented: what cannot be read, lies before 1995 or more than ten minutes in the future is no time at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal
from zoneinfo import ZoneInfo

Precision = Literal["minute", "day", "none"]
EARLIEST_YEAR = 1995
FUTURE_TOLERANCE = timedelta(minutes=10)
BEIJING = ZoneInfo("Asia/Shanghai")

DATE = (
    r"(?P<year>(?:19|20)\d\d)(?:\s{0,2}[-/.年]\s{0,2}|\s(?=\d\d?\s?/))(?P<month>\d{1,2})\s{0,2}[-/.月]\s{0,2}"
    r"(?P<day>\d{1,2})(?!\d)\s?日?"
)
GAP = r"(?:\s|&nbsp;|T|[-·|,，]|星期[一二三四五六日天]|周[一二三四五六日天]|[（(][^（()）]{1,4}[)）]){0,6}"
CLOCK = (
    r"(?P<half>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|夜间)?\s?(?P<hour>\d{1,2})\s?[:：时点]\s?"
    r"(?:(?P<minute>\d{1,2})\s?分?)?(?::(?P<second>\d{1,2}))?(?:\.\d{1,9})?"
)
OFFSET = r"\s?(?P<offset>Z|[+-]\d\d:?\d\d|UTC|GMT)?"
FULL = re.compile(rf"(?<!\d){DATE}(?:{GAP}{CLOCK}{OFFSET})?")
SHORT_YEAR = re.compile(
    rf"发布(?:时间|于|日期)?\s?[:：]?\s?(\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d){GAP}{CLOCK}"
)
COMPACT = re.compile(r"(?<!\d)(20\d\d)([01]\d)([0-3]\d)(?:T?([0-2]\d)([0-5]\d)([0-5]\d)?)?(?!\d)")
NO_YEAR = re.compile(
    rf"(?<![\d年./-])(?P<month>\d{{1,2}})\s?[-/月]\s?(?P<day>\d{{1,2}})(?!\d)\s?日?{GAP}{CLOCK}"
)
AGO = re.compile(r"(\d{1,3})\s?(秒|秒钟|分|分钟|小时|天)[钟之]?[以]?前|(刚刚)")
RELATIVE_DAY = re.compile(rf"(今天|昨天|前天|今日|昨日)\s?{CLOCK}")
AFTERNOON = {"下午", "傍晚", "晚上", "晚间", "夜间"}


@dataclass(frozen=True)
class Stamp:
    """An instant in UTC and how exact it is; `day` is 00:00 of that day in the zone of the source."""

    at: datetime
    precision: Literal["minute", "day"]


def read_stamp(text: str, now: datetime, zone: ZoneInfo = BEIJING) -> Stamp | None:
    """The first time stamp in a short text, with or without zone, absolute or relative to `now`."""
    text = text.strip()
    return (
        read_absolute(text, now, zone)
        or read_rfc822(text, now, zone)
        or read_without_year(text, now, zone)
        or read_relative(text, now, zone)
    )


def read_absolute(text: str, now: datetime, zone: ZoneInfo = BEIJING) -> Stamp | None:
    """A stamp with its year in it: ISO 8601, `2026年11月21日 上午9时`, `20261121T090000`."""
    for match in FULL.finditer(text):
        parts = match.groupdict()
        stamp = build(parts, int(parts["year"]), now, zone)
        if stamp:
            return stamp
    match = SHORT_YEAR.search(text)
    if match:
        return build(match.groupdict(), 2000 + int(match.group(1)), now, zone)
    match = COMPACT.fullmatch(text)
    if match:
        year, month, day, hour, minute, second = match.groups()
        parts = {"month": month, "day": day, "hour": hour, "minute": minute, "second": second}
        return build(parts, int(year), now, zone)
    return None


def read_rfc822(text: str, now: datetime, zone: ZoneInfo = BEIJING) -> Stamp | None:
    """`Sat, 21 Nov 2026 08:05:00 +0800`; without an offset the zone of the source."""
    if not re.match(r"(?:[A-Za-z]{3,9},\s*)?\d{1,2}\s+[A-Za-z]{3}", text):
        return None
    try:
        value = parsedate_to_datetime(text)
    except (ValueError, OverflowError, IndexError):
        return None
    return accept(value if value.tzinfo else value.replace(tzinfo=zone), "minute", now)


def read_without_year(text: str, now: datetime, zone: ZoneInfo = BEIJING) -> Stamp | None:
    """`11-21 08:05`: the latest such day that is not in the future."""
    match = NO_YEAR.search(text)
    if not match:
        return None
    year = now.astimezone(zone).year
    return build(match.groupdict(), year, now, zone) or build(match.groupdict(), year - 1, now, zone)


def read_relative(text: str, now: datetime, zone: ZoneInfo = BEIJING) -> Stamp | None:
    """`3分钟前`, `昨天 14:05`; hours and days ago are rounded by the page, so they are exact to the day only."""
    match = RELATIVE_DAY.search(text)
    if match:
        back = {"今": 0, "昨": 1, "前": 2}[match.group(1)[0]]
        date = now.astimezone(zone) - timedelta(days=back)
        parts = match.groupdict() | {"month": str(date.month), "day": str(date.day)}
        return build(parts, date.year, now, zone)
    match = AGO.search(text)
    if not match:
        return None
    if match.group(3):
        return accept(now, "minute", now)
    number, unit = int(match.group(1)), match.group(2)[0]
    if unit in "秒分":
        return accept(now - timedelta(**{"minutes" if unit == "分" else "seconds": number}), "minute", now)
    date = (now - timedelta(**{"hours" if unit == "小" else "days": number})).astimezone(zone)
    return accept(date.replace(hour=0, minute=0, second=0, microsecond=0), "day", now)


def read_epoch(value: float, unit: str, now: datetime) -> Stamp | None:
    """Seconds ("s") or milliseconds ("ms") since 1970; zero and absurd numbers are no time."""
    try:
        at = datetime.fromtimestamp(value / 1000 if unit == "ms" else value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return accept(at, "minute", now)


def build(parts: dict[str, str | None], year: int, now: datetime, zone: ZoneInfo) -> Stamp | None:
    """A stamp from matched digits, or None where the calendar has no such moment (30 February, 25:00)."""
    hour, precision = parts.get("hour"), "minute"
    if hour is None:
        precision = "day"
    offset = parts.get("offset")
    tz = datetime.strptime(offset.replace(":", ""), "%z").tzinfo if offset and offset[0] in "+-" else zone
    if offset in ("Z", "UTC", "GMT"):
        tz = UTC
    late = 12 if parts.get("half") in AFTERNOON and int(hour or 0) < 12 else 0
    try:
        at = datetime(
            year,
            int(parts["month"] or 0),
            int(parts["day"] or 0),
            int(hour or 0) + late,
            int(parts.get("minute") or 0),
            int(parts.get("second") or 0),
            tzinfo=tz,
        )
    except ValueError:
        return None
    return accept(at, precision, now)


def accept(at: datetime, precision: str, now: datetime) -> Stamp | None:
    """The stamp in UTC, unless it lies before 1995 or more than ten minutes ahead."""
    if now.tzinfo is None:
        raise ValueError("now must carry a time zone")
    if at.year < EARLIEST_YEAR or at.year > 9000:
        return None
    at = at.astimezone(UTC)
    if at > now + FUTURE_TOLERANCE:
        return None
    return Stamp(at, "day" if precision == "day" else "minute")
