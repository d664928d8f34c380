"""Milestones in the database: planted with the clock, fired once, cancelled after a correction."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from alerts.clock import Deadline
from alerts.milestones import DUE, OVERDUE, MilestonePlan, milestones, next_overdue
from catalogue.duty import Duty
from store.model import Clock, Milestone

REVISION = "~"  # `4h~2` is the mark 4h of the second deadline: the first one stays in the log (C14)


def plant_marks(
    session: Session, clock: Clock, duty: Duty, now: dt.datetime, revision: int = 1
) -> list[Milestone]:
    """Write the clock's marks; those already past are fired at once and handed back to be told in one message (C11)."""
    if clock.started_at is None:
        return []
    end = Deadline(clock.duty, clock.started_at, deadline_at=clock.deadline_at)
    plans = [
        plan for plan in milestones(duty, clock.started_at, end) if revision == 1 or plan.code != "start"
    ]
    suffix = f"{REVISION}{revision}" if revision > 1 else ""
    passed = []
    for plan in plans:
        mark = add_mark(session, clock, plan, plan.code + suffix)
        if plan.due_at <= now:
            passed.append(mark)
            passed += fire(session, clock, duty, mark, now)
    session.flush()
    return passed


def add_mark(session: Session, clock: Clock, plan: MilestonePlan, code: str) -> Milestone:
    mark = Milestone(clock_id=clock.id, code=code, kind=plan.kind, due_at=plan.due_at)
    session.add(mark)
    return mark


def fire(session: Session, clock: Clock, duty: Duty, mark: Milestone, now: dt.datetime) -> list[Milestone]:
    """Note that the mark fired. A due or overdue one brings the next; those already past fire too and come back."""
    mark.fired_at = now
    if mark.kind not in (DUE, OVERDUE):
        return []
    also: list[Milestone] = []
    code, separator, revision = mark.code.partition(REVISION)
    plan = next_overdue(duty, code, mark.due_at)
    while plan.due_at <= now:
        passed = add_mark(session, clock, plan, plan.code + separator + revision)
        passed.fired_at = now
        also.append(passed)
        plan = next_overdue(duty, plan.code, plan.due_at)
    add_mark(session, clock, plan, plan.code + separator + revision)
    session.flush()
    return also


def cancel_marks(session: Session, clock: Clock, now: dt.datetime) -> None:
    """Marks that have not fired never will (C14)."""
    session.execute(
        update(Milestone)
        .where(Milestone.clock_id == clock.id, Milestone.fired_at.is_(None), Milestone.cancelled_at.is_(None))
        .values(cancelled_at=now)
    )


def plain_code(code: str) -> str:
    return code.partition(REVISION)[0]


def waiting_marks(session: Session, clock: Clock) -> list[Milestone]:
    return list(
        session.scalars(
            select(Milestone)
            .where(
                Milestone.clock_id == clock.id, Milestone.fired_at.is_(None), Milestone.cancelled_at.is_(None)
            )
            .order_by(Milestone.due_at)
        )
    )
