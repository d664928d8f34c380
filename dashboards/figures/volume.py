"""Volume and sentiment by hour: stacked bars, the warning line, what happened when, hours not full and hours not read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from analysis.series import HourPoint, HourSeries
from dashboards import wording
from dashboards.figures.theme import ChartTheme

HALF = timedelta(minutes=30)
# From the bottom: the order is fixed, so that position says what colour says.
STACK = ("negative", "neutral", "positive")
LABEL_SHARE = 0.16  # an event's label takes about this share of the chart's width
ROWS = 3


@dataclass(frozen=True)
class Event:
    at: datetime
    words: str


@dataclass(frozen=True)
class Info:
    """Everything the drawing, the sentence and the table need. href: the list behind each hour."""

    points: tuple[HourPoint, ...]
    hrefs: tuple[str, ...]
    events: tuple[Event, ...]
    sentence: str
    enough_history: bool
    now: datetime

    @property
    def top(self) -> float:
        lines = [point.warning_line or 0.0 for point in self.points]
        return max([*(point.total for point in self.points), *lines, 4])


def prepare(
    series: HourSeries, events: Sequence[Event], now: datetime, href: Callable[[HourPoint], str]
) -> Info:
    shown = tuple(
        event for event in sorted(events, key=lambda one: one.at) if series.begins <= event.at < series.ends
    )
    return Info(
        points=series.points,
        hrefs=tuple(href(point) for point in series.points),
        events=shown,
        sentence=conclusion(series, now),
        enough_history=series.enough_history,
        now=now,
    )


def conclusion(series: HourSeries, now: datetime) -> str:
    """One sentence of facts, from the same points as the bars."""
    hours = len(series.points)
    if not series.total:
        return f"近 {hours} 小时没有相关条目。"
    recent = series.points[-6:]
    total, negative = sum(point.total for point in recent), sum(point.negative for point in recent)
    words = f"近 6 小时 {wording.number(total)} 条"
    words += f"，负面 {wording.percent(negative, total)}" if total else ""
    peak = series.peak
    if peak is not None:
        words += f"；{day_hour(peak.hour, now)}达到高点，{wording.number(peak.total)} 条"
        if peak.is_burst and peak.warning_line is not None:
            words += f"，为预警线的 {peak.total / peak.warning_line:.1f} 倍"
    words += falling(series.points)
    gaps = sum(point.is_gap for point in series.points)
    return words + (f"；有 {gaps} 小时来源缺测，数字偏低" if gaps else "") + "。"


def falling(points: Sequence[HourPoint]) -> str:
    """Whether the last full hours fell one after the other."""
    full = [point.total for point in points if not point.is_partial]
    run = 0
    while run + 1 < len(full) and full[-run - 1] < full[-run - 2]:
        run += 1
    return f"，此后连续 {run} 小时回落" if run >= 2 else ""


def day_hour(moment: datetime, now: datetime) -> str:
    there = wording.local(moment)
    same_day = there.date() == wording.local(now).date()
    return f"{there.hour} 时" if same_day else f"{there.month} 月 {there.day} 日 {there.hour} 时"


def draw(info: Info, theme: ChartTheme, height: int = 300, size: int = 13) -> dict[str, Any]:
    """The figure as plain data: building Plotly's own objects took 100 ms of a page and weighed more (tests check
    that Plotly accepts it)."""
    shapes, labels = events(info, theme, height, size)
    shape_list = [*gaps(info, theme), *shapes]
    layout = frame(info, theme, height, size) | {"shapes": shape_list, "annotations": labels}
    return {"data": [*bars(info, theme), warning_line(info, theme)], "layout": layout}


def bars(info: Info, theme: ChartTheme) -> list[dict[str, Any]]:
    # A bar covers its hour: centred on the half hour, or 08:05 would stand in the wrong bar.
    middles = [wall_clock(point.hour + HALF) for point in info.points]
    pattern = ["/" if point.is_partial else "" for point in info.points]
    return [
        {
            "type": "bar",
            "x": middles,
            "y": [getattr(point, word) for point in info.points],
            "name": wording.SENTIMENT_WORDS[word],
            "customdata": list(info.hrefs),
            "hovertemplate": "%{x|%m月%d日 %H时} "
            + wording.SENTIMENT_WORDS[word]
            + " %{y} 条<extra></extra>",
            "width": 3600_000 * 0.92,
            "marker": {
                "color": theme.tokens.sentiment(word),
                "line": {"color": theme.tokens.surface, "width": 1},
                # overlay: hatching on the bar's own colour; Plotly's default would leave nothing but the hatching
                "pattern": {
                    "shape": pattern,
                    "fillmode": "overlay",
                    "fgcolor": theme.tokens.surface,
                    "size": 6,
                    "solidity": 0.45,
                },
            },
        }
        for word in STACK
    ]


def warning_line(info: Info, theme: ChartTheme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [wall_clock(point.hour + HALF) for point in info.points],
        "y": [point.warning_line for point in info.points],
        "mode": "lines",
        "name": "预警线",
        "line": {
            "color": theme.tokens.text,
            "width": 1.8,
            "dash": "dot",
            "shape": "spline",
            "smoothing": 0.6,
        },
        "hovertemplate": "预警线 %{y:.0f}<extra></extra>",
    }


def gaps(info: Info, theme: ChartTheme) -> list[dict[str, Any]]:
    return [
        {
            "type": "rect", "x0": wall_clock(point.hour), "x1": wall_clock(point.hour + 2 * HALF), "yref": "y domain",
            "y0": 0, "y1": 1, "fillcolor": theme.gap, "opacity": 0.7, "line": {"width": 0}, "layer": "below",
        }
        for point in info.points
        if point.is_gap
    ]  # fmt: skip


Drawn = list[dict[str, Any]]


def events(info: Info, theme: ChartTheme, height: int, size: int) -> tuple[Drawn, Drawn]:
    """A line at the minute and its words, staggered so that they do not lie on each other."""
    lines: Drawn = []
    labels: Drawn = []
    whole = info.points[-1].hour - info.points[0].hour if len(info.points) > 1 else 2 * HALF
    reach, step = headroom(info, height, size)
    free = [-1.0] * ROWS  # right edge of the last label on each of three rows
    for event in info.events:
        place = (event.at - info.points[0].hour) / whole
        row = next((number for number, edge in enumerate(free) if edge < place - LABEL_SHARE), 0)
        free[row] = place
        x, y = wall_clock(event.at), info.top * (reach - step * row)
        right = place > 0.2
        stroke = {"color": theme.tokens.text, "width": 1.5}
        lines.append({"type": "line", "x0": x, "x1": x, "y0": 0, "y1": y, "line": stroke})
        labels.append(
            {
                "x": x, "y": y, "text": plain(f"{wording.hour_minute(event.at)} {event.words}"), "showarrow": False,
                "xanchor": "right" if right else "left", "yanchor": "top", "xshift": -5 if right else 5,
                "font": {"size": size, "color": theme.tokens.text}, "bgcolor": theme.tokens.surface, "borderpad": 1,
            }
        )  # fmt: skip
    return lines, labels


def frame(info: Info, theme: ChartTheme, height: int, size: int) -> dict[str, Any]:
    begins, ends = info.points[0].hour, info.points[-1].hour + 2 * HALF
    noted = (0, 12) if len(info.points) > 24 else (0, 6, 12, 18)
    marks = [point.hour for point in info.points if wording.local(point.hour).hour in noted]
    words = [f"{there:%H}时<br>{there.month}月{there.day}日" for there in map(wording.local, marks)]
    return {
        "barmode": "stack",
        "height": height,
        "margin": {"l": 44, "r": 12, "t": 8, "b": 44},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hovermode": "x unified",
        "hoverlabel": {
            "bgcolor": theme.tokens.surface,
            "font": {"color": theme.tokens.text, "size": size},
        },
        "font": {"family": theme.font, "size": size, "color": theme.tokens.text2},
        "uirevision": "kept",
        "dragmode": False,
        "xaxis": {
            "type": "date", "range": [wall_clock(begins), wall_clock(ends)], "tickvals": [wall_clock(mark) for mark in marks],
            "ticktext": words, "tickangle": 0, "showgrid": False, "fixedrange": True, "color": theme.tokens.text2,
        },
        "yaxis": {
            "range": [0, info.top * headroom(info, height, size)[0]], "nticks": 6, "gridcolor": theme.tokens.line,
            "zerolinecolor": theme.tokens.line, "fixedrange": True, "rangemode": "tozero", "tickformat": ",d",
        },
    }  # fmt: skip


def headroom(info: Info, height: int, size: int) -> tuple[float, float]:
    """How far the axis reaches above the highest bar (1 = not at all), and the share one row of words takes."""
    rows = min(ROWS, len(info.events))
    row = 1.7 * size / max(100, height - 52)
    reach = 1.08 / max(0.3, 1 - rows * row) if rows else 1.12
    return reach, row * reach


def wall_clock(moment: datetime) -> str:
    """Plotly knows no zones: the Beijing time as it is written."""
    return wording.local(moment).strftime("%Y-%m-%d %H:%M:%S")


def plain(words: str) -> str:
    """Plotly reads a little HTML in texts; none of it may come from outside."""
    return words.replace("<", "＜").replace(">", "＞")
