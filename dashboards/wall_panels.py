"""The panels of the wall under the hero: categories, volume, places, questions, what is owed, the latest acts."""

from __future__ import annotations

from dash import html

from analysis.series import CountRow, HourPoint, HourSeries, category_rows, region_rows
from dashboards import wording
from dashboards.chart import volume_chart
from dashboards.context import Context
from dashboards.figures import volume
from dashboards.figures.theme import DARK
from dashboards.history import what
from dashboards.incident_parts import (
    HOUR,
    deadline_words,
    limit_words,
    remaining,
    waiting,
)
from dashboards.incident_questions import answered_words
from dashboards.pages.incidents import is_overdue
from dashboards.parts import (
    Node,
    address,
    bar,
    count,
    documents,
    level_of,
    level_words,
    spark,
)
from store.model import Audit, Incident
from store.queries import latest_acts
from store.queries_incidents import Listed, Whole

TILES, OWED, ASKED = 12, 6, 5


def panel(title: str, note: Node, body: Node, kind: str) -> Node:
    return html.Section(
        [html.Div([html.H2(title), html.Span(note, className="note")], className="panel-head"), body],
        className=f"wall-panel {kind}",
    )


def categories(ctx: Context) -> Node:
    rows = category_rows(ctx.session, ctx.catalogue, ctx.now, 24)[:TILES]
    top = max([row.total for row in rows] or [0])
    lines = [category_line(number, row, top) for number, row in enumerate(rows, 1)]
    foot = html.P(
        [
            html.Span([html.Span(className="square negative"), "负面"]),
            html.Span([html.Span(className="square neutral"), "其他"]),
            html.Span("▲▼ 较前 24 小时"),
        ],
        className="wall-foot",
    )
    return panel(
        "热点分类",
        "近 24 小时条数",
        html.Div([html.Ol(lines, className="ranking"), foot], className="fill"),
        "hot",
    )


def category_line(number: int, row: CountRow, top: int) -> Node:
    href = documents(category=row.id, since=row.begins, until=row.ends)
    return html.Li(
        [
            html.Span(str(number), className="rank"),
            html.A(row.name, href=f"/category/{row.id}", target="_blank", className="name"),
            bar(
                {"negative": row.negative, "neutral": row.total - row.negative},
                top,
                f"{row.total} 条，负面 {row.negative} 条",
            ),
            spark(row.spark, DARK.tokens.text2, f"{row.name}近 24 小时走势"),
            count(row.total, href),
            html.Span(row.mark, className="mark-change"),
        ]
    )


def town(ctx: Context, series: HourSeries, row: Listed | None) -> Node:
    def href(point: HourPoint) -> str:
        return documents(since=point.hour, until=point.hour + HOUR)

    events = []
    if row is not None:
        incident = row.incident
        for at, words in (
            (incident.confirmed_at, f"认定{level_words(incident)}"),
            (incident.responded_at, "首次回应"),
        ):
            if at is not None:
                events.append(volume.Event(at, words))
    info = volume.prepare(series, events, ctx.now, href)
    legend = html.Span(
        [
            *(
                html.Span([html.Span(className=f"square {key}"), words])
                for key, words in wording.SENTIMENT_WORDS.items()
            ),
            html.Span([html.Span(className="dash"), "预警线"]),
        ],
        className="legend",
    )
    return panel(
        "全市声量", legend, html.Div(volume_chart(info, "town", 290, dark=True), className="fill"), "volume"
    )


def regions(ctx: Context) -> Node:
    """Area tiles; a map of the territory would need review, tiles need none."""
    rows = region_rows(ctx.session, ctx.catalogue, ctx.now, 24)
    nowhere = next((row for row in rows if row.id == "?"), None)
    office = ctx.catalogue.office.id if ctx.catalogue.office else None
    places = [row for row in rows if row.id not in ("?", office)][:TILES]
    top = max([row.total for row in places] or [1])
    tiles = [
        html.Li(
            [
                html.Span(row.name, className="place"),
                count(row.total, documents(region=row.members, since=row.begins, until=row.ends), " 条"),
            ],
            className=f"heat-{0 if not row.total else 1 + min(4, 5 * row.total // (top + 1))}",
        )
        for row in places
    ]
    note: Node = "近 24 小时"
    if nowhere is not None:
        note = [
            "近 24 小时 · 未标注 ",
            count(nowhere.total, documents(region=nowhere.members, since=nowhere.begins, until=nowhere.ends)),
        ]
    body: Node = html.Ul(tiles, className="area") if tiles else html.P("还没有写下区县。", className="quiet")
    return panel("区县", note, body, "regions")


def asked(whole: Whole | None) -> Node:
    if whole is None:
        return panel("公众在问什么", "", html.P("当前没有待回应的事件。", className="quiet"), "asked")
    found = whole.questions
    lines = [
        html.Li(
            [
                html.Span(one.question.text, className="name"),
                count(
                    one.documents,
                    documents(question=one.question.id, incident=whole.listed.incident.id),
                    " 条",
                ),
                answered_words(one.answer is not None),
            ]
        )
        for one in found[:ASKED]
    ]
    body: Node = html.Ul(lines, className="asked") if lines else html.P("尚未归并出问题。", className="quiet")
    return panel("公众在问什么", "本事件", body, "asked")


def owed_list(ctx: Context, owed: list[Listed]) -> Node:
    late = sum(is_overdue(ctx, row) for row in owed)
    note = [
        count(len(owed), address("/incidents", show="waiting"), " 件"),
        " · 超时 ",
        count(late, address("/incidents", show="overdue")),
    ]
    lines = [owed_line(ctx, row) for row in owed[:OWED]]
    body: Node = html.Ol(lines, className="owed") if lines else html.P("没有待回应事项。", className="quiet")
    return panel("待回应", note, body, "owing")


def owed_line(ctx: Context, row: Listed) -> Node:
    level, _, _ = level_of(row.incident)
    clock = waiting(row)[0]
    return html.Li(
        [
            html.Div(
                [
                    html.A(
                        row.incident.title,
                        href=f"/incident/{row.incident.id}",
                        target="_blank",
                        className="name",
                    ),
                    html.Span(
                        f"{level_words(row.incident)} {ctx.unit_name(row.incident.unit)} · {limit_words(ctx, clock)}",
                        className="sub",
                    ),
                ]
            ),
            html.Div(
                [remaining(ctx, row), html.Span(deadline_words(ctx, clock), className="sub")],
                className="left",
            ),
        ],
        className=f"level-{level} {'is-late' if is_overdue(ctx, row) else ''}",
    )


def latest(ctx: Context) -> Node:
    """The newest acts, one line, standing still."""
    entries = latest_acts(ctx.session, 3)
    words = [
        html.Span([html.B(wording.hour_minute(one.at)), f" {title_of(ctx, one)}{what(ctx, one)}"])
        for one in entries
    ]
    return html.Footer(
        [html.Strong("最新"), *(words or [html.Span("还没有处置记录")])], className="wall-latest"
    )


def title_of(ctx: Context, entry: Audit) -> str:
    found = ctx.session.get(Incident, entry.subject.partition(":")[2])
    return f"{found.title[:14]}{'…' if len(found.title) > 14 else ''}：" if found is not None else ""
