"""RSS 0.9 to 2.0, RDF, Atom and JSON Feed. `[feed] article = true` fetches the page behind each entry."""

from __future__ import annotations

import re
from collections.abc import Iterator
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

MAX_ENTRIES = 2000


class Spider(SourceSpider):
    kind = "feed"

    def read(self, response: Response) -> Iterator[Article | Request]:
        for entry in entries_of(self.text_of(response), self.source.publisher):
            self.outcome.listed += 1
            title = one_line(text_of_html(entry.get("title", "")))
            stamp = self.stamp_of(entry)
            text = text_of_html(body_of(entry))
            link = urljoin(response.url, (entry.get("link") or "").strip())
            if self.options.get("article") and link:
                request = self.page_request(link, {"title": title, "stamp": stamp, "text": text})
                if request:
                    yield request
                continue
            at, precision = stamped(stamp)
            try:
                yield self.article(link, title, text, published_at=at, published_precision=precision)
            except BadRequest as error:
                self.problem(f"{title[:40] or '无标题条目'}：{error}")

    def stamp_of(self, entry: dict[str, Any]) -> Stamp | None:
        """The entry's own time as written; feedparser's parsed form would take a missing zone for UTC."""
        for key in ("published", "issued", "created", "updated"):
            stamp = read_stamp(str(entry.get(key) or ""), self.job.clock(), self.zone)
            if stamp:
                return stamp
        return None


def entries_of(text: str, publisher: str) -> list[dict[str, Any]]:
    """The entries of a feed. Raises FeedBroken where it is none; a damaged one gives what can still be read."""
    if not text.strip():
        raise FeedBroken(f"{publisher}：订阅源返回空内容，应为 RSS 或 Atom；请核对网址是否仍然有效。")
    if re.search(r"<!ENTITY", text[:100_000], re.I):
        raise FeedBroken(f"{publisher}：订阅源里带有实体定义，出于安全未读取；请联系网站或停用此信源。")
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        return json_entries(text, publisher)[:MAX_ENTRIES]
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    parsed = feedparser.parse(
        text.encode(), response_headers={"content-type": "application/xml; charset=utf-8"}
    )
    if not parsed.entries and not parsed.version:
        found = "网页" if re.search(r"<html|<!doctype html", text[:2000], re.I) else "无法识别的内容"
        raise FeedBroken(
            f"{publisher}：应为 RSS、Atom 或 JSON Feed，得到的是{found}；请核对网址，或改用 listing 方式。"
        )
    return parsed.entries[:MAX_ENTRIES]


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
