"""合并：并入另一事件；每条时限保留较早的起点，一条也不丢。可能是同一件事的较早事件排在最前。"""

from __future__ import annotations

from dash import html

from alerts import decisions
from analysis.regions import districts_of
from analysis.twins import Twin, twins_of
from dashboards import actions
from dashboards.context import Context
from dashboards.errors import DashboardError, WrongInput
from dashboards.fields import from_list
from dashboards.parts import Node
from store.model import Incident
from store.queries_incidents import OPEN_STATES, Whole, list_incidents

ORDER = 100
WORDS = "合并"
SUBMIT = "并入所选事件"
RIGHT = "merge"
DENIED = "合并需值班员或值班长权限"


def applies(whole: Whole) -> bool:
    return whole.listed.incident.state in OPEN_STATES


def form(context: Context, whole: Whole | None) -> list[Node]:
    own = whole.listed.incident.id if whole else ""
    rows = list_incidents(context.session, context.now)
    likely = [one for one in likely_of(context, whole.listed.incident) if one.is_older] if whole else []
    others = {one.id: f"{one.id} {one.title}（可能是同一件事）" for one in likely}
    for row in rows:
        if row.incident.id != own:
            others.setdefault(row.incident.id, f"{row.incident.id} {row.incident.title}")
    if not others:
        return [html.P("现在没有其他未办结的事件可以并入。")]
    return [from_list("并入哪个事件", "into", others, likely[0].id if likely else None)]


def likely_of(context: Context, incident: Incident) -> list[Twin]:
    """Open incidents that may be the same matter; none for one that is not open."""
    if incident.state not in OPEN_STATES:
        return []
    last = incident.last_document_at or incident.detected_at
    districts = districts_of(context.catalogue)
    return twins_of(context.session, incident.id, incident.detected_at, last, districts)


def submit(context: Context, whole: Whole | None, given: dict, version: int) -> list[Node]:
    if whole is None:
        raise DashboardError("请先打开一个事件。")
    if not given.get("into"):
        raise WrongInput("请选择要并入的事件。")
    decisions.merge(
        context.session, context.catalogue, actions.actor(context), whole.listed.incident.id, given["into"],
        context.now, expected_version=version,
    )  # fmt: skip
    return ["已并入 ", html.A(given["into"], href=f"/incident/{given['into']}"), "。"]
