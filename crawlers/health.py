"""How a source is doing, decided from the counts of a run and of those before it: a pure function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from catalogue.source import Healthy

NORMAL, LATE, FAILED, ODD_VOLUME, LAYOUT, STOPPED = "正常", "延迟", "失败", "量异常", "页面变更疑似", "停用"
MIN_HISTORY = 8
LOW_SHARE, HIGH_SHARE = 0.3, 4.0
LONGEST_BACKOFF = timedelta(hours=6)
JITTER = (
    0.2  # a failing source waits up to a fifth longer, so that sources of one network do not return together
)
FAILING_AFTER = 3  # failures in a row until people are told
SCORE_WEIGHT = 0.2  # of the latest run in the failure score
DAY_MIN, DAY_WEEKS = 10, 2  # a day's volume is judged from this usual number and this many earlier weeks on
FIELD_WORDS = {"title": "标题", "published_at": "发布时间", "text": "正文", "rank": "名次", "heat": "热度"}


@dataclass(frozen=True)
class RunFacts:
    """One run in numbers. listed: entries the source showed; missing: articles of this run without a field; postponed:
    pages left for the next run; day_…: texts of the last 24 hours beside the same hours of day_weeks earlier weeks."""

    listed: int = 0
    articles: int = 0
    known: int = 0
    errors: int = 0
    front_error: str | None = None
    is_unchanged: bool = False
    is_incremental: bool = False
    newest_at: datetime | None = None
    missing: Mapping[str, int] = field(default_factory=dict)
    problems: Sequence[str] = ()
    postponed: int = 0
    day_seen: int = 0
    day_usual: float | None = None
    day_weeks: int = 0


@dataclass(frozen=True)
class Judgement:
    """state: one of the six words people see; status: ok | unchanged | warning | failed, as the run is stored."""

    state: str
    status: str
    reason: str


def judge(facts: RunFacts, healthy: Healthy, history: Sequence[int], now: datetime) -> Judgement:
    """The state of a source after a run.

    history: entries listed in earlier good runs, newest first. newest_at of the facts: the newest publication ever
    seen from this source. Every reason says what was expected and what came.
    """
    if facts.front_error:
        return Judgement(FAILED, "failed", facts.front_error)
    if not facts.is_unchanged:
        problem = too_few(facts, healthy, history) or fields_gone(facts, healthy)
        if problem:
            return problem
    if is_late(facts, healthy, now):
        return Judgement(LATE, "warning", late_words(facts, healthy, now))
    odd_day = odd_day_volume(facts)
    if odd_day:
        return odd_day
    if facts.is_unchanged:
        return Judgement(NORMAL, "unchanged", "自上次采集以来没有变化。")
    return (
        odd_volume(facts, healthy, history)
        or some_pages_lost(facts)
        or Judgement(NORMAL, "ok", ok_words(facts))
    )


def too_few(facts: RunFacts, healthy: Healthy, history: Sequence[int]) -> Judgement | None:
    if facts.is_incremental:
        return None
    usual = f"，平时约 {median(history):.0f} 条" if history else ""
    if facts.listed == 0 and (healthy.items_min > 0 or (history and median(history) > 0)):
        words = f"页面取到了，但一条内容也没读出来{usual}；可能已改版，请核对信源设置。"
        return Judgement(LAYOUT, "failed", words)
    if facts.listed < healthy.items_min:
        return Judgement(
            FAILED, "failed", f"只有 {facts.listed} 条，应不少于 {healthy.items_min} 条{usual}。"
        )
    return None


def fields_gone(facts: RunFacts, healthy: Healthy) -> Judgement | None:
    """A required field that half of the articles lack: the page has most likely changed."""
    for name in healthy.required:
        lost = facts.missing.get(name, 0)
        if facts.articles and lost * 2 > facts.articles:
            words = f"{facts.articles} 条中有 {lost} 条没有读到{FIELD_WORDS.get(name, name)}；可能已改版，请核对。"
            return Judgement(LAYOUT, "warning", words)
    if facts.articles == 0 and facts.errors and facts.known == 0 and facts.listed:
        return Judgement(FAILED, "failed", f"列出 {facts.listed} 条，但一条也没有采到：{facts.problems[0]}")
    return None


def is_late(facts: RunFacts, healthy: Healthy, now: datetime) -> bool:
    limit = healthy.newest_max_age_seconds
    return bool(limit and facts.newest_at and now - facts.newest_at > timedelta(seconds=limit))


def late_words(facts: RunFacts, healthy: Healthy, now: datetime) -> str:
    age = (now - (facts.newest_at or now)).total_seconds()
    limit = healthy.newest_max_age_seconds or 0
    return f"网站能打开，但最新一条已是{span(age)}前发布的，应不超过{span(limit)}；该栏目可能已停更。"


def span(seconds: float) -> str:
    if seconds < 7200:
        return f" {seconds / 60:.0f} 分钟"
    return f" {seconds / 3600:.0f} 小时" if seconds < 172800 else f" {seconds / 86400:.0f} 天"


def odd_volume(facts: RunFacts, healthy: Healthy, history: Sequence[int]) -> Judgement | None:
    if healthy.items_max is not None and facts.listed > healthy.items_max:
        return Judgement(
            ODD_VOLUME, "warning", f"一次有 {facts.listed} 条，通常不超过 {healthy.items_max} 条。"
        )
    if facts.is_incremental or len(history) < MIN_HISTORY:
        return None
    usual = median(history)
    if usual >= 5 and not LOW_SHARE * usual <= facts.listed <= HIGH_SHARE * usual:
        return Judgement(ODD_VOLUME, "warning", f"一次有 {facts.listed} 条，平时约 {usual:.0f} 条。")
    return None


def odd_day_volume(facts: RunFacts) -> Judgement | None:
    """A source whose list looks whole, and which yet brings far less or more than on this weekday."""
    usual = facts.day_usual
    if usual is None or usual < DAY_MIN or facts.day_weeks < DAY_WEEKS or facts.postponed:
        return None
    if LOW_SHARE * usual <= facts.day_seen <= HIGH_SHARE * usual:
        return None
    words = f"近 24 小时新增 {facts.day_seen} 条，往常同一天约 {usual:.0f} 条（前 {facts.day_weeks} 周）。"
    return Judgement(ODD_VOLUME, "warning", words)


def some_pages_lost(facts: RunFacts) -> Judgement | None:
    later = f"另有 {facts.postponed} 条留到下次采集。" if facts.postponed else ""
    if not facts.errors:
        return Judgement(NORMAL, "warning", f"{ok_words(facts)}{later}") if later else None
    example = f"例：{facts.problems[0]}" if facts.problems else ""
    words = f"有 {facts.errors} 处没有采到，其余 {facts.articles} 条正常。{later}{example}"
    return Judgement(NORMAL, "warning", words)


def ok_words(facts: RunFacts) -> str:
    return f"列出 {facts.listed} 条，采到 {facts.articles} 条。"


def next_due(
    now: datetime, every_seconds: int, failures: int, retry_after: int | None, jitter: float = 0.0
) -> datetime:
    """When the source is read again: its own interval, doubled with each failure up to six hours.

    every_seconds: the interval as it stands now; jitter: in [0, 1), spreads failing sources. A Retry-After of the site is
    kept wherever it is longer, after a good run too.
    """
    every = timedelta(seconds=every_seconds)
    wait = every
    if failures:
        longest = max(every, LONGEST_BACKOFF)
        wait = min(every * 2 ** min(failures, 20), longest) * (1 + JITTER * jitter)
    return now + max(wait, timedelta(seconds=retry_after or 0))


def failure_score(before: float, failed: bool) -> float:
    """How often a source fails, 0 to 1, the latest runs weighing most."""
    return round((1 - SCORE_WEIGHT) * before + SCORE_WEIGHT * failed, 4)


def trouble_of(verdict: Judgement, failures: int) -> str | None:
    """What people should hear of: `failing`, `silent` (it answers, but brings too little or too old), or nothing."""
    if failures >= FAILING_AFTER:
        return "failing"
    return "silent" if verdict.state in (LATE, ODD_VOLUME) and failures == 0 else None
