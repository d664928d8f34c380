"""The gazetteer: the office's own place, its districts, townships and streets. Never finer than township."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalogue.fields import Fields

LEVELS = ("province", "city", "district", "township")


@dataclass(frozen=True)
class Region:
    """parent is a region id or None at the root; names are all forms that stand for it in a text."""

    id: str
    name: str
    level: str
    parent: str | None
    names: tuple[str, ...]
    is_office: bool = False


def parse_regions(raw: Mapping[str, Any], file: str) -> list[Region]:
    """All regions of one gazetteer file, in its order (which is the order of the page's tiles)."""
    fields = Fields(raw, file)
    regions = [parse_region(row) for row in fields.tables("region")]
    fields.done()
    return regions


def parse_region(fields: Fields) -> Region:
    name = fields.take("name", str)
    region = Region(
        id=fields.take("id", str),
        name=name,
        level=fields.one_of("level", LEVELS),
        parent=fields.take("parent", str, None),
        names=(name, *fields.strings("short_names", [])),
        is_office=fields.take("office", bool, False),
    )
    fields.done()
    return region
