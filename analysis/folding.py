"""Folding against the database: fingerprints, band keys and texts of the last two weeks.

One transaction folds at a time (an advisory lock held to its end), so that two workers cannot both take
the first copy for a first publication.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from analysis.claims import Claimed, first_seen
from analysis.duplicates import WINDOW, Candidate, first_copy, most_shared
from analysis.shingles import Shingled, band_keys, shingled
from store import bulk
from store.rollups import Counted

LOCK = 7_190_021  # any fixed number: the fold lock of this database


@dataclass
class Folds:
    """into: first publication of each folded document of the batch; retired: former first publications that proved
    to be copies of an earlier text; taken_out: what these no longer count."""

    into: dict[int, int] = field(default_factory=dict)
    retired: dict[int, int] = field(default_factory=dict)
    taken_out: list[Counted] = field(default_factory=list)


@dataclass
class Known:
    """First publications a batch may repeat, and their indexes. movable: those of them that stand in no incident, so
    that an earlier text arriving late takes their place."""

    heads: dict[int, Candidate] = field(default_factory=dict)
    prints: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    bands: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    movable: set[int] = field(default_factory=set)


def fold(session: Session, documents: Sequence[Claimed]) -> Folds:
    """Which documents of the batch repeat which first publication; bands of the new ones are stored."""
    session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    session.execute(
        text("delete from fold_band where document_id = any(:ids)"), {"ids": [one.id for one in documents]}
    )
    texts = {one.id: shingled(one.title, one.body) for one in documents}
    keys = dict(zip(texts, band_keys(list(texts.values())), strict=True))
    known = load_known(session, documents, keys)
    folds = Folds()
    fresh: list[Claimed] = []
    for document in sorted(documents, key=lambda one: (one.at, one.id)):
        if not document.copies:
            head = find_head(document, texts[document.id], keys[document.id], known)
            if head is not None and not gives_way(known, head, document):
                folds.into[document.id] = head
                continue
            if head is not None:
                folds.retired[head] = document.id
                forget(known, head)
        remember(known, document, texts[document.id], keys[document.id])
        fresh.append(document)
    retire(session, folds)
    bulk.copy_rows(
        session,
        "fold_band (key, document_id, seen_at)",
        (
            (key, one.id, at)
            for one, at in ((one, one.at.isoformat()) for one in fresh)
            for key in sorted(set(keys[one.id]))
        ),
    )
    return folds


def load_known(session: Session, documents: Sequence[Claimed], keys: dict[int, list[int]]) -> Known:
    """First publications sharing a fingerprint or a band with the batch, at most two weeks away."""
    ids = [one.id for one in documents]
    window = {
        "ids": ids,
        "since": min(one.at for one in documents) - WINDOW,
        "until": max(one.at for one in documents) + WINDOW,
    }
    known = Known()
    shared = session.execute(
        text(
            "select key, document_id from fold_band where key = any(:keys) and seen_at between :since and :until"
            " and document_id <> all(:ids)"
        ),
        window | {"keys": sorted({key for each in keys.values() for key in each})},
    ).all()
    for key, owner in shared:
        known.bands[key].append(owner)
    near = {owner for each in keys.values() for owner in most_shared(each, known.bands)}
    equal = session.execute(
        text(
            "select id from document where fingerprint = any(:prints) and fetched_at between :since and :until"
            " and folded_into is null and read_at is not null and id <> all(:ids)"
        ),
        window | {"prints": [one.fingerprint for one in documents]},
    ).scalars()
    door = {one.folded_into for one in documents if one.folded_into is not None and not one.was_read}
    door -= set(ids)  # heads of this very batch are remembered in their turn
    for row in load_texts(session, near | set(equal) | door):
        known.heads[row.id] = Candidate(
            row.id,
            first_seen(row.published_at, row.published_precision, row.fetched_at),
            shingled(row.title, row.body),
        )
        known.prints[row.fingerprint].append(row.id)
    known.movable = set(known.heads) - members(session, known.heads)
    return known


def members(session: Session, ids: Iterable[int]) -> set[int]:
    """Those of the documents that belong to an incident, or that a person put into one or took out of one: an
    earlier text in their place would not carry that word."""
    rows = session.execute(
        text(
            "select document_id from membership where until is null and document_id = any(:ids)"
            " union select document_id from pair_judgement where document_id = any(:ids)"
        ),
        {"ids": sorted(ids)},
    )
    return set(rows.scalars())


def load_texts(session: Session, ids: Iterable[int]) -> Sequence[Any]:
    return session.execute(
        text(
            "select d.id, d.fingerprint, d.published_at, d.published_precision, d.fetched_at, t.title, t.body"
            " from document d join document_text t on t.document_id = d.id and t.fetched_at = d.fetched_at"
            " where d.id = any(:ids) and d.folded_into is null order by d.id"
        ),
        {"ids": sorted(ids)},
    ).all()


def find_head(document: Claimed, own: Shingled, keys: list[int], known: Known) -> int | None:
    """The first publication this document repeats, among those known so far; the door's word counts first."""
    if not document.was_read and document.folded_into in known.heads:
        return document.folded_into
    equal = [
        known.heads[key]
        for key in known.prints.get(document.fingerprint, ())
        if key in known.heads and abs(known.heads[key].seen_at - document.at) <= WINDOW
    ]
    if equal:
        return min(equal, key=lambda head: (head.seen_at, head.key)).key
    near = (known.heads[key] for key in most_shared(keys, known.bands) if key in known.heads)
    return first_copy(own, document.at, near)


