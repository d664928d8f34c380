"""What api and board share: a list asked for by GET, POST form or POST JSON, in variants, page after page.

variants: tables laid over the body (or the query), one list each. paging: { field, from } carries the last item's
value on, { field, start, step } counts. Pages end at max_pages, or where one brings nothing new.
"""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from scrapy.http import Request, Response

from crawlers.article import Article
from crawlers.errors import FeedBroken
from crawlers.json_answer import follow, load_json, text_at
from crawlers.letters import stamp_of
from crawlers.published import Stamp
from crawlers.spiders.base import SourceSpider
from crawlers.spiders.further import front_url, further

MAX_ITEMS = 1000


class JsonListSpider(SourceSpider):
    """A kind writes `read_item(item, position, base)`, which calls `is_fresh` for each item's address."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.seen: set[str] = set()
        self.fresh = 0

    def is_fresh(self, canonical: str, is_known: bool) -> bool:
        """Whether an address is met for the first time; counts what is known, passes over what repeats."""
        if canonical in self.seen:
            return False
        self.seen.add(canonical)
        self.outcome.known += is_known
        self.fresh += not is_known
        return not is_known

    def front_request(self) -> Request:
        request = super().front_request().replace(url=front_url(self))
        return with_body(request, self.options, self.variants()[0])

    def variants(self) -> Sequence[Mapping[str, Any]]:
        return self.options.get("variants") or [{}]

    def read(self, response: Response) -> Iterator[Article | Request]:
        if "list" not in response.meta:
            for variant in self.variants()[1:]:
                yield self.list_request(variant, variant, 1)
        yield from self.read_list(response)

    def read_list(self, response: Response) -> Iterator[Article | Request]:
        items = self.items_of(response)
        before = self.fresh
        for position, item in enumerate(items[:MAX_ITEMS], 1):
            self.outcome.listed += 1
            yield from self.read_item(item, position, response.url)
        yield from self.next_list(response, items, stop=self.fresh == before)

    def items_of(self, response: Response) -> list[Any]:
        """The list of the answer. Raises FeedBroken where there is none."""
        answer = load_json(self.text_of(response), self.source.publisher, self.options.get("after", ""))
        path = self.options.get("items", "")
        items = follow(answer, path) if path else answer
        if not isinstance(items, list):
            raise FeedBroken(
                f"{self.source.publisher}：接口里没有“{path}”这个列表，"
                f"可能已改版；请核对 [{self.kind}] items。"
            )
        return items

    @abstractmethod
    def read_item(self, item: Any, position: int, base: str) -> Iterator[Article | Request]:
        """What one item of the list yields; position: its place from 1, base: the address of the list."""

    def next_list(self, response: Response, items: list[Any], stop: bool) -> Iterator[Request]:
        paging = self.options.get("paging")
        variant, page = response.meta.get("list", (self.variants()[0], 1))
        if not paging or not items or stop or page >= int(self.options.get("max_pages", 1)):
            return
        if "from" in paging:
            value: Any = text_at(items[-1], paging["from"])
            if not value:
                return
        else:
            value = int(paging.get("start", 1)) + page * int(paging.get("step", 1))
        yield self.list_request({**variant, paging["field"]: value}, variant, page + 1)

    def list_request(self, changes: Mapping[str, Any], variant: Mapping[str, Any], page: int) -> Request:
        """A further page of the list; one that cannot be read is a problem, the others are still good."""
        meta = {"list": (variant, page)}
        request = self.request(front_url(self), self.parse_more, self.page_failed, meta=meta)
        request = request.replace(dont_filter=True)
        return with_body(request, self.options, changes)

    def parse_more(self, response: Response) -> Iterator[Request]:
        yield from further(self, response)

    def stamp_from(self, value: str) -> Stamp | None:
        """A time as a list gives it: a number in the unit of the source, or any stamp."""
        return stamp_of(value, self.options.get("unit"), self.job.clock(), self.zone)


def with_body(request: Request, options: Mapping[str, Any], changes: Mapping[str, Any]) -> Request:
    """The request as POST of the source's json or form, or as GET, with the changes laid over it."""
    if "json" in options:
        body = json.dumps({**options["json"], **changes}, ensure_ascii=False).encode()
        request = request.replace(method="POST", body=body)
        request.headers["Content-Type"] = "application/json"
    elif "form" in options:
        request = request.replace(method="POST", body=urlencode({**options["form"], **changes}).encode())
        request.headers["Content-Type"] = "application/x-www-form-urlencoded"
    elif changes:
        parts = urlsplit(request.url)
        query = dict(parse_qsl(parts.query, keep_blank_values=True)) | changes
        request = request.replace(url=urlunsplit((*parts[:3], urlencode(query), "")))
    return request
