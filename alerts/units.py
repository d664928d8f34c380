"""The first-responsible unit of an incident, by place, category and words. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from catalogue.loader import Catalogue
from catalogue.unit import Unit

PRIMARY_CATEGORY, OTHER_CATEGORY, LOCAL_UNIT = 3, 2, 1
MOST_WORDS = 4  # more of a unit's words than this say nothing more


def responsible_unit(
    catalogue: Catalogue, region: str | None, categories: Sequence[str], text: str
) -> Unit | None:
    """The unit that owes the answer; what no unit owns goes to the fallback unit, so nothing is ownerless.

    region: id of the narrowest place named, None if none. categories: most likely first. None only while the
    office has written down no unit at all (the catalogue refuses units without a fallback).
    """
    path = region_path(catalogue, region)
    scored = [
        (owes(unit, path, categories, text), unit)
        for unit in catalogue.units.values()
        if not unit.is_fallback
    ]
    best = max(scored, key=lambda pair: pair[0], default=(0, None))
    if best[0] > 0:
        return best[1]
    fallbacks = [unit for unit in catalogue.units.values() if unit.is_fallback]
    local = [unit for unit in fallbacks if set(unit.regions) & set(path)]
    return next(iter(local or fallbacks), None)


def owes(unit: Unit, path: Sequence[str], categories: Sequence[str], text: str) -> int:
    """How well the unit fits; 0 = not its matter. Place must fit, then categories and words count together."""
    if unit.regions and not set(unit.regions) & set(path):
        return 0
    field = 0
    if categories and categories[0] in unit.categories:
        field = PRIMARY_CATEGORY
    elif set(categories) & set(unit.categories):
        field = OTHER_CATEGORY
    words = min(MOST_WORDS, sum(word in text for word in unit.words))
    return field + words + (LOCAL_UNIT if unit.regions else 0) if field + words else 0


def region_path(catalogue: Catalogue, region: str | None) -> list[str]:
    """The place and everything it lies in, narrowest first; unknown ids end the path."""
    path: list[str] = []
    while region is not None and region in catalogue.regions and region not in path:
        path.append(region)
        region = catalogue.regions[region].parent
    return path
