"""Titles of rankings that may come to the top three: what was seen, in words, on the workbench and beside an incident."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from dash import html

from dashboards import wording
from dashboards.context import Context
from dashboards.parts import Node, card, empty
from store.model import Incident
from store.queries_boards import Flagged, flagged_in, flagged_since

SHOWN_FOR = timedelta(hours=12)
SHOWN = 8


def board_card(ctx: Context) -> list[Node]:
    """The titles flagged in the last hours, those that name an own place first; no card for a single unit."""
    if ctx.viewer.scope_unit is not None:
        return []
    rows = flagged_since(ctx.session, ctx.now - SHOWN_FOR)
    if not rows:
        return [card("热榜：可能上升到前三", empty("近 12 小时没有可能上升到前三的新话题。"), key="boards")]
    body: list[Node] = [listed(ctx, rows[:SHOWN])]
    if len(rows) > SHOWN:
        rest = html.Summary(f"另有 {len(rows) - SHOWN} 个")
        body.append(html.Details([rest, listed(ctx, rows[SHOWN:])]))
    own = sum(one.region is not None for one in rows)
    note = f"近 12 小时 {len(rows)} 个，其中涉及本地 {own} 个"
    return [card("热榜：可能上升到前三", body, note, "boards")]


def listed(ctx: Context, rows: Sequence[Flagged]) -> Node:
    return html.Ul([html.Li(title_line(ctx, one)) for one in rows], className="reasons boards")


def title_line(ctx: Context, one: Flagged) -> list[Node]:
    place = f"涉及本地：{ctx.region_name(one.region)}；" if one.region else ""
    link: list[Node] = [html.A(one.title, href=f"/document/{one.document_id}", className="title")]
    if one.incident:
        link += [" ", html.A("所属事件", href=f"/incident/{one.incident}", className="small")]
    return [
        html.B(ctx.source_name(one.source), className="reason-name"),
        html.Span(link),
        html.Span(f"{place}{rise_words(one)}", className="small"),
        html.Span(f"{wording.day_time(one.flagged_at, ctx.now)} 提示；{fate_words(ctx, one)}", className="quiet small"),
    ]  # fmt: skip


def rise_words(one: Flagged) -> str:
    """`名次 40 分钟内由 31 升到 12，热度是榜单中位数的 2.3 倍`."""
    heat = f"热度是榜单中位数的 {one.times_median:.1f} 倍"
    if one.climbed_in < timedelta(minutes=1):
        return f"首次上榜即第 {one.rank} 名，{heat}"
    took = wording.span(one.climbed_in) + ("钟" if one.climbed_in < timedelta(hours=1) else "")
    if one.rank < one.entry_rank:
        return f"名次 {took}内由 {one.entry_rank} 升到 {one.rank}，{heat}"
    return f"上榜 {took}，{'保持在' if one.rank == one.entry_rank else '现'}第 {one.rank} 名，{heat}"


def fate_words(ctx: Context, one: Flagged) -> str:
    if one.reached_at is None:
        return "尚未进入前三"
    return f"已于 {wording.day_time(one.reached_at, ctx.now)} 进入前三"


def board_reasons(ctx: Context, incident: Incident) -> Sequence[Node]:
    """A line a flagged title of the incident; it changes no level, which rests on the stored reasons alone."""
    return [
        html.Li(
            [
                html.B("热榜上升", className="reason-name"),
                html.Span(f"“{one.title}”（{ctx.source_name(one.source)}）：{rise_words(one)}。"),
                html.Span(f"{fate_words(ctx, one)}；仅供参考，不计入等级", className="quiet small"),
            ]
        )
        for one in flagged_in(ctx.session, incident.id)
    ]
