"""What people wrote in the last weeks, read from the database on the day's first look."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from analysis.slow import LOADED, PEOPLES_CHANNELS, is_due
from analysis.window import BODY_READ, SEEN, Seen, seen_from

NEWEST = 20_000  # texts looked at
LAST_LOOK = "select clustered_at from document where clustered_at is not null order by id desc limit 1"
PAST = f"""
    {SEEN} from (
        select id from document where counted_at >= :since and folded_into is null and channel = any(:channels)
    ) w join document d on d.id = w.id join reading r on r.document_id = d.id
    join document_text t on t.document_id = d.id and t.fetched_at = d.fetched_at
    left join membership m on m.document_id = d.id and m.until is null
    where d.vanished_at is null and m.incident_id is null and (d.channel <> 'social' or cardinality(r.categories) > 0 or r.service_friction)
    order by d.counted_at desc limit :newest
"""


def load_past(session: Session, now: datetime) -> Mapping[int, Seen]:
    """By id; empty on every look of a day but its first (after eight in the morning in Beijing)."""
    last = session.execute(text(LAST_LOOK)).scalar()
    if not is_due(last, now):
        return {}
    rows = session.execute(
        text(PAST),
        {"since": now - LOADED, "channels": list(PEOPLES_CHANNELS), "newest": NEWEST, "read": BODY_READ},
    ).mappings()
    return {row["id"]: seen_from(dict(row)) for row in rows}
