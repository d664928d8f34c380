"""Groups of texts that prove to be one matter once both have grown: their centres are alike.

One by one a text sees its nearest neighbour and a young whole; two groups about one matter that began apart are never
compared again. Here every group of at least two texts is held against those that share its heaviest terms. The older
group survives. Incidents that were proposed are never joined here: that is for people.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from analysis.coherence import is_broad
from analysis.terms import dot

SHORT, LONG = (
    0.25,
    0.16,
)  # cosine of the centres of headlines, of longer texts; see docs/decisions/0017-grouping.md
PER_TENFOLD_HOURS = 0.015
INDEXED = 20  # heaviest terms of a centre that lead to it
COMMON = 100  # groups that share a term from which it names none of them
CANDIDATES = 20
MOST = 2_000  # newest groups looked at: the work is bounded however full the window


@dataclass
class Whole:
    """A group: the sum of its texts' unit vectors, how many they are, whether most are more than headlines, when they
    came, which districts they name, and the incidents a person has ruled out for one of them."""

    key: str
    total: dict[int, float]
    texts: int
    is_long: bool
    begins: datetime
    ends: datetime
    districts: set[str] = field(default_factory=set)
    cannot: set[str] = field(default_factory=set)

    @property
    def length(self) -> float:
        return math.sqrt(sum(value * value for value in self.total.values()))


def remerge(groups: Sequence[Whole]) -> Mapping[str, str]:
    """Which group goes into which older one (key → key that survives). The same groups, in any order, the same answer."""
    newest = sorted(groups, key=lambda one: (-one.ends.timestamp(), one.key))[:MOST]
    wholes = {one.key: one for one in newest}
    into: dict[str, str] = {}
    for _, one, other in sorted(likely(newest), key=lambda pair: (-pair[0], pair[1], pair[2])):
        first, second = wholes[survivor(one, into)], wholes[survivor(other, into)]
        if first is second:
            continue
        kept, gone = sorted((first, second), key=lambda whole: (whole.begins, whole.key))
        if is_one(kept, gone):
            absorb(kept, gone)
            into[gone.key] = kept.key
    return {key: survivor(key, into) for key in into}


def likely(groups: Sequence[Whole]) -> list[tuple[float, str, str]]:
    """Pairs that share heavy terms and are alike, one of them of two texts at least: (likeness, key, key)."""
    heavy = {one.key: heaviest(one) for one in groups}
    index: dict[int, list[Whole]] = defaultdict(list)
    for one in groups:
        for term in heavy[one.key]:
            index[term].append(one)
    found = []
    for one in groups:
        if one.texts < 2:
            continue
        shared: Counter[str] = Counter()
        for term in heavy[one.key]:
            if len(index[term]) <= COMMON:
                shared.update(other.key for other in index[term] if other is not one)
        chosen = sorted(shared, key=lambda key: (-shared[key], key))[:CANDIDATES]
        found += [(one.key, key) for key in chosen]
    wholes = {one.key: one for one in groups}
    pairs = {(min(pair), max(pair)) for pair in found}
    return [(likeness(wholes[one], wholes[other]), one, other) for one, other in pairs]


def heaviest(one: Whole) -> list[int]:
    return sorted(one.total, key=lambda term: (-one.total[term], term))[:INDEXED]


def likeness(one: Whole, other: Whole) -> float:
    return dot(one.total, other.total) / (one.length * other.length or 1.0)


def is_one(kept: Whole, gone: Whole) -> bool:
    """Alike enough for their lengths and the hours between them, of one place, not divided by a person, and not too
    unlike together."""
    if gone.key in kept.cannot or kept.key in gone.cannot:
        return False
    if kept.districts and gone.districts and kept.districts.isdisjoint(gone.districts):
        return False
    apart = max(0.0, (max(kept.begins, gone.begins) - min(kept.ends, gone.ends)).total_seconds()) / 3600
    needed = LONG if kept.is_long and gone.is_long else SHORT
    value = likeness(kept, gone)
    together = math.sqrt(kept.length**2 + gone.length**2 + 2 * value * kept.length * gone.length)
    is_alike = value >= needed + PER_TENFOLD_HOURS * math.log10(1 + apart)
    return is_alike and not is_broad(together, kept.texts + gone.texts)


def survivor(key: str, into: Mapping[str, str]) -> str:
    while key in into:
        key = into[key]
    return key


def absorb(kept: Whole, gone: Whole) -> None:
    for term, value in gone.total.items():
        kept.total[term] = kept.total.get(term, 0.0) + value
    kept.is_long = (kept.is_long * kept.texts + gone.is_long * gone.texts) * 2 >= kept.texts + gone.texts
    kept.texts += gone.texts
    kept.begins, kept.ends = min(kept.begins, gone.begins), max(kept.ends, gone.ends)
    kept.districts |= gone.districts
    kept.cannot |= gone.cannot
