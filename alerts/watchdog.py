"""When `keep_clocks` falls silent: a red banner and a direct mail, past Airflow and past the outbox it watches over.

`huiying.watchdog` decides when; the first tick that runs again takes the banner down and tells that all is well.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from alerts.channels.email import TIMEOUT_SECONDS, Sender, sender_for
from alerts.channels.receipt import Receipt
from alerts.errors import NoMailServer
from alerts.messages.notices import write_health
from alerts.messages.render import Mail, build
from alerts.messages.words import spoken
from alerts.recipients import receiving
from alerts.telling import Why, tell
from catalogue import loader
from catalogue.loader import Catalogue
from catalogue.settings import settings
from store import switches
from store.errors import StoreError
from store.session import read_now, transaction
from store.switches import STALE_AFTER, silence_of

SETTING = "watchdog"
BY = "watchdog"
HEARTBEAT = "keep_clocks"


def check(session: Session) -> dt.timedelta | None:
    """How long the clocks have been unattended (real time), or None while that is not over 3 minutes or unknown."""
    silence = silence_of(session, HEARTBEAT)
    return silence if silence is not None and silence > STALE_AFTER else None


def raise_alarm(silence: dt.timedelta) -> list[Receipt]:
    """Set the banner and mail those who look after the system. Needs neither Airflow nor an answering database.

    Raises NoMailServer when a server is set and none of the mails was accepted, so that the caller tries again.
    """
    now, paused = note_outage(settings().database_url, silence)
    server = settings().smtp
    if server is None or paused:
        return []
    catalogue, _ = loader.check(settings().site_dir)
    receipts = mail_alarm(catalogue, sender_for(server, TIMEOUT_SECONDS), now, silence)
    if receipts and all(receipt.outcome != "accepted" for receipt in receipts):
        raise NoMailServer(f"报警邮件没有发出（{receipts[0].reply}）；将稍后再试，请检查发信服务器。")
    return receipts


def note_outage(database_url: str, silence: dt.timedelta) -> tuple[dt.datetime, bool]:
    """Put up the banner if the database answers; what time it is, and whether all mail is paused."""
    try:
        with transaction(database_url) as session:
            now = read_now(session)
            if not switches.read(session, SETTING).get("silent", False):
                since = (now - silence).isoformat()
                switches.write(session, SETTING, {"silent": True, "since": since}, BY, now)
            return now, switches.mail_is_paused(session)
    except (StoreError, SQLAlchemyError):
        return dt.datetime.now(
            dt.UTC
        ), False  # the database is what is down: the mail must leave all the same


def mail_alarm(
    catalogue: Catalogue, sender: Sender, now: dt.datetime, silence: dt.timedelta
) -> list[Receipt]:
    minutes = int(silence.total_seconds() // 60)
    note = (
        f"keep_clocks 已 {minutes} 分钟没有运行（{spoken(now - silence)} 起），提醒和升级不会发出，"
        "请人工盯住各项时限，并用 huiying doctor 检查系统。页面上的截止时间仍然准确。"
    )
    written = write_health("时限计时已停", note, settings().public_url, settings().is_demo, now)
    receipts = []
    for recipient in receiving(catalogue, "health"):
        key = f"<watchdog.{now.strftime('%Y%m%d%H%M%S')}.{recipient.id}@huiying.invalid>"
        mail = Mail(recipient.email, written.subject, written.text, written.html, key, now)
        receipts.append(sender(build(mail), recipient.email))
    return receipts


def note_recovery(session: Session, catalogue: Catalogue, now: dt.datetime) -> bool:
    """Called by the tick: take the banner down and tell once that the clocks run again."""
    before = switches.read(session, SETTING)
    if not before.get("silent", False):
        return False
    switches.write(session, SETTING, {"silent": False, "since": None}, BY, now)
    facts = {"title": "时限计时已恢复", "note": "keep_clocks 已恢复运行，停顿期间到期的提醒会合并补发。"}
    why = Why("machinery:keep_clocks", f"recovered-{before.get('since')}", urgent=True)
    tell(session, catalogue, receiving(catalogue, "health"), [why], "health", now, facts)
    return True
