"""One page as it came, for `huiying source new` and `try`: the source's own front request, its answer kept whole.

This kind stands in no catalogue file. [page] as = the kind whose request is made, options = that kind's table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module

from scrapy.http import Request, Response

from crawlers.article import Article
from crawlers.spiders.base import SourceSpider, header


class Spider(SourceSpider):
    kind = "page"

    def front_request(self) -> Request:
        kind = self.options.get("as", "feed")
        source = replace(self.source, kind=kind, options=self.options.get("options", {}))
        inner = import_module(f"crawlers.spiders.{kind}").Spider(
            replace(self.job, source=source), self.emit, self.extractor
        )
        return inner.front_request().replace(callback=self.parse_front, errback=self.front_failed)

    def read(self, response: Response) -> Iterator[Article | Request]:
        self.outcome.listed = 1
        kind = header(response, "Content-Type") or ""
        yield self.article(
            response.url, response.url, kind, raw=response.body, headers={"Content-Type": kind}
        )
