"""What a person corrected in a reading stays in force over every model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from analysis.errors import BadInput
from store.model import Document, Label

HEADS: Mapping[str, type | tuple[type, ...]] = {
    "sentiment": str,
    "category": list,
    "service_friction": bool,
    "sudden_incident": bool,
    "region": (str, type(None)),
}


def keep_label(session: Session, document_id: int, head: str, value: Any, by: str, now: datetime) -> None:
    """Store a correction; the next run of `analyse_documents` reads the document again and moves its counts.

    value: a sentiment's name, a list of category ids, true/false, a region id or None. Raises BadInput for another.
    """
    if head not in HEADS or not isinstance(value, HEADS[head]):
        raise BadInput(f"标注 {head} 的值应为 {sorted(HEADS)} 之一及相应类型，收到的是 {value!r}。")
    if head == "sentiment" and value not in ("negative", "neutral", "positive"):
        raise BadInput(f"情感应为 negative、neutral 或 positive，收到的是 {value!r}。")
    session.execute(insert(Label).values(document_id=document_id, head=head, value=value, by=by, at=now))
    session.execute(update(Document).where(Document.id == document_id).values(read_at=None))
