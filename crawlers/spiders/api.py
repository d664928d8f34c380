"""A public JSON interface: a path to the items, paths to their fields; hot lists with rank and heat.

[api] items, title, url, text, published_at, unit ("s" or "ms" for numbers), rank, heat; url_template with {title}
or {field}; method, json or form (the body), headers; article = true fetches the page behind each item.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode, urljoin

from scrapy.http import Request, Response

from crawlers.article import Article
from crawlers.body import text_of_html
from crawlers.errors import BadRequest, FeedBroken
from crawlers.headline import one_line
from crawlers.published import Stamp, read_epoch, read_stamp
from crawlers.spiders.base import SourceSpider, stamped

MAX_ITEMS = 1000
UNITS = {"万": 1e4, "亿": 1e8, "k": 1e3, "w": 1e4, "m": 1e6}


class Spider(SourceSpider):
    kind = "api"

    def front_request(self) -> Request:
        request = super().front_request()
        if "json" in self.options:
            body = json.dumps(self.options["json"], ensure_ascii=False)
            request = request.replace(method="POST", body=body.encode())
            request.headers["Content-Type"] = "application/json"
        elif "form" in self.options:
            request = request.replace(method="POST", body=urlencode(self.options["form"]).encode())
            request.headers["Content-Type"] = "application/x-www-form-urlencoded"
        return request

    def read(self, response: Response) -> Iterator[Article | Request]:
        answer = load_json(self.text_of(response), self.source.publisher)
        items = follow(answer, self.options.get("items", ""))
        if not isinstance(items, list):
            raise FeedBroken(
                f"{self.source.publisher}：接口里没有“{self.options.get('items', '')}”这个列表，"
                "可能已改版；请核对 [api] items。"
            )
        for position, item in enumerate(items[:MAX_ITEMS], 1):
            self.outcome.listed += 1
            yield from self.read_item(item, position, response.url)

    def read_item(self, item: Any, position: int, base: str) -> Iterator[Article | Request]:
        title = one_line(text_of_html(self.field(item, "title", "title")))
        url = self.address(item, title, base)
        stamp = self.stamp_of(item)
        text = text_of_html(self.field(item, "text", ""))
        if self.options.get("article") and url:
            request = self.page_request(url, {"title": title, "stamp": stamp, "text": text})
            if request:
                yield request
            return
        at, precision = stamped(stamp)
        try:
            yield self.article(
                url, title, text, published_at=at, published_precision=precision,
                rank=self.rank_of(item, position), heat=read_number(self.field(item, "heat", "")),
            )  # fmt: skip
        except BadRequest as error:
            self.problem(f"{title[:40] or f'第 {position} 条'}：{error}")

    def field(self, item: Any, key: str, default: str) -> str:
        path = self.options.get(key, default)
        value = follow(item, path) if path else None
        return "" if value is None or isinstance(value, dict | list) else str(value)

    def address(self, item: Any, title: str, base: str) -> str:
        """The item's address, or one made from a template such as https://…/search?q={title}."""
        template = self.options.get("url_template")
        if template:
            words = re.findall(r"\{([\w.\[\]]+)\}", template)
            for word in words:
                value = title if word == "title" else str(follow(item, word) or "")
                template = template.replace("{" + word + "}", quote(value, safe=""))
            return template
        found = self.field(item, "url", "url")
        return urljoin(base, found) if found else ""

    def rank_of(self, item: Any, position: int) -> int | None:
        given = read_number(self.field(item, "rank", "")) if self.options.get("rank") else None
        if given is not None and 0 < given < 10_000:
            return int(given)
        return position if self.source.channel == "hotlist" else None

    def stamp_of(self, item: Any) -> Stamp | None:
        value = self.field(item, "published_at", "")
        unit = self.options.get("unit")
        if unit and re.fullmatch(r"\d+(\.\d+)?", value):
            return read_epoch(float(value), unit, self.job.clock())
        return read_stamp(value, self.job.clock(), self.zone) if value else None


def load_json(text: str, publisher: str) -> Any:
    """JSON, JSONP or a `var x = …` assignment. Raises FeedBroken with what came instead."""
    text = text.strip().lstrip("\ufeff")
    match = re.match(
        r"(?s)^(?:/\*.*?\*/)?\s*(?:[\w.$]+\s*\((.*)\)|(?:var|let|const)\s+[\w.$]+\s*=\s*(.*?))\s*;?\s*$", text
    )
    if match:
        text = match.group(1) or match.group(2)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        found = "空内容" if not text else "网页" if text.startswith("<") else "无法识别的内容"
        raise FeedBroken(
            f"{publisher}：应为 JSON，得到的是{found}；网站可能改版或要求验证，请在浏览器中核对。"
        ) from None


def follow(value: Any, path: str) -> Any:
    """The value at a path such as `data.cards[0].content`, or None where a step is missing."""
    for step in re.findall(r"[^.\[\]]+|\[\d+\]", path):
        if step.startswith("["):
            index = int(step[1:-1])
            value = value[index] if isinstance(value, list) and index < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
        if value is None:
            return None
    return value


def read_number(text: str) -> float | None:
    """A heat as sites write it: `912000`, `12.3万`, `1,234 热度`."""
    match = re.search(r"(\d[\d,]*(?:\.\d+)?)\s*([万亿kKwWmM])?", text)
    if not match:
        return None
    number = float(match.group(1).replace(",", ""))
    return number * UNITS.get((match.group(2) or "").lower(), 1.0)
