"""How many texts the next hours will probably bring, with an interval, beside "same as now".

The expected count is what the last 24 hours would give if they went on, by hour of day, moved by what the last 3, 6
and 168 hours, the day before, the age and the loudness of the course say. Weights and interval come from
`bench/forecast.py --fit`: learnt on the first part of the shared dated streams, measured on the last. A forecast says
what is usual for such a course; it knows nothing of what will happen or be published.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WEIGHTS = Path(__file__).parent / "weights" / "forecast.json"
HORIZONS = (6, 24)  # hours
LEAST_HOURS, LEAST_TEXTS = 6, 10  # below them 样本不足
CHANCE = 80  # percent of cases in which the interval held on the learning part
FLAT = (1.0,) * 24
Counts = Sequence[int | None]  # texts by full hour, oldest first; None: the sources were down
FEATURES = ("one", "size", "youth", "last_3", "last_6", "day_before", "last_week")
SIZE_KNOWN = math.log1p(60)  # louder courses than this were not seen while learning: they are treated like it
YOUNG_HOURS = 72


@dataclass(frozen=True)
class Forecast:
    """Texts in the next `hours` hours. low, high: interval that held in CHANCE percent of the learning cases.

    same_as_now: the last so many hours once more (of a younger course, its rate). is_enough False: 样本不足, the
    numbers must not be shown as a forecast. is_usual False: louder than anything seen while learning, the interval is
    drawn twice as wide. seen_hours, seen_texts: what it rests on.
    """

    hours: int
    expected: float
    low: int
    high: int
    same_as_now: float
    seen_hours: int
    seen_texts: int
    is_enough: bool
    is_usual: bool = True


def forecast(counts: Counts, hours: int, next_hour: int = 0, shape: Sequence[float] = FLAT) -> Forecast:
    """The next `hours` (6 or 24) hours after `counts`.

    counts: from the first text on. next_hour: hour of day (0 to 23, Beijing) of the first hour to come.
    shape: how loud each hour of the day usually is, any scale; FLAT where that is not known.
    """
    seen = [value for value in counts if value is not None]
    day, values = features(counts, hours, next_hour, shape)
    learnt = home_of(weights()[str(hours)], day)
    level = day + sum(learnt["weights"][name] * value for name, value in values.items())
    expected = max(0.0, math.expm1(min(level, 14.0)))
    reach = home_of(learnt["interval"], math.log1p(expected))
    is_usual = day <= SIZE_KNOWN
    below, above = ((1 if is_usual else 2) * reach[side] for side in ("below", "above"))
    return Forecast(
        hours=hours,
        expected=expected,
        low=max(0, math.ceil(math.expm1(math.log1p(expected) + below) - 1e-9)),
        high=math.floor(math.expm1(math.log1p(expected) + above) + 1e-9),
        same_as_now=same_as_now(counts, hours),
        seen_hours=len(seen),
        seen_texts=sum(seen),
        is_enough=len(seen) >= LEAST_HOURS and sum(seen) >= LEAST_TEXTS,
        is_usual=is_usual,
    )


def same_as_now(counts: Counts, hours: int) -> float:
    """The last `hours` hours once more; where fewer were seen, their rate; hours without sources are left out."""
    seen = [value for value in counts[-hours:] if value is not None]
    return sum(seen) / len(seen) * hours if seen else 0.0


def features(
    counts: Counts, hours: int, next_hour: int, shape: Sequence[float]
) -> tuple[float, dict[str, float]]:
    """log(1 + texts) that the next hours would bring if the last 24 went on, and what moves it, by FEATURES.

    Other stretches of the past stand there as their difference to the last 24 hours, so that a course ten times as
    loud is forecast ten times as loud.
    """
    ahead = sum(shape[(next_hour + step) % 24] for step in range(hours))

    def carried(span: int, skip: int = 0) -> float:
        ends = len(counts) - skip
        places = [at for at in range(max(0, ends - span), max(0, ends)) if counts[at] is not None]
        usual = sum(shape[(next_hour - len(counts) + at) % 24] for at in places)
        texts = sum(counts[at] or 0 for at in places)
        return math.log1p(texts / usual * ahead) if usual > 0 else 0.0

    young = len(counts) < 24 + hours
    day = carried(24)
    return day, {
        "one": 1.0,
        "size": min(day, SIZE_KNOWN),
        "youth": max(0.0, 1 - len(counts) / YOUNG_HOURS),
        "last_3": carried(3) - day,
        "last_6": carried(6) - day,
        "day_before": 0.0
        if young
        else carried(24, 24) - day
        if hours == 24
        else carried(hours, 24 - hours) - day,
        "last_week": carried(7 * 24) - day,
    }


def home_of(ranges: Sequence[Mapping[str, Any]], level: float) -> Mapping[str, Any]:
    """The first range that reaches beyond the level, else the last. Levels are log(1 + texts)."""
    return next((one for one in ranges if level < one["upto"]), ranges[-1])


@functools.cache
def weights() -> dict[str, list[dict[str, Any]]]:
    """Per horizon and loudness: a weight for each of FEATURES, and the interval by the size expected."""
    loaded: dict[str, list[dict[str, Any]]] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return loaded
