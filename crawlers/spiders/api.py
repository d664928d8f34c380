"""A public JSON interface: a path to the items, paths to their fields; hot lists with rank and heat.

[api] items, title, url, text, published_at, unit ("s" or "ms" for numbers), rank, heat; url_template with {title}
or {field}; after = the mark in a page behind which the JSON begins; json or form (the body), variants, paging,
max_pages, headers; article = true fetches the page behind each item.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from scrapy.http import Request

from crawlers.article import Article
from crawlers.body import text_of_html
from crawlers.errors import BadRequest
from crawlers.headline import one_line
from crawlers.json_answer import read_number, shaped, text_at
from crawlers.spiders.base import stamped
from crawlers.spiders.json_list import JsonListSpider


class Spider(JsonListSpider):
    kind = "api"

    def read_item(self, item: Any, position: int, base: str) -> Iterator[Article | Request]:
        title = one_line(text_of_html(self.field(item, "title", "title")))
        url = self.address(item, title, base)
        stamp = self.stamp_from(self.field(item, "published_at", ""))
        text = text_of_html(self.field(item, "text", ""))
        if self.options.get("article") and url:
            request = self.page_request(url, {"title": title, "stamp": stamp, "text": text})
            if request:
                self.fresh += 1
                yield request
            return
        at, precision = stamped(stamp)
        try:
            article = self.article(
                url, title, text, published_at=at, published_precision=precision,
                rank=self.rank_of(item, position), heat=read_number(self.field(item, "heat", "")),
            )  # fmt: skip
        except BadRequest as error:
            return self.problem(f"{title[:40] or f'第 {position} 条'}：{error}")
        is_ranked = article.rank is not None
        if is_ranked or self.is_fresh(article.canonical_url, article.canonical_url in self.job.known):
            yield article

    def field(self, item: Any, key: str, default: str) -> str:
        return text_at(item, self.options.get(key, default))

    def address(self, item: Any, title: str, base: str) -> str:
        """The item's address, or one made from a template such as https://…/search?q={title}."""
        template = self.options.get("url_template")
        if template:
            return shaped(template, item, {"title": title})
        found = self.field(item, "url", "url")
        return urljoin(base, found) if found else ""

    def rank_of(self, item: Any, position: int) -> int | None:
        given = read_number(self.field(item, "rank", "")) if self.options.get("rank") else None
        if given is not None and 0 < given < 10_000:
            return int(given)
        return position if self.source.channel == "hotlist" else None
