"""A sitemap and the pages it names: plain, news, index, text, gzip; only what changed lately, bounded.

[sitemap] include, exclude (regular expressions on the address), max_age ("3d": older lastmod and older child maps are
passed over), max_maps (child maps read in a run, newest first), max_articles. A lastmod only chooses; it is never
taken for the time of publication. A news sitemap's publication_date is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from scrapy.http import Request, Response

from catalogue.fields import duration_seconds
from crawlers.article import Article
from crawlers.headline import one_line
from crawlers.pagetime import url_date
from crawlers.published import read_stamp
from crawlers.sitemaps import Entry, read_sitemap
from crawlers.spiders.base import SourceSpider
from crawlers.spiders.further import further
from crawlers.xml_text import ENTITIES

MAX_MAPS = 10
MAX_ARTICLES = 300
DEEPEST = 3


class Spider(SourceSpider):
    kind = "sitemap"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.maps, self.maps_seen = 0, {self.source.url}
        self.options.setdefault("max_articles", MAX_ARTICLES)
        age = self.options.get("max_age")
        self.oldest = self.job.now - timedelta(seconds=duration_seconds(age)) if age else None

    def read(self, response: Response) -> Iterator[Article | Request]:
        entries, has_entities = read_sitemap(response.body, self.source.publisher)
        if has_entities:
            self.problem(f"{self.source.publisher}：站点地图里带有{ENTITIES}，其余内容照常读取。")
        yield from self.child_maps([entry for entry in entries if entry.is_map], response)
        for entry in self.newest_first([entry for entry in entries if not entry.is_map]):
            if not self.is_wanted(entry.url):
                continue
            self.outcome.listed += 1
            stamp = read_stamp(entry.published, self.job.clock(), self.zone)
            request = self.page_request(entry.url, {"title": one_line(entry.title), "stamp": stamp})
            if request:
                yield request

    def child_maps(self, maps: list[Entry], response: Response) -> Iterator[Request]:
        """The newest child maps, as far as the bounds allow; one that fails is a problem of its own."""
        depth = response.meta.get("map_depth", 0) + 1
        for entry in self.newest_first(maps):
            if depth > DEEPEST or self.maps >= int(self.options.get("max_maps", MAX_MAPS)):
                return
            if entry.url in self.maps_seen:
                continue
            self.maps_seen.add(entry.url)
            self.maps += 1
            yield self.request(entry.url, self.parse_map, self.page_failed, meta={"map_depth": depth})

    def parse_map(self, response: Response) -> Iterator[Request]:
        yield from further(self, response)

    def newest_first(self, entries: list[Entry]) -> list[Entry]:
        """Without those older than max_age; dated ones first, the others in their order."""
        dated = [(self.changed_at(entry), entry) for entry in entries]
        kept = [(at, entry) for at, entry in dated if at is None or not self.oldest or at >= self.oldest]
        known = sorted((pair for pair in kept if pair[0]), key=lambda pair: pair[0], reverse=True)
        return [entry for _, entry in known] + [entry for at, entry in kept if at is None]

    def changed_at(self, entry: Entry) -> datetime | None:
        """When the entry last changed, as far as it says; a bare day counts to its end."""
        for text in (entry.lastmod, entry.published):
            stamp = read_stamp(text, self.job.clock(), self.zone)
            if stamp:
                return stamp.at + timedelta(days=1) if stamp.precision == "day" else stamp.at
        stamp = url_date(entry.url, self.job.clock(), self.zone)
        return stamp.at + timedelta(days=1) if stamp else None

    def is_wanted(self, url: str) -> bool:
        include, exclude = self.options.get("include", ""), self.options.get("exclude")
        return bool(re.search(include, url)) and not (exclude and re.search(exclude, url))
