"""One mail that proves that mail leaves: from the command line and from the settings page."""

from __future__ import annotations

import datetime as dt
import uuid

from alerts.channels.email import sender_for
from alerts.channels.receipt import Receipt
from alerts.messages.notices import write_health
from alerts.messages.render import Mail, build
from catalogue.mail_settings import MailSettings

NOTE = "这是一封测试邮件。收到它说明发信服务器可用，不涉及任何事件。"


def send_trial(server: MailSettings, to: str, public_url: str, is_demo: bool, now: dt.datetime) -> Receipt:
    """What the server answered. Nothing is kept in the outbox, so nothing is sent again."""
    written = write_health("测试邮件", NOTE, public_url, is_demo, now)
    number = f"<test.{uuid.uuid4().hex}@huiying.invalid>"
    mail = Mail(to, written.subject, written.text, written.html, number, now)
    return sender_for(server)(build(mail), to)
