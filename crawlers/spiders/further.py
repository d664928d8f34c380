"""What list spiders share beyond their front page: the day in an address, and further pages that may fail alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from scrapy.http import Response

from crawlers.spiders.base import SourceSpider


def dated(url: str, now: datetime) -> str:
    """The address with the day written into it where it asks for one: `…/{%Y%m}/{%d}/node_01.html`."""
    return re.sub(r"\{(%[^{}]{1,20})\}", lambda match: now.strftime(match[1]), url)


def front_url(spider: SourceSpider) -> str:
    return dated(spider.source.url, spider.job.now.astimezone(spider.zone))


def further(spider: SourceSpider, response: Response) -> Iterator[Any]:
    """What a further page of the list holds; what is wrong with it is a problem, never the source's failure."""
    before = spider.outcome.front_error
    if spider.is_good(response):
        yield from spider.guarded(response)
    error, spider.outcome.front_error = spider.outcome.front_error, before
    if error and error != before:
        spider.problem(f"{response.url}：列表的后续页没有读到。{error}")
