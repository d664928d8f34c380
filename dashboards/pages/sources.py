"""来源：每个来源是否正常，何时成功，带来多少条。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from dash import html

from analysis.scoped_counts import unit_sources
from analysis.seen import missing_words, seen_between, share_words
from catalogue.source import CHANNELS, Source
from crawlers.health import LONGEST_BACKOFF
from crawlers.robots_standing import standing_of
from dashboards import actions, wording
from dashboards.context import Context
from dashboards.incident_parts import HOUR, next_hour
from dashboards.parts import Node, address, card, count, documents, empty, table
from dashboards.router import Page
from dashboards.source_health import FINE, OFF, TROUBLE, WORDS, Health, health_of
from store.hosts import RobotsRead, robots_of_all
from store.queries_sources import SourceFacts, source_facts

PATH = "/sources"
RIGHT = "read"
NAV = "sources"
ORDER = ("failed", "layout", "late", "odd", "new", "ok", "off")


def layout(ctx: Context) -> Page:
    healths, known = judged(ctx)
    tally = Counter(health.state for health in healths.values())
    asked = ctx.query.get("state", "")
    wanted = TROUBLE if asked == "trouble" else (asked,) if asked in WORDS else tuple(WORDS)
    shown = sorted(
        (name for name in healths if healths[name].state in wanted),
        key=lambda name: (ORDER.index(healths[name].state), name),
    )
    total = html.Strong(f"共 {len(shown)} 个", id="list-total", **{"data-total": str(len(shown))})
    tiles = html.Div(
        [
            tile(WORDS[key], tally[key], address(PATH, state=key), key)
            for key in ("ok", "late", "failed", "layout", "odd", "off")
        ],
        className="tiles",
    )
    robots = robots_of_all(ctx.session)
    rows = [line(ctx, name, healths[name], known.get(name), robots) for name in shown]
    body: Node = (
        table(("来源", "状态", "最近成功", "24 小时成功率", "近 24 小时条数", "说明", "操作"), rows, "来源")
        if rows
        else empty("没有符合条件的来源。", "看全部来源", PATH)
    )
    lead = f"正常 {tally[FINE]} 个，共 {sum(tally.values()) - tally[OFF]} 个在用"
    ends = next_hour(ctx.now) - HOUR  # the last whole hour
    seen = seen_between(ctx.session, ctx.catalogue, ends - 24 * HOUR, ends)
    if seen.share is not None and seen.is_comparable:
        lead += f"；近 24 小时看到平时同一时段的 {share_words(seen)}"
        lead += f"，缺：{missing_words(seen, ctx.catalogue)}" if seen.missing else ""
    return Page("来源", [tiles, card("来源健康", body, total, "list")], (("来源", ""),), lead=lead)


def judged(ctx: Context) -> tuple[dict[str, Health], dict[str, SourceFacts]]:
    """Every source that is switched on, and those that once were read; shipped ones nobody took are not listed."""
    ends = next_hour(ctx.now)
    known = source_facts(ctx.session, ends - 24 * HOUR, ends)
    unit = ctx.viewer.scope_unit
    if unit is not None:  # the list behind the number holds the own unit's texts only
        own = unit_sources(ctx.session, unit, ends - 24 * HOUR, ends)
        known = {name: replace(facts, texts=own.get(name, 0)) for name, facts in known.items()}
    names = {
        *(source.name for source in ctx.catalogue.enabled_sources()),
        *(name for name, facts in known.items() if facts.state is not None or facts.runs),
    }
    return {
        name: health_of(ctx.catalogue.sources.get(name), known.get(name), ctx.now) for name in names
    }, known


def tile(words: str, number: int, href: str, kind: str) -> Node:
    return html.Div(
        [html.Span(words, className="tile-words"), count(number, href, label=words)],
        className=f"tile tile-{kind}",
    )


def line(
    ctx: Context, name: str, health: Health, facts: SourceFacts | None, robots: Mapping[str, RobotsRead]
) -> list[Node]:
    source = ctx.catalogue.sources.get(name)
    success = facts.state.last_success_at if facts is not None and facts.state is not None else None
    ends = next_hour(ctx.now)
    texts = facts.texts if facts is not None else 0
    rate = f"{facts.good_runs} / {facts.runs} 次" if facts is not None and facts.runs else "—"
    about = (
        " · ".join(filter(None, (CHANNELS.get(source.channel, ""), source.purpose)))
        if source
        else "目录中已没有"
    )
    return [
        html.Span(
            [html.Strong(ctx.source_name(name)), html.Span(about, className="quiet small")], className="stack"
        ),
        html.Span([html.Span(className=f"dot {health.state}"), WORDS[health.state]], className="state"),
        html.Time(wording.ago(success, ctx.now), title=wording.exact_time(success)) if success else "—",
        rate,
        count(texts, documents(source=name, since=ends - 24 * HOUR, until=ends)),
        html.Span(
            [html.Span(health.why or "—"), *schedule(ctx, source, facts), *robots_line(ctx, source, robots)],
            className="stack",
        ),
        doings(ctx, source, facts),
    ]


def schedule(ctx: Context, source: Source | None, facts: SourceFacts | None) -> list[Node]:
    """How often it is read and when next; after failures the wait doubles, and that is said."""
    state = facts.state if facts is not None else None
    if source is None or source.status != "enabled" or source.kind == "file":
        return []
    if state is not None and state.disabled_by is not None:
        return []
    every = source.every_seconds
    words = f"每 {wording.span(timedelta(seconds=every)) if every >= 60 else f'{every} 秒'}一次"
    if state is not None and state.next_due_at is not None:
        words += f"，下次 {wording.day_time(state.next_due_at, ctx.now)}"
        if state.failures:
            words += f"（连续失败，间隔逐次加倍，最长 {wording.span(LONGEST_BACKOFF)}）"
    return [html.Span(words, className="quiet small")]


def robots_line(ctx: Context, source: Source | None, robots: Mapping[str, RobotsRead]) -> list[Node]:
    """What the site's robots.txt says of this source's address, and when it was asked."""
    if source is None or not source.url.startswith("http"):
        return []
    rules, said, at = robots.get(source.host, (None, None, None))
    found = standing_of(rules, said, source.url)
    when = f"（{wording.day_time(at, ctx.now)} 读取）" if at is not None else ""
    words = f"{found.words}{when}"
    return [html.Span(words, className="quiet small" if found.may is not False else "small forbidden")]


def doings(ctx: Context, source: Source | None, facts: SourceFacts | None) -> Node:
    """Buttons for sources that are crawled; those the catalogue leaves off are enabled by their file."""
    if source is None or source.status != "enabled" or source.kind == "file":
        return "—"
    state = facts.state if facts is not None else None
    is_off = state is not None and state.disabled_by is not None
    names = ["enable_source"] if is_off else ["retry_source", "disable_source"]
    buttons = [
        actions.button(name, source.name, 0, ctx.viewer.may(actions.acts()[name].RIGHT)) for name in names
    ]
    return html.Div(buttons, className="turning")
