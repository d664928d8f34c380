"""归入：把一条不属于任何事件的原文放进一个事件。程序以后不会再移走。"""

from __future__ import annotations

from typing import Any

from dash import html

from alerts import decisions
from dashboards import actions, wording
from dashboards.context import Context
from dashboards.errors import WrongInput
from dashboards.fields import from_list, typed
from dashboards.opened_text import OpenedText, open_text
from dashboards.parts import Node
from store.model import Incident
from store.queries_incidents import list_incidents

ORDER = 210
WORDS = "归入事件"
SUBMIT = "归入所选事件"
RIGHT = "sort_texts"
DENIED = "归入事件需值班员或值班长权限"

load = open_text


def title(opened: OpenedText) -> str:
    return f"{WORDS}：{opened.row.title}"


def version(opened: OpenedText) -> int:
    return 0


def where(of: str) -> str:
    return f"/document/{of}"


def form(context: Context, opened: OpenedText) -> list[Node]:
    rows = list_incidents(context.session, context.now)
    if not rows:
        return [html.P("现在没有未办结的事件；如需建立，请在工作台用“新建事件”。")]
    options = {row.incident.id: f"{row.incident.id} {row.incident.title}" for row in rows}
    return [from_list("归入哪个事件", "into", options), typed("理由", "reason", hint="写入处置记录")]


def preview(context: Context, opened: OpenedText, given: dict[str, Any]) -> list[Node]:
    """A text collected before the incident was detected moves its deadlines earlier: said before it is done."""
    incident = context.session.get(Incident, given.get("into") or "")
    if incident is None or opened.row.fetched_at >= incident.detected_at:
        return []
    first = wording.full_time(opened.row.fetched_at, context.now)
    return [
        html.P(
            f"这条原文采集于 {first}，早于该事件的首次发现；归入后起点提前，时限随之提前，并通知主责单位。"
        )
    ]


def submit(context: Context, opened: OpenedText, given: dict[str, Any], version: int) -> list[Node]:
    if not given.get("into"):
        raise WrongInput("请选择要归入的事件。")
    decisions.include(
        context.session, context.catalogue, actions.actor(context), given["into"], context.now,
        document_ids=[opened.row.id], reason=(given.get("reason") or "").strip()[:300],
    )  # fmt: skip
    return ["已归入 ", html.A(given["into"], href=f"/incident/{given['into']}"), "。程序以后不会再移走。"]
