"""One pass of the minute tick: reminders, missed clocks, repairs, escalation, quiet files closed, heartbeat.

Everything is decided by rows and `now`: a pass run twice, two passes at once, or a clock that jumped back send
nothing twice; after a pause everything that passed is one message an incident and recipient (C11).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import recipients
from alerts.announce import Mark, announce_escalation, announce_marks, matter_of
from alerts.incidents import repair
from alerts.marks import fire
from alerts.owing import TICKING, clocks_of, refresh
from alerts.source_watch import tell_sources
from alerts.untouched import ESCALATE_MAJOR_AFTER, escalates_at
from alerts.watchdog import HEARTBEAT, note_recovery
from catalogue.loader import Catalogue
from store import audit, catalogue_versions, switches
from store.audit import PROGRAM
from store.model import Clock, Incident, Milestone

OPEN = ("proposed", "acknowledged", "confirmed")
QUIET_AFTER = dt.timedelta(hours=72)


@dataclass
class KeepResult:
    """What the pass did: counts, and the incidents concerned."""

    fired: int = 0
    missed: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)
    escalated: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    notifications: int = 0


def keep(session: Session, catalogue: Catalogue, now: dt.datetime) -> KeepResult:
    """One pass in the caller's transaction."""
    catalogue_versions.keep(session, catalogue, now)
    result = KeepResult()
    fire_due(session, catalogue, now, result)
    mark_missed(session, catalogue, now, result)
    result.repaired = repair(session, catalogue, now)
    escalate(session, catalogue, now, result)
    result.closed = close_quiet(session, now)
    note_recovery(session, catalogue, now)
    tell_sources(session, catalogue, now)
    switches.beat(session, HEARTBEAT, {**asdict(result), "now": now.isoformat()})
    return result


def fire_due(session: Session, catalogue: Catalogue, now: dt.datetime, result: KeepResult) -> None:
    """Claim the marks that are due and tell them, one message an incident; another worker's are skipped."""
    rows = session.execute(
        select(Incident, Clock, Milestone)
        .join(Clock, Clock.incident_id == Incident.id)
        .join(Milestone, Milestone.clock_id == Clock.id)
        .where(
            Milestone.due_at <= now,
            Milestone.fired_at.is_(None),
            Milestone.cancelled_at.is_(None),
            Clock.state.in_(TICKING),
            Incident.state.in_(OPEN),
        )
        .order_by(Incident.id, Milestone.due_at, Milestone.id)
        .with_for_update(skip_locked=True, of=[Incident, Milestone])
        .execution_options(populate_existing=True)
    )
    by_incident: dict[str, tuple[Incident, list[Mark]]] = {}
    for incident, clock, mark in rows.all():
        fired = by_incident.setdefault(incident.id, (incident, []))[1]
        duty = catalogue.duties[clock.duty]
        fired.append((clock, mark))
        fired += [(clock, late) for late in fire(session, clock, duty, mark, now)]
        refresh(session, clock, duty, now, PROGRAM)
        if clock.state == "missed" and incident.id not in result.missed:
            result.missed.append(incident.id)
    for incident, fired in by_incident.values():
        result.fired += len(fired)
        result.notifications += len(announce_marks(session, catalogue, incident, fired, now))


def mark_missed(session: Session, catalogue: Catalogue, now: dt.datetime, result: KeepResult) -> None:
    """Clocks whose deadline lies behind us and that no mark moved on (the due mark fires at the deadline itself)."""
    rows = session.execute(
        select(Incident, Clock)
        .join(Clock, Clock.incident_id == Incident.id)
        .where(Clock.state == "running", Clock.deadline_at < now, Incident.state.in_(OPEN))
        .with_for_update(skip_locked=True, of=[Incident])
        .execution_options(populate_existing=True)
    )
    for incident, clock in rows.all():
        refresh(session, clock, catalogue.duties[clock.duty], now, PROGRAM)
        if clock.state == "missed":
            result.missed.append(incident.id)


def escalate(session: Session, catalogue: Catalogue, now: dt.datetime, result: KeepResult) -> None:
    """C13: a proposal nobody acknowledged goes to the next of the duty chain, step by step to its end."""
    untouched = session.scalars(
        select(Incident)
        .where(Incident.state == "proposed", Incident.proposed_at <= now - ESCALATE_MAJOR_AFTER)
        .order_by(Incident.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for incident in untouched:
        if now < escalates_at(incident):
            continue
        recipient = recipients.escalated_to(
            catalogue, matter_of(incident), incident.proposed_at, incident.escalation_step
        )
        if recipient is None:
            continue
        queued = announce_escalation(session, catalogue, incident, recipient, incident.escalation_step, now)
        incident.escalation_step += 1
        incident.escalated_at = now
        result.escalated.append(incident.id)
        result.notifications += len(queued)
        after = {"step": incident.escalation_step, "recipient": recipient.id}
        audit.record(session, now, PROGRAM, "incident.escalate", f"incident:{incident.id}", None, after)


def close_quiet(session: Session, now: dt.datetime) -> list[str]:
    """Close files with nothing left to do once no text came for three days: answered ones whose clocks are all
    settled, and proposals that owe no clock. A come-back is then a new, linked incident."""
    closed = []
    quiet = session.scalars(
        select(Incident)
        .where(
            Incident.state.in_(OPEN),
            Incident.unit.is_not(None),
            Incident.last_document_at < now - QUIET_AFTER,
        )
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for incident in quiet:
        clocks = clocks_of(session, incident.id)
        answered = incident.state == "confirmed" and incident.responded_at is not None
        if any(clock.state in TICKING for clock in clocks) or not (answered or not clocks):
            continue
        before = incident.state
        incident.state, incident.closed_at = "closed", now
        incident.closing_reason = (
            "72 小时没有新文本，时限均已办结" if clocks else "72 小时没有新文本，不涉及时限"
        )
        incident.version += 1
        audit.record(
            session, now, PROGRAM, "incident.close_quiet", f"incident:{incident.id}",
            {"state": before}, {"state": "closed"}, incident.closing_reason,
        )  # fmt: skip
        closed.append(incident.id)
    return closed
