"""What a person corrected in a reading stays in force over every model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from analysis.claims import counted_before
from analysis.errors import BadInput
from store import rollups
from store.model import Document, DocumentCategory, Label, Reading, Score

HEADS: Mapping[str, type | tuple[type, ...]] = {
    "sentiment": str,
    "category": list,
    "service_friction": bool,
    "sudden_incident": bool,
    "region": (str, type(None)),
}
COLUMNS = {"category": "categories"}  # the other heads are columns of `reading` under their own name


def keep_label(
    session: Session, document_id: int, head: str, value: Any, by: str, now: datetime, agrees: bool = False
) -> None:
    """Store a correction, or (agrees) that a person found the reading right, and put it in force in this transaction:
    reading, categories and counts move with it.

    value: a sentiment's name, a list of category ids, true/false, a region id or None. Raises BadInput for another.
    A document that is not read yet gets it with its first reading.
    """
    if head not in HEADS or not isinstance(value, HEADS[head]):
        raise BadInput(f"标注 {head} 的值应为 {sorted(HEADS)} 之一及相应类型，收到的是 {value!r}。")
    if head == "sentiment" and value not in ("negative", "neutral", "positive"):
        raise BadInput(f"情感应为 negative、neutral 或 positive，收到的是 {value!r}。")
    # The document first, as the reader of a batch locks it: whoever comes second sees what the first one wrote.
    session.execute(select(Document.id).where(Document.id == document_id).with_for_update())
    row = {"document_id": document_id, "head": head, "value": value, "by": by, "at": now, "agrees": agrees}
    session.execute(insert(Label).values(row))
    overlay(session, document_id, head, value)


def overlay(session: Session, document_id: int, head: str, value: Any) -> None:
    """Lay one label over the reading in force and move the counts from the old one to the new one."""
    document = session.execute(
        text("select id, counted_at, counted_on, channel, folded_into from document where id = :id"),
        {"id": document_id},
    ).mappings().one()  # fmt: skip
    reading = session.scalars(
        select(Reading).where(Reading.document_id == document_id).execution_options(populate_existing=True)
    ).first()
    if reading is None:
        return
    before = counted_before(document, reading)
    setattr(reading, COLUMNS.get(head, head), value)
    reading.is_corrected = True
    if head == "sentiment":
        reading.sentiment_score = model_score(session, document_id, reading, value)
    session.flush()
    if before is None:
        return  # a reprint: it stands in no list by category and in no count
    after = counted_before(document, reading)
    if after is None or replace(after, sign=1) == replace(before, sign=1):
        return
    if head == "category":
        place_in_categories(session, document_id, document["counted_at"], value)
    rollups.apply(session, [before, replace(after, sign=1)])


def model_score(session: Session, document_id: int, reading: Reading, sentiment: str) -> float:
    """What the model of the reading gave the sentiment a person chose; 0 where it did not say."""
    said = session.scalar(
        select(Score.result).where(
            Score.document_id == document_id,
            Score.head == "sentiment",
            Score.model_version == reading.model_version,
        )
    )
    return round(float((said or {}).get("scores", {}).get(sentiment, 0.0)), 4)


def place_in_categories(
    session: Session, document_id: int, counted_at: datetime | None, categories: list[str]
) -> None:
    session.execute(text("delete from document_category where document_id = :id"), {"id": document_id})
    rows = [
        {"category": name, "document_id": document_id, "counted_at": counted_at}
        for name in dict.fromkeys(categories)
    ]
    if rows:
        session.execute(insert(DocumentCategory), rows)
