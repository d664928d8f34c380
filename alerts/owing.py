"""The clocks an incident owes, in the database: begun, moved, settled by evidence. Callers hold the incident's row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.clock import Deadline, deadline, judge, start_of
from alerts.duties import owed_duties
from alerts.levels import emergency_of, event_level_of, grade_of, is_confirmed
from alerts.marks import cancel_marks, plant_marks
from catalogue.duty import Duty
from catalogue.loader import Catalogue
from store.audit import PROGRAM
from store.model import Clock, ClockChange, Incident, Milestone, Response

TICKING = ("running", "missed")
# What stops which clock (response_rules.md section 3; an answer may also be a release or a conference).
STOPPED_BY = {
    "R1": ("authoritative_release",),
    "R2": ("press_conference",),
    "R3": ("answer", "authoritative_release", "press_conference"),
}


@dataclass
class Owed:
    """What `settle_owed` did: clocks that began, and marks that were already past (to be told at once)."""

    begun: list[Clock] = field(default_factory=list)
    passed: list[tuple[Clock, Milestone]] = field(default_factory=list)


def owed_by(incident: Incident) -> tuple[str, ...]:
    return owed_duties(
        grade_of(incident),
        emergency_of(incident),
        event_level_of(incident),
        incident.needs_answer,
        incident.treat_as_major,
    )


def clocks_of(session: Session, incident_id: str) -> list[Clock]:
    return list(session.scalars(select(Clock).where(Clock.incident_id == incident_id).order_by(Clock.duty)))


def begin_owed(
    session: Session,
    catalogue: Catalogue,
    incident: Incident,
    now: dt.datetime,
    by: str = PROGRAM,
    reason: str = "",
) -> Owed:
    """Give the incident every clock it owes, from its original start (C3). Running it again changes nothing.

    A person's act also reopens a superseded clock that is owed again; the program never does.
    """
    result = Owed()
    existing = {clock.duty: clock for clock in clocks_of(session, incident.id)}
    for name in owed_by(incident):
        duty = catalogue.duties[name]
        clock = existing.get(name)
        if clock is None:
            clock = new_clock(session, catalogue, incident, duty, now)
            result.begun.append(clock)
            if clock.started_at is not None:
                passed = plant_marks(session, clock, duty, now)
                result.passed += [(clock, mark) for mark in passed]
                refresh(session, clock, duty, now, by)
        elif clock.state == "superseded" and by != PROGRAM:
            change_state(session, clock, "running", now, by, reason)
            refresh(session, clock, duty, now, by)
            result.begun.append(clock)
    return result


def new_clock(
    session: Session, catalogue: Catalogue, incident: Incident, duty: Duty, now: dt.datetime
) -> Clock:
    start, basis = start_for(incident, duty, now)
    clock = Clock(
        incident_id=incident.id, duty=duty.id, started_at=start, start_basis=basis,
        deadline_at=deadline(duty, start).deadline_at if start is not None else None,
        provisional=not is_confirmed(incident), state="running", created_at=now,
        catalogue_version=catalogue.version,
    )  # fmt: skip
    session.add(clock)
    session.flush()
    return clock


def start_for(incident: Incident, duty: Duty, now: dt.datetime) -> tuple[dt.datetime | None, str]:
    """Where the clock starts (C1) and why, in words.

    None = 起算待核: the program's guess of the start lies so far back that the limit had passed when the incident
    was proposed, and nobody named the time of occurrence. No unit is booked late by a guess.
    """
    start = start_of(duty, incident.occurred_at, incident.detected_at)
    if start is None:
        return None, "起算待核：发生和发现时间都不明"
    guessed = incident.origin == "program" and incident.occurred_at is None and not is_confirmed(incident)
    if guessed and not deadline(duty, start).allows(incident.proposed_at):
        return None, "起算待核：首条文本早已收到，提出时已过时限，请核定发生时间"
    if start == incident.occurred_at and start != incident.detected_at:
        return start, "事件发生"
    return start, "首次发现"


def as_deadline(clock: Clock) -> Deadline | None:
    if clock.started_at is None:
        return None
    return Deadline(clock.duty, clock.started_at, deadline_at=clock.deadline_at)


def refresh(session: Session, clock: Clock, duty: Duty, now: dt.datetime, by: str, reason: str = "") -> None:
    """Judge the clock anew by the earliest valid evidence: met, met_late, missed, or running again (C5, C6)."""
    end = as_deadline(clock)
    if end is None or clock.state in ("superseded", "void"):
        return
    evidence = earliest_evidence(session, clock)
    judged = judge(
        end,
        evidence.happened_at if evidence is not None else None,
        now,
        evidence.recorded_at if evidence is not None else None,
    )
    clock.response_id = evidence.id if evidence is not None else None
    clock.settled_at = evidence.happened_at if evidence is not None else None
    clock.recorded_late = judged.recorded_late
    clock.reason = "早于起算" if judged.before_start else (reason or None)
    change_state(session, clock, judged.state, now, by, reason)


def earliest_evidence(session: Session, clock: Clock) -> Response | None:
    return session.scalars(
        select(Response)
        .where(
            Response.incident_id == clock.incident_id,
            Response.kind.in_(STOPPED_BY.get(clock.duty, ())),
            Response.withdrawn_at.is_(None),
        )
        .order_by(Response.happened_at, Response.id)
        .limit(1)
    ).first()


def change_state(session: Session, clock: Clock, state: str, now: dt.datetime, by: str, reason: str) -> None:
    if clock.state == state:
        return
    log(session, clock, now, by, "state", reason, state_after=state)
    clock.state = state


def log(
    session: Session,
    clock: Clock,
    now: dt.datetime,
    by: str,
    what: str,
    reason: str,
    state_after: str | None = None,
    deadline_after: dt.datetime | None = None,
) -> None:
    """Every move of a clock stays readable, the old deadline with it."""
    session.add(
        ClockChange(
            clock_id=clock.id, at=now, by=by, what=what, state_before=clock.state,
            state_after=state_after or clock.state, deadline_before=clock.deadline_at,
            deadline_after=deadline_after or clock.deadline_at, reason=reason or None,
        )
    )  # fmt: skip
    session.flush()


def move_start(
    session: Session,
    clock: Clock,
    duty: Duty,
    start: dt.datetime,
    basis: str,
    now: dt.datetime,
    by: str,
    reason: str,
) -> list[Milestone]:
    """Start the clock elsewhere: unsent marks of the old deadline are cancelled (C14), new ones planted.

    The marks that have passed by the new reckoning, to be told in one message. Whether the move is allowed (C2)
    is the caller's to check.
    """
    end = deadline(duty, start).deadline_at
    log(session, clock, now, by, "deadline", reason, deadline_after=end)
    clock.started_at, clock.deadline_at, clock.start_basis = start, end, basis
    cancel_marks(session, clock, now)
    moves = session.scalar(
        select(func.count())
        .select_from(ClockChange)
        .where(ClockChange.clock_id == clock.id, ClockChange.what == "deadline")
    )
    passed = plant_marks(session, clock, duty, now, revision=(moves or 0) + 1)
    refresh(session, clock, duty, now, by, reason)
    return passed


def restart_earlier(
    session: Session, catalogue: Catalogue, incident: Incident, now: dt.datetime, by: str, reason: str
) -> Owed:
    """Move every clock whose start now lies earlier (C2: at once); nothing else is touched."""
    result = Owed()
    for clock in clocks_of(session, incident.id):
        duty = catalogue.duties[clock.duty]
        start = start_of(duty, incident.occurred_at, incident.detected_at)
        if clock.state == "void" or start is None or clock.started_at is None or start >= clock.started_at:
            continue
        basis = "事件发生" if start == incident.occurred_at else "首次发现"
        passed = move_start(session, clock, duty, start, basis, now, by, reason)
        result.begun.append(clock)
        result.passed += [(clock, mark) for mark in passed]
    return result


def supersede_unowed(
    session: Session, incident: Incident, now: dt.datetime, by: str, reason: str, keep: Sequence[str] = ()
) -> list[Clock]:
    """Clocks a person's decision makes no longer owed: kept, out of force, with the reason."""
    owed = {*owed_by(incident), *keep}
    gone = [
        clock
        for clock in clocks_of(session, incident.id)
        if clock.duty not in owed and clock.state not in ("superseded", "void")
    ]
    for clock in gone:
        change_state(session, clock, "superseded", now, by, reason)
        clock.reason = reason
    return gone
