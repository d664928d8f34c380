"""Keeping no longer than needed: purge by whole months, and removal of one document on request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, select, text
from sqlalchemy.orm import Session

from store import audit, switches
from store.errors import NotFound
from store.model import (
    Document,
    DocumentQuestion,
    DocumentText,
    DocumentVersion,
    Evidence,
    FoldBand,
    QuestionDocument,
)

DEFAULT_TEXT_DAYS = 180
FOLD_DAYS = 30


@dataclass(frozen=True)
class PurgeReport:
    """months dropped (YYYYMM) and how many texts and questions went with them; counts and ids stay for ever."""

    months: tuple[str, ...]
    texts: int
    questions: int

    @property
    def sentence(self) -> str:
        if not self.months:
            return "没有超过保存期限的原文，未清理。"
        return f"已清理 {'、'.join(self.months)} 的原文 {self.texts} 条、问题摘句 {self.questions} 条；计数保留。"


def text_days(session: Session) -> int:
    """For how many days texts are kept (setting `retention`, default 180)."""
    return int(switches.read(session, "retention").get("text_days", DEFAULT_TEXT_DAYS))


def months_held(session: Session) -> list[str]:
    rows = session.scalars(
        text(
            "select right(c.relname, 6) from pg_inherits i join pg_class c on c.oid = i.inhrelid"
            " join pg_class p on p.oid = i.inhparent where p.relname = 'document_text' order by 1"
        )
    )
    return list(rows)


def month_after(month: str) -> str:
    year, number = int(month[:4]), int(month[4:])
    return f"{year + number // 12:04d}{number % 12 + 1:02d}"


def expired_months(session: Session, now: datetime) -> list[str]:
    """Months whose every day lies beyond the retention."""
    limit = (now - timedelta(days=text_days(session))).strftime("%Y%m")
    return [month for month in months_held(session) if month_after(month) <= limit]


def purge(session: Session, now: datetime, by: str = audit.PROGRAM) -> PurgeReport:
    """Drop the texts, versions and evidence of expired months, in the caller's transaction, with an audit entry."""
    months = expired_months(session, now)
    texts = questions = 0
    for month in months:
        begins = datetime.strptime(month + "+0000", "%Y%m%z")
        ends = datetime.strptime(month_after(month) + "+0000", "%Y%m%z")
        fetched = select(Document.id).where(Document.fetched_at >= begins, Document.fetched_at < ends)
        questions += removed(
            session.execute(delete(DocumentQuestion).where(DocumentQuestion.document_id.in_(fetched)))
        )
        texts += session.execute(text("select drop_month(:month)"), {"month": month}).scalar_one()
    report = PurgeReport(tuple(months), texts, questions)
    if months:
        after = {"months": list(months), "texts": texts, "questions": questions}
        audit.record(session, now, by, "purge", "document_text", after=after, reason="超过保存期限")
    return report


def removed(result: Any) -> int:
    assert isinstance(result, CursorResult)
    return max(result.rowcount, 0)


def drop_old_fold_bands(session: Session, now: datetime) -> int:
    return removed(
        session.execute(delete(FoldBand).where(FoldBand.seen_at < now - timedelta(days=FOLD_DAYS)))
    )


def forget(session: Session, document_id: int, by: str, reason: str, now: datetime) -> None:
    """Remove everything readable of one document on request. Its address stays, so that it is not stored again."""
    if session.get(Document, document_id) is None:
        raise NotFound(f"没有编号为 {document_id} 的文本；请用 huiying documents list --url 网址 查到编号。")
    for table in (DocumentText, DocumentVersion, Evidence, DocumentQuestion, QuestionDocument, FoldBand):
        session.execute(delete(table).where(table.document_id == document_id))
    audit.record(session, now, by, "document.forget", f"document:{document_id}", reason=reason)
