"""重新启用一个停用的来源。"""

from __future__ import annotations

from catalogue.source import Source
from dashboards.actions._sources import ORDER, SWITCH, form, load, reason_of, version, where
from dashboards.context import Context
from store import source_switches

__all__ = ["ORDER", "form", "load", "version", "where"]
WORDS = SUBMIT = "启用"
RIGHT = SWITCH
DENIED = "启用来源需值班长或管理员权限"


def title(source: Source) -> str:
    return f"启用来源：{source.publisher}"


def submit(context: Context, source: Source, given: dict, seen: int) -> str:
    source_switches.enable(context.session, source.name, context.viewer.name, reason_of(given), context.now)
    return f"已启用“{source.publisher}”，一分钟内开始抓取。"
