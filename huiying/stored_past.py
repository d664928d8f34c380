"""The past as this installation stored it: its documents as items, and what people confirmed as the truth."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from huiying.errors import UsageError
from huiying.past import PastItem
from huiying.truth import TrueIncident

DOCUMENTS = """
    select d.id, d.source, d.channel, d.fetched_at, d.published_at, d.published_precision, t.title, t.body
    from document d join document_text t on t.document_id = d.id and t.fetched_at = d.fetched_at
    where d.fetched_at >= :begins and d.fetched_at < :ends and d.vanished_at is null order by d.fetched_at, d.id
"""
CONFIRMED = """
    select i.id, i.title, i.event_level, coalesce(i.is_emergency, false) as emergency, m.document_id,
           coalesce(d.published_at, d.fetched_at) as at
    from incident i join membership m on m.incident_id = i.id and m.until is null
    join document d on d.id = m.document_id
    where i.grade is not null and i.state in ('confirmed', 'closed')
      and d.fetched_at >= :begins and d.fetched_at < :ends order by i.id, m.document_id
"""


def stored_items(session: Session, begins: datetime, ends: datetime) -> list[PastItem]:
    """The stored documents collected in [begins, ends) (UTC), as they came. Raises UsageError when there are none."""
    rows = session.execute(text(DOCUMENTS), {"begins": begins, "ends": ends})
    items = [
        PastItem(
            source=row.source, channel=row.channel, id=str(row.id), at=row.fetched_at, title=row.title or "",
            text=row.body or "", published=row.published_at,
            precision=row.published_precision if row.published_at is not None else "none",
        )
        for row in rows
    ]  # fmt: skip
    if not items:
        raise UsageError("数据库里没有这段时间采集的文本；请用 --from、--until 换一段，或给出导出的文件。")
    return items


def confirmed_incidents(session: Session, begins: datetime, ends: datetime) -> list[TrueIncident]:
    """The incidents a person confirmed, with the documents collected in [begins, ends) that belong to them."""
    rows = session.execute(text(CONFIRMED), {"begins": begins, "ends": ends}).all()
    moments: dict[str, list[datetime]] = defaultdict(list)
    documents: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        moments[row.id].append(row.at)
        documents[row.id].add(str(row.document_id))
    facts = {row.id: row for row in rows}
    return [
        TrueIncident(
            name=f"{id_} {row.title}", begins=min(moments[id_]), ends=max(moments[id_]),
            documents=frozenset(documents[id_]), event_level=row.event_level, emergency=row.emergency,
        )
        for id_, row in facts.items()
    ]  # fmt: skip
