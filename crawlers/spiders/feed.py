"""RSS 0.9 to 2.0, RDF, Atom and JSON Feed. `[feed] article = true` fetches the page behind each entry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

import feedparser
from scrapy.http import Request, Response

from crawlers.article import Article
from crawlers.body import text_of_html
from crawlers.errors import BadRequest, FeedBroken
from crawlers.headline import one_line
from crawlers.json_answer import load_json
from crawlers.published import Stamp, read_stamp
from crawlers.spiders.base import SourceSpider, stamped
from crawlers.xml_text import ENTITIES, without_entities

MAX_ENTRIES = 2000
PART = "Part-Of"  # header of kept bytes that are an entry of this list and no page; not looked at again
BEGIN = re.compile(r"<(?:\w+:)?(?:item|entry)(?=[\s>])")
END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>")
ROOT = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf|channel|item|entry)\b", re.I)


class Spider(SourceSpider):
    kind = "feed"

    def read(self, response: Response) -> Iterator[Article | Request]:
        whole = self.text_of(response)
        entries, has_entities = entries_of(whole, self.source.publisher)
        keeps = self.source.keeps_evidence and not self.options.get("article")
        pieces = pieces_of(whole, len(entries)) if keeps else []
        if has_entities:
            self.problem(f"{self.source.publisher}：订阅源里带有{ENTITIES}，其余内容照常读取。")
        for place, entry in enumerate(entries):
            self.outcome.listed += 1
            title = one_line(text_of_html(entry.get("title", "")))
            stamp = self.stamp_of(entry)
            text = text_of_html(body_of(entry))
            link = self.link_of(entry, response.url)
            if not link:
                self.problem(f"{title[:40] or '无标题条目'}：条目没有网址，未收录。")
                continue
            if self.options.get("article"):
                request = self.page_request(link, {"title": title, "stamp": stamp, "text": text})
                if request:
                    yield request
                continue
            at, precision = stamped(stamp)
            try:
                article = self.article(link, title, text, published_at=at, published_precision=precision)
            except BadRequest as error:
                self.problem(f"{title[:40] or '无标题条目'}：{error}")
                continue
            if pieces:
                headers = {"Content-Type": "application/xml; charset=utf-8", PART: response.url}
                article = replace(article, raw=pieces[place].encode("utf-8", "replace"), headers=headers)
            yield article

    def link_of(self, entry: dict[str, Any], base: str) -> str:
        """The entry's address, else its id where that is one, else nothing."""
        link = (entry.get("link") or "").strip()
        number = str(entry.get("id") or "").strip()
        return urljoin(base, link) if link else number if number.startswith(("http://", "https://")) else ""

    def stamp_of(self, entry: dict[str, Any]) -> Stamp | None:
        """The entry's own time as written; feedparser's parsed form would take a missing zone for UTC."""
        for key in ("published", "issued", "created", "updated"):
            stamp = read_stamp(str(entry.get(key) or ""), self.job.clock(), self.zone)
            if stamp:
                return stamp
        return None


def entries_of(text: str, publisher: str) -> tuple[list[dict[str, Any]], bool]:
    """The entries of a feed, and whether it declared entities (they are never resolved).

    Raises FeedBroken where it is no feed; a damaged one gives what can still be read.
    """
    if not text.strip():
        raise FeedBroken(f"{publisher}：订阅源返回空内容，应为 RSS 或 Atom；请核对网址是否仍然有效。")
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        return json_entries(text, publisher)[:MAX_ENTRIES], False
    text, has_entities = without_entities(text)
    if not ROOT.search(text[:20_000]):
        raise FeedBroken(not_a_feed(text, publisher))
    parsed = feedparser.parse(
        first_entries(text, MAX_ENTRIES).encode("utf-8", "replace"),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,  # only text is taken from it, by our own reader
        resolve_relative_uris=False,
    )
    if not parsed.entries and has_entities:
        raise FeedBroken(f"{publisher}：订阅源里带有{ENTITIES}，没有读到条目；请联系网站或停用此信源。")
    if not parsed.entries and not parsed.version:
        raise FeedBroken(not_a_feed(text, publisher))
    return parsed.entries[:MAX_ENTRIES], has_entities


def not_a_feed(text: str, publisher: str) -> str:
    found = "网页" if re.search(r"<html|<!doctype html|<body", text[:2000], re.I) else "无法识别的内容"
    return f"{publisher}：应为 RSS、Atom 或 JSON Feed，得到的是{found}；请核对网址，或改用 listing 方式。"


def first_entries(text: str, number: int) -> str:
    """A feed with its first entries only, its end as it was: the parser takes 7 s for 20,000 of them."""
    ends = [match.end() for match in END.finditer(text)]
    return text[: ends[number - 1]] + text[ends[-1] :] if len(ends) > number else text


def pieces_of(text: str, number: int) -> list[str]:
    """The source text of each of the first `number` entries; none where they cannot be told apart for sure."""
    starts = [match.start() for match in BEGIN.finditer(text)]
    ends = [match.end() for match in END.finditer(text)]
    is_clear = len(starts) == len(ends) and all(start < end for start, end in zip(starts, ends, strict=True))
    in_turn = all(end <= start for end, start in zip(ends, starts[1:], strict=False))
    if not is_clear or not in_turn or len(starts) < number:
        return []
    return [text[start:end] for start, end in zip(starts, ends, strict=True)][:number]


def json_entries(text: str, publisher: str) -> list[dict[str, Any]]:
    """The items of a JSON Feed in the words of an XML one; authors are not read. Raises FeedBroken."""
    feed = load_json(text, publisher)
    items = feed.get("items")
    if "jsonfeed.org" not in str(feed.get("version")) or not isinstance(items, list):
        raise FeedBroken(f"{publisher}：得到的 JSON 不是 JSON Feed；请改用 api 方式，并写明 items 的路径。")
    return [
        {
            "title": str(item.get("title") or ""),
            "link": str(item.get("url") or item.get("external_url") or item.get("id") or ""),
            "published": str(item.get("date_published") or item.get("date_modified") or ""),
            "summary": str(item.get("content_html") or item.get("content_text") or item.get("summary") or ""),
        }
        for item in items
        if isinstance(item, dict)
    ]


def body_of(entry: dict[str, Any]) -> str:
    contents = [part.get("value", "") for part in entry.get("content", [])]
    return max([*contents, entry.get("summary", "")], key=len)
