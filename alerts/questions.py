"""The list of what an incident's public asks, kept: one row a question, its number stays while its texts come and go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from analysis.proposal import Asked
from store.model import AnswerJudgement, Question, QuestionDocument


def note_questions(session: Session, incident_id: str, asked: Iterable[Asked]) -> None:
    """Write what is asked over what was known. The same again changes nothing.

    A group takes the row of any wording in it; rows that turn out to mean the same become one. A row a person
    answered or judged keeps its words and its number for ever; another takes the clearest wording of the day.
    """
    rows = {
        row.text: row
        for row in session.scalars(
            select(Question).where(Question.incident_id == incident_id).order_by(Question.id)
        )
    }
    judged = judged_questions(session, incident_id)
    for group in asked:
        wordings = dict.fromkeys((group.text, *group.wordings))
        known = sorted((rows[words] for words in wordings if words in rows), key=lambda row: row.id)
        fixed = [row for row in known if row.answered_by is not None or row.id in judged]
        home = next(iter([*fixed, *known]), None)
        if home is None:
            home = Question(incident_id=incident_id, text=group.text, first_asked_at=group.first_asked_at)
            session.add(home)
            session.flush()
        else:
            for twin in known:
                if twin is not home and twin not in fixed:
                    absorb(session, home, twin)
                    del rows[twin.text]
            if home not in fixed and group.document_ids:
                rows.pop(home.text, None)
                home.text = group.text
            home.first_asked_at = earlier(home.first_asked_at, group.first_asked_at)
            session.flush()
        rows[home.text] = home
        add_documents(session, home.id, group.document_ids)


def drop_asked(session: Session, incident_id: str, document_ids: Sequence[int]) -> None:
    """Texts that left no longer ask anything of this incident; a question nobody else asks and no person spoke on goes."""
    own = select(Question.id).where(Question.incident_id == incident_id)
    touched = session.scalars(
        delete(QuestionDocument)
        .where(QuestionDocument.question_id.in_(own), QuestionDocument.document_id.in_(document_ids))
        .returning(QuestionDocument.question_id)
    ).all()
    has_word = exists().where(AnswerJudgement.question_id == Question.id)
    is_asked = exists().where(QuestionDocument.question_id == Question.id)
    session.execute(
        delete(Question).where(
            Question.id.in_(set(touched)), Question.answered_by.is_(None), ~is_asked, ~has_word
        )
    )


def judged_questions(session: Session, incident_id: str) -> set[int]:
    """Questions on which a person has said a word."""
    has_word = exists().where(AnswerJudgement.question_id == Question.id)
    return set(session.scalars(select(Question.id).where(Question.incident_id == incident_id, has_word)))


def absorb(session: Session, home: Question, twin: Question) -> None:
    """One question instead of two: the other's documents go over, its row goes."""
    documents = session.scalars(
        select(QuestionDocument.document_id).where(QuestionDocument.question_id == twin.id)
    ).all()
    add_documents(session, home.id, documents)
    home.first_asked_at = earlier(home.first_asked_at, twin.first_asked_at)
    session.execute(delete(QuestionDocument).where(QuestionDocument.question_id == twin.id))
    session.delete(twin)
    session.flush()


def add_documents(session: Session, question_id: int, document_ids: Sequence[int]) -> None:
    rows = [{"question_id": question_id, "document_id": one} for one in dict.fromkeys(document_ids)]
    if rows:
        session.execute(insert(QuestionDocument).on_conflict_do_nothing(), rows)


def earlier(one: dt.datetime | None, other: dt.datetime | None) -> dt.datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)
