"""Which new titles of a board will come to its top three: flagged at a set number of false alarms a day.

The line a score must pass is not learnt but followed: it lies where the titles of the last days that did not come to
the top would have given just the budget of false alarms. What became of a title is known some hours after its first
sight. When the alarms really given ran above the budget, the line aims lower until they are back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.boards import BoardLook, Candidate, Key, Step, follow

BUDGET = 20.0  # false alarms a day
DAY, HOUR = 86400.0, 3600.0
WINDOW = 3 * DAY  # titles of so long ago say where the line lies
SETTLED = 6 * HOUR  # so long after its first sight a title counts as having stayed below
KNOWN = 1 * DAY  # before so much is known the line of the learning data holds
ACCOUNT = 7 * DAY  # alarms of so long ago are held against the budget
CORRECTION, LOWEST, HIGHEST = 1.0, 0.5, 1.3


class Scorer(Protocol):
    @property
    def start(self) -> float:
        """The line where nothing is known of a board yet."""

    def scores(self, candidates: Sequence[Candidate]) -> NDArray[np.float64]:
        """How likely each is to come to the top three; any scale, higher is likelier."""


@dataclass(frozen=True)
class Flag:
    """A title flagged at a look: it will probably come to the top three. line: what its score had to pass."""

    candidate: Candidate
    score: float
    line: float


@dataclass
class Outcome:
    """What became of one title. peak: its highest score; flagged: when it was flagged."""

    first: float
    peak: float = -np.inf
    flagged: float | None = None
    reached: float | None = None


@dataclass
class BudgetedLine:
    """The line at each moment. budget: false alarms a day; start: the line before KNOWN has been seen."""

    start: float
    budget: float = BUDGET
    outcomes: dict[Key, Outcome] = field(default_factory=dict)
    begun: float | None = None

    def at(self, now: float) -> float:
        """The line that a score must pass at `now` (Unix seconds, never going back)."""
        until = now - SETTLED
        if self.begun is None or until - self.begun < KNOWN:
            return self.start
        since = max(self.begun, until - WINDOW)
        below = np.array(
            [one.peak for one in self.outcomes.values() if one.reached is None and since <= one.first < until]
        )
        allowed = int(self.aim(until) * (until - since) / DAY)
        if allowed >= len(below):
            return float(below.min(initial=self.start))
        return float(np.partition(below, len(below) - 1 - allowed)[len(below) - 1 - allowed])

    def aim(self, until: float) -> float:
        """The budget, less what the last days' alarms were above it (more, if they were below)."""
        begun = self.begun if self.begun is not None else until
        since = max(begun, until - ACCOUNT)
        false = sum(
            one.flagged is not None and one.reached is None and since <= one.first < until
            for one in self.outcomes.values()
        )
        days = max((until - since) / DAY, 1.0)
        above = false / days - self.budget
        return min(max(self.budget - CORRECTION * above, LOWEST * self.budget), HIGHEST * self.budget)

    def forget(self, now: float) -> None:
        kept = now - SETTLED - max(WINDOW, ACCOUNT) - DAY
        for key in [key for key, one in self.outcomes.items() if one.first < kept]:
            del self.outcomes[key]


def flags_of(steps: Iterable[Step], scorer: Scorer, budget: float = BUDGET) -> Iterator[list[Flag]]:
    """For each step of one board, oldest first, the titles flagged at it. A title is flagged once in its life."""
    line = BudgetedLine(scorer.start, budget)
    for step in steps:
        yield judge(step, scorer.scores(step.candidates), line)


def judge(step: Step, scores: Sequence[float] | NDArray[np.float64], line: BudgetedLine) -> list[Flag]:
    """The titles of a step that pass the line; the line learns what the step tells."""
    if line.begun is None:
        line.begun = step.at
    for key in step.new:
        line.outcomes.setdefault(key, Outcome(key[1]))
    for key in step.reached:
        if key in line.outcomes:
            line.outcomes[key].reached = step.at
    line.forget(step.at)
    level = line.at(step.at)
    flags = []
    for candidate, score in zip(step.candidates, scores, strict=True):
        outcome = line.outcomes.get(candidate.key)
        if outcome is None:
            continue  # on the board for longer than anything is kept
        outcome.peak = max(outcome.peak, float(score))
        if outcome.flagged is None and score > level:
            outcome.flagged = step.at
            flags.append(Flag(candidate, float(score), level))
    return flags


def watch(looks: Iterable[BoardLook], scorer: Scorer, budget: float = BUDGET) -> Iterator[list[Flag]]:
    """The titles flagged at each look of one board, oldest first."""
    return flags_of(follow(looks), scorer, budget)
