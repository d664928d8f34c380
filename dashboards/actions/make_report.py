"""生成周报：内容有变化时另存为新版本，没有变化就还是原来那一版。"""

from __future__ import annotations

from dashboards import wording
from dashboards.actions._reports import ORDER, about
from dashboards.context import Context
from dashboards.fields import typed
from dashboards.parts import Node
from dashboards.report import latest_report, publish
from dashboards.week import last_full_week, window_of_week
from store.catalogue_versions import keep

__all__ = ["ORDER"]
WORDS = "生成周报"
SUBMIT = "生成"
RIGHT = "make_report"
DENIED = "生成周报需值班员、值班长、审核或管理员权限"


def form(context: Context, nothing: None) -> list[Node]:
    week = last_full_week(context.now)
    return [typed("周次", "week", value=week, hint="如 2026-W47；周一至周日，北京时间；本周未结束也可生成")]


def submit(context: Context, nothing: None, given: dict, version: int) -> str:
    wanted = window_of_week(given.get("week") or "")
    year, week, _ = wanted.begins.isocalendar()
    name = f"{year}-W{week:02d}"
    before = latest_report(context.session, name)
    keep(context.session, context.catalogue, context.now)
    report = publish(context.session, context.catalogue, name, context.now)
    if before is not None and before.id == report.id:
        return f"内容没有变化，仍是{about(report)}。"
    return f"已生成{about(report)}，数据截至 {wording.full_time(report.data_until, context.now)}。"
