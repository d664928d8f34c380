"""A Mastodon-compatible public timeline. Only the text, its time and its number are read; accounts never are.

[timeline] limit = how many posts at most in one run (default 400). The post's public address holds the account's
handle, so the neutral address /statuses/<number> of the same instance stands in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from scrapy.http import Request, Response

from crawlers.article import Article
from crawlers.body import text_of_html
from crawlers.errors import FeedBroken
from crawlers.json_answer import load_json
from crawlers.published import read_stamp
from crawlers.spiders.base import SourceSpider, stamped

PAGE = 40
DEFAULT_LIMIT = 400


class Spider(SourceSpider):
    kind = "timeline"

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.since = str(self.job.memo.get("newest", ""))
        self.outcome.is_incremental = bool(self.since)
        self.outcome.memo = dict(self.job.memo)

    def front_request(self) -> Request:
        """The newest page; conditions are not sent, a timeline pages by number."""
        return self.request(self.page_address(None), self.parse_front, self.front_failed)

    def page_address(self, max_id: str | None) -> str:
        parts = urlsplit(self.source.url)
        query = dict(parse_qsl(parts.query)) | {"limit": str(PAGE)}
        query |= {"max_id": max_id} if max_id else {}
        query |= {"since_id": self.since} if self.since else {}
        return urlunsplit((*parts[:3], urlencode(query), ""))

    def read(self, response: Response) -> Iterator[Article | Request]:
        statuses = load_json(self.text_of(response), self.source.publisher)
        if not isinstance(statuses, list):
            raise FeedBroken(
                f"{self.source.publisher}：应为帖文列表，得到的是别的内容；该站可能关闭了公共时间线。"
            )
        good = [
            status for status in statuses if isinstance(status, dict) and str(status.get("id", "")).isalnum()
        ]
        for status in good:
            self.outcome.listed += 1
            if status.get("visibility", "public") == "public" and not status.get("reblog"):
                yield self.post(status)
        if good:
            newest = max((str(status["id"]) for status in good), key=by_number)
            self.outcome.memo["newest"] = max(newest, str(self.outcome.memo.get("newest", "")), key=by_number)
        if len(good) >= PAGE and self.outcome.listed < int(self.options.get("limit", DEFAULT_LIMIT)):
            oldest = min((str(status["id"]) for status in good), key=by_number)
            yield self.request(self.page_address(oldest), self.parse_older, self.older_failed)

    def parse_older(self, response: Response) -> Iterator[Request]:
        if self.is_good(response):
            yield from self.guarded(response)

    def older_failed(self, failure) -> None:
        """An older page is missing: the run fails, so that the next one starts from the same number again."""
        self.front_failed(failure)

    def post(self, status: dict[str, Any]) -> Article:
        parts = urlsplit(self.source.url)
        text = text_of_html(str(status.get("content") or ""))
        if status.get("spoiler_text"):
            text = f"{text_of_html(str(status['spoiler_text']))}\n{text}"
        at, precision = stamped(read_stamp(str(status.get("created_at") or ""), self.job.clock(), self.zone))
        address = f"{parts.scheme}://{parts.netloc}/statuses/{status['id']}"
        return self.article(address, "", text, published_at=at, published_precision=precision)


def by_number(number: str) -> tuple[int, str]:
    """Numbers of posts compare by length, then by letters, as the interface's manual says."""
    return len(number), number
