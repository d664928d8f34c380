"""The list behind every number: first publications that fit a filter, counted and paged by the same conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from store.model import EVERYTHING, NOWHERE
from store.rollups import SENTIMENTS
from store.text import search_terms

PAGE_SIZE = 50
COUNT_LIMIT = 10_000
SEARCH_COUNT_LIMIT = 1_000
OF_DOCUMENTS = ("channel", "source", "search", "incident", "question", "copies_of", "unit", "ids", "replied")
HOURLY = {
    "category": "rollup_hour_category",
    "regions": "rollup_hour_region",
    "channel": "rollup_hour_channel",
}


@dataclass(frozen=True)
class DocumentFilter:
    """All None = everything. begins <= time < ends, UTC. regions: any of them; "?" = names no place of ours.

    replied: "yes" or "no", of the messages of reply_sources; question: id of a question; copies_of: the reprints
    folded into one document instead of first publications; unit: only what belongs to incidents of this unit (a liaison's scope);
    ids: these texts and no others.
    """

    category: str | None = None
    regions: tuple[str, ...] = ()
    channel: str | None = None
    sentiment: str | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    incident: str | None = None
    question: int | None = None
    source: str | None = None
    search: str | None = None
    copies_of: int | None = None
    unit: str | None = None
    ids: tuple[int, ...] | None = None
    replied: str | None = None
    reply_sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class DocumentRow:
    """One text of a list. title None = purged; is_internal texts are readable by some roles only.

    corrected: heads a person corrected; is_agreed: a person found the reading right; label: number of the latest word
    of a person, 0 = none; incident: where it belongs.
    """

    id: int
    source: str
    channel: str
    url: str
    counted_at: datetime | None
    published_at: datetime | None
    precision: str
    fetched_at: datetime
    title: str | None
    body: str | None
    is_internal: bool
    copies: int
    sentiment: str
    score: float
    categories: tuple[str, ...]
    region: str | None
    service_friction: bool
    sudden_incident: bool
    is_corrected: bool
    vanished: bool
    corrected: tuple[str, ...]
    label: int
    is_agreed: bool
    incident: str | None
    is_answered: bool
    answered_at: datetime | None
    answered_precision: str | None
    answered_by: str | None
    answer: str | None


@dataclass(frozen=True)
class Parts:
    """SQL of one filter: tables joined, conditions, and the column that orders by time with an index."""

    joins: str
    conditions: list[str]
    moment: str
    values: dict[str, Any]


REPLIED = (
    "(d.answered_at is not null or exists (select from document_text a where a.document_id = d.id"
    " and a.fetched_at = d.fetched_at and a.answer <> ''))"
)


def parts_of(wanted: DocumentFilter) -> Parts:
    joins, moment = ["from document d join reading r on r.document_id = d.id"], "d.counted_at"
    folded = "d.folded_into = :copies_of" if wanted.copies_of is not None else "d.folded_into is null"
    conditions = [folded]
    if wanted.sentiment:
        conditions.append("r.sentiment = :sentiment")
        moment = "r.counted_at"
    if wanted.regions:
        named = [region for region in wanted.regions if region != NOWHERE]
        choices = ["r.region = any(:places)"] if named else []
        choices += ["r.region is null"] if NOWHERE in wanted.regions else []
        conditions.append(f"({' or '.join(choices)})")
        # The index of places is in the order of time for one named place only; for several both ways stay open.
        moment = "r.counted_at" if wanted.regions == tuple(named[:1]) else moment
        for edge, sign in (("begins", ">="), ("ends", "<")):
            if getattr(wanted, edge) is not None:
                conditions.append(f"r.counted_at {sign} :{edge}")
    if wanted.category:
        joins.append("join document_category c on c.document_id = d.id and c.category = :category")
        moment = "c.counted_at"
    if wanted.incident:
        joins.append("join membership m on m.document_id = d.id and m.until is null")
        conditions.append("m.incident_id = :incident")
    if wanted.unit is not None:
        conditions.append(
            "exists (select from membership v join incident i on i.id = v.incident_id"
            " where v.document_id = d.id and v.until is null and i.unit = :unit)"
        )
    if wanted.ids is not None:
        conditions.append("d.id = any(:ids)")
    if wanted.question is not None:
        joins.append("join question_document q on q.document_id = d.id and q.question_id = :question")
    if wanted.search:
        joins.append("join document_text s on s.document_id = d.id and s.fetched_at = d.fetched_at")
        conditions.append("s.search @@ cast(:terms as tsquery)")
    if wanted.replied:
        conditions += [
            "d.source = any(:reply_sources)",
            REPLIED if wanted.replied == "yes" else f"not {REPLIED}",
        ]
    for name in ("channel", "source"):
        if getattr(wanted, name):
            conditions.append(f"d.{name} = :{name}")
    if wanted.begins is not None:
        conditions.append(f"{moment} >= :begins")
    if wanted.ends is not None:
        conditions.append(f"{moment} < :ends")
    values = {field.name: getattr(wanted, field.name) for field in fields(wanted)}
    values["ids"] = list(wanted.ids or ())
    values["reply_sources"] = list(wanted.reply_sources)
    values["places"] = [region for region in wanted.regions if region != NOWHERE]
    values["terms"] = terms_of(wanted.search or "")
    return Parts(" ".join(joins), conditions, moment, values)


def terms_of(words: str) -> str:
    """All bigrams of what was typed, joined by "and", in tsquery syntax."""
    quoted = ("'" + term.replace("\\", "\\\\").replace("'", "''") + "'" for term in search_terms(words))
    return " & ".join(quoted)


def count_documents(session: Session, wanted: DocumentFilter) -> tuple[int, bool]:
    """How many texts the list has, and whether that is exact.

    Whole hours of one dimension with more than 10,000 texts come from the hourly counts. All else is counted one by
    one up to 10,000 (a search up to 1,000); beyond, it is "more than" that.
    """
    summed = sum_of_hours(session, wanted)
    if summed is not None and summed > COUNT_LIMIT:
        return summed, True
    limit = COUNT_LIMIT
    if wanted.search:
        limit = SEARCH_COUNT_LIMIT
        if count_newest(session, wanted, FEW, limit) >= OFTEN * FEW:
            found = count_newest(session, wanted, round(limit / OFTEN), limit + 1)
            if found > limit:
                return limit, False
    parts = lean_parts(wanted)
    statement = (
        f"select count(*) from (select 1 {parts.joins} where {' and '.join(parts.conditions)} limit :cap) x"
    )
    number = session.scalar(text(statement), parts.values | {"cap": limit + 1}) or 0
    return min(number, limit), number <= limit


def lean_parts(wanted: DocumentFilter) -> Parts:
    """As parts_of, but without the documents where a category is asked for: its index holds first publications only."""
    parts = parts_of(wanted)
    if not wanted.category or any(getattr(wanted, name) is not None for name in OF_DOCUMENTS):
        return parts
    joins = "from document_category c"
    if wanted.sentiment or wanted.regions:
        joins += " join reading r on r.document_id = c.document_id"
    return Parts(joins, ["c.category = :category", *parts.conditions[1:]], parts.moment, parts.values)


def sum_of_hours(session: Session, wanted: DocumentFilter) -> int | None:
    """The same number from the rollups, when the filter is one they know; None otherwise."""
    rest = (
        wanted.incident,
        wanted.question,
        wanted.source,
        wanted.search,
        wanted.copies_of,
        wanted.unit,
        wanted.ids,
        wanted.replied,
    )
    chosen = [name for name in HOURLY if getattr(wanted, name)]
    edges = [edge for edge in (wanted.begins, wanted.ends) if edge is not None]
    whole = all(edge.timestamp() % 3600 == 0 for edge in edges) and len(edges) == 2
    if any(value is not None for value in rest) or len(chosen) > 1 or not whole:
        return None
    name = chosen[0] if chosen else "category"
    column = {"regions": "region"}.get(name, name)
    counted = wanted.sentiment if wanted.sentiment in SENTIMENTS else "total"
    statement = (
        f"select coalesce(sum({counted}), 0) from {HOURLY[name]}"
        f" where {column} = any(:keys) and hour >= :begins and hour < :ends"
    )
    chosen_keys = wanted.regions or (getattr(wanted, name) if name != "regions" else None) or EVERYTHING
    keys = [chosen_keys] if isinstance(chosen_keys, str) else list(chosen_keys)
    values = {"keys": keys, "begins": wanted.begins, "ends": wanted.ends}
    return int(session.scalar(text(statement), values) or 0)


COLUMNS = """
select d.id, d.source, d.channel, d.url, d.counted_at, d.published_at, d.published_precision as precision, d.fetched_at, t.title,
       left(t.body, 400) as body, d.visibility = 'internal' as is_internal, d.copies, r.sentiment, r.sentiment_score as score,
       r.categories, r.region, r.service_friction, r.sudden_incident, r.is_corrected, d.vanished_at is not null as vanished,
       d.answered_at is not null or coalesce(t.answer, '') <> '' as is_answered, d.answered_at, d.answered_precision,
       d.answered_by, left(t.answer, 400) as answer,
       array(select distinct l.head from label l where l.document_id = d.id and not l.agrees) as corrected,
       exists (select from label l where l.document_id = d.id and l.agrees) as is_agreed,
       (select coalesce(max(l.id), 0) from label l where l.document_id = d.id) as label,
       (select h.incident_id from membership h where h.document_id = d.id and h.until is null) as incident
"""
TEXT_JOIN = " left join document_text t on t.document_id = d.id and t.fetched_at = d.fetched_at"
Cursor = tuple[datetime | None, int]


def list_documents(
    session: Session, wanted: DocumentFilter, after: Cursor | None = None, size: int = PAGE_SIZE
) -> list[DocumentRow]:
    """One page, newest first; texts without a time of day come last. after: time and id of the row before."""
    rows: list[DocumentRow] = []
    if after is None or after[0] is not None:
        rows = timed(session, wanted, after, size)
    if len(rows) < size and wanted.begins is None and wanted.ends is None:
        start = after[1] if after is not None and after[0] is None else None
        rows += timeless(session, wanted, start, size - len(rows))
    return rows


def timed(session: Session, wanted: DocumentFilter, after: Cursor | None, size: int) -> list[DocumentRow]:
    if wanted.search:
        rows = fetch_newest(session, wanted, after, size, FEW)
        if SOME <= len(rows) < size:
            rows = fetch_newest(session, wanted, after, size, MANY)
        if len(rows) >= size:
            return rows
    parts = after_cursor(parts_of(wanted), after)
    order = f"order by {parts.moment} desc, d.id desc limit :size"
    return fetch(session, parts, parts.conditions, order, size)


def after_cursor(parts: Parts, after: Cursor | None) -> Parts:
    """The texts that have a time, those after a place in the list only."""
    parts.conditions.append(f"{parts.moment} is not null")
    if after is not None:
        parts.conditions.append(f"({parts.moment}, d.id) < (:after_time, :after_id)")
        parts.values.update(after_time=after[0], after_id=after[1])
    return parts


# A word that stands in many texts is found soonest by looking at the newest ones: the search index would gather all of
# its texts before the first could be shown. A rare word is found by the index. Which it is, a few of the newest tell.
FEW, MANY = 1_000, 10_000  # texts looked at
SOME = 8  # hits among FEW from which a page is likely full among MANY
OFTEN = 0.1  # share of FEW from which a word is counted by looking
# "offset 0" keeps the planner from turning the join round: it believes three joined pairs of characters to be rare.
NEWEST = """
    (select near.* from (select d.id as near_id, d.fetched_at as near_fetched, {moment} as near_at {joins}
                         where {conditions} order by {moment} desc, d.id desc limit :newest) near
     cross join lateral (select search from document_text where document_id = near_id and fetched_at = near_fetched
                         offset 0) s
     where s.search @@ cast(:terms as tsquery) order by near_at desc, near_id desc limit :size) near
"""


def among_newest(
    wanted: DocumentFilter, after: Cursor | None, newest: int, size: int
) -> tuple[str, dict[str, Any]]:
    """A subquery, and its values: the newest hits of a search among the newest texts that fit the rest of the filter."""
    parts = after_cursor(parts_of(replace(wanted, search=None)), after)
    statement = NEWEST.format(
        moment=parts.moment, joins=parts.joins, conditions=" and ".join(parts.conditions)
    )
    return statement, parts.values | {"newest": newest, "size": size, "terms": terms_of(wanted.search or "")}


def count_newest(session: Session, wanted: DocumentFilter, newest: int, cap: int) -> int:
    hits, values = among_newest(wanted, None, newest, cap)
    return session.scalar(text(f"select count(*) from {hits}"), values) or 0


def fetch_newest(
    session: Session, wanted: DocumentFilter, after: Cursor | None, size: int, newest: int
) -> list[DocumentRow]:
    hits, values = among_newest(wanted, after, newest, size)
    joins = "join document d on d.id = near_id join reading r on r.document_id = d.id"
    statement = f"{COLUMNS} from {hits} {joins} {TEXT_JOIN} order by near_at desc, d.id desc"
    return rows_of(session, statement, values)


def timeless(session: Session, wanted: DocumentFilter, after: int | None, size: int) -> list[DocumentRow]:
    parts = parts_of(wanted)
    conditions = [*parts.conditions, f"{parts.moment} is null"]
    if after is not None:
        conditions.append("d.id < :after_id")
        parts.values.update(after_id=after)
    return fetch(session, parts, conditions, "order by d.id desc limit :size", size)


def fetch(
    session: Session, parts: Parts, conditions: Sequence[str], order: str, size: int
) -> list[DocumentRow]:
    statement = f"{COLUMNS} {parts.joins} {TEXT_JOIN} where {' and '.join(conditions)} {order}"
    return rows_of(session, statement, parts.values | {"size": size})


def rows_of(session: Session, statement: str, values: dict[str, Any]) -> list[DocumentRow]:
    rows = session.execute(text(statement), values)
    return [row_from(dict(row)) for row in rows.mappings()]


def row_from(values: Mapping[str, Any]) -> DocumentRow:
    lists = {name: tuple(values[name]) for name in ("categories", "corrected")}
    return DocumentRow(**{**values, **lists})


def document_ids(session: Session, wanted: DocumentFilter, limit: int) -> list[int]:
    """Ids of the texts of a list, newest first, at most `limit`."""
    parts = parts_of(wanted)
    statement = (
        f"select d.id {parts.joins} where {' and '.join(parts.conditions)}"
        f" order by {parts.moment} desc nulls last, d.id desc limit :size"
    )
    return list(session.scalars(text(statement), parts.values | {"size": limit}))


def find_document(session: Session, number: int, unit: str | None = None) -> DocumentRow | None:
    """One text as a line of a list shows it, a reprint too; None when it is unknown, unread or outside the unit's scope."""
    parts = parts_of(DocumentFilter(ids=(number,), unit=unit))
    conditions = [one for one in parts.conditions if one != "d.folded_into is null"]
    return next(iter(fetch(session, parts, conditions, "limit :size", 1)), None)


def cursor_of(row: DocumentRow) -> str:
    """The place after a row, as it stands in a URL."""
    moment = row.counted_at.astimezone(UTC).isoformat() if row.counted_at is not None else ""
    return f"{moment}_{row.id}"


def read_cursor(word: str) -> Cursor | None:
    """The place a URL names; None for anything that is not one."""
    moment, _, number = word.rpartition("_")
    if not number.isdecimal() or len(number) > 18:
        return None
    try:
        when = datetime.fromisoformat(moment) if moment else None
    except ValueError:
        return None
    return None if when is not None and when.tzinfo is None else (when, int(number))
