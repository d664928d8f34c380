"""What detection reads from the database: the documents of the last days and the incidents they may belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import text
from sqlalchemy.orm import Session

from analysis.bursts import Usual
from analysis.claims import first_seen
from analysis.coverage import ALL_SOURCES, coverage
from analysis.facts import Statement, Voice, statement

WINDOW = timedelta(hours=72)
REMEMBERED = timedelta(days=30)  # incidents to which a come-back is linked
NEWEST = 20_000  # documents of the window looked at
MEMBERS = 200  # newest members of an incident that stand for it
BODY_READ = 1500
HOUR, DAY, HISTORY = timedelta(hours=1), timedelta(days=1), timedelta(days=29)
SeriesCounts = Mapping[
    tuple[str, str, str | None], Mapping[datetime, int]
]  # channel, category, region → hour → texts
Shares = tuple[int, int, int, int]  # negative and all of the last day, negative and all of the days before
SLOW_RULE = "slow_concern"  # the level rule of concerns that go on for weeks
OPEN = ("proposed", "acknowledged", "confirmed")


@dataclass
class Seen:
    """A first publication with its reading. at: publication, else fetching; is_new: not looked at before."""

    id: int
    source: str
    channel: str
    visibility: str
    at: datetime
    published_at: datetime | None
    fetched_at: datetime
    counted_at: datetime | None
    copies: int
    title: str
    body: str
    sentiment: str
    categories: tuple[str, ...]
    region: str | None
    service_friction: bool
    sudden_incident: bool
    incident: str | None
    is_new: bool
    copied_by: list[tuple[str, str]] = field(default_factory=list)
    stated: Statement | None = None

    @property
    def statement(self) -> Statement:
        if self.stated is None:
            self.stated = statement(
                self.title, self.body, self.published_at or self.fetched_at, self.categories
            )
        return self.stated

    @property
    def voice(self) -> Voice:
        return Voice(self.statement, self.channel, self.copies)


@dataclass(frozen=True)
class Known:
    """An incident of the last weeks. ended_at: when it was closed, else None; is_slow: a concern of weeks."""

    id: str
    state: str
    title: str
    proposed_grade: str
    last_document_at: datetime
    ended_at: datetime | None
    is_slow: bool = False

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True)
class Looked:
    """Everything one run of detection looks at. past: on the day's first look, what people wrote for weeks."""

    documents: Mapping[int, Seen]
    incidents: Mapping[str, Known]
    cannot: Mapping[int, frozenset[str]]
    must: Mapping[int, str]
    past: Mapping[int, Seen] = field(default_factory=dict)


HAS_NEW = "select exists (select 1 from document where read_at is not null and clustered_at is null and folded_into is null)"
IDS = """
    select id from document where counted_at >= :since and folded_into is null
    union select id from document where read_at is not null and clustered_at is null and folded_into is null
    union select d.id from source_state s join document d on d.source = s.source and d.fetched_at >= :since
          and d.counted_at is null and d.folded_into is null
    union select document_id from (
        select document_id, row_number() over (partition by incident_id order by document_id desc) as place
        from membership where until is null and incident_id = any(:incidents)
    ) m where place <= :members
"""
SEEN = """
    select d.id, d.source, d.channel, d.visibility, d.published_at, d.published_precision, d.fetched_at, d.counted_at,
           d.copies, t.title, left(t.body, :read) as body, r.sentiment, r.categories, r.region, r.service_friction,
           r.sudden_incident, m.incident_id as incident, d.clustered_at is null as is_new
"""
DOCUMENTS = f"""
    {SEEN} from ({IDS}) w join document d on d.id = w.id join reading r on r.document_id = d.id
    join document_text t on t.document_id = d.id and t.fetched_at = d.fetched_at
    left join membership m on m.document_id = d.id and m.until is null
    where d.folded_into is null and d.vanished_at is null and (d.published_at is not null or d.counted_at is not null)
    order by d.id desc limit :newest
"""


