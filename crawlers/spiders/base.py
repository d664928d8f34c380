"""What all spiders share: the front request with its conditions, article pages, counting, and plain reports."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import scrapy
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawlers.article import Article
from crawlers.canonical import canonical_url
from crawlers.charset import decode
from crawlers.errors import BadRequest, CrawlError, FeedBroken, PageRefused, SoftNotFound
from crawlers.extract import Extracted, Hints
from crawlers.extractor import Extractor
from crawlers.fetch import PARTIAL
from crawlers.job import Job, Outcome, YoungPage
from crawlers.manners import HELD, SPENT, Manners
from crawlers.plain_words import failure_words, status_words
from crawlers.published import Precision, Stamp
from crawlers.refusals import Asked, alike, crude_text, crude_title, recognise
from crawlers.robots import CarefulRobots
from crawlers.time_limit import TookTooLong, within

MAX_PROBLEMS = 20
MAX_PAGES = 500  # article pages one run asks for; what is left comes with the next run
SECONDS_TO_READ = 20  # for the front page of a source, in this process
TRIES = 5  # runs in which a page that cannot be read is asked for again
MAX_REMEMBERED = 1000
GONE = (404, 410)


class SourceSpider(scrapy.Spider, ABC):
    """Reads one source. A kind writes `read(response)`, which yields Articles and further requests."""

    name = "source"
    manners: Manners
    robots: CarefulRobots

    def __init__(
        self,
        job: Job,
        emit: Callable[[Article], None],
        extractor: Extractor,
        report: Callable[[Mapping[str, Any]], None] = lambda line: None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.job, self.source = job, job.source
        self.emit, self.extractor, self.report = emit, extractor, report
        self.outcome = Outcome(job.source.name, memo=dict(job.memo))
        self.options = dict(job.source.options)
        self.zone = ZoneInfo(job.source.timezone)
        page = self.options.get("page", {})
        self.hints = Hints(page.get("title", ""), page.get("time", ""), page.get("text", ""), self.zone)
        self.aliases: dict[str, str] = dict(job.memo.get("aliases", {}))
        self.tries: dict[str, int] = dict(job.memo.get("tries", {}))
        self.wanted: set[str] = set()
        self.waiting: set[str] = set()
        self.odd: dict[str, list[Article]] = {}

    async def start(self) -> AsyncIterator[Request]:
        yield self.front_request()
        for page in self.job.young:
            yield self.young_request(page)

    def front_request(self) -> Request:
        conditions = {"If-None-Match": self.job.etag, "If-Modified-Since": self.job.last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        return self.request(self.source.url, self.parse_front, self.front_failed, headers, priority=10)

    def request(
        self,
        url: str,
        callback: Callable,
        errback: Callable,
        headers: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> Request:
        """A request that is answered whatever happens: every HTTP status comes to the callback, every failure to the
        errback, a redirect to a page already seen is followed; headers of the source (Referer, Accept) are added."""
        fixed = self.options.get("headers", {})
        all_headers = {**fixed, **(headers or {})}
        return Request(
            url, callback=callback, errback=errback, headers=all_headers, dont_filter=True, **kwargs
        )

    def parse_front(self, response: Response) -> Iterator[Any]:
        """The first answer of the source: unchanged, refused, or read by the kind."""
        if response.status == 304 and (self.job.etag or self.job.last_modified):
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
            gate = self.gate(response)
            self.outcome.front_error = f"{self.source.publisher}：{gate}" if gate else None
            return gate is None
        self.outcome.front_error = f"{self.source.publisher}：{status_words(response.status)}"
        return False

    def gate(self, response: Response) -> str | None:
        """The words for a captcha, login, maintenance or error page that came instead of the list."""
        if not re.search(rb"<(?:html|head|body|title|script)\b", response.body[:5000], re.I):
            return None
        html = self.text_of(response)
        asked = Asked(self.source.url)
        error = recognise(asked, response.url, crude_title(html), crude_text(html), html, is_list=True)
        return str(error) if error else None

    def guarded(self, response: Response) -> Iterator[Any]:
        """What the kind reads, with a broken answer as one sentence and articles handed on."""
        requests: list[Any] = []
        listed = self.outcome.listed
        try:
            with within(SECONDS_TO_READ):
                for found in self.read(response):
                    if isinstance(found, Article):
                        self.emit(found)
                    else:
                        requests.append(found)
        except FeedBroken as error:
            self.outcome.front_error = str(error)
        except (TookTooLong, RecursionError, MemoryError):
            words = f"{self.source.publisher}：列表内容过大或嵌套过深，没有在 {SECONDS_TO_READ} 秒内读完"
            if self.outcome.listed > listed:
                self.problem(f"{words}，已读到的内容保留。")
            else:
                self.outcome.front_error = f"{words}；请核对网址。"
        if PARTIAL in response.flags and not self.outcome.front_error:
            self.problem(f"{response.url}：网站中途断开，列表内容不完整，已读到的内容保留。")
        yield from requests

    @abstractmethod
    def read(self, response: Response) -> Iterator[Article | Request]:
        """The articles of one answer of the source, and what is to be asked next. Raises FeedBroken."""

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
        if canonical in self.job.known or self.aliases.get(canonical) in self.job.known:
            self.outcome.known += 1
            return None
        if canonical in self.wanted:
            return None
        tried = self.tries.get(canonical, 0)
        if tried >= TRIES:
            self.outcome.known += 1  # reported when it failed; asking for ever helps nobody
            return None
        if len(self.wanted) >= int(self.options.get("max_articles", MAX_PAGES)):
            self.outcome.postponed += 1
            return None
        self.wanted.add(canonical)
        self.waiting.add(canonical)
        meta = {"draft": draft, "asked": url, "canonical": canonical}
        return self.request(url, self.parse_page, self.page_failed, meta=meta, priority=-tried)

    async def parse_page(self, response: Response) -> None:
        """An article page: extracted in the worker, under its time limit."""
        canonical, draft = response.meta["canonical"], response.meta["draft"]
        self.waiting.discard(canonical)
        if not 200 <= response.status < 300:
            return self.lose(canonical, f"{response.url}：{status_words(response.status)}")
        if PARTIAL in response.flags:
            return self.lose(canonical, f"{response.url}：网站中途断开，内容不完整，未收录。")
        try:
            found = await self.extracted(response, Asked(response.meta["asked"], draft.get("title", "")))
            article = self.article_of(response, found, draft)
        except (PageRefused, CrawlError) as error:
            return self.lose(canonical, str(error))
        self.tries.pop(canonical, None)
        if article.canonical_url != canonical:
            self.aliases[canonical] = article.canonical_url
        if draft.get("title") and not alike(draft["title"], article.title):
            self.odd.setdefault(digest(article), []).append(article)
        else:
            self.emit(article)
        return None

    async def extracted(self, response: Response, asked: Asked) -> Extracted:
        """Raises PageRefused, and BadRequest where the page names an address that is none."""
        found = await self.extractor.extract(
            response.body, plain_headers(response), response.url, self.job.clock(), self.hints, asked
        )
        canonical_url(found.canonical_url)
        return found

    def article_of(self, response: Response, found: Extracted, draft: Mapping[str, Any]) -> Article:
        stamp: Stamp | None = draft.get("stamp")
        at, precision = found.published_at, found.precision
        if stamp and (at is None or (precision == "day" and stamp.precision == "minute")):
            at, precision = stamp.at, stamp.precision
        return self.article(
            response.url,
            found.title or draft.get("title", ""),
            found.text or draft.get("text", ""),
            canonical=found.canonical_url,
            published_at=at,
            published_precision=precision,
            publisher=found.publisher or self.source.publisher,
            raw=response.body if self.source.keeps_evidence else None,
            headers=plain_headers(response) if self.source.keeps_evidence else {},
        )

    def page_failed(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        words = failure_words(failure)
        if words in (HELD, SPENT):
            return  # still waiting: asked for again with the next run
        if "canonical" in request.meta:
            self.waiting.discard(request.meta["canonical"])
            self.lose(request.meta["canonical"], f"{request.url}：{words}")
        else:
            self.problem(f"{request.url}：{words}")

    def lose(self, canonical: str, words: str) -> None:
        """An article page that was not read: told, and asked for again in a few later runs, after all others."""
        self.tries[canonical] = self.tries.get(canonical, 0) + 1
        self.problem(words)

    def article(self, url: str, title: str, text: str, canonical: str = "", **values: Any) -> Article:
        """An Article of this source fetched now. Raises BadRequest where the address is none."""
        values.setdefault("publisher", self.source.publisher)
        address = canonical or canonical_url(url)
        return Article(self.source.name, url, address, title, text, self.job.clock(), **values)

    # --- stored pages, looked at again ---

    def young_request(self, page: YoungPage) -> Request:
        conditions = {"If-None-Match": page.etag, "If-Modified-Since": page.last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        return self.request(
            page.url, self.parse_again, self.again_failed, headers, meta={"young": page}, priority=-TRIES - 1
        )

    async def parse_again(self, response: Response) -> None:
        """A stored page: the same, changed, gone, or not to be had today (then it is asked for again)."""
        page: YoungPage = response.meta["young"]
        if response.status in GONE:
            return self.tell_page(page, "gone")
        if response.status == 304:
            return self.tell_page(page, "there")
        if not 200 <= response.status < 300 or PARTIAL in response.flags:
            return None
        try:
            found = await self.extracted(response, Asked(page.url))
            article = self.article_of(response, found, {})
        except SoftNotFound:
            return self.tell_page(page, "gone")
        except (PageRefused, CrawlError):
            return None
        line = replace(article, url=page.url, canonical_url=page.canonical_url).to_json()
        self.report({"type": "again"} | line)
        return self.tell_page(page, "there")

    def tell_page(self, page: YoungPage, state: str) -> None:
        self.report(
            {"type": "page", "source": self.source.name, "canonical_url": page.canonical_url, "state": state}
        )

    def again_failed(self, failure: Failure) -> None:
        """Nothing is lost: the page is stored, and asked for again."""

    # --- reporting ---

    def problem(self, words: str) -> None:
        """One record that is lost; the rest of the source is still good."""
        self.outcome.errors += 1
        if len(self.outcome.problems) < MAX_PROBLEMS:
            self.outcome.problems.append(words)

    def closed(self, reason: str) -> None:
        self.settle_odd()
        stats = self.crawler.stats
        self.outcome.requests = sum(self.manners.asked.values())
        self.outcome.received_bytes = stats.get_value("door/received_bytes", 0)
        self.outcome.holds, self.outcome.asked = self.manners.holds, self.manners.asked
        self.outcome.robots, self.outcome.robots_said = self.robots.read, self.robots.said
        self.outcome.retry_after = self.manners.waits.get(self.source.host)
        self.outcome.postponed += len(self.waiting)
        self.remember("aliases", self.aliases)
        self.remember("tries", self.tries)
        broken = stats.get_value("spider_exceptions/count", 0)
        if broken and not self.outcome.listed:
            self.outcome.front_error = f"{self.source.publisher}：返回的内容无法解析，可能已改版。"
        elif broken:
            self.problem(f"{self.source.publisher}：有 {broken} 处内容无法解析。")
        if reason == "closespider_timeout":
            self.outcome.is_cut = True
            if not self.outcome.listed:
                self.outcome.front_error = f"{self.source.publisher}：没有在限定时间内取到列表，已停止。"

    def settle_odd(self) -> None:
        """Pages whose title is not the promised one: kept where each differs, refused where several are the same."""
        for articles in self.odd.values():
            if len(articles) == 1:
                self.emit(articles[0])
                continue
            for article in articles:
                words = "与同一来源的其他网址返回同一页面，不是列表所说的文章，未收录。"
                self.lose(canonical_url(article.url), f"{article.url}：{words}")

    def remember(self, key: str, values: Mapping[str, Any]) -> None:
        """Keep the latest of these for the next run."""
        if values:
            self.outcome.memo[key] = dict(list(values.items())[-MAX_REMEMBERED:])
        else:
            self.outcome.memo.pop(key, None)

    def text_of(self, response: Response) -> str:
        return decode(response.body, plain_headers(response))


def digest(article: Article) -> str:
    return sha256(f"{article.title}\n{article.text[:2000]}".encode("utf-8", "replace")).hexdigest()


def header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1")[:500] if value else None


def plain_headers(response: Response) -> dict[str, str]:
    """The headers worth keeping with a page: what it is and when it changed; never cookies."""
    kept = ("Content-Type", "Date", "ETag", "Last-Modified")
    return {name: value for name in kept if (value := header(response, name))}


def stamped(stamp: Stamp | None) -> tuple[datetime | None, Precision]:
    return (stamp.at, stamp.precision) if stamp else (None, "none")
