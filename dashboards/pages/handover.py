"""交接班记录：这一班做了什么，还欠什么，接班后先到期的是什么。由记录算出，不另填写。"""

from __future__ import annotations

from datetime import datetime, timedelta

from dash import html

from alerts.roster import on_duty, shift_began
from analysis.seen import WEEK, little_words, missing_words, seen_between, share_words
from dashboards import history, wording
from dashboards.context import Context
from dashboards.incident_parts import deadline_words, duty_words, state_words, title_link, waiting
from dashboards.pages.sources import judged
from dashboards.parts import Node, address, card, chip, count, empty, facts, table
from dashboards.router import Page
from dashboards.source_health import TROUBLE
from store.model import Audit, Incident
from store.queries import acts_between, letters_in_trouble
from store.queries_incidents import Listed, list_incidents, questions_of
from store.switches import mail_is_paused

PATH = "/handover"
RIGHT = "read"
NAV = "bench"
WITHOUT_ROSTER = timedelta(hours=12)
AHEAD = timedelta(hours=12)


def layout(ctx: Context) -> Page:
    begins = began(ctx)
    rows = list_incidents(ctx.session, ctx.now, unit=ctx.viewer.scope_unit)
    body = [
        open_card(ctx, rows),
        due_card(ctx, rows),
        *([acts_card(ctx, begins)] if ctx.viewer.scope_unit is None else []),
        machine_card(ctx, begins),
    ]
    lead = [
        html.Span(f"{wording.full_time(begins, ctx.now)} 至 {wording.full_time(ctx.now, ctx.now)}"),
        html.Span(f"当班：{names(ctx)}"),
        html.A("看前 12 小时", href=address(PATH, since=begins - WITHOUT_ROSTER)),
    ]
    return Page("交接班记录", body, (("交接班记录", ""),), lead=lead)


def began(ctx: Context) -> datetime:
    """The moment the record begins: what the address asks for, else the running shift, else twelve hours ago."""
    asked = wording.read_stamp(ctx.query.get("since"))
    if asked is not None and asked < ctx.now:
        return asked
    return shift_began(ctx.catalogue.rosters.values(), ctx.now) or ctx.now - WITHOUT_ROSTER


def names(ctx: Context) -> str:
    found = on_duty(ctx.catalogue.rosters.values(), ctx.now)
    known = {one.id: one.name for one in ctx.catalogue.recipients.values()}
    return "、".join(known.get(key, key) for key in found.everyone) or "没有排班"


def open_card(ctx: Context, rows: list[Listed]) -> Node:
    """Everything handed over, the most pressing first."""
    note = count(len(rows), address("/incidents", show="open"), " 件")
    if not rows:
        return card("移交的事件", empty("没有未办结的事件。"), note, "open")
    heads = ("级别", "事件", "状态", "主责", "下一时限", "待答问题")
    return card(
        "移交的事件",
        table(heads, (open_line(ctx, row) for row in rows), "移交的事件", "handover"),
        note,
        "open",
    )


def open_line(ctx: Context, row: Listed) -> list[Node]:
    incident, unmet = row.incident, waiting(row)
    asked = questions_of(ctx.session, incident.id)
    left = sum(one.question.answered_by is None for one in asked)
    limit = f"{duty_words(ctx, unmet[0])}，{deadline_words(ctx, unmet[0])}" if unmet else "没有未完成的时限"
    return [
        chip(incident), title_link(incident), state_words(incident), ctx.unit_name(incident.unit), limit,
        f"{left} 个" if asked else "未归并",
    ]  # fmt: skip


def due_card(ctx: Context, rows: list[Listed]) -> Node:
    """What is overdue, and what ends in the next twelve hours."""
    ends = [
        (clock.deadline_at, clock, row)
        for row in rows
        for clock in waiting(row)
        if clock.deadline_at is not None and clock.deadline_at < ctx.now + AHEAD
    ]
    ends.sort(key=lambda one: one[0])
    lines = [
        html.Li(
            [
                html.B("已超时 " if at < ctx.now else ""),
                f"{wording.day_time(at, ctx.now)} 前，{duty_words(ctx, clock)}：",
                title_link(row.incident),
                f"（{ctx.unit_name(row.incident.unit)}）",
            ]
        )
        for at, clock, row in ends
    ]
    body: Node = (
        html.Ul(lines, className="plain-list") if lines else empty("接班后 12 小时内没有到期的时限。")
    )
    return card("接班后 12 小时内到期", body, key="due")


def acts_card(ctx: Context, begins: datetime) -> Node:
    """The record of the shift, oldest first; each line leads to what it is about."""
    entries = acts_between(ctx.session, begins, ctx.now)
    lines = [
        html.Li(
            [
                html.Time(wording.day_time(one.at, ctx.now), title=wording.exact_time(one.at)),
                html.Span(
                    [html.B(history.who(ctx, one)), " ", history.what(ctx, one), " ", subject(ctx, one)]
                ),
            ]
        )
        for one in entries
    ]
    body: Node = html.Ol(lines, className="history") if lines else empty("这一班没有处置记录。")
    return card("本班记录", body, f"共 {len(lines)} 条，只增不改", "acts")


def subject(ctx: Context, entry: Audit) -> Node:
    kind, _, number = entry.subject.partition(":")
    if kind == "document":
        return html.A(f"原文 {number}", href=f"/document/{number}")
    incident = ctx.session.get(Incident, number)
    return html.A(incident.title if incident is not None else number, href=f"/incident/{number}")


def machine_card(ctx: Context, begins: datetime) -> Node:
    """What the next shift cannot rely on."""
    healths, _ = judged(ctx)
    bad = sum(health.state in TROUBLE for health in healths.values())
    dead, late = letters_in_trouble(ctx.session)
    letters = f"投递失败 {dead} 封，超过 10 分钟未发出 {late} 封" if dead or late else "没有积压或失败的邮件"
    pairs: list[tuple[str, Node]] = [
        ("来源异常", count(bad, address("/sources", state="trouble"), " 个")),
        ("本班看到", seen_words(ctx, begins)),
        ("外发邮件", "已暂停" if mail_is_paused(ctx.session) else letters),
    ]
    return card("系统情况", facts(pairs), key="machine")


def seen_words(ctx: Context, begins: datetime) -> str:
    """How much of the usual came in during the shift, its whole hours."""
    ends = ctx.now.replace(minute=0, second=0, microsecond=0)
    starts = max(begins.replace(minute=0, second=0, microsecond=0), ends - WEEK)
    if starts >= ends:
        return "不满一个整点，还不能比较"
    seen = seen_between(ctx.session, ctx.catalogue, starts, ends)
    if seen.share is None:
        return "还没有往常的数量可比"
    if not seen.is_comparable and not seen.missing:
        return "休假安排与前几周不同，不能与往常比较；没有采集失败的来源"
    lost = f"，缺：{missing_words(seen, ctx.catalogue)}" if seen.missing else ""
    return little_words(seen, ctx.catalogue, ctx.now) or f"平时同一时段的 {share_words(seen)}{lost}"
