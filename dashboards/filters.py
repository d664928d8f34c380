"""The filters of a list, from the address and back; what they say in words."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.series import region_ids
from catalogue.source import CHANNELS
from dashboards import wording
from dashboards.context import Context
from dashboards.wording import SENTIMENT_WORDS
from store.queries_documents import DocumentFilter

NAMES = (
    "category",
    "region",
    "channel",
    "sentiment",
    "from",
    "to",
    "incident",
    "question",
    "source",
    "search",
    "copies_of",
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
        begins=wording.read_stamp(query.get("from")),
        ends=wording.read_stamp(query.get("to")),
        incident=query.get("incident") or None,
        question=whole_number(query.get("question")),
        source=query.get("source") or None,
        search=(query.get("search") or "").strip()[:100] or None,
        copies_of=whole_number(query.get("copies_of")),
        unit=ctx.viewer.scope_unit,
        ids=named_texts(query.get("texts")),
    )


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
    if wanted.incident:
        words.append(f"事件“{titles.get('incident', wanted.incident)}”")
    if wanted.ids is not None:
        words.append("指定的原文")
    if wanted.question is not None:
        words.append(f"问题“{titles.get('question', '')}”")
    if wanted.copies_of is not None:
        words.append("同文转载")
    if wanted.search:
        words.append(f"含“{wanted.search}”")
    return " · ".join(words) or "全部时间、全部来源"


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
