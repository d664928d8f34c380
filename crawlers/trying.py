"""Trying a source once: its front page kept, a few articles read, and what a healthy run would look like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from catalogue.source import Healthy, Source
from crawlers.article import Article
from crawlers.errors import BadRequest
from crawlers.health import NORMAL, ODD_VOLUME
from crawlers.options import check_options
from crawlers.run import RunReport, crawl

TRIED_PAGES = 5
STEPS = [timedelta(hours=n) for n in (2, 6, 12, 24, 48, 120, 240, 720, 2160)]
WORDS = ("2h", "6h", "12h", "1d", "2d", "5d", "10d", "30d", "90d")


@dataclass(frozen=True)
class Trial:
    """How a try went. passed: the source may run; healthy: the proposed [healthy] table; page: the front answer."""

    report: RunReport
    page: Article | None
    passed: bool
    healthy: dict[str, Any]


def fetch_page(source: Source, now: datetime, contact: str) -> Article:
    """The front answer of a source as it came, in `raw`. Raises BadRequest with the reason where none came."""
    options = {"as": source.kind, "options": dict(source.options)}
    probe = replace(source, kind="page", options=options, healthy=Healthy())
    [report] = crawl([probe], now, None, dry_run=True, contact=contact)
    if not report.articles:
        raise BadRequest(report.judgement.reason)
    return report.articles[0]


def try_source(source: Source, now: datetime, contact: str) -> Trial:
    """Read the source once without storing anything: its list and at most five of its pages. Raises BadRequest."""
    if source.missing:
        words = "、".join(source.missing)
        raise BadRequest(
            f'信源 {source.name} 还缺 {words}；请在站点目录的 place.toml 里写 [fill] {source.missing[0]} = "…"。'
        )
    check_options(source)
    page = fetch_page(source, now, contact)
    once = {"max_articles": TRIED_PAGES} if source.kind not in ("file", "timeline") else {}
    once |= {"max_pages": 1} if source.kind in ("listing", "api", "board") else {}
    once |= {"max_maps": 2} if source.kind == "sitemap" else {}
    [report] = crawl(
        [replace(source, options={**source.options, **once})], now, None, dry_run=True, contact=contact
    )
    passed = report.judgement.state in (NORMAL, ODD_VOLUME) and bool(report.articles)
    return Trial(report, page, passed, propose(report.counts["items"], report.articles, now, source.channel))


def propose(listed: int, articles: Sequence[Article], now: datetime, channel: str) -> dict[str, Any]:
    """A [healthy] table from one good look: 85 % of what was listed, twice of it, six usual gaps, what all had."""
    table: dict[str, Any] = {"items_min": int(listed * 0.85), "items_max": max(2 * listed, 10)}
    times = sorted((a.published_at for a in articles if a.published_at), reverse=True)
    if times and channel != "hotlist":
        gaps = sorted(later - earlier for later, earlier in pairwise(times))
        usual = gaps[len(gaps) // 2] if gaps else timedelta(0)
        wanted = max(3 * (now - times[0]), 6 * usual)
        table["newest_max_age"] = next(
            (word for word, step in zip(WORDS, STEPS, strict=True) if step >= wanted), WORDS[-1]
        )
    fields = ("title", "text", "published_at", "rank")
    table["required"] = [
        name
        for name in fields
        if articles and sum(bool(getattr(a, name)) for a in articles) >= 0.9 * len(articles)
    ] or ["title"]
    return table
