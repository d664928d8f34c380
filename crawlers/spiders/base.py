"""What all spiders share: the front request with its conditions, article pages, counting, and plain reports."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

import scrapy
from scrapy.http import Request, Response
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.threads import deferToThread
from twisted.python.failure import Failure

from catalogue.source import Source
from crawlers.article import Article
from crawlers.canonical import canonical_url
from crawlers.charset import decode
from crawlers.errors import BadRequest, CrawlError, FeedBroken, PageRefused
from crawlers.extract import Extracted, Hints
from crawlers.plain_words import failure_words, retry_after_seconds, status_words
from crawlers.published import Precision, Stamp
from crawlers.worker import Extractor

MAX_PROBLEMS = 20
MAX_PAGES = 500  # article pages one run asks for; what is left comes with the next run


@dataclass
class Job:
    """One source to read now: what is known of it from earlier runs. now: aware UTC at monotonic `started`."""

    source: Source
    now: datetime
    etag: str | None = None
    last_modified: str | None = None
    known: frozenset[str] = frozenset()
    memo: Mapping[str, Any] = field(default_factory=dict)
    started: float = field(default_factory=monotonic)

    def clock(self) -> datetime:
        return self.now + timedelta(seconds=monotonic() - self.started)


@dataclass
class Outcome:
    """How one run went, as the process reports it. front_error: why the source itself could not be read."""

    source: str
    front_error: str | None = None
    is_unchanged: bool = False
    is_incremental: bool = False
    listed: int = 0
    known: int = 0
    errors: int = 0
    requests: int = 0
    received_bytes: int = 0
    problems: list[str] = field(default_factory=list)
    retry_after: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    memo: dict[str, Any] = field(default_factory=dict)
    is_cut: bool = False

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class SourceSpider(scrapy.Spider):
    """Reads one source. A kind writes `read(response)`, which yields Articles and further requests."""

    name = "source"

    def __init__(self, job: Job, emit: Callable[[Article], None], extractor: Extractor, **kwargs: Any):
        super().__init__(**kwargs)
        self.job, self.source = job, job.source
        self.emit, self.extractor = emit, extractor
        self.outcome = Outcome(job.source.name)
        self.options = dict(job.source.options)
        self.wanted: set[str] = set()
        self.zone = ZoneInfo(job.source.timezone)
        page = self.options.get("page", {})
        self.hints = Hints(page.get("title", ""), page.get("time", ""), page.get("text", ""), self.zone)

    async def start(self) -> AsyncIterator[Request]:
        yield self.front_request()

    def front_request(self) -> Request:
        conditions = {"If-None-Match": self.job.etag, "If-Modified-Since": self.job.last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        return self.request(self.source.url, self.parse_front, self.front_failed, headers)

    def request(
        self,
        url: str,
        callback: Callable,
        errback: Callable,
        headers: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> Request:
        """A request that reports every HTTP status to us; headers of the source (Referer, Accept) are added."""
        meta = {"handle_httpstatus_all": True} | kwargs.pop("meta", {})
        fixed = self.options.get("headers", {})
        return Request(
            url, callback=callback, errback=errback, headers={**fixed, **(headers or {})}, meta=meta, **kwargs
        )

    def parse_front(self, response: Response) -> Iterator[Any]:
        """The first answer of the source: unchanged, refused, or read by the kind."""
        if response.status == 304:
            self.outcome.is_unchanged = True
            self.outcome.etag, self.outcome.last_modified = self.job.etag, self.job.last_modified
            return
        if not self.is_good(response):
            return
        self.outcome.etag = header(response, "ETag")
        self.outcome.last_modified = header(response, "Last-Modified")
        yield from self.guarded(response)

    def is_good(self, response: Response) -> bool:
        """Whether a page of the list came; a 304 without our asking and everything else is the source's failure."""
        if 200 <= response.status < 300:
            return True
        wait = header(response, "Retry-After")
        self.outcome.retry_after = retry_after_seconds(wait, self.job.clock())
        self.outcome.front_error = f"{self.source.publisher}：{status_words(response.status)}"
        return False

    def guarded(self, response: Response) -> Iterator[Any]:
        """What the kind reads, with a broken answer as one sentence and articles handed on."""
        try:
            for found in self.read(response):
                if isinstance(found, Article):
                    self.emit(found)
                else:
                    yield found
        except FeedBroken as error:
            self.outcome.front_error = str(error)

    def read(self, response: Response) -> Iterator[Article | Request]:
        raise NotImplementedError

    def front_failed(self, failure: Failure) -> None:
        self.outcome.front_error = f"{self.source.publisher}：{failure_words(failure)}"

    # --- article pages ---

    def page_request(self, url: str, draft: Mapping[str, Any]) -> Request | None:
        """A request for an article page, or None where the address is known or no address at all.

        draft: title and stamp as the list gave them, used where the page is silent.
        """
        try:
            canonical = canonical_url(url)
        except BadRequest as error:
            self.problem(str(error))
            return None
        if canonical in self.job.known:
            self.outcome.known += 1
            return None
        if len(self.wanted) >= self.options.get("max_articles", MAX_PAGES):
            return None  # not known yet, so the next run asks for it
        self.wanted.add(canonical)
        return self.request(url, self.parse_page, self.page_failed, meta={"draft": draft})

    async def parse_page(self, response: Response) -> None:
        """An article page: extracted in the worker, under its time limit."""
        if not 200 <= response.status < 300:
            return self.problem(f"{response.url}：{status_words(response.status)}")
        headers = plain_headers(response)
        now = self.job.clock()
        work = deferToThread(self.extractor.extract, response.body, headers, response.url, now, self.hints)
        try:
            found: Extracted = await maybe_deferred_to_future(work)
            canonical_url(found.canonical_url)
        except (PageRefused, CrawlError) as error:
            return self.problem(str(error))
        draft = response.meta["draft"]
        stamp: Stamp | None = draft.get("stamp")
        at, precision = found.published_at, found.precision
        if stamp and (at is None or (precision == "day" and stamp.precision == "minute")):
            at, precision = stamp.at, stamp.precision
        self.emit(
            self.article(
                response.url,
                found.title or draft.get("title", ""),
                found.text or draft.get("text", ""),
                canonical=found.canonical_url,
                published_at=at,
                published_precision=precision,
                publisher=found.publisher or self.source.publisher,
                raw=response.body if self.source.keeps_evidence else None,
                headers=headers if self.source.keeps_evidence else {},
            )
        )
        return None

    def page_failed(self, failure: Failure) -> None:
        self.problem(f"{failure.request.url}：{failure_words(failure)}")  # type: ignore[attr-defined]

    def article(self, url: str, title: str, text: str, canonical: str = "", **values: Any) -> Article:
        """An Article of this source fetched now. Raises BadRequest where the address is none."""
        values.setdefault("publisher", self.source.publisher)
        address = canonical or canonical_url(url)
        return Article(self.source.name, url, address, title, text, self.job.clock(), **values)

    # --- reporting ---

    def problem(self, words: str) -> None:
        """One record that is lost; the rest of the source is still good."""
        self.outcome.errors += 1
        if len(self.outcome.problems) < MAX_PROBLEMS:
            self.outcome.problems.append(words)

    def closed(self, reason: str) -> None:
        stats = self.crawler.stats
        self.outcome.requests = stats.get_value("downloader/request_count", 0)
        self.outcome.received_bytes = stats.get_value("downloader/response_bytes", 0)
        broken = stats.get_value("spider_exceptions/count", 0)
        if broken and not self.outcome.listed:
            self.outcome.front_error = f"{self.source.publisher}：返回的内容无法解析，可能已改版。"
        elif broken:
            self.problem(f"{self.source.publisher}：有 {broken} 处内容无法解析。")
        if reason == "closespider_timeout":
            self.outcome.is_cut = True
            self.outcome.front_error = (
                f"{self.source.publisher}：没有在限定时间内采完，已停止，已采到的内容保留。"
            )

    def text_of(self, response: Response) -> str:
        return decode(response.body, plain_headers(response))


def header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1")[:500] if value else None


def plain_headers(response: Response) -> dict[str, str]:
    """The headers worth keeping with a page: what it is and when it changed; never cookies."""
    kept = ("Content-Type", "Date", "ETag", "Last-Modified")
    return {name: value for name in kept if (value := header(response, name))}


def stamped(stamp: Stamp | None) -> tuple[datetime | None, Precision]:
    return (stamp.at, stamp.precision) if stamp else (None, "none")
