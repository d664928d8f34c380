"""What goes over when incidents are merged or split: clocks, questions, evidence (C4). Nothing is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from alerts.clock import deadline
from alerts.duties import merged_starts
from alerts.levels import is_confirmed
from alerts.marks import plant_marks
from alerts.owing import change_state, clocks_of, move_start, refresh
from alerts.questions import note_questions
from analysis.proposal import Asked
from catalogue.loader import Catalogue
from store.model import AnswerJudgement, Clock, Incident, Question, QuestionDocument, Response


def unite_clocks(
    session: Session, catalogue: Catalogue, gone: Incident, kept: Incident, now: dt.datetime, by: str
) -> None:
    """Every clock of either incident runs in the one that is kept, from its earliest start."""
    theirs = {
        clock.duty: clock
        for clock in clocks_of(session, gone.id)
        if clock.state not in ("superseded", "void")
    }
    ours = {clock.duty: clock for clock in clocks_of(session, kept.id)}
    starts = merged_starts(
        {duty: clock.started_at for duty, clock in ours.items()},
        {duty: clock.started_at for duty, clock in theirs.items()},
    )
    reason = f"与 {gone.id} 合并"
    for name, start in starts.items():
        duty, clock = catalogue.duties[name], ours.get(name)
        if clock is None:
            add_clock(session, catalogue, kept, theirs[name], now)
            continue
        if name in theirs and clock.state == "superseded":
            change_state(session, clock, "running", now, by, reason)
        if start is not None and (clock.started_at is None or start < clock.started_at):
            move_start(session, clock, duty, start, reason, now, by, reason)
        refresh(session, clock, duty, now, by, reason)
    for clock in theirs.values():
        change_state(session, clock, "superseded", now, by, f"并入 {kept.id}")
        clock.reason = f"并入 {kept.id}"


def add_clock(
    session: Session, catalogue: Catalogue, incident: Incident, model: Clock, now: dt.datetime
) -> Clock:
    """A clock like `model` for another incident, its past marks fired already, its later ones waiting."""
    duty = catalogue.duties[model.duty]
    start = model.started_at
    clock = Clock(
        incident_id=incident.id, duty=model.duty, started_at=start, start_basis=model.start_basis,
        deadline_at=deadline(duty, start).deadline_at if start is not None else None,
        provisional=not is_confirmed(incident), state="running", created_at=now, reason=None,
        catalogue_version=catalogue.version,
    )  # fmt: skip
    session.add(clock)
    session.flush()
    plant_marks(session, clock, duty, now)
    refresh(session, clock, duty, now, "program")
    return clock


def copy_clocks(
    session: Session, catalogue: Catalogue, old: Incident, new: Incident, now: dt.datetime
) -> None:
    for clock in clocks_of(session, old.id):
        copy = add_clock(session, catalogue, new, clock, now)
        if clock.state in ("superseded", "void"):
            change_state(session, copy, clock.state, now, "program", f"拆自 {old.id}")
            copy.reason = clock.reason


def move_questions(session: Session, from_id: str, into_id: str) -> None:
    """Questions asked in both become one; its documents are joined."""
    for question in session.scalars(select(Question).where(Question.incident_id == from_id)).all():
        twin = session.scalar(
            select(Question.id).where(Question.incident_id == into_id, Question.text == question.text)
        )
        if twin is None:
            question.incident_id = into_id
            continue
        documents = session.scalars(
            select(QuestionDocument.document_id).where(QuestionDocument.question_id == question.id)
        ).all()
        rows = [{"question_id": twin, "document_id": number} for number in documents]
        if rows:
            session.execute(insert(QuestionDocument).on_conflict_do_nothing(), rows)
        copy_judgements(session, question.id, twin)
    session.flush()


def copy_questions(session: Session, from_id: str, into_id: str, document_ids: Sequence[int]) -> None:
    """What these texts ask is asked in the other incident too; whether it was answered there is for people to say."""
    asked = session.execute(
        select(Question.text, Question.first_asked_at, QuestionDocument.document_id)
        .join(QuestionDocument, QuestionDocument.question_id == Question.id)
        .where(Question.incident_id == from_id, QuestionDocument.document_id.in_(document_ids))
        .order_by(Question.id, QuestionDocument.document_id)
    ).all()
    found: dict[str, Asked] = {}
    for row in asked:
        earlier = found[row.text].document_ids if row.text in found else ()
        found[row.text] = Asked(row.text, (*earlier, row.document_id), row.first_asked_at)
    note_questions(session, into_id, found.values())


def copy_judgements(session: Session, from_id: int, into_id: int) -> None:
    """A person's word on a question holds for its twin too; the twin's own word stands."""
    found = session.scalars(select(AnswerJudgement).where(AnswerJudgement.question_id == from_id)).all()
    rows = [
        {
            "question_id": into_id,
            "response_id": one.response_id,
            "verdict": one.verdict,
            "by": one.by,
            "at": one.at,
        }
        for one in found
    ]
    if rows:
        session.execute(insert(AnswerJudgement).on_conflict_do_nothing(), rows)


def move_responses(session: Session, from_id: str, into_id: str) -> None:
    session.execute(update(Response).where(Response.incident_id == from_id).values(incident_id=into_id))
