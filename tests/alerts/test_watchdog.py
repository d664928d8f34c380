"""The tick falls silent: one banner, one direct mail, and a word when it runs again."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from alerts import watchdog
from alerts.channels.email import sender_for
from alerts.clock_keeper import keep
from alerts.watchdog import check, mail_alarm, note_outage
from store import switches
from store.session import transaction


def age_heartbeat(session, seconds):
    switches.beat(session, watchdog.HEARTBEAT)
    session.execute(text("update heartbeat set at = now() - make_interval(secs => :s)"), {"s": seconds})


@pytest.mark.parametrize(("seconds", "is_silent"), [(179, False), (181, True)])
def test_three_minutes_are_the_limit(session, seconds, is_silent):
    age_heartbeat(session, seconds)
    assert (check(session) is not None) == is_silent


def test_a_tick_that_never_ran_is_not_judged_here(session):
    assert check(session) is None


def test_the_banner_goes_up_without_the_outbox_and_comes_down_with_the_first_tick(urls, catalogue, make_room):
    note_outage(urls.app, timedelta(minutes=5))
    note_outage(urls.app, timedelta(minutes=6))
    with transaction(urls.app) as session:
        assert switches.read(session, "watchdog")["silent"] is True
        room = make_room(session)
        keep(session, catalogue, room.now)
        keep(session, catalogue, room.later(minutes=1))
        assert switches.read(session, "watchdog")["silent"] is False
        assert check(session) is None
        told = [one.recipient for one in room.notifications("health")]
        assert sorted(told) == ["admin", "chief", "duty_day", "duty_night"]


def test_the_alarm_mail_leaves_directly_even_when_the_database_is_gone(catalogue, inbox, mail_server):
    now, paused = note_outage("postgresql+psycopg2://nobody:x@127.0.0.1:9/none", timedelta(minutes=4))
    assert not paused
    receipts = mail_alarm(catalogue, sender_for(mail_server), now, timedelta(minutes=4))
    assert {receipt.outcome for receipt in receipts} == {"accepted"}
    subjects = {str(mail["Subject"]) for _, mail in inbox.mails()}
    assert subjects == {"【系统】时限计时已停"}
    assert "keep_clocks 已 4 分钟没有运行" in inbox.mails()[0][1].get_body(("plain",)).get_content()
