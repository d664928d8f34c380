"""Volume and sentiment by Beijing day, for windows beyond a week: stacked bars, each opening its day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analysis.scoped_counts import Step
from dashboards import wording
from dashboards.figures.theme import ChartTheme
from dashboards.figures.volume import STACK
from dashboards.wording import SENTIMENT_WORDS


@dataclass(frozen=True)
class Info:
    """What the drawing, the sentence and the table need. href: the list behind each day."""

    points: tuple[Step, ...]
    hrefs: tuple[str, ...]
    sentence: str
    now: datetime


def prepare(points: Sequence[Step], now: datetime, href: Callable[[Step], str]) -> Info:
    return Info(tuple(points), tuple(href(one) for one in points), conclusion(points), now)


def conclusion(points: Sequence[Step]) -> str:
    """One sentence of facts, from the same points as the bars."""
    total = sum(one.total for one in points)
    if not total:
        return f"近 {len(points)} 天没有相关条目。"
    peak = max(points, key=lambda one: one.total)
    negative = sum(one.negative for one in points)
    return (
        f"近 {len(points)} 天 {wording.number(total)} 条，负面 {wording.percent(negative, total)}；"
        f"{day_words(peak.begins)}最多，{wording.number(peak.total)} 条，平均每天 {total / len(points):.1f} 条（今天未满）。"
    )


def day_words(moment: datetime) -> str:
    there = wording.local(moment)
    return f"{there.month} 月 {there.day} 日"


def draw(info: Info, theme: ChartTheme, height: int = 300, size: int = 13) -> dict[str, Any]:
    every = max(1, -(-len(info.points) // 6))  # six labels fit a phone
    days = [f"{wording.local(one.begins):%Y-%m-%d}" for one in info.points]
    marks = range(len(days) - 1, -1, -every)
    return {
        "data": [trace(info, theme, days, word) for word in STACK],
        "layout": {
            "barmode": "stack", "height": height, "margin": {"l": 44, "r": 12, "t": 8, "b": 36},
            "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "showlegend": False,
            "hovermode": "x unified", "dragmode": False, "uirevision": "kept", "bargap": 0.15,
            "hoverlabel": {"bgcolor": theme.tokens.surface, "font": {"color": theme.tokens.text, "size": size}},
            "font": {"family": theme.font, "size": size, "color": theme.tokens.text2},
            "xaxis": {
                "type": "category", "tickvals": [days[mark] for mark in marks], "tickangle": 0, "showgrid": False,
                "ticktext": [f"{int(days[mark][5:7])}/{int(days[mark][8:])}" for mark in marks], "fixedrange": True,
                "color": theme.tokens.text2,
            },
            "yaxis": {
                "nticks": 6, "gridcolor": theme.tokens.line, "zerolinecolor": theme.tokens.line, "fixedrange": True,
                "rangemode": "tozero", "tickformat": ",d",
            },
        },
    }  # fmt: skip


def trace(info: Info, theme: ChartTheme, days: Sequence[str], word: str) -> dict[str, Any]:
    last = len(days) - 1
    pattern = ["/" if number == last else "" for number in range(len(days))]
    return {
        "type": "bar", "x": list(days), "y": [getattr(one, word) for one in info.points], "name": SENTIMENT_WORDS[word],
        "customdata": list(info.hrefs), "hovertemplate": f"{SENTIMENT_WORDS[word]} %{{y}} 条<extra></extra>",
        "marker": {
            "color": theme.tokens.sentiment(word), "line": {"color": theme.tokens.surface, "width": 1},
            "pattern": {"shape": pattern, "fillmode": "overlay", "fgcolor": theme.tokens.surface, "size": 6, "solidity": 0.45},
        },
    }  # fmt: skip
