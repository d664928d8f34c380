"""Incidents as the pages show them: lists with counts and the nearest deadline, and one incident whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from store.model import (
    Clock,
    ClockChange,
    Document,
    Incident,
    Membership,
    Milestone,
    Question,
    QuestionDocument,
    Reading,
    Response,
)

OPEN_STATES = ("proposed", "acknowledged", "confirmed")
UNMET = ("running", "missed")
RECENT = timedelta(hours=6)


@dataclass(frozen=True)
class Tally:
    """Texts of an incident, reprints counted once: all, recent (since a moment), negative, sources."""

    documents: int = 0
    recent: int = 0
    negative: int = 0
    recent_negative: int = 0
    sources: int = 0


@dataclass(frozen=True)
class Listed:
    """One incident of a list with its clocks and counts."""

    incident: Incident
    clocks: tuple[Clock, ...]
    tally: Tally

    @property
    def next_clock(self) -> Clock | None:
        """The unmet clock that is due first."""
        waiting = [one for one in self.clocks if one.state in UNMET and one.deadline_at is not None]
        return min(waiting, key=lambda one: one.deadline_at or one.created_at, default=None)


def find_incident(session: Session, number: str, unit: str | None = None) -> Incident | None:
    """unit: a liaison's scope; other units' incidents do not exist for it."""
    found = session.get(Incident, number)
    return found if found is not None and unit in (None, found.unit) else None


def list_incidents(
    session: Session,
    now: datetime,
    states: Sequence[str] = OPEN_STATES,
    unit: str | None = None,
    limit: int = 200,
) -> list[Listed]:
    """Incidents in these states, the most pressing first: overdue, then nearest deadline, then level."""
    statement = select(Incident).where(Incident.state.in_(states))
    if unit is not None:
        statement = statement.where(Incident.unit == unit)
    found = session.scalars(statement.order_by(Incident.detected_at.desc()).limit(limit)).all()
    clocks = clocks_of(session, [one.id for one in found])
    tallies = tally(session, [one.id for one in found], since=recent_since(now))
    rows = [Listed(one, tuple(clocks[one.id]), tallies.get(one.id, Tally())) for one in found]
    return sorted(rows, key=pressing)


def recent_since(now: datetime) -> datetime:
    """Start of the six whole-hour buckets that end with the running hour."""
    return now.replace(minute=0, second=0, microsecond=0) - RECENT + timedelta(hours=1)


def pressing(row: Listed) -> tuple[bool, float, str]:
    clock = row.next_clock
    due = clock.deadline_at.timestamp() if clock is not None and clock.deadline_at is not None else 0.0
    return (clock is None, due or -row.incident.detected_at.timestamp(), level_order(row.incident))


def level_order(incident: Incident) -> str:
    """Sorts I before II before III before IV."""
    level = incident.event_level or incident.grade or incident.proposed_event_level or incident.proposed_grade
    return {"I": "1", "II": "2", "III": "3", "IV": "4"}[level]


def clocks_of(session: Session, numbers: Sequence[str]) -> dict[str, list[Clock]]:
    found: dict[str, list[Clock]] = defaultdict(list)
    for clock in session.scalars(select(Clock).where(Clock.incident_id.in_(numbers)).order_by(Clock.duty)):
        found[clock.incident_id].append(clock)
    return found


# "offset 0": one look into the index for each member, where the planner would rather go through all readings.
TALLY = text(
    "select m.incident_id, count(*), count(*) filter (where r.counted_at >= :since),"
    " count(*) filter (where r.sentiment = 'negative'),"
    " count(*) filter (where r.sentiment = 'negative' and r.counted_at >= :since), count(distinct d.source)"
    " from membership m"
    " cross join lateral (select source, folded_into from document where id = m.document_id offset 0) d"
    " cross join lateral (select sentiment, counted_at from reading where document_id = m.document_id offset 0) r"
    " where m.until is null and d.folded_into is null and m.incident_id = any(:numbers) group by m.incident_id"
)


def tally(session: Session, numbers: Sequence[str], since: datetime) -> dict[str, Tally]:
    """Counts by incident, over the same texts the list of documents shows."""
    rows = session.execute(TALLY, {"numbers": list(numbers), "since": since})
    return {row[0]: Tally(*row[1:]) for row in rows}


@dataclass(frozen=True)
class Asked:
    """One question with the texts of the incident that ask it and the response that answers it.

    documents: first publications; copies: reprints of them, counted apart; since, last: when they asked.
    """

    question: Question
    documents: int
    answer: Response | None
    copies: int = 0
    since: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True)
class Whole:
    """One incident with everything its page shows. changes: moves of its clocks, oldest first."""

    listed: Listed
    milestones: tuple[Milestone, ...]
    changes: tuple[ClockChange, ...]
    responses: tuple[Response, ...]
    questions: tuple[Asked, ...]


def whole_incident(
    session: Session, incident: Incident, now: datetime, listed: Listed | None = None
) -> Whole:
    """listed: the incident's line of a list, when one was fetched already."""
    if listed is None:
        counts = tally(session, [incident.id], recent_since(now)).get(incident.id, Tally())
        listed = Listed(incident, tuple(clocks_of(session, [incident.id])[incident.id]), counts)
    ids = [clock.id for clock in listed.clocks]
    marks = session.scalars(select(Milestone).where(Milestone.clock_id.in_(ids)).order_by(Milestone.due_at))
    changes = session.scalars(
        select(ClockChange).where(ClockChange.clock_id.in_(ids)).order_by(ClockChange.id)
    )
    responses = session.scalars(
        select(Response)
        .where(Response.incident_id == incident.id)
        .order_by(Response.happened_at, Response.id)
    ).all()
    return Whole(
        listed=listed,
        milestones=tuple(marks),
        changes=tuple(changes),
        responses=tuple(responses),
        questions=tuple(questions_of(session, incident.id, responses)),
    )


def questions_of(session: Session, number: str, responses: Sequence[Response] = ()) -> list[Asked]:
    """Questions of an incident, the most asked first, of equals the one asked for longest; each with the length of
    the list behind it. What nobody in the incident asks any more is left out unless it was answered."""
    answers = {one.id: one for one in responses if one.withdrawn_at is None}
    said_at = func.coalesce(Document.published_at, Document.fetched_at)
    asked = (
        select(
            QuestionDocument.question_id,
            func.count().label("number"),
            func.sum(Document.copies).label("copies"),
            func.min(said_at).label("since"),
            func.max(said_at).label("last"),
        )
        .join(Document, Document.id == QuestionDocument.document_id)
        .join(Reading, Reading.document_id == Document.id)
        .join(Membership, Membership.document_id == Document.id)
        .where(
            Document.folded_into.is_(None),
            Membership.incident_id == number,
            Membership.until.is_(None),
            QuestionDocument.question_id.in_(select(Question.id).where(Question.incident_id == number)),
        )
        .group_by(QuestionDocument.question_id)
        .subquery()
    )
    times = func.coalesce(asked.c.number, 0)
    statement = (
        select(Question, times, func.coalesce(asked.c.copies, 0), asked.c.since, asked.c.last)
        .outerjoin(asked, asked.c.question_id == Question.id)
        .where(Question.incident_id == number, (times > 0) | Question.answered_by.is_not(None))
        .order_by(times.desc(), asked.c.since, Question.id)
    )
    return [
        Asked(row[0], row[1], answers.get(row[0].answered_by or 0), int(row[2]), row[3], row[4])
        for row in session.execute(statement)
    ]
