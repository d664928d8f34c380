"""立即重试：不等退避间隔，下一轮（一分钟内）就抓取这个来源。"""

from __future__ import annotations

from catalogue.source import Source
from dashboards.actions._sources import ORDER, load, version, where
from dashboards.context import Context
from store import source_switches

__all__ = ["ORDER", "load", "version", "where"]
WORDS = "重试"
RIGHT = "retry_source"
DENIED = "重试需值班员、值班长或管理员权限"


def submit(context: Context, source: Source, given: dict, seen: int) -> str:
    source_switches.retry(context.session, source.name, context.viewer.name, context.now)
    return f"“{source.publisher}”将在下一轮（一分钟内）抓取。"
