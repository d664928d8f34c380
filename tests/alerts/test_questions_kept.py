"""What is asked is kept: one row a question, whose number stays while wordings and texts come and go."""

from datetime import timedelta

from sqlalchemy import select

from alerts import decisions
from alerts.decisions import Evidence
from alerts.questions import note_questions
from analysis.proposal import Asked
from store.model import Question, QuestionDocument


def rows(room, incident):
    return room.session.scalars(
        select(Question).where(Question.incident_id == incident.id).order_by(Question.id)
    ).all()


def documents_of(room, question):
    return sorted(
        room.session.scalars(
            select(QuestionDocument.document_id).where(QuestionDocument.question_id == question.id)
        )
    )


def test_a_clearer_wording_renames_the_question_and_keeps_its_number(room):
    incident = room.open()
    [old] = rows(room, incident)
    ids = room.documents(2)
    group = Asked("食堂检测结果何时公布？", ids, room.now, ("检测结果何时公布", "食堂检测结果何时公布？"))
    for _ in range(2):  # the same again changes nothing
        note_questions(room.session, incident.id, [group])
    [kept] = rows(room, incident)
    assert (kept.id, kept.text) == (old.id, "食堂检测结果何时公布？")
    assert set(ids) < set(documents_of(room, kept))


def test_two_rows_that_turn_out_to_mean_the_same_become_one_with_the_earlier_time(room):
    incident = room.open()
    ids = room.documents(2)
    early = room.now - timedelta(hours=3)
    note_questions(room.session, incident.id, [Asked("啥时出结果？", ids, early)])
    assert len(rows(room, incident)) == 2
    both = Asked("检测结果何时公布", (), None, ("检测结果何时公布", "啥时出结果？"))
    note_questions(room.session, incident.id, [both])
    [kept] = rows(room, incident)
    assert kept.first_asked_at == early
    assert set(ids) <= set(documents_of(room, kept))


def test_an_answered_question_keeps_its_words_and_is_never_absorbed(room):
    incident = room.open()
    [question] = rows(room, incident)
    evidence = Evidence("authoritative_release", room.now, "政府网站", document_number="1号")
    decisions.record_response(
        room.session, room.catalogue, room.duty, incident.id, room.now, evidence, answered=[question.id]
    )
    note_questions(room.session, incident.id, [Asked("啥时出结果？", room.documents(1), room.now)])
    note_questions(
        room.session, incident.id,
        [Asked("啥时出结果？", room.documents(1), room.now, ("检测结果何时公布", "啥时出结果？"))],
    )  # fmt: skip
    [kept] = rows(room, incident)
    assert (kept.id, kept.text) == (question.id, "检测结果何时公布")
    assert kept.answered_by is not None
