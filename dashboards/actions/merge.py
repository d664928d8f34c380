"""合并：并入另一事件；每条时限保留较早的起点，一条也不丢。"""

from __future__ import annotations

from dash import html

from alerts import decisions
from dashboards import actions
from dashboards.context import Context
from dashboards.errors import DashboardError, WrongInput
from dashboards.fields import from_list
from dashboards.parts import Node
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
    others = {
        row.incident.id: f"{row.incident.id} {row.incident.title}" for row in rows if row.incident.id != own
    }
    if not others:
        return [html.P("现在没有其他未办结的事件可以并入。")]
    return [from_list("并入哪个事件", "into", others)]


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
