"""Hourly and daily counts of first publications: kept in the scoring transaction, recomputable at any time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from store.model import EVERYTHING, NOWHERE

SENTIMENTS = ("negative", "neutral", "positive")
TABLES: dict[str, tuple[str, ...]] = {
    "rollup_hour_category": ("hour", "category"),
    "rollup_hour_region": ("hour", "region"),
    "rollup_hour_channel": ("hour", "channel"),
    "rollup_day_category_region": ("day", "category", "region"),
}


@dataclass(frozen=True)
class Counted:
    """What one first publication adds to the counts; sign -1 takes it out again (folded, corrected, forgotten)."""

    counted_at: datetime | None
    counted_on: date
    channel: str
    sentiment: str
    categories: tuple[str, ...]
    region: str | None
    sign: int = 1


Key = tuple[Any, ...]


def deltas(documents: Iterable[Counted]) -> dict[str, dict[Key, Counter[str]]]:
    """Changes by table and key, each a Counter over the sentiments."""
    changes: dict[str, dict[Key, Counter[str]]] = {table: {} for table in TABLES}
    for one in documents:
        for table, key in keys_of(one):
            changes[table].setdefault(key, Counter())[one.sentiment] += one.sign
    return changes


def keys_of(one: Counted) -> Iterable[tuple[str, Key]]:
    region = one.region or NOWHERE
    if one.counted_at is not None:
        hour = one.counted_at.replace(minute=0, second=0, microsecond=0)
        for category in (EVERYTHING, *one.categories):
            yield "rollup_hour_category", (hour, category)
        yield "rollup_hour_region", (hour, region)
        yield "rollup_hour_channel", (hour, one.channel)
    for category in (EVERYTHING, *one.categories):
        for place in (EVERYTHING, region):
            yield "rollup_day_category_region", (one.counted_on, category, place)


def apply(session: Session, documents: Iterable[Counted]) -> None:
    """Move the counts in the caller's transaction, in key order, so that two writers cannot deadlock."""
    for table, changes in deltas(documents).items():
        upsert(session, table, changes)


KINDS = {"hour": "timestamptz", "day": "date", "category": "text", "region": "text", "channel": "text"}


def upsert(session: Session, table: str, changes: Mapping[Key, Counter[str]]) -> None:
    """All changed rows of one table in one statement, in the order of their keys."""
    rows = []
    for key in sorted(changes, key=str):
        values = [changes[key][sentiment] for sentiment in SENTIMENTS]
        if any(values):
            rows.append((*key, sum(values), *values))
    if not rows:
        return
    columns, counts = TABLES[table], ("total", *SENTIMENTS)
    names = (*columns, *counts)
    arrays = ", ".join(f"cast(:{name} as {KINDS.get(name, 'integer')}[])" for name in names)
    sums = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in counts)
    session.execute(
        text(
            f"insert into {table} ({', '.join(names)}) select * from unnest({arrays})"
            f" on conflict ({', '.join(columns)}) do update set {sums}"
        ),
        {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)},
    )


RECOMPUTE = """
with counted as (
    select date_trunc('hour', d.counted_at) as hour, d.counted_on as day, d.channel, r.sentiment,
           coalesce(r.region, '?') as region, r.categories
    from document d join reading r on r.document_id = d.id
    where d.folded_into is null and {window}
)
insert into {table} ({columns}, total, negative, neutral, positive)
select {columns}, count(*), count(*) filter (where sentiment = 'negative'),
       count(*) filter (where sentiment = 'neutral'), count(*) filter (where sentiment = 'positive')
from counted {expand} group by {columns}
"""
HOUR_WINDOW = "d.counted_at >= :begins and d.counted_at < :ends"
DAY_WINDOW = "d.counted_on = :day"
BY_CATEGORY = "cross join lateral unnest(array['*'] || categories) as u(category)"
HOUR_TABLES = (
    ("rollup_hour_category", BY_CATEGORY),
    ("rollup_hour_region", ""),
    ("rollup_hour_channel", ""),
)
BY_BOTH = (
    "c cross join lateral unnest(array['*'] || c.categories) as u(category)"
    " cross join lateral unnest(array['*', c.region]) as v(place)"
)


def recompute_hour(session: Session, hour: datetime) -> None:
    """Count one hour again from the documents; hour is its start, UTC."""
    for table, expand in HOUR_TABLES:
        columns = ", ".join(TABLES[table])
        session.execute(text(f"delete from {table} where hour = :hour"), {"hour": hour})
        session.execute(
            text(RECOMPUTE.format(table=table, columns=columns, expand=expand, window=HOUR_WINDOW)),
            {"begins": hour, "ends": hour + timedelta(hours=1)},
        )


def recompute_day(session: Session, day: date) -> None:
    """Count one Beijing day again from the documents."""
    table = "rollup_day_category_region"
    session.execute(text(f"delete from {table} where day = :day"), {"day": day})
    statement = RECOMPUTE.format(
        table=table, columns="day, category, region", expand=BY_BOTH, window=DAY_WINDOW
    )
    statement = statement.replace("select day, category, region,", "select day, category, place,").replace(
        "group by day, category, region", "group by day, category, place"
    )
    session.execute(text(statement), {"day": day})
