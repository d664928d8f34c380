"""How old the data is: said on every page, and called stale when it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dash import html

from analysis.coverage import data_until
from dashboards import wording
from dashboards.context import Context
from dashboards.parts import Node, notice

STALE = timedelta(minutes=20)


@dataclass(frozen=True)
class Freshness:
    """until: the moment the data reaches, None when nothing was ever read."""

    until: datetime | None
    now: datetime

    @property
    def is_stale(self) -> bool:
        return self.until is None or self.now - self.until > STALE


def freshness(ctx: Context) -> Freshness:
    return Freshness(data_until(ctx.session, ctx.now), ctx.now)


def data_words(fresh: Freshness) -> str:
    if fresh.until is None:
        return "还没有数据"
    if fresh.is_stale:
        return f"数据停在 {wording.day_time(fresh.until, fresh.now)}（{wording.ago(fresh.until, fresh.now)}）"
    return f"数据截至 {wording.hour_minute(fresh.until)}"


def stale_banner(fresh: Freshness) -> list[Node]:
    """Amber, with the way to the cause; the clocks run on whatever the data does."""
    if fresh.until is None or not fresh.is_stale:
        return []
    return [
        notice(
            "warning",
            html.Strong(f"{data_words(fresh)}。"),
            "时限照常计算。",
            html.A("看来源", href="/sources"),
        )
    ]
