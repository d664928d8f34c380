"""What the story of an incident is told from: counts by hour and channel, the first text of each kind of place, the
loudest texts of a stretch, and the case library. Bounded however large the incident is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

MEMBERS = (
    " from membership m join document d on d.id = m.document_id join reading r on r.document_id = d.id"
    " where m.incident_id = :id and m.until is null and d.folded_into is null"
)
HOURS = text(
    "select date_trunc('hour', d.counted_at) as hour, d.channel, count(*) as total,"
    " count(*) filter (where r.sentiment = 'negative') as negative, sum(d.copies)::int as copies,"
    " min(d.counted_at) as first"
    f"{MEMBERS} and d.counted_at is not null group by 1, 2 order by 1, 2"
)
TITLED = " left join document_text t on t.document_id = x.id and t.fetched_at = x.fetched_at"
FIRSTS = text(
    "select x.id, x.channel, x.counted_at, x.visibility = 'public' as is_public, t.title, x.copies from ("
    f"select distinct on (d.channel) d.*{MEMBERS} and d.counted_at = any(:moments)"
    f" order by d.channel, d.counted_at, d.id) x{TITLED} order by x.counted_at, x.id"
)
LOUDEST = text(
    "select x.id, x.channel, x.counted_at, true as is_public, t.title, x.copies from ("
    f"select d.id, d.channel, d.counted_at, d.fetched_at, d.copies{MEMBERS}"
    " and d.visibility = 'public' and d.counted_at >= :begins and d.counted_at < :ends"
    f" order by d.copies desc, d.counted_at, d.id limit :most) x{TITLED} order by x.copies desc, x.counted_at, x.id"
)
ASKED_SINCE = text(
    "select q.question_id, count(*) from question_document q join document d on d.id = q.document_id"
    " join reading r on r.document_id = d.id join membership m on m.document_id = d.id and m.until is null"
    " where m.incident_id = :id and q.question_id = any(:questions) and d.folded_into is null and d.counted_at >= :since"
    " group by 1"
)
DAY_SHAPE = text(
    "select extract(hour from hour at time zone 'Asia/Shanghai')::int as place, sum(total)::int as total"
    " from rollup_hour_channel where hour >= :since and hour < :until group by 1"
)
CASES = text(
    "select i.id, i.title, concat_ws(' ', array_to_string(i.key_terms, ' '), i.summary) as words, i.categories, i.region,"
    " coalesce(i.is_emergency, i.proposed_emergency) as is_emergency, i.detected_at, i.responded_at, i.closed_at,"
    " array(select q.text from question q where q.incident_id = i.id order by q.id limit 12) as questions,"
    " (select count(*) from question q where q.incident_id = i.id and q.answered_by is not null) as answered"
    " from incident i where i.state = 'closed' and i.id <> :id order by i.closed_at desc limit :most"
)


@dataclass(frozen=True)
class HourRow:
    """First publications of one hour in one kind of place; copies: reprints of them; first: when the first came."""

    hour: datetime
    channel: str
    total: int
    negative: int
    copies: int
    first: datetime


@dataclass(frozen=True)
class TextRow:
    """A text that may be named. title None: purged; not public: counted, never quoted; copies: reprints."""

    id: int
    channel: str
    at: datetime
    is_public: bool
    title: str | None
    copies: int


@dataclass(frozen=True)
class CaseRow:
    """A closed incident of the case library."""

    id: str
    title: str
    words: str
    categories: tuple[str, ...]
    region: str | None
    is_emergency: bool
    detected_at: datetime
    responded_at: datetime | None
    closed_at: datetime | None
    questions: tuple[str, ...]
    answered: int


def hour_rows(session: Session, incident_id: str) -> list[HourRow]:
    return [HourRow(*row) for row in session.execute(HOURS, {"id": incident_id})]


def first_texts(session: Session, incident_id: str, rows: Sequence[HourRow]) -> list[TextRow]:
    """The first text of each kind of place in these hours (oldest first), the earliest first."""
    firsts: dict[str, datetime] = {}
    for row in rows:
        firsts.setdefault(row.channel, row.first)
    values = {"id": incident_id, "moments": list(firsts.values())}
    return [TextRow(*row) for row in session.execute(FIRSTS, values)]


def loudest_texts(
    session: Session, incident_id: str, begins: datetime, ends: datetime, most: int = 5
) -> list[TextRow]:
    """Public texts of [begins, ends), the most reprinted first."""
    values = {"id": incident_id, "begins": begins, "ends": ends, "most": most}
    return [TextRow(*row) for row in session.execute(LOUDEST, values)]


def asked_since(
    session: Session, incident_id: str, questions: Sequence[int], since: datetime
) -> dict[int, int]:
    """Question → texts of the incident from `since` on that ask it."""
    values = {"id": incident_id, "questions": list(questions), "since": since}
    return {row[0]: row[1] for row in session.execute(ASKED_SINCE, values)}


def day_shape(session: Session, until: datetime, days: int = 28) -> dict[int, int]:
    """Hour of day (Beijing) → first publications of the last days, of everything."""
    rows = session.execute(DAY_SHAPE, {"since": until - timedelta(days=days), "until": until})
    return {row.place: row.total for row in rows}


def closed_cases(session: Session, but: str, most: int = 500) -> list[CaseRow]:
    """Closed incidents, the latest first, without one."""
    rows = session.execute(CASES, {"id": but, "most": most}).mappings()
    return [CaseRow(**with_tuples(dict(row))) for row in rows]


def with_tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
