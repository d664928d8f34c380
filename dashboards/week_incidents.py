"""The week's incidents with their questions, responses and critical voices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from analysis.series import HourSeries, incident_hours
from catalogue.loader import Catalogue
from catalogue.source import CHANNELS
from catalogue.tokens import LEVELS, level_name
from dashboards.paper import one_line
from dashboards.week_clocks import shown_title
from dashboards.week_documents import Voice, publisher, voices
from store.model import (
    Document,
    Incident,
    Membership,
    Question,
    QuestionDocument,
    Reading,
    Response,
)

HOUR = timedelta(hours=1)
RESPONSE_WORDS = {
    "authoritative_release": "发布权威信息",
    "press_conference": "举行新闻发布会",
    "answer": "作出回应",
}


class Instants(Protocol):
    @property
    def begins_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


@dataclass(frozen=True)
class Asked:
    text: str
    documents: int
    is_answered: bool


@dataclass(frozen=True)
class Done:
    kind: str
    happened_at: datetime
    channel: str


@dataclass(frozen=True)
class IncidentWeek:
    """total, negative: first publications of this week among its members; all_total: since it began.
    hidden_questions: asked only in hotline or mailbox items, which are not quoted."""

    id: str
    title: str
    grade: str
    is_confirmed: bool
    is_emergency: bool
    event_level: str | None
    state: str
    region: str
    unit: str
    categories: tuple[str, ...]
    detected_at: datetime
    first_at: datetime | None
    first_publisher: str
    total: int
    negative: int
    all_total: int
    copies: int
    channels: tuple[tuple[str, int], ...]
    questions: tuple[Asked, ...]
    hidden_questions: int
    responses: tuple[Done, ...]
    voices: tuple[Voice, ...]
    hours: HourSeries | None

    @property
    def level(self) -> str:
        """The event level where there is one, else the grade (architecture section 2)."""
        return self.event_level or self.grade

    @property
    def level_words(self) -> str:
        kind = "突发事件等级" if self.event_level else "舆情等级"
        return f"{kind}{level_name(self.level)}" + ("" if self.is_confirmed else "（程序提出，待确认）")


@dataclass(frozen=True)
class Tally:
    """Proposals of the week by what became of them; grades counts the confirmed ones."""

    proposed: int
    confirmed: int
    dismissed: int
    waiting: int
    grades: tuple[tuple[str, int], ...]


def read_tally(session: Session, window: Instants, cut: datetime) -> Tally:
    rows = session.execute(
        select(
            Incident.state, Incident.confirmed_at, func.coalesce(Incident.event_level, Incident.grade)
        ).where(
            Incident.detected_at >= window.begins_at, Incident.detected_at < cut, Incident.state != "merged"
        )
    ).all()
    confirmed = [level for state, at, level in rows if at is not None and state != "dismissed"]
    dismissed = sum(state == "dismissed" for state, _, _ in rows)
    grades = tuple((level, confirmed.count(level)) for level in LEVELS if level in confirmed)
    waiting = len(rows) - len(confirmed) - dismissed
    return Tally(len(rows), len(confirmed), dismissed, waiting, grades)


def read_incidents(
    session: Session, catalogue: Catalogue, window: Instants, cut: datetime, now: datetime
) -> list[IncidentWeek]:
    """Incidents found in the week or discussed in it, the most serious first, then the most discussed."""
    found = session.scalars(
        select(Incident).where(
            Incident.state.not_in(["dismissed", "merged"]),
            Incident.detected_at < cut,
            or_(Incident.closed_at.is_(None), Incident.closed_at >= window.begins_at),
        )
    )
    rows = [read_incident(session, catalogue, incident, window, cut) for incident in found]
    kept = [row for row in rows if row.total or row.detected_at >= window.begins_at]
    kept.sort(key=lambda row: (LEVELS.index(row.level), not row.is_confirmed, -row.total, row.id))
    return [
        replace(row, hours=peak_hours(session, row, cut, now)) if number < 5 and row.total else row
        for number, row in enumerate(kept)
    ]


def read_incident(
    session: Session, catalogue: Catalogue, incident: Incident, window: Instants, cut: datetime
) -> IncidentWeek:
    members = select(Membership.document_id).where(
        Membership.incident_id == incident.id, Membership.until.is_(None)
    )
    in_week = and_(
        Document.id.in_(members), Document.folded_into.is_(None),
        Document.counted_at >= window.begins_at, Document.counted_at < cut,
    )  # fmt: skip
    by_channel = session.execute(
        select(Document.channel, func.count(), func.count().filter(Reading.sentiment == "negative"))
        .join(Reading, Reading.document_id == Document.id)
        .where(in_week)
        .group_by(Document.channel)
        .order_by(func.count().desc())
    ).all()
    firsts = session.execute(
        select(func.count(), func.coalesce(func.sum(Document.copies), 0)).where(
            Document.id.in_(members), Document.folded_into.is_(None)
        )
    ).one()
    first = session.execute(
        select(Document.counted_at, Document.source)
        .where(Document.id.in_(members), Document.counted_at.is_not(None))
        .order_by(Document.counted_at, Document.id)
        .limit(1)
    ).first()
    questions, hidden = read_questions(session, incident.id)
    region = catalogue.regions.get(incident.region or "")
    unit = catalogue.units.get(incident.unit or "")
    return IncidentWeek(
        id=incident.id,
        title=shown_title(session, incident, members),
        grade=incident.grade or incident.proposed_grade,
        is_confirmed=incident.confirmed_at is not None or incident.state in ("confirmed", "closed"),
        is_emergency=bool(
            incident.proposed_emergency if incident.is_emergency is None else incident.is_emergency
        ),
        event_level=incident.event_level if incident.is_emergency else None,
        state=incident.state,
        region=region.name if region else "属地未标注",
        unit=unit.name if unit else (incident.unit or "责任单位待定"),
        categories=tuple(
            catalogue.categories[id_].name if id_ in catalogue.categories else id_
            for id_ in incident.categories
        ),
        detected_at=incident.detected_at,
        first_at=first[0] if first else None,
        first_publisher=publisher(catalogue, first[1]) if first else "",
        total=sum(row[1] for row in by_channel),
        negative=sum(row[2] for row in by_channel),
        all_total=firsts[0],
        copies=int(firsts[1]),
        channels=tuple((CHANNELS.get(row[0], row[0]), row[1]) for row in by_channel),
        questions=tuple(questions),
        hidden_questions=hidden,
        responses=tuple(read_responses(session, incident.id)),
        voices=tuple(voices(session, catalogue, and_(in_week, Reading.sentiment == "negative"), 3)),
        hours=None,
    )


def read_questions(session: Session, incident_id: str) -> tuple[list[Asked], int]:
    """Questions with at least one public asker, most asked first; and how many others there are.

    Asked by first publications that belong to the incident now; what nobody in it asks any more is left out unless it
    was answered, as on the incident's page.
    """
    belongs = (
        select(Membership.document_id)
        .where(
            Membership.incident_id == incident_id, Membership.until.is_(None),
            Membership.document_id == QuestionDocument.document_id,
        )
        .exists()
    )  # fmt: skip
    rows = session.execute(
        select(
            Question.text, Question.answered_by, func.count(Document.id),
            func.count(Document.id).filter(Document.visibility == "public"),
        )
        .select_from(Question)
        .outerjoin(QuestionDocument, and_(QuestionDocument.question_id == Question.id, belongs))
        .outerjoin(
            Document, and_(Document.id == QuestionDocument.document_id, Document.folded_into.is_(None))
        )
        .where(Question.incident_id == incident_id)
        .having((func.count(Document.id) > 0) | Question.answered_by.is_not(None))
        .group_by(Question.id)
        .order_by(func.count(Document.id).desc(), Question.id)
    ).all()  # fmt: skip
    shown = [Asked(one_line(row[0]), row[2], row[1] is not None) for row in rows if row[3] or not row[2]]
    return shown, len(rows) - len(shown)


def read_responses(session: Session, incident_id: str) -> list[Done]:
    rows = session.scalars(
        select(Response)
        .where(Response.incident_id == incident_id, Response.withdrawn_at.is_(None))
        .order_by(Response.happened_at)
    )
    return [Done(RESPONSE_WORDS[row.kind], row.happened_at, one_line(row.channel, 30)) for row in rows]


def peak_hours(session: Session, incident: IncidentWeek, cut: datetime, now: datetime) -> HourSeries:
    """36 hours around the incident's beginning: 12 before its first text, or the last 36 of the week."""
    begins = (incident.first_at or incident.detected_at) - 12 * HOUR
    end = min(begins + 36 * HOUR, cut) - timedelta(microseconds=1)
    series = incident_hours(session, incident.id, end, hours=36)
    points = tuple(replace(point, is_partial=point.hour + HOUR > now) for point in series.points)
    return replace(series, points=points)
