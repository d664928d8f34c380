"""一条原文：它说了什么，程序怎样判断，为什么。"""

from __future__ import annotations

from dash import html

from dashboards import actions
from dashboards.context import Context
from dashboards.opened_text import open_text, text_parts
from dashboards.parts import card
from dashboards.router import Page

PATH = "/document/<id>"
RIGHT = "read"
NAV = ""


def layout(ctx: Context) -> Page:
    opened = open_text(ctx, ctx.params["id"])
    row = opened.row
    words = "依据与更正" if ctx.viewer.may("correct_labels") else ""
    tools = (actions.button("text", str(row.id), row.label, words=words),) if words else ()
    crumbs = (("原文", "/documents"), (str(row.id), ""))
    body = card("判断与依据", html.Div(text_parts(ctx, opened), className="opened-text"), key="why")
    return Page(row.title or "原文", body, crumbs, tools=tools)
