"""Charts for mails and papers as small PNGs, drawn from analysis.series with the design tokens.

Only our own vocabulary, names of the catalogue and numbers enter a picture, never a crawled text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from alerts.messages.chart_style import AXIS, BAR, LINE, TEXT, bold, canvas, label, png, use_font
from analysis.series import DayPoint, HourPoint, HourSeries
from catalogue.tokens import LIGHT, SENTIMENT_WORDS

BEIJING = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
WEEKDAYS = "一二三四五六日"


def hourly_png(
    series: HourSeries,
    highlight_last: bool = True,
    width_px: int = 1184,
    height_px: int = 440,
    level: str | None = None,
    highlight_peak: bool = False,
) -> bytes:
    """Bars by hour with the dotted warning line; hours above it in the colour of `level` (I–IV), else in text colour.

    highlight_last: write hour and count at the last hour above the line, or at the peak when none is;
    highlight_peak: at the highest hour instead.
    """
    figure, axes = canvas(width_px, height_px)
    points = series.points
    highest = max((point.total for point in points), default=0)
    lines = [point.warning_line for point in points if point.warning_line is not None]
    top = nice_top(max([highest, *lines], default=0))
    burst = LIGHT.levels[level].chip_bg if level else TEXT
    for index, point in enumerate(points):
        draw_hour(axes, index, point, burst, top)
    name_gaps(axes, points, top)
    draw_line(axes, points, top, series.enough_history)
    if highlight_last or highlight_peak:
        mark = peak_of(points) if highlight_peak else last_burst(points)
        if mark is not None:
            write_peak(axes, mark, points[mark], LIGHT.levels[level].text if level else TEXT, top)
    scale(axes, top)
    hour_ticks(axes, points)
    leave_room(figure, height_px)
    return png(figure)


def leave_room(figure: Any, height_px: int) -> None:
    """Two lines of ticks below and a little air above, the same in a low picture as in a high one."""
    figure.subplots_adjust(left=0.06, right=0.99, top=1 - 13 / height_px, bottom=75 / height_px)


def draw_hour(axes: Any, index: int, point: HourPoint, burst: str, top: float) -> None:
    if point.is_gap:
        axes.bar(index, top, 1.0, color=LIGHT.surface2, zorder=0)
    colour = burst if point.is_burst else BAR
    if point.is_partial:  # the running hour is hatched: it will still grow
        axes.bar(index, point.total, 0.8, facecolor="none", edgecolor=colour, hatch="//////", linewidth=0.6)
    else:
        axes.bar(index, point.total, 0.8, color=colour)


def name_gaps(axes: Any, points: Sequence[HourPoint], top: float) -> None:
    """缺测 once at the top of each stretch of hours whose sources were down."""
    for index, point in enumerate(points):
        if point.is_gap and (index == 0 or not points[index - 1].is_gap):
            label(axes, index - 0.45, top * 0.98, "缺测", color=AXIS, va="top")


def draw_line(axes: Any, points: Sequence[HourPoint], top: float, enough: bool) -> None:
    values = [float("nan") if point.warning_line is None else point.warning_line for point in points]
    known = [index for index, point in enumerate(points) if point.warning_line is not None]
    if not known:
        label(axes, 0, top * 0.93, "历史不足，暂无预警线", color=AXIS)
        return
    axes.plot(range(len(values)), values, color=TEXT, linewidth=1.1, linestyle=(0, (1, 1.4)), zorder=3)
    words = "预警线（近28天同时段）" if enough else "预警线（近28天同时段，部分时段样本不足）"
    # The label stands where bars are lowest, just above the line.
    place = quiet_place(points, known)
    label(axes, place, min(values[place] + top * 0.07, top * 0.93), words, ha="left")


def quiet_place(points: Sequence[HourPoint], known: Sequence[int], span: int = 12) -> int:
    """Index of the first of `span` hours whose highest bar or line is lowest."""
    last = max(len(points) - span, 0)
    starts = [index for index in known if index <= last] or [known[0]]

    def height(start: int) -> float:
        return max(max(point.total, point.warning_line or 0) for point in points[start : start + span])

    return min(starts, key=height)


def last_burst(points: Sequence[HourPoint]) -> int | None:
    bursts = [index for index, point in enumerate(points) if point.is_burst]
    return bursts[-1] if bursts else peak_of(points)


def peak_of(points: Sequence[HourPoint]) -> int | None:
    peak = max(range(len(points)), key=lambda index: points[index].total, default=None)
    return peak if peak is not None and points[peak].total else None


def write_peak(axes: Any, index: int, point: HourPoint, colour: str, top: float) -> None:
    """Hour and count above the bar; leftwards in the right half so that nothing leaves the picture."""
    hour = point.hour.astimezone(BEIJING).hour
    words = f"{hour}时 {point.total:,}条" + ("（未满）" if point.is_partial else "")
    is_right = index > 8
    height = min(point.total + top * 0.03, top * 0.92)
    side = index - 0.7 if is_right else index + 0.7
    bold(label(axes, side, height, words, color=colour, fontsize=8.5, ha="right" if is_right else "left"))


def hour_ticks(axes: Any, points: Sequence[HourPoint]) -> None:
    step = 6 if len(points) <= 48 else 12
    places, words = [], []
    for index, point in enumerate(points):
        local = point.hour.astimezone(BEIJING)
        if local.hour % step == 0:
            places.append(index - 0.5)  # the tick stands where the hour begins, not in its middle
            words.append(f"{local.hour}时" if local.hour else f"{local.day}日\n0时")
    axes.set_xticks(places, words)
    axes.tick_params(axis="x", length=3, color=LIGHT.line_strong)
    axes.set_xlim(-1, max(len(points), 1))
    use_font(axes)


def nice_top(highest: float) -> float:
    """The end of the scale: 4, 8, 10, 20, 40, 60, 80 or 100 times a power of ten, with room for a label."""
    wanted = max(highest * 1.12, 4)
    power = 1.0
    while wanted > power * 10:
        power *= 10
    return next(power * step for step in (1, 2, 4, 6, 8, 10) if power * step >= wanted)


def scale(axes: Any, top: float) -> None:
    """Three grid lines (0, half, top), as many as a glance needs."""
    axes.set_ylim(0, top)
    axes.set_yticks([0, top / 2, top], ["0", f"{top / 2:,.0f}", f"{top:,.0f}"])
    axes.grid(axis="y", color=LINE, linewidth=0.7)
    axes.set_axisbelow(True)


def days_png(points: Sequence[DayPoint], width_px: int = 1184, height_px: int = 440) -> bytes:
    """One stacked bar a day, negative at the bottom, neutral, positive; the day's sum on top."""
    figure, axes = canvas(width_px, height_px)
    highest = max((point.total for point in points), default=0)
    top = nice_top(highest * 1.1)
    for index, point in enumerate(points):
        floor = 0
        for name in ("negative", "neutral", "positive"):
            value = getattr(point, name)
            axes.bar(index, value, 0.6, bottom=floor, color=LIGHT.sentiment(name), edgecolor=LIGHT.surface)
            floor += value
        label(axes, index, point.total + top * 0.02, f"{point.total:,}", ha="center")
    scale(axes, top)
    words = [f"{p.day.month}月{p.day.day}日\n周{WEEKDAYS[p.day.weekday()]}" for p in points]
    axes.set_xticks(range(len(points)), words)
    axes.set_xlim(-0.6, max(len(points), 1) - 0.4)
    legend(axes, tuple((SENTIMENT_WORDS[n], LIGHT.sentiment(n)) for n in ("negative", "neutral", "positive")))
    use_font(axes)
    leave_room(figure, height_px)
    return png(figure)


def legend(axes: Any, keys: Sequence[tuple[str, str]]) -> None:
    from matplotlib.font_manager import FontProperties
    from matplotlib.patches import Patch

    from alerts.messages.chart_style import FONT

    axes.legend(
        handles=[Patch(facecolor=colour, label=word) for word, colour in keys],
        prop=FontProperties(fname=str(FONT), size=8), frameon=False, ncols=len(keys), loc="upper right",
        borderaxespad=0, handlelength=1.0, handletextpad=0.5, columnspacing=1.4, labelcolor=TEXT,
    )  # fmt: skip
