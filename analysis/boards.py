"""A hot-search board followed over time: what is known of each new title at each look. Pure: no clock, no I/O.

Only relations are measured, never a heat by itself: a title against the third, the median and the tail of the board
it stands on. On days when all heats are ten times as high these are the same.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

TOP = 3  # ranks that count as the top of the board
LIFE = 24 * 3600.0  # seconds: a title unseen for so long is a new one when it comes again
BLIND = 3 * 3600.0  # seconds without a look after which nothing is known to be new
LONG = 50  # lines of a board that are compared
LEAST = 10  # with fewer titles known there is no board to compare with
HOUR = 3600.0
FEATURES = (
    "to_third", "to_median", "above_tail", "rank", "age", "speed", "gain", "climb", "gain_hour", "climb_hour",
    "entry_to_third", "entry_rank", "sine", "cosine", "third_trend", "tenth_to_third", "look_gap", "own_gap",
    "young_above", "moving_above", "tells_all",
)  # fmt: skip
Key = tuple[str, float]  # title and first sight: one life of a title on one board


@dataclass(frozen=True)
class Line:
    """One title at one look. heat > 0. rank: 1 is the top; None where the sampler does not say."""

    title: str
    heat: float
    rank: int | None = None


@dataclass(frozen=True)
class BoardLook:
    """at: Unix seconds. is_whole: all titles on the board are given; else only some that rose since the last look.

    is_frequent: whole boards some minutes apart. Of these only the titles higher than ever before are judged, as a
    sampler that tells those alone would show them: that is what was learnt on.
    """

    at: float
    lines: Sequence[Line]
    is_whole: bool = True
    is_frequent: bool = False

    @property
    def tells_all(self) -> bool:
        return self.is_whole and not self.is_frequent


@dataclass
class Life:
    """One title from its first sight on. marks: (at, heat, rank among what is known), oldest first.

    told: the last look to be judged at, see `BoardLook`. is_judged: its beginning was seen, see `Board.see`.
    """

    title: str
    first: float
    entry_rank: int = 0
    entry_to_third: float = 0.0
    heat: float = 0.0
    last: float = 0.0
    is_on: bool = True
    is_judged: bool = True
    peak: float = 0.0
    told: float = 0.0
    reached: float | None = None
    marks: list[tuple[float, float, int]] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return self.title, self.first


@dataclass(frozen=True)
class Candidate:
    """A title that has not been in the top three, as it stands at a look.

    values: in the order of FEATURES, NaN where a title was seen once only. rank: given, else among what is known.
    """

    key: Key
    at: float
    values: tuple[float, ...]
    rank: int
    entry_rank: int
    to_median: float


@dataclass(frozen=True)
class Step:
    """What one look brought: titles first seen, those now in the top three for the first time, those to be judged."""

    at: float
    new: tuple[Key, ...]
    reached: tuple[Key, ...]
    candidates: tuple[Candidate, ...]


class Board:
    """Everything known of one board; `see` its looks in the order of time.

    What the first look shows, or the first after BLIND, is not new: nobody saw it begin, it is never judged.
    """

    def __init__(self) -> None:
        self.lives: dict[str, Life] = {}
        self.thirds: list[tuple[float, float]] = []
        self.seen = -math.inf

    def see(self, look: BoardLook) -> Step:
        lines = {line.title: line for line in look.lines if line.heat > 0}
        new = self.take(lines, look)
        heats = sorted(one.heat for one in self.lives.values() if one.is_on)
        if len(heats) < LEAST:
            return Step(look.at, tuple(one.key for one in new), (), ())
        level = Level(heats, look, self.thirds)
        self.thirds = [*self.thirds[-29:], (look.at, level.third)]
        reached, candidates = [], []
        for title, line in lines.items():
            life = self.lives[title]
            rank = level.rank_of(line.heat)
            if not life.marks:
                life.entry_rank, life.entry_to_third = rank, math.log(line.heat / level.third)
            life.marks = [*life.marks[-40:], (look.at, line.heat, rank)]
            if life.reached is None and line.rank is not None and line.rank <= TOP:
                life.reached = look.at
                reached.append(life.key)
            elif life.reached is None and life.is_judged and life.told == look.at:
                shown = line.rank if line.rank is not None else rank
                candidates.append(
                    Candidate(
                        life.key, look.at, self.values(life, level, look), shown,
                        life.entry_rank, line.heat / level.median,
                    )
                )  # fmt: skip
        return Step(look.at, tuple(one.key for one in new), tuple(reached), tuple(candidates))

    def take(self, lines: dict[str, Line], look: BoardLook) -> list[Life]:
        """Bring the lives up to date; those that begin with this look."""
        for title in [name for name, life in self.lives.items() if look.at - life.last > LIFE]:
            del self.lives[title]
        new: list[Life] = []
        is_blind = look.at - self.seen > BLIND
        self.seen = look.at
        for title, line in lines.items():
            life = self.lives.get(title)
            if life is None:
                life = self.lives[title] = Life(title, look.at, is_judged=not is_blind)
                new += [life] if life.is_judged else []
            life.heat, life.last, life.is_on = line.heat, look.at, True
            if line.heat > life.peak or not look.is_frequent:
                life.told = look.at
            life.peak = max(life.peak, line.heat)
        if look.is_whole:
            for title, life in self.lives.items():
                life.is_on = title in lines
        return new

    def values(self, life: Life, level: Level, look: BoardLook) -> tuple[float, ...]:
        at, heat, rank = life.marks[-1]
        above = [one for one in self.lives.values() if one.is_on and one.heat > heat]
        nan = math.nan
        own_gap = gain = speed = climb = nan
        if len(life.marks) > 1:
            then, before, rank_before = life.marks[-2]
            own_gap = max((at - then) / 60, 1.0)
            gain = (heat - before) / level.third
            speed, climb = gain / own_gap * 20, math.log(rank_before / rank)
        hour_ago = life.marks[bisect_left(life.marks, at - HOUR - 100, key=lambda mark: mark[0])]
        angle = (at + 8 * HOUR) % (24 * HOUR) / (24 * HOUR) * 2 * math.pi  # Beijing
        return (
            math.log(heat / level.third), math.log(heat / level.median),
            min((heat - level.tail) / max(level.third - level.tail, 1.0), 5.0), math.log(rank),
            (at - life.first) / 60, speed, gain, climb,
            (heat - hour_ago[1]) / level.third, math.log(hour_ago[2] / rank),
            life.entry_to_third, math.log(life.entry_rank), math.sin(angle), math.cos(angle),
            level.third_trend, math.log(level.tenth / level.third), level.gap, own_gap,
            float(sum(at - one.first < 1.5 * HOUR for one in above)), float(sum(one.told == at for one in above)),
            float(look.tells_all),
        )  # fmt: skip


class Level:
    """How high the board stands at a look. heats: ascending."""

    def __init__(
        self, heats: Sequence[float], look: BoardLook, thirds: Sequence[tuple[float, float]]
    ) -> None:
        self.heats = heats
        self.third, self.tenth = heats[-TOP], heats[-10]
        shown = heats[-LONG:]
        self.tail, self.median = shown[0], shown[len(shown) // 2]
        before = next((third for at, third in thirds if look.at - at <= 1.5 * HOUR), self.third)
        self.third_trend = math.log(self.third / before)
        self.gap = min((look.at - thirds[-1][0]) / 60, 24 * 60) if thirds else 20.0

    def rank_of(self, heat: float) -> int:
        """1 + the number of titles known to stand higher."""
        return 1 + len(self.heats) - bisect_right(self.heats, heat)


def follow(looks: Iterable[BoardLook]) -> Iterator[Step]:
    """Each look of one board, oldest first, with what it brought."""
    board = Board()
    for look in looks:
        yield board.see(look)
