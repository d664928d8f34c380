"""停用一个来源：不再抓取，写明理由；目录文件不改。"""

from __future__ import annotations

from catalogue.source import Source
from dashboards.actions._sources import ORDER, SWITCH, form, load, reason_of, version, where
from dashboards.context import Context
from store import source_switches

__all__ = ["ORDER", "form", "load", "version", "where"]
WORDS = SUBMIT = "停用"
RIGHT = SWITCH
DENIED = "停用来源需值班长或管理员权限"


def title(source: Source) -> str:
    return f"停用来源：{source.publisher}"


def submit(context: Context, source: Source, given: dict, seen: int) -> str:
    source_switches.disable(context.session, source.name, context.viewer.name, reason_of(given), context.now)
    return f"已停用“{source.publisher}”，不再抓取；启用前它带来的条数会缺，报告中注明。"
