"""The filters of a list, from the address and back; what they say in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alerts.replies import reply_sources
from analysis.series import region_ids
from catalogue.level_rule import METRICS
from catalogue.source import CHANNELS
from dashboards import wording
from dashboards.context import Context
from dashboards.wording import SENTIMENT_WORDS
from store.queries_documents import DocumentFilter
from store.queries_incidents import find_incident

REPLIED_WORDS = {"yes": "已答复", "no": "未答复"}
NAMES = (
    "category",
    "region",
    "channel",
    "sentiment",
    "replied",
    "from",
    "to",
    "incident",
    "question",
    "source",
    "search",
    "copies_of",
    "reason",
    "metric",
    "texts",
)


def read_filter(ctx: Context) -> DocumentFilter:
    """What the address asks for; a value that cannot be is no filter rather than an error."""
    query = ctx.query
    return DocumentFilter(
        category=query.get("category") or None,
        regions=tuple(part for part in query.get("region", "").split(",") if part),
        channel=query.get("channel") if query.get("channel") in CHANNELS else None,
        sentiment=query.get("sentiment") if query.get("sentiment") in SENTIMENT_WORDS else None,
        replied=query.get("replied") if query.get("replied") in REPLIED_WORDS else None,
        reply_sources=tuple(reply_sources(ctx.catalogue)),
        begins=wording.read_stamp(query.get("from")),
        ends=wording.read_stamp(query.get("to")),
        # a reason keeps the texts it was given for, also those that were moved since
        incident=(query.get("incident") or None) if not query.get("reason") else None,
        question=whole_number(query.get("question")),
        source=query.get("source") or None,
        search=(query.get("search") or "").strip()[:100] or None,
        copies_of=whole_number(query.get("copies_of")),
        unit=ctx.viewer.scope_unit,
        ids=grounds(ctx) if query.get("reason") else named_texts(query.get("texts")),
    )


def grounds(ctx: Context) -> tuple[int, ...] | None:
    """The texts a stored reason names: of one metric, or of the whole rule. None when the address asks for no reason;
    an unknown one has none."""
    rule = ctx.query.get("reason")
    if not rule:
        return None
    found = reason_of(ctx)
    return texts_of(found, ctx.query.get("metric")) if found is not None else ()


def reason_of(ctx: Context) -> Mapping[str, Any] | None:
    """The stored reason the address names by incident and rule."""
    incident = find_incident(ctx.session, ctx.query.get("incident", ""), ctx.viewer.scope_unit)
    stored = incident.reasons if incident is not None else ()
    return next((one for one in stored if one.get("rule") == ctx.query.get("reason")), None)


def texts_of(reason: Mapping[str, Any], metric: str | None = None) -> tuple[int, ...]:
    """Ids of the texts behind one metric of a stored reason, or behind any of them."""
    named: Mapping[str, list[int]] = reason.get("documents") or {}
    chosen = [named.get(metric, [])] if metric else list(named.values())
    return tuple(sorted({number for numbers in chosen for number in numbers}))


def named_texts(word: str | None) -> tuple[int, ...] | None:
    """The ids an address names one by one (at most 50), None when it names none."""
    if not word:
        return None
    return tuple(number for part in word.split(",")[:50] if (number := whole_number(part)) is not None)


def whole_number(word: str | None) -> int | None:
    return int(word) if word and word.isascii() and word.isdecimal() and len(word) < 19 else None


def kept(query: Mapping[str, str]) -> dict[str, str]:
    """The filters of an address without its place in the list."""
    return {name: query[name] for name in NAMES if query.get(name)}


def in_words(ctx: Context, wanted: DocumentFilter, titles: Mapping[str, str]) -> str:
    """The scope of a list as one phrase. titles: names of the incident and the question asked for."""
    words = []
    if wanted.begins or wanted.ends:
        words.append(window(ctx, wanted))
    if wanted.category:
        words.append(ctx.category_name(wanted.category))
    if wanted.regions:
        words.append(place(ctx, wanted.regions))
    if wanted.channel:
        words.append(CHANNELS[wanted.channel])
    if wanted.source:
        words.append(f"来源“{ctx.source_name(wanted.source)}”")
    if wanted.sentiment:
        words.append(SENTIMENT_WORDS[wanted.sentiment])
    if wanted.replied:
        words.append(f"来件{REPLIED_WORDS[wanted.replied]}")
    if wanted.incident:
        words.append(f"事件“{titles.get('incident', wanted.incident)}”")
    if wanted.ids is not None:
        words += reason_words(ctx, titles) if ctx.query.get("reason") else ["指定的原文"]
    if wanted.question is not None:
        words.append(f"问题“{titles.get('question', '')}”")
    if wanted.copies_of is not None:
        words.append("同文转载")
    if wanted.search:
        words.append(f"含“{wanted.search}”")
    return " · ".join(words) or "全部时间、全部来源"


def reason_words(ctx: Context, titles: Mapping[str, str]) -> list[str]:
    """事件“…” · 定级理由“…” · 指标."""
    reason, metric = reason_of(ctx), ctx.query.get("metric", "")
    found = [f"事件“{titles['incident']}”"] if titles.get("incident") else []
    found.append(f"定级理由“{reason['name'] if reason is not None else ctx.query.get('reason', '')}”")
    return found + ([METRICS.get(metric, metric)] if metric else [])


def place(ctx: Context, regions: tuple[str, ...]) -> str:
    """A place with all its parts is called by its own name."""
    whole = region_ids(ctx.catalogue, regions[0])
    if set(whole) == set(regions):
        return ctx.region_name(regions[0])
    return "、".join(ctx.region_name(region) for region in regions)


def window(ctx: Context, wanted: DocumentFilter) -> str:
    begins = wording.full_time(wanted.begins, ctx.now) if wanted.begins else "最早"
    ends = wording.full_time(wanted.ends, ctx.now) if wanted.ends else "现在"
    return f"{begins} 至 {ends}"
