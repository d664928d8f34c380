"""What the week's texts say beyond the rollups: channels, friction, critical voices, policy papers, models."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session

from catalogue.loader import Catalogue
from catalogue.source import CHANNELS, INTERNAL_CHANNELS
from dashboards.paper import one_line
from store.model import Document, DocumentText, Membership, Reading

POLICY_WORDS = ("解读", "征求意见", "办法", "条例", "规定", "实施意见", "方案", "通知", "公告")


class Days(Protocol):
    """Anything with Beijing days [begins, ends)."""

    begins: Any
    ends: Any


@dataclass(frozen=True)
class ChannelCount:
    id: str
    name: str
    total: int
    negative: int
    previous: int


@dataclass(frozen=True)
class Friction:
    """堵点痛点 of one category. hotline: those among them from hotline and mailbox; hotline_all: all their items."""

    id: str
    name: str
    total: int
    hotline: int
    hotline_all: int
    previous: int


@dataclass(frozen=True)
class Voice:
    """One public text: its title cut to a line, who published it, when, and how often it was reprinted."""

    document_id: int
    title: str
    publisher: str
    at: datetime | None
    copies: int


def counted_on(days: Days) -> ColumnElement[bool]:
    """First publications of these days: the filter of every daily number."""
    return and_(
        Document.folded_into.is_(None), Document.counted_on >= days.begins, Document.counted_on < days.ends
    )


def channels(session: Session, shown: Days, previous: Days) -> list[ChannelCount]:
    def counts(days: Days) -> dict[str, tuple[int, int]]:
        rows = session.execute(
            select(Document.channel, func.count(), func.count().filter(Reading.sentiment == "negative"))
            .join(Reading, Reading.document_id == Document.id)
            .where(counted_on(days))
            .group_by(Document.channel)
        )
        return {row[0]: (row[1], row[2]) for row in rows}

    now, before = counts(shown), counts(previous)
    found = [
        ChannelCount(id_, CHANNELS.get(id_, id_), *now.get(id_, (0, 0)), previous=before.get(id_, (0, 0))[0])
        for id_ in {**dict.fromkeys(CHANNELS), **dict.fromkeys(now)}
    ]
    return sorted(found, key=lambda row: -row.total)


def friction(session: Session, catalogue: Catalogue, shown: Days, previous: Days) -> list[Friction]:
    """By category, most first; the first row (`*`) counts each text once."""
    here, there = friction_counts(session, shown), friction_counts(session, previous)
    names = {"*": "全部"} | {item.id: item.name for item in catalogue.categories.values()}
    rows = [
        Friction(
            id_, name, here["friction"][id_], here["friction_hotline"][id_], here["hotline"][id_],
            there["friction"][id_],
        )
        for id_, name in names.items()
    ]  # fmt: skip
    return [rows[0], *sorted(rows[1:], key=lambda row: -row.total)]


def friction_counts(session: Session, days: Days) -> dict[str, Counter[str]]:
    is_internal = Document.channel.in_(INTERNAL_CHANNELS)
    rows = session.execute(
        select(Reading.categories, Reading.service_friction, is_internal, func.count())
        .select_from(Document)
        .join(Reading, Reading.document_id == Document.id)
        .where(counted_on(days), Reading.service_friction | is_internal)
        .group_by(Reading.categories, Reading.service_friction, is_internal)
    )
    counts: dict[str, Counter[str]] = {
        name: Counter() for name in ("friction", "friction_hotline", "hotline")
    }
    for categories, is_friction, internal, number in rows:
        for id_ in ("*", *categories):
            counts["friction"][id_] += number * is_friction
            counts["friction_hotline"][id_] += number * (is_friction and internal)
            counts["hotline"][id_] += number * internal
    return counts


def voices(session: Session, catalogue: Catalogue, condition: ColumnElement[bool], most: int) -> list[Voice]:
    """Public texts only, the most reprinted first, each title once; hotline and mailbox items are never quoted."""
    rows = session.execute(
        select(Document.id, DocumentText.title, Document.source, Document.counted_at, Document.copies)
        .join(Reading, Reading.document_id == Document.id)
        .join(
            DocumentText,
            and_(DocumentText.document_id == Document.id, DocumentText.fetched_at == Document.fetched_at),
        )
        .where(
            Document.visibility == "public",
            Document.channel.not_in(INTERNAL_CHANNELS),
            Document.folded_into.is_(None),
            condition,
        )
        .order_by(Document.copies.desc(), Document.counted_at, Document.id)
        .limit(most * 20)
    )
    distinct: dict[str, Voice] = {}
    for id_, title, source, at, copies in rows:
        words = one_line(title)
        distinct.setdefault(words, Voice(id_, words, publisher(catalogue, source), at, copies))
    return list(distinct.values())[:most]


def publisher(catalogue: Catalogue, source: str) -> str:
    known = catalogue.sources.get(source)
    return known.publisher if known is not None else source


def critical_voices(session: Session, catalogue: Catalogue, shown: Days, most: int = 5) -> list[Voice]:
    """Critical texts of the week that belong to no incident (those are listed with it)."""
    in_incident = (
        select(Membership.document_id)
        .where(Membership.document_id == Document.id, Membership.until.is_(None))
        .exists()
    )
    return voices(
        session,
        catalogue,
        and_(
            Document.counted_on >= shown.begins, Document.counted_on < shown.ends,
            Reading.sentiment == "negative", ~in_incident,
        ),
        most,
    )  # fmt: skip


def policy_documents(session: Session, catalogue: Catalogue, shown: Days, most: int = 200) -> list[Voice]:
    """What government sites published this week that reads like a policy paper, by its title."""
    is_policy: ColumnElement[bool] = ~true()
    for word in POLICY_WORDS:
        is_policy = is_policy | DocumentText.title.contains(word)
    return voices(
        session,
        catalogue,
        and_(
            Document.counted_on >= shown.begins, Document.counted_on < shown.ends,
            Document.channel == "government", is_policy,
        ),
        most,
    )  # fmt: skip


def models(session: Session, shown: Days) -> dict[str, int]:
    """Which model read how many of the week's texts."""
    rows = session.execute(
        select(Reading.model_version, func.count())
        .join(Document, Document.id == Reading.document_id)
        .where(counted_on(shown))
        .group_by(Reading.model_version)
        .order_by(func.count().desc())
    )
    return {row[0]: row[1] for row in rows}


def reprints(session: Session, shown: Days) -> int:
    """Texts that repeat another one and are therefore counted nowhere."""
    return (
        session.scalar(
            select(func.count()).where(
                Document.folded_into.is_not(None),
                Document.counted_on >= shown.begins,
                Document.counted_on < shown.ends,
            )
        )
        or 0
    )
