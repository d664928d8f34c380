"""Numbers and times as a Chinese paper writes them: comparisons name both periods, shares their denominator."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
SMALL_SAMPLE = 20  # below this many texts a percentage says nothing
WEEKDAYS = "一二三四五六日"


def day(moment: date) -> str:
    return f"{moment.month}月{moment.day}日"


def span(begins: date, ends: date) -> str:
    """[begins, ends) in words: 11月16日至22日, 11月30日至12月6日, one day as 11月16日."""
    last = ends - timedelta(days=1)
    if last <= begins:
        return day(begins)
    if (begins.year, begins.month) == (last.year, last.month):
        return f"{day(begins)}至{last.day}日"
    return f"{day(begins)}至{day(last)}"


def full_span(begins: date, ends: date) -> str:
    """The same with the year, for headings."""
    last = ends - timedelta(days=1)
    if begins.year != last.year:
        return f"{begins.year}年{day(begins)}至{last.year}年{day(last)}"
    return f"{begins.year}年{span(begins, ends)}"


def moment(when: datetime) -> str:
    """11月21日8时05分, Beijing time."""
    local = when.astimezone(BEIJING)
    return f"{day(local)}{local.hour}时{local.minute:02d}分"


def short_moment(when: datetime) -> str:
    """11-21 08:05, Beijing time, for a column of a table."""
    return f"{when.astimezone(BEIJING):%m-%d %H:%M}"


def duration(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    if minutes < 60:
        return f"{minutes}分钟"
    hours, rest = divmod(minutes, 60)
    return f"{hours}小时{rest}分钟" if rest else f"{hours}小时"


def count(number: int) -> str:
    return f"{number:,}条"


def share(part: int, whole: int, what: str) -> str:
    """负面8条，占23条的35%; small samples get no percentage."""
    if whole == 0:
        return f"无{what}"
    if part == 0:
        return f"{what}0条"
    if whole < SMALL_SAMPLE:
        return f"{what}{part:,}条（共{whole:,}条，样本不足{SMALL_SAMPLE}条，不计占比）"
    return f"{what}{part:,}条，占{whole:,}条的{percent(part, whole)}"


def percent(part: int, whole: int) -> str:
    """A whole per cent; 不足1% rather than a wrong 0 %."""
    if whole == 0:
        return "—"
    value = round(100 * part / whole)
    return "不足1%" if value == 0 and part else f"{value}%"


def compare(total: int, previous: int, previous_span: str) -> str:
    """较上周（11月9日至15日）的515条增加120条，增长23%; without a base only the difference."""
    base = f"上周同期（{previous_span}）"
    if total == previous:
        return f"与{base}的{previous:,}条持平"
    verb, rate = ("增加", "增长") if total > previous else ("减少", "下降")
    words = f"较{base}的{previous:,}条{verb}{abs(total - previous):,}条"
    if previous < SMALL_SAMPLE:
        return words
    return f"{words}，{rate}{percent(abs(total - previous), previous)}"


def listed(words: Iterable[str], most: int = 5) -> str:
    """甲、乙、丙; longer lists are cut and say how long they are."""
    found = list(words)
    if len(found) <= most:
        return "、".join(found)
    return "、".join(found[:most]) + f"等{len(found)}个"
