"""robots.txt as RFC 9309 reads it: a server that fails or cannot be reached forbids all, a missing file nothing.

401, 403 and 404 mean "no rules"; 429, 5xx, a timeout and a refused connection "nothing for now"; of a huge file the
first 512 KB count. A file that redirects in a circle counts as missing.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred

from crawlers.redirects import TOO_MANY
from crawlers.robots_standing import CIRCLE, UNREACHABLE

FORBIDDEN = "robots.txt 不允许抓取，已遵守"
UNKNOWN = "robots.txt 暂时读不到，按不允许处理"
LARGEST = 512 * 1024
SECONDS = 10


class Unknown(RobotParser):
    """No rules could be read: nothing is allowed for now, and `words` say why."""

    def __init__(self, words: str = UNKNOWN):
        self.words = words

    @classmethod
    def from_crawler(cls, crawler, robotstxt_body):
        return cls()

    def allowed(self, url, user_agent) -> bool:
        return False


class CarefulRobots(RobotsTxtMiddleware):
    """Scrapy's middleware with these rules; the file is asked for once a host and run, and
    not at all where the job brought it."""

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        self.read: dict[str, str] = {}
        self.said: dict[str, str] = {}
        job = getattr(crawler.spider, "job", None)
        if job is not None and job.robots is not None:
            self._parsers[job.source.host] = self._rules_of(job.robots)
        crawler.spider.robots = self  # type: ignore[union-attr]

    async def robot_parser(self, request: Request) -> RobotParser | None:
        parts = urlsplit(request.url)
        host = parts.netloc
        if host not in self._parsers:
            self._parsers[host] = Deferred()
            meta = {"dont_obey_robotstxt": True, "keep_first": LARGEST, "download_timeout": SECONDS}
            address = f"{parts.scheme}://{host}/robots.txt"
            try:
                answer = await self.crawler.engine.download_async(
                    Request(address, priority=self.DOWNLOAD_PRIORITY, meta=meta, callback=NO_CALLBACK)
                )
                self._settle(host, self._rules(answer, host))
            except IgnoreRequest as error:
                self.said[host] = CIRCLE if str(error) == TOO_MANY else UNREACHABLE
                self._settle(host, None if str(error) == TOO_MANY else Unknown(str(error)))
            except Exception:  # whatever broke on the way: without the rules nothing is fetched
                self.said[host] = UNREACHABLE
                self._settle(host, Unknown())
        rules = self._parsers[host]
        return await maybe_deferred_to_future(rules) if isinstance(rules, Deferred) else rules

    def _rules(self, answer: Response, host: str) -> RobotParser | None:
        self.said[host] = str(answer.status)
        if answer.status >= 500 or answer.status == 429:
            return Unknown()
        text = answer.body[:LARGEST].decode("utf-8", "ignore") if answer.status < 300 else ""
        self.read[host] = text
        return self._rules_of(text)

    def _rules_of(self, text: str) -> RobotParser | None:
        return ProtegoRobotParser.from_crawler(self.crawler, text.encode()) if text else None

    def _settle(self, host: str, rules: RobotParser | None) -> None:
        waiting = self._parsers[host]
        self._parsers[host] = rules
        waiting.callback(rules)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        if isinstance(rp, Unknown):
            raise IgnoreRequest(rp.words)
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest:
            raise IgnoreRequest(FORBIDDEN) from None
