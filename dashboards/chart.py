"""A chart as every page shows it: legend in words, one sentence, the figure, and the same numbers as a table."""

from __future__ import annotations

from dash import dcc, html

from dashboards import wording
from dashboards.figures import days, volume
from dashboards.figures.theme import DARK, LIGHT
from dashboards.parts import Node, count, table
from dashboards.wording import SENTIMENT_WORDS


def volume_chart(info: volume.Info, name: str, height: int = 300, dark: bool = False) -> list[Node]:
    theme, size = (DARK, 18) if dark else (LIGHT, 13)
    figure = volume.draw(info, theme, height, size)
    graph = dcc.Graph(
        id={"type": "chart", "name": name}, figure=figure, responsive=True, style={"height": f"{height}px"},
        config={"displayModeBar": False, "showTips": False, "doubleClick": False, "locale": "zh-CN"},
    )  # fmt: skip
    shown: Node = html.Div(
        graph, role="img", className="chart", **{"aria-label": f"按小时的声量与情感柱图。{info.sentence}"}
    )
    if dark:
        return [shown]
    return [html.P(info.sentence, className="conclusion"), shown, data_table(info)]


def days_chart(info: days.Info, name: str, height: int = 300) -> list[Node]:
    """The same for a window of days."""
    graph = dcc.Graph(
        id={"type": "chart", "name": name}, figure=days.draw(info, LIGHT, height), responsive=True,
        style={"height": f"{height}px"},
        config={"displayModeBar": False, "showTips": False, "doubleClick": False, "locale": "zh-CN"},
    )  # fmt: skip
    shown = html.Div(
        graph, role="img", className="chart", **{"aria-label": f"按日的声量与情感柱图。{info.sentence}"}
    )
    rows = []
    for point, href in zip(reversed(info.points), reversed(info.hrefs), strict=True):
        cells: list[Node] = [days.day_words(point.begins), count(point.total, href)]
        cells += [count(getattr(point, word), f"{href}&sentiment={word}") for word in volume.STACK]
        rows.append(cells)
    heads = ("日期", "合计", *(SENTIMENT_WORDS[word] for word in volume.STACK))
    return [html.P(info.sentence, className="conclusion"), shown, folded_table(heads, rows, "各日条数")]


def days_legend() -> Node:
    marks = [
        html.Span([html.Span(className=f"square {word}"), words]) for word, words in SENTIMENT_WORDS.items()
    ]
    marks.append(html.Span([html.Span(className="square hatched"), "今天未满"]))
    return html.Span(marks, className="legend")


def legend(info: volume.Info) -> Node:
    marks = [
        html.Span([html.Span(className=f"square {word}"), words]) for word, words in SENTIMENT_WORDS.items()
    ]
    line = "预警线（近 28 天同时段）" if info.enough_history else "预警线（历史不足，仅供参考）"
    marks.append(html.Span([html.Span(className="dash"), line]))
    if any(point.is_partial for point in info.points):
        marks.append(html.Span([html.Span(className="square hatched"), "未满 1 小时"]))
    if any(point.is_gap for point in info.points):
        marks.append(html.Span([html.Span(className="square gap"), "来源缺测"]))
    return html.Span(marks, className="legend")


def data_table(info: volume.Info) -> Node:
    """Every hour with its numbers; each opens the list of that hour."""
    rows = []
    for point, href in zip(reversed(info.points), reversed(info.hrefs), strict=True):
        there = wording.local(point.hour)
        remark = "未满" if point.is_partial else "缺测" if point.is_gap else ""
        cells: list[Node] = [f"{there.month}月{there.day}日 {there.hour:02d} 时", count(point.total, href)]
        for word in volume.STACK:
            cells.append(count(getattr(point, word), f"{href}&sentiment={word}"))
        rows.append([*cells, f"{point.warning_line:.0f}" if point.warning_line is not None else "—", remark])
    heads = ("小时", "合计", *(SENTIMENT_WORDS[word] for word in volume.STACK), "预警线", "说明")
    return folded_table(heads, rows, "各小时条数")


def folded_table(heads: tuple[str, ...], rows: list[list[Node]], caption: str) -> Node:
    return html.Details(
        [
            html.Summary("查看数据表"),
            html.Div(table(heads, rows, caption), className="scroll", tabIndex="0"),
        ],
        className="data-table",
    )
