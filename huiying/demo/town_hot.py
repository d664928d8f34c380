"""The town's hot list: which topics are warm at a moment, and how warm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from huiying.demo.town import TownItem


def heat_at(item: TownItem, now: datetime) -> float:
    """The heat of a hot-list entry: up to its peak in the first fifth of its life, then down to nothing."""
    age = (now - item.at).total_seconds() / 3600 / item.hours
    if not 0 <= age <= 1:
        return 0.0
    return item.peak * (0.15 + 0.85 * age / 0.2 if age < 0.2 else (1 - age) / 0.8)


def hot_list(items: Sequence[TownItem], now: datetime, size: int = 20) -> list[tuple[int, TownItem, int]]:
    """(rank from 1, entry, heat) of what is hot now; one title stands once."""
    warm: dict[str, tuple[TownItem, float]] = {}
    for item in items:
        heat = heat_at(item, now) if item.channel == "hotlist" else 0.0
        if heat > 0 and heat > warm.get(item.title, (item, 0.0))[1]:
            warm[item.title] = item, heat
    ranked = sorted(warm.values(), key=lambda pair: -pair[1])[:size]
    return [(rank, item, round(heat)) for rank, (item, heat) in enumerate(ranked, 1)]
