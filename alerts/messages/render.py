"""From a notification in the outbox to the mail that leaves: read, write, assemble."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from sqlalchemy.orm import Session

from alerts.errors import WrongFacts
from alerts.messages.alert import Frame, Written, recipients_of, write_alert
from alerts.messages.brief import load_brief
from alerts.messages.notices import write_health, write_weekly
from alerts.messages.picture import Picture, incident_picture
from alerts.messages.words import one_line
from catalogue.loader import Catalogue
from catalogue.settings import Settings, settings
from store.model import Incident, Notification, Report

DOCX = ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")
CHART_ID = "chart.huiying.invalid"
SENDER_NAME = "回应·值班提醒"


@dataclass(frozen=True)
class Mail:
    """One mail, complete. references: the thread all mails of an incident share."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    at: dt.datetime
    references: str | None = None
    picture: Picture | None = None
    attachments: tuple[tuple[str, bytes], ...] = field(default=())


def render(session: Session, catalogue: Catalogue, notification: Notification, now: dt.datetime) -> Mail:
    """The mail of a notification as things stand now: a message held back for hours tells the truth when it leaves."""
    if notification.report_id is not None:
        return weekly_mail(session, notification, now)
    if notification.incident_id is not None:
        return incident_mail(session, catalogue, notification, now)
    note = notification.facts
    written = write_health(
        str(note.get("title", "系统提示")),
        str(note.get("note", "")),
        settings().public_url,
        settings().is_demo,
        now,
    )
    return mail_of(notification, written, now)


def incident_mail(
    session: Session, catalogue: Catalogue, notification: Notification, now: dt.datetime
) -> Mail:
    incident = session.get_one(Incident, notification.incident_id)
    frame = Frame(
        kind=notification.kind,
        url=f"{settings().public_url}/incident/{incident.id}",
        is_demo=settings().is_demo,
        recipients=recipients_of(notification.facts),
        marks=tuple(notification.facts.get("marks", ())),
        note=str(notification.facts.get("note", "")),
        now=now,
    )
    picture = incident_picture(session, incident, now)
    size = (CHART_ID, picture.width, picture.height) if picture is not None else None
    written = write_alert(load_brief(session, catalogue, incident, now), frame, size)
    thread = f"<incident.{incident.id}@huiying.invalid>"
    return mail_of(notification, written, now, references=thread, picture=picture)


def weekly_mail(session: Session, notification: Notification, now: dt.datetime) -> Mail:
    report = session.get_one(Report, notification.report_id)
    name = f"weekly-{report.period}-v{report.version}.docx"
    written = weekly_words(report, settings())
    return mail_of(notification, written, now, attachments=((name, report.docx),))


def weekly_words(report: Report, installed: Settings) -> Written:
    """The cover mail. facts["mail_lines"] of the report are its first findings, written where the report is made."""
    return write_weekly(
        report.number, report.begins_on, report.ends_on, report.state,
        [str(line) for line in report.facts.get("mail_lines", ())], [str(name) for name in report.missing],
        f"{installed.public_url}/reports", installed.is_demo,
    )  # fmt: skip


def mail_of(
    notification: Notification,
    written: Written,
    now: dt.datetime,
    references: str | None = None,
    picture: Picture | None = None,
    attachments: tuple[tuple[str, bytes], ...] = (),
) -> Mail:
    return Mail(
        notification.address, written.subject, written.text, written.html, notification.message_id, now,
        references, picture, attachments,
    )  # fmt: skip


def build(mail: Mail) -> EmailMessage:
    """The MIME message: text, HTML with its chart by content id, attachments. Headers are one line each."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = one_line(mail.subject, 200)
    message["From"] = sender()
    message["To"] = Address(addr_spec=one_line(mail.to, 254))
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = mail.message_id
    if mail.references is not None:
        message["References"] = mail.references
        message["In-Reply-To"] = mail.references
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(mail.text, cte="base64")
    message.add_alternative(mail.html, subtype="html", cte="base64")
    if mail.picture is not None:
        page = message.get_payload()[1]  # type: ignore[index]
        if not isinstance(page, EmailMessage):
            raise WrongFacts("邮件的 HTML 部分应在第二位；请联系管理员。")
        page.add_related(mail.picture.png, "image", "png", cid=f"<{CHART_ID}>", filename="chart.png")
    for name, content in mail.attachments:
        message.add_attachment(content, *DOCX, filename=name)
    return message


def sender() -> Address:
    server = settings().smtp
    return Address(SENDER_NAME, addr_spec=server.sender if server is not None else "huiying@localhost")
