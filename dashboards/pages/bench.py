"""工作台：现在要我做什么。"""

from __future__ import annotations

from dash import html

from alerts.roster import on_duty
from dashboards import actions, wording
from dashboards.blind import blind_notice
from dashboards.board_flags import board_card
from dashboards.context import Context
from dashboards.incident_parts import (
    deadline_words,
    duty_words,
    facts_line,
    limit_words,
    remaining,
    title_link,
    volume_words,
    waiting,
)
from dashboards.pages.incidents import belongs, incident_table, is_overdue
from dashboards.pages.sources import judged
from dashboards.parts import Node, address, card, count, empty
from dashboards.router import Page
from dashboards.source_health import TROUBLE
from store.queries_incidents import Listed, list_incidents

PATH = "/"
RIGHT = "read"
NAV = "bench"


def layout(ctx: Context) -> Page:
    rows = list_incidents(ctx.session, ctx.now, unit=ctx.viewer.scope_unit)
    proposals = [row for row in rows if belongs(ctx, row, "unconfirmed")]
    owed = [row for row in rows if waiting(row)]
    body: list[Node] = [*blind_notice(ctx), tiles(ctx, rows)]
    if owed:
        body.append(next_due(ctx, owed[0]))
    body.append(proposal_card(ctx, proposals))
    body.append(incident_card(ctx, rows))
    body += board_card(ctx)
    create = actions.button("create", actions.NEW, 0, is_main=True)
    wall = html.A("值班大屏", href="/wall", target="_blank", className="button")
    tools = ((create,) if ctx.viewer.may("create") else ()) + (wall,)
    return Page("工作台", body, lead=duty_line(ctx), tools=tools)


def duty_line(ctx: Context) -> list[Node]:
    """Who is on duty now, by post."""
    found = on_duty(ctx.catalogue.rosters.values(), ctx.now)
    names = {one.id: one.name for one in ctx.catalogue.recipients.values()}
    chiefs = "、".join(names.get(key, key) for key in found.chiefs)
    duty = "、".join(names.get(key, key) for key in found.duty)
    if not found.everyone:
        return [html.Span("现在没有排班。请在站点目录 roster 文件夹中写好值班表。", className="quiet")]
    return [
        html.Span(f"{wording.date_line(ctx.now)} 当班：{duty or '—'}"),
        html.Span(f"值班长：{chiefs or '—'}"),
        html.A("交接班记录", href="/handover"),
    ]


def tiles(ctx: Context, rows: list[Listed]) -> Node:
    numbers = [
        (
            "待确认",
            sum(belongs(ctx, row, "unconfirmed") for row in rows),
            address("/incidents", show="unconfirmed"),
            "new",
        ),
        ("待回应", sum(bool(waiting(row)) for row in rows), address("/incidents", show="waiting"), "plain"),
        ("超时", sum(is_overdue(ctx, row) for row in rows), address("/incidents", show="overdue"), "overdue"),
    ]
    healths, _ = judged(ctx)
    bad = sum(health.state in TROUBLE for health in healths.values())
    numbers.append(("来源异常", bad, address("/sources", state="trouble"), "trouble"))
    return html.Div(
        [
            html.Div(
                [html.Span(words, className="tile-words"), count(number, href, label=words)],
                className=f"tile tile-{kind}{'' if number else ' tile-none'}",
            )
            for words, number, href, kind in numbers
        ],
        className="tiles",
    )  # fmt: skip


def next_due(ctx: Context, row: Listed) -> Node:
    """The one clock that runs out first: what, when, who."""
    clock = waiting(row)[0]
    return html.Section(
        [
            html.Div(
                [
                    html.H2(
                        f"{'已超时' if is_overdue(ctx, row) else '最先到期'}：{duty_words(ctx, clock)}",
                        className="hero-label",
                    ),
                    remaining(ctx, row, big=True),
                    html.P(deadline_words(ctx, clock), className="hero-deadline"),
                ],
                className="hero-clock",
            ),
            html.Div(
                [
                    html.P(title_link(row.incident), className="hero-title"),
                    html.Div(facts_line(ctx, row.incident), className="lead"),
                    html.P(
                        [
                            *volume_words(ctx, row),
                            f"；{limit_words(ctx, clock)}由{ctx.unit_name(row.incident.unit)}负责。",
                        ]
                    ),
                ],
                className="hero-words",
            ),
        ],
        className=f"card hero {'is-late' if is_overdue(ctx, row) else ''}",
    )


def proposal_card(ctx: Context, rows: list[Listed]) -> Node:
    note = count(len(rows), address("/incidents", show="unconfirmed"), " 件")
    body: Node = (
        html.Ul([proposal(ctx, row) for row in rows], className="proposals")
        if rows
        else empty("没有待确认的事件。")
    )
    return card("待确认", body, note, "proposals")


def proposal(ctx: Context, row: Listed) -> Node:
    incident = row.incident
    who = "程序提出" if incident.origin == "program" else "人工新建"
    reason = next((one["text"] for one in incident.reasons if one.get("text")), "")
    acts: list[Node] = [actions.button("look", f"{incident.id}/proposal", incident.version)]
    for name in ("acknowledge", "confirm", "dismiss"):
        if name == "acknowledge" and incident.state != "proposed":
            continue
        if ctx.viewer.may(actions.acts()[name].RIGHT):
            acts.append(actions.button(name, incident.id, incident.version, is_main=name == "confirm"))
    return html.Li(
        [
            html.Div(
                [
                    html.P(title_link(incident)),
                    html.Div(facts_line(ctx, incident), className="lead"),
                    html.P(
                        [
                            *volume_words(ctx, row),
                            f"。{reason}。" if reason else "。",
                            html.Span(
                                f"{who}，{wording.ago(incident.proposed_at, ctx.now)}", className="quiet"
                            ),
                        ]
                    ),
                ],
                className="proposal-words",
            ),
            html.Div([remaining(ctx, row)], className="proposal-clock"),
            html.Div(acts, className="proposal-acts"),
        ]
    )


def incident_card(ctx: Context, rows: list[Listed]) -> Node:
    note = count(len(rows), address("/incidents", show="open"), " 件")
    if rows:
        return card("未办结事件", incident_table(ctx, rows), note, "open")
    last = list_incidents(ctx.session, ctx.now, ("closed", "dismissed"), ctx.viewer.scope_unit, limit=1)
    words = "没有待办。" + (f"最近一次事件：{last[0].incident.title}" if last else "还没有过事件。")
    return card("未办结事件", empty(words, "看全部事件", address("/incidents", show="all")), note, "open")
