"""Which documents stand behind each metric of an incident: what a rule's reason opens on the page.

`analysis.measure` counts; here the same conditions name the texts. For a share these are the texts that make it up,
for a toll those that state one, for a count those that were counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from analysis.bursts import Burst
from analysis.facts import gather
from analysis.measure import is_sudden
from analysis.series_bursts import SeriesBurst
from analysis.slow import SlowConcern
from analysis.window import Seen

HOUR, WEEK, MONTH = timedelta(hours=1), timedelta(days=7), timedelta(days=28)
STATED: Mapping[str, tuple[str, ...]] = {
    "deaths": ("deaths",),
    "missing": ("missing",),
    "dead_or_missing": ("deaths", "missing"),
    "severely_hurt": ("severely_hurt",),
    "hurt": ("hurt", "severely_hurt"),
}
CLAIMED = {"minors": "minors", "elderly": "elderly", "sensitive_field": "sensitive", "major_hazard": "hazard"}
WHOLE = ("documents", "reprints", "platforms", "sources")


def grounds_of(
    documents: Sequence[Seen],
    burst: Burst,
    now: datetime,
    slow: SlowConcern | None = None,
    series: SeriesBurst | None = None,
) -> dict[str, tuple[int, ...]]:
    """Metric → ids of the texts behind its value, ascending; empty where none is."""
    hurt = gather([one.voice for one in documents])["hurt"]
    peak = (burst.hour, burst.hour + HOUR)
    now_hour = burst.now_hour + HOUR
    span = (now_hour - burst.surprise_hours * HOUR, now_hour)
    found = {name: ids(documents) for name in WHOLE}
    found |= {
        "hour_count": within(documents, *peak),
        "baseline_ratio": within(documents, *peak),
        "six_hour_count": within(documents, now_hour - 6 * HOUR, now_hour),
        "surprise": within(documents, *span),
        "week_count": chosen(documents, lambda one: one.at >= now - WEEK),
        "month_count": chosen(documents, lambda one: one.at >= now - MONTH),
        "slow_ratio": slow_texts(slow, now),
        "series_ratio": series.documents if series else (),
        "negative_share": chosen(documents, lambda one: one.sentiment == "negative"),
        "sudden_share": chosen(documents, lambda one: is_sudden(one, hurt)),
        "friction_share": chosen(documents, lambda one: one.service_friction),
        "official_documents": chosen(documents, lambda one: one.channel == "government"),
    }
    for metric, kinds in STATED.items():
        found[metric] = ids(one for one in documents if any(one.statement.counts.get(kind) for kind in kinds))
    for metric, claim in CLAIMED.items():
        found[metric] = ids(one for one in documents if getattr(one.statement, claim))
    return found


def slow_texts(slow: SlowConcern | None, now: datetime) -> tuple[int, ...]:
    """The texts counted in the span where a slow concern stands out most."""
    if slow is None:
        return ()
    return ids(one for one in slow.documents if one.at >= now - timedelta(days=slow.line.days))


def ids(documents: Iterable[Seen]) -> tuple[int, ...]:
    return tuple(sorted(one.id for one in documents))


def chosen(documents: Sequence[Seen], belongs: Callable[[Seen], bool]) -> tuple[int, ...]:
    return ids(one for one in documents if belongs(one))


def within(documents: Sequence[Seen], begins: datetime, ends: datetime) -> tuple[int, ...]:
    """Those counted in these hours; texts without a time of day are in no hour."""
    return ids(
        one
        for one in documents
        if one.counted_at is not None and begins <= one.counted_at.astimezone(UTC) < ends
    )
