"""调整级别：升级即时起算（自原起点），降级须值班长并写明理由。"""

from __future__ import annotations

from alerts import decisions
from alerts.levels import emergency_of, rank
from dashboards import actions
from dashboards.actions._levels import level_fields, limits, read_levels
from dashboards.context import Context
from dashboards.errors import DashboardError
from dashboards.fields import written
from dashboards.parts import Node
from store.model import Incident
from store.queries_incidents import Whole

ORDER = 50
WORDS = "调整级别"
SUBMIT = "提交新级别"
RIGHT = "raise"
DENIED = "调整级别需值班员权限，降级需值班长"


def applies(whole: Whole) -> bool:
    return whole.listed.incident.state == "confirmed"


def form(context: Context, whole: Whole | None) -> list[Node]:
    hint = "必填；降级由值班长提交"
    return [*level_fields(whole.listed.incident if whole else None), written("理由", "reason", hint)]


def preview(context: Context, whole: Whole | None, given: dict) -> list[Node]:
    return limits(context, whole.listed.incident, given) if whole is not None else []


def submit(context: Context, whole: Whole | None, given: dict, version: int) -> str:
    if whole is None:
        raise DashboardError("请先打开一个事件。")
    incident = whole.listed.incident
    grade, is_emergency, event_level = read_levels(given)
    lower = is_lower(incident, grade, is_emergency, event_level)
    if lower:
        context.viewer.need("lower")
    change = decisions.lower_level if lower else decisions.raise_level
    change(
        context.session, context.catalogue, actions.actor(context), incident.id, context.now,
        grade=grade, is_emergency=is_emergency, event_level=event_level, reason=given.get("reason") or "",
        expected_version=version,
    )  # fmt: skip
    return "已降级；原时限保留在台账中。" if lower else "已调整级别；时限自原起点计算。"


def is_lower(incident: Incident, grade: str, is_emergency: bool, event_level: str | None) -> bool:
    """Whether any of the three goes down; then it is a lowering, whatever the others do."""
    return (
        rank(grade) > rank(incident.grade)
        or rank(event_level) > rank(incident.event_level)
        or (emergency_of(incident) and not is_emergency)
    )
