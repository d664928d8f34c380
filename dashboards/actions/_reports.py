"""What the acts on a report share: loading it, its name, and where it stands."""

from __future__ import annotations

from dashboards.context import Context
from dashboards.errors import DashboardError
from store.model import Report

ORDER = 210
SERIES = {"weekly": "周报", "daily": "日报", "monthly": "月报"}


def load(context: Context, key: str) -> Report:
    report = context.session.get(Report, int(key)) if key.isascii() and key.isdecimal() else None
    if report is None:
        raise DashboardError(f"没有报告 {key}；请刷新页面。")
    return report


def about(report: Report) -> str:
    name = SERIES.get(report.series, report.series)
    return f"{name} 第 {report.number} 期 第 {report.version} 版"


def version(report: Report) -> int:
    return report.version


def where(of: str) -> str:
    return "/reports"
