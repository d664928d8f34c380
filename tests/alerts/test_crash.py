"""kill -9 of a real deliverer while the server takes a mail; other points: tests/huiying/test_crash.py."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from alerts.channels.email import sender_for
from alerts.outbox import deliver
from store.model import Notification
from store.session import transaction

ROOT = Path(__file__).parents[2]
DELIVERER = """
import datetime, sys
from pathlib import Path
from alerts.channels.email import sender_for
from alerts.outbox import deliver
from catalogue.loader import load
from catalogue.mail_settings import read_mail_settings
url, now, smtp, site = sys.argv[1:]
server = read_mail_settings(smtp, "huiying@haichuan.example.test")
deliver(url, load(Path(site)), datetime.datetime.fromisoformat(now), sender_for(server))
"""


@pytest.mark.crash
def test_a_deliverer_killed_while_the_server_takes_a_mail_loses_none(
    urls, catalogue, make_room, inbox, mail_server
):
    """The server has the message (250 is on its way), our commit never comes: the same Message-ID comes again."""
    inbox.delay = 1.0
    with transaction(urls.app) as session:
        room = make_room(session)
        room.open()
    site = ROOT / "huiying/demo/sites/haichuan"
    arguments = [urls.app, room.now.isoformat(), f"smtp://127.0.0.1:{mail_server.port}", str(site)]
    child = subprocess.Popen(
        [sys.executable, "-c", DELIVERER, *arguments], cwd=ROOT, env={**os.environ, "PYTHONPATH": "."}
    )
    began = time.monotonic()
    while time.monotonic() - began < 60:
        with transaction(urls.app) as session:
            leased = session.scalar(
                select(func.count()).select_from(Notification).where(Notification.state == "leased")
            )
        if leased:
            break
        time.sleep(0.05)
    time.sleep(0.5)  # inside the second the server takes for DATA
    child.send_signal(signal.SIGKILL)
    child.wait(10)
    time.sleep(1.5)  # the server finishes taking what it was given
    inbox.delay = 0.0
    assert deliver(urls.app, catalogue, room.now + timedelta(seconds=90), sender_for(mail_server)).sent == 2
    assert deliver(urls.app, catalogue, room.now + timedelta(minutes=5), sender_for(mail_server)).sent == 1
    names = [str(mail["Message-ID"]) for _, mail in inbox.mails()]
    assert len(set(names)) == 3
    assert len(names) in (3, 4)
    with transaction(urls.app) as session:
        states = session.scalars(select(Notification.state)).all()
    assert states == ["sent"] * 3
