"""A hot-spot category (热点分类) with the words and the example texts that define it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalogue.fields import Fields


@dataclass(frozen=True)
class Category:
    id: str
    name: str
    order: int
    words: tuple[str, ...]
    belongs: tuple[str, ...]
    not_belongs: tuple[str, ...]


def parse_category(raw: Mapping[str, Any], file: str) -> Category:
    fields = Fields(raw, file)
    category = Category(
        id=fields.name_like_file("id"),
        name=fields.take("name", str),
        order=fields.take("order", int, 100),
        words=fields.strings("words"),
        belongs=fields.strings("belongs"),
        not_belongs=fields.strings("not_belongs"),
    )
    if not category.belongs or not category.not_belongs:
        raise fields.fail("belongs", "应至少有一条属于和一条不属于本类的例句", "例句会在测试中逐条分类")
    fields.done()
    return category
