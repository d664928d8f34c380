"""办结：回应已登记、时限已了结；不再回应而办结须值班长写明理由。"""

from __future__ import annotations

from alerts import decisions
from dashboards import actions
from dashboards.context import Context
from dashboards.errors import DashboardError
from dashboards.fields import written
from dashboards.parts import Node
from store.queries_incidents import Whole

ORDER = 110
WORDS = "办结"
SUBMIT = "办结"
RIGHT = "close"
DENIED = "办结需值班员或值班长权限"


def applies(whole: Whole) -> bool:
    return whole.listed.incident.state == "confirmed"


def form(context: Context, whole: Whole | None) -> list[Node]:
    return [written("不再回应的理由", "reason", "已登记回应、时限已了结的不用填；否则由值班长填写")]


def submit(context: Context, whole: Whole | None, given: dict, version: int) -> str:
    if whole is None:
        raise DashboardError("请先打开一个事件。")
    decisions.close(
        context.session, actions.actor(context), whole.listed.incident.id, context.now,
        no_response_reason=given.get("reason") or "", expected_version=version,
    )  # fmt: skip
    return "已办结。"
