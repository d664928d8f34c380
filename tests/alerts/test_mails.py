"""The alert mail as a real SMTP server received it."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from alerts.incidents import open_incidents
from alerts.messages.alert import why
from alerts.messages.words import one_line, safe_url
from alerts.outbox import deliver
from store.model import Document, Incident, Notification, Reading
from store.session import transaction


@pytest.fixture
def sent(urls, catalogue, make_room, inbox, mail_server):
    """Open an incident with these changes and hand back the mail to the chief."""

    def send(prepare=lambda room: {}, **changes):
        with transaction(urls.app) as session:
            room = make_room(session)
            room.open(**{**prepare(room), **changes})
        from alerts.channels.email import sender_for

        deliver(urls.app, catalogue, room.now, sender_for(mail_server))
        return next(mail for to, mail in inbox.mails() if to.startswith("chief@"))

    return send


def bodies(mail):
    text = mail.get_body(("plain",)).get_content()
    return text, mail.get_body(("html",)).get_content()


def test_the_subject_names_level_field_place_and_the_absolute_deadline(sent):
    assert (
        str(sent()["Subject"])
        == "【II级 重大】城东区小学食堂餐后学生不适｜食品药品｜城东区｜发布会时限 11-22 06:40"
    )


def test_both_parts_are_complete_and_carry_no_remaining_time(sent):
    mail = sent()
    for body in bodies(mail):
        for words in (
            "11 月 21 日 11:40", "11 月 22 日 06:40", "发布权威信息", "举行新闻发布会", "1 小时 74 条，预警线 41 条",
            "检测结果何时公布", "市市场监管局", "打开事件并签收", "自动生成、未审定", "06:55 前无人签收，将转告值班室副主任",
            "值班员（夜班）、值班长、市市场监管局联络员", "没有新数据",
        ):  # fmt: skip
            assert words in body
        assert not re.search(r"剩余|还剩|\d+:\d\d:\d\d", body)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "<incident.20261121-01@huiying.invalid>" in mail["References"]
    assert "/incident/20261121-01" in bodies(mail)[1]
    assert len(mail.as_bytes()) < 100_000


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, "人工建立"), (4, "甲0；甲1；甲2；甲3"), (6, "甲0；甲1；甲2；甲3；另有 2 条理由，见事件页")],
)
def test_a_mail_tells_the_weightiest_reasons_and_counts_the_rest(number, told):
    assert why(SimpleNamespace(reasons=tuple(f"甲{n}" for n in range(number)))) == told


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "标题\r\nBcc: a@b.test",
    "=cmd|' /C calc'!A0",
    "\u202e反写",
    "很" * 300,
]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_text_and_never_a_header(sent, title):
    mail = sent(title=title)
    text, html = bodies(mail)
    assert "Bcc" not in mail.keys()  # noqa: SIM118
    assert "<script" not in html
    assert "<img src=x" not in html
    assert "\u202e" not in html + text + str(mail["Subject"])
    assert "很" * 121 not in text + html


def test_internal_items_are_counted_and_never_quoted(sent):
    secret = "反映某某食堂内部管理混乱"

    def prepare(room):
        inside = room.documents(2, channel="hotline", title=secret, source="haichuan_hotline")
        return {"documents": inside, "title": secret}

    text, html = bodies(sent(prepare))
    assert secret not in text + html
    assert "热线和信箱 2 条，只计数不引用" in text
    assert "热线和信箱集中反映食品药品、教育改革问题" in text


def test_reminders_of_one_incident_share_the_thread_and_tell_what_is_overdue(
    urls, catalogue, make_room, inbox, mail_server
):
    from alerts.channels.email import sender_for
    from alerts.clock_keeper import keep

    with transaction(urls.app) as session:
        room = make_room(session)
        room.open()
    deliver(urls.app, catalogue, room.now, sender_for(mail_server))
    later = room.now + timedelta(hours=6)
    with transaction(urls.app) as session:
        keep(session, catalogue, later)
    deliver(urls.app, catalogue, later, sender_for(mail_server))
    mails = [mail for to, mail in inbox.mails() if to.startswith("liaison-market@")]
    assert len(mails) == 2
    assert mails[0]["References"] == mails[1]["References"]
    assert mails[0]["Message-ID"] != mails[1]["Message-ID"]
    assert "已超时" in str(mails[1]["Subject"])
    assert "已超时，仍须完成" in bodies(mails[1])[0]
    assert "举行新闻发布会" in bodies(mails[1])[0]


def test_no_person_is_in_what_is_kept(urls, catalogue, make_room):
    with transaction(urls.app) as session:
        room = make_room(session)
        room.open()
        open_incidents(session, catalogue, [], room.now)
        columns = {*Incident.__table__.columns.keys(), *Notification.__table__.columns.keys()}
        stored = str(session.execute(select(Notification.facts)).all())
    assert not {"author", "nickname", "followers", "profile", "account"} & columns
    assert "author" not in stored


def test_the_chart_is_inside_the_mail_with_its_size_and_says_its_meaning_without_pictures(sent):
    def prepare(room):
        documents = []
        for hour in range(30, -1, -1):
            at = room.now - timedelta(hours=hour)
            documents += room.documents(9 if hour == 0 else 1, fetched_at=at, published_at=at)
        for number in documents:
            room.session.add(
                Reading(
                    document_id=number, counted_at=room.session.get_one(Document, number).counted_at,
                    sentiment="negative", sentiment_score=0.9, categories=["food_drug_safety"], region="chengdong",
                    service_friction=False, sudden_incident=True, groups=[], model_version="test",
                    catalogue_version=room.catalogue.version,
                )
            )  # fmt: skip
        room.session.flush()
        return {"documents": documents}

    mail = sent(prepare)
    pictures = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert len(pictures) == 1
    assert len(pictures[0].get_payload(decode=True)) < 40_000
    assert pictures[0]["Content-ID"] == "<chart.huiying.invalid>"
    assert 'src="cid:chart.huiying.invalid" width="592" height="220" alt="近 36 小时' in bodies(mail)[1]
    assert len(mail.as_bytes()) < 100_000


def test_only_web_addresses_become_links():
    assert safe_url("javascript:alert(1)") is None
    assert safe_url("https://a.example.test/1") == "https://a.example.test/1"
    assert one_line("甲\x00\u200b乙\n丙", 10) == "甲乙 丙"
