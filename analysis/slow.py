"""Slow concerns: matters that never fill an hour but come back for weeks, each time from somebody else.

Once a day the texts people wrote in the last 28 days that belong to no incident are searched for names: terms that
are rare in Chinese at large and three times as frequent here as in the 28 days before. Texts that share a name and
are alike are one matter. Its last 7, 14 and 28 days are held against a line: above what all but two of the matters of
the 28 days before reached, and never below 5, 6 and 6 texts. What all came within two days is not slow: that is for
the hourly lines (analysis/bursts.py) to judge.
"""

from __future__ import annotations

import functools
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from analysis.bursts import BEIJING
from analysis.terms import Rarity, dot, table_share, title_and_lead, vector
from analysis.window import Seen

DAY = timedelta(days=1)
MONTH = 28 * DAY
LOOK_BACK = 2 * MONTH
LOADED = LOOK_BACK + 7 * DAY  # a week more tells whether a place with few texts was known all along
KNOWN_FOR = LOOK_BACK - DAY
KNOWN_LEAST = 14 * DAY  # of dated texts, below which nothing is called slow
LOWEST = {7: 5, 14: 6, 28: 6}  # days → texts below which nothing is called a concern of many
LEAST_DAYS = 3  # different days (in Beijing) on which people wrote of it
ALLOWED = 2  # matters a month that may reach the line
NAME_SHARE = 0.0007  # share of all Chinese texts up to which a term may be part of a name
CROWD = 2  # in a place not known for two months the line is so many times the third loudest matter
NEW = 3  # times as frequent as in the month before
SAME_NAME = 0.6  # of the rarer term's texts hold the other one too
NAME_TERMS = 3  # a name and what is the matter with it
ALIKE, COHERENT = 0.2, 0.5  # cosine of a text to the others, and length of the mean of all unit vectors
LOOK_AT = time(8)  # in Beijing
PEOPLES_CHANNELS = ("social", "forum", "hotline", "mailbox")


@dataclass(frozen=True)
class SlowLine:
    """The line of one span, learnt from the month before."""

    days: int
    threshold: int


@dataclass(frozen=True)
class SlowConcern:
    """A matter above a line, its texts oldest first. ratio: its count ÷ line where it stands out most."""

    documents: tuple[Seen, ...]
    count: int
    line: SlowLine

    @property
    def ratio(self) -> float:
        return self.count / self.line.threshold


def is_due(last_look: datetime | None, now: datetime) -> bool:
    """Whether eight in the morning (Beijing) has passed since the last look."""
    local = now.astimezone(BEIJING)
    morning = datetime.combine(local.date(), LOOK_AT, BEIJING)
    if local < morning:
        morning -= DAY
    return last_look is None or last_look < morning


class Named:
    """A text with its terms; its unit vector only when it is asked for."""

    def __init__(self, text: Seen, rarity: Rarity) -> None:
        self.text, self.rarity = text, rarity
        self.title, self.lead = title_and_lead(text.title, text.body)
        self.terms = frozenset((*self.title, *self.lead))
        rarity.learn(set(self.terms))

    @functools.cached_property
    def vector(self) -> dict[str, float]:
        return vector(self.title, self.lead, self.rarity)


def slow_concerns(
    documents: Iterable[Seen], now: datetime, places: Collection[str] = ()
) -> list[SlowConcern]:
    """The matters above their line now, the loudest first. Same data, same answer.

    documents: of LOADED; places: names of the catalogue's regions. None while less than two weeks are known. Until two
    months are known every matter is a new one: then the matters of the same weeks are the usual, and one stands out
    that is more than twice as loud as the third of them.
    """
    documents = list(documents)
    first = min((one.at for one in documents if one.at >= now - LOADED), default=now)
    if first > now - KNOWN_LEAST:
        return []
    chosen = sorted(
        (one for one in documents if now - LOOK_BACK <= one.at <= now), key=lambda one: (one.at, one.id)
    )
    rarity = Rarity()
    named = [Named(one, rarity) for one in chosen]
    recent = [one for one in named if one.text.at >= now - MONTH]
    before = [one for one in named if one.text.at < now - MONTH]
    known = place_terms(places)
    groups = matters(recent, Counter(term for one in before for term in one.terms), known)
    if first <= now - KNOWN_FOR:
        lines = slow_lines([[one.text.at for one in group] for group in matters(before, Counter(), known)])
    else:
        groups = [
            group for group in groups if len(group) <= len(recent) / 2
        ]  # most of all: how people write here
        lines = slow_lines([[one.text.at for one in group] for group in groups], CROWD)
    found = []
    for group in groups:
        counts = {line.days: sum(one.text.at >= now - line.days * DAY for one in group) for line in lines}
        best = max(lines, key=lambda line: counts[line.days] / line.threshold)
        if counts[best.days] >= best.threshold and len(days_of(group)) >= LEAST_DAYS:
            found.append(SlowConcern(tuple(one.text for one in group), counts[best.days], best))
    return without_overlap(found)


