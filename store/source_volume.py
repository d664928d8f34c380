"""How much sources brought in a window, beside what they usually bring in the same hours of the week.

Usual is the median of the same window one, two, three and four weeks earlier, of the weeks in which the source was
already being read; the backlog of its first run does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

VOLUME = text(
    """
    with asked as (
        select s.source, w.week, s.first_run_at,
               cast(:begins as timestamptz) - w.week * interval '7 days' as begins,
               cast(:ends as timestamptz) - w.week * interval '7 days' as ends
        from source_state s cross join generate_series(0, 4) as w(week)
        where s.first_run_at is not null and s.disabled_by is null
          and (cast(:source as text) is null or s.source = :source)
    ), counted as (
        select a.source, a.week, (
            select count(*) from document d
            where d.source = a.source and d.fetched_at >= a.begins and d.fetched_at < a.ends
              and d.fetched_at > a.first_run_at
        ) as number
        from asked a where a.week = 0 or a.begins >= a.first_run_at
    )
    select c.source, max(number) filter (where week = 0) as seen,
           percentile_cont(0.5) within group (order by number) filter (where week > 0) as usual,
           count(*) filter (where week > 0) as weeks,
           (select coalesce(bool_and(r.status = 'failed'), false) from crawl_run r
            where r.source = c.source and r.started_at >= :begins and r.started_at < :ends
              and r.status <> 'running') as is_down
    from counted c group by c.source order by c.source
    """
)
ARRIVALS = text(
    """
    select extract(isodow from d.fetched_at at time zone 'Asia/Shanghai') >= 6 as is_weekend,
           cast(extract(hour from d.fetched_at at time zone 'Asia/Shanghai') as integer) as hour, count(*)
    from document d join source_state s on s.source = d.source
    where d.source = :source and d.fetched_at > s.first_run_at and d.fetched_at > :now - interval '28 days'
      and s.first_run_at < :now - interval '14 days'
    group by 1, 2
    """
)


@dataclass(frozen=True)
class Volume:
    """seen: new texts of a source in the window; usual: in the same hours of earlier weeks, None without any; is_down: it
    was read in the window, and every run failed."""

    source: str
    seen: int
    usual: float | None
    weeks: int
    is_down: bool = False


def volumes(
    session: Session, begins: datetime, ends: datetime, source: str | None = None
) -> dict[str, Volume]:
    """By source, of all that were ever read and are not switched off; [begins, ends), any length up to a week."""
    rows = session.execute(VOLUME, {"begins": begins, "ends": ends, "source": source})
    return {row[0]: Volume(row[0], row[1] or 0, row[2], row[3], row[4]) for row in rows}


def arrivals(session: Session, source: str, now: datetime) -> dict[tuple[bool, int], int]:
    """New texts of the last 28 days by (Saturday or Sunday, hour of the Beijing day); empty before two weeks."""
    return {(row[0], row[1]): row[2] for row in session.execute(ARRIVALS, {"source": source, "now": now})}
