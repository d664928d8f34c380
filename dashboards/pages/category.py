"""热点分类：哪一类在涨，涨在哪里，公众说什么。"""

from __future__ import annotations

from dash import html

from analysis.scoped_counts import Step, breakdown, category_days, unit_categories, unit_hours
from analysis.series import CountRow, HourPoint, category_rows, town_hours
from dashboards import wording
from dashboards.chart import days_chart, days_legend, legend, volume_chart
from dashboards.context import Context
from dashboards.document_rows import document_table
from dashboards.errors import NoSuchPage
from dashboards.figures import days, volume
from dashboards.figures.theme import LIGHT
from dashboards.incident_parts import HOUR
from dashboards.parts import Node, address, bar, card, count, documents, empty, facts, spark, table
from dashboards.router import Page
from store.queries_documents import DocumentFilter, list_documents

PATH = ("/category", "/category/<id>")
RIGHT = "read"
NAV = "categories"
SPANS = {24: "24 小时", 168: "7 天", 720: "30 天", 2160: "90 天"}
SOURCES = 12
COMPARED = 168  # hours up to which places and sources are set beside the span before
OWN = "只含本单位事件"


def layout(ctx: Context) -> Page:
    hours = int(ctx.query["hours"]) if ctx.query.get("hours") in {str(key) for key in SPANS} else 24
    unit = ctx.viewer.scope_unit
    counts = None if unit is None else unit_categories(ctx.session, unit, ctx.now, hours)
    rows = category_rows(ctx.session, ctx.catalogue, ctx.now, hours, counts)
    key = ctx.params.get("id")
    if key is None:
        return Page("热点分类", [overview(ctx, rows, hours)], (("热点分类", ""),), lead(ctx, PATH[0], hours))
    row = next((one for one in rows if one.id == key), None)
    if row is None:
        raise NoSuchPage(f"没有分类“{key}”；请从热点分类进入。")
    body = [numbers(row, hours), trend(ctx, row, hours), *parts_of(ctx, row, hours), newest(ctx, row)]
    crumbs = (("热点分类", "/category"), (row.name, ""))
    return Page(row.name, body, crumbs, lead(ctx, f"/category/{key}", hours))


def lead(ctx: Context, path: str, hours: int) -> list[Node]:
    """The choice of spans; a liaison reads whose numbers these are."""
    own = [html.Span(OWN, className="tag")] if ctx.viewer.scope_unit is not None else []
    return [spans(path, hours), *own]


def spans(path: str, hours: int) -> Node:
    links = [
        html.A(
            words,
            href=address(path, hours=key),
            className="button",
            **({"aria-current": "true"} if key == hours else {}),
        )
        for key, words in SPANS.items()
    ]
    return html.Div([html.Span("近"), *links], className="spans")


def texts_of(row: CountRow, **more: object) -> str:
    return documents(category=row.id, since=row.begins, until=row.ends, **more)


def overview(ctx: Context, rows: list[CountRow], hours: int) -> Node:
    """All categories on one scale: widths are shares of the largest."""
    top = max([row.total for row in rows] or [0])
    lines = [
        [
            html.A(row.name, href=address(f"/category/{row.id}", hours=hours)),
            bar(
                {"negative": row.negative, "neutral": row.total - row.negative},
                top,
                f"{row.total} 条，负面 {row.negative} 条",
            ),
            count(row.total, texts_of(row)),
            count(row.negative, texts_of(row, sentiment="negative")),
            spark(row.spark, LIGHT.tokens.bar_plain, f"{row.name}各小时走势"),
            html.Span([row.mark, f" 上期 {wording.number(row.previous)}"], className="quiet"),
        ]
        for row in rows
    ]
    note = f"近 {SPANS[hours]}与再前 {SPANS[hours]}相比；同一条可属多类，各类之和可大于总数"
    return card(
        "各分类",
        table(("分类", "占比", "条数", "负面", "走势", "变化"), lines, "各分类条数", "categories"),
        note,
        "all",
    )


