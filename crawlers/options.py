"""Checking the table named like a source's kind: unknown keys, unreadable selectors and paths, before any request."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from cssselect import SelectorError
from parsel.csstranslator import HTMLTranslator

from catalogue.source import Source
from crawlers.errors import BadImport, BadRequest
from crawlers.extract import is_selector
from crawlers.files import mapping_of

COMMON = {"headers", "page", "time_limit", "timeout"}
KEYS = {
    "feed": COMMON | {"article"},
    "listing": COMMON | {"item", "link", "title", "time", "next", "max_pages"},
    "api": COMMON
    | {
        "items",
        "title",
        "url",
        "text",
        "published_at",
        "unit",
        "rank",
        "heat",
        "url_template",
        "json",
        "form",
        "article",
    },
    "timeline": COMMON | {"limit"},
    "file": COMMON | {"columns"},
}
SELECTORS = ("item", "link", "title", "time", "next")


def check_options(source: Source) -> None:
    """Raises BadRequest naming the source, the key, what was expected and the remedy."""
    table = source.options
    refuse_unknown(source, source.kind, table, KEYS[source.kind])
    refuse_unknown(source, f"{source.kind}.page", table.get("page", {}), {"title", "time", "text"})
    selectors: dict[str, Any] = {}
    for key, value in table.get("page", {}).items():
        if not isinstance(value, str) or not is_selector(value):
            words = f"{key} 应为标准的 CSS 选择器（不带 ::text 一类的后缀），现为 {value!r}；请用浏览器核对。"
            raise BadRequest(f"信源 {source.name}：[{source.kind}.page] {words}")
    if source.kind == "listing":
        selectors |= {key: table[key] for key in SELECTORS if key in table}
    for key, value in selectors.items():
        try:
            HTMLTranslator().css_to_xpath(value)
        except (SelectorError, TypeError):
            words = f"{key} 应为 CSS 选择器，现为 {value!r}；请用浏览器核对。"
            raise BadRequest(f"信源 {source.name}：[{source.kind}] {words}") from None
    if table.get("unit", "s") not in ("s", "ms"):
        raise BadRequest(f'信源 {source.name}：[api] unit 应为 "s" 或 "ms"，现为 {table["unit"]!r}。')
    if source.kind == "file":
        try:
            mapping_of(source)
        except BadImport as error:
            raise BadRequest(str(error)) from None


def refuse_unknown(source: Source, where: str, table: Mapping[str, Any], known: set[str]) -> None:
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"是否想写 {near[0]}" if near else f"可用的是 {'、'.join(sorted(known))}"
            raise BadRequest(f"信源 {source.name}：[{where}] 里的 {key} 不认识；{hint}。")
