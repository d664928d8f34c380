"""Groups that prove to be one burst, joined: many short voices about one sudden matter share few words pairwise.

One by one, the texts of the first half hour of an event (parents, patients, neighbours, hot-list titles) are hardly
alike; each is alike to all of them together. So around every group that is active now, groups of the same hours and
place are taken in while they are alike to the whole gathered so far, and the whole stays one matter: a board looked at
once, or an incident that holds many accidents, is alike to everything. A person's "not this" is kept.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from analysis.coherence import is_broad
from analysis.terms import dot

NEAR = timedelta(hours=3)
RECENT = timedelta(hours=12)
ALIKE = 0.13  # cosine to the whole; see docs/decisions/0005-detection.md
SEED = 3  # texts within NEAR from which a group gathers others
MOST = 400  # newest groups looked at in one pass


@dataclass
class Gathered:
    """A group of texts: the sum of their unit vectors, when they were published, which districts they name.

    is_known: it stands for an incident that exists; cannot: incidents a person has ruled out for one of its texts.
    """

    key: str
    total: dict[int, float]
    moments: list[datetime]
    districts: set[str]
    is_known: bool = False
    cannot: set[str] = field(default_factory=set)

    @property
    def norm(self) -> float:
        return math.sqrt(sum(value * value for value in self.total.values()))


def gather(groups: Sequence[Gathered], now: datetime) -> Mapping[str, str]:
    """Which group goes into which (key → key), only where something changes. The same groups, the same answer."""
    recent = sorted((one for one in groups if now - max(one.moments) <= RECENT), key=newest)[:MOST]
    into: dict[str, str] = {}
    for seed in sorted(recent, key=lambda one: (not one.is_known, -len(one.moments), one.key)):
        if seed.key in into or not gathers(seed, now):
            continue
        while (found := most_alike(seed, recent, into)) is not None:
            into[found.key] = seed.key
            absorb(seed, found)
    return into


def newest(one: Gathered) -> tuple[float, str]:
    return -max(one.moments).timestamp(), one.key


def gathers(seed: Gathered, now: datetime) -> bool:
    """Whether a group is busy enough to draw others: several texts within three hours of its newest."""
    last = max(seed.moments)
    return sum(last - moment <= NEAR for moment in seed.moments) >= SEED


def most_alike(seed: Gathered, groups: Sequence[Gathered], into: Mapping[str, str]) -> Gathered | None:
    best: tuple[float, str] | None = None
    chosen = None
    norm = seed.norm
    for other in groups:
        if other is seed or other.is_known or other.key in into or seed.key in other.cannot:
            continue
        if not is_near(seed, other) or is_elsewhere(seed, other):
            continue
        product = dot(seed.total, other.total)
        likeness = product / (norm * other.norm or 1.0)
        length = math.sqrt(norm**2 + other.norm**2 + 2 * product)
        if (
            likeness >= ALIKE
            and not is_broad(length, len(seed.moments) + len(other.moments))
            and (best is None or (likeness, other.key) > best)
        ):
            best, chosen = (likeness, other.key), other
    return chosen


def is_near(one: Gathered, other: Gathered) -> bool:
    """Of the same hours: the newest texts within three hours, and nothing much older dragged in."""
    apart = abs(max(one.moments) - max(other.moments))
    return apart <= NEAR and min(other.moments) >= min(one.moments) - NEAR


def is_elsewhere(one: Gathered, other: Gathered) -> bool:
    """Both name places, and none in common."""
    return bool(one.districts and other.districts and one.districts.isdisjoint(other.districts))


def absorb(seed: Gathered, other: Gathered) -> None:
    for term, value in other.total.items():
        seed.total[term] = seed.total.get(term, 0.0) + value
    seed.moments += other.moments
    seed.districts |= other.districts
    seed.cannot |= other.cannot
