"""Sources that fail or fall silent, and those that are well again: told once each, several in one message.

The crawler decides what trouble is (crawlers.health.trouble_of) and since when; here only people are told. A source that
nobody reads any more, because crawling itself stands still, counts as unread.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.recipients import receiving
from alerts.telling import Why, tell
from catalogue.loader import Catalogue
from catalogue.source import Source
from store.model import SourceState

SILENT_FOR = dt.timedelta(hours=2)  # a single odd run is not worth a mail
UNREAD_FOR = dt.timedelta(hours=1)
SHOWN = 12
WORDS = {"failing": "连续采集失败", "silent": "能打开但内容偏少或停更", "unread": "没有按时采集"}


@dataclass(frozen=True)
class News:
    """One source people should hear of; key: the trouble and its beginning, or None when the source is well again."""

    source: Source
    key: str | None
    line: str


def tell_sources(session: Session, catalogue: Catalogue, now: dt.datetime) -> list[int]:
    """Tell those who look after the system what changed since they were told last; ids of the messages."""
    states = {state.source: state for state in session.scalars(select(SourceState))}
    news = [
        found
        for source in catalogue.enabled_sources()
        if source.url and source.name in states
        for found in [news_of(source, states[source.name], now)]
        if found is not None
    ]
    if not news:
        return []
    whys = [Why(f"source:{one.source.name}", mark(one, states[one.source.name])) for one in news]
    facts = {"title": title_of(news), "note": note_of(news)}
    ids = tell(session, catalogue, receiving(catalogue, "health"), whys, "health", now, facts)
    for one in news:
        states[one.source.name].told = one.key
    session.flush()
    return ids


def news_of(source: Source, state: SourceState, now: dt.datetime) -> News | None:
    """What changed about a source since people were told, or None."""
    trouble, since = trouble_now(source, state, now)
    if trouble is None:
        if state.told is None or (state.trouble is not None and state.disabled_by is None):
            return None
        return News(source, None, f"{source.publisher}（{source.name}）：已恢复。")
    key = f"{trouble}-{since.isoformat()}"
    if state.told == key:
        return None
    reason = state.reason if trouble != "unread" else "应采而未采，请检查采集任务是否在运行。"
    return News(source, key, f"{source.publisher}（{source.name}）：{WORDS[trouble]}，{reason}")


def trouble_now(source: Source, state: SourceState, now: dt.datetime) -> tuple[str | None, dt.datetime]:
    """The trouble of a source that is worth telling, and since when."""
    if state.disabled_by is not None:
        return None, now
    due = state.next_due_at
    if due is not None and now - due > max(UNREAD_FOR, dt.timedelta(seconds=3 * source.longest_seconds)):
        return "unread", due
    if state.trouble is None or state.trouble_since is None:
        return None, now
    if state.trouble == "silent" and now - state.trouble_since < SILENT_FOR:
        return None, now
    return state.trouble, state.trouble_since


def mark(one: News, state: SourceState) -> str:
    return one.key or f"recovered-{state.told}"


def title_of(news: list[News]) -> str:
    bad = sum(one.key is not None for one in news)
    well = len(news) - bad
    parts = [f"{bad} 个信源采集异常"] if bad else []
    return "，".join(parts + ([f"{well} 个信源已恢复"] if well else []))


def note_of(news: list[News]) -> str:
    shown = [one.line for one in sorted(news, key=lambda one: one.key is None)[:SHOWN]]
    more = [f"另有 {len(news) - SHOWN} 个，见信源健康页。"] if len(news) > SHOWN else []
    return "\n".join([*shown, *more, "缺测期间的数量偏少不代表关切减少。"])
