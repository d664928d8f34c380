"""快报 and 复盘 of one incident: what they say, who may take them away, and that no internal word leaves."""

import io
import re

import docx
import pytest

from dashboards.html_paper import html_of
from dashboards.notice_paper import notice_paper, read_notice
from dashboards.review_paper import used
from store.model import Incident
from store.queries_incidents import find_incident, whole_incident
from store.session import read_now, transaction


def get(client, name, number, paper="notice", kind="html"):
    return client(name).get(f"/download/incident/{number}/{paper}.{kind}")


def plain(answer) -> str:
    return re.sub(r"<[^>]+>", "", answer.get_data(as_text=True))


def test_the_notice_says_level_why_how_much_clocks_answers_and_open_questions(client, town):
    answer = get(client, "zhiban", town.main)
    assert answer.status_code == 200
    text = plain(answer)
    for part in (
        "预警快报", town.main, "演示数据", "自动生成、未审定", "II级 重大", "责任单位", "首发：",
        "近 1 小时 30 条，为预警线的 4.6 倍", "新闻发布会（24小时）", "权威信息", "按时完成",
        "公众所问5个，已答复1个，未答复4个。", "食材供应商是谁、是否停用", "市政府网站",
    ):  # fmt: skip
        assert part in text, part


def test_the_counts_of_the_notice_are_those_of_the_incident_page(client, database, town):
    with transaction(database.app) as session:
        now = read_now(session)
        whole = whole_incident(session, find_incident(session, town.main), now)
        tally = whole.listed.tally
        facts = read_notice(session, town.catalogue, whole, now, True)
        html = html_of(notice_paper(facts))
    assert f"自首次出现以来收录{tally.documents}条" in html
    assert f"近6小时{tally.recent}条，负面{tally.recent_negative}条" in html


def test_a_proposal_is_called_unverified(client, town):
    text = plain(get(client, "zhiban", town.proposed))
    assert "程序提出，待确认，未核实" in text
    assert "暂定：" in text


def test_the_word_file_opens_and_says_the_same(client, town):
    answer = get(client, "zhiban", town.main, kind="docx")
    assert f"huiying-notice-{town.main}-" in answer.headers["Content-Disposition"]
    document = docx.Document(io.BytesIO(answer.data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "城东区小学食堂餐后学生不适" in cells
    assert len(document.inline_shapes) == 1


def test_hotline_words_are_not_in_the_paper(client, database, town):
    with transaction(database.app) as session:
        from sqlalchemy import text

        hotline = session.scalars(
            text(
                "select t.title from document d join document_text t on t.document_id = d.id"
                " join membership m on m.document_id = d.id where d.channel = 'hotline' and m.incident_id = :id"
            ),
            {"id": town.main},
        ).all()
        public = session.scalars(
            text(
                "select t.title from document d join document_text t on t.document_id = d.id where d.channel <> 'hotline'"
            )
        ).all()
    page = plain(get(client, "zhiban", town.main))
    assert hotline
    assert not [title for title in set(hotline) - set(public) if title in page]


def test_a_liaison_takes_the_own_units_papers_only_and_a_screen_none(client, town):
    assert get(client, "lianluo", town.main).status_code == 200
    assert get(client, "lianluo", town.overdue).status_code == 404
    assert get(client, "chakan", town.overdue).status_code == 200
    assert client().get(f"/download/incident/{town.main}/notice.docx").status_code == 401


@pytest.mark.parametrize("path", ["20200101-01/notice.html", "{main}/secret.html", "{main}/notice.exe"])
def test_what_does_not_exist_is_not_found(client, town, path):
    assert client("zhiban").get("/download/incident/" + path.format(main=town.main)).status_code == 404


def test_the_review_waits_until_the_incident_is_closed(client, town):
    answer = get(client, "zhiban", town.main, "review")
    assert answer.status_code == 409
    assert "尚未办结" in answer.get_data(as_text=True)


def test_the_review_lists_course_minutes_clocks_and_counts_around_each_response(client, database, town):
    text = plain(get(client, "zhiban", town.closed, "review"))
    with transaction(database.app) as session:
        incident = session.get(Incident, town.closed)
        minutes = round((incident.closed_at - incident.detected_at).total_seconds() / 60)
    for part in (
        "事件复盘",
        "首次出现至办结",
        f"（{minutes:,}分钟）",
        "作出回应（12345 热线）",
        "前6小时",
        "不等于回应的效果",
    ):
        assert part in text, part


def test_a_step_that_never_came_is_said_and_one_before_its_start_took_no_time(town):
    assert used(town.now, None) == "没有这一步"
    assert used(town.now, town.now.replace(year=town.now.year - 1)) == "0分钟"


def test_the_page_offers_the_review_only_after_closing(client, town, reading):
    walk, _ = reading

    def offered(number):
        return [
            one["href"]
            for one in walk(client("zhiban").draw(f"/incident/{number}"))
            if "/download/incident/" in str(one.get("href"))
        ]

    assert offered(town.main) == [f"/download/incident/{town.main}/notice.docx"]
    assert offered(town.closed) == [
        f"/download/incident/{town.closed}/{name}.docx" for name in ("notice", "review")
    ]
