"""How long to wait before a source is read again, from its own rhythm: pure functions of counts and `now`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
DAYS = {False: 20, True: 8}  # work days and weekend days in 28 days
STEP = timedelta(minutes=5)
NIGHT_BEGINS, NIGHT_ENDS = 23, 6


def interval_seconds(
    every: int, every_max: int, night: int, arrivals: Mapping[tuple[bool, int], int], now: datetime
) -> int:
    """Seconds until about one new text is to be expected, from `every` to `every_max`; at night at least `night`.

    arrivals: texts of 28 days by (weekend, hour of the Beijing day); empty means the rhythm is not known yet, and the
    source is read at its shortest interval.
    """
    wait = every
    if arrivals and every_max > every:
        wait = min(max(until_next(arrivals, now, every_max), every), every_max)
    return max(wait, night) if is_night(now) else wait


def until_next(arrivals: Mapping[tuple[bool, int], int], now: datetime, longest: int) -> int:
    """Seconds over which the usual arrivals add up to one text, at most `longest`."""
    expected, moment = 0.0, now.astimezone(BEIJING)
    begin = moment
    while expected < 1 - 1e-9 and (moment - begin).total_seconds() < longest:
        weekend = moment.isoweekday() >= 6
        expected += arrivals.get((weekend, moment.hour), 0) / DAYS[weekend] * (STEP / timedelta(hours=1))
        moment += STEP
    return int((moment - begin).total_seconds())


def is_night(now: datetime) -> bool:
    hour = now.astimezone(BEIJING).hour
    return hour >= NIGHT_BEGINS or hour < NIGHT_ENDS


def jitter(source: str, now: datetime) -> float:
    """A number in [0, 1) that differs from source to source and run to run, and is the same when asked twice."""
    return int(hashlib.sha256(f"{source}|{now.isoformat()}".encode()).hexdigest()[:8], 16) / 2**32
