"""Real PostgreSQL, real SMTP conversations: sent once, refused for good, tried again, never lost."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from alerts import outbox
from alerts.channels.email import send_through, sender_for
from alerts.channels.receipt import Receipt
from alerts.outbox import delay_after, deliver
from catalogue.mail_settings import MailSettings
from store import switches
from store.model import Heartbeat, Notification
from store.session import transaction


@pytest.fixture
def waiting(urls, make_room):
    """Three mails of one incident in the outbox; the room's `now`."""
    with transaction(urls.app) as session:
        room = make_room(session)
        room.open()
        return room.now


def states(urls):
    with transaction(urls.app) as session:
        rows = session.execute(select(Notification.recipient, Notification.state))
        return {row.recipient: row.state for row in rows}


def test_each_mail_is_sent_once_and_marked_after_the_server_took_it(
    urls, catalogue, waiting, inbox, mail_server
):
    result = deliver(urls.app, catalogue, waiting, sender_for(mail_server))
    again = deliver(urls.app, catalogue, waiting, sender_for(mail_server))
    assert (result.sent, result.waiting, again.sent) == (3, 0, 0)
    assert sorted(to for to, _ in inbox.messages) == [
        "chief@haichuan.example.test", "duty-night@haichuan.example.test", "liaison-market@haichuan.example.test",
    ]  # fmt: skip
    with transaction(urls.app) as session:
        row = session.scalars(select(Notification).limit(1)).one()
        assert row.state == "sent"
        assert row.subject.startswith("【II级 重大】城东区小学食堂餐后学生不适")
        assert "发布权威信息" in row.text


def test_two_deliverers_at_once_send_each_mail_once(urls, catalogue, waiting, inbox, mail_server):
    inbox.delay = 0.1
    results = []
    threads = [
        threading.Thread(
            target=lambda: results.append(deliver(urls.app, catalogue, waiting, sender_for(mail_server)))
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(result.sent for result in results) == 3
    assert len(inbox.messages) == len({to for to, _ in inbox.messages}) == 3


def test_a_recipient_refused_for_good_is_dead_and_somebody_hears_of_it(
    urls, catalogue, waiting, inbox, mail_server
):
    inbox.refused = {"liaison-market@haichuan.example.test"}
    result = deliver(urls.app, catalogue, waiting, sender_for(mail_server))
    assert result.refused == 1
    assert states(urls)["liaison_market"] == "dead"
    with transaction(urls.app) as session:
        dead = session.scalars(select(Notification).where(Notification.state == "dead")).one()
        assert "liaison-market@haichuan.example.test 被拒收（550 5.1.1 no such user）" in dead.last_error
        assert session.get_one(Heartbeat, outbox.HEARTBEAT).facts["dead"] == 1
    subjects = [str(mail["Subject"]) for to, mail in inbox.mails() if to.startswith("admin@")]
    assert subjects == ["【系统】有邮件被拒收"]


@pytest.mark.parametrize(("behaviour", "words"), [("later", "451"), ("drop", "中断了连接")])
def test_trouble_that_may_pass_is_tried_again_with_the_same_message_id(
    urls, catalogue, waiting, inbox, mail_server, behaviour, words
):
    inbox.behaviour = behaviour
    first = deliver(urls.app, catalogue, waiting, sender_for(mail_server, 5))
    assert first.sent == 0
    assert words in first.problem
    with transaction(urls.app) as session:
        tried = session.scalars(select(Notification).where(Notification.attempts == 1)).first()
        assert tried.state == "pending"
        assert tried.next_attempt_at >= waiting + timedelta(seconds=30)
        name = tried.message_id
    inbox.behaviour = "accept"
    assert deliver(urls.app, catalogue, waiting + timedelta(minutes=5), sender_for(mail_server)).sent == 3
    copies = [str(mail["Message-ID"]) for _, mail in inbox.mails() if str(mail["Message-ID"]) == name]
    assert len(copies) == (2 if behaviour == "drop" else 1)


def test_a_hanging_server_is_left_after_the_timeout_and_costs_one_wait_a_round(
    urls, catalogue, waiting, inbox, mail_server
):
    inbox.behaviour = "hang"
    began = time.monotonic()
    result = deliver(urls.app, catalogue, waiting, sender_for(mail_server, 1))
    assert time.monotonic() - began < 5
    assert (result.sent, result.delayed, result.waiting) == (0, 1, 3)
    assert "没有回应" in result.problem


def test_a_server_that_is_not_there_keeps_everything(urls, catalogue, waiting):
    nowhere = MailSettings("127.0.0.1", 9, "none", "huiying@haichuan.example.test")
    result = deliver(urls.app, catalogue, waiting, sender_for(nowhere, 2))
    assert (result.delayed, result.waiting) == (1, 3)
    assert "拒绝连接" in result.problem


def test_a_lost_lease_is_taken_up_again_and_the_late_one_cannot_mark_it(
    urls, catalogue, waiting, inbox, mail_server
):
    """As after kill -9 between the server's 250 and our commit: the row stays leased until the lease ends."""
    with transaction(urls.app) as session:
        session.execute(
            update(Notification).values(
                state="leased", attempts=1, leased_until=waiting + timedelta(minutes=2)
            )
        )
    assert deliver(urls.app, catalogue, waiting, sender_for(mail_server)).sent == 0
    assert deliver(urls.app, catalogue, waiting + timedelta(minutes=2), sender_for(mail_server)).sent == 3


def test_paused_mail_stays_counted_and_leaves_when_resumed(urls, catalogue, waiting, inbox, mail_server):
    with transaction(urls.app) as session:
        switches.write(session, "mail_paused", {"paused": True}, "lijianguo", waiting, "演练")
    result = deliver(urls.app, catalogue, waiting, sender_for(mail_server))
    assert (result.sent, result.waiting, result.paused, inbox.messages) == (0, 3, True, [])
    with transaction(urls.app) as session:
        switches.write(session, "mail_paused", {"paused": False}, "lijianguo", waiting)
    assert deliver(urls.app, catalogue, waiting, sender_for(mail_server)).sent == 3


def test_content_refused_for_good_is_dead(urls, catalogue, waiting, inbox, mail_server):
    inbox.behaviour = "reject_data"
    assert deliver(urls.app, catalogue, waiting, sender_for(mail_server)).refused >= 3


def test_no_secret_reaches_the_receipt():
    server = MailSettings("127.0.0.1", 9, "none", "a@b.test", "someone", "geheim-123")
    from email.message import EmailMessage

    receipt = send_through(server, EmailMessage(), "x@y.test", 2)
    assert receipt == Receipt("later", "邮件服务器 127.0.0.1:9 拒绝连接", whole_server=True)
    assert "geheim" not in repr(server)


def test_the_wait_doubles_up_to_a_quarter_of_an_hour_and_never_ends():
    waits = [delay_after(attempt).total_seconds() for attempt in (1, 2, 3, 6, 100)]
    assert waits == [30, 60, 120, 900, 900]
