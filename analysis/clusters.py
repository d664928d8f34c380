"""Documents joined to incidents one by one, as they come.

A text is compared with the members of incidents that share its rarest terms. It joins the incident of its
nearest member when they are alike enough; how alike is enough rises with the time between them, with another place
and with disjoint categories, and falls when the text fits the incident as a whole. Nothing decided is taken back here.
"""

from __future__ import annotations

import heapq
import math
import sys
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from analysis.coherence import is_broad
from analysis.terms import title_and_lead
from analysis.vocabulary import PAIR, Packed, Vector, Vocabulary, heaviest, length, unpacked

INDEXED = 14  # rarest terms of a text that lead to it
POSTINGS = 60  # newest texts kept a term: a term of more is no name
LOOKED_AT = 100  # entries of the index that are read for one text, its rarest terms first
CANDIDATES = 12
HOPELESS = 1 / 2  # of the likeness that joining takes: below, not even the whole incident is looked at
BYTES = 8  # of a key in the index
CENTRE_TERMS = 120
GROUP_LIMIT = 200  # newest texts of an incident that are compared one by one; its centre remembers the others
LONG_LEAD = 20  # terms of the body from which a text is more than a headline


@dataclass(frozen=True)
class Settings:
    """join: likeness from which a text joins. Headlines share little by chance and need more; long texts of one
    matter share only its names.

    centre: part of the likeness to the whole incident beside that to its nearest member.
    broad: what an incident of unlike texts demands more; likeness to such a whole says nothing.
    window: time since an incident's last text after which nothing joins it any more.
    """

    join_short: float = 0.28
    join_mixed: float = 0.13
    join_long: float = 0.10
    centre: float = 0.5
    per_tenfold_hours: float = 0.015
    other_place: float = 0.10
    other_category: float = 0.03
    other_building: float = 0.15
    broad: float = 0.15
    window: timedelta = timedelta(hours=72)

    def join(self, is_long: bool, other_is_long: bool) -> float:
        if is_long and other_is_long:
            return self.join_long
        return self.join_mixed if is_long or other_is_long else self.join_short


@dataclass(frozen=True)
class Item:
    """A first publication. at: aware instant; region, categories and where an accident struck may be unknown (empty)."""

    key: int
    title: str
    body: str
    at: datetime
    region: str | None = None
    categories: frozenset[str] = frozenset()
    cannot: frozenset[str] = frozenset()
    must: str | None = None
    where: frozenset[str] = frozenset()


@dataclass(slots=True)
class Group:
    """An incident while it is open: its newest members and, from the second one on, the sum of the vectors of all `texts`."""

    key: str
    members: list[int]
    last_at: datetime
    centre: Packed | None = None
    norm: float = 0.0
    texts: int = 1


@dataclass(slots=True)
class Member:
    """What is kept of a text: its vector, its incident, and what can speak against it."""

    vector: Packed
    group: Group
    is_long: bool
    at: datetime
    region: str | None
    categories: frozenset[str]
    where: frozenset[str]


