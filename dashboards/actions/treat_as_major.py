"""按重大突发事件对待：值班长决定，5 小时与 24 小时时限自原起点起算。"""

from __future__ import annotations

from alerts import decisions
from dashboards import actions
from dashboards.context import Context
from dashboards.errors import DashboardError
from dashboards.fields import written
from dashboards.parts import Node
from store.queries_incidents import OPEN_STATES, Whole

ORDER = 90
WORDS = "按重大突发事件对待"
SUBMIT = "按重大突发事件对待"
RIGHT = "treat_as_major"
DENIED = "此操作需值班长权限"


def applies(whole: Whole) -> bool:
    incident = whole.listed.incident
    return incident.state in OPEN_STATES and not incident.treat_as_major


def form(context: Context, whole: Whole | None) -> list[Node]:
    return [written("理由", "reason", "必填，写入处置记录")]


def submit(context: Context, whole: Whole | None, given: dict, version: int) -> str:
    if whole is None:
        raise DashboardError("请先打开一个事件。")
    decisions.treat_as_major(
        context.session, context.catalogue, actions.actor(context), whole.listed.incident.id, context.now,
        reason=given.get("reason") or "", expected_version=version,
    )  # fmt: skip
    return "已按重大突发事件对待，5 小时权威信息、24 小时发布会时限自原起点起算。"
