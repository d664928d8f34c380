"""What only the whole catalogue can tell: names that point nowhere, duplicates, a place without an owner."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from catalogue.errors import CatalogueError, UnknownThing

if TYPE_CHECKING:
    from catalogue.loader import Catalogue


def missing(
    file: str, key: str, names: Iterable[str], known: Collection[str], what: str
) -> list[CatalogueError]:
    return [
        UnknownThing(
            file,
            key,
            f"没有{what} {name!r}",
            f"请先建立它，或改为已有的：{'、'.join(sorted(known)) or '（无）'}",
        )
        for name in names
        if name not in known
    ]


def check_references(catalogue: Catalogue) -> list[CatalogueError]:
    """Every reference between files that does not resolve."""
    errors: list[CatalogueError] = []
    for region in catalogue.regions.values():
        if region.parent is not None:
            errors += missing("regions", f"{region.id}.parent", [region.parent], catalogue.regions, "地区")
    for unit in catalogue.units.values():
        errors += missing(f"units/{unit.id}.toml", "regions", unit.regions, catalogue.regions, "地区")
        errors += missing(
            f"units/{unit.id}.toml", "categories", unit.categories, catalogue.categories, "分类"
        )
    for source in catalogue.sources.values():
        if source.region is not None:
            errors += missing(
                f"sources/{source.name}.toml", "region", [source.region], catalogue.regions, "地区"
            )
    errors += check_people(catalogue)
    if catalogue.units and not any(unit.is_fallback for unit in catalogue.units.values()):
        errors.append(
            CatalogueError(
                "units",
                "fallback",
                "没有兜底单位，无人认领的事件会没有责任单位",
                "请给一个单位写 fallback = true",
            )
        )
    return errors


def check_people(catalogue: Catalogue) -> list[CatalogueError]:
    errors: list[CatalogueError] = []
    known = catalogue.recipients
    for recipient in known.values():
        file = f"recipients/{recipient.id}.toml"
        if recipient.unit is not None:
            errors += missing(file, "unit", [recipient.unit], catalogue.units, "单位")
        errors += missing(file, "categories", recipient.categories, catalogue.categories, "分类")
        errors += missing(file, "regions", recipient.regions, catalogue.regions, "地区")
    for roster in catalogue.rosters.values():
        file = f"roster/{roster.id}.toml"
        errors += missing(file, "chain", roster.chain, known, "接收人")
        for shift in roster.shifts:
            errors += missing(file, "shift.duty", (*shift.duty, shift.chief), known, "接收人")
    return errors