class History(Protocol):
    """What detection asks about the past beyond the window's documents."""

    def usual(self, categories: Iterable[str], now: datetime) -> Usual:
        """First publications by hour over 29 days in these categories (all, if none), and in all."""

    def negatives(self, categories: Iterable[str], now: datetime) -> Shares:
        """How many texts of these categories were negative in the last day and in the 28 days before."""

    def series(self, now: datetime) -> SeriesCounts:
        """First publications by hour over 29 days of every kind of channel, category (all: `*`) and place."""

    def questions(self, documents: Iterable[int]) -> list[tuple[int, str]]:
        """(document, question) of these documents, in order."""

    def asked_before(self, incident: str) -> list[str]:
        """The questions kept for an incident, the oldest first."""


@dataclass
class StoredHistory:
    """The past as the database holds it, asked once for what every matter needs."""

    session: Session
    town: dict[datetime, int] | None = None
    covered: tuple[frozenset[datetime], float] | None = None
    all_series: SeriesCounts | None = None

    def usual(self, categories: Iterable[str], now: datetime) -> Usual:
        if self.town is None:
            self.town = usual_by_hour(self.session, (), now)
            self.covered = covered_hours(self.session, now)
        names = list(categories)
        counts = usual_by_hour(self.session, names, now) if names else self.town
        gaps, seen = self.covered or (frozenset(), 1.0)
        return Usual(counts, self.town, gaps, seen)

    def negatives(self, categories: Iterable[str], now: datetime) -> Shares:
        return negatives_of(self.session, list(categories) or ["*"], now)

    def series(self, now: datetime) -> SeriesCounts:
        if self.all_series is None:
            self.all_series = series_by_hour(self.session, now)
        return self.all_series

    def questions(self, documents: Iterable[int]) -> list[tuple[int, str]]:
        return questions_of(self.session, documents)

    def asked_before(self, incident: str) -> list[str]:
        return known_questions(self.session, incident)


def has_new(session: Session) -> bool:
    """Whether anything was read since the last look."""
    return bool(session.execute(text(HAS_NEW)).scalar())


def look(session: Session, now: datetime) -> Looked:
    """The window: documents of the last 72 hours, new ones of any age, and members of incidents of 30 days."""
    incidents = load_incidents(session, now)
    documents = load_documents(session, incidents, now)
    load_copies(session, documents)
    cannot, must = load_judgements(session, documents, incidents)
    return Looked(documents, incidents, cannot, must)


def load_incidents(session: Session, now: datetime) -> dict[str, Known]:
    rows = session.execute(
        text(
            "select id, state, title, proposed_grade, coalesce(last_document_at, detected_at) as last_document_at,"
            " closed_at as ended_at, reasons @> cast(:slow as jsonb) as is_slow from incident where state <> 'merged'"
            " and (state = any(:open) or coalesce(last_document_at, detected_at) >= :since) order by id"
        ),
        {"open": list(OPEN), "since": now - REMEMBERED, "slow": f'[{{"rule": "{SLOW_RULE}"}}]'},
    )
    return {row.id: Known(**row._mapping) for row in rows}


def load_documents(session: Session, incidents: Iterable[str], now: datetime) -> dict[int, Seen]:
    """By id, in time order."""
    rows = session.execute(
        text(DOCUMENTS),
        {
            "since": now - WINDOW, "incidents": list(incidents), "members": MEMBERS, "read": BODY_READ, "newest": NEWEST,
        },
    ).mappings()  # fmt: skip
    seen = sorted((seen_from(dict(row)) for row in rows), key=lambda one: (one.at, one.id))
    return {one.id: one for one in seen}


def seen_from(row: Mapping[str, Any]) -> Seen:
    values = dict(row)
    precision = values.pop("published_precision")
    at = first_seen(row["published_at"], precision, row["fetched_at"])
    return Seen(**(values | {"at": at, "categories": tuple(row["categories"])}))


def load_copies(session: Session, documents: Mapping[int, Seen]) -> None:
    """Where copies appeared: a story that five outlets reprint has five sources."""
    reprinted = [one.id for one in documents.values() if one.copies]
    rows = session.execute(
        text("select distinct folded_into, source, channel from document where folded_into = any(:ids)"),
        {"ids": reprinted},
    )
    for head, source, channel in rows:
        documents[head].copied_by.append((source, channel))


