"""原文列表：每个数字背后的条目。"""

from __future__ import annotations

from dash import html

from alerts.replies import reply_sources
from catalogue.source import CHANNELS
from dashboards import actions, filters, wording
from dashboards.context import Context
from dashboards.document_rows import document_table
from dashboards.fields import hidden, search_box, select
from dashboards.parts import Node, address, card, empty
from dashboards.router import Page
from dashboards.wording import SENTIMENT_WORDS
from store.model import Question
from store.queries_documents import PAGE_SIZE, count_documents, cursor_of, list_documents, read_cursor
from store.queries_incidents import find_incident, whole_incident

PATH = "/documents"
RIGHT = "read"
NAV = ""


def layout(ctx: Context) -> Page:
    wanted = filters.read_filter(ctx)
    number, is_exact = count_documents(ctx.session, wanted)
    rows = list_documents(ctx.session, wanted, read_cursor(ctx.query.get("after", "")))
    scope = filters.in_words(ctx, wanted, names(ctx))
    words = f"共 {wording.number(number)} 条" if is_exact else f"超过 {wording.number(number)} 条"
    body: Node = (
        [document_table(ctx, rows, scope), turning(ctx, rows)]
        if rows
        else empty(f"{scope}：没有符合条件的条目。", "清除筛选", "/documents")
    )
    total = html.Strong(
        words, id="list-total", **{"data-total": str(number), "data-exact": str(int(is_exact))}
    )
    note = [total, "；同文转载计 1 条"]
    return Page(
        "原文",
        [filter_form(ctx), card("条目", body, note, "list")],
        (("原文", ""),),
        lead=scope,
        tools=tools(ctx),
    )


def tools(ctx: Context) -> tuple[Node, ...]:
    """On the texts of one incident: the way back to it, and taking out or splitting."""
    incident = find_incident(ctx.session, ctx.query.get("incident", ""), ctx.viewer.scope_unit)
    if incident is None:
        return ()
    whole = whole_incident(ctx.session, incident, ctx.now)
    names = actions.acts_at("texts", ctx, whole)
    back = html.A("回到事件", href=f"/incident/{incident.id}", className="button")
    return (back, *(actions.button(name, incident.id, incident.version) for name in names))


def names(ctx: Context) -> dict[str, str]:
    """Titles of the incident and the question the address asks for."""
    found: dict[str, str] = {}
    incident = find_incident(ctx.session, ctx.query.get("incident", ""), ctx.viewer.scope_unit)
    number = filters.whole_number(ctx.query.get("question"))
    question = ctx.session.get(Question, number) if number is not None else None
    if incident is not None:
        found["incident"] = incident.title
    if question is not None:
        found["question"] = question.text
    return found


def turning(ctx: Context, rows: list) -> Node:
    """Ways to the first and the next page; places in the list are times, not page numbers."""
    kept = filters.kept(ctx.query)
    first = (
        [html.A("回到最新", href=address(PATH, **kept), className="button")] if ctx.query.get("after") else []
    )
    after = cursor_of(rows[-1])
    more = [html.A("更早的条目", href=address(PATH, **kept, after=after), className="button", id="next-page")]
    return html.Div([*first, *(more if len(rows) == PAGE_SIZE else [])], className="turning")


def filter_form(ctx: Context) -> Node:
    """A plain form: it works by keyboard, and its address can be sent to a colleague."""
    query = ctx.query
    held = ("from", "to", "incident", "question", "source", "copies_of", "reason", "metric", "texts")
    regions = {region.id: region.name for region in ctx.catalogue.regions.values()} | {"?": "未标注"}
    categories = {item.id: item.name for item in ctx.catalogue.categories.values()}
    replies = reply_sources(ctx.catalogue)  # only where a source tells the replies to its messages
    return html.Form(
        [
            *(hidden(name, query[name]) for name in held if query.get(name)),
            select("分类", "category", categories, query.get("category", "")),
            select("区县", "region", regions | named_place(ctx), query.get("region", "")),
            select("渠道", "channel", CHANNELS, query.get("channel", "")),
            select("情感", "sentiment", SENTIMENT_WORDS, query.get("sentiment", "")),
            *([select("来件", "replied", filters.REPLIED_WORDS, query.get("replied", ""))] if replies else []),
            search_box(query.get("search", "")),
            html.Button("筛选", type="submit", className="button button-main"),
            html.A("清除筛选", href=PATH, className="button"),
        ],
        action=PATH, method="GET", className="filters card",
    )  # fmt: skip


def named_place(ctx: Context) -> dict[str, str]:
    """A district with its townships, as the address names it, under the district's name."""
    asked = ctx.query.get("region", "")
    return {asked: filters.place(ctx, tuple(asked.split(",")))} if "," in asked else {}
