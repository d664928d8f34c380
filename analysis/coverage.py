"""Where the counts are weak: hours in which sources were down, and until when the data reaches."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from store.model import Document, SourceState

HOUR = timedelta(hours=1)
ALL_SOURCES = "*"
GAP_SHARE = 0.5  # an hour is a coverage gap of the whole when at least half of the sources were down
USUALLY_HOURLY = 0.5  # silence is only a finding where at least half of the hours have runs

HEALTH = text(
    "select s.source, h.hour, h.ok, h.message from source_state s cross join lateral ("
    " select date_trunc('hour', r.started_at) as hour,"
    " bool_or(r.status in ('ok', 'unchanged', 'warning')) as ok,"
    " (array_agg(r.message order by r.started_at desc) filter (where r.status = 'failed'))[1] as message"
    " from crawl_run r where r.source = s.source and r.started_at >= :begins and r.started_at < :ends"
    " and r.status <> 'running' group by 1) h"
)


@dataclass(frozen=True)
class SourceGap:
    """A source (or all, `*`) brought nothing in [begins, ends), whole hours; reason in the crawler's words."""

    source: str
    begins: datetime
    ends: datetime
    reason: str

    @property
    def hours(self) -> int:
        return int((self.ends - self.begins) / HOUR)


@dataclass(frozen=True)
class Coverage:
    """down: the sources down in each hour; known: how many sources were being read at the end of the window."""

    gaps: tuple[SourceGap, ...]
    down: Mapping[datetime, frozenset[str]]
    known: int
    runs_seen: bool

    def is_gap(self, hour: datetime) -> bool:
        """Whether so many sources were down in this hour that its counts must not be read as quiet."""
        names = self.down.get(hour, frozenset())
        return ALL_SOURCES in names or (self.known > 0 and len(names) >= GAP_SHARE * self.known)


Health = Mapping[str, Mapping[datetime, tuple[bool, str]]]


def data_until(session: Session, now: datetime) -> datetime | None:
    """The last moment a source was read with success, at most now; without crawling, the last text's arrival."""
    read: datetime | None = session.scalar(select(func.max(SourceState.last_success_at)))
    if read is not None:
        return min(read, now)
    return session.scalar(select(func.max(Document.fetched_at)).where(Document.fetched_at <= now))


def coverage(session: Session, begins: datetime, ends: datetime, now: datetime) -> Coverage:
    """How well [begins, ends) was covered, by hour. begins: start of an hour, UTC; hours not over yet are left out."""
    health: dict[str, dict[datetime, tuple[bool, str]]] = {}
    for source, hour, ok, message in session.execute(HEALTH, {"begins": begins, "ends": ends}):
        health.setdefault(source, {})[hour] = (bool(ok), message or "")
    first_run = session.scalar(select(func.min(SourceState.first_run_at)))
    known = session.scalar(
        select(func.count())
        .select_from(SourceState)
        .where(SourceState.first_run_at < ends, SourceState.disabled_by.is_(None))
    )
    over = min(ends, now.replace(minute=0, second=0, microsecond=0))
    hours = [begins + HOUR * number for number in range(max(0, int((over - begins) / HOUR)))]
    down = hours_down(health, hours, first_run)
    reasons = {
        (source, hour): message for source, seen in health.items() for hour, (_, message) in seen.items()
    }
    return Coverage(tuple(stretches(down, reasons)), down, known or 0, bool(health))


def hours_down(
    health: Health, hours: Collection[datetime], first_run: datetime | None
) -> dict[datetime, frozenset[str]]:
    """The sources down in each hour: failed without a success, or between two failures; `*` where nothing ran."""
    ran = {hour for seen in health.values() for hour in seen}
    is_hourly = len(ran & set(hours)) >= USUALLY_HOURLY * len(hours)
    found: dict[datetime, set[str]] = {}
    for source, seen in health.items():
        failing = False
        for hour in hours:
            if hour in seen:
                failing = not seen[hour][0]
            if failing:
                found.setdefault(hour, set()).add(source)
    for hour in hours:
        if is_hourly and hour not in ran and first_run is not None and first_run <= hour:
            found[hour] = {ALL_SOURCES}
    return {hour: frozenset(names) for hour, names in found.items()}


def stretches(
    down: Mapping[datetime, frozenset[str]], reasons: Mapping[tuple[str, datetime], str]
) -> list[SourceGap]:
    """Neighbouring hours of one source joined into gaps, by source and time."""
    gaps: list[SourceGap] = []
    for source in sorted({name for names in down.values() for name in names}):
        begins: datetime | None = None
        last: datetime | None = None
        reason = ""
        for hour in sorted(hour for hour, names in down.items() if source in names):
            if begins is None or last is None or hour - last > HOUR:
                if begins is not None and last is not None:
                    gaps.append(SourceGap(source, begins, last + HOUR, reason))
                begins, reason = hour, ""
            reason = reasons.get((source, hour), "") or reason
            last = hour
        if begins is not None and last is not None:
            gaps.append(SourceGap(source, begins, last + HOUR, reason))
    return gaps
