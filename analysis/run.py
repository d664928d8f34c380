"""One batch: claim, score, locate, fold, write, count - in the caller's transaction, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from analysis.claims import Claimed, claim
from analysis.folding import Folds, fold, write_folds
from analysis.readings import QUESTION_LIMIT, Placed, place, reading_row, score_rows
from analysis.scorer import Scorer, Text
from catalogue.loader import Catalogue
from store import bulk, rollups

SCORE = "score (document_id, head, model_version, result)"
READING = (
    "reading (document_id, counted_at, sentiment, sentiment_score, categories, region, service_friction,"
    " sudden_incident, groups, model_version, catalogue_version, is_corrected)"
)
CATEGORY = "document_category (category, document_id, counted_at)"
QUESTION = "document_question (document_id, position, text)"


@dataclass(frozen=True)
class BatchResult:
    """Documents read in one transaction, and how many of them repeat an earlier one."""

    read: int
    folded: int


def read_batch(
    session: Session, catalogue: Catalogue, scorer: Scorer, now: datetime, limit: int
) -> BatchResult:
    """Read up to `limit` unread documents. The same rows result however often it is begun, killed or run again."""
    documents = claim(session, limit)
    if not documents:
        return BatchResult(0, 0)
    readings = scorer.score([Text(text=one.body, title=one.title) for one in documents])
    placed = [place(one, reading, catalogue) for one, reading in zip(documents, readings, strict=True)]
    folds = fold(session, documents)
    clear(session, documents)
    write(session, placed, folds, catalogue.version)
    write_folds(session, documents, folds, now)
    rollups.apply(session, changes(documents, placed, folds))
    return BatchResult(len(documents), len(folds.into))


def clear(session: Session, documents: Sequence[Claimed]) -> None:
    """Take away what an earlier reading left of documents whose text or labels changed."""
    ids = [one.id for one in documents if one.was_read]
    if ids:
        for table in ("reading", "document_category", "document_question", "score"):
            session.execute(text(f"delete from {table} where document_id = any(:ids)"), {"ids": ids})


def write(session: Session, placed: Sequence[Placed], folds: Folds, version: str) -> None:
    """Scores, readings, categories of first publications and questions, by COPY."""
    bulk.copy_rows(session, SCORE, (row for one in placed for row in score_rows(one, version)))
    bulk.copy_rows(session, READING, (reading_row(one, version) for one in placed))
    heads = [one for one in placed if one.document.id not in folds.into]
    bulk.copy_rows(
        session,
        CATEGORY,
        (
            (category, one.document.id, one.document.counted_at)
            for one in heads
            for category in dict.fromkeys(one.categories)
        ),
    )
    bulk.copy_rows(
        session,
        QUESTION,
        (
            (one.document.id, position, question[:QUESTION_LIMIT])
            for one in placed
            for position, question in enumerate(one.questions, 1)
        ),
    )


def changes(documents: Sequence[Claimed], placed: Sequence[Placed], folds: Folds) -> list[rollups.Counted]:
    """What moves in the counts: old readings out, first publications in, retired first publications out."""
    out = [one.before for one in documents if one.before is not None]
    return [*out, *folds.taken_out, *(one.counted for one in placed if one.document.id not in folds.into)]