class Clusterer:
    """`add` returns the key of the incident a text belongs to; a new key for a new matter.

    Texts come in time order (a late one is compared like any other). Memory holds the window only, and the terms seen.
    """

    def __init__(self, settings: Settings | None = None, prefix: str = "") -> None:
        self.settings = settings or Settings()
        self.prefix = prefix
        self.vocabulary = Vocabulary()
        self.members: dict[int, Member] = {}
        self.groups: dict[str, Group] = {}
        self.postings: list[bytes] = []  # by term, keys of its newest members, eight bytes each
        self.ages: list[tuple[datetime, str]] = []
        self.made = 0
        self.is_taught = False

    def learn(self, texts: Iterable[tuple[str, str]]) -> None:
        """See (title, body) of texts before they are grouped, so that the words of the place are known as common."""
        for title, body in texts:
            head, lead = title_and_lead(title, body)
            self.vocabulary.learn([*head, *lead])
        self.is_taught = True

    def add(self, item: Item, incident: str | None = None) -> str:
        """The incident's key. incident: where the text already belongs; it stays there."""
        self.forget(item.at - self.settings.window)
        title, lead = title_and_lead(item.title, item.body)
        if not self.is_taught:
            self.vocabulary.learn([*title, *lead])
        own = self.vocabulary.vector(title, lead)
        self.postings += [b""] * (len(self.vocabulary.numbers) - len(self.postings))
        is_long = len(lead) >= LONG_LEAD
        home = incident or item.must or self.nearest(item, own, is_long)
        if home is None:
            self.made += 1
            home = f"{self.prefix}{self.made}"
        self.keep(item, own, home, is_long)
        return home

    def vector_of(self, key: int) -> Iterable[tuple[int, float]]:
        """(term, weight) of a text in the window; nothing of another."""
        member = self.members.get(key)
        return unpacked(member.vector).pairs() if member else ()

    def nearest(self, item: Item, own: Vector, is_long: bool = True) -> str | None:
        """The incident this text is most alike, if alike enough."""
        found = self.likenesses(item, own, is_long)
        open_to = {incident: margin for incident, margin in found.items() if incident not in item.cannot}
        best = max(open_to, key=lambda incident: (open_to[incident], incident), default=None)
        return best if best is not None and open_to[best] >= 0 else None

    def likenesses(self, item: Item, own: Vector, is_long: bool) -> dict[str, float]:
        """By how much the likeness to every incident sharing a rare term exceeds what joining takes: likeness to the
        nearest member and to the whole, less what speaks against. Hopeless ones are left out."""
        members = [self.members[key] for key in self.candidates(own)]
        values = self.vocabulary.products(own, [one.vector for one in members])
        nearest: dict[str, tuple[float, float]] = {}
        wholes: dict[str, Group] = {}
        for member, likeness in zip(members, values, strict=True):
            needed = self.settings.join(is_long, member.is_long)
            if likeness < HOPELESS * needed:
                continue
            group = member.group
            if likeness < needed and group.centre is None:
                continue
            best = nearest.get(group.key)
            if best is not None and likeness - needed <= best[0]:
                continue
            value = likeness - self.doubts(item, member)
            if best is None or value - needed > best[0]:
                nearest[group.key] = value - needed, value
            if group.centre is not None:
                wholes[group.key] = group
        margins = {incident: margin for incident, (margin, _) in nearest.items()}
        centres = [group.centre for group in wholes.values() if group.centre is not None]
        for group, product in zip(wholes.values(), self.vocabulary.products(own, centres), strict=True):
            margin, value = nearest[group.key]
            if is_broad(group.norm, group.texts):
                margins[group.key] = margin - self.settings.broad
            elif len(group.members) > 1:
                margins[group.key] = margin + self.settings.centre * (product / (group.norm or 1.0) - value)
        return margins

    def doubts(self, one: Item, other: Member) -> float:
        """What speaks against one matter: time between, another place, no category in common, another kind of building."""
        hours = abs((one.at - other.at).total_seconds()) / 3600
        doubt = self.settings.per_tenfold_hours * math.log10(1 + hours)
        if one.region and other.region and one.region != other.region:
            doubt += self.settings.other_place
        if one.categories and other.categories and one.categories.isdisjoint(other.categories):
            doubt += self.settings.other_category
        if one.where and other.where and one.where.isdisjoint(other.where):
            doubt += self.settings.other_building
        return doubt

    def candidates(self, own: Vector) -> list[int]:
        """Members sharing the heaviest terms, by the weight shared. However full the index, the work is the same."""
        shared: dict[int, float] = {}
        looked = 0
        for term, weight in zip(own.terms[:INDEXED].tolist(), own.weights[:INDEXED].tolist(), strict=True):
            found = self.postings[term]
            weight *= weight
            for key in array("q", found):
                shared[key] = shared.get(key, 0.0) + weight
            looked += len(found)
            if looked >= LOOKED_AT * BYTES:
                break
        return [key for _, key in heapq.nlargest(CANDIDATES, zip(shared.values(), shared, strict=True))]

    def keep(self, item: Item, own: Vector, incident: str, is_long: bool) -> None:
        packed, key = own.packed, item.key.to_bytes(BYTES, sys.byteorder, signed=True)
        for term in own.terms[:INDEXED].tolist():
            self.postings[term] = self.postings[term][-(POSTINGS - 1) * BYTES :] + key
        group = self.groups.get(incident)
        if group is None:
            group = self.groups[incident] = Group(incident, [item.key], item.at)
            heapq.heappush(self.ages, (item.at, incident))
        else:
            self.widen(group, own)
            group.members.append(item.key)
            group.last_at = max(group.last_at, item.at)
        self.members[item.key] = Member(
            packed, group, is_long, item.at, item.region, item.categories, item.where
        )
        if len(group.members) > GROUP_LIMIT:
            self.drop(group.members[0])

    def widen(self, group: Group, own: Vector) -> None:
        """Add a text to the centre, which keeps its heaviest terms only."""
        centre = group.centre or self.members[group.members[0]].vector
        centre = self.vocabulary.added(centre, own)
        if len(centre) > 4 * CENTRE_TERMS * PAIR.itemsize:
            centre = heaviest(centre, 2 * CENTRE_TERMS)
        group.centre, group.norm = centre, length(centre)
        group.texts += 1

    def forget(self, before: datetime) -> None:
        """Drop incidents whose last text is older than the window."""
        while self.ages and self.ages[0][0] < before:
            _, incident = heapq.heappop(self.ages)
            group = self.groups.get(incident)
            if group is None:
                continue
            if group.last_at >= before:
                heapq.heappush(self.ages, (group.last_at, incident))
                continue
            for key in list(group.members):
                self.drop(key)

    def drop(self, key: int) -> None:
        member = self.members.pop(key)
        for term in unpacked(member.vector).terms[:INDEXED].tolist():
            keys = array("q", self.postings[term])
            if key in keys:
                keys.remove(key)
                self.postings[term] = keys.tobytes()
        member.group.members.remove(key)
        if not member.group.members:
            del self.groups[member.group.key]
