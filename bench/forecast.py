"""How good the forecast of the next 6 and 24 hours is, beside "same as now": coverage of its interval and error ratio.

Run: python bench/forecast.py [--data DIR] [--all] [--fit]. The shared dated streams as hourly counts (bench/streams.py),
split by time: the first 70 % of each kind's days learn the weights (--fit writes them), the rest is measured; --all
measures everything of a folder the weights have never seen. An event's stream is asked hourly from its sixth hour while
its last text is at most two days old; consecutive hours are alike, so n is large and the streams are few.
Error ratio: mean absolute error ÷ that of "same as now" (the last 6 or 24 hours once more); below 1 is better.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analysis.forecast import CHANCE, FEATURES, FLAT, HORIZONS, LEAST_TEXTS, WEIGHTS, features, forecast  # noqa: E402
from bench.cluster import default_data  # noqa: E402
from bench.streams import BEIJING, HOUR, QUIET, Stream, all_streams  # noqa: E402

LEARN_SHARE = 0.7
MARGIN = 0.02  # wider on each side: the next weeks are never quite like the last
CHECK_SHARE = 0.45  # what weights learnt before it miss between it and LEARN_SHARE gives the interval
HISTORY = 21 * 24  # hours of a long stream that are looked at
SIZES = (0.25, 0.5, 0.9, 1.4, 2.0, 2.6, 3.4, 99.0)  # of what is expected, log(1 + texts)
LOUDNESS = (0.9, 1.8, 2.8, 99.0)  # of the last 24 hours, log(1 + texts of the coming hours at their rate)


@dataclass(frozen=True)
class Case:
    kind: str
    stream: str
    at: datetime
    past: tuple[int, ...]
    truth: int
    shape: tuple[float, ...]

    @property
    def next_hour(self) -> int:
        return self.at.astimezone(BEIJING).hour


def split_at(streams: list[Stream], kind: str, share: float = LEARN_SHARE) -> datetime:
    own = [one for one in streams if one.kind == kind]
    begins = min(one.begins for one in own)
    ends = max(one.begins + HOUR * len(one.counts) for one in own)
    return begins + (ends - begins) * share


def shape_of(streams: list[Stream], kind: str, until: datetime) -> tuple[float, ...]:
    """How loud each hour of the day is in all of a kind's streams before the split; flat for messages (too few)."""
    if kind == "messages":
        return FLAT
    total = np.ones(24)
    for one in streams:
        if one.kind == kind:
            for step, count in enumerate(one.counts):
                at = one.begins + HOUR * step
                if at < until:
                    total[at.astimezone(BEIJING).hour] += count
    return tuple(total / total.mean())


def cases(streams: list[Stream], hours: int) -> Iterator[tuple[Case, bool]]:
    """Every question that could have been asked, and whether it lies in the learning part."""
    for kind in dict.fromkeys(one.kind for one in streams):
        until = split_at(streams, kind)
        shape = shape_of(streams, kind, until)
        for one in (row for row in streams if row.kind == kind):
            counts = one.counts
            for step in range(6, len(counts) - hours + 1):
                if kind != "category" and not any(counts[max(0, step - QUIET) : step]):
                    continue
                at = one.begins + HOUR * step
                past = counts[max(0, step - HISTORY) : step] if kind == "category" else counts[:step]
                learns = at + HOUR * hours <= until
                if learns or at >= until:
                    yield Case(kind, one.name, at, past, sum(counts[step : step + hours]), shape), learns


