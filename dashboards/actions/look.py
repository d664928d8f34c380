"""预览：不离开列表，看一个事件的时限、最新原文的头几行和待答的问题。"""

from __future__ import annotations

from dash import html

from dashboards import actions
from dashboards.context import Context
from dashboards.document_rows import moment_of, shortened
from dashboards.errors import DashboardError
from dashboards.incident_parts import (
    deadline_words,
    duty_words,
    facts_line,
    remaining,
    state_words,
    volume_words,
    waiting,
)
from dashboards.parts import Node, count, documents, empty, sentiment
from store.queries_documents import DocumentFilter, DocumentRow, list_documents
from store.queries_incidents import Whole

ORDER = 190
WORDS = "预览"
RIGHT = "read"
DENIED = "此操作需登录"
SIDE = True
TEXTS, QUESTIONS, LEAD = 6, 5, 90
OFFERED = ("acknowledge", "confirm", "respond", "dismiss")


def title(whole: Whole) -> str:
    return whole.listed.incident.title


def can_submit(context: Context, whole: Whole | None) -> bool:
    return False


def form(context: Context, whole: Whole | None) -> list[Node]:
    if whole is None:
        raise DashboardError("请先选一个事件。")
    incident, listed = whole.listed.incident, whole.listed
    unmet = waiting(listed)
    limit = f" {duty_words(context, unmet[0])}，{deadline_words(context, unmet[0])}" if unmet else ""
    return [
        html.Div([*facts_line(context, incident), html.Span(state_words(incident), className="tag")], className="lead wide"),
        html.P([remaining(context, listed), html.Span(limit, className="quiet")], className="wide"),
        html.P([*volume_words(context, listed), "。"], className="wide"),
        html.Div(buttons(context, whole), className="turning wide"),
        newest(context, whole),
        unanswered(whole),
    ]  # fmt: skip


def buttons(context: Context, whole: Whole) -> list[Node]:
    incident = whole.listed.incident
    names = [name for name in actions.acts_at("head", context, whole) if name in OFFERED]
    return [
        html.A("打开事件", href=f"/incident/{incident.id}", className="button"),
        *(
            actions.button(name, f"{incident.id}/side", incident.version, is_main=index == 0)
            for index, name in enumerate(names)
        ),
    ]


def newest(context: Context, whole: Whole) -> Node:
    """The first lines of the newest texts; the number opens all of them."""
    number = whole.listed.incident.id
    rows = list_documents(context.session, DocumentFilter(incident=number), size=TEXTS)
    total = count(whole.listed.tally.documents, documents(incident=number), " 条")
    body = html.Ul([first_lines(context, row) for row in rows], className="first-lines")
    return html.Div(
        [html.H3(["最新原文（共 ", total, "）"]), body if rows else empty("还没有关联的原文。")],
        className="wide",
    )


def first_lines(context: Context, row: DocumentRow) -> Node:
    head = [moment_of(context, row), " ", context.source_name(row.source), " ", sentiment(row.sentiment)]
    if row.is_internal and not context.viewer.may("internal_text"):
        words: Node = html.Span("内部来源条目，只计数，不显示内容", className="quiet")
    elif row.title is None:
        words = html.Span("原文已按保存期限清除，只留计数", className="quiet")
    else:
        body = (row.body or "").removeprefix(row.title).lstrip("。 \n")
        words = html.Span([html.B(shortened(row.title)), html.Br(), shortened(body, LEAD)])
    return html.Li([html.Div(head, className="quiet small"), words])


def unanswered(whole: Whole) -> Node:
    waiting_for = [one for one in whole.questions if one.answer is None][:QUESTIONS]
    if not waiting_for:
        return html.P("没有待答的问题。" if whole.questions else "尚未归并出问题。", className="quiet wide")
    number = whole.listed.incident.id
    lines = [
        html.Li(
            [
                one.question.text,
                " ",
                count(one.documents, documents(question=one.question.id, incident=number)),
            ]
        )
        for one in waiting_for
    ]
    return html.Div([html.H3("待答的问题"), html.Ul(lines, className="asked")], className="wide")


def submit(context: Context, whole: Whole | None, given: dict, version: int) -> str:
    raise DashboardError("预览没有可提交的内容。")
