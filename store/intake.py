"""The only insert path for documents: one batch, one transaction, the same outcome when run twice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import zstandard
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store import bulk
from store.answers import keep_answers
from store.incoming import EVIDENCE_CHANNELS, IncomingItem, Prepared, Refusal, prepare, sha256
from store.model import Document, DocumentText, DocumentVersion, Evidence, Sighting, SourceState
from store.text import fingerprint

FOLD = text(
    "update document d set folded_into = f.head from ("
    " select n.id, min(coalesce(h.folded_into, h.id)) as head from document n cross join lateral ("
    "  select s.id, s.folded_into from document s where s.canonical_url = n.canonical_url and s.id < n.id"
    "   and s.visibility = n.visibility"
    "  union all select s.id, s.folded_into from document s where s.fingerprint = n.fingerprint and s.id < n.id"
    "   and s.visibility = n.visibility and s.fetched_at > n.fetched_at - interval '14 days') h"
    " where n.id = any(:ids) group by n.id) f where d.id = f.id"
)


@dataclass
class IntakeResult:
    """Counts of one batch: new + changed + duplicates + refused = items taken."""

    new: int = 0
    changed: int = 0
    duplicates: int = 0
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return len(self.refusals)


@dataclass(frozen=True)
class Known:
    """A document that was here before."""

    id: int
    fingerprint: str
    fetched_at: datetime


def take(session: Session, items: Sequence[IncomingItem], now: datetime) -> IntakeResult:
    """Store a batch in the caller's transaction.

    Unknown addresses become documents, changed texts new versions, ranks and repeats sightings; refusals are
    counted and named, never raised.
    """
    result = IntakeResult()
    first_crawls = sources_never_read(session, {item.source for item in items})
    unique: dict[tuple[str, str], Prepared] = {}
    repeats: list[Prepared] = []
    for item in items:
        ready = prepare(item, item.source in first_crawls)
        if isinstance(ready, Refusal):
            result.refusals.append(ready)
        elif ready.key in unique:
            repeats.append(ready)
        else:
            unique[ready.key] = ready
    ensure_months(session, (ready.item.fetched_at for ready in unique.values()))
    known = find_known(session, list(unique))
    inserted = insert_new(session, [ready for key, ready in unique.items() if key not in known])
    # Somebody else may have stored the same address between our look and our insert: then it is known now.
    raced = [key for key in unique if key not in known and key not in inserted]
    known |= find_known(session, raced)
    result.new = len(inserted)
    fold_at_the_door(session, list(inserted.values()))
    changed = {old.id for key, old in known.items() if change(session, unique[key], old)}
    result.changed, result.duplicates = len(changed), len(known) - len(changed) + len(repeats)
    ids = {key: old.id for key, old in known.items()} | inserted
    replies = keep_answers(session, {ids[key]: ready for key, ready in unique.items() if key in ids})
    moved = len(replies & ({old.id for old in known.values()} - changed))
    result.changed, result.duplicates = result.changed + moved, result.duplicates - moved
    keep_sightings(session, [*unique.values(), *repeats], ids)
    return result


def sources_never_read(session: Session, names: set[str]) -> set[str]:
    """Sources whose first run has not finished: what they bring may be an old archive."""
    read = session.scalars(
        select(SourceState.source).where(SourceState.source.in_(names), SourceState.first_run_at.is_not(None))
    )
    return names - set(read)


def ensure_months(session: Session, moments: Iterable[datetime]) -> None:
    for month in {moment.strftime("%Y-%m-15T00:00:00+00:00") for moment in moments}:
        session.execute(select(func.ensure_month(text(":month ::timestamptz"))), {"month": month})


def find_known(session: Session, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Known]:
    if not keys:
        return {}
    rows = session.execute(
        text(
            "select d.source, d.canonical_url, d.id, d.fingerprint, d.fetched_at from document d"
            " join unnest(cast(:sources as text[]), cast(:urls as text[])) as k(source, url)"
            " on d.source = k.source and d.canonical_url = k.url"
        ),
        {"sources": [source for source, _ in keys], "urls": [url for _, url in keys]},
    )
    return {(row[0], row[1]): Known(row[2], row[3], row[4]) for row in rows}


def insert_new(session: Session, ready: Sequence[Prepared]) -> dict[tuple[str, str], int]:
    """Ids of the documents that were really new, by key; texts and evidence written with them."""
    if not ready:
        return {}
    statement = insert(Document).on_conflict_do_nothing(index_elements=["source", "canonical_url"])
    returned = session.execute(
        statement.returning(Document.source, Document.canonical_url, Document.id),
        [row_of(one) for one in ready],
    )
    ids = {(row[0], row[1]): row[2] for row in returned}
    new = [(ids[one.key], one) for one in ready if one.key in ids]
    bulk.copy_rows(
        session,
        "document_text (document_id, fetched_at, title, body, masked, search)",
        (
            (i, one.item.fetched_at, one.title, one.body, json.dumps(one.masked), vector(one.terms))
            for i, one in new
        ),
    )
    keep_evidence(session, new)
    return ids


def fold_at_the_door(session: Session, ids: Sequence[int]) -> None:
    """Join new documents under the first publication of the same address or the same text of the last two weeks.

    Every place stays a document of its own, naming its first publication; analysis keeps the count of copies.
    """
    if ids:
        session.execute(FOLD, {"ids": list(ids)})


def row_of(ready: Prepared) -> dict[str, Any]:
    item = ready.item
    return {
        "source": item.source,
        "channel": item.channel,
        "url": ready.url,
        "canonical_url": ready.canonical_url,
        "fingerprint": ready.fingerprint,
        "published_at": ready.place.published_at,
        "published_precision": ready.place.precision,
        "fetched_at": item.fetched_at,
        "counted_at": ready.place.counted_at,
        "counted_on": ready.place.counted_on,
        "visibility": ready.visibility,
    }


def vector(terms: Iterable[str]) -> str:
    """The terms as a tsvector literal; quotes and backslashes doubled as its syntax demands."""
    return " ".join("'" + term.replace("\\", "\\\\").replace("'", "''") + "'" for term in terms)


def change(session: Session, ready: Prepared, old: Known) -> bool:
    """Keep the earlier text as a version and store the new one; False when nothing (or only a rank) changed."""
    if ready.fingerprint == old.fingerprint or ready.item.rank is not None:
        return False
    session.execute(select(Document.id).where(Document.id == old.id).with_for_update())
    before = session.execute(
        select(DocumentText.title, DocumentText.body, DocumentText.fetched_at).where(
            DocumentText.document_id == old.id
        )
    ).first()
    if before is None or fingerprint(before.title, before.body) == ready.fingerprint:
        return False  # purged long ago, or somebody else stored this change
    last = session.scalar(
        select(func.max(DocumentVersion.version)).where(DocumentVersion.document_id == old.id)
    )
    session.add(
        DocumentVersion(
            document_id=old.id, version=(last or 0) + 1, seen_at=ready.item.fetched_at,
            fingerprint=old.fingerprint, title=before.title, body=before.body,
        )
    )  # fmt: skip
    session.execute(
        update(DocumentText)
        .where(DocumentText.document_id == old.id, DocumentText.fetched_at == before.fetched_at)
        .values(title=ready.title, body=ready.body, masked=dict(ready.masked), search=text(":v ::tsvector")),
        {"v": vector(ready.terms)},
        execution_options={"synchronize_session": False},
    )
    session.execute(
        update(Document)
        .where(Document.id == old.id)
        .values(fingerprint=ready.fingerprint, read_at=None, clustered_at=None, vanished_at=None)
    )
    keep_evidence(session, [(old.id, ready)])
    return True


def keep_evidence(session: Session, stored: Sequence[tuple[int, Prepared]]) -> None:
    """The fetched bytes of news and government pages, compressed; of posts and hotline items none."""
    rows = [
        {
            "document_id": number, "fetched_at": one.item.fetched_at, "sha256": sha256(one.item.raw),
            "headers": dict(one.item.raw_headers), "body": zstandard.compress(one.item.raw),
        }
        for number, one in stored
        if one.item.raw is not None and one.item.channel in EVIDENCE_CHANNELS
    ]  # fmt: skip
    if rows:
        session.execute(insert(Evidence).on_conflict_do_nothing(), rows)


def keep_sightings(session: Session, ready: Iterable[Prepared], ids: dict[tuple[str, str], int]) -> None:
    rows = [
        {
            "document_id": ids[one.key],
            "seen_at": one.item.fetched_at,
            "rank": one.item.rank,
            "heat": one.item.heat,
        }
        for one in ready
        if one.item.rank is not None or one.item.heat is not None
    ]
    if rows:
        session.execute(insert(Sighting).on_conflict_do_nothing(), rows)