def gives_way(known: Known, head: int, document: Claimed) -> bool:
    """Whether the stored head was published after this document, and so is the copy of the two."""
    return head in known.movable and known.heads[head].seen_at > document.at


def remember(known: Known, document: Claimed, own: Shingled, keys: list[int]) -> None:
    known.heads[document.id] = Candidate(document.id, document.at, own)
    known.prints[document.fingerprint].append(document.id)
    for key in keys:
        known.bands[key].append(document.id)


def forget(known: Known, head: int) -> None:
    del known.heads[head]
    known.movable.discard(head)


def retire(session: Session, folds: Folds) -> None:
    """Former first publications lose their place in lists and bands; what they counted is to be taken out."""
    if not folds.retired:
        return
    # Held before they are read: a person may be correcting one of them, and what it counts is what is taken out.
    session.execute(
        text("select id from document where id = any(:ids) order by id for update"),
        {"ids": sorted(folds.retired)},
    )
    rows = session.execute(
        text(
            "select d.id, d.counted_at, d.counted_on, d.channel, r.sentiment, r.categories, r.region"
            " from document d join reading r on r.document_id = d.id where d.id = any(:ids)"
        ),
        {"ids": sorted(folds.retired)},
    )
    folds.taken_out = [
        Counted(
            row.counted_at,
            row.counted_on,
            row.channel,
            row.sentiment,
            tuple(row.categories),
            row.region,
            sign=-1,
        )
        for row in rows
    ]
    session.execute(
        text("delete from document_category where document_id = any(:ids)"), {"ids": sorted(folds.retired)}
    )
    session.execute(
        text("delete from fold_band where document_id = any(:ids)"), {"ids": sorted(folds.retired)}
    )


def write_folds(session: Session, documents: Sequence[Claimed], folds: Folds, now: datetime) -> None:
    """Mark the batch read, point copies at their first publication and count the copies of every one touched."""
    session.execute(
        text(
            "update document d set read_at = :now, folded_into = nullif(f.head, 0)"
            " from unnest(cast(:ids as bigint[]), cast(:heads as bigint[])) as f(id, head) where d.id = f.id"
        ),
        {
            "now": now,
            "ids": [one.id for one in documents],
            "heads": [folds.into.get(one.id, 0) for one in documents],
        },
    )
    for old, new in sorted(folds.retired.items()):
        session.execute(
            text("update document set folded_into = :new where id = :old or folded_into = :old"),
            {"new": new, "old": old},
        )
    touched = {*folds.into.values(), *folds.retired, *folds.retired.values()}
    touched |= {one.folded_into for one in documents if one.folded_into is not None}
    if touched:
        session.execute(
            text(
                "update document h set copies = (select count(*) from document c where c.folded_into = h.id)"
                " where h.id in (select id from document where id = any(:ids) order by id for update)"
            ),
            {"ids": sorted(touched)},
        )
