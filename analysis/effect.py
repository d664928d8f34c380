"""What followed a release: volume against the forecast made without it, tone before and after. An observation only.

Interrupted time series: the hours before the release give the forecast of the hours after it; what came is held
against its interval. Attention falls by itself, so no number here is a merit, and none enters any score of a unit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from analysis.forecast import FLAT, HORIZONS, Forecast, forecast
from analysis.story import Hour

HOUR = timedelta(hours=1)
TONE_TEXTS = 10  # on each side, below which 样本不足 is said
Z95 = 1.96


@dataclass(frozen=True)
class Volume:
    """The first `forecast.hours` full hours after the release: [begins, ends), what came, what was to be expected."""

    begins: datetime
    ends: datetime
    came: int
    forecast: Forecast

    @property
    def place(self) -> str:
        """below, inside or above the interval."""
        return (
            "below"
            if self.came < self.forecast.low
            else "above"
            if self.came > self.forecast.high
            else "inside"
        )


@dataclass(frozen=True)
class Tone:
    """Negative texts of as many hours before as after. difference in shares (−1 to 1) with its 95 % interval."""

    before: tuple[int, int]
    after: tuple[int, int]
    difference: float
    low: float
    high: float
    is_enough: bool


@dataclass(frozen=True)
class Effect:
    """volumes: one per horizon that has passed since; tone None before six full hours have passed."""

    released_at: datetime
    volumes: tuple[Volume, ...]
    tone: Tone | None


def effect_of(
    hours: Sequence[Hour], released_at: datetime, next_hour: int = 0, shape: Sequence[float] = FLAT
) -> Effect:
    """hours: full hours of the incident, oldest first, from its first publication to the last full hour.

    The hour of the release itself belongs to neither side. next_hour: hour of day (Beijing) of the first hour after.
    """
    before = [one for one in hours if one.hour + HOUR <= released_at]
    after = [one for one in hours if one.hour >= released_at]
    volumes = tuple(
        Volume(
            after[0].hour, after[0].hour + HOUR * span, sum(one.total or 0 for one in after[:span]),
            forecast([one.total for one in before], span, next_hour, shape),
        )
        for span in HORIZONS
        if len(after) >= span and not any(one.total is None for one in after[:span])
    )  # fmt: skip
    span = volumes[-1].forecast.hours if volumes else 0
    return Effect(released_at, volumes, tone_of(before[-span:], after[:span]) if span else None)


def tone_of(before: Sequence[Hour], after: Sequence[Hour]) -> Tone:
    """Shares of negative texts and their difference; interval after Newcombe (1998), method 10, doi:10.1002/
    (SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I."""
    old, new = (
        (sum(one.negative for one in part), sum(one.total or 0 for one in part)) for part in (before, after)
    )
    if not old[1] or not new[1]:
        return Tone(old, new, 0.0, -1.0, 1.0, False)
    shares = new[0] / new[1], old[0] / old[1]
    (new_low, new_high), (old_low, old_high) = wilson(*new), wilson(*old)
    difference = shares[0] - shares[1]
    low = difference - math.hypot(shares[0] - new_low, old_high - shares[1])
    high = difference + math.hypot(new_high - shares[0], shares[1] - old_low)
    return Tone(old, new, difference, low, high, min(old[1], new[1]) >= TONE_TEXTS)


def wilson(part: int, whole: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    share, square = part / whole, Z95 * Z95
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    reach = Z95 / (1 + square / whole) * math.sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    return max(0.0, middle - reach), min(1.0, middle + reach)
