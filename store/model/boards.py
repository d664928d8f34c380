"""What was said early about titles of rankings."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.model.base import Base, Instant


class BoardWatch(Base):
    """Up to which look a ranking was judged; an earlier look is never judged in hindsight."""

    __tablename__ = "board_watch"
    source: Mapped[str] = mapped_column(primary_key=True)
    judged_until: Mapped[Instant]


class BoardFlag(Base):
    """A title flagged as likely to come to the top three of its ranking; once in its life there.

    entry_rank: at first sight; rank and times_median (its heat over the median of the board): when it was flagged.
    score had to pass line. reached_at: when it stood in the top three, null while it did not.
    """

    __tablename__ = "board_flag"
    document_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("document.id", ondelete="CASCADE"), primary_key=True
    )
    source: Mapped[str]
    first_seen_at: Mapped[Instant]
    flagged_at: Mapped[Instant]
    entry_rank: Mapped[int]
    rank: Mapped[int]
    times_median: Mapped[float]
    score: Mapped[float]
    line: Mapped[float]
    reached_at: Mapped[Instant | None]
    __table_args__ = (Index("ix_board_flag_flagged", "flagged_at"),)
