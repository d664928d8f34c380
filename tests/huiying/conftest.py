"""A stack that can be killed: one PostgreSQL of its own, a fresh database a test, real child processes, a mail server.

Nothing in the program knows of these tests. A process is held at a named point from outside - by a lock it will
need there, or by a mail server that does not answer - and killed with SIGKILL while it waits.
"""

import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager, suppress
from datetime import timedelta
from email import message_from_bytes, policy
from itertools import count
from pathlib import Path

import psutil
import psycopg2
import pytest
from aiosmtpd.controller import Controller

from catalogue.settings import settings
from huiying.databases import Passwords, create_roles, database_urls, open_huiying_database
from huiying.postgres import Server
from store.incoming import IncomingItem
from store.intake import take
from store.migrations.run import upgrade
from store.session import engine_for, read_now, transaction

ROOT = Path(__file__).resolve().parents[2]
PASSWORDS = Passwords(owner="ownersecret", app="appsecret", airflow="airflowsecret")
JOBS = {
    "analyse_documents": "analysis.jobs",
    "open_incidents": "alerts.jobs",
    "keep_clocks": "alerts.jobs",
    "deliver_notifications": "alerts.jobs",
}
MEALS = (
    "城东区春苗小学多名学生午餐后呕吐腹泻",
    "春苗小学{n}名学生呕吐腹泻送医，家长怀疑午餐有问题",
    "孩子在春苗小学吃完食堂午餐后肚子疼呕吐，班里好几个都送医院了",
    "春苗小学食堂午餐疑似食物中毒，{n}名学生送医",
    "城东区春苗小学学生集体呕吐，家长要求公布食堂午餐检测结果",
)
SOURCES = (
    ("haichuan_timeline", "social"),
    ("haichuan_news", "news"),
    ("haichuan_hotlist", "hotlist"),
)
_numbers = count(1)


def until(holds, seconds=30.0):
    """The first truthy answer of `holds`."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, f"nothing after {seconds:g} s"
        time.sleep(0.05)
    return found


class Mailbox:
    """A real SMTP server on loopback. `answer` is asked for the reply once a message is whole."""

    def __init__(self):
        self.taken, self.answer = [], lambda: None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"smtp://127.0.0.1:{port}"
        self.controller = Controller(self, hostname="127.0.0.1", port=port)

    async def handle_DATA(self, server, session, envelope):
        self.taken.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content, policy=policy.default)))
        self.answer()
        return "250 2.0.0 taken"

    def copies(self):
        """How often each (address, Message-ID) was taken."""
        return Counter((to, str(mail["Message-ID"])) for to, mail in self.taken)


class Child:
    """One real process of ours, and what it printed."""

    def __init__(self, code, environment):
        self.output = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the stack
        command = [sys.executable, "-c", code]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=self.output, stderr=self.output
        )

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        assert self.process.wait(10) == -signal.SIGKILL, self.printed()

    def printed(self):
        self.output.seek(0)
        return self.output.read()

    def result(self, seconds=60):
        """What the job handed back, when it ended well."""
        assert self.process.wait(seconds) == 0, self.printed()
        return json.loads(self.printed())


class Stack:
    """The parts of one running system with its own database."""

    def __init__(self, server, name, mailbox):
        self.server, self.name, self.mailbox = server, name, mailbox
        self.urls = database_urls(server, PASSWORDS, name)
        self.children = []

    @property
    def environment(self):
        """What the supervisor would tell its children."""
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("HUIYING_")}
        return inherited | {
            "DATABASE_URL": self.urls.app, "OWNER_DATABASE_URL": self.urls.owner, "PYTHONPATH": str(ROOT),
            "HUIYING_SITE": str(ROOT / "huiying/demo/sites/haichuan"), "HUIYING_SMTP_URL": self.mailbox.url,
            "HUIYING_SMTP_SENDER": "huiying@haichuan.example.test",
            "HUIYING_DATA": str(self.server.home / "no-instance"),
        }  # fmt: skip

    def start(self, code, **environment):
        """A child in this stack; single settings may be replaced."""
        self.children.append(Child(code, self.environment | environment))
        return self.children[-1]

    def start_job(self, job, **environment):
        code = f"import json; from {JOBS[job]} import {job}; print(json.dumps({job}()))"
        return self.start(code, **environment)

    def run(self, job):
        """The same job as the child's, to its end and in this process (a child pays seconds for its imports)."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.environment.items():
                patch.setenv(name, value)
            settings.cache_clear()
            try:
                return getattr(importlib.import_module(JOBS[job]), job)()
            finally:
                settings.cache_clear()

    def rows(self, statement, *values):
        connection = psycopg2.connect(self.server.dsn(self.name))
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def number(self, of):
        """select count(*) from …"""
        return self.rows(f"select count(*) from {of}")[0][0]

    @contextmanager
    def holding(self, statement):
        """The locks that the statement takes, until the end of the block."""
        connection = psycopg2.connect(self.server.dsn(self.name))
        try:
            connection.cursor().execute(statement)
            yield
        finally:
            connection.close()

    def waiting(self):
        """Server processes that wait for a lock in this database."""
        return self.rows(
            "select pid, query from pg_stat_activity where datname = %s and wait_event_type = 'Lock'",
            self.name,
        )

    def wait_for_lock(self, child, number=1):
        """What waits, once `number` of our processes do."""
        self.until(child, lambda: len(self.waiting()) >= number)
        return self.waiting()

    def kill_at(self, lock, start):
        """Start a child, let it run into the lock, kill it there; the statement it had reached."""
        with self.holding(lock):
            child = start()
            ((pid, query),) = self.wait_for_lock(child)
            child.kill()
        self.wait_gone(pid)
        return query

    @staticmethod
    def until(child, holds, seconds=60):
        """Wait for it while the child lives."""
        until(lambda: child.process.poll() is not None or holds(), seconds)
        assert child.process.poll() is None, child.printed()

    def kill_database(self):
        """SIGKILL to the server and all its processes."""
        postmaster = psutil.Process(self.server.process.pid)
        everyone = [postmaster, *postmaster.children(recursive=True)]  # each is its own process group
        for process in everyone:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.server.process.wait()
        psutil.wait_procs(everyone, 10)

    def wait_gone(self, pid):
        """The dead child's server process rolled back and ended."""
        until(lambda: not self.rows("select 1 from pg_stat_activity where pid = %s", pid))

    def bring(self, texts):
        """(title, body) pairs stored by the real intake, one a minute up to now, from sources long known."""
        with transaction(self.urls.app) as session:
            now = read_now(session)
            items = []
            for number, (title, body) in enumerate(texts):
                source, channel = SOURCES[number % len(SOURCES)]
                url = f"https://{source.replace('_', '-')}.example.test/{next(_numbers)}"
                moment = now - timedelta(minutes=3, seconds=20 * (len(texts) - number))
                items.append(
                    IncomingItem(
                        source=source, channel=channel, url=url, canonical_url=url, title=title, text=body,
                        fetched_at=now, published_at=moment, published_precision="minute",
                    )
                )  # fmt: skip
            self.rows(
                "insert into source_state (source, first_run_at, memo)"
                " select s, now() - interval '1 year', '{}' from unnest(%s) s on conflict do nothing",
                sorted({item.source for item in items}),
            )
            assert take(session, items, now).new == len(items)

    def bring_story(self, amount=10):
        """Pupils taken to hospital: one incident that mails go out for."""
        self.bring([meal(number) for number in range(amount)])

    def advance(self, seconds):
        """Set the play clock forward: leases and delays end without waiting for them."""
        self.rows(
            "insert into setting (key, value, changed_at, changed_by)"
            " values ('play', jsonb_build_object('offset_seconds', %s), now(), 'test')"
            " on conflict (key) do update set value = excluded.value",
            seconds,
        )

    def close(self):
        for child in self.children:
            if child.process.poll() is None:
                child.process.kill()
            child.process.wait()
            child.output.close()
        engine_for(self.urls.app).dispose()