def days_of(group: Iterable[Named]) -> set[date]:
    return {one.text.at.astimezone(BEIJING).date() for one in group}


def place_terms(places: Iterable[str]) -> frozenset[str]:
    """The terms of the catalogue's place names: nobody's new name."""
    return frozenset(place[at : at + 2] for place in places for at in range(len(place) - 1))


def matters(
    documents: Sequence[Named], before: Counter[str], known: Collection[str] = ()
) -> list[list[Named]]:
    """The groups of texts that share a new name and are alike.

    before: texts of the month before, by term; known: terms that are no new name."""
    holders: dict[str, set[int]] = defaultdict(set)
    for index, one in enumerate(documents):
        for term in one.terms:
            if (
                len(term) > 1
                and not term[0].isdigit()
                and term not in known
                and table_share(term) < NAME_SHARE
            ):
                holders[term].add(index)
    least = min(LOWEST.values())
    names = [term for term, own in holders.items() if len(own) >= max(least, NEW * before[term])]
    groups: list[tuple[set[int], set[int], int]] = []
    for term in sorted(names, key=lambda term: (-len(holders[term]), term)):
        own = holders[term]
        for place, (first, members, number) in enumerate(groups):
            if len(own & first) >= SAME_NAME * len(own):
                groups[place] = first, members | own, number + 1
                break
        else:
            groups.append((own, set(own), 1))
    found = (
        alike([documents[index] for index in sorted(members)]) for _, members, n in groups if n >= NAME_TERMS
    )
    return [group for group in found if len(group) >= least]


def alike(group: Sequence[Named]) -> list[Named]:
    """Those that are alike to the whole; none when even they are not one matter."""
    kept = list(group)
    for _ in range(2):
        total = summed(kept)
        norm = sum(value * value for value in total.values()) ** 0.5
        kept = [one for one in kept if likeness(one, total, norm) >= ALIKE]
    total = summed(kept)
    length = sum(value * value for value in total.values()) ** 0.5
    return kept if kept and length >= COHERENT * len(kept) else []


def likeness(one: Named, total: dict[str, float], norm: float) -> float:
    """Cosine of a member to the others together. total, norm: the sum of all members and its length."""
    own = dot(one.vector, total)
    others = math.sqrt(max(1e-6, norm * norm - 2 * own + 1))
    return (own - 1) / others


def summed(group: Iterable[Named]) -> dict[str, float]:
    total: dict[str, float] = {}
    for one in group:
        for term, value in one.vector.items():
            total[term] = total.get(term, 0.0) + value
    return total


def without_overlap(concerns: Sequence[SlowConcern]) -> list[SlowConcern]:
    """The loudest first; one that mostly repeats a louder one's texts is left out."""
    taken: set[int] = set()
    kept = []
    for one in sorted(concerns, key=lambda one: (-one.ratio, one.documents[0].id)):
        own = tuple(text for text in one.documents if text.id not in taken)
        if 2 * len(own) > len(one.documents) and len(own) >= min(LOWEST.values()):
            kept.append(SlowConcern(own, one.count, one.line))
            taken |= {text.id for text in own}
    return kept


def slow_lines(usual: Sequence[Sequence[datetime]], factor: int = 1) -> list[SlowLine]:
    """The line of each span: above `factor` times what all but two of the usual matters (their moments, sorted) reached."""
    lines = []
    for days, lowest in LOWEST.items():
        peaks = sorted((peak(moments, days) for moments in usual), reverse=True)
        lines.append(
            SlowLine(days, max(lowest, (factor * peaks[ALLOWED] + 1) if len(peaks) > ALLOWED else 0))
        )
    return lines


def peak(moments: Sequence[datetime], days: int) -> int:
    """The most of these moments (sorted) that fall into one span of so many days."""
    best = first = 0
    for last, moment in enumerate(moments):
        while moment - moments[first] > days * DAY:
            first += 1
        best = max(best, last - first + 1)
    return best
