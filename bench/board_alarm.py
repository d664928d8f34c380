"""New titles of a hot-search board that will come to its top three, flagged before or at the look that shows them there.

Run: python bench/board_alarm.py [--data DIR] [--model FILE] [--from DAY] [--until DAY] [--stress N] [--table].
DIR is laid out as the shared data; only DIR/weibo_hotsearch_2024 is read and nothing is learnt from it.

What is counted
- Look: one sampling of either file, in order of time. Observations (about every 18 minutes) name titles that rose;
  hourly boards name all, with ranks. Only hourly boards say that a title is in the top three: rank ≤ 3 there.
- New title: not seen in the 24 hours before, first seen on a counted day (Beijing). Days of the file's first two days
  warm the line up and are not counted.
- To be flagged: a new title that comes to the top three in this life. *strict*: flagged at a look before the hourly
  board that first shows it there; a title whose very first look shows it there is a miss. *without*: the same
  without those titles. *at*: flagged at that first look counts too, as the look itself tells it.
- False alarm: a flagged title that never stands in the top three of an hourly board in its life. It counts on the day
  of its first sight. The budget is 20 a day.
Every method has the same online line with the same budget; the baselines marked "fixed" keep the line that gave the
budget on the learning days.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analysis.board_alarm import BUDGET, BudgetedLine, judge  # noqa: E402
from analysis.board_data import FOLDER, read_looks  # noqa: E402
from analysis.board_model import BoardModel, default_model, load  # noqa: E402
from analysis.boards import BoardLook, Key, Line, Step, follow  # noqa: E402
from bench.day_lists import default_data  # noqa: E402

OLYMPICS = date(2024, 7, 26)
WARM_DAYS = 2
DRAWS = 1000
SHIFT = timedelta(hours=8)
Scores = Sequence[Sequence[float]]  # of each step, of each of its candidates


@dataclass(frozen=True)
class Case:
    """A title that came to the top three. flagged: seconds before it did, None if not; at_first: its first look did."""

    flagged: float | None
    at_first: bool


@dataclass
class Day:
    cases: list[Case]
    false: int = 0


@dataclass(frozen=True)
class Result:
    cases: int
    strict: float
    without: float
    at: float
    low: float
    high: float
    false_a_day: float
    lead_minutes: float

    @property
    def row(self) -> str:
        return (
            f"{self.cases:>5}  {self.strict:>6.3f} [{self.low:.3f}, {self.high:.3f}]  {self.without:>7.3f}  {self.at:>6.3f}"
            f"  {self.false_a_day:>7.1f}  {self.false_a_day / BUDGET:>6.2f}  {self.lead_minutes:>8.0f}"
        )


def day_of(at: float) -> date:
    return (datetime.fromtimestamp(at, UTC) + SHIFT).date()


def run(steps: Sequence[Step], scores: Scores, start: float, fixed: bool = False) -> dict[Key, float]:
    """When each flagged title was flagged."""
    line = BudgetedLine(start)
    if fixed:
        line.at = lambda now: start  # type: ignore[method-assign]
    found: dict[Key, float] = {}
    for step, given in zip(steps, scores, strict=True):
        for flag in judge(step, given, line):
            found[flag.candidate.key] = step.at
    return found


def by_day(steps: Sequence[Step], flags: dict[Key, float]) -> dict[date, Day]:
    reached = {key: step.at for step in steps for key in step.reached}
    days: dict[date, Day] = defaultdict(lambda: Day([]))
    for key in (key for step in steps for key in step.new):
        day, flagged = days[day_of(key[1])], flags.get(key)
        if key in reached:
            at = reached[key]
            day.cases.append(Case(at - flagged if flagged is not None else None, at == key[1]))
        elif flagged is not None:
            day.false += 1
    return days


def summed(days: Sequence[Day]) -> Result:
    cases = [case for day in days for case in day.cases]
    hit = np.array([[sum(c.flagged is not None for c in day.cases), len(day.cases)] for day in days])
    draw = np.random.default_rng(0).integers(0, len(days), (DRAWS, len(days)))
    drawn = hit[draw].sum(axis=1)
    low, high = np.quantile(drawn[:, 0] / np.maximum(drawn[:, 1], 1), [0.025, 0.975])
    flagged = [case.flagged for case in cases if case.flagged is not None]
    first = sum(case.at_first for case in cases)
    n = max(len(cases), 1)
    return Result(
        len(cases), len(flagged) / n, len(flagged) / max(n - first, 1), (len(flagged) + first) / n,
        float(low), float(high), sum(day.false for day in days) / len(days),
        float(np.median(flagged)) / 60 if flagged else 0.0,
    )  # fmt: skip


def parts_of(days: Sequence[date], learnt_until: date) -> dict[str, list[date]]:
    """Days the model learnt on are no test and stand apart."""
    parts: dict[str, list[date]] = {}
    for day in days:
        name = "learnt on" if day < learnt_until else "ordinary" if day < OLYMPICS else "Olympics"
        parts.setdefault(name, []).append(day)
    return parts


def heat_scores(looks: Sequence[BoardLook], steps: Sequence[Step]) -> Scores:
    """The heat itself, as the simplest tool has it."""
    found = []
    for look, step in zip(looks, steps, strict=True):
        heat = {line.title: line.heat for line in look.lines}
        found.append([float(np.log(heat[one.key[0]])) for one in step.candidates])
    return found


def model_scores(model: BoardModel, steps: Sequence[Step]) -> Scores:
    """All candidates scored at once, then laid out by step."""
    flat = model.scores([one for step in steps for one in step.candidates])
    ends = np.cumsum([len(step.candidates) for step in steps])
    return [part.tolist() for part in np.split(flat, ends[:-1])]


HEAT_LINE = 13.45  # log of the heat that gave the budget on 2024-05-23 .. 06-17


def measure(
    looks: Sequence[BoardLook], model: BoardModel, since: date | None = None, until: date | None = None,
    name: str = "", each_day: bool = False,
) -> dict[tuple[str, str], Result]:  # fmt: skip
    """Prints a line a part and method; nothing when there are no looks."""
    if not looks:
        print("\nhot-search board: no series there")
        return {}
    steps = list(follow(looks))
    begin = max(day_of(steps[0].at) + timedelta(days=WARM_DAYS), since or date.min)
    heat, own = heat_scores(looks, steps), model_scores(model, steps)
    methods: dict[str, Callable[[], dict[Key, float]]] = {
        "heat, fixed line": lambda: run(steps, heat, HEAT_LINE, fixed=True),
        "heat, online line": lambda: run(steps, heat, HEAT_LINE),
        "boosting, fixed line": lambda: run(steps, own, model.start, fixed=True),
        "huiying": lambda: run(steps, own, model.start),
    }
    print(
        f"\nhot-search board{name}: new titles that come to the top {3}, {BUDGET:g} false alarms a day allowed"
    )
    print(
        "part      method                    n  strict  95 % of days    without      at  false/d  budget  lead min"
    )
    results = {}
    for method, flagged in methods.items():
        days = by_day(steps, flagged())
        counted = sorted(day for day in days if begin <= day < (until or date.max))
        for part, chosen in parts_of(counted, day_of(model.until)).items():
            results[part, method] = found = summed([days[day] for day in chosen])
            print(f"{part:<9} {method:<21} {found.row}")
        if each_day and method == "huiying":
            for day in counted:
                one = days[day]
                print(
                    f"  {day} {sum(c.flagged is not None for c in one.cases)}/{len(one.cases)} false {one.false}"
                )
    return results


def stressed(looks: Sequence[BoardLook], from_day: date, seed: int) -> list[BoardLook]:
    """SIMULATED. From a day on every heat is 5 to 10 times as high (a factor a day) and the board is shared with the
    titles of another day, 7 days before, a third of them three times as hot: more compete for the same three ranks."""
    draw = random.Random(seed)
    begin = next((one.at for one in looks if day_of(one.at) >= from_day), float("inf"))
    factors: dict[date, float] = {}
    hot: dict[str, float] = {}
    guests = [one for one in looks if begin - 7 * 86400 <= one.at < looks[-1].at - 7 * 86400]
    moved = []
    for guest in guests:
        lines = []
        for line in guest.lines:
            boost = hot.setdefault(line.title, 3.0 if draw.random() < 1 / 3 else 1.0)
            lines.append(Line(line.title + "·", line.heat * boost, line.rank))
        moved.append(BoardLook(guest.at + 7 * 86400, lines, guest.is_whole))
    whole = [one for one in moved if one.is_whole and one.lines and one.lines[0].rank]
    found = []
    for one in looks:
        if one.at < begin:
            found.append(one)
            continue
        factor = factors.setdefault(day_of(one.at), draw.uniform(5, 10))
        lines = list(one.lines)
        if one.is_whole and lines and lines[0].rank:
            other = min(whole, key=lambda guest: abs(guest.at - one.at), default=None)
            if other and abs(other.at - one.at) < 5400:
                lines += other.lines
            lines = sorted((line for line in lines if line.heat > 0), key=lambda line: -line.heat)[:50]
            lines = [Line(line.title, line.heat, rank) for rank, line in enumerate(lines, 1)]
        elif one.is_whole:
            continue
        found.append(BoardLook(one.at, [Line(x.title, x.heat * factor, x.rank) for x in lines], one.is_whole))
    for guest in moved:
        if guest.at >= begin and not guest.is_whole:
            factor = factors.setdefault(day_of(guest.at), draw.uniform(5, 10))
            found.append(
                BoardLook(guest.at + 1, [Line(x.title, x.heat * factor) for x in guest.lines], False)
            )
    return sorted(found, key=lambda one: one.at)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=default_data())
    parser.add_argument("--model", type=Path)
    parser.add_argument("--from", dest="since", type=date.fromisoformat)
    parser.add_argument("--until", type=date.fromisoformat)
    parser.add_argument("--stress", type=date.fromisoformat, help="simulate a loud time from this day on")
    parser.add_argument("--table", action="store_true", help="print each day")
    args = parser.parse_args()
    looks = read_looks(args.data / FOLDER)
    if args.until:
        looks = [one for one in looks if day_of(one.at) < args.until]
    model = load(args.model) if args.model else default_model()
    if args.stress:
        looks = stressed(looks, args.stress, 1)
    measure(
        looks, model, args.since or args.stress, args.until, " (SIMULATED loud time)" if args.stress else "", args.table
    )  # fmt: skip


if __name__ == "__main__":
    main()
