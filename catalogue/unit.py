"""A unit that can owe an answer: its place, fields and words, so that no incident stays without an owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalogue.fields import Fields


@dataclass(frozen=True)
class Unit:
    """regions, categories empty = all; is_fallback takes what no other unit owns, so nothing is ownerless."""

    id: str
    name: str
    regions: tuple[str, ...]
    categories: tuple[str, ...]
    words: tuple[str, ...]
    liaison: str
    is_fallback: bool


def parse_unit(raw: Mapping[str, Any], file: str) -> Unit:
    fields = Fields(raw, file)
    unit = Unit(
        id=fields.name_like_file("id"),
        name=fields.take("name", str),
        regions=fields.strings("regions", []),
        categories=fields.strings("categories", []),
        words=fields.strings("words", []),
        liaison=fields.take("liaison", str, "值班电话见通讯录"),
        is_fallback=fields.take("fallback", bool, False),
    )
    fields.done()
    return unit
