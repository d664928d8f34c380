"""Whether a source can be trusted now, in one of the words the office uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from catalogue.source import Source
from crawlers.health import LAYOUT as CHANGED
from dashboards import wording
from store.queries_sources import SourceFacts

FINE, LATE, FAILED, ODD, LAYOUT, OFF, NEW = "ok", "late", "failed", "odd", "layout", "off", "new"
WORDS = {
    FINE: "正常",
    LATE: "延迟",
    FAILED: "失败",
    ODD: "量异常",
    LAYOUT: "页面变更疑似",
    OFF: "停用",
    NEW: "未运行",
}
TROUBLE = (LATE, FAILED, ODD, LAYOUT)


@dataclass(frozen=True)
class Health:
    state: str
    why: str


def health_of(source: Source | None, facts: SourceFacts | None, now: datetime) -> Health:
    """The state of a source and one sentence why; files that people import are never late."""
    if source is not None and source.status == "disabled":
        return Health(OFF, "目录中停用")
    if source is not None and source.status == "untested":
        return Health(OFF, "随程序附带，未在本地试过，未启用")
    state = facts.state if facts is not None else None
    if state is not None and state.disabled_by:
        return Health(OFF, f"停用理由：{state.disabled_reason or '未写'}")
    if facts is None or (state is None and facts.last is None):
        return Health(NEW, "还没有运行过")
    last = facts.last
    if state is not None and state.state == CHANGED:
        return Health(LAYOUT, state.reason)
    failures = state.failures if state is not None else 0
    if failures or (last is not None and last.status == "failed"):
        why = (last.message if last is not None else "") or (state.reason if state is not None else "")
        return Health(FAILED, f"连续失败 {max(1, failures)} 次：{why}".rstrip("："))
    success = state.last_success_at if state is not None else None
    if source is not None and source.kind != "file" and success is not None:
        limit = timedelta(seconds=2 * source.longest_seconds)
        if now - success > max(limit, timedelta(minutes=5)):
            return Health(
                LATE,
                f"应每 {wording.span(timedelta(seconds=source.longest_seconds))}一次，已 {wording.span(now - success)}没有成功",
            )
    if last is not None and last.status == "warning":
        return Health(ODD, last.message or "条数超出平常范围")
    return Health(FINE, "")
