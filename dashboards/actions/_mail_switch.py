"""What pausing and resuming all outgoing mail share: one switch, one role, a reason for the audit."""

from __future__ import annotations

from dashboards.context import Context
from dashboards.errors import WrongInput
from dashboards.fields import written
from dashboards.parts import Node
from store import switches

ORDER = 200
RIGHT = "pause_mail"
DENIED = "此操作需值班长或管理员权限"


def reason_field() -> list[Node]:
    return [written("理由", "reason", "必填，写入审计")]


def turn(context: Context, given: dict, paused: bool) -> None:
    reason = (given.get("reason") or "").strip()
    if not reason:
        raise WrongInput("请填写理由。")
    switches.write(
        context.session, "mail_paused", {"paused": paused}, context.viewer.name, context.now, reason
    )
