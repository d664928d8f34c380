"""审定报告：另存为已审定的新版本，原草稿不动。"""

from __future__ import annotations

from dashboards.actions._reports import ORDER, about, load, version, where
from dashboards.approval import approve
from dashboards.context import Context
from dashboards.fields import written
from dashboards.parts import Node
from store.model import Report

__all__ = ["ORDER", "load", "version", "where"]
WORDS = "审定"
SUBMIT = "审定这一版"
RIGHT = "approve_report"
DENIED = "审定需值班长或审核权限"


def title(report: Report) -> str:
    return f"{WORDS}：{about(report)}"


def form(context: Context, report: Report) -> list[Node]:
    return [written("编审说明", "note", "可不填；写在正文之前，随报告发出，不写人名")]


def submit(context: Context, report: Report, given: dict, seen: int) -> str:
    approved = approve(context.session, context.viewer, report, given.get("note") or "", context.now)
    return f"已审定，存为第 {approved.version} 版；现在可以发送。"
