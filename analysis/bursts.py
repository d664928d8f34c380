"""The usual for an hour, learnt from the own history, and how far a count leaves it.

An hour is compared with the same hour of day (one hour either side) of the last 28 days; days of the same
weekday count three times, days of the other kind (working or free, by the Chinese calendar of holidays) not at all.
People write in bursts, so the line is an upper quantile of a negative binomial with the variance of the history, not
of a Poisson. Where everything else is louder than usual too, the line rises with it; where sources are down, it sinks.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from statistics import median
from zoneinfo import ZoneInfo

from analysis.daykinds import is_free_day

BEIJING = ZoneInfo("Asia/Shanghai")
BEIJING_AHEAD = 8  # hours; no summer time since 1991
FIRST_DAY = date(1970, 1, 1)
HOUR = timedelta(hours=1)
HISTORY_DAYS = 28
QUANTILE = 0.995  # one hour in two hundred lies above the line by chance: about one a week for one series
DAYS_ENOUGH = 5  # distinct days behind a line before it is called a baseline
LOWEST_LINE = 3.0  # up to three texts in an hour are never called a burst
LONGEST_SPAN = 24
SPANS = (1, 2, 6, LONGEST_SPAN)
PRIOR_WEIGHT = 2.0  # the whole history's mean stands for this many samples
SAME_WEEKDAY, SAME_KIND = 3.0, 1.0
LOUD_HOURS = 6  # over which the rest of the town is heard
LOUDEST = 4.0  # a real incident splinters: the rest of the town never raises a line further than so often
QUIETEST = 0.2
RISING_CHANCE = 0.1  # a rise that chance brings more often is no rise


@dataclass(frozen=True)
class Baseline:
    """expected: mean of the hour; threshold: 预警线, counts above leave the usual; samples: hours behind it.

    is_enough False means 样本不足: the line is then a cautious guess from the few hours there are.
    """

    expected: float
    threshold: float
    samples: int
    is_enough: bool
    variance: float = 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The counts between which 95 of 100 such hours lie."""
        variance = max(self.variance, self.expected)
        low, high = (upper_quantile(self.expected, variance, quantile) for quantile in (0.025, 0.975))
        return low, high

    def scaled(self, factor: float) -> Baseline:
        """The line when so many times as much as usual is heard of everything."""
        if factor == 1.0:
            return self
        return replace(
            self,
            expected=self.expected * factor,
            threshold=max(LOWEST_LINE, math.ceil(self.threshold * factor)),
            variance=self.variance * factor * factor,
        )


@dataclass(frozen=True)
class Usual:
    """What is known of the usual. counts: of the matter's categories by hour; town: of all categories.

    gaps: hours in which most sources were down; seen: share of the sources that are being read now.
    """

    counts: Mapping[datetime, int]
    town: Mapping[datetime, int] = field(default_factory=dict)
    gaps: Collection[datetime] = ()
    seen: float = 1.0


def loudness(own: Mapping[datetime, int], usual: Usual, hour: datetime) -> float:
    """How many times its usual the rest of the town is heard in the last six hours; 1 unless beyond chance.

    A day on which everything is louder (a source that doubled, a holiday) is no incident.
    """
    hours = [hour - HOUR * back for back in range(LOUD_HOURS)]
    rest = sum(max(0, usual.town.get(moment, 0) - own.get(moment, 0)) for moment in hours)
    if not rest:
        return 1.0
    lines = warning_line(usual.town, hours, usual.gaps)
    expected = sum(line.expected for line in lines)
    spread_of_sum = math.sqrt(sum(max(line.variance, line.expected) for line in lines))
    if not all(line.is_enough for line in lines) or rest <= expected + 3 * spread_of_sum:
        return 1.0
    return min(LOUDEST, rest / max(expected, 1.0))


def warning_line(
    history: Mapping[datetime, int], hours: Sequence[datetime], gaps: Collection[datetime] = ()
) -> list[Baseline]:
    """The baseline of each of `hours`, learnt only from hours before it.

    history: count by start of the hour (aware); an hour missing after the first one known is a zero.
    gaps: hours in which the sources were down; they are no samples.
    """
    counts = {number_of(moment): count for moment, count in history.items()}
    begins = min(counts, default=None)
    down = {number_of(moment) for moment in gaps}
    return [baseline(counts, number_of(hour), begins, down) for hour in hours]


