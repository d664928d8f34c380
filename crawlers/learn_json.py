"""The list in a JSON answer and the paths to its fields, from names and values: a proposal for [api] or [board]."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawlers.headline import one_line
from crawlers.json_answer import follow, text_at
from crawlers.published import read_stamp

DEEPEST = 6
FEWEST = 2
NAMES = {
    "title": ("title", "subject", "headline", "lybt", "biaoti", "topic", "name", "word", r"(?:^|\.)text$"),
    "url": ("url", "link", "href"),
    "published_at": (
        r"pub\w*(?:time|date|at)",
        "publish",
        "create",
        "ctime",
        "lysj",
        "onboard",
        "time",
        "date",
        "stamp",
    ),
    "text": ("summary", "abstract", "intro", "brief", "digest", "desc", "lynr", "content", "body"),
    "heat": ("hot", "heat", "score", r"(?:^|\.)num$", "info$", "views?", "count"),
    "reply": (r"(?:answer|reply|huifu|clyj)\w*(?:content|text)?$",),
    "answered_at": (r"(?:answer|reply)\w*(?:time|date|dateline|at)$",),
    "answered_by": (r"(?:answer|reply)\w*(?:org\w*|unit|dept|depart\w*)$", "organization", "fzsjcn"),
}
PERSONAL = re.compile(r"nick|author|user|account|avatar|phone|mobile|email|lyr\b|ip", re.I)


@dataclass(frozen=True)
class LearnedItems:
    """options: items, fields and unit; sample: the first items."""

    options: dict[str, object]
    sample: list[Mapping[str, Any]]
    is_board: bool


def learn_items(answer: Any, now: datetime) -> LearnedItems | None:
    """The best list of objects with titles, or None."""
    best: tuple[float, LearnedItems] | None = None
    for path, items in lists_in(answer, "", 0):
        fields = fields_of(items, now)
        if "title" not in fields:
            continue
        score = min(len(items), 100) * (1 + len(fields)) / (1 + path.count(".") * 0.1)
        if best is None or score > best[0]:
            options: dict[str, object] = {"items": path, **fields}
            best = score, LearnedItems(options, list(items[:5]), "reply" in fields or "answered_at" in fields)
    return best[1] if best else None


def lists_in(value: Any, path: str, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """Every list of at least two objects, with the path to it."""
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        if len(value) >= FEWEST and all(isinstance(one, dict) for one in value[:20]):
            yield path, [one for one in value if isinstance(one, dict)]
        for number, one in enumerate(value[:3]):
            if isinstance(one, dict | list):
                yield from lists_in(one, f"{path}[{number}]", depth + 1)
    elif isinstance(value, dict):
        for key, one in value.items():
            if re.fullmatch(r"[^.\[\]{}]+", str(key)) and isinstance(one, dict | list):
                yield from lists_in(one, f"{path}.{key}" if path else str(key), depth + 1)


def fields_of(items: Sequence[Mapping[str, Any]], now: datetime) -> dict[str, str]:
    """Our field → the path within an item; unit where the time is a number. Names of persons are never chosen."""
    paths = [path for path in paths_in(items[0], "", 0) if not PERSONAL.search(path)]
    values = {path: [text_at(item, path) for item in items[:20]] for path in paths}
    found: dict[str, str] = {}
    times = {path: unit for path in paths if (unit := unit_of(values[path], now)) is not None}
    for name in ("answered_at", "answered_by", "reply", "title", "url", "published_at", "heat", "text"):
        free = [path for path in paths if path not in found.values() and rank(name, path) < len(NAMES[name])]
        fitting = [path for path in free if fits(name, values[path], path in times)]
        if fitting:
            found[name] = min(fitting, key=lambda path: (rank(name, path), path.count("."), len(path)))
    if "published_at" in found and times[found["published_at"]]:
        found["unit"] = times[found["published_at"]]
    return found


def rank(name: str, path: str) -> int:
    """How early a path's name stands among the words of the field: title before name."""
    words = NAMES[name]
    return next((number for number, word in enumerate(words) if re.search(word, path, re.I)), len(words))


def paths_in(item: Any, path: str, depth: int) -> Iterator[str]:
    for key, value in item.items():
        if not re.fullmatch(r"[^.\[\]{}]+", str(key)):
            continue
        inner = f"{path}.{key}" if path else str(key)
        if isinstance(value, dict) and depth < 2:
            yield from paths_in(value, inner, depth + 1)
        elif not isinstance(value, dict | list):
            yield inner


def fits(name: str, values: Sequence[str], is_time: bool) -> bool:
    filled = [value for value in values if value]
    if name in ("reply", "answered_at", "answered_by"):
        return bool(filled) and (name != "answered_at" or is_time)
    if not filled or len(filled) * 2 < len(values):
        return False
    if name == "title":
        lengths = [len(one_line(value)) for value in filled]
        return 4 <= sum(lengths) / len(lengths) <= 120 and len(set(filled)) * 2 > len(filled) and not is_time
    if name == "url":
        return all(re.match(r"https?://|/|\.", value) for value in filled)
    if name == "published_at":
        return is_time
    if name == "heat":
        return all(re.match(r"[\d,.]+\s?[万亿kw]?", value) for value in filled) and not is_time
    return sum(len(value) for value in filled) / len(filled) > 8 and not all(map(str.isdigit, filled))


def unit_of(values: Sequence[str], now: datetime) -> str | None:
    """ "s" or "ms" for numbers near now, "" for written times, None for what is no time."""
    filled = [value for value in values if value and value != "0"]
    if not filled:
        return None
    if all(re.fullmatch(r"\d{10}(?:\d{3})?", value) for value in filled):
        seconds = [float(value) / (1000 if len(value) == 13 else 1) for value in filled]
        is_near = all(abs(now.timestamp() - moment) < 20 * 365 * 86400 for moment in seconds)
        return ("ms" if len(filled[0]) == 13 else "s") if is_near else None
    if any(value.isdigit() for value in filled):
        return None
    return "" if all(read_stamp(value, now) for value in filled) else None


def titles_of(learned: LearnedItems) -> list[str]:
    return [one_line(text_at(item, str(learned.options["title"]))) for item in learned.sample]


def html_inside(answer: Any, path: str = "", depth: int = 0) -> str:
    """The path to a text in a JSON answer that holds a list of links, or ""."""
    if isinstance(answer, str):
        return path if len(re.findall(r"<a\s", answer)) >= 4 else ""
    if isinstance(answer, dict) and depth <= DEEPEST:
        for key, value in answer.items():
            inner = html_inside(value, f"{path}.{key}" if path else str(key), depth + 1)
            if inner and follow(answer, str(key)) is not None:
                return inner
    return ""
