"""A duty room for the tests: a fresh database each, the sample town, invented documents, a real SMTP server."""

import asyncio
import socket
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from itertools import count
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from alerts.decisions import Actor
from alerts.incidents import open_incidents
from analysis.proposal import Asked, Proposal, Reason
from catalogue.loader import load
from catalogue.mail_settings import read_mail_settings
from huiying.databases import Passwords, database_urls, drop_database, open_huiying_database
from store.incoming import IncomingItem
from store.intake import take
from store.model import Clock, Document, Incident, Notification, NotificationReason
from store.session import transaction

SITE = Path(__file__).parents[2] / "huiying/demo/sites/haichuan"
PASSWORDS = Passwords(owner="ownersecret", app="appsecret", airflow="airflowsecret")
NOW = datetime(2026, 11, 20, 22, 40, tzinfo=UTC)  # Saturday 2026-11-21 06:40 in Beijing: the night shift
_numbers = count(1)


@pytest.fixture(scope="session")
def catalogue():
    return load(SITE)


@pytest.fixture
def urls(postgres_server, template_database):
    name = f"alerts_{next(_numbers)}"
    open_huiying_database(postgres_server.dsn(), name, template_database)
    found = database_urls(postgres_server, PASSWORDS, name)
    yield found
    from store.session import engine_for

    engine_for(found.app).dispose()
    drop_database(postgres_server.dsn(), name)


@pytest.fixture
def session(urls):
    with transaction(urls.app) as session:
        yield session


def reason(target="grade", level="II", text="1 小时 74 条，预警线 41 条；3 个来源"):
    return Reason(
        f"rule_{target}",
        "测试规则",
        target,
        level,
        False,
        {"hour_count": 74.0},
        {"hour_count": ">= 41"},
        text,
    )


@dataclass
class Room:
    """What a test does in the duty room. `now` is the play time of the next act."""

    session: object
    catalogue: object
    now: datetime = NOW
    duty: Actor = field(default_factory=lambda: Actor("zhoumin", "duty"))
    chief: Actor = field(default_factory=lambda: Actor("lijianguo", "chief"))
    numbers: object = field(default_factory=lambda: count(1))

    def documents(self, how_many=3, **changes):
        """Ids of new invented texts."""
        items = [self.item(next(self.numbers), **changes) for _ in range(how_many)]
        take(self.session, items, self.now)
        urls = [item.canonical_url for item in items]
        rows = self.session.scalars(
            select(Document.id).where(Document.canonical_url.in_(urls)).order_by(Document.id)
        )
        return tuple(rows)

    def item(self, number, **changes):
        base = IncomingItem(
            source="haichuan_news", channel="news", url=f"https://news.haichuan.example.test/{number}.html",
            canonical_url=f"https://news.haichuan.example.test/{number}.html",
            title=f"城东区某小学学生餐后不适（第{number}报）",
            text="多名学生餐后不适送医，食堂已停用。检测结果何时公布？",
            fetched_at=self.now, published_at=self.now - timedelta(minutes=2), published_precision="minute",
        )  # fmt: skip
        return replace(base, **changes)

    def proposal(self, documents=None, **changes):
        documents = self.documents() if documents is None else documents
        base = Proposal(
            incident_id=None, new_document_ids=tuple(documents), title="城东区小学食堂餐后学生不适",
            categories=("food_drug_safety", "education"), region="chengdong", detected_at=self.now,
            first_published_at=self.now - timedelta(minutes=2), last_document_at=self.now, grade="II",
            is_emergency=True, event_level="II",
            reasons=(
                reason(), reason("emergency", "", "文本说到多人送医"), reason("event_level", "II", "食品安全事件"),
            ),
            questions=(Asked("检测结果何时公布", tuple(documents[:2]), self.now),), summary="学生餐后不适。",
            key_terms=("食堂", "学生"),
        )  # fmt: skip
        return replace(base, **changes)

    def open(self, **changes):
        """A new incident from one proposal."""
        result = open_incidents(self.session, self.catalogue, [self.proposal(**changes)], self.now)
        return self.session.get_one(Incident, result.opened[0])

    def minor(self, **changes):
        """A proposal of grade III that is no emergency: R3."""
        plain = {
            "grade": "III", "is_emergency": False, "event_level": None, "reasons": (reason(level="III"),),
        }  # fmt: skip
        return self.open(**{**plain, **changes})

    def clock(self, incident, duty):
        statement = select(Clock).where(Clock.incident_id == incident.id, Clock.duty == duty)
        return self.session.scalars(statement.execution_options(populate_existing=True)).first()

    def later(self, **delta):
        self.now += timedelta(**delta)
        return self.now

    def notifications(self, kind=None):
        rows = self.session.scalars(
            select(Notification).order_by(Notification.id).execution_options(populate_existing=True)
        )
        return [row for row in rows if kind is None or row.kind == kind]

    def marks(self, recipient, subject):
        statement = select(NotificationReason.mark).where(
            NotificationReason.recipient == recipient, NotificationReason.subject == subject
        )
        return set(self.session.scalars(statement))


@pytest.fixture
def room(session, catalogue):
    return Room(session, catalogue)


@pytest.fixture
def make_room(catalogue):
    return lambda session, **more: Room(session, catalogue, **more)


@dataclass
class Inbox:
    """What a real SMTP server took, and how it shall behave: accept, refuse, later, hang, drop, reject_data."""

    behaviour: str = "accept"
    refused: set = field(default_factory=set)
    delay: float = 0.0
    messages: list = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if self.behaviour == "refuse" or address in self.refused:
            return "550 5.1.1 no such user"
        if self.behaviour == "later":
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.behaviour == "reject_data":
            return "554 5.7.1 content refused"
        if self.behaviour == "hang":
            while not self.released.is_set():
                await asyncio.sleep(0.02)
            return "451 too late"
        if self.delay:
            await asyncio.sleep(self.delay)
        self.messages.append((envelope.rcpt_tos[0], envelope.content))
        if self.behaviour == "drop":
            server.transport.abort()
        return "250 2.0.0 taken"

    def mails(self):
        return [(to, message_from_bytes(raw, policy=policy.default)) for to, raw in self.messages]


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def mail_server(inbox):
    """Settings of a loopback SMTP server that behaves as `inbox` says."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield read_mail_settings(f"smtp://127.0.0.1:{port}", "huiying@haichuan.example.test")
    inbox.released.set()
    controller.stop()
