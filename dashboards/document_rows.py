"""Texts as rows: time, source, title, sentiment, reprints. Crawled words are only ever text, never markup."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from dash import html

from catalogue.source import CHANNELS
from dashboards import actions, wording
from dashboards.context import Context
from dashboards.parts import Node, count, documents, sentiment, table
from dashboards.replies import reply_line
from store.queries_documents import DocumentRow

TITLE_LIMIT = 80
FLAG_WORDS = {"service_friction": "堵点痛点", "sudden_incident": "突发"}
HEAD_WORDS = {"sentiment": "情感", "category": "分类", "region": "地区", **FLAG_WORDS}
HEADS = ("时间", "来源", "标题", "情感", "转载")


def document_table(ctx: Context, rows: Sequence[DocumentRow], caption: str) -> Node:
    return table(HEADS, (cells(ctx, row) for row in rows), caption, "documents")


def cells(ctx: Context, row: DocumentRow) -> list[Node]:
    reprints: Node = "0" if not row.copies else count(row.copies, documents(copies_of=row.id), label="转载 ")
    return [
        moment_of(ctx, row),
        html.Span(
            [ctx.source_name(row.source), html.Span(CHANNELS.get(row.channel, ""), className="quiet small")],
            className="stack",
        ),
        html.Span(title_of(ctx, row), className="stack"),
        sentiment(row.sentiment, None if "sentiment" in row.corrected else row.score),
        reprints,
    ]


def moment_of(ctx: Context, row: DocumentRow) -> Node:
    if row.counted_at is not None:
        return html.Time(moment_words(ctx, row), title=wording.exact_time(row.counted_at))
    return moment_words(ctx, row)


def moment_words(ctx: Context, row: DocumentRow) -> str:
    if row.counted_at is not None:
        return wording.day_time(row.counted_at, ctx.now)
    if row.published_at is not None:
        there = wording.local(row.published_at)
        return f"{there.month} 月 {there.day} 日（无时刻）"
    return "时间不明"


def title_of(ctx: Context, row: DocumentRow) -> list[Node]:
    """The title as a link to the page it came from; internal items are words for those who may read them."""
    marks: list[Node] = [html.Span(ctx.category_name(key), className="tag") for key in row.categories]
    marks += [html.Span(words, className="tag") for flag, words in FLAG_WORDS.items() if getattr(row, flag)]
    if row.region:
        marks.append(html.Span(ctx.region_name(row.region), className="tag"))
    if row.is_answered:
        marks.append(html.Span("已有官方答复", className="tag"))
    if row.vanished:
        marks.append(html.Span("原网页已消失", className="tag"))
    if row.is_agreed:
        marks.append(html.Span("人工核对无误", className="tag tag-person"))
    if row.corrected:
        heads = "、".join(HEAD_WORDS.get(head, head) for head in row.corrected)
        marks.append(html.Span(f"人工更正：{heads}", className="tag tag-person"))
    if row.incident and ctx.query.get("incident") != row.incident and ctx.params.get("id") != row.incident:
        marks.append(html.A(f"事件 {row.incident}", href=f"/incident/{row.incident}", className="tag"))
    foot = html.Span(marks, className="tags")
    if row.is_internal:
        marks.insert(0, html.Span("内部", className="tag"))
        if not ctx.viewer.may("internal_text"):
            return [html.Span("内部来源条目，只计数，不显示内容", className="quiet"), foot]
    if row.title is not None:
        marks.append(open_button(ctx, row))
    if row.title is None:
        return [html.Span("原文已按保存期限清除，只留计数", className="quiet"), foot]
    words = shortened(row.title)
    if row.is_internal or not is_web(row.url):
        return [
            html.Span(words, className="title", title=row.title),
            html.Span(row.body or "", className="quiet small"),
            *reply_line(row),
            foot,
        ]
    link = html.A(
        words, href=row.url, target="_blank", rel="noopener noreferrer", className="title", title=row.title
    )
    return [link, *reply_line(row), foot]


def open_button(ctx: Context, row: DocumentRow) -> Node:
    """Opens the text beside the list: whole, with what decided its labels, and for the duty room to correct."""
    words = "依据与更正" if ctx.viewer.may("correct_labels") else "依据"
    return actions.button("text", str(row.id), row.label, words=words, extra="button-row")


def shortened(words: str, limit: int = TITLE_LIMIT) -> str:
    return words if len(words) <= limit else words[: limit - 1] + "…"


def is_web(url: str) -> bool:
    """Only http addresses become links; anything else stays words."""
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False
