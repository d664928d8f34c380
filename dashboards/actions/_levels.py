"""Fields of level and unit, shared by the acts that set them, and the deadlines a choice would bring."""

from __future__ import annotations

from typing import Any

from dash import html

from alerts.clock import deadline, start_of
from alerts.duties import owed_duties
from alerts.levels import emergency_of, event_level_of, grade_of
from catalogue.loader import Catalogue
from dashboards import wording
from dashboards.context import Context
from dashboards.errors import WrongInput
from dashboards.fields import one_of
from dashboards.parts import ROMAN, Node
from dashboards.wording import LEVEL_WORDS
from store.model import Incident

LEVELS = {key: f"{ROMAN[key]} 级 {words}" for key, words in LEVEL_WORDS.items()}
NONE = {"none": "无"}
YES_NO = {"yes": "是", "no": "否"}


def level_fields(incident: Incident | None) -> list[Node]:
    """Grade, whether it is a 突发事件 and its level, filled with what is in force."""
    grade = grade_of(incident) if incident is not None else None
    emergency = emergency_of(incident) if incident is not None else False
    level = event_level_of(incident) if incident is not None else None
    return [
        one_of("舆情等级（关注的规模与严重程度）", "grade", LEVELS, grade),
        one_of("是否涉及突发事件", "is_emergency", YES_NO, "yes" if emergency else "no"),
        one_of("突发事件等级（按事件本身的危害）", "event_level", {**LEVELS, **NONE}, level or "none"),
    ]


def read_levels(given: dict[str, Any]) -> tuple[str, bool, str | None]:
    grade = given.get("grade")
    if grade not in LEVELS:
        raise WrongInput("请选择舆情等级。")
    event_level = given.get("event_level")
    return grade, given.get("is_emergency") == "yes", None if event_level in (None, "none") else event_level


def units(catalogue: Catalogue) -> dict[str, str]:
    return {unit.id: unit.name for unit in catalogue.units.values()}


def limits(context: Context, incident: Incident, given: dict[str, Any]) -> list[Node]:
    """Every clock this choice makes final, with its deadline as date and time."""
    try:
        grade, is_emergency, level = read_levels(given)
    except WrongInput as error:
        return [html.P(str(error))]
    if level is not None and not is_emergency:
        return [html.P("选了突发事件等级，请同时把“是否涉及突发事件”选为“是”。")]
    owed = owed_duties(
        grade, is_emergency, level, given.get("needs_answer") == "yes", incident.treat_as_major
    )
    if not owed:
        return [html.P("这样选择没有法定时限；如需回应，请把“需要回应”选为“是”。")]
    lines = [limit_line(context, incident, name) for name in owed]
    return [html.P(html.Strong("提交后的时限")), html.Ul(lines)]


def limit_line(context: Context, incident: Incident, name: str) -> Node:
    duty = context.catalogue.duties[name]
    start = start_of(duty, incident.occurred_at, incident.detected_at)
    if start is None:
        return html.Li(f"{duty.name}：起算待核")
    end = deadline(duty, start).deadline_at
    if end is None:
        return html.Li(duty.name)
    late = (
        "（已超时，提交后立即报警）" if end < context.now else f"（还有 {wording.span(end - context.now)}）"
    )
    start_words = wording.full_time(start, context.now)
    return html.Li(
        f"{duty.limit} 小时{duty.name}：{wording.full_time(end, context.now)} 前{late}，自 {start_words} 起算"
    )
