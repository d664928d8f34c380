"""The kept bytes of news and government pages, for those who look after the system; taking them out is audited."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import zstandard
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import audit
from store.errors import EvidenceChanged
from store.model import Evidence


@dataclass(frozen=True)
class Kept:
    """One fetched page. size: of the stored, compressed bytes; sha256: of the bytes as they came."""

    document_id: int
    fetched_at: datetime
    sha256: str
    size: int
    headers: Mapping[str, str]


def kept(session: Session, document_id: int) -> list[Kept]:
    """What was kept of a document, oldest first; empty beyond the retention and for posts and hotline items."""
    rows = session.scalars(
        select(Evidence).where(Evidence.document_id == document_id).order_by(Evidence.fetched_at)
    )
    return [
        Kept(row.document_id, row.fetched_at, row.sha256, len(row.body or b""), row.headers) for row in rows
    ]


def take_out(session: Session, one: Kept, by: str, now: datetime) -> bytes:
    """The bytes as they came, and a line in the audit. Raises EvidenceChanged where they no longer fit their hash."""
    row = session.get_one(Evidence, (one.document_id, one.fetched_at))
    body = zstandard.decompress(row.body or b"")
    if hashlib.sha256(body).hexdigest() != row.sha256:
        raise EvidenceChanged(
            f"文本 {one.document_id} 的原始页面与保存时的 SHA-256 不符，可能被改动；请联系管理员核对备份。"
        )
    after = {"sha256": row.sha256, "bytes": len(body)}
    audit.record(session, now, by, "evidence.read", f"document:{one.document_id}", after=after)
    return body