def fit(streams: list[Stream]) -> None:
    """Weights by least squares on log(1 + texts), each kind counting the same; interval from what such weights,
    learnt on the earlier part alone, missed later."""
    learnt = {}
    checks_from = {kind: split_at(streams, kind, CHECK_SHARE) for kind in {one.kind for one in streams}}
    for hours in HORIZONS:
        rows = [case for case, learns in cases(streams, hours) if learns]
        seen = [features(c.past, hours, c.next_hour, c.shape) for c in rows]
        loud = np.array([day for day, _ in seen])
        table = np.array([list(values.values()) for _, values in seen])
        truth = np.log1p([c.truth for c in rows])
        late = np.array([case.at >= checks_from[case.kind] for case in rows])
        number = Counter(case.kind for case in rows)
        weight = np.sqrt([1 / number[case.kind] for case in rows])
        ranges, lower = [], -1.0
        for upper in LOUDNESS:
            inside = (loud >= lower) & (loud < upper)
            lower = upper
            solved, first = (
                solve(table[part], (truth - loud)[part], weight[part]) for part in (inside, inside & ~late)
            )
            guess = np.maximum(0, loud + table @ first)
            checked = inside & late
            ranges.append(
                {
                    "upto": upper,
                    "weights": dict(zip(FEATURES, (round(float(value), 4) for value in solved), strict=True)),
                    "interval": intervals(guess[checked], truth[checked]),
                    "cases": int(inside.sum()),
                }
            )
        learnt[str(hours)] = ranges
    WEIGHTS.write_text(json.dumps(learnt, indent=1) + "\n", encoding="utf-8")
    print(f"written: {WEIGHTS.relative_to(ROOT)}")


def solve(table: np.ndarray, truth: np.ndarray, weight: np.ndarray) -> np.ndarray:
    return np.linalg.lstsq(table * weight[:, None], truth * weight, rcond=None)[0]


def intervals(guess: np.ndarray, truth: np.ndarray) -> list[dict[str, float]]:
    bins, lower = [], 0.0
    for upper in SIZES:
        inside = (guess >= lower) & (guess < upper)
        if inside.sum() >= 200 or upper == SIZES[-1]:
            kept = inside if inside.sum() >= 50 else np.ones_like(inside)
            below, above = np.quantile(
                (truth - guess)[kept], [(100 - CHANCE) / 200 - MARGIN, (100 + CHANCE) / 200 + MARGIN]
            )
            bins.append({"upto": upper, "below": round(float(below), 4), "above": round(float(above), 4)})
            lower = upper
    return bins


def measure(streams: list[Stream], everything: bool) -> None:
    print("kind      hours  streams      n  enough  MAE    same as now  error ratio  coverage %  mean width")
    for hours in HORIZONS:
        rows: dict[str, list[tuple[Case, float, float, bool, int, bool]]] = defaultdict(list)
        for case, learns in cases(streams, hours):
            if everything or not learns:
                said = forecast(case.past, hours, case.next_hour, case.shape)
                hit = said.low <= case.truth <= said.high
                row = (
                    case,
                    abs(said.expected - case.truth),
                    abs(said.same_as_now - case.truth),
                    hit,
                    said.high - said.low,
                    said.is_enough,
                )
                rows[case.kind].append(row)
                if said.is_enough:
                    rows["enough*"].append(row)
        for kind, found in rows.items():
            names = {(one[0].kind, one[0].stream) for one in found}
            ours, theirs = (float(np.mean([one[column] for one in found])) for column in (1, 2))
            print(
                f"{kind:<9} {hours:>5}  {len(names):>7}  {len(found):>5}  {np.mean([one[5] for one in found]):>6.2f}  {ours:.3f}"
                f"  {theirs:>11.3f}  {ours / theirs:>11.3f}  {100 * np.mean([one[3] for one in found]):>10.1f}"
                f"  {np.mean([one[4] for one in found]):>10.1f}"
            )
    print(
        f"* all kinds, where at least 6 hours and {LEAST_TEXTS} texts were seen (else 样本不足). Interval meant: {CHANCE} %"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=default_data())
    parser.add_argument("--all", action="store_true", help="the folder is unseen: measure all of it")
    parser.add_argument(
        "--fit", action="store_true", help="learn the weights from the first part and write them"
    )
    args = parser.parse_args()
    streams = all_streams(args.data)
    if not streams:
        parser.error(f"{args.data} 里没有带时间的流（需要 weibo_hotsearch_2024 或 zhengwu_messages_f3）")
    if args.fit:
        fit(streams)
    measure(streams, args.all)


if __name__ == "__main__":
    main()
