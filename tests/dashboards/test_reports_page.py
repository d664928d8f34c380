"""The reports page: who sees which button able, files of every version, and the acts through the real callbacks."""

import pytest

from dashboards.report import publish
from dashboards.week import last_full_week
from store.model import Report
from store.session import transaction


@pytest.fixture(scope="module")
def draft(database, town):
    with transaction(database.app) as session:
        return publish(session, town.catalogue, last_full_week(town.now), town.now).id


def buttons(page, walk, act):
    found = [one for one in walk(page) if isinstance(one.get("id"), dict) and one["id"].get("name") == act]
    return [(one["id"]["of"], not one.get("disabled", False)) for one in found]


@pytest.mark.parametrize(
    ("name", "able"), [("daiban", True), ("shenhe", True), ("zhiban", False), ("chakan", False)]
)
def test_the_button_of_approving_is_able_for_those_who_may(client, draft, reading, name, able):
    walk, _ = reading
    page = client(name).draw("/reports")
    assert buttons(page, walk, "approve_report") == [(str(draft), able)]
    assert bool(buttons(page, walk, "make_report")) is (name != "chakan")


def test_the_mail_can_be_read_before_it_leaves(client, draft):
    answer = client("chakan").get(f"/download/report/{draft}.mail")
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    assert "自动生成、未审定" in text
    assert "演示数据" in text
    assert "<script" not in text
    assert client("chakan").get(f"/download/report/{draft}.exe").status_code == 404
    assert client("chakan").get("/download/report/999999.html").status_code == 404


def test_a_role_without_the_right_cannot_approve_by_calling_the_callback(
    client, database, draft, pressing, reading
):
    _, words = reading
    answer = pressing(client("zhiban"), "approve_report", str(draft), {"note": ""})
    assert "权限" in words(answer["panel"]["children"])
    with transaction(database.app) as session:
        assert session.query(Report).count() == 1


def test_approve_then_send_through_the_page(client, database, draft, pressing, reading):
    walk, words = reading
    refused = pressing(client("daiban"), "send_report", str(draft), {"target": "wider"})
    assert "还没有审定" in words(refused["panel-note"]["children"])
    done = pressing(client("daiban"), "approve_report", str(draft), {"note": "请各单位核对。"})
    assert "已审定，存为第 2 版" in words(done["panel"]["children"])
    page = client("daiban").draw("/reports")
    approved = buttons(page, walk, "send_report")
    assert len(approved) == 1
    assert "已有新版" in words(page)
    assert buttons(page, walk, "approve_report") == []
    sent = pressing(client("daiban"), "send_report", approved[0][0], {"target": "internal"})
    assert "封" in words(sent["panel"]["children"])
    assert "已审定、已发送" in words(client("daiban").draw("/reports"))


@pytest.mark.parametrize(
    ("week", "sentence"), [("2026-W99", "周次应形如"), ("", "周次应形如"), ("2099-W01", "还没有到")]
)
def test_a_week_that_cannot_be_is_one_sentence(client, pressing, reading, week, sentence):
    _, words = reading
    answer = pressing(client("zhiban"), "make_report", "new", {"week": week})
    assert sentence in words(answer["panel-note"]["children"])


@pytest.mark.parametrize("kind", ["html", "docx", "mail"])
def test_a_liaison_gets_no_report_of_the_whole_town(client, draft, kind):
    answer = client("lianluo").get(f"/download/report/{draft}.{kind}")
    assert answer.status_code == 403
    assert "权限" in answer.get_data(as_text=True)
    assert len(answer.get_data()) < 300
    for name in ("chakan", "jiandu", "shenhe", "guanli", "zhiban", "daiban"):
        assert client(name).get(f"/download/report/{draft}.{kind}").status_code == 200


def test_the_page_offers_a_liaison_no_file(client, draft, reading):
    walk, words = reading
    page = client("lianluo").draw("/reports")
    assert not [one for one in walk(page) if str(one.get("href", "")).startswith("/download/report")]
    assert "不对联络员开放" in words(page)
    assert [
        one for one in walk(client("chakan").draw("/reports")) if f"/{draft}.docx" in str(one.get("href"))
    ]
