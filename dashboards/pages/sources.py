"""来源：每个来源是否正常，何时成功，带来多少条。"""

from __future__ import annotations

from collections import Counter

from dash import html

from catalogue.source import CHANNELS
from dashboards import wording
from dashboards.context import Context
from dashboards.incident_parts import HOUR, next_hour
from dashboards.parts import Node, address, card, count, documents, empty, table
from dashboards.router import Page
from dashboards.source_health import FINE, OFF, TROUBLE, WORDS, Health, health_of
from store.queries_sources import SourceFacts, source_facts

PATH = "/sources"
RIGHT = "read"
NAV = "sources"
ORDER = ("failed", "late", "odd", "new", "ok", "off")


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
            for key in ("ok", "late", "failed", "odd", "off")
        ],
        className="tiles",
    )
    rows = [line(ctx, name, healths[name], known.get(name)) for name in shown]
    body: Node = (
        table(("来源", "状态", "最近成功", "24 小时成功率", "近 24 小时条数", "说明"), rows, "来源")
        if rows
        else empty("没有符合条件的来源。", "看全部来源", PATH)
    )
    lead = f"正常 {tally[FINE]} 个，共 {sum(tally.values()) - tally[OFF]} 个在用"
    return Page("来源", [tiles, card("来源健康", body, total, "list")], (("来源", ""),), lead=lead)


def judged(ctx: Context) -> tuple[dict[str, Health], dict[str, SourceFacts]]:
    """Every source that is switched on, and those that once were read; shipped ones nobody took are not listed."""
    ends = next_hour(ctx.now)
    known = source_facts(ctx.session, ends - 24 * HOUR, ends)
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


def line(ctx: Context, name: str, health: Health, facts: SourceFacts | None) -> list[Node]:
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
        health.why or "—",
    ]
