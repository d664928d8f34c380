"""The incident page tells what is asked, how it went, what may come and what followed; every sentence names its texts."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from alerts import decisions
from alerts.account_query import account_told
from alerts.clock_query import incident_page
from alerts.decisions import Actor
from store.model import Question, Response
from store.queries_incidents import questions_of
from store.session import transaction

NOTE = "供应商为示例配餐公司，已停用该公司供餐。检测结果预计 11 月 23 日公布。"


@pytest.fixture(scope="module")
def noted(town, database):
    """The first release says something about two open questions."""
    with transaction(database.app) as session:
        session.execute(
            text("update response set note = :note where incident_id = :id"), {"note": NOTE, "id": town.main}
        )
    return town


def drawn(client, number, name="zhiban"):
    return client(name).draw(f"/incident/{number}")


def test_the_five_sentences_stand_on_the_page_each_with_its_texts(client, noted, reading):
    walk, words = reading
    page = drawn(client, noted.main)
    [story] = [one for one in walk(page) if one.get("className") == "story"]
    lines = story["children"]
    assert len(lines) == 5
    for line in lines:
        assert re.search(r"\d 条原文$", words(line).strip()), words(line)
    assert "社交平台最先出现" in words(lines[0])
    assert "问得最多的是“患病学生人数和救治情况”，46 条提到" in words(lines[3])
    assert "最近一次回应是" in words(lines[4])


def test_open_questions_stand_first_and_a_hint_quotes_the_release(client, noted, reading):
    _, words = reading
    said = words(drawn(client, noted.main))
    assert "归并出 5 个问题，还要回答 4 个" in said
    assert said.index("食材供应商是谁、是否停用") < said.index("✓ 已答复")
    assert "中“检测结果预计 11 月 23 日公布。”" in said
    assert "另有转载 3 条" in said


def test_phases_and_their_counts_add_up_to_the_full_hours(client, noted, reading, database):
    walk, words = reading
    page = drawn(client, noted.main)
    tables = [one for one in walk(page) if str(one.get("className", "")) == "table phases"]
    counts = [int(one["data-count"]) for one in walk(tables[0]["children"]) if "data-count" in one]
    assert "高潮" in words(tables[0]["children"])
    with transaction(database.app) as session:
        told = incident_page(session, noted.catalogue, noted.main, noted.now)
    assert sum(counts) == sum(one["documents"] for one in told["story"]["phases"])


def test_the_forecast_stands_beside_same_as_now_with_its_interval(client, noted, reading):
    _, words = reading
    said = words(drawn(client, noted.main))
    assert re.search(r"未来 6 小时约 \d+ 条\d+ 至 \d+ 条\d+ 条", said)
    assert "没有考虑以后会发生或发布什么" in said


def test_few_texts_are_called_too_few(client, noted, reading):
    _, words = reading
    said = words(drawn(client, noted.proposed))
    assert "样本不足：满 6 个整点小时且满 10 条后才推算" in said
    assert "样本不足：满 12 条并有一小时达到 3 条后才分阶段；现有 " in said


def test_the_effect_says_that_attention_falls_by_itself_and_is_no_merit(client, noted, reading):
    _, words = reading
    said = words(drawn(client, noted.main))
    assert "关注度本来会自然回落，前后变化不等于回应的成效，也不用于考核任何单位。" in said
    assert "答复了：患病学生人数和救治情况" in said


def test_an_incident_without_release_says_what_to_do(client, noted, reading):
    _, words = reading
    assert "还没有登记回应。" in words(drawn(client, noted.proposed))


def test_a_closed_incident_is_not_forecast_and_serves_as_a_case(client, noted, reading):
    _, words = reading
    assert "事件已结束，不再推算。" in words(drawn(client, noted.closed))


def test_hotline_titles_are_counted_and_never_quoted(database, town):
    with transaction(database.app) as session:
        page = incident_page(session, town.catalogue, town.main, town.now)
        internal = session.scalars(
            text(
                "select t.title from membership m join document d on d.id = m.document_id join document_text t"
                " on t.document_id = d.id and t.fetched_at = d.fetched_at where m.incident_id = :id and d.visibility = 'internal'"
            ),
            {"id": town.main},
        ).all()
    said = " ".join(one["words"] for one in page["story"]["sentences"])
    assert internal
    assert not [title for title in internal if title in said]


def test_machines_read_the_same_account(database, noted):
    with transaction(database.app) as session:
        page = incident_page(session, noted.catalogue, noted.main, noted.now)
    assert [one["documents"] for one in page["questions"]] == sorted(
        (one["documents"] for one in page["questions"]), reverse=True
    )
    assert page["questions"][0]["reprints"] == 3
    assert [one["hours"] for one in page["forecast"]] == [6, 24]
    assert page["releases"][0]["answered"]
    assert all(one["documents"]["count"] for one in page["story"]["sentences"])


def test_texts_taken_out_of_the_incident_leave_its_question_counts(database, noted):
    with transaction(database.app) as session:
        before = questions_of(session, noted.main)[0]
        documents = session.scalars(
            text("select document_id from question_document where question_id = :id order by 1 limit 4"),
            {"id": before.question.id},
        ).all()
        decisions.exclude(session, Actor("zhiban", "duty"), noted.main, noted.now, document_ids=documents)
        assert questions_of(session, noted.main)[0].documents == before.documents - 4
        session.rollback()


def acts_on(walk, page):
    keys = [one["id"] for one in walk(page) if isinstance(one.get("id"), dict)]
    return [key["name"] for key in keys if key.get("type") == "act"]


def test_a_person_judges_an_answer_on_the_page(client, noted, reading, database):
    walk, words = reading
    with transaction(database.app) as session:
        response = session.scalars(select(Response).where(Response.incident_id == noted.main)).one()
        question = session.scalars(select(Question).where(Question.text == "检测结果何时公布")).one()
        version = session.scalar(text("select version from incident where id = :id"), {"id": noted.main})
    assert "answers" in acts_on(walk, drawn(client, noted.main))
    assert "answers" not in acts_on(walk, drawn(client, noted.main, "chakan"))
    with transaction(database.app) as session:
        decisions.judge_answers(
            session, Actor("zhiban", "duty"), noted.main, noted.now, response_id=response.id, answers=[question.id],
            expected_version=version,
        )  # fmt: skip
    assert "还要回答 3 个" in words(drawn(client, noted.main))


def test_an_incident_without_texts_tells_nothing_and_fails_nowhere(database, town, client, reading):
    _, words = reading
    with transaction(database.app) as session:
        incident = decisions.create_by_hand(
            session, town.catalogue, Actor("zhiban", "duty"), town.now - timedelta(hours=1), title="电话报来的事", grade="III",
            is_emergency=False, event_level=None, categories=[], region=None, unit="housing", occurred_at=None,
        )  # fmt: skip
        number = incident.id
        assert account_told(session, incident, [], [], town.now)["story"] is None
    said = words(drawn(client, number))
    assert "还没有带时间的原文" in said
    assert "尚未归并出问题；原文 0 条" in said
    assert "还没有满 1 小时的数据" in said