def load_judgements(
    session: Session, documents: Mapping[int, Seen], incidents: Mapping[str, Known]
) -> tuple[dict[int, frozenset[str]], dict[int, str]]:
    """People's words on pairs: where a document must not go, and where it must."""
    cannot: dict[int, set[str]] = defaultdict(set)
    must: dict[int, str] = {}
    rows = session.execute(
        text(
            "select document_id, incident_id, verdict from pair_judgement where document_id = any(:ids) order by at"
        ),
        {"ids": list(documents)},
    )
    for document, incident, verdict in rows:
        if verdict == "cannot":
            cannot[document].add(incident)
        elif incident in incidents:
            must[document] = incident
    return {document: frozenset(names) for document, names in cannot.items()}, must


def mark_looked_at(session: Session, documents: Iterable[Seen], now: datetime) -> None:
    new = [one.id for one in documents if one.is_new]
    if new:
        session.execute(
            text("update document set clustered_at = :now where id = any(:ids) and clustered_at is null"),
            {"now": now, "ids": new},
        )


def covered_hours(session: Session, now: datetime) -> tuple[frozenset[datetime], float]:
    """The hours of the last weeks in which most sources were down, and the share of sources read in the last full hour."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    found = coverage(session, hour - HISTORY, hour, now)
    down = found.down.get(hour - HOUR, frozenset())
    is_blind = ALL_SOURCES in down or not found.known
    gaps = frozenset(moment for moment in found.down if found.is_gap(moment))
    return gaps, 1.0 if is_blind else 1.0 - len(down) / found.known


def negatives_of(session: Session, categories: Sequence[str], now: datetime) -> Shares:
    row = session.execute(
        text(
            "select coalesce(sum(negative) filter (where hour >= :day), 0), coalesce(sum(total) filter (where hour >= :day), 0),"
            " coalesce(sum(negative) filter (where hour < :day), 0), coalesce(sum(total) filter (where hour < :day), 0)"
            " from rollup_hour_category where category = any(:names) and hour >= :since and hour <= :now"
        ),
        {"names": list(categories), "day": now - DAY, "since": now - HISTORY, "now": now},
    ).one()
    return int(row[0]), int(row[1]), int(row[2]), int(row[3])


def usual_by_hour(session: Session, categories: Iterable[str], now: datetime) -> dict[datetime, int]:
    """What these categories (all, if none) usually bring: first publications by hour over 29 days."""
    names = list(categories) or ["*"]
    rows = session.execute(
        text(
            "select hour, sum(total)::int as total from rollup_hour_category where category = any(:names) and hour >= :since"
            " and hour <= :now group by hour"
        ),
        {"names": names, "since": now - HISTORY, "now": now},
    )
    usual: dict[datetime, int] = {row.hour: row.total for row in rows}
    first = session.execute(
        text("select min(hour) from rollup_hour_category where category = '*' and hour >= :since"),
        {"since": now - HISTORY},
    ).scalar()
    if first is not None:
        usual.setdefault(
            first, 0
        )  # the history begins where the system did, not where the category first spoke
    return usual


def series_by_hour(session: Session, now: datetime) -> SeriesCounts:
    """Counted from the documents: no rollup tells channel, category and place apart, and few looks ask."""
    rows = session.execute(
        text(
            "select d.channel, c.category, r.region, date_trunc('hour', d.counted_at) as hour, count(*) as total"
            " from document d join reading r on r.document_id = d.id"
            " cross join lateral unnest(array['*'] || r.categories) as c(category)"
            " where d.counted_at >= :since and d.counted_at <= :now and d.folded_into is null group by 1, 2, 3, 4"
        ),
        {"since": now - HISTORY, "now": now},
    )
    found: dict[tuple[str, str, str | None], dict[datetime, int]] = defaultdict(dict)
    for channel, category, region, hour, total in rows:
        found[channel, category, region][hour] = total
    return found


def questions_of(session: Session, ids: Iterable[int]) -> list[tuple[int, str]]:
    rows = session.execute(
        text(
            "select document_id, text from document_question where document_id = any(:ids) order by 1, position"
        ),
        {"ids": sorted(ids)},
    )
    return [(document, question) for document, question in rows]


def known_questions(session: Session, incident: str) -> list[str]:
    """The questions kept for an incident, the oldest first."""
    return list(
        session.execute(
            text("select text from question where incident_id = :id order by id limit 200"), {"id": incident}
        ).scalars()
    )
