"""What a JSON interface answered: unwrapped from JSONP, assignments and web pages; values at paths; numbers as written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from crawlers.errors import FeedBroken

UNITS = {"万": 1e4, "亿": 1e8, "k": 1e3, "w": 1e4, "m": 1e6}
WRAPPED = re.compile(
    r"(?s)^(?:/\*.*?\*/)?\s*(?:[\w.$]+\s*\((.*)\)|(?:var|let|const)\s+[\w.$]+\s*=\s*(.*?))\s*;?\s*$"
)
STEP = re.compile(r"[^.\[\]]+|\[\d+\]")
SLOT = re.compile(r"\{([\w.\[\]]+)\}")


def load_json(text: str, publisher: str, after: str = "") -> Any:
    """JSON, JSONP or a `var x = …` assignment; with `after`, the JSON that begins behind that mark in a page.

    Raises FeedBroken with what came instead.
    """
    text = text.strip().lstrip("\ufeff")
    if after:
        return json_behind(text, after, publisher)
    match = WRAPPED.match(text)
    try:
        return json.loads((match.group(1) or match.group(2)) if match else text)
    except (ValueError, RecursionError):
        found = "空内容" if not text else "网页" if text.startswith("<") else "无法识别的内容"
        raise FeedBroken(
            f"{publisher}：应为 JSON，得到的是{found}；网站可能改版或要求验证，请在浏览器中核对。"
        ) from None


def json_behind(text: str, mark: str, publisher: str) -> Any:
    """The first JSON object or list behind the mark, whatever follows it."""
    place = text.find(mark)
    begins = re.compile(r"[\[{]").search(text, place + len(mark)) if place >= 0 else None
    try:
        if begins:
            return json.JSONDecoder().raw_decode(text, begins.start())[0]
    except (ValueError, RecursionError):
        pass
    what = "没有找到" if place < 0 else "后面没有可读的 JSON："
    raise FeedBroken(f"{publisher}：页面里{what}“{mark}”；网站可能改版，请核对 after。")


def follow(value: Any, path: str) -> Any:
    """The value at a path such as `data.cards[0].content`, or None where a step is missing."""
    for step in STEP.findall(path):
        if step.startswith("["):
            index = int(step[1:-1])
            value = value[index] if isinstance(value, list) and index < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
        if value is None:
            return None
    return value


def text_at(item: Any, path: str) -> str:
    """The text or number at a path as text; "" where there is none, or a table or a list."""
    value = follow(item, path) if path else None
    return "" if value is None or isinstance(value, dict | list) else str(value)


def shaped(template: str, item: Any, words: Mapping[str, str] | None = None) -> str:
    """A template such as `https://…/detail?id={tid}` with the item's values, quoted for an address."""
    known = words or {}
    return SLOT.sub(lambda match: quote(known.get(match[1], text_at(item, match[1])), safe=""), template)


def read_number(text: str) -> float | None:
    """A heat as sites write it: `912000`, `12.3万`, `1,234 热度`."""
    match = re.search(r"(\d[\d,]*(?:\.\d+)?)\s*([万亿kKwWmM])?", text)
    if not match:
        return None
    number = float(match.group(1).replace(",", ""))
    return number * UNITS.get((match.group(2) or "").lower(), 1.0)
