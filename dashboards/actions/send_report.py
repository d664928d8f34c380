"""发送报告：只有审定过的版本可以发给更大范围；每人每版只发一次。"""

from __future__ import annotations

from alerts.recipients import receiving, wider
from dashboards.actions._reports import ORDER, about, load, version, where
from dashboards.approval import TARGETS, send
from dashboards.context import Context
from dashboards.errors import WrongInput
from dashboards.fields import one_of
from dashboards.parts import Node
from store.model import Report
from store.switches import mail_is_paused

__all__ = ["ORDER", "load", "version", "where"]
WORDS = "发送"
SUBMIT = "发送这一版"
RIGHT = "send_report"
DENIED = "发送需值班长权限"


def title(report: Report) -> str:
    return f"{WORDS}：{about(report)}"


def form(context: Context, report: Report) -> list[Node]:
    readers = {"wider": wider, "internal": receiving}
    choices = {
        key: f"{words}（{len(readers[key](context.catalogue, 'weekly'))} 个）"
        for key, words in TARGETS.items()
    }
    return [one_of("发给", "target", choices, hint="每人每版只发一次")]


def submit(context: Context, report: Report, given: dict, seen: int) -> str:
    if given.get("target") not in TARGETS:
        raise WrongInput("请选择发给哪个名单。")
    number = send(context.session, context.catalogue, context.viewer, report, given["target"], context.now)
    held = "外发邮件现在暂停，恢复后发出。" if mail_is_paused(context.session) else ""
    return f"已交给发件箱 {number} 封。{held}" if number else "名单上的人都已发过这一版，没有再发。"
