"""核对答复: people's words on answers are kept with who and when; the program only proposes and never overwrites."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from alerts import decisions
from alerts.answers import proposed_answers
from alerts.decisions import Actor, Evidence
from alerts.errors import WrongFacts, WrongRole
from store.errors import Conflict, NotFound
from store.model import AnswerJudgement, Audit, Question, Response
from store.queries_incidents import Asked

NOTE = "供应商已停用。留样检测结果预计 11 月 23 日公布。"


@pytest.fixture
def matter(room):
    """An incident with one question and a release whose note speaks of it."""
    incident = room.open()
    question = room.session.scalars(select(Question).where(Question.incident_id == incident.id)).one()
    evidence = Evidence("authoritative_release", room.now, "政府网站", document_number="1号", note=NOTE)
    response = decisions.record_response(
        room.session, room.catalogue, room.duty, incident.id, room.now, evidence
    )
    return incident, question, response


def proposals(room, incident, question):
    answer = room.session.get(Response, question.answered_by) if question.answered_by else None
    responses = room.session.scalars(select(Response).where(Response.incident_id == incident.id)).all()
    return proposed_answers(room.session, incident.id, [Asked(question, 1, answer)], responses)


def judge(room, incident, response, actor=None, **words):
    return decisions.judge_answers(
        room.session, actor or room.duty, incident.id, room.now, response_id=response.id, **words
    )


def test_a_release_that_speaks_of_a_question_is_proposed_and_changes_nothing(room, matter):
    incident, question, response = matter
    [found] = proposals(room, incident, question)
    assert (found.response_id, found.sentence) == (response.id, "留样检测结果预计 11 月 23 日公布。")
    assert question.answered_by is None
    assert room.session.scalars(select(AnswerJudgement)).all() == []


def test_the_page_of_a_release_is_read_where_a_source_of_ours_brought_it(room, database_source):
    incident = room.open()
    question = room.session.scalars(select(Question).where(Question.incident_id == incident.id)).one()
    url = "https://news.haichuan.example.test/tongbao.html"
    room.documents(1, url=url, canonical_url=url, title="情况通报", text=NOTE)
    evidence = Evidence("authoritative_release", room.now, "政府网站", url)
    decisions.record_response(room.session, room.catalogue, room.duty, incident.id, room.now, evidence)
    assert proposals(room, incident, question)


def test_a_persons_word_is_kept_with_who_and_when_and_ends_the_proposal(room, matter):
    incident, question, response = matter
    judge(room, incident, response, answers=[question.id])
    word = room.session.scalars(select(AnswerJudgement)).one()
    assert (word.verdict, word.by, word.at) == ("answers", "zhoumin", room.now)
    assert question.answered_by == response.id
    assert proposals(room, incident, question) == []
    entry = room.session.scalars(select(Audit).order_by(Audit.id.desc())).first()
    assert entry.action == "incident.judge_answers"
    assert (entry.who, entry.after["answers"]) == ("zhoumin", [question.id])


def test_what_a_person_refused_is_not_proposed_again_and_can_be_taken_back(room, matter):
    incident, question, response = matter
    judge(room, incident, response, does_not=[question.id])
    assert question.answered_by is None
    assert proposals(room, incident, question) == []
    judge(room, incident, response, answers=[question.id])
    assert question.answered_by == response.id
    judge(room, incident, response, does_not=[question.id])
    assert question.answered_by is None
    assert len(room.session.scalars(select(AnswerJudgement)).all()) == 1


def test_the_earliest_release_in_force_counts_and_a_withdrawn_one_hands_over(room, matter):
    incident, question, first = matter
    room.later(hours=1)
    evidence = Evidence("press_conference", room.now, "发布厅", document_number="2号", place="发布厅", speaker_post="局长")  # fmt: skip
    second = decisions.record_response(
        room.session, room.catalogue, room.duty, incident.id, room.now, evidence, answered=[question.id]
    )
    assert question.answered_by == second.id
    judge(room, incident, first, answers=[question.id])
    assert question.answered_by == first.id
    decisions.withdraw_response(
        room.session, room.catalogue, room.duty, first.id, room.now, reason="登记有误"
    )
    room.session.refresh(question)
    assert question.answered_by == second.id


def test_merging_carries_the_answer_to_the_same_question(room, matter):
    gone, question, response = matter
    judge(room, gone, response, answers=[question.id])
    kept = room.open(documents=room.documents(3))
    room.later(minutes=5)
    decisions.merge(room.session, room.catalogue, room.duty, gone.id, kept.id, room.now)
    room.session.expire_all()
    twin = room.session.scalars(select(Question).where(Question.incident_id == kept.id)).one()
    assert twin.answered_by == response.id


def test_only_those_who_may_record_evidence_judge_and_a_liaison_for_the_own_unit(room, matter):
    incident, question, response = matter
    for actor in (Actor("v", "viewer"), Actor("l", "liaison", "education")):
        with pytest.raises(WrongRole):
            judge(room, incident, response, actor, answers=[question.id])
    judge(room, incident, response, Actor("l", "liaison", incident.unit), answers=[question.id])


def test_impossible_words_are_refused_with_a_remedy(room, matter):
    incident, question, response = matter
    with pytest.raises(WrongFacts, match="不能既算答复又不算"):
        judge(room, incident, response, answers=[question.id], does_not=[question.id])
    with pytest.raises(NotFound, match="999"):
        judge(room, incident, response, answers=[999])
    other = room.open(documents=room.documents(3))
    with pytest.raises(NotFound, match="有效回应记录"):
        judge(room, other, response, answers=[])
    with pytest.raises(Conflict):
        judge(room, incident, response, answers=[question.id], expected_version=0)


@pytest.fixture
def database_source(room):
    """The state row every crawled source has."""
    from store.model import SourceState

    room.session.add(
        SourceState(
            source="haichuan_news", state="", reason="", first_run_at=room.now - timedelta(days=9),
            last_success_at=room.now, last_run_at=room.now, failures=0, memo={},
        )
    )  # fmt: skip
    room.session.flush()
