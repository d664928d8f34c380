"""What a host asked of us, kept within a run: to wait (429, 503, Retry-After), and how often it is asked in a day.

One page that says "later" is left alone and delays the next run; the second one, or a 429 on the source itself, ends
the run for that host. After a 429 the other sources of the host wait too (crawlers.process).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawlers.plain_words import retry_after_seconds

HELD = "网站要求放慢，这一页下次再取"
SPENT = "今天对该网站的访问次数已用完，明天再取"
UNASKED_WAIT = 120  # seconds where a 429 names no time
WAITS = (429, 503)


class Manners:
    """waits: the longest wait a host named, seconds, by netloc; holds: hosts that are asked nothing more in this run,
    and for how long; asked: requests sent to each host."""

    def __init__(self, allowance: int | None, clock: Callable[[], datetime], own: str):
        self.allowance, self.clock, self.own = allowance, clock, own
        self.waits: dict[str, int] = {}
        self.holds: dict[str, int] = {}
        self.asked: dict[str, int] = {}
        self.pages: dict[str, set[str]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Manners:
        job = crawler.spider.job  # type: ignore[union-attr]
        manners = cls(job.allowance, job.clock, job.source.url)
        crawler.spider.manners = manners  # type: ignore[union-attr]
        return manners

    def process_request(self, request: Request) -> None:
        host = urlsplit(request.url).netloc
        if host in self.holds:
            raise IgnoreRequest(HELD)
        if self.allowance is not None and self.asked.get(host, 0) >= self.allowance:
            raise IgnoreRequest(SPENT)
        self.asked[host] = self.asked.get(host, 0) + 1

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status in WAITS:
            self.note(request.url, response)
        return response

    def note(self, url: str, response: Response) -> None:
        value = response.headers.get("Retry-After")
        wait = retry_after_seconds(value.decode("latin-1") if value else None, self.clock())
        if wait is None and response.status == 429:
            wait = UNASKED_WAIT
        if not wait:
            return
        host = urlsplit(url).netloc
        self.waits[host] = max(wait, self.waits.get(host, 0))
        self.pages.setdefault(host, set()).add(url)
        if len(self.pages[host]) > 1 or (response.status == 429 and url == self.own):
            self.holds[host] = self.waits[host]
