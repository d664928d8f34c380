"""The article in a page's data: JSON-LD articleBody, or the longest text in the JSON of a page built by scripts.

Read only where the visible page holds next to nothing. Scripts are never run; only values that are JSON are read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crawlers.body import text_of_html
from crawlers.outline import Outline

TEXT_KEYS = {
    "articlebody", "content", "body", "text", "html", "contenthtml", "content_html", "articlecontent",
    "detail", "richtext", "contenttxt", "maincontent",
}  # fmt: skip
TITLE_KEYS = ("headline", "title", "articleTitle", "name")
TIME_KEYS = (
    "datePublished",
    "publishTime",
    "publish_time",
    "pubTime",
    "pubDate",
    "publishDate",
    "publishedAt",
    "ptime",
)
STATE = re.compile(r"(?:window\.)?__?[A-Za-z_]{3,40}__?\s*=\s*(?=[{\[])")
MAX_JSON = 5_000_000
MAX_NODES = 100_000
LEAST = 40


@dataclass(frozen=True)
class Embedded:
    """An article as the page's data carries it; stamp: its time as written there."""

    title: str = ""
    text: str = ""
    stamp: str = ""


def embedded_article(page: Outline) -> Embedded:
    """The longest article text in the page's data, with the title and time beside it; empty where there is none."""
    longest, holder = "", dict[str, Any]()
    for value in documents(page):
        for owner, text in texts(value):
            if len(text) > len(longest):
                longest, holder = text, owner
    text = text_of_html(longest) if "<" in longest else longest.strip()
    if len(text) < LEAST:
        return Embedded()
    return Embedded(first_of(holder, TITLE_KEYS), text, first_of(holder, TIME_KEYS))


def first_of(holder: dict[str, Any], keys: Sequence[str]) -> str:
    return next((holder[key] for key in keys if isinstance(holder.get(key), str) and holder[key]), "")


def documents(page: Outline) -> Iterator[Any]:
    """The JSON values in a page's scripts: whole scripts of a JSON type, and what is assigned to a state variable."""
    decoder = json.JSONDecoder(strict=False)
    for script in page.machine["script"]:
        source = script.text(deep=True)
        if len(source) > MAX_JSON:
            continue
        source = source.strip()
        start = 0 if source[:1] in ("{", "[") else None
        if start is None:
            match = STATE.search(source)
            start = match.end() if match else None
        if start is None:
            continue
        try:
            yield decoder.raw_decode(source, start)[0]
        except (ValueError, RecursionError):
            continue


def texts(value: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """Every (object, text) where a key names article text and the text reads like one; bounded, without recursion."""
    stack = [value]
    for _ in range(MAX_NODES):
        if not stack:
            return
        item = stack.pop()
        if isinstance(item, dict):
            for key, inner in item.items():
                if isinstance(inner, str):
                    if key.lower() in TEXT_KEYS and len(inner) >= LEAST and re.search(r"[，。！？,.]", inner):
                        yield item, inner
                else:
                    stack.append(inner)
        elif isinstance(item, list):
            stack.extend(item)
