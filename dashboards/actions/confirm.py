"""确认：认定等级、是否突发事件和主责单位；暂定的时限随之生效。"""

from __future__ import annotations

from alerts import decisions
from dashboards import actions
from dashboards.actions._levels import YES_NO, level_fields, limits, read_levels, units
from dashboards.context import Context
from dashboards.errors import DashboardError
from dashboards.fields import from_list, one_of, written
from dashboards.parts import Node
from store.queries_incidents import Whole

ORDER = 20
WORDS = "确认"
SUBMIT = "确认为事件"
RIGHT = "confirm"
DENIED = "确认需值班员或值班长权限"


def applies(whole: Whole) -> bool:
    return whole.listed.incident.state in ("proposed", "acknowledged")


def form(context: Context, whole: Whole | None) -> list[Node]:
    incident = whole.listed.incident if whole is not None else None
    return [
        *level_fields(incident),
        from_list("主责单位", "unit", units(context.catalogue), incident.unit if incident else None),
        one_of("需要回应（IV 级也计 48 小时）", "needs_answer", YES_NO, "no"),
        written("理由", "reason", "低于程序建议的等级时必填，由值班长提交"),
    ]


def preview(context: Context, whole: Whole | None, given: dict) -> list[Node]:
    return limits(context, whole.listed.incident, given) if whole is not None else []


def submit(context: Context, whole: Whole | None, given: dict, version: int) -> str:
    if whole is None:
        raise DashboardError("请先打开一个事件。")
    grade, is_emergency, event_level = read_levels(given)
    incident = decisions.confirm(
        context.session, context.catalogue, actions.actor(context), whole.listed.incident.id, context.now,
        grade=grade, is_emergency=is_emergency, event_level=event_level, unit=given.get("unit") or None,
        needs_answer=given.get("needs_answer") == "yes", reason=given.get("reason") or "",
        expected_version=version,
    )  # fmt: skip
    return f"已确认，主责单位 {context.unit_name(incident.unit)}。时限已生效。"
