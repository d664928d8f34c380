"""A list page and the article pages behind it: links by CSS, further pages until what follows is known.

[listing] item (CSS of a row, optional), link, title, time (CSS within the row); next (CSS of the link to the following
page) or next_url ("index_{page}.html", counted from next_from), max_pages; via (CSS of links to part lists, such as
the pages of a newspaper); inside ("cdata", or the path to the HTML within a JSON answer).
[listing.page] title, time, text (CSS on the article page, tried before the general rules).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from parsel import Selector
from scrapy.http import Request, Response

from crawlers.article import Article
from crawlers.errors import FeedBroken
from crawlers.headline import one_line
from crawlers.json_answer import load_json, text_at
from crawlers.published import Stamp, read_stamp
from crawlers.spiders.base import SourceSpider
from crawlers.spiders.further import front_url, further

MAX_LINKS = 500
MAX_PARTS = 40
NO_PAGE = ("#", "javascript:", "mailto:", "tel:", "data:")


class Spider(SourceSpider):
    kind = "listing"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.pages, self.asked_lists, self.seen = 0, {front_url(self)}, set[str]()

    def front_request(self) -> Request:
        return super().front_request().replace(url=front_url(self))

    def read(self, response: Response) -> Iterator[Article | Request]:
        self.pages += 1
        tree = page_selector(self.html_of(response), self.source.publisher)
        last_is_known, found = False, False
        for address, row, link in self.rows(tree, response.url):
            before, found = self.outcome.known, True
            self.outcome.listed += 1
            draft = {"title": self.title_of(row, link), "stamp": self.stamp_of(row)}
            request = self.page_request(address, draft)
            last_is_known = self.outcome.known > before
            if request:
                yield request
        if self.pages == 1:
            yield from self.part_lists(tree, response)
        if found and not last_is_known:  # what is pinned to the top may be known: only the last row tells
            yield from self.next_page(tree, response)

    def html_of(self, response: Response) -> str:
        """The list's HTML, taken out of the CDATA sections or the JSON it is wrapped in."""
        text, inside = self.text_of(response), self.options.get("inside")
        if not inside:
            return text
        if inside == "cdata":
            return "\n".join(re.findall(r"(?s)<!\[CDATA\[(.*?)\]\]>", text))
        return text_at(load_json(text, self.source.publisher), inside)

    def rows(self, tree: Selector, base: str) -> Iterator[tuple[str, Selector, Selector]]:
        """Address, row and link of every entry, each address once in a run."""
        selector, item = self.options.get("link", "a"), self.options.get("item")
        for row in tree.css(item or selector)[:MAX_LINKS]:
            link = row.css(selector) if item else row
            href = (link.attrib.get("href") or "").strip() if link else ""
            try:
                address = urljoin(base, href)
            except ValueError:
                continue
            if href and not href.lower().startswith(NO_PAGE) and address not in self.seen:
                self.seen.add(address)
                yield address, row, link[0] if item else link

    def title_of(self, row: Selector, link: Selector) -> str:
        chosen = row.css(self.options["title"]) if self.options.get("title") else link
        attribute = link.attrib.get("title", "")
        return one_line(attribute or "".join(chosen.css("*::text").getall()))

    def stamp_of(self, row: Selector) -> Stamp | None:
        if not self.options.get("time"):
            return None
        words = "".join(row.css(self.options["time"]).css("*::text").getall())
        return read_stamp(one_line(words), self.job.clock(), self.zone)

    def part_lists(self, tree: Selector, response: Response) -> Iterator[Request]:
        """The lists this one is made of, such as the pages of a paper."""
        if self.options.get("via"):
            for link in tree.css(self.options["via"])[:MAX_PARTS]:
                yield from self.list_request(response, link.attrib.get("href") or "")

    def next_page(self, tree: Selector, response: Response) -> Iterator[Request]:
        """The following list page, by its link or by its number, up to max_pages."""
        if self.pages >= int(self.options.get("max_pages", 1)):
            return
        if self.options.get("next_url"):
            number = int(self.options.get("next_from", 2)) + self.pages - 1
            for request in self.list_request(
                response, self.options["next_url"].replace("{page}", str(number))
            ):
                yield request.replace(meta=request.meta | {"is_guess": True})
        elif self.options.get("next"):
            links = tree.css(self.options["next"])
            yield from self.list_request(response, links[-1].attrib.get("href") or "" if links else "")

    def list_request(self, response: Response, href: str) -> Iterator[Request]:
        """A request for a list page, unless it was asked for already."""
        try:
            address = urljoin(response.url, href.strip())
        except ValueError:
            return
        if href.strip() and not href.lower().startswith(NO_PAGE) and address not in self.asked_lists:
            self.asked_lists.add(address)
            yield self.request(address, self.parse_next, self.page_failed)

    def parse_next(self, response: Response) -> Iterator[Request]:
        if response.status in (404, 410) and response.meta.get("is_guess"):
            return  # the number after the last page
        yield from further(self, response)


def page_selector(text: str, publisher: str) -> Selector:
    if not text.strip():
        raise FeedBroken(f"{publisher}：列表页是空的；请核对网址是否仍然有效。")
    return Selector(text=text, type="html")
