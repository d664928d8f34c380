"""签收：有人在管了。停止升级提醒，不停止计时。"""

from __future__ import annotations

from alerts import decisions
from dashboards import actions
from dashboards.context import Context
from dashboards.errors import DashboardError
from store.queries_incidents import Whole

ORDER = 10
WORDS = "签收"
RIGHT = "acknowledge"
DENIED = "签收需值班员或值班长权限"


def applies(whole: Whole) -> bool:
    return whole.listed.incident.state == "proposed"


def submit(context: Context, whole: Whole | None, given: dict, version: int) -> str:
    if whole is None:
        raise DashboardError("请先打开一个事件。")
    incident = whole.listed.incident
    decisions.acknowledge(context.session, actions.actor(context), incident.id, context.now, version)
    return f"已签收“{incident.title}”。计时继续，请尽快研判并确认。"
