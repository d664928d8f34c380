"""Stored pages looked at again while they are young: changed ones become new versions, vanished ones are marked.

Only pages whose bytes are kept as evidence are looked at: 1, 6, 24 and 72 hours after they were first read. Kept bytes
that are an entry of a list (header Part-Of) are no page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store.model import Document, PageCheck

DUE = text(
    "select d.canonical_url, d.url, e.headers->>'ETag', e.headers->>'Last-Modified' from document d"
    " left join page_check c on c.document_id = d.id"
    " join lateral (select headers from evidence where document_id = d.id order by fetched_at desc limit 1) e on true"
    " where e.headers->>'Part-Of' is null and d.source = :source and d.fetched_at > :now - :young * interval '1 day'"
    " and d.fetched_at + (cast(:hours as integer[]))[coalesce(c.checks, 0) + 1] * interval '1 hour' <= :now"
    " order by d.fetched_at desc limit :limit"
)
HOURS = [1, 6, 24, 72]


@dataclass(frozen=True)
class DuePage:
    """A stored page to look at again; etag and last_modified as they came with its latest bytes."""

    canonical_url: str
    url: str
    etag: str | None
    last_modified: str | None


def due(session: Session, source: str, now: datetime, young_days: float, limit: int) -> list[DuePage]:
    """The newest pages of a source whose next look is due, none older than young_days."""
    values = {"source": source, "now": now, "young": young_days, "hours": HOURS, "limit": limit}
    return [DuePage(*row) for row in session.execute(DUE, values)]


def note(session: Session, source: str, canonical_url: str, is_gone: bool, now: datetime) -> None:
    """Keep that a page was looked at. A page that is gone keeps its text and the moment it was first missed; one that
    came back is no longer marked."""
    document = session.scalar(
        select(Document.id).where(Document.source == source, Document.canonical_url == canonical_url)
    )
    if document is None:
        return
    row = insert(PageCheck).values(document_id=document, checks=1, checked_at=now)
    session.execute(
        row.on_conflict_do_update(
            index_elements=["document_id"], set_={"checks": PageCheck.checks + 1, "checked_at": now}
        )
    )
    change = update(Document).where(Document.id == document)
    if is_gone:
        session.execute(change.where(Document.vanished_at.is_(None)).values(vanished_at=now))
    else:
        session.execute(change.where(Document.vanished_at.is_not(None)).values(vanished_at=None))
