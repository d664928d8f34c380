"""Run a past through the live pipeline on a shifted clock: the same intake, reading, proposals, clocks and tick.

Nothing is sent: notifications stay in the replay's own outbox and are counted. Deterministic: the only time is
the one the items carry.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts import clock_keeper
from alerts.incidents import open_incidents
from analysis.detect import propose
from analysis.run import read_batch
from analysis.scorer import Scorer
from catalogue.loader import Catalogue
from huiying.databases import Passwords, create_roles, database_urls, open_huiying_database
from huiying.past import PastItem
from huiying.postgres import Server
from store import crawl_runs
from store.incoming import IncomingItem
from store.intake import take
from store.migrations.run import upgrade
from store.model import Audit, Clock, Document, Incident, Membership, Milestone, Notification
from store.session import transaction

BATCH = 400
LONGEST_TAIL = timedelta(days=4)


@dataclass(frozen=True)
class Level:
    """What the program proposed from this moment (UTC) on."""

    at: datetime
    grade: str
    is_emergency: bool
    event_level: str | None


@dataclass(frozen=True)
class ReplayedIncident:
    """One incident as the duty officer would have met it; instants UTC.

    grade, is_emergency and event_level are those at the end; levels begins with those of the proposal and holds every
    raise. items: (source, id in the past) of its documents.
    """

    id: str
    title: str
    proposed_at: datetime
    first_document_at: datetime | None
    grade: str
    is_emergency: bool
    event_level: str | None
    categories: list[str]
    region: str | None
    documents: int
    notifications: int
    clocks: list[str]
    reasons: list[str]
    levels: list[Level]
    items: list[tuple[str, str]]
    came_back_from: str | None = None


@dataclass
class ReplayReport:
    begins: datetime
    ends: datetime
    items: int
    documents: int
    folded: int
    steps: int
    notifications: int
    seconds: float
    incidents: list[ReplayedIncident] = field(default_factory=list)

    @property
    def days(self) -> float:
        return max((self.ends - self.begins) / timedelta(days=1), 1.0)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"days": round(self.days, 2)}


@contextmanager
def own_database(folder: Path | None = None) -> Iterator[str]:
    """The URL of a fresh database on a server of its own, gone afterwards unless a folder to keep it is given."""
    with tempfile.TemporaryDirectory(prefix="huiying-replay-") as temporary:
        Path(temporary).chmod(0o711)
        home = folder or Path(temporary)
        server = Server(home / "postgres", port=0, password="replay-superuser", log=home / "postgres.log")
        server.start()
        try:
            passwords = Passwords(owner="replay-owner", app="replay-app", airflow="replay-airflow")
            create_roles(server.dsn(), passwords)
            open_huiying_database(server.dsn(), "replay")
            urls = database_urls(server, passwords, "replay")
            upgrade(urls.owner)
            yield urls.app
        finally:
            server.stop()


def replay(
    url: str,
    catalogue: Catalogue,
    scorer: Scorer,
    items: Sequence[PastItem],
    step: timedelta,
    speed: float | None = None,
    say: Callable[[str], None] = lambda sentence: None,
) -> ReplayReport:
    """Feed items (sorted by time) in steps; after each, read, propose, open and tick. speed: play seconds a second."""
    began = time.monotonic()
    sources = {item.source for item in items}
    with transaction(url) as session:
        for source in sorted(sources):
            crawl_runs.save_source_state(session, source, first_run_at=items[0].at)
    steps = 0
    before: datetime | None = None
    for now, group in groupby(items, key=lambda item: end_of_step(item.at, step)):
        if before is not None:
            tick_between(url, catalogue, before, now)
            if speed:
                time.sleep((now - before).total_seconds() / speed)
        one_step(url, catalogue, scorer, list(group), now)
        before = now
        steps += 1
        if steps % 50 == 0:
            say(f"已到 {now:%Y-%m-%d %H:%M}（UTC），第 {steps} 步，用时 {time.monotonic() - began:.0f} 秒")
    assert before is not None
    tick_between(url, catalogue, before, before + LONGEST_TAIL)
    with transaction(url) as session:
        report = summed_up(session, items, steps)
    report.seconds = round(time.monotonic() - began, 1)
    return report


def end_of_step(moment: datetime, step: timedelta) -> datetime:
    """The end of the crawl interval a moment falls into: when we would have seen it."""
    seconds = step.total_seconds()
    stamp = moment.timestamp()
    return datetime.fromtimestamp((stamp // seconds + 1) * seconds, moment.tzinfo)


def one_step(
    url: str, catalogue: Catalogue, scorer: Scorer, items: Sequence[PastItem], now: datetime
) -> None:
    with transaction(url) as session:
        take(session, [incoming(item, now) for item in items], now)
    is_more = True
    while is_more:
        with transaction(url) as session:
            is_more = read_batch(session, catalogue, scorer, now, BATCH).read > 0
    with transaction(url) as session:
        open_incidents(session, catalogue, propose(session, catalogue, now), now)
        clock_keeper.keep(session, catalogue, now)


def incoming(item: PastItem, now: datetime) -> IncomingItem:
    return IncomingItem(
        source=item.source,
        channel=item.channel,
        url=address_of(item.source, item.id),
        canonical_url=address_of(item.source, item.id),
        title=item.title,
        text=item.text,
        fetched_at=now,
        published_at=item.published_at,
        published_precision=item.precision,
        rank=item.rank,
        heat=item.heat,
    )


def tick_between(url: str, catalogue: Catalogue, begins: datetime, ends: datetime) -> None:
    """The minute tick at every mark that falls due in between (the ticks where nothing is due change nothing)."""
    now = begins
    while True:
        with transaction(url) as session:
            due = next_due(session, now)
        if due is None or due >= ends:
            return
        now = max(due, now + timedelta(minutes=1))
        with transaction(url) as session:
            clock_keeper.keep(session, catalogue, now)


def next_due(session: Session, now: datetime) -> datetime | None:
    """When the next waiting mark of an open incident falls due."""
    due: datetime | None = session.scalar(
        select(func.min(Milestone.due_at))
        .join(Clock, Clock.id == Milestone.clock_id)
        .join(Incident, Incident.id == Clock.incident_id)
        .where(
            Milestone.fired_at.is_(None),
            Milestone.cancelled_at.is_(None),
            Incident.state.in_(clock_keeper.OPEN),
            Clock.state.in_(("running", "missed")),
            Milestone.due_at > now,
        )
    )
    return due


def summed_up(session: Session, items: Sequence[PastItem], steps: int) -> ReplayReport:
    def count(*where: Any) -> int:
        return session.scalar(select(func.count()).select_from(Document).where(*where)) or 0

    report = ReplayReport(
        begins=items[0].at,
        ends=items[-1].at,
        items=len(items),
        documents=count(),
        folded=count(Document.folded_into.is_not(None)),
        steps=steps,
        notifications=session.scalar(select(func.count()).select_from(Notification)) or 0,
        seconds=0.0,
    )
    for incident in session.scalars(select(Incident).order_by(Incident.proposed_at, Incident.id)):
        report.incidents.append(described(session, incident))
    return report


def described(session: Session, incident: Incident) -> ReplayedIncident:
    members = session.execute(
        select(func.count(), func.min(Document.published_at))
        .select_from(Membership)
        .join(Document, Document.id == Membership.document_id)
        .where(Membership.incident_id == incident.id)
    ).one()
    mails = select(func.count()).select_from(Notification).where(Notification.incident_id == incident.id)
    clocks = select(Clock.duty).where(Clock.incident_id == incident.id).order_by(Clock.duty)
    addresses = session.scalars(
        select(Document.canonical_url)
        .join(Membership, Membership.document_id == Document.id)
        .where(Membership.incident_id == incident.id)
        .order_by(Document.id)
    )
    return ReplayedIncident(
        id=incident.id,
        title=incident.title,
        proposed_at=incident.proposed_at,
        first_document_at=members[1],
        grade=incident.proposed_grade,
        is_emergency=incident.proposed_emergency,
        event_level=incident.proposed_event_level,
        categories=list(incident.categories),
        region=incident.region,
        documents=members[0],
        notifications=session.scalar(mails) or 0,
        clocks=list(session.scalars(clocks)),
        reasons=[reason["text"] for reason in incident.reasons],
        levels=levels_of(session, incident),
        items=[item_of(address) for address in addresses],
        came_back_from=incident.came_back_from,
    )


def levels_of(session: Session, incident: Incident) -> list[Level]:
    """The proposal's levels and every raise, read from the audit trail."""
    entries = session.scalars(
        select(Audit)
        .where(
            Audit.subject == f"incident:{incident.id}",
            Audit.action.in_(("incident.propose", "incident.propose_higher")),
        )
        .order_by(Audit.id)
    )
    found = []
    for entry in entries:
        after = {key.removeprefix("proposed_"): value for key, value in entry.after.items()}
        found.append(Level(entry.at, after["grade"], bool(after["emergency"]), after["event_level"]))
    return found


def address_of(source: str, id_: str) -> str:
    return f"replay://{source}/{quote(id_, safe='')}"


def item_of(address: str) -> tuple[str, str]:
    source, _, id_ = address.removeprefix("replay://").partition("#")[0].partition("/")
    return source, unquote(id_)
