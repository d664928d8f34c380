"""更正发生时间：提前即时生效；推后须值班长并写明理由。"""

from __future__ import annotations

from alerts import decisions
from dashboards import actions, wording
from dashboards.context import Context
from dashboards.errors import DashboardError, WrongInput
from dashboards.fields import typed, written
from dashboards.parts import Node
from store.queries_incidents import OPEN_STATES, Whole

ORDER = 80
WORDS = "更正发生时间"
SUBMIT = "提交发生时间"
RIGHT = "correct_occurrence"
DENIED = "此操作需值班员或值班长权限"


def applies(whole: Whole) -> bool:
    return whole.listed.incident.state in OPEN_STATES


def form(context: Context, whole: Whole | None) -> list[Node]:
    incident = whole.listed.incident if whole else None
    moment = (incident.occurred_at or incident.detected_at) if incident else context.now
    return [
        typed(
            "事件发生的时间（北京时间）",
            "occurred_at",
            value=wording.local(moment).strftime("%Y-%m-%d %H:%M"),
        ),
        written("依据", "reason", "使时限推后时必填，由值班长提交"),
    ]


def submit(context: Context, whole: Whole | None, given: dict, version: int) -> str:
    if whole is None:
        raise DashboardError("请先打开一个事件。")
    occurred = wording.read_typed((given.get("occurred_at") or "").strip().replace("：", ":"))
    if occurred is None:
        raise WrongInput("时间应形如 2026-11-21 05:00（北京时间），请改正。")
    decisions.correct_occurrence(
        context.session, context.catalogue, actions.actor(context), whole.listed.incident.id, context.now,
        occurred_at=occurred, reason=given.get("reason") or "", expected_version=version,
    )  # fmt: skip
    return f"发生时间已改为 {wording.full_time(occurred, context.now)}，时限已重新计算。"
