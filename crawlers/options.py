"""Checking the table named like a source's kind: unknown keys, unreadable selectors and paths, before any request."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any

from cssselect import SelectorError
from parsel.csstranslator import HTMLTranslator

from catalogue.fields import duration_seconds
from catalogue.source import Source
from crawlers.errors import BadImport, BadRequest
from crawlers.extract import is_selector
from crawlers.files import mapping_of

COMMON = {"headers", "page", "time_limit", "timeout", "max_articles"}
JSON_LIST = {"items", "title", "text", "unit", "url", "url_template", "json", "form", "after", "variants"}
JSON_LIST |= {"paging", "max_pages"}
HTML_LIST = {"item", "link", "title", "time", "next", "next_url", "next_from", "max_pages", "inside"}
LETTER = {"title", "text", "received_at", "reply", "answered_at", "answered_by"}
KEYS = {
    "feed": COMMON | {"article"},
    "sitemap": COMMON | {"include", "exclude", "max_age", "max_maps"},
    "listing": COMMON | HTML_LIST | {"via"},
    "api": COMMON | JSON_LIST | {"published_at", "rank", "heat", "article"},
    "timeline": COMMON | {"limit"},
    "board": COMMON | JSON_LIST | HTML_LIST | LETTER | {"detail", "recheck", "recheck_days"},
    "file": COMMON | {"columns", "folder"},
    "page": {"as", "options"},
}
TABLES = {"page": {"title", "time", "text"}, "detail": LETTER | {"format", "unit", "url_template", "form"}}
TABLES["paging"] = {"field", "from", "start", "step"}
CSS = {
    "listing": ("item", "link", "title", "time", "next", "via"),
    "board": ("item", "link", "next", *LETTER),
}
LARGEST = {"max_pages": 50, "max_maps": 100, "max_articles": 5000, "recheck": 200, "limit": 10_000}


def check_options(source: Source) -> None:
    """Raises BadRequest naming the source, the key, what was expected and the remedy."""
    table = source.options
    refuse_unknown(source, source.kind, table, KEYS[source.kind])
    for name, known in TABLES.items():
        if source.kind != "page":
            refuse_unknown(source, f"{source.kind}.{name}", table.get(name, {}), known)
    check_selectors(source)
    check_numbers(source)
    check_patterns(source)
    for unit in (table.get("unit", "s"), table.get("detail", {}).get("unit", "s")):
        if unit not in ("s", "ms"):
            raise wrong(source, "unit", '应为 "s" 或 "ms"', unit)
    if source.kind == "board" and not {"items", "item", "link"} & set(table):
        raise BadRequest(
            f"信源 {source.name}：[board] 缺 items（JSON 列表的路径）或 link（列表页链接的选择器）。"
        )
    if source.kind == "file":
        try:
            mapping_of(source)
        except BadImport as error:
            raise BadRequest(str(error)) from None


def wrong(source: Source, key: str, expected: str, came: object, remedy: str = "请修改") -> BadRequest:
    return BadRequest(f"信源 {source.name}：[{source.kind}] {key} {expected}，现为 {came!r}；{remedy}。")


def check_selectors(source: Source) -> None:
    """Every CSS selector of the table can be read; a board with a JSON list has paths in their place."""
    table = source.options
    selectors: dict[str, Any] = {}
    for key, value in table.get("page", {}).items() if source.kind != "page" else ():
        if not isinstance(value, str) or not is_selector(value):
            words = "应为标准的 CSS 选择器（不带 ::text 一类的后缀）"
            raise wrong(source, f"page.{key}", words, value, "请用浏览器核对")
    if source.kind == "listing" or (source.kind == "board" and "items" not in table):
        selectors |= {key: table[key] for key in CSS[source.kind] if key in table}
    detail = table.get("detail", {})
    if detail.get("format") != "json":
        selectors |= {f"detail.{key}": value for key, value in detail.items() if key in LETTER}
    for key, value in selectors.items():
        try:
            HTMLTranslator().css_to_xpath(value)
        except (SelectorError, TypeError):
            raise wrong(source, key, "应为 CSS 选择器", value, "请用浏览器核对") from None


def check_numbers(source: Source) -> None:
    for key, largest in LARGEST.items():
        value = source.options.get(key, 1)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= largest:
            raise wrong(source, key, f"应为 1 至 {largest} 的整数", value)


def check_patterns(source: Source) -> None:
    for key in ("include", "exclude"):
        try:
            re.compile(source.options.get(key, ""))
        except (re.error, TypeError):
            raise wrong(source, key, "应为正则表达式", source.options[key]) from None
    if "max_age" in source.options:
        try:
            duration_seconds(source.options["max_age"])
        except (ValueError, AttributeError):
            raise wrong(source, "max_age", '应为时长，如 "3d"', source.options["max_age"]) from None
    detail = source.options.get("detail", {})
    if detail.get("format", "html") not in ("html", "json"):
        raise wrong(source, "detail.format", '应为 "html" 或 "json"', detail["format"])


def refuse_unknown(source: Source, where: str, table: Mapping[str, Any], known: set[str]) -> None:
    if not isinstance(table, Mapping):
        raise BadRequest(f"信源 {source.name}：[{where}] 应为表，现为 {table!r}；请写成 {{ 键 = 值 }}。")
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"是否想写 {near[0]}" if near else f"可用的是 {'、'.join(sorted(known))}"
            raise BadRequest(f"信源 {source.name}：[{where}] 里的 {key} 不认识；{hint}。")
