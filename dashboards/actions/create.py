"""新建事件：电话、来访或上级交办得知的事，程序尚未提出。"""

from __future__ import annotations

from dash import html

from alerts import decisions
from dashboards import actions, wording
from dashboards.actions._levels import level_fields, read_levels, units
from dashboards.context import Context
from dashboards.errors import WrongInput
from dashboards.fields import from_list, typed, written
from dashboards.parts import Node
from store.queries_incidents import Whole

ORDER = 5
WORDS = "新建事件"
SUBMIT = "新建"
RIGHT = "create"
DENIED = "新建事件需值班员或值班长权限"


def applies(whole: Whole) -> bool:
    return False  # its button stands on the work bench, not on another incident's page


def form(context: Context, whole: Whole | None) -> list[Node]:
    catalogue = context.catalogue
    now = wording.local(context.now).strftime("%Y-%m-%d %H:%M")
    return [
        typed("事件标题", "title", hint="写事，不写人名"),
        *level_fields(None),
        from_list(
            "分类", "categories", {item.id: item.name for item in catalogue.categories.values()}, many=True
        ),
        from_list("区县", "region", {item.id: item.name for item in catalogue.regions.values()}),
        from_list("主责单位", "unit", units(catalogue)),
        typed("发生时间（北京时间）", "occurred_at", hint="不明可不填"),
        typed("得知时间（北京时间）", "detected_at", value=now),
        written("简况", "summary", "不写个人信息"),
    ]


def submit(context: Context, whole: Whole | None, given: dict, version: int) -> list[Node]:
    grade, is_emergency, event_level = read_levels(given)
    moments = {}
    for name, words in (("occurred_at", "发生时间"), ("detected_at", "得知时间")):
        typed_in = (given.get(name) or "").strip().replace("：", ":")
        moments[name] = wording.read_typed(typed_in)
        if typed_in and moments[name] is None:
            raise WrongInput(f"{words}应形如 2026-11-21 05:00（北京时间），请改正。")
    incident = decisions.create_by_hand(
        context.session, context.catalogue, actions.actor(context), context.now,
        title=given.get("title") or "", grade=grade, is_emergency=is_emergency, event_level=event_level,
        categories=given.get("categories") or (), region=given.get("region") or None,
        unit=given.get("unit") or None, summary=given.get("summary") or "", **moments,
    )  # fmt: skip
    return ["已新建事件 ", html.A(incident.id, href=f"/incident/{incident.id}"), "。请确认级别和主责单位。"]
