"""Rankings as they were seen, and the titles flagged on them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

ON_BOARD = timedelta(days=35)  # an address of a ranking carries its month: no title stands there for longer

UNJUDGED = text(
    "select d.source, max(s.seen_at) from document d join sighting s on s.document_id = d.id"
    " left join board_watch w on w.source = d.source"
    " where d.source = any(:sources) and d.fetched_at >= :fetched and s.seen_at >= :since and s.heat > 0"
    " and s.rank is not null and s.seen_at > coalesce(w.judged_until, '-infinity') and s.seen_at <= :now group by 1"
)
SIGHTINGS = text(
    "select s.seen_at, d.id, s.rank, s.heat, t.title from document d join sighting s on s.document_id = d.id"
    " join document_text t on t.document_id = d.id and t.fetched_at = d.fetched_at"
    " where d.source = :source and d.fetched_at >= :fetched and s.seen_at > :since and s.seen_at <= :until"
    " and s.heat > 0 and s.rank is not null order by s.seen_at, s.rank, d.id"
)
FLAGGED = """
    select f.document_id, f.source, t.title, d.url, f.first_seen_at, f.flagged_at, f.entry_rank, f.rank,
           f.times_median, f.reached_at, r.region, m.incident_id as incident
    from board_flag f join document d on d.id = f.document_id
    join document_text t on t.document_id = d.id and t.fetched_at = d.fetched_at
    left join reading r on r.document_id = d.id
    left join membership m on m.document_id = coalesce(d.folded_into, d.id) and m.until is null
"""


@dataclass(frozen=True)
class Sighted:
    """One line of one look; rank from 1, heat > 0."""

    seen_at: datetime
    document: int
    rank: int
    heat: float
    title: str


@dataclass(frozen=True)
class Flagged:
    """A flagged title as it is shown. region: the own place it names; incident: the one it belongs to."""

    document_id: int
    source: str
    title: str
    url: str
    first_seen_at: datetime
    flagged_at: datetime
    entry_rank: int
    rank: int
    times_median: float
    reached_at: datetime | None
    region: str | None
    incident: str | None

    @property
    def climbed_in(self) -> timedelta:
        return self.flagged_at - self.first_seen_at


def unjudged(session: Session, sources: Collection[str], now: datetime) -> dict[str, datetime]:
    """Rankings with looks of the last day that were not judged yet → their newest look."""
    since = now - timedelta(days=1)
    values = {"sources": sorted(sources), "fetched": now - ON_BOARD, "since": since, "now": now}
    return {row[0]: row[1] for row in session.execute(UNJUDGED, values)}


def sightings(session: Session, source: str, since: datetime, until: datetime) -> list[Sighted]:
    """What was seen on a ranking in (since, until], look by look, the top first."""
    values = {"source": source, "fetched": since - ON_BOARD, "since": since, "until": until}
    return [Sighted(*row) for row in session.execute(SIGHTINGS, values)]


def flagged_since(session: Session, since: datetime) -> list[Flagged]:
    """Titles flagged since then: those that name an own place first, then the newest."""
    rows = session.execute(
        text(f"{FLAGGED} where f.flagged_at >= :since order by r.region is null, f.flagged_at desc, f.document_id"),
        {"since": since},
    )  # fmt: skip
    return [Flagged(**row._mapping) for row in rows]


def flagged_in(session: Session, incident: str) -> list[Flagged]:
    """The flagged titles that belong to an incident, or repeat a text of it; the newest first."""
    rows = session.execute(
        text(f"{FLAGGED} where m.incident_id = :incident order by f.flagged_at desc, f.document_id"),
        {"incident": incident},
    )
    return [Flagged(**row._mapping) for row in rows]
