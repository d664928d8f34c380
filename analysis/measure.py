"""The numbers the level rules look at, measured over the documents of one incident."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from analysis.bursts import Burst, Usual, incident_burst
from analysis.facts import gather
from analysis.slow import SlowConcern
from analysis.window import Seen

SEVERAL = 3  # hurt or taken ill from which one speaks of a group


def by_hour(documents: Iterable[Seen]) -> Counter[datetime]:
    """First publications by hour, those with a time of day only."""
    return Counter(
        one.counted_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        for one in documents
        if one.counted_at is not None
    )


def burst_of(documents: Sequence[Seen], usual: Usual, now: datetime) -> Burst:
    return incident_burst(by_hour(documents), usual, now)


def metrics_of(
    documents: Sequence[Seen], burst: Burst, now: datetime, slow: SlowConcern | None = None
) -> dict[str, float]:
    """All metrics of catalogue.level_rule.METRICS. documents: at least one."""
    total = len(documents)
    places = {(one.source, one.channel) for one in documents}
    places |= {place for one in documents for place in one.copied_by}
    facts = gather([one.voice for one in documents])
    shares = {
        "negative_share": sum(one.sentiment == "negative" for one in documents),
        "sudden_share": sum(is_sudden(one, facts["hurt"]) for one in documents),
        "friction_share": sum(one.service_friction for one in documents),
    }
    counts = {
        "hour_count": burst.hour_count,
        "six_hour_count": burst.six_hour_count,
        "documents": total,
        "reprints": total + sum(one.copies for one in documents),
        "platforms": len({channel for _, channel in places}),
        "sources": len({source for source, _ in places}),
        "official_documents": sum(one.channel == "government" for one in documents),
        "week_count": sum(one.at >= now - timedelta(days=7) for one in documents),
        "month_count": sum(one.at >= now - timedelta(days=28) for one in documents),
    }
    return (
        {name: float(value) for name, value in counts.items()}
        | {name: round(value / total, 4) for name, value in shares.items()}
        | {"baseline_ratio": round(burst.ratio, 3), "surprise": round(burst.surprise, 2)}
        | {"slow_ratio": round(slow.ratio, 3) if slow else 0.0, "series_ratio": 0.0}
        | facts
    )


def is_sudden(document: Seen, hurt: float) -> bool:
    """Whether a text speaks of a sudden event; where several were taken ill, each voice of it does."""
    stated = document.statement
    among_several = hurt >= SEVERAL and stated.tells_of_illness
    return document.sudden_incident or stated.is_group_illness or among_several


def categories_of(documents: Sequence[Seen]) -> tuple[str, ...]:
    """Categories that a quarter of the documents and at least two (or the only one) carry, most frequent first."""
    counts = Counter(category for one in documents for category in one.categories)
    needed = max(min(2, len(documents)), len(documents) / 4)
    return tuple(name for name, number in counts.most_common() if number >= needed)


def region_of(documents: Sequence[Seen], parents: Mapping[str, str | None]) -> str | None:
    """The place most documents name; a named street counts for its district when streets differ."""
    counts: Counter[str] = Counter(one.region for one in documents if one.region)
    if not counts:
        return None
    best, number = counts.most_common(1)[0]
    if number * 2 >= sum(counts.values()):
        return best
    above = Counter[str]()
    for region, times in counts.items():
        above[parents.get(region) or region] += times
    return above.most_common(1)[0][0]
