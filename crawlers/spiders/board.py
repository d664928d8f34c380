"""A public message board or mailbox: messages with their official reply, the times of both and the office.

The list is JSON (items = the path; json, form, variants, paging as in api) or HTML (item, link as in listing). The
fields title, text, received_at, reply, answered_at, answered_by are paths, or CSS within a row. Where message and
reply stand on a page of their own, [board.detail] says so: its fields are CSS (none needed where the page labels them)
or, with format = "json", paths; url_template and form fetch it where no plain link leads there.
An answered message is read once; one without an answer is asked for again: whenever the list shows it, and `recheck`
(20) a run of those the list no longer shows, for `recheck_days` (60).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urljoin

from parsel import Selector
from scrapy.http import Request, Response

from crawlers.article import Article
from crawlers.body import text_of_html
from crawlers.canonical import canonical_url
from crawlers.errors import BadRequest, FeedBroken
from crawlers.headline import one_line
from crawlers.json_answer import load_json, shaped, text_at
from crawlers.letters import FIELDS, chosen, labelled, stamp_of
from crawlers.spiders.base import stamped
from crawlers.spiders.json_list import JsonListSpider
from crawlers.spiders.listing import Spider as Listing
from crawlers.spiders.listing import page_selector

MAX_UNANSWERED = 300
RECHECK, RECHECK_DAYS = 20, 60


class Spider(JsonListSpider):
    kind = "board"

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.detail: Mapping[str, Any] | None = self.options.get("detail")
        self.unanswered: dict[str, dict[str, Any]] = dict(self.job.memo.get("unanswered", {}))
        self.outcome.memo = dict(self.job.memo)
        self.asked: set[str] = set()
        self.html_list = (
            Listing(self.job, self.emit, self.extractor) if not self.options.get("items") else None
        )

    def parse_front(self, response: Response) -> Iterator[Any]:
        """An unchanged list may still hide answers that have come: those pages are asked for all the same."""
        yield from super().parse_front(response)
        if self.outcome.is_unchanged:
            yield from self.ask_again()

    def read(self, response: Response) -> Iterator[Article | Request]:
        if self.html_list is None:
            yield from super().read(response)
        else:
            yield from self.read_html(response, self.html_list)
        if "list" not in response.meta and "page" not in response.meta:
            yield from self.ask_again()

    def read_html(self, response: Response, rows: Listing) -> Iterator[Article | Request]:
        tree = page_selector(rows.html_of(response), self.source.publisher)
        rows.pages += 1
        before = self.fresh
        for address, row, link in rows.rows(tree, response.url):
            self.outcome.listed += 1
            values = {"title": rows.title_of(row, link)} | chosen(row, self.options)
            yield from self.take(address, values, address, None)
        if self.fresh > before:
            for request in rows.next_page(tree, response):
                yield request.replace(
                    callback=self.parse_more, errback=self.page_failed, meta=request.meta | {"page": 1}
                )

    def read_item(self, item: Any, position: int, base: str) -> Iterator[Article | Request]:
        values = {field: text_at(item, self.options.get(field, "")) for field in FIELDS}
        template = self.options.get("url_template")
        address = shaped(template, item) if template else text_at(item, self.options.get("url", "url"))
        detail = self.detail or {}
        page = shaped(detail["url_template"], item) if "url_template" in detail else address
        form = (
            {key: shaped(str(value), item) for key, value in detail["form"].items()}
            if "form" in detail
            else None
        )
        yield from self.take(urljoin(base, address), values, urljoin(base, page), form)

    def take(
        self, address: str, values: Mapping[str, str], page: str, form: Mapping[str, str] | None
    ) -> Iterator[Article | Request]:
        """One row: a whole message, or the page where it stands unless it is known with its answer."""
        try:
            canonical = canonical_url(address)
            message = self.message(address, values) if self.detail is None else None
        except BadRequest as error:
            return self.problem(f"{one_line(values.get('title', ''))[:40] or '无标题留言'}：{error}")
        if message:
            if self.is_fresh(canonical, is_known=False):
                yield message
            return
        is_done = canonical in self.job.known and canonical not in self.unanswered
        room = len(self.asked) < int(self.options.get("max_articles", MAX_UNANSWERED))
        if self.is_fresh(canonical, is_done) and canonical not in self.asked and room:
            yield self.detail_request(address, page, form, values)

    def ask_again(self) -> Iterator[Request]:
        """Messages still without an answer that the list no longer shows, longest unasked first."""
        oldest = (self.job.now - timedelta(days=int(self.options.get("recheck_days", RECHECK_DAYS)))).date()
        self.unanswered = {u: w for u, w in self.unanswered.items() if w["since"] >= oldest.isoformat()}
        gone = sorted((w["asked"], u) for u, w in self.unanswered.items() if u not in self.asked)
        for _, address in gone[: int(self.options.get("recheck", RECHECK))]:
            entry = self.unanswered[address]
            yield self.detail_request(address, entry["page"], entry["form"], entry["values"])
        self.keep_unanswered()

    def detail_request(
        self, address: str, page: str, form: Mapping[str, str] | None, values: Mapping[str, str]
    ) -> Request:
        self.asked.add(canonical_url(address))
        meta = {"message": (address, page, form, dict(values))}
        request = self.request(page, self.parse_message, self.page_failed, meta=meta)
        request = request.replace(dont_filter=True)
        if form is None:
            return request
        request = request.replace(method="POST", body=urlencode(form).encode())
        request.headers["Content-Type"] = "application/x-www-form-urlencoded"
        return request

    def parse_message(self, response: Response) -> None:
        address, page, form, row = response.meta["message"]
        if not 200 <= response.status < 300:
            if response.status in (404, 410):
                self.unanswered.pop(canonical_url(address), None)  # taken down: no answer can come
                self.keep_unanswered()
            return self.problem(f"{response.url}：留言没有取到（HTTP {response.status}）。")
        try:
            values = row | self.read_detail(response)
            message = self.message(address, values)
        except (FeedBroken, BadRequest) as error:
            return self.problem(str(error))
        if not message.text:
            return self.problem(f"{response.url}：留言页里没有读到内容，可能已改版；请核对 [board.detail]。")
        self.emit(message)
        if message.answer or message.answered_on:
            self.unanswered.pop(message.canonical_url, None)
        else:
            today = self.job.now.date().isoformat()
            since = self.unanswered.get(message.canonical_url, {}).get("since", today)
            kept = {"title": row.get("title", "")[:100], "received_at": row.get("received_at", "")[:40]}
            entry = {
                "page": page,
                "form": form,
                "values": kept,
                "since": since,
                "asked": self.job.now.isoformat(),
            }
            self.unanswered[message.canonical_url] = entry
        self.keep_unanswered()
        return None

    def read_detail(self, response: Response) -> dict[str, str]:
        options, text = self.detail or {}, self.text_of(response)
        if options.get("format") == "json":
            answer = load_json(text, self.source.publisher)
            found = {field: text_at(answer, options.get(field, "")) for field in FIELDS}
            return {field: words for field, words in found.items() if words}
        tree: Selector = page_selector(text, self.source.publisher)
        return labelled(tree) | chosen(tree, options)

    def keep_unanswered(self) -> None:
        """What the next run must ask for again, the newest first where there are too many."""
        newest = sorted(self.unanswered.items(), key=lambda pair: pair[1]["since"], reverse=True)[
            :MAX_UNANSWERED
        ]
        self.outcome.memo = {**self.outcome.memo, "unanswered": dict(newest)}

    def message(self, address: str, values: Mapping[str, str]) -> Article:
        """The message with both times. Raises BadRequest where the address is none."""
        now, unit = self.job.clock(), (self.detail or {}).get("unit") or self.options.get("unit")
        at, precision = stamped(stamp_of(values.get("received_at", ""), unit, now, self.zone))
        answered, exact = stamped(stamp_of(values.get("answered_at", ""), unit, now, self.zone))
        return self.article(
            address, one_line(text_of_html(values.get("title", ""))), text_of_html(values.get("text", "")),
            published_at=at, published_precision=precision, received_on=at, answered_on=answered,
            answered_precision=exact, answered_by=one_line(values.get("answered_by", ""))[:200] or None,
            answer=text_of_html(values.get("reply", "")) or None,
        )  # fmt: skip
