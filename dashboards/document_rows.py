"""Texts as rows: time, source, title, sentiment, reprints. Crawled words are only ever text, never markup."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from dash import html

from catalogue.source import CHANNELS
from dashboards import wording
from dashboards.context import Context
from dashboards.parts import Node, count, documents, sentiment, table
from store.queries_documents import DocumentRow

TITLE_LIMIT = 80
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
        sentiment(row.sentiment, row.score),
        reprints,
    ]


def moment_of(ctx: Context, row: DocumentRow) -> Node:
    if row.counted_at is not None:
        return html.Time(wording.day_time(row.counted_at, ctx.now), title=wording.exact_time(row.counted_at))
    if row.published_at is not None:
        there = wording.local(row.published_at)
        return f"{there.month} 月 {there.day} 日（无时刻）"
    return "时间不明"


def title_of(ctx: Context, row: DocumentRow) -> list[Node]:
    """The title as a link to the page it came from; internal items are words for those who may read them."""
    marks: list[Node] = [html.Span(ctx.category_name(key), className="tag") for key in row.categories]
    if row.region:
        marks.append(html.Span(ctx.region_name(row.region), className="tag"))
    if row.vanished:
        marks.append(html.Span("原网页已消失", className="tag"))
    if row.is_corrected:
        marks.append(html.Span("人工改判", className="tag"))
    foot = html.Span(marks, className="tags")
    if row.is_internal:
        marks.insert(0, html.Span("内部", className="tag"))
        if not ctx.viewer.may("internal_text"):
            return [html.Span("内部来源条目，只计数，不显示内容", className="quiet"), foot]
    if row.title is None:
        return [html.Span("原文已按保存期限清除，只留计数", className="quiet"), foot]
    words = shortened(row.title)
    if row.is_internal or not is_web(row.url):
        return [
            html.Span(words, className="title", title=row.title),
            html.Span(row.body or "", className="quiet small"),
            foot,
        ]
    link = html.A(
        words, href=row.url, target="_blank", rel="noopener noreferrer", className="title", title=row.title
    )
    return [link, foot]


def shortened(words: str, limit: int = TITLE_LIMIT) -> str:
    return words if len(words) <= limit else words[: limit - 1] + "…"


def is_web(url: str) -> bool:
    """Only http addresses become links; anything else stays words."""
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False