def numbers(row: CountRow, hours: int) -> Node:
    pairs = (
        (
            "条数",
            [
                count(row.total, texts_of(row), " 条"),
                html.Span(f"（上期 {wording.number(row.previous)}，{row.mark}）", className="quiet"),
            ],
        ),
        (
            "负面",
            [
                count(row.negative, texts_of(row, sentiment="negative"), " 条"),
                f"，{wording.percent(row.negative, row.total)}",
            ],
        ),
    )
    return card(f"近 {SPANS[hours]}", facts(pairs), key="numbers")


def trend(ctx: Context, row: CountRow, hours: int) -> Node:
    unit = ctx.viewer.scope_unit
    if hours > 168:
        return long_trend(ctx, row, hours, unit)
    shown = max(hours, 48)
    series = (
        town_hours(ctx.session, ctx.now, shown, row.id)
        if unit is None
        else unit_hours(ctx.session, unit, ctx.now, shown, row.id)
    )

    def href(point: HourPoint) -> str:
        return documents(category=row.id, since=point.hour, until=point.hour + HOUR)

    info = volume.prepare(series, [], ctx.now, href)
    return card("趋势", volume_chart(info, "category"), legend(info), "trend")


def long_trend(ctx: Context, row: CountRow, hours: int, unit: str | None) -> Node:
    def href(step: Step) -> str:
        return documents(category=row.id, since=step.begins, until=step.ends)

    info = days.prepare(category_days(ctx.session, ctx.now, hours, row.id, unit), ctx.now, href)
    return card("趋势", days_chart(info, "category"), days_legend(), "trend")


def parts_of(ctx: Context, row: CountRow, hours: int) -> list[Node]:
    """Where the texts of this category come from: places and sources; each side sums to the whole."""
    places, sources = breakdown(ctx.session, ctx.catalogue, ctx.now, hours, row.id, ctx.viewer.scope_unit)
    compared = f"与再前 {SPANS[hours]}相比" if hours <= COMPARED else ""
    note = f"近 {SPANS[hours]}{compared}；各行之和为 {wording.number(row.total)} 条"
    rest = sources[SOURCES:]
    shown = [(one, {"source": one.id}) for one in sources[:SOURCES]]
    by_source = part_table(row, shown, "来源", hours)
    if rest:
        left = sum(one.total for one in rest)
        by_source = [
            by_source,
            html.P(f"其余 {len(rest)} 个来源共 {wording.number(left)} 条。", className="quiet"),
        ]
    by_place = part_table(row, [(one, {"region": one.members}) for one in places], "地方", hours)
    return [card("地方", by_place, note, "places"), card("来源", by_source, note, "sources")]


def part_table(row: CountRow, lines: list[tuple[CountRow, dict]], what: str, hours: int) -> Node:
    """Bars on one scale; a line without texts now and before is left out; up to a week with the span before."""
    top = max([one.total for one, _ in lines] or [0])
    is_compared = hours <= COMPARED
    rows = [
        [
            one.name,
            bar(
                {"negative": one.negative, "neutral": one.total - one.negative},
                top,
                f"{one.total} 条，负面 {one.negative} 条",
            ),
            count(one.total, texts_of(row, **which)),
            count(one.negative, texts_of(row, sentiment="negative", **which)),
            *(
                [html.Span([one.mark, f" 上期 {wording.number(one.previous)}"], className="quiet")]
                if is_compared
                else []
            ),
        ]
        for one, which in lines
        if one.total or one.previous
    ]
    if not rows:
        return empty("这段时间和上期都没有条目。")
    heads = (what, "占比", "条数", "负面", *(["变化"] if is_compared else []))
    return table(heads, rows, f"各{what}条数", "categories")


def newest(ctx: Context, row: CountRow) -> Node:
    wanted = DocumentFilter(category=row.id, begins=row.begins, ends=row.ends, unit=ctx.viewer.scope_unit)
    rows = list_documents(ctx.session, wanted, size=10)
    if not rows:
        return card("原文", empty("这段时间没有条目。"), key="texts")
    return card(
        "最新原文",
        [document_table(ctx, rows, "最新原文"), html.P(html.A("查看全部", href=texts_of(row)))],
        key="texts",
    )
