"""A CSV or XLSX export behind an address, such as a hotline's: read as `huiying import` reads a file."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Request, Response

from crawlers.article import Article
from crawlers.errors import BadImport, FeedBroken
from crawlers.files import read_table
from crawlers.spiders.base import SourceSpider


class Spider(SourceSpider):
    kind = "file"

    def read(self, response: Response) -> Iterator[Article | Request]:
        try:
            articles, problems = read_table(response.body, self.source, self.job.clock())
        except BadImport as error:
            raise FeedBroken(str(error)) from None
        self.outcome.listed = len(articles) + len(problems)
        for words in problems:
            self.problem(words)
        for article in articles:
            if article.canonical_url in self.job.known and article.answered_on is None:
                self.outcome.known += 1
            else:
                yield article
