"""A list page and the article pages behind it: links by CSS, further pages until something known appears.

[listing] item (CSS of a row, optional), link, title, time (CSS within the row), next, max_pages; [listing.page] title,
time, text (CSS on the article page, tried before the general rules).
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

from parsel import Selector
from scrapy.http import Request, Response

from crawlers.article import Article
from crawlers.errors import FeedBroken
from crawlers.headline import one_line
from crawlers.published import read_stamp
from crawlers.spiders.base import SourceSpider

MAX_LINKS = 500


class Spider(SourceSpider):
    kind = "listing"
    pages = 0

    def read(self, response: Response) -> Iterator[Article | Request]:
        self.pages += 1
        tree = page_selector(self.text_of(response), self.source.publisher)
        rows = (
            tree.css(self.options["item"])
            if self.options.get("item")
            else tree.css(self.options.get("link", "a"))
        )
        before = self.outcome.known
        seen: set[str] = set()
        for row in rows[:MAX_LINKS]:
            link = row.css(self.options.get("link", "a")) if self.options.get("item") else row
            href = (link.attrib.get("href") or "").strip() if link else ""
            address = urljoin(response.url, href)
            if not href or href.startswith(("#", "javascript:", "mailto:")) or address in seen:
                continue
            seen.add(address)
            self.outcome.listed += 1
            request = self.page_request(
                address, {"title": self.title_of(row, link), "stamp": self.stamp_of(row)}
            )
            if request:
                yield request
        yield from self.next_page(tree, response, stop=self.outcome.known > before or not seen)

    def title_of(self, row: Selector, link: Selector) -> str:
        chosen = row.css(self.options["title"]) if self.options.get("title") else link
        attribute = link.attrib.get("title", "")
        return one_line(attribute or "".join(chosen.css("*::text").getall()))

    def stamp_of(self, row: Selector):
        if not self.options.get("time"):
            return None
        return read_stamp(
            one_line(
                "".join(
                    row.css(self.options["time"] + " *::text, " + self.options["time"] + "::text").getall()
                )
            ),
            self.job.clock(),
            self.zone,
        )

    def next_page(self, tree: Selector, response: Response, stop: bool) -> Iterator[Request]:
        """The next list page, unless this one already held something known or the limit is reached."""
        selector = self.options.get("next")
        if stop or not selector or self.pages >= int(self.options.get("max_pages", 1)):
            return
        href = tree.css(selector).attrib.get("href") if tree.css(selector) else None
        if href:
            yield self.request(urljoin(response.url, href), self.parse_next, self.next_failed)

    def parse_next(self, response: Response) -> Iterator[Request]:
        if 200 <= response.status < 300:
            yield from self.guarded(response)
        else:
            self.problem(f"{response.url}：列表的后续页没有取到（HTTP {response.status}）。")

    def next_failed(self, failure) -> None:
        self.page_failed(failure)


def page_selector(text: str, publisher: str) -> Selector:
    if not text.strip():
        raise FeedBroken(f"{publisher}：列表页是空的；请核对网址是否仍然有效。")
    return Selector(text=text, type="html")
