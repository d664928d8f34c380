"""Documents claimed for reading: rows nobody else reads at the same time, with texts, labels and old readings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from store.rollups import Counted

NOON = timedelta(hours=12)


@dataclass(frozen=True)
class Claimed:
    """A document to be read. before: what it adds to the counts so far (None: nothing); labels: a person's, by head."""

    id: int
    source: str
    channel: str
    fingerprint: str
    published_at: datetime | None
    precision: str
    fetched_at: datetime
    counted_at: datetime | None
    counted_on: date
    folded_into: int | None
    copies: int
    title: str
    body: str
    before: Counted | None = None
    was_read: bool = False
    labels: Mapping[str, Any] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        return first_seen(self.published_at, self.precision, self.fetched_at)


def first_seen(published_at: datetime | None, precision: str, fetched_at: datetime) -> datetime:
    """The moment that decides who was first: publication, a mere date standing for its noon, never after fetching."""
    if published_at is None:
        return fetched_at
    return min(published_at + (NOON if precision == "day" else timedelta()), fetched_at)


CLAIM = """
    select d.id, d.source, d.channel, d.fingerprint, d.published_at, d.published_precision as precision, d.fetched_at,
           d.counted_at, d.counted_on, d.folded_into, d.copies, coalesce(t.title, '') as title,
           coalesce(t.body, '') as body
    from document d left join document_text t on t.document_id = d.id and t.fetched_at = d.fetched_at
    where d.read_at is null order by d.id limit :limit for update of d skip locked
"""


def claim(session: Session, limit: int) -> list[Claimed]:
    """Up to `limit` unread documents, locked until the transaction ends; others skip them."""
    rows = session.execute(text(CLAIM), {"limit": limit}).mappings().all()
    ids = [row["id"] for row in rows]
    if not ids:
        return []
    readings, labels = readings_of(session, ids), labels_of(session, ids)
    return [
        Claimed(
            **row,
            before=counted_before(row, readings.get(row["id"])),
            was_read=row["id"] in readings,
            labels=labels.get(row["id"], {}),
        )
        for row in rows
    ]


def readings_of(session: Session, ids: list[int]) -> dict[int, Any]:
    rows = session.execute(
        text("select document_id, sentiment, categories, region from reading where document_id = any(:ids)"),
        {"ids": ids},
    )
    return {row.document_id: row for row in rows}


def labels_of(session: Session, ids: list[int]) -> dict[int, dict[str, Any]]:
    """The latest label of each head of each document."""
    rows = session.execute(
        text(
            "select distinct on (document_id, head) document_id, head, value from label"
            " where document_id = any(:ids) order by document_id, head, at desc, id desc"
        ),
        {"ids": ids},
    )
    labels: dict[int, dict[str, Any]] = {}
    for row in rows:
        labels.setdefault(row.document_id, {})[row.head] = row.value
    return labels


def counted_before(document: Any, reading: Any) -> Counted | None:
    """What an earlier reading put into the counts: nothing for a new document or a folded one."""
    if reading is None or document["folded_into"] is not None:
        return None
    return Counted(
        counted_at=document["counted_at"],
        counted_on=document["counted_on"],
        channel=document["channel"],
        sentiment=reading.sentiment,
        categories=tuple(reading.categories),
        region=reading.region,
        sign=-1,
    )
