"""事件列表：按状态、分类、区县、单位筛选，最紧迫的在前。"""

from __future__ import annotations

from dash import html

from dashboards import actions, wording
from dashboards.context import Context
from dashboards.fields import search_box, select
from dashboards.incident_parts import deadline_words, duty_words, remaining, state_words, title_link, waiting
from dashboards.parts import ROMAN, Node, address, card, chip, count, documents, empty, level_of, table
from dashboards.router import Page
from dashboards.wording import LEVEL_WORDS
from store.model import STATES
from store.queries_incidents import OPEN_STATES, Listed, list_incidents

PATH = "/incidents"
RIGHT = "read"
NAV = "incidents"
SHOWN = {
    "open": "未办结", "unconfirmed": "待确认", "waiting": "待回应", "overdue": "超时", "closed": "已办结",
    "dismissed": "不是事件", "all": "全部",
}  # fmt: skip
LEVELS = {key: f"{ROMAN[key]} 级 {words}" for key, words in LEVEL_WORDS.items()}
EXPORT = "/download/incidents.csv"
FILTERS = ("show", "level", "category", "region", "unit", "search")
COLUMNS = (
    "编号",
    "级别",
    "标题",
    "领域",
    "属地",
    "责任单位",
    "条数",
    "负面",
    "首次出现",
    "下一时限",
    "是否超时",
    "状态",
)
HEADS = ("级别", "事件", "分类", "区县", "主责", "条数", "剩余", "状态")


def layout(ctx: Context) -> Page:
    show = ctx.query.get("show", "open")
    rows = [row for row in fetch(ctx, show) if fits(ctx, row)]
    total = html.Strong(f"共 {len(rows)} 件", id="list-total", **{"data-total": str(len(rows))})
    body: Node = (
        incident_table(ctx, rows)
        if rows
        else empty(f"没有{SHOWN.get(show, '')}的事件。", "看全部事件", address(PATH, show="all"))
    )
    export = html.A("导出 CSV", href=address(EXPORT, **kept(ctx)), className="button")
    page = [filter_form(ctx, show), card(SHOWN.get(show, "事件"), body, total, "list")]
    return Page("事件", page, (("事件", ""),), tools=(export,))


def kept(ctx: Context) -> dict[str, str]:
    """The filters of the address, for the file."""
    return {name: ctx.query[name] for name in FILTERS if ctx.query.get(name)}


def scope_words(ctx: Context, show: str) -> str:
    """The filters as one phrase."""
    query = ctx.query
    names = {
        "level": lambda key: LEVELS.get(key, key), "category": ctx.category_name, "region": ctx.region_name,
        "unit": ctx.unit_name, "search": lambda words: f"含“{words}”",
    }  # fmt: skip
    parts = [SHOWN.get(show, "未办结"), *(say(query[name]) for name, say in names.items() if query.get(name))]
    return "、".join(parts)


def cells(ctx: Context, row: Listed) -> list[str]:
    """One line of the file: as on the page, the times whole."""
    incident, unmet = row.incident, waiting(row)
    level, _, sure = level_of(incident)
    left = f"{duty_words(ctx, unmet[0])}，{deadline_words(ctx, unmet[0])}" if unmet else ""
    return [
        incident.id, LEVELS[level] + ("" if sure else "（未认定）"), incident.title,
        "、".join(ctx.category_name(key) for key in incident.categories), ctx.region_name(incident.region),
        ctx.unit_name(incident.unit), str(row.tally.documents), str(row.tally.negative),
        f"{wording.local(incident.detected_at):%Y-%m-%d %H:%M}", left, "是" if is_overdue(ctx, row) else "否", state_words(incident),
    ]  # fmt: skip


def fetch(ctx: Context, show: str) -> list[Listed]:
    states = {"closed": ("closed",), "dismissed": ("dismissed",), "all": STATES}.get(show, OPEN_STATES)
    rows = list_incidents(ctx.session, ctx.now, states, ctx.viewer.scope_unit)
    return [row for row in rows if belongs(ctx, row, show)]


def belongs(ctx: Context, row: Listed, show: str) -> bool:
    if show == "unconfirmed":
        return row.incident.state in ("proposed", "acknowledged")
    if show == "waiting":
        return bool(waiting(row))
    if show == "overdue":
        return is_overdue(ctx, row)
    return True


def is_overdue(ctx: Context, row: Listed) -> bool:
    """By the stored deadline and now, so that the page never waits for the clock keeper."""
    return any(clock.deadline_at is not None and clock.deadline_at < ctx.now for clock in waiting(row))


def fits(ctx: Context, row: Listed) -> bool:
    query, incident = ctx.query, row.incident
    return (
        query.get("level", "") in ("", level_of(incident)[0])
        and query.get("category", "") in ("", *incident.categories)
        and query.get("region", "") in ("", incident.region)
        and query.get("unit", "") in ("", incident.unit)
        and all(word in incident.title for word in query.get("search", "").split())
    )


def incident_table(ctx: Context, rows: list[Listed]) -> Node:
    return table(HEADS, (line(ctx, row) for row in rows), "事件", "incidents")


def line(ctx: Context, row: Listed) -> list[Node]:
    incident = row.incident
    unmet = waiting(row)
    limit = html.Span(deadline_words(ctx, unmet[0]), className="quiet small") if unmet else ""
    look = actions.button("look", incident.id, incident.version, extra="button-row")
    seen = f"首次出现 {wording.day_time(incident.detected_at, ctx.now)}"
    return [
        chip(incident),
        html.Span([title_link(incident), html.Span([f"{incident.id} · {seen} ", look], className="quiet small")], className="stack"),
        "、".join(ctx.category_name(key) for key in incident.categories[:2]) or "—",
        ctx.region_name(incident.region), ctx.unit_name(incident.unit),
        count(row.tally.documents, documents(incident=incident.id)),
        html.Span([remaining(ctx, row), limit], className="stack"),
        state_words(incident),
    ]  # fmt: skip


def filter_form(ctx: Context, show: str) -> Node:
    query, catalogue = ctx.query, ctx.catalogue
    return html.Form(
        [
            select("状态", "show", SHOWN, show),
            select("级别", "level", LEVELS, query.get("level", "")),
            select("分类", "category", {item.id: item.name for item in catalogue.categories.values()}, query.get("category", "")),
            select("区县", "region", {item.id: item.name for item in catalogue.regions.values()}, query.get("region", "")),
            select("主责", "unit", {item.id: item.name for item in catalogue.units.values()}, query.get("unit", "")),
            search_box(query.get("search", "")),
            html.Button("筛选", type="submit", className="button button-main"),
            html.A("清除筛选", href=PATH, className="button"),
        ],
        action=PATH, method="GET", className="filters card",
    )  # fmt: skip
