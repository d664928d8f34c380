"""值班大屏：现在必须回应什么，还剩多久。1920×1080，深色，3 至 5 米外可读。"""

from __future__ import annotations

from dash import html

from analysis.series import HourSeries, town_hours
from dashboards import timeline, wording
from dashboards.blind import blind_words
from dashboards.context import Context
from dashboards.frame import PRODUCT, demo_badge
from dashboards.freshness import Freshness, data_words
from dashboards.incident_parts import (
    deadline_words,
    duty_words,
    name_of,
    result_words,
    volume_words,
    waiting,
)
from dashboards.pages.incidents import is_overdue
from dashboards.pages.sources import judged
from dashboards.parts import (
    Node,
    address,
    chip,
    count,
    countdown,
    level_of,
)
from dashboards.router import Page
from dashboards.source_health import FINE, NEW, OFF
from dashboards.wall_panels import asked, categories, latest, owed_list, regions, town
from store.queries_incidents import Listed, Whole, level_order, list_incidents, whole_incident

PATH = "/wall"
RIGHT = "town"
NAV = ""
HOURS = 72
HERO_SECONDS = 30


def layout(ctx: Context) -> Page:
    rows = list_incidents(ctx.session, ctx.now)
    owed = sorted((row for row in rows if waiting(row)), key=lambda row: order(ctx, row))
    series = town_hours(ctx.session, ctx.now, HOURS)
    hero_row, place = choose_hero(ctx, owed)
    whole = whole_incident(ctx.session, hero_row.incident, ctx.now, hero_row) if hero_row else None
    body = [
        head(ctx, series),
        *blind_line(ctx),
        hero(ctx, hero_row, whole, place) if hero_row is not None and whole is not None else calm(ctx),
        html.Div(
            [
                categories(ctx),
                html.Div(
                    [
                        town(ctx, series, hero_row),
                        html.Div([regions(ctx), asked(whole)], className="wall-pair"),
                    ],
                    className="wall-middle",
                ),
                owed_list(ctx, owed),
            ],
            className="wall-grid",
        ),
        latest(ctx),
    ]
    return Page("值班大屏", html.Div(body, className="wall-page"), is_bare=True)


def order(ctx: Context, row: Listed) -> tuple[bool, float]:
    """Overdue first, then the nearest deadline; unknown starts last."""
    clock = waiting(row)[0]
    return (not is_overdue(ctx, row), clock.deadline_at.timestamp() if clock.deadline_at else float("inf"))


def choose_hero(ctx: Context, owed: list[Listed]) -> tuple[Listed | None, str]:
    """Open incidents of the highest level, nearest deadline first; several take turns of 30 seconds."""
    if not owed:
        return None, ""
    best = min(level_order(row.incident) for row in owed)
    candidates = [row for row in owed if level_order(row.incident) == best]
    turn = int(ctx.now.timestamp()) // HERO_SECONDS % len(candidates)
    return candidates[turn], f"{turn + 1}/{len(candidates)}" if len(candidates) > 1 else ""


def head(ctx: Context, series: HourSeries) -> Node:
    healths, _ = judged(ctx)
    used = [one for one in healths.values() if one.state not in (OFF, NEW)]
    fine = sum(one.state == FINE for one in used)
    office = ctx.catalogue.office.name if ctx.catalogue.office else "本地"
    fresh = Freshness(series.data_until, ctx.now)
    light = html.Span(className=f"dot {'ok' if fine == len(used) else 'late'}")
    return html.Header(
        [
            html.Div([f"{office} · 宣传部值班室", *demo_badge(ctx.settings)], className="wall-office"),
            html.H1(PRODUCT, id="title", tabIndex="-1"),
            html.Div(
                [
                    html.Span([light, "来源 ", count(fine, address("/sources", state="ok")), f"/{len(used)} 正常"]),
                    html.Span(data_words(fresh), className="stale" if fresh.is_stale else ""),
                    html.Span(wording.date_line(ctx.now)),
                    html.Time(className="wall-time", **{"data-leaf": "server-time"}),
                ],
                className="wall-status",
            ),
        ],
        className="wall-head",
    )  # fmt: skip


def blind_line(ctx: Context) -> list[Node]:
    words = blind_words(ctx)
    return [html.P(words, className="wall-blind", role="status")] if words else []


def hero(ctx: Context, row: Listed, whole: Whole, place: str) -> Node:
    incident, clock = row.incident, waiting(row)[0]
    level, _, _ = level_of(incident)
    late = clock.deadline_at is not None and clock.deadline_at < ctx.now
    words = [chip(incident), *(html.Span(ctx.category_name(key)) for key in incident.categories[:2])]
    if incident.region:
        words.append(html.Span(ctx.region_name(incident.region)))
    words += [html.Span(f"主责 {ctx.unit_name(incident.unit)}"), html.Span(volume_words(ctx, row))]
    if place:
        words.append(html.Span(place, className="turn"))
    unanswered = sum(one.answer is None for one in whole.questions)
    link = html.A(incident.title, href=f"/incident/{incident.id}", target="_blank")
    headline = [
        html.H2(link, className="wall-title"),
        html.P(news(ctx, row, unanswered), className="wall-news"),
    ]
    line = timeline.draw_line(timeline.line_of(whole, ctx.now, 14.0), level)
    return html.Section(
        [
            html.Div([html.Div(words, className="wall-facts"), *headline, line], className="wall-case"),
            html.Div(
                [
                    html.P(f"距{duty_words(ctx, clock)}时限", className="wall-label"),
                    countdown(clock, name_of(ctx, incident, clock)),
                    html.P(deadline_words(ctx, clock) + (" · 暂定" if clock.provisional else ""), className="wall-deadline"),
                    *second_clock(ctx, row),
                ],
                className="wall-clock",
            ),
        ],
        className=f"wall-hero level-{level} {'is-late' if late else ''}",
    )  # fmt: skip


def second_clock(ctx: Context, row: Listed) -> list[Node]:
    return [
        html.P(
            [
                f"{duty_words(ctx, clock)} ",
                countdown(clock, name_of(ctx, row.incident, clock), big=False),
            ],
            className="wall-second",
        )
        for clock in waiting(row)[1:2]
    ]


def news(ctx: Context, row: Listed, unanswered: int) -> str:
    summary = row.incident.summary.strip().replace("\n", " ")[:70]
    words = summary + ("" if not summary or summary[-1] in "。！？…" else "。")
    return words + (f"待答复问题 {unanswered} 个。" if unanswered else "")


def calm(ctx: Context) -> Node:
    """No matter is owed: say so, and what became of the last."""
    last = list_incidents(ctx.session, ctx.now, ("closed",), limit=1)
    words = "还没有办结的事件。"
    if last:
        clock = max(last[0].clocks, key=lambda one: one.created_at, default=None)
        words = f"最近一次：{last[0].incident.title}" + (
            f"，{duty_words(ctx, clock)}{result_words(clock)}。" if clock else "。"
        )
    return html.Section(
        [
            html.Div(
                [html.H2("当前无待回应事项", className="wall-title"), html.P(words, className="wall-news")],
                className="wall-case",
            )
        ],
        className="wall-hero calm",
    )
