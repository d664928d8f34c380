"""The national table of places: names with their level, found in a text by the longest name at each position.

`gazetteer.gz` is made by `analysis/make_gazetteer.py` from the package jionlp (Apache License 2.0); `places.toml`
holds what that table cannot know.
"""

from __future__ import annotations

import functools
import gzip
import operator
import tomllib
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

_HERE = Path(__file__).parent
# Later lines win where a name has two levels (重庆 is a province, 吉林 too).
_LEVELS = {
    "foreign_city": "city",
    "district_short": "district",
    "district": "district",
    "city_short": "city",
    "city": "city",
    "country": "country",
    "province_short": "province",
    "province": "province",
}


@functools.cache
def word_lists() -> dict[str, tuple[str, ...]]:
    """`words`, `more`, `bodies` and `others` of places.toml."""
    raw = tomllib.loads((_HERE / "places.toml").read_text("utf-8"))
    return {name: tuple(raw[name].split()) for name in ("words", "more", "bodies", "others")}


@functools.cache
def _table() -> dict[str, tuple[str, ...]]:
    lines = gzip.decompress((_HERE / "gazetteer.gz").read_bytes()).decode().splitlines()
    return {kind: tuple(names.split(" ")) for kind, _, names in (line.partition("\t") for line in lines)}


@functools.cache
def levels() -> Mapping[str, str]:
    """Name → level, for countries down to counties and their short forms."""
    table, lists = _table(), word_lists()
    found = dict.fromkeys(lists["more"], "district")
    for kind, level in _LEVELS.items():
        found |= dict.fromkeys(table[kind], level)
    for word in lists["words"]:
        found.pop(word, None)
    return found


@functools.cache
def short_names() -> frozenset[str]:
    """Counties and foreign towns without their ending: short enough to be part of another name."""
    return frozenset(_table()["district_short"]) | frozenset(_table()["foreign_city"])


@functools.cache
def townships() -> frozenset[str]:
    """Full names of townships and streets."""
    return frozenset(_table()["township"])


@functools.cache
def _by_start() -> dict[str, tuple[str, ...]]:
    """First two characters → the names that begin so, longest first."""
    starts: dict[str, list[str]] = {}
    for name in (*levels(), *word_lists()["others"]):
        starts.setdefault(name[:2], []).append(name)
    return {start: tuple(sorted(names, key=len, reverse=True)) for start, names in starts.items()}


def named_places(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, name) of each place of the table, left to right, the longest name at each position."""
    starts, free = _by_start(), 0
    pairs = map(operator.add, text, islice(text, 1, None))
    for at, pair in enumerate(pairs):
        if pair in starts and at >= free:
            name = next((name for name in starts[pair] if text.startswith(name, at)), "")
            if name:
                free = at + len(name)
                if name in levels():
                    yield at, free, name
