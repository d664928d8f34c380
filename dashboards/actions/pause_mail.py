"""暂停所有外发邮件：全部外发邮件的总开关。"""

from __future__ import annotations

from dashboards.context import Context
from dashboards.errors import WrongInput
from dashboards.fields import written
from dashboards.parts import Node
from store import switches
from store.queries_incidents import Whole

ORDER = 200
WORDS = "暂停所有外发邮件"
SUBMIT = "暂停所有外发邮件"
RIGHT = "pause_mail"
DENIED = "此操作需值班长或管理员权限"


def applies(whole: Whole) -> bool:
    return False  # its button stands on the settings page


def form(context: Context, whole: Whole | None) -> list[Node]:
    return [written("理由", "reason", "必填，写入审计")]


def submit(context: Context, whole: Whole | None, given: dict, version: int) -> str:
    reason = (given.get("reason") or "").strip()
    if not reason:
        raise WrongInput("请填写理由。")
    switches.write(context.session, "mail_paused", {"paused": True}, context.viewer.name, context.now, reason)
    return "已暂停所有外发邮件；提醒留在发件箱里，恢复后补发。"
