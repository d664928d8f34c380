"""交办：指定或改派主责单位。"""

from __future__ import annotations

from alerts import decisions
from dashboards import actions
from dashboards.actions._levels import units
from dashboards.context import Context
from dashboards.errors import DashboardError, WrongInput
from dashboards.fields import from_list, written
from dashboards.parts import Node
from store.queries_incidents import OPEN_STATES, Whole

ORDER = 40
WORDS = "交办"
SUBMIT = "交办"
RIGHT = "assign"
DENIED = "交办需值班员或值班长权限"


def applies(whole: Whole) -> bool:
    return whole.listed.incident.state in OPEN_STATES


def form(context: Context, whole: Whole | None) -> list[Node]:
    chosen = whole.listed.incident.unit if whole else None
    return [
        from_list("主责单位", "unit", units(context.catalogue), chosen),
        written("说明", "reason", "改派时必填，写入处置记录"),
    ]


def submit(context: Context, whole: Whole | None, given: dict, version: int) -> str:
    if whole is None:
        raise DashboardError("请先打开一个事件。")
    if not given.get("unit"):
        raise WrongInput("请选择主责单位。")
    decisions.assign(
        context.session, context.catalogue, actions.actor(context), whole.listed.incident.id, context.now,
        unit=given["unit"], reason=given.get("reason") or "", expected_version=version,
    )  # fmt: skip
    return f"已交办{context.unit_name(given['unit'])}。"
