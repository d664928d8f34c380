"""How the sources are: last success, runs and texts of the last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from store.model import CrawlRun, SourceState

RUNS = text(
    "select source, count(*) filter (where status <> 'running'),"
    " count(*) filter (where status in ('ok', 'unchanged', 'warning'))"
    " from crawl_run where started_at >= :begins and started_at < :ends group by source"
)
TEXTS = text(
    "select d.source, count(*) from document d join reading r on r.document_id = d.id"
    " where d.folded_into is null and d.counted_at >= :begins and d.counted_at < :ends group by d.source"
)

NEWEST = text(
    "select r.id from unnest(cast(:names as text[])) n(source) cross join lateral (select id from crawl_run"
    " where source = n.source and finished_at is not null order by started_at desc, id desc limit 1) r"
)


@dataclass(frozen=True)
class SourceFacts:
    """runs, good_runs and texts of the window asked for; last: the newest finished run."""

    state: SourceState | None
    runs: int
    good_runs: int
    texts: int
    last: CrawlRun | None


def source_facts(session: Session, begins: datetime, ends: datetime) -> dict[str, SourceFacts]:
    """By source name; every source that was ever read or run."""
    window = {"begins": begins, "ends": ends}
    states = {row.source: row for row in session.scalars(select(SourceState))}
    runs = {row[0]: (row[1], row[2]) for row in session.execute(RUNS, window)}
    texts = {row[0]: row[1] for row in session.execute(TEXTS, window)}
    last = last_runs(session, {*states, *runs})
    return {
        name: SourceFacts(states.get(name), *runs.get(name, (0, 0)), texts.get(name, 0), last.get(name))
        for name in {*states, *runs, *texts, *last}
    }


def last_runs(session: Session, names: set[str]) -> dict[str, CrawlRun]:
    """The newest finished run of each source, one look into the index each."""
    ids = session.scalars(NEWEST, {"names": sorted(names)}).all()
    return {row.source: row for row in session.scalars(select(CrawlRun).where(CrawlRun.id.in_(ids)))}


def runs_of(session: Session, source: str, limit: int = 20) -> list[CrawlRun]:
    statement = select(CrawlRun).where(CrawlRun.source == source).order_by(CrawlRun.id.desc()).limit(limit)
    return list(session.scalars(statement))
