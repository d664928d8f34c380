"""When it happened, if a text says so clearly: 今天6时40分许, 11月20日晚8点左右发生."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from analysis.numbers import NUMERAL, parse_numeral

BEIJING = ZoneInfo("Asia/Shanghai")
OLDEST = timedelta(days=7)
DAYS = {
    "今天": 0, "今日": 0, "今早": 0, "今晨": 0, "今晚": 0, "今天下午": 0,
    "昨天": 1, "昨日": 1, "昨晚": 1, "昨夜": 1, "前天": 2,
}  # fmt: skip
DAY = rf"(?P<word>{'|'.join(DAYS)})|(?:(?P<month>{NUMERAL})月)?(?P<day>{NUMERAL})日"
PART = "凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|夜间|深夜|晚|早"
TIME = re.compile(
    rf"(?<![\d年])(?:{DAY})(?P<part>{PART})?[，,]?(?P<hour>{NUMERAL})[时点:：]"
    rf"(?P<minute>{NUMERAL}|半)?(?P<rest>分|许|左右|前后|,|，|发生|接|我|有|在|，)?"
)
HAPPENED = re.compile(
    "发生|突发|起火|着火|失火|坍塌|倒塌|垮塌|爆炸|相撞|追尾|侧翻|接报|接到|报警|报告|送医|不适|呕吐|坠落|泄漏|事故"
)
NOT_THEN = re.compile("将|拟|计划|预计|截至|截止|发布会|召开|通报时间|开始供|恢复")


def occurrence_time(sentences: Sequence[str], published_at: datetime) -> datetime | None:
    """The first clearly stated time of what happened, UTC; never after publication, never over a week before it.

    Only sentences that say that something happened count, and not those that state until when or from when.
    """
    for sentence in sentences:
        if not HAPPENED.search(sentence):
            continue
        for match in TIME.finditer(sentence):
            if NOT_THEN.search(sentence[max(0, match.start() - 3) : match.end() + 3]):
                continue
            moment = moment_of(match, published_at.astimezone(BEIJING))
            if moment is not None and published_at - OLDEST <= moment <= published_at:
                return moment
    return None


def moment_of(match: re.Match[str], published: datetime) -> datetime | None:
    """The instant that one match names, or None when it is no possible time."""
    hour = parse_numeral(match["hour"])
    written = match["minute"]
    minute = 30 if written == "半" else parse_numeral(written) if written else 0
    part = match["part"] or (match["word"] or "")[1:]
    if hour < 12 and part in ("下午", "傍晚", "晚上", "晚间", "夜间", "晚", "深夜", "夜"):
        hour += 12
    try:
        day = day_of(match, published)
        return day.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(UTC)
    except ValueError:
        return None


def day_of(match: re.Match[str], published: datetime) -> datetime:
    if match["word"]:
        return published - timedelta(days=DAYS[match["word"]])
    day = parse_numeral(match["day"])
    month = parse_numeral(match["month"]) if match["month"] else published.month
    moment = published.replace(month=month, day=day)
    if moment.date() > published.date():  # 12月31日 read in January; 30日 read on the 1st
        moment = moment.replace(year=moment.year - 1) if match["month"] else previous_month(published, day)
    return moment


def previous_month(published: datetime, day: int) -> datetime:
    last = published.replace(day=1) - timedelta(days=1)
    return last.replace(day=day)
