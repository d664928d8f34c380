"""robots.txt as RFC 9309 reads it: a server that fails or cannot be reached forbids all, a missing file nothing."""

from __future__ import annotations

from scrapy import Request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser, RobotParser

FORBIDDEN = "robots.txt 不允许抓取，已遵守"
UNKNOWN = "robots.txt 暂时读不到，按不允许处理"
LARGEST = 512 * 1024


class Unknown(RobotParser):
    """No rules could be read: nothing is allowed for now."""

    @classmethod
    def from_crawler(cls, crawler, robotstxt_body):
        return cls()

    def allowed(self, url, user_agent) -> bool:
        return False


class CarefulRobots(RobotsTxtMiddleware):
    """Scrapy's middleware, but 5xx, 429 and network failures mean 'disallowed', and only 2xx bodies are rules."""

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            self._settle(netloc, Unknown())
        elif response.status >= 400:
            self._settle(netloc, None)
        else:
            rules = ProtegoRobotParser.from_crawler(self.crawler, response.body[:LARGEST])
            self._settle(netloc, rules)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self._settle(netloc, Unknown())

    def _settle(self, netloc: str, parser: RobotParser | None) -> None:
        waiting = self._parsers[netloc]
        self._parsers[netloc] = parser
        waiting.callback(parser)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        if isinstance(rp, Unknown):
            raise IgnoreRequest(UNKNOWN)
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest:
            raise IgnoreRequest(FORBIDDEN) from None
