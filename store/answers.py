"""The official reply beside a message: masked, with its time and the office that signed it, never a person.

The reply is kept beside the message's own words, so that scores, counts and clusters go on reading citizens only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from store.incoming import Prepared
from store.model import Document, DocumentText, DocumentVersion


def keep_answers(session: Session, ready: Mapping[int, Prepared]) -> set[int]:
    """Write the replies of these documents where they are new or changed; the ids of those.

    A reply that was changed stays as a version. A reply that is no longer shown stays, too.
    """
    answered = {number: one for number, one in ready.items() if one.answer or one.item.answered_at}
    if not answered:
        return set()
    rows = session.execute(
        select(
            Document.id, Document.answered_at, Document.answered_by,
            DocumentText.answer, DocumentText.title, DocumentText.body, DocumentText.fetched_at,
        )
        .join(DocumentText, DocumentText.document_id == Document.id)
        .where(Document.id.in_(answered))
        .with_for_update(of=Document)
    ).all()  # fmt: skip
    changed = set()
    for row in rows:
        one = answered[row.id]
        at, by = one.item.answered_at or row.answered_at, one.answered_by or row.answered_by
        answer = one.answer or row.answer
        if (at, by, answer) == (row.answered_at, row.answered_by, row.answer):
            continue
        if row.answer and row.answer != answer:
            keep_version(session, row, one)
        precision = one.item.answered_precision if one.item.answered_at else None
        values: dict[str, Any] = {"answered_at": at, "answered_by": by}
        values |= {"answered_precision": precision} if precision else {}
        session.execute(update(Document).where(Document.id == row.id).values(**values))
        session.execute(
            text("update document_text set answer = :answer where document_id = :id and fetched_at = :at"),
            {"answer": answer, "id": row.id, "at": row.fetched_at},
        )
        changed.add(row.id)
    return changed


def keep_version(session: Session, row: Any, ready: Prepared) -> None:
    """The message as it was shown with its earlier reply."""
    last = session.scalar(
        select(func.max(DocumentVersion.version)).where(DocumentVersion.document_id == row.id)
    )
    session.add(
        DocumentVersion(
            document_id=row.id, version=(last or 0) + 1, seen_at=ready.item.fetched_at,
            fingerprint=ready.fingerprint, title=row.title, body=row.body, answer=row.answer,
        )
    )  # fmt: skip
    session.flush()
