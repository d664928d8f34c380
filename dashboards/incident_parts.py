"""Parts of an incident that several pages show: its clocks, its steps, its line in a list."""

from __future__ import annotations

from datetime import datetime, timedelta

from dash import html

from dashboards import wording
from dashboards.context import Context
from dashboards.parts import Node, chip, count, countdown, documents, level_of
from dashboards.wording import CLOCK_WORDS, DUTY_WORDS, STATE_WORDS
from store.model import Clock, Incident
from store.queries_incidents import UNMET, Listed, recent_since

HOUR = timedelta(hours=1)


def duty_words(ctx: Context, clock: Clock) -> str:
    duty = ctx.catalogue.duties.get(clock.duty)
    return duty.name if duty else DUTY_WORDS.get(clock.duty, clock.duty)


def limit_words(ctx: Context, clock: Clock) -> str:
    """`24 小时新闻发布会`."""
    duty = ctx.catalogue.duties.get(clock.duty)
    return f"{duty.limit} 小时{duty.name}" if duty else clock.duty


def waiting(listed: Listed) -> list[Clock]:
    """Unmet clocks, the next first; those without a start last."""
    found = [clock for clock in listed.clocks if clock.state in UNMET]
    return sorted(found, key=lambda clock: (clock.deadline_at is None, clock.deadline_at or clock.created_at))


def remaining(ctx: Context, listed: Listed, big: bool = False) -> Node:
    """The countdown of the next clock, or what became of all of them."""
    unmet = waiting(listed)
    if unmet:
        return countdown(unmet[0], name_of(ctx, listed.incident, unmet[0]), big)
    if not listed.clocks:
        return html.Span("无时限", className="quiet")
    last = max(listed.clocks, key=lambda clock: clock.settled_at or clock.created_at)
    return html.Span(result_words(last), className="clock-result")


def name_of(ctx: Context, incident: Incident, clock: Clock) -> str:
    return f"{incident.title[:30]}，距{duty_words(ctx, clock)}时限"


def deadline_words(ctx: Context, clock: Clock) -> str:
    if clock.deadline_at is None:
        return f"{clock.start_basis}"
    return f"{wording.full_time(clock.deadline_at, ctx.now)} 前"


def result_words(clock: Clock) -> str:
    """met with how much to spare, met late with how much too late."""
    words = CLOCK_WORDS[clock.state]
    if clock.settled_at is None or clock.deadline_at is None or clock.state not in ("met", "met_late"):
        return words
    if clock.started_at is not None and clock.settled_at < clock.started_at:
        return f"{words}，早于起算"
    gap = clock.deadline_at - clock.settled_at
    spare = f"提前 {wording.span(gap)}" if gap >= timedelta(0) else f"晚 {wording.span(gap)}"
    return f"{words}，{wording.hour_minute(clock.settled_at)}，{spare}" + (
        "，补录" if clock.recorded_late else ""
    )


def title_link(incident: Incident) -> Node:
    return html.A(incident.title, href=f"/incident/{incident.id}", className="title")


def volume_words(ctx: Context, listed: Listed) -> list[Node]:
    """近 6 小时 n 条，负面 m 条: both open their lists."""
    since, until = recent_since(ctx.now), next_hour(ctx.now)
    key = listed.incident.id
    recent = documents(incident=key, since=since, until=until)
    bad = documents(incident=key, since=since, until=until, sentiment="negative")
    tally = listed.tally
    return [
        "近 6 小时 ",
        count(tally.recent, recent, " 条"),
        "，负面 ",
        count(tally.recent_negative, bad, " 条"),
    ]


def next_hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0) + HOUR


def facts_line(ctx: Context, incident: Incident) -> list[Node]:
    """Level, categories, place, unit, times: the line under a title."""
    words: list[Node] = [chip(incident)]
    words += [html.Span(ctx.category_name(key)) for key in incident.categories[:3]]
    if incident.region:
        words.append(html.Span(ctx.region_name(incident.region)))
    words.append(html.Span(f"主责 {ctx.unit_name(incident.unit)}"))
    words.append(html.Span(f"首次出现 {wording.day_time(incident.detected_at, ctx.now)}"))
    if incident.occurred_at is not None:
        words.append(html.Span(f"发生 {wording.day_time(incident.occurred_at, ctx.now)}"))
    if incident.confirmed_at is not None:
        words.append(html.Span(f"认定 {wording.day_time(incident.confirmed_at, ctx.now)}"))
    return words


def state_words(incident: Incident) -> str:
    return STATE_WORDS[incident.state]


def other_level(incident: Incident) -> str:
    """The 舆情等级 beside a 突发事件等级, so that both fields can be read."""
    level, kind, _ = level_of(incident)
    grade = incident.grade or incident.proposed_grade
    return f"舆情等级 {grade} 级" if kind == "突发事件等级" and grade != level else ""
