"""Bursts of one district, one kind of channel and one category that drown in the town's total.

Three shapes of series: kind of channel × category × district, kind × category, category × district; each of them also
over all categories, for what belongs to none. A matter's texts of
the last 6 and 24 hours are held against the same hours of the 28 days before. So many series are looked at that some
leave their usual by chance every day: the line is drawn above what all but four of their days of the last 28 reached
(a budget of one a week), and never below a surprise of 3.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from analysis.bursts import HISTORY_DAYS, capped, spread, surprise
from analysis.window import Seen, SeriesCounts

SERIES_RULE = "series_burst"  # the level rule of bursts in one series
EVERY = "*"
HOUR = timedelta(hours=1)
SPANS = (6, 24)
BLOCK = 6  # hours; a day is four of them, counted back from now
BLOCKS = 24 // BLOCK
LEAST_TEXTS = 5
LEAST_DAYS = 14  # of history; less is 样本不足, and nothing is said of single series
A_WEEK = 1  # series that may cross the line by chance
FLOOR = 3.0

Series = tuple[str, str, str]  # kind of channel, category, district; EVERY where it is not told apart
Days = list[list[int]]  # of each of the last 29 days, today first: texts of its four blocks, the latest first


@dataclass(frozen=True)
class SeriesBurst:
    """A matter above the line of a single series. hours: the span; documents: ids of its texts in it; expected: the
    usual of the series; surprise: −log10 of the chance; line: what it had to exceed."""

    series: Series
    hours: int
    documents: tuple[int, ...]
    expected: float
    surprise: float
    line: float

    @property
    def ratio(self) -> float:
        return self.surprise / self.line

    def words(
        self, channels: Mapping[str, str], categories: Mapping[str, str], places: Mapping[str, str]
    ) -> str:
        """As the page says it: 海城区 · 热线 · 卫生健康：6 小时 9 件，平时 1.2 件。 The mappings give the names of ids."""
        channel, category, place = self.series
        names = [places.get(place, place)] if place != EVERY else []
        names += [channels.get(channel, channel)] if channel != EVERY else []
        names += [categories.get(category, category)] if category != EVERY else []
        return f"{' · '.join(names)}：{self.hours} 小时 {len(self.documents)} 件，平时 {self.expected:.1f} 件"


def series_burst(
    documents: Sequence[Seen],
    counts: SeriesCounts,
    districts: Mapping[str, str],
    now: datetime,
    factor: float = 1.0,
    gaps: Collection[datetime] = (),
) -> SeriesBurst | None:
    """The series in which a matter stands out most, above the line of all series; None without one.

    counts: first publications of 29 days, the matter's own among them; districts: region → the part of the office's
    place it lies in; factor: how many times the usual is heard of everything now; gaps: hours in which the sources were down.
    """
    end = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + HOUR
    first = min((hour for hours in counts.values() for hour in hours), default=end)
    down = {int((end - hour) / HOUR - 1) // 24 for hour in gaps}
    known = [
        day for day in range(1, HISTORY_DAYS + 1) if day not in down and end - first >= timedelta(day + 1)
    ]
    if len(known) < LEAST_DAYS:
        return None
    found = []
    days = by_series(counts, districts, end)
    for (series, hours), own in own_texts(documents, districts, end).items():
        if len(own) >= LEAST_TEXTS and series in days:
            mean, variance = usual_of(days[series], hours, 0, known)
            departure = surprise(len(own), mean * factor, variance * factor * factor)
            found.append((departure, series, hours, tuple(sorted(own)), mean * factor))
    if not found or max(found)[0] <= FLOOR:
        return None
    departure, series, hours, ids, expected = max(found)
    line = line_of(days, known)
    return SeriesBurst(series, hours, ids, expected, departure, line) if departure > line else None


def shapes(channel: str, category: str, district: str | None) -> Iterator[Series]:
    """The series in which a text of this kind counts."""
    yield channel, category, EVERY
    if district is not None:
        yield channel, category, district
        yield EVERY, category, district


def own_texts(
    documents: Sequence[Seen], districts: Mapping[str, str], end: datetime
) -> dict[tuple[Series, int], list[int]]:
    """(series, span in hours) → ids of the matter's texts in it."""
    found: dict[tuple[Series, int], list[int]] = defaultdict(list)
    for one in documents:
        if one.counted_at is None or one.counted_at >= end:
            continue
        for category in (EVERY, *dict.fromkeys(one.categories)):
            for series in shapes(one.channel, category, districts.get(one.region or "")):
                for hours in SPANS:
                    if one.counted_at >= end - hours * HOUR:
                        found[series, hours].append(one.id)
    return found


def by_series(counts: SeriesCounts, districts: Mapping[str, str], end: datetime) -> dict[Series, Days]:
    found: dict[Series, Days] = defaultdict(lambda: [[0] * BLOCKS for _ in range(HISTORY_DAYS + 1)])
    for (channel, category, region), hours in counts.items():
        for series in shapes(channel, category, districts.get(region or "")):
            days = found[series]
            for hour, count in hours.items():
                back = int((end - hour) / HOUR) - 1  # 0 is the running hour
                if 0 <= back < 24 * (HISTORY_DAYS + 1):
                    days[back // 24][back % 24 // BLOCK] += count
    return found


def usual_of(days: Days, hours: int, block: int, known: Sequence[int]) -> tuple[float, float]:
    """Mean and variance of one span of a day over the `known` days. block: which of a day's spans of 6 hours."""
    values = [texts(days[day], hours, block) for day in known]
    overall = sum(sum(days[day]) for day in known) / len(known) * hours / 24
    return spread(capped(values), [1.0] * len(known), overall)


def texts(day: Sequence[int], hours: int, block: int) -> int:
    return sum(day) if hours == 24 else day[block]


def line_of(days: Mapping[Series, Days], known: Sequence[int]) -> float:
    """The surprise that all but A_WEEK a week of the days of a category stayed below, in whichever of its series."""
    peaks: dict[tuple[str, int], float] = defaultdict(float)
    for series, own in days.items():
        for hours, block in ((24, 0), *((BLOCK, block) for block in range(BLOCKS))):
            loud = [(day, texts(own[day], hours, block)) for day in known]
            loud = [(day, count) for day, count in loud if count >= LEAST_TEXTS]
            if loud:
                mean, variance = usual_of(own, hours, block, known)
                for day, count in loud:
                    key = series[1], day
                    peaks[key] = max(peaks[key], surprise(count, mean, variance))
    allowed = A_WEEK * len(known) // 7
    ranked = sorted(peaks.values(), reverse=True)
    return max(FLOOR, ranked[allowed] if len(ranked) > allowed else 0.0)
