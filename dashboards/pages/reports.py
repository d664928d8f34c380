"""报告：周报等各期各版本，草稿、审定、发送，网页与 Word 下载。"""

from __future__ import annotations

from dash import html

from dashboards import actions, wording
from dashboards.actions._reports import SERIES, about
from dashboards.context import Context
from dashboards.parts import Node, card, empty, table
from dashboards.router import Page
from store.model import Report
from store.queries import reports

PATH = "/reports"
RIGHT = "read"
NAV = "reports"
STATES = {"draft": "自动生成、未审定", "approved": "已审定", "sent": "已审定、已发送"}
HEADS = ("报告", "起止", "状态", "版本", "数据截至", "缺测", "下载", "操作")


def layout(ctx: Context) -> Page:
    found = reports(ctx.session)
    newest = newest_of(found)
    total = html.Strong(f"共 {len(found)} 份", id="list-total", **{"data-total": str(len(found))})
    body: Node = (
        table(HEADS, (line(ctx, one, one.id in newest) for one in found), "报告")
        if found
        else empty("还没有报告。周报在每周一 06:00（北京时间）自动生成；需要时由值班员用“生成周报”生成。")
    )
    tools = (
        (actions.button("make_report", actions.NEW, 0, is_main=True),)
        if ctx.viewer.may("make_report")
        else ()
    )
    return Page(
        "报告",
        [card("各期报告", body, total, "list")],
        (("报告", ""),),
        lead="草稿周一 06:00 自动生成，08:00 发内部名单；审定后方可发给更大范围。重新生成和审定都另存为新版本，不覆盖旧版本。",
        tools=tools,
    )


def newest_of(found) -> set[int]:
    """The newest version of each issue: only it can be approved or sent."""
    newest: dict[tuple[str, str], Report] = {}
    for one in found:
        kept = newest.setdefault((one.series, one.period), one)
        if one.version > kept.version:
            newest[one.series, one.period] = one
    return {one.id for one in newest.values()}


def line(ctx: Context, report: Report, is_newest: bool) -> list[Node]:
    taken = files(report) if ctx.viewer.may("town") else "全市报告，不对联络员开放"
    missing = "；".join(
        str(one) if isinstance(one, str) else str(one.get("text", one.get("source", "")))
        for one in report.missing
    )
    name = f"{SERIES.get(report.series, report.series)} 第 {report.number} 期"
    return [
        html.Strong(name), f"{report.begins_on:%m/%d}–{report.ends_on:%m/%d}", state(ctx, report),
        f"第 {report.version} 版", wording.full_time(report.data_until, ctx.now), missing or "无", taken,
        doings(ctx, report) if is_newest else "已有新版",
    ]  # fmt: skip


def state(ctx: Context, report: Report) -> Node:
    if report.approved_at is None:
        return STATES[report.state]
    when = f"{wording.day_time(report.approved_at, ctx.now)} 审定"
    return html.Span([STATES[report.state], html.Span(when, className="quiet small")], className="stack")


def files(report: Report) -> Node:
    name, folder = about(report), f"/download/report/{report.id}"
    links = (
        ("网页", f"{folder}.html", "网页"),
        ("Word", f"{folder}.docx", "Word 文件"),
        ("邮件预览", f"{folder}.mail", "邮件预览"),
    )
    return html.Span(
        [
            html.A(words, href=href, target="_blank", **{"aria-label": f"{name}{spoken}"})
            for words, href, spoken in links
        ],
        className="links",
    )


def doings(ctx: Context, report: Report) -> Node:
    act = "approve_report" if report.state == "draft" else "send_report"
    return actions.button(act, str(report.id), report.version, ctx.viewer.may(act))
