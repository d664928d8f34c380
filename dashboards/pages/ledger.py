"""回应台账：每条时限的起算、截止、完成和结果。"""

from __future__ import annotations

from datetime import timedelta

from dash import html

from dashboards import wording
from dashboards.context import Context
from dashboards.incident_parts import duty_words, title_link
from dashboards.ledger_rows import Sums, month_of, result, sums, time_used
from dashboards.parts import Node, address, card, chip, count, empty, facts, table
from dashboards.router import Page
from store.queries_ledger import Entry, ledger

PATH = "/ledger"
RIGHT = "read"
NAV = "ledger"
SHOWN = {"": "全部", "on_time": "按时", "due": "应回应（已到期或已回应）", "running": "计时中"}


def layout(ctx: Context) -> Page:
    begins, ends, words = month_of(ctx.query.get("month"), ctx.now)
    entries = ledger(ctx.session, begins, ends, ctx.viewer.scope_unit)
    shown = [one for one in entries if belongs(one, ctx.query.get("show", ""))]
    month = f"{wording.local(begins):%Y-%m}"
    total = html.Strong(f"共 {len(shown)} 条", id="list-total", **{"data-total": str(len(shown))})
    body: Node = (
        html.Div(
            table(
                ("事件", "级别", "主责", "时限事项", "截止", "用时", "结果", "依据"),
                (line(ctx, one) for one in shown),
                words,
            ),
            className="scroll",
            tabIndex="0",
        )
        if shown
        else empty(f"{words}没有时限。", "看上个月", address(PATH, month=before(begins)))
    )
    return Page(
        "回应台账",
        [card("本月结果", overview(sums(entries), month), words, "sums"), card("时限", body, total, "list")],
        (("回应台账", ""),),
        lead=[html.Span("只增不改；更正另起一行。暂定、作废和被替代的时限列出但不计入数字。")],
        tools=(
            html.A("上个月", href=address(PATH, month=before(begins)), className="button"),
            html.A("下个月", href=address(PATH, month=f"{wording.local(ends):%Y-%m}"), className="button"),
            html.A(
                "导出 CSV", href=address("/download/ledger.csv", month=month), className="button button-main"
            ),
        ),
    )


def before(begins) -> str:
    return f"{wording.local(begins - timedelta(days=1)):%Y-%m}"


def belongs(entry: Entry, show: str) -> bool:
    if show not in ("on_time", "due", "running"):
        return True
    one = sums([entry])
    return bool({"on_time": one.on_time, "due": one.due, "running": one.running}[show])


def overview(found: Sums, month: str) -> Node:
    on_time = count(found.on_time, address(PATH, month=month, show="on_time"))
    due = count(found.due, address(PATH, month=month, show="due"))
    return facts(
        (
            ("按时", [on_time, " / ", due, found.share]),
            ("计时中", count(found.running, address(PATH, month=month, show="running"))),
        )
    )  # fmt: skip


def line(ctx: Context, entry: Entry) -> list[Node]:
    incident, clock, response = entry.incident, entry.clock, entry.response
    end = wording.full_time(clock.deadline_at, ctx.now) if clock.deadline_at else "起算待核"
    evidence: Node = clock.reason or "—"
    if response is not None:
        words = " ".join(filter(None, (response.channel, response.document_number)))
        safe = response.url and response.url.startswith(("http://", "https://"))
        evidence = (
            html.A(words, href=response.url, target="_blank", rel="noopener noreferrer") if safe else words
        )
    return [
        html.Span([title_link(incident), html.Span(incident.id, className="quiet small")], className="stack"),
        chip(incident), ctx.unit_name(incident.unit), duty_words(ctx, clock), end, time_used(entry) or "—",
        result(entry), evidence,
    ]  # fmt: skip
