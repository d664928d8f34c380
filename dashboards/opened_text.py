"""One text, opened: what it says, what it was read as, and the pieces that decided it. Nothing of this is stored."""

from __future__ import annotations

from dataclasses import dataclass

from dash import html
from sqlalchemy import select

from analysis.linear import default_scorer
from analysis.scorer import Text
from analysis.why import Because, Why, why
from dashboards import wording
from dashboards.context import Context
from dashboards.document_rows import FLAG_WORDS, HEAD_WORDS, is_web, moment_of
from dashboards.errors import DashboardError
from dashboards.filters import whole_number
from dashboards.parts import Node, facts, sentiment
from dashboards.replies import reply_whole
from dashboards.wording import SENTIMENT_WORDS
from store.model import DocumentText, Incident, Label, Reading
from store.queries_documents import DocumentRow, find_document

BODY_SHOWN = 8000
LIST_WORDS = {
    "incident": "事故灾害",
    "friction": "办事受阻",
    "negative": "负面",
    "positive": "正面",
    "question": "提问",
}


@dataclass(frozen=True)
class OpenedText:
    """A text with its whole body; incident: where it belongs now; labels: the latest correction of each head."""

    row: DocumentRow
    body: str
    answer: str
    model_version: str
    incident: Incident | None
    labels: dict[str, Label]


def open_text(ctx: Context, number: str) -> OpenedText:
    """Raises DashboardError when there is no such text, it was purged, or this role may not read it."""
    found = whole_number(number)
    row = find_document(ctx.session, found, ctx.viewer.scope_unit) if found is not None else None
    if row is None:
        raise DashboardError("没有这条原文，或不在您的范围内；请刷新页面。")
    if row.is_internal and not ctx.viewer.may("internal_text"):
        raise DashboardError("内部来源条目，只计数，不显示内容。")
    found_text = ctx.session.execute(
        select(DocumentText.body, DocumentText.answer).where(
            DocumentText.document_id == row.id, DocumentText.fetched_at == row.fetched_at
        )
    ).one_or_none()
    if row.title is None or found_text is None:
        raise DashboardError("原文已按保存期限清除，只留计数。")
    reading = ctx.session.get_one(Reading, row.id)
    labels = ctx.session.scalars(select(Label).where(Label.document_id == row.id).order_by(Label.id))
    incident = ctx.session.get(Incident, row.incident) if row.incident else None
    return OpenedText(
        row,
        found_text.body,
        found_text.answer or "",
        reading.model_version,
        incident,
        {one.head: one for one in labels},
    )


def text_parts(ctx: Context, opened: OpenedText) -> list[Node]:
    """What stands in the side panel and on the text's own page: where from, what in force, why, the text."""
    words = {item.id: item.words for item in ctx.catalogue.categories.values()}
    row = opened.row
    found = why(default_scorer(), Text(opened.body[:BODY_SHOWN], row.title or ""), words)
    return [
        facts(in_force(ctx, opened)),
        *reply_whole(row, opened.answer),
        *explanations(ctx, found),
        html.P(model_words(opened, found), className="quiet small"),
    ]


def in_force(ctx: Context, opened: OpenedText) -> list[tuple[str, Node]]:
    """Label and value of everything the row says, each with who said it."""
    row = opened.row
    where: list[Node] = [ctx.source_name(row.source), " · ", moment_of(ctx, row)]
    if is_web(row.url) and not row.is_internal:
        where += [" · ", html.A("打开原网页", href=row.url, target="_blank", rel="noopener noreferrer")]
    home: Node = "不属于任何事件"
    if opened.incident is not None:
        home = html.A(f"{opened.incident.id} {opened.incident.title}", href=f"/incident/{opened.incident.id}")
    names = "、".join(ctx.category_name(key) for key in row.categories) or "无"
    flags = "、".join(name for key, name in FLAG_WORDS.items() if getattr(row, key)) or "无"
    score = None if "sentiment" in row.corrected else row.score
    return [
        ("来源", html.Span(where)),
        ("所属事件", home),
        ("情感", html.Span([sentiment(row.sentiment, score), by_whom(ctx, opened, "sentiment")])),
        ("分类", html.Span([names, by_whom(ctx, opened, "category")])),
        ("地区", html.Span([ctx.region_name(row.region), by_whom(ctx, opened, "region")])),
        ("标记", html.Span([flags, *(by_whom(ctx, opened, flag) for flag in FLAG_WORDS)])),
    ]


def by_whom(ctx: Context, opened: OpenedText, head: str) -> Node:
    label = opened.labels.get(head)
    if label is None:
        return ""
    named = f"“{HEAD_WORDS[head]}”" if head in FLAG_WORDS else ""
    act = "核对无误" if label.agrees else "更正"
    return html.Span(f" 人工{act}{named}，{wording.day_time(label.at, ctx.now)}", className="quiet small")


def explanations(ctx: Context, found: Why) -> list[Node]:
    """One fold a label, the first one open: the text with its deciding pieces marked, the word lists that were hit."""
    if not found.labels:
        return [html.Pre(found.shown, className="whole-text")]
    return [
        html.Details(
            [
                html.Summary(f"为何判为“{head_words(ctx, one.head)}”（{one.score:.2f}）"),
                html.P(["起作用的词：", *strongest_words(found, one)], className="small"),
                html.P(marked(found, one), className="whole-text"),
                *([html.P(lists_words(ctx, one), className="quiet small")] if one.lists else []),
            ],
            open=index == 0,
            className="why",
        )
        for index, one in enumerate(found.labels)
    ]


def head_words(ctx: Context, head: str) -> str:
    return SENTIMENT_WORDS.get(head) or FLAG_WORDS.get(head) or ctx.category_name(head)


def strongest_words(found: Why, label: Because) -> list[Node]:
    """The marked pieces, strongest first, with their weights: supporting ones before those against."""
    pieces = sorted(label.pieces, key=lambda one: (one.weight < 0, -abs(one.weight)))
    if not pieces:
        return ["没有突出的词，由全文合计"]
    parts: list[Node] = []
    for one in pieces[:6]:
        parts += ["、", html.B(found.shown[one.begins : one.ends]), f" {one.weight:+.2f}"]
    return parts[1:]


def marked(found: Why, label: Because) -> list[Node]:
    """The text with its pieces marked: for the label solid, against it dotted; the weight in words for who cannot see it."""
    parts: list[Node] = []
    edge = 0
    for one in label.pieces:
        side = "支持" if one.weight > 0 else "反对"
        parts.append(found.shown[edge : one.begins])
        parts.append(
            html.Mark(
                found.shown[one.begins : one.ends],
                className="for" if one.weight > 0 else "against",
                title=f"{side} {one.weight:+.2f}",
            )
        )
        edge = one.ends
    return [*parts, found.shown[edge:]]


def lists_words(ctx: Context, label: Because) -> str:
    lines = []
    for name, weight, words in label.lists:
        title = LIST_WORDS.get(name) or ctx.category_name(name)
        lines.append(f"“{title}”{weight:+.2f}" + (f"（{'、'.join(words)}）" if words else ""))
    return "词表：" + "；".join(lines)


def model_words(opened: OpenedText, found: Why) -> str:
    same = opened.model_version == found.reading.model
    then = "" if same else f"入库时由 {opened.model_version} 判断。"
    return f"数字为该词对这一判断的对数几率的贡献，由 {found.reading.model} 在打开时计算，不保存。{then}"
