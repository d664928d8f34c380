"""报告：周报等各期各版本，网页与 Word 下载。"""

from __future__ import annotations

from dash import html

from dashboards import wording
from dashboards.context import Context
from dashboards.parts import Node, card, empty, table
from dashboards.router import Page
from store.model import Report
from store.queries import reports

PATH = "/reports"
RIGHT = "read"
NAV = "reports"
SERIES = {"weekly": "周报", "daily": "日报", "monthly": "月报"}
STATES = {"draft": "自动生成、未审定", "approved": "已审定", "sent": "已发送"}


def layout(ctx: Context) -> Page:
    found = reports(ctx.session)
    total = html.Strong(f"共 {len(found)} 份", id="list-total", **{"data-total": str(len(found))})
    body: Node = (
        table(
            ("报告", "起止", "状态", "版本", "数据截至", "缺测", "下载"),
            (line(ctx, one) for one in found),
            "报告",
        )
        if found
        else empty(
            "还没有报告。周报在每周一 06:00（北京时间）自动生成；需要时请管理员运行 huiying report week。"
        )
    )
    return Page(
        "报告",
        [card("各期报告", body, total, "list")],
        (("报告", ""),),
        lead="重新生成会另存为新版本，不覆盖旧版本。",
    )


def line(ctx: Context, report: Report) -> list[Node]:
    name = f"{SERIES.get(report.series, report.series)} 第 {report.number} 期"
    files = html.Span(
        [
            html.A(
                "网页",
                href=f"/download/report/{report.id}.html",
                target="_blank",
                **{"aria-label": f"{name}网页"},
            ),
            html.A("Word", href=f"/download/report/{report.id}.docx", **{"aria-label": f"{name} Word 文件"}),
        ],
        className="links",
    )
    missing = "；".join(
        str(one) if isinstance(one, str) else str(one.get("text", one.get("source", "")))
        for one in report.missing
    )
    return [
        html.Strong(name), f"{report.begins_on:%m/%d}–{report.ends_on:%m/%d}", STATES[report.state],
        f"第 {report.version} 版", wording.full_time(report.data_until, ctx.now), missing or "无", files,
    ]  # fmt: skip