def meal(number):
    title = MEALS[number % 5].format(n=12 + 5 * (number // 5))
    return (
        title,
        f"今天中午，春苗小学学生吃过午餐后出现呕吐腹泻等不适，第{number}批孩子正在送医。什么时候公布检测结果？",
    )


@pytest.fixture(scope="module")
def mortal_server(server_folder):
    """A server that tests may kill; the one of the whole run lives on."""
    log = server_folder / "mortal.log"
    server = Server(server_folder / "mortal", port=0, password="postgressecret", log=log)
    server.start()
    try:
        create_roles(server.dsn(), PASSWORDS)
        open_huiying_database(server.dsn(), "migrated")
        upgrade(database_urls(server, PASSWORDS, "migrated").owner)
        yield server
    finally:
        server.process.send_signal(signal.SIGQUIT)  # at once, without writing down what is thrown away
        server.process.wait(30)


@pytest.fixture
def mailbox():
    box = Mailbox()
    box.controller.start()
    yield box
    box.controller.stop()


@pytest.fixture
def new_stack(mortal_server, mailbox):
    """Make a stack with a copy of the named database, or with an empty one."""
    made = []

    def make(template="migrated", name=None):
        name = name or f"mortal_{next(_numbers)}"
        open_huiying_database(mortal_server.dsn(), name, template)
        made.append(Stack(mortal_server, name, mailbox))
        return made[-1]

    yield make
    for stack in made:
        stack.close()


@pytest.fixture
def stack(new_stack):
    return new_stack()


@pytest.fixture
def opened_stack(new_stack):
    """The story stored, read and opened as an incident; its mails wait. Done once, then copied."""
    prepared = new_stack(name="opened")
    if not prepared.number("incident"):
        prepared.bring_story()
        prepared.run("analyse_documents")
        assert len(prepared.run("open_incidents")["opened"]) == 1
    prepared.close()
    return new_stack("opened")
