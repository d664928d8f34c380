"""核对答复: which published response answers which question. The program proposes, a person's word is kept and wins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from alerts.acts import EVIDENCE, Actor, begin, finish, require
from alerts.errors import WrongFacts, WrongRole
from analysis.answers import LikelyAnswer, Published, likely_answers
from store.errors import NotFound
from store.model import AnswerJudgement, Incident, Question, Response
from store.queries_answers import judgements_of, response_texts
from store.queries_incidents import Asked

STATES = ("proposed", "acknowledged", "confirmed", "closed")
VERDICTS = ("answers", "does_not")


def proposed_answers(
    session: Session, incident_id: str, questions: Sequence[Asked], responses: Sequence[Response]
) -> list[LikelyAnswer]:
    """What the program would have a person look at: open questions that a published text seems to answer.

    Computed anew each time and stored nowhere; what a person has judged is not proposed again.
    """
    open_ = [one.question for one in questions if one.answer is None]
    published = [one for one in responses if one.withdrawn_at is None]
    if not open_ or not published:
        return []
    texts = response_texts(session, published)
    judged = judgements_of(session, incident_id)
    found = []
    for question in open_:
        left = [
            Published(one.id, texts[one.id])
            for one in published
            if one.id in texts and (question.id, one.id) not in judged
        ]
        found += likely_answers([(question.id, question.text)], left)
    return found


def judge_answers(
    session: Session,
    actor: Actor,
    incident_id: str,
    now: dt.datetime,
    *,
    response_id: int,
    answers: Sequence[int] = (),
    does_not: Sequence[int] = (),
    expected_version: int | None = None,
) -> Incident:
    """Record that a response answers some questions and does not answer others, with who and when.

    A question counts as answered by the first response somebody said so of, until that is taken back or withdrawn.
    """
    act = begin(session, actor, incident_id, now, expected_version, STATES, "核对答复")
    require(actor, EVIDENCE, "核对答复")
    if actor.role == "liaison" and (actor.unit is None or actor.unit != act.incident.unit):
        raise WrongRole(f"联络员只能核对本单位的答复，事件 {incident_id} 的主责是其他单位；请联系值班员。")
    if both := set(answers) & set(does_not):
        raise WrongFacts(
            f"同一个问题（编号 {'、'.join(map(str, sorted(both)))}）不能既算答复又不算；请改正。"
        )
    response = session.get(Response, response_id)
    if response is None or response.incident_id != incident_id or response.withdrawn_at is not None:
        raise NotFound(f"事件 {incident_id} 没有编号为 {response_id} 的有效回应记录；请刷新页面。")
    check_questions(session, incident_id, {*answers, *does_not})
    keep_judgements(session, response_id, answers, "answers", actor.name, now)
    keep_judgements(session, response_id, does_not, "does_not", actor.name, now)
    settle_answers(session, incident_id)
    return finish(
        session, act, "incident.judge_answers", response=response_id,
        answers=sorted(answers), does_not=sorted(does_not),
    )  # fmt: skip


def check_questions(session: Session, incident_id: str, numbers: Iterable[int]) -> None:
    known = set(session.scalars(select(Question.id).where(Question.incident_id == incident_id)))
    if missing := set(numbers) - known:
        names = "、".join(map(str, sorted(missing)))
        raise NotFound(f"事件 {incident_id} 没有编号为 {names} 的问题；请刷新页面再选。")


def keep_judgements(
    session: Session, response_id: int, questions: Iterable[int], verdict: str, by: str, now: dt.datetime
) -> None:
    rows = [
        {"question_id": one, "response_id": response_id, "verdict": verdict, "by": by, "at": now}
        for one in dict.fromkeys(questions)
    ]
    if not rows:
        return
    statement = insert(AnswerJudgement)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["question_id", "response_id"],
            set_={name: getattr(statement.excluded, name) for name in ("verdict", "by", "at")},
        ),
        rows,
    )


def settle_answers(session: Session, incident_id: str) -> None:
    """Each question's answer again from people's words: the earliest response in force that answers it, or none."""
    session.flush()
    first = (
        select(Response.id)
        .join(AnswerJudgement, AnswerJudgement.response_id == Response.id)
        .where(
            AnswerJudgement.question_id == Question.id,
            AnswerJudgement.verdict == "answers",
            Response.withdrawn_at.is_(None),
        )
        .order_by(Response.happened_at, Response.id)
        .limit(1)
        .scalar_subquery()
    )
    session.execute(
        update(Question)
        .where(Question.incident_id == incident_id)
        .values(answered_by=first)
        .execution_options(synchronize_session="fetch")
    )
