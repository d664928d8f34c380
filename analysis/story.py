"""The course of an incident read off its hourly counts: phases, peak and turning points. Pure; no text is read.

Phases are the field's 潜伏, 扩散, 高潮, 消退. 高潮 is the stretch around the loudest hour in which the running mean of
three hours stays at half of its value there; 扩散 leads up to it from a tenth; what lies before is 潜伏, after it 消退.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
LATENT, SPREAD, CLIMAX, FADE = "潜伏", "扩散", "高潮", "消退"
LEAST_TEXTS, LEAST_PEAK = 12, 3  # below them no phases are told
CLIMAX_SHARE, SPREAD_SHARE = 0.5, 0.1  # of the running mean at the peak
STRETCH = 3  # hours compared on either side of a turn
TURN_TEXTS, TURN_RATIO, TURN_SURPRISE = 6, 2.0, 3.0  # least texts, ratio, and −log10 of the chance of a turn
TONE_HOURS, TONE_TEXTS, TONE_Z = 6, 15, 3.0
MOST_TURNS = 8


@dataclass(frozen=True)
class Hour:
    """First publications of one hour. hour: its start, UTC; total None: the sources were down."""

    hour: datetime
    total: int | None
    negative: int = 0


@dataclass(frozen=True)
class Phase:
    """[begins, ends), whole hours, UTC. is_open: it still goes on, so its end is not known. texts: in it."""

    name: str
    begins: datetime
    ends: datetime
    texts: int
    is_open: bool


@dataclass(frozen=True)
class Turn:
    """An hour in which the course changed. kind: rise, fall, worse, better (share of negative texts).

    before, after: texts per hour, or negative share in percent; begins, ends: the hours that show it.
    """

    kind: str
    at: datetime
    before: float
    after: float
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Course:
    """peak: the hour with most texts (the first of equals), None when nothing was published.

    phases is empty where there are too few texts (样本不足); turns oldest first.
    """

    total: int
    peak: Hour | None
    phases: tuple[Phase, ...]
    turns: tuple[Turn, ...]

    @property
    def phase(self) -> Phase | None:
        """Where it stands now."""
        return self.phases[-1] if self.phases else None


def course_of(hours: Sequence[Hour]) -> Course:
    """hours: full hours without a hole, oldest first, from the first publication to the last full hour."""
    total = sum(one.total or 0 for one in hours)
    peak = max(hours, key=lambda one: one.total or 0, default=None)
    if peak is None or not peak.total:
        return Course(total, None, (), ())
    return Course(total, peak, phases_of(hours), turns_of(hours))


def phases_of(hours: Sequence[Hour]) -> tuple[Phase, ...]:
    """The phases one after the other, without a hole; empty where there are too few texts to tell."""
    counts = [one.total or 0 for one in hours]
    if sum(counts) < LEAST_TEXTS or max(counts) < LEAST_PEAK:
        return ()
    mean = running_mean(counts)
    top = max(range(len(counts)), key=counts.__getitem__)
    rises = stretch_begin(mean, top, CLIMAX_SHARE * mean[top])
    falls = top
    while falls + 1 < len(mean) and mean[falls + 1] >= CLIMAX_SHARE * mean[top]:
        falls += 1
    spreads = stretch_begin(mean, rises, SPREAD_SHARE * mean[top])
    edges = [
        (LATENT, 0, spreads),
        (SPREAD, spreads, rises),
        (CLIMAX, rises, falls + 1),
        (FADE, falls + 1, len(mean)),
    ]
    return tuple(
        Phase(
            name,
            hours[0].hour + HOUR * first,
            hours[0].hour + HOUR * last,
            sum(counts[first:last]),
            last == len(mean),
        )
        for name, first, last in edges
        if last > first
    )


def running_mean(counts: Sequence[int]) -> list[float]:
    """Mean of an hour and its neighbours; at the edges of those there are."""
    return [
        sum(counts[max(0, at - 1) : at + 2]) / len(counts[max(0, at - 1) : at + 2])
        for at in range(len(counts))
    ]


def stretch_begin(mean: Sequence[float], at: int, least: float) -> int:
    while at > 0 and mean[at - 1] >= least:
        at -= 1
    return at


def turns_of(hours: Sequence[Hour]) -> tuple[Turn, ...]:
    """Hours in which the level or the tone changed beyond chance, the strongest MOST_TURNS, oldest first."""
    found = [*level_turns(hours), *tone_turns(hours)]
    strongest = sorted(found, key=lambda one: -one[0])[:MOST_TURNS]
    return tuple(sorted((turn for _, turn in strongest), key=lambda turn: (turn.at, turn.kind)))


def level_turns(hours: Sequence[Hour]) -> list[tuple[float, Turn]]:
    """Where three hours bring at least twice as many texts as the three before, or at most half, beyond chance."""
    candidates: list[tuple[float, Turn]] = []
    for at in range(1, len(hours)):
        before, after = hours[max(0, at - STRETCH) : at], hours[at : at + STRETCH]
        if any(one.total is None for one in (*before, *after)):
            continue  # a hole in the reading is no turn
        old, new = (sum(one.total or 0 for one in part) for part in (before, after))
        old_rate, new_rate = old / len(before), new / len(after)
        if max(old, new) < TURN_TEXTS or max(old_rate, new_rate) < TURN_RATIO * min(old_rate, new_rate):
            continue
        strength = surprise_of_split(old, new, len(before), len(after))
        if strength >= TURN_SURPRISE:
            kind = "rise" if new_rate > old_rate else "fall"
            candidates.append(
                (
                    strength,
                    Turn(kind, hours[at].hour, old_rate, new_rate, hours[at].hour, after[-1].hour + HOUR),
                )
            )
    return strongest_of_runs(candidates)


def tone_turns(hours: Sequence[Hour]) -> list[tuple[float, Turn]]:
    """Where the share of negative texts of six hours differs from that of the six before beyond chance."""
    candidates: list[tuple[float, Turn]] = []
    for at in range(1, len(hours)):
        before, after = hours[max(0, at - TONE_HOURS) : at], hours[at : at + TONE_HOURS]
        old, new = (sum(one.total or 0 for one in part) for part in (before, after))
        if min(old, new) < TONE_TEXTS:
            continue
        old_bad, new_bad = (sum(one.negative for one in part) for part in (before, after))
        share = (old_bad + new_bad) / (old + new)
        spread = math.sqrt(max(share * (1 - share), 1e-9) * (1 / old + 1 / new))
        z = (new_bad / new - old_bad / old) / spread
        if abs(z) >= TONE_Z:
            turn = Turn(
                "worse" if z > 0 else "better", hours[at].hour, 100 * old_bad / old, 100 * new_bad / new,
                hours[at].hour, after[-1].hour + HOUR,
            )  # fmt: skip
            candidates.append((abs(z), turn))
    return strongest_of_runs(candidates)


def strongest_of_runs(candidates: Sequence[tuple[float, Turn]]) -> list[tuple[float, Turn]]:
    """Of neighbouring hours that show the same turn, the one that shows it best."""
    runs: list[list[tuple[float, Turn]]] = []
    for strength, turn in candidates:
        last = runs[-1][-1][1] if runs else None
        if last is not None and last.kind == turn.kind and turn.at - last.at <= STRETCH * HOUR:
            runs[-1].append((strength, turn))
        else:
            runs.append([(strength, turn)])
    return [max(run, key=lambda one: one[0]) for run in runs]


def surprise_of_split(old: int, new: int, old_hours: int, new_hours: int) -> float:
    """−log10 of the chance of so uneven a split of all texts over the hours, were the level the same (two-sided)."""
    whole, chance = old + new, new_hours / (old_hours + new_hours)
    spread = math.sqrt(whole * chance * (1 - chance))
    z = max(0.0, abs(new - whole * chance) - 0.5) / spread
    return min(12.0, -math.log10(max(math.erfc(z / math.sqrt(2)), 1e-12)))
