"""How instants, spans, levels and states are said in Chinese. Beijing time everywhere a person reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
LEVEL_WORDS = {"I": "特别重大", "II": "重大", "III": "较大", "IV": "一般"}
SENTIMENT_WORDS = {"negative": "负面", "neutral": "中性", "positive": "正面"}
STATE_WORDS = {
    "proposed": "待签收",
    "acknowledged": "已签收，待确认",
    "confirmed": "处置中",
    "closed": "已办结",
    "dismissed": "不是事件",
    "merged": "已合并",
}
RESPONSE_WORDS = {"authoritative_release": "权威信息", "press_conference": "新闻发布会", "answer": "回应"}
DUTY_WORDS = {"R1": "权威信息", "R2": "新闻发布会", "R3": "回应"}
CLOCK_WORDS = {
    "running": "计时中",
    "met": "按时完成",
    "met_late": "超时完成",
    "missed": "超时，仍在计时",
    "superseded": "已由新级别替代",
    "void": "作废",
}
WEEKDAYS = "一二三四五六日"


def local(moment: datetime) -> datetime:
    return moment.astimezone(BEIJING)


def hour_minute(moment: datetime) -> str:
    return local(moment).strftime("%H:%M")


def day_time(moment: datetime, now: datetime) -> str:
    """今日 14:05, 明日 08:05, else 11 月 22 日 08:05; the year only when it is another one."""
    days = (local(moment).date() - local(now).date()).days
    word = {0: "今日", 1: "明日", -1: "昨日"}.get(days)
    return f"{word} {hour_minute(moment)}" if word else full_time(moment, now)


def full_time(moment: datetime, now: datetime) -> str:
    there = local(moment)
    year = f"{there.year} 年 " if there.year != local(now).year else ""
    return f"{year}{there.month} 月 {there.day} 日 {there:%H:%M}"


def exact_time(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}（北京时间）"


def date_line(now: datetime) -> str:
    there = local(now)
    return f"{there.month}月{there.day}日 周{WEEKDAYS[there.weekday()]}"


def ago(moment: datetime, now: datetime) -> str:
    seconds = (now - moment).total_seconds()
    if seconds < 60:
        return "刚刚"
    if seconds < 3600:
        return f"{int(seconds // 60)} 分钟前"
    if seconds < 86_400:
        return f"{int(seconds // 3600)} 小时前"
    return f"{int(seconds // 86_400)} 天前"


def span(length: timedelta) -> str:
    """3 小时 12 分; days only beyond two."""
    minutes = int(abs(length.total_seconds()) // 60)
    if minutes < 60:
        return f"{minutes} 分"
    if minutes < 2 * 1440:
        return f"{minutes // 60} 小时 {minutes % 60} 分" if minutes % 60 else f"{minutes // 60} 小时"
    return f"{minutes // 1440} 天 {minutes % 1440 // 60} 小时"


def hours_minutes(length: timedelta) -> str:
    """17:32:36 as the countdown writes it; the sign is the caller's."""
    seconds = int(abs(length.total_seconds()))
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


def number(value: int) -> str:
    return f"{value:,}"


def percent(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)}%" if whole else "—"


def typed_time(moment: datetime) -> str:
    """For a datetime-local field, Beijing time."""
    return local(moment).strftime("%Y-%m-%dT%H:%M")


def read_typed(word: str | None) -> datetime | None:
    """A datetime-local field back as UTC; None when empty or not a time."""
    try:
        return datetime.fromisoformat(word).replace(tzinfo=BEIJING).astimezone(UTC) if word else None
    except ValueError:
        return None


def stamp_of(moment: datetime) -> str:
    """An instant as a URL carries it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_stamp(word: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(word) if word else None
    except ValueError:
        return None
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)).astimezone(UTC)
