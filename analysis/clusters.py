"""Documents joined to incidents one by one, as they come.

A text is compared with the members of incidents that share its rarest terms. It joins the incident of its
nearest member when they are alike enough; how alike is enough rises with the time between them, with another place
and with disjoint categories, and falls when the text fits the incident as a whole. Nothing decided is taken back here.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from analysis.terms import Rarity, dot, title_and_lead, vector

INDEXED = 14  # rarest terms of a text that lead to it
POSTINGS = 60  # newest texts kept a term: a term of more is no name
LOOKED_AT = 100  # entries of the index that are read for one text, its rarest terms first
CANDIDATES = 12
CENTRE_TERMS = 120
GROUP_LIMIT = 200  # newest texts of an incident that are compared one by one; its centre remembers the others
LONG_LEAD = 20  # terms of the body from which a text is more than a headline


@dataclass(frozen=True)
class Settings:
    """join: likeness from which a text joins. Headlines share little by chance and need more; long texts of one
    matter share only its names.

    centre: part of the likeness to the whole incident beside that to its nearest member.
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


@dataclass
class Member:
    item: Item
    vector: dict[str, float]
    incident: str
    indexed: list[str]
    is_long: bool


@dataclass
class Group:
    """An incident while it is open: its members and the sum of their vectors."""

    key: str
    members: list[int] = field(default_factory=list)
    centre: dict[str, float] = field(default_factory=dict)
    norm: float = 0.0
    last_at: datetime | None = None


class Clusterer:
    """`add` returns the key of the incident a text belongs to; a new key for a new matter.

    Texts come in time order (a late one is compared like any other). Memory holds the window only.
    """

    def __init__(self, settings: Settings | None = None, prefix: str = "") -> None:
        self.settings = settings or Settings()
        self.prefix = prefix
        self.rarity = Rarity()
        self.members: dict[int, Member] = {}
        self.groups: dict[str, Group] = {}
        self.postings: dict[str, deque[int]] = defaultdict(lambda: deque(maxlen=POSTINGS))
        self.ages: list[tuple[datetime, str]] = []
        self.made = 0
        self.is_taught = False

    def learn(self, texts: Iterable[tuple[str, str]]) -> None:
        """See (title, body) of texts before they are grouped, so that the words of the place are known as common."""
        for title, body in texts:
            head, lead = title_and_lead(title, body)
            self.rarity.learn({*head, *lead})
        self.is_taught = True

    def add(self, item: Item, incident: str | None = None) -> str:
        """The incident's key. incident: where the text already belongs; it stays there."""
        self.forget(item.at - self.settings.window)
        title, lead = title_and_lead(item.title, item.body)
        if not self.is_taught:
            self.rarity.learn({*title, *lead})
        own = vector(title, lead, self.rarity)
        is_long = len(lead) >= LONG_LEAD
        home = incident or item.must or self.nearest(item, own, is_long)
        if home is None:
            self.made += 1
            home = f"{self.prefix}{self.made}"
        self.keep(item, own, home, is_long)
        return home

    def nearest(self, item: Item, own: Mapping[str, float], is_long: bool = True) -> str | None:
        """The incident this text is most alike, if alike enough."""
        found = self.likenesses(item, own, is_long)
        open_to = {incident: margin for incident, margin in found.items() if incident not in item.cannot}
        best = max(open_to, key=lambda incident: (open_to[incident], incident), default=None)
        return best if best is not None and open_to[best] >= 0 else None

    def likenesses(self, item: Item, own: Mapping[str, float], is_long: bool) -> dict[str, float]:
        """By how much the likeness to every incident sharing a rare term exceeds what joining takes: likeness to the
        nearest member and to the whole, less what speaks against."""
        nearest: dict[str, tuple[float, float]] = {}
        for key in self.candidates(own):
            member = self.members[key]
            value = dot(own, member.vector) - self.doubts(item, member.item)
            needed = self.settings.join(is_long, member.is_long)
            if member.incident not in nearest or value - needed > nearest[member.incident][0]:
                nearest[member.incident] = value - needed, value
        part = self.settings.centre
        return {
            incident: margin + part * (self.likeness_to_centre(own, self.groups[incident], value) - value)
            for incident, (margin, value) in nearest.items()
        }

    def likeness_to_centre(self, own: Mapping[str, float], group: Group, alone: float) -> float:
        if len(group.members) < 2:
            return alone
        return dot(own, group.centre) / (group.norm or 1.0)

    def doubts(self, one: Item, other: Item) -> float:
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

    def candidates(self, own: Mapping[str, float]) -> Iterable[int]:
        """Members sharing the heaviest terms, by the weight shared. However full the index, the work is the same."""
        shared: dict[int, float] = {}
        looked = 0
        for term in heaviest(own):
            found = self.postings.get(term)
            if found is None:
                continue
            weight = own[term] * own[term]
            for key in found:
                shared[key] = shared.get(key, 0.0) + weight
            looked += len(found)
            if looked >= LOOKED_AT:
                break
        return heapq.nlargest(CANDIDATES, shared, key=lambda key: (shared[key], key))

    def keep(self, item: Item, own: dict[str, float], incident: str, is_long: bool) -> None:
        indexed = heaviest(own)
        self.members[item.key] = Member(item, own, incident, indexed, is_long)
        for term in indexed:
            self.postings[term].append(item.key)
        if incident not in self.groups:
            self.groups[incident] = Group(incident)
            heapq.heappush(self.ages, (item.at, incident))
        group = self.groups[incident]
        group.members.append(item.key)
        group.last_at = max(group.last_at or item.at, item.at)
        self.widen(group, own)
        if len(group.members) > GROUP_LIMIT:
            self.drop(group.members[0])

    def widen(self, group: Group, own: Mapping[str, float]) -> None:
        """Add a text to the centre, which keeps its heaviest terms only."""
        for term, value in own.items():
            group.centre[term] = group.centre.get(term, 0.0) + value
        if len(group.centre) > 4 * CENTRE_TERMS:
            group.centre = dict(
                heapq.nlargest(2 * CENTRE_TERMS, group.centre.items(), key=lambda pair: pair[1])
            )
        group.norm = sum(value * value for value in group.centre.values()) ** 0.5

    def forget(self, before: datetime) -> None:
        """Drop incidents whose last text is older than the window."""
        while self.ages and self.ages[0][0] < before:
            _, incident = heapq.heappop(self.ages)
            group = self.groups.get(incident)
            if group is None:
                continue
            if group.last_at is not None and group.last_at >= before:
                heapq.heappush(self.ages, (group.last_at, incident))
                continue
            for key in list(group.members):
                self.drop(key)

    def drop(self, key: int) -> None:
        member = self.members.pop(key)
        for term in member.indexed:
            postings = self.postings.get(term)
            if postings is not None and key in postings:
                postings.remove(key)
                if not postings:
                    del self.postings[term]
        group = self.groups[member.incident]
        group.members.remove(key)
        if not group.members:
            del self.groups[member.incident]


def heaviest(own: Mapping[str, float], limit: int = INDEXED) -> list[str]:
    return heapq.nlargest(limit, own, key=lambda term: (own[term], term))