def number_of(moment: datetime) -> int:
    """The hour a moment lies in, counted since 1970: arithmetic on hours is ten times as fast as on moments."""
    return int(moment.timestamp() // 3600)


def baseline(counts: Mapping[int, int], hour: int, begins: int | None, down: Collection[int]) -> Baseline:
    """The usual of one hour. All hours are numbers since 1970; begins: the first hour of the history."""
    weighted = samples_of(counts, hour, begins, down)
    values = [count for _, count, _ in weighted]
    weights = [weight for _, _, weight in weighted]
    overall = recent_mean(counts, hour, begins)
    mean, variance = spread(capped(values), weights, overall)
    return Baseline(
        expected=mean,
        threshold=max(LOWEST_LINE, upper_quantile(mean, variance)),
        samples=len(values),
        is_enough=len({back for back, _, _ in weighted}) >= DAYS_ENOUGH,
        variance=variance,
    )


def samples_of(
    counts: Mapping[int, int], hour: int, begins: int | None, down: Collection[int]
) -> list[tuple[int, int, float]]:
    """(days back, count, weight) of every comparable hour before this one."""
    if begins is None:
        return []
    day = (hour + BEIJING_AHEAD) // 24
    is_free = is_free_number(day)
    found = []
    for back in range(1, HISTORY_DAYS + 1):
        if is_free_number(day - back) != is_free:
            continue
        weight = SAME_WEEKDAY if back % 7 == 0 else SAME_KIND
        for shift in (-1, 0, 1):
            moment = hour - 24 * back - shift
            if begins <= moment < hour and moment not in down:
                found.append((back, counts.get(moment, 0), weight if shift == 0 else weight / 2))
    return found


@lru_cache(maxsize=1000)
def is_free_number(day: int) -> bool:
    """Whether a Beijing day, counted since 1970, is free."""
    return is_free_day(FIRST_DAY + timedelta(days=day))


def recent_mean(counts: Mapping[int, int], hour: int, begins: int | None) -> float:
    """Mean count an hour over the history before this hour, at most 28 days; 0 without any."""
    if begins is None or begins >= hour:
        return 0.0
    start = max(begins, hour - 24 * HISTORY_DAYS)
    return sum(count for moment, count in counts.items() if start <= moment < hour) / (hour - start)


def capped(values: Sequence[int]) -> list[float]:
    """The samples with past bursts cut down, so that one bad week does not hide the next."""
    if not values:
        return []
    middle = float(median(values))
    deviation = float(median(abs(value - middle) for value in values))
    cap = middle + max(6 * deviation, 4 * math.sqrt(middle + 1))
    return [min(float(value), cap) for value in values]


def spread(values: Sequence[float], weights: Sequence[float], overall: float) -> tuple[float, float]:
    """Mean and variance of a new count: the samples' own, drawn to the overall mean while they are few."""
    total = sum(weights)
    mean = (sum(v * w for v, w in zip(values, weights, strict=True)) + PRIOR_WEIGHT * overall) / (
        total + PRIOR_WEIGHT
    )
    own = sum(w * (v - mean) ** 2 for v, w in zip(values, weights, strict=True)) / total if total else 0.0
    doubt = (mean + 1) / (total + PRIOR_WEIGHT)  # the mean itself is only an estimate
    return mean, max(own, mean) + doubt


def upper_quantile(mean: float, variance: float, quantile: float = QUANTILE) -> float:
    """The count a negative binomial of this mean and variance does not exceed with this probability."""
    return quantile_cached(round(mean, 3), round(max(variance, mean * 1.001 + 1e-6), 3), quantile)


@lru_cache(maxsize=20_000)
def quantile_cached(mean: float, variance: float, quantile: float) -> float:
    if mean <= 0:
        return 0.0
    if mean > 400:  # normal tail is near enough, and quick
        return math.ceil(mean + 2.576 * math.sqrt(variance))
    size, chance = shape(mean, variance)
    mass = math.exp(size * math.log(chance))
    cumulated, count = mass, 0
    while cumulated < quantile and count < 100_000:
        mass *= (size + count) / (count + 1) * (1 - chance)
        cumulated += mass
        count += 1
    return float(count)


def shape(mean: float, variance: float) -> tuple[float, float]:
    """Size r and success chance p of the negative binomial with this mean and variance."""
    excess = max(variance - mean, mean * 1e-3, 1e-6)
    size = mean * mean / excess
    return size, size / (size + mean)


def surprise(count: float, mean: float, variance: float) -> float:
    """−log10 of the chance of at least `count`; 0 = usual, 3 = once in a thousand such spans, at most 12."""
    if count <= 0:
        return 0.0
    mean = max(mean, 0.02)
    size, chance = shape(mean, max(variance, mean * 1.001))
    mass = math.exp(size * math.log(chance))
    below = mass
    for number in range(math.ceil(count) - 1):
        mass *= (size + number) / (number + 1) * (1 - chance)
        below += mass
    return min(12.0, -math.log10(max(1.0 - below, 1e-12)))


@dataclass(frozen=True)
class Burst:
    """An incident's last hours beside what its categories usually bring.

    ratio: the last hour's count ÷ 预警线 (of the running or the full hour before, the louder); surprise: the
    greatest of 1, 2, 6 and 24 hours, −log10 of the chance; movement: rising, falling or level, last three hours
    against the three before; loudness: how many times its usual the rest of the town is heard; line.is_enough
    False says 样本不足. now_hour: start of the running hour; hour: start of the hour counted; surprise_hours: how many
    hours, the running one included, surprise most.
    """

    hour_count: int
    six_hour_count: int
    line: Baseline
    ratio: float
    surprise: float
    movement: str
    now_hour: datetime
    hour: datetime
    surprise_hours: int
    loudness: float = 1.0

    @property
    def is_burst(self) -> bool:
        return self.hour_count > self.line.threshold or self.surprise >= 3.0

    @property
    def is_rising(self) -> bool:
        return self.movement == "rising"


def incident_burst(own: Mapping[datetime, int], usual: Usual, now: datetime) -> Burst:
    """How far an incident stands out at `now`.

    own: the incident's first publications by hour; usual: what its categories bring by hour (the
    incident's own documents may be in it: they only make the judgement more cautious).
    """
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    hours = [hour - HOUR * back for back in range(LONGEST_SPAN)]
    loud = loudness(own, usual, hour)
    factor = loud * max(QUIETEST, usual.seen)
    lines = [line.scaled(factor) for line in warning_line(usual.counts, hours, usual.gaps)]
    counts = [own.get(moment, 0) for moment in hours]
    peak = max(range(2), key=lambda index: counts[index] / lines[index].threshold)
    surprises = {span: span_surprise(counts[:span], lines[:span]) for span in SPANS}
    longest = max(SPANS, key=lambda span: surprises[span])
    return Burst(
        hour_count=counts[peak],
        six_hour_count=sum(counts[:6]),
        line=lines[peak],
        ratio=counts[peak] / lines[peak].threshold,
        surprise=surprises[longest],
        movement=movement(counts, lines),
        now_hour=hour,
        hour=hours[peak],
        surprise_hours=longest,
        loudness=loud,
    )


def movement(counts: Sequence[int], lines: Sequence[Baseline]) -> str:
    """rising | falling | level: the last three hours beside the three before, each against its own usual.

    Given the sum of both, the last three follow a binomial if nothing moves; less than one chance in ten is a move.
    High is not rising: forty an hour for six hours are level.
    """
    late, early = sum(counts[:3]), sum(counts[3:6])
    usual_late = sum(line.expected for line in lines[:3]) + 0.5
    usual_early = sum(line.expected for line in lines[3:6]) + 0.5
    share = usual_late / (usual_late + usual_early)
    if tail(late, late + early, share) < RISING_CHANCE:
        return "rising"
    return "falling" if tail(early, late + early, 1 - share) < RISING_CHANCE else "level"


def tail(hits: int, trials: int, chance: float) -> float:
    """The chance of at least so many hits in a binomial."""
    if trials > 1000:  # the normal tail is near enough, and quick
        spread_of_hits = math.sqrt(trials * chance * (1 - chance))
        return 0.5 * math.erfc((hits - 0.5 - trials * chance) / (spread_of_hits * math.sqrt(2)))
    terms = (math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in range(hits, trials + 1))
    return min(1.0, math.fsum(terms))


def share_shift(part: int, whole: int, usual_part: int, usual_whole: int) -> tuple[float, float, float]:
    """By how much a share moved from its usual, with its 95 % interval (Newcombe); all 0 where one side is empty."""
    if not whole or not usual_whole:
        return 0.0, 0.0, 0.0
    now, low, high = wilson(part, whole)
    usual, usual_low, usual_high = wilson(usual_part, usual_whole)
    difference = now - usual
    return (
        difference,
        difference - math.hypot(now - low, usual_high - usual),
        difference + math.hypot(high - now, usual - usual_low),
    )


def wilson(part: int, whole: int) -> tuple[float, float, float]:
    """A share and its 95 % interval."""
    z, share = 1.96, part / whole
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return share, middle - half, middle + half


def span_surprise(counts: Sequence[int], lines: Sequence[Baseline]) -> float:
    """Surprise of the whole span; the hours' variances are read off their lines and added up."""
    mean = sum(line.expected for line in lines)
    variance = sum(max(line.expected, ((line.threshold - line.expected) / 2.6) ** 2) for line in lines)
    return surprise(sum(counts), mean, variance)
