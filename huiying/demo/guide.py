"""Tells the person at the terminal what the demo is doing: crawled, scored, proposed, mailed, reported.

It only watches; the work is done by the same parts as in real use. Runs as a thread of the supervisor.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from store.errors import StoreError
from store.model import Clock, Document, Incident, Notification, Report
from store.session import read_now, transaction

BEIJING = ZoneInfo("Asia/Shanghai")
EVERY_SECONDS = 3.0
ORDINALS = {"I": "Ⅰ级", "II": "Ⅱ级", "III": "Ⅲ级", "IV": "Ⅳ级"}


@dataclass
class Look:
    """What is there at one moment."""

    now: datetime
    documents: int = 0
    read: int = 0
    incidents: dict[str, str] = field(default_factory=dict)
    running_clocks: int = 0
    sent: int = 0
    reports: int = 0


def look(session: Session) -> Look:
    def count(column: object, *where: object) -> int:
        return session.scalar(select(func.count(column)).where(*where)) or 0

    incidents = session.execute(select(Incident.id, Incident.title, Incident.proposed_grade))
    return Look(
        now=read_now(session),
        documents=count(Document.id),
        read=count(Document.id, Document.read_at.is_not(None)),
        incidents={row.id: f"{ORDINALS[row.proposed_grade]} {row.title}" for row in incidents},
        running_clocks=count(Clock.id, Clock.state.in_(("running", "missed"))),
        sent=count(Notification.id, Notification.state == "sent"),
        reports=count(Report.id),
    )


def news(before: Look, after: Look, links: Mapping[str, str]) -> list[str]:
    """Sentences for what has changed between two looks."""
    said = []
    if after.documents > before.documents:
        said.append(
            f"采集：已入库 {after.documents} 条（新增 {after.documents - before.documents} 条），已研读 {after.read} 条"
        )
    for number, title in after.incidents.items():
        if number not in before.incidents:
            said.append(f"立项：系统提出事件 {number}（{title}）  {links['dashboard']}/incident/{number}")
        elif title != before.incidents[number]:
            said.append(f"升级：事件 {number} 现为 {title}")
    if after.running_clocks > before.running_clocks:
        said.append(
            f"计时：{after.running_clocks} 个时限开始走（暂计，等待值班员签收确认）  {links['dashboard']}/wall"
        )
    if after.sent > before.sent:
        said.append(f"通知：已发出 {after.sent} 封邮件  {links['mailbox']}")
    if after.reports > before.reports:
        said.append(f"周报：已归档 {after.reports} 份  {links['dashboard']}/reports")
    return said


class Guide(threading.Thread):
    """Watches the database until told to stop; asks for this week's report once the first incident is mailed."""

    def __init__(
        self, url: str, links: Mapping[str, str], environment: Mapping[str, str], say: Callable[[str], None]
    ):
        super().__init__(daemon=True, name="guide")
        self.url, self.links, self.environment, self.say = url, links, environment, say
        self.began = time.monotonic()
        self.has_asked_for_report = False

    def run(self) -> None:
        before: Look | None = None
        while True:
            time.sleep(EVERY_SECONDS)
            try:
                with transaction(self.url) as session:
                    after = look(session)
            except (StoreError, SQLAlchemyError):
                continue  # a restarting database is the supervisor's matter
            for sentence in news(before or Look(after.now), after, self.links):
                self.tell(sentence, after.now)
            before = after
            if after.sent and after.incidents and not self.has_asked_for_report:
                self.has_asked_for_report = True
                self.ask_for_report(after)

    def ask_for_report(self, seen: Look) -> None:
        """This week's paper so far, by the same command an operator would use."""
        year, week, _ = seen.now.astimezone(BEIJING).isocalendar()
        folder = Path(self.environment["HUIYING_DATA"]) / "reports"
        command = [sys.executable, "-m", "huiying", "report", "week", f"{year}-W{week:02d}"]
        command += ["--publish", "--mail", "--out", str(folder)]
        done = subprocess.run(
            command, env=dict(self.environment), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            self.tell(f"周报未成功：{(done.stderr.strip().splitlines() or ['没有说明'])[-1]}", seen.now)

    def tell(self, sentence: str, now: datetime) -> None:
        seconds = time.monotonic() - self.began
        self.say(f"[+{seconds:5.0f} 秒｜演示时间 {now.astimezone(BEIJING):%m-%d %H:%M}] {sentence}")
