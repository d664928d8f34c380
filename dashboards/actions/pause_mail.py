"""暂停所有外发邮件：全部外发邮件的总开关。"""

from __future__ import annotations

from dashboards.actions._mail_switch import DENIED, ORDER, RIGHT, reason_field, turn
from dashboards.context import Context
from dashboards.parts import Node
from store.queries_incidents import Whole

WORDS = SUBMIT = "暂停所有外发邮件"
__all__ = ["DENIED", "ORDER", "RIGHT", "SUBMIT", "WORDS"]


def applies(whole: Whole) -> bool:
    return False  # its button stands on the settings page


def form(context: Context, whole: Whole | None) -> list[Node]:
    return reason_field()


def submit(context: Context, whole: Whole | None, given: dict, version: int) -> str:
    turn(context, given, paused=True)
    return "已暂停所有外发邮件；提醒留在发件箱里，恢复后补发。"
