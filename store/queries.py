"""Small questions every page asks: has anything changed, is the clock keeper alive, is mail paused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session, defer

from store import switches
from store.audit import PROGRAM
from store.model import Audit, CatalogueVersion, Incident, Report

CLOCK_KEEPER = "keep_clocks"

VERSION = text(
    "select (select max(id) from audit), (select max(id) from document), (select max(id) from clock_change),"
    " (select max(id) from response), (select coalesce(sum(version), 0) from incident),"
    " (select coalesce(sum(total), 0) from rollup_hour_category where category = '*' and hour > :since),"
    " (select max(finished_at) from crawl_run where started_at > :since),"
    " (select max(id) from report), (select max(loaded_at) from catalogue_version)"
)


def version_of_everything(session: Session, now: datetime) -> str:
    """A short word that changes when anything a page shows may have changed."""
    row = session.execute(VERSION, {"since": now - timedelta(hours=3)}).one()
    return "-".join(
        format(int(value.timestamp()), "x") if isinstance(value, datetime) else str(value or 0)
        for value in row
    )


@dataclass(frozen=True)
class Machinery:
    """keeper_silence: how long (real time) the clock keeper has not run, None = never; waiting: proposals nobody
    acknowledged yet, each with the level it is shown with."""

    keeper_silence: timedelta | None
    mail_paused: bool
    waiting: tuple[tuple[str, str], ...] = ()

    @property
    def keeper_is_silent(self) -> bool:
        return self.keeper_silence is None or self.keeper_silence > switches.STALE_AFTER


def machinery(session: Session) -> Machinery:
    silence, is_paused = switches.silence_of(session, CLOCK_KEEPER), switches.mail_is_paused(session)
    return Machinery(silence, is_paused, proposals_waiting(session))


def proposals_waiting(session: Session) -> tuple[tuple[str, str], ...]:
    level = func.coalesce(Incident.proposed_event_level, Incident.proposed_grade)
    rows = session.execute(
        select(Incident.id, level).where(Incident.state == "proposed").order_by(Incident.id)
    )
    return tuple((row[0], row[1]) for row in rows)


def history_of(session: Session, subject: str, limit: int = 200) -> Sequence[Audit]:
    """What was done to a thing, newest first."""
    statement = select(Audit).where(Audit.subject == subject).order_by(Audit.id.desc()).limit(limit)
    return session.scalars(statement).all()


def latest_acts(session: Session, limit: int) -> Sequence[Audit]:
    """The newest things done to any incident."""
    statement = select(Audit).where(Audit.subject.like("incident:%")).order_by(Audit.id.desc())
    return session.scalars(statement.limit(limit)).all()


def latest_changes(session: Session, limit: int) -> Sequence[Audit]:
    """The newest things people did beside incidents and their clocks: settings, sources, reports, accounts, catalogue."""
    kinds = ("setting:%", "mail:%", "catalogue:%", "source:%", "report:%", "account:%")
    statement = select(Audit).where(or_(*(Audit.subject.like(kind) for kind in kinds)), Audit.who != PROGRAM)
    return session.scalars(statement.order_by(Audit.id.desc()).limit(limit)).all()


def acts_between(session: Session, begins: datetime, ends: datetime, limit: int = 500) -> Sequence[Audit]:
    """What was done to incidents and texts in [begins, ends), oldest first; more than the limit leaves the oldest out."""
    statement = (
        select(Audit)
        .where(
            or_(Audit.subject.like("incident:%"), Audit.action.in_(("document.correct", "document.agree"))),
            Audit.at >= begins,
            Audit.at < ends,
        )
        .order_by(Audit.id.desc())
        .limit(limit)
    )
    return list(reversed(session.scalars(statement).all()))


def letters_in_trouble(session: Session) -> tuple[int, int]:
    """Messages given up, and messages that wait although they were due more than ten minutes ago."""
    row = session.execute(
        text(
            "select count(*) filter (where state = 'dead'), count(*) filter (where state = 'pending'"
            " and next_attempt_at < now() - interval '10 minutes') from notification"
        )
    ).one()
    return row[0], row[1]


def reports(session: Session, limit: int = 100) -> Sequence[Report]:
    """Every version of every issue, newest first; without the large columns until asked."""
    statement = select(Report).options(defer(Report.html), defer(Report.docx), defer(Report.facts))
    return session.scalars(statement.order_by(Report.ends_on.desc(), Report.id.desc()).limit(limit)).all()


def latest_catalogue(session: Session) -> tuple[str, datetime] | None:
    statement = select(CatalogueVersion.version, CatalogueVersion.loaded_at)
    row = session.execute(statement.order_by(CatalogueVersion.loaded_at.desc()).limit(1)).first()
    return (row[0], row[1]) if row else None
