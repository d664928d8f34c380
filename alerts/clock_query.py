"""Incidents, clocks and notifications as rows, for the command line and for whoever else lists them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.account_query import account_told, questions_told
from alerts.levels import is_confirmed, named, shown_level
from alerts.messages.brief import member_counts
from catalogue.loader import Catalogue
from store.errors import NotFound
from store.model import Audit, Clock, Incident, Notification, Response
from store.queries_incidents import questions_of


def list_incidents(
    session: Session,
    catalogue: Catalogue,
    now: dt.datetime,
    states: Sequence[str] = (),
    grades: Sequence[str] = (),
    unit: str | None = None,
    overdue: bool = False,
    limit: int = 100,
) -> list[dict[str, Any]]:
    """Newest first. grades are those shown (event level where there is one); overdue: a clock is missed."""
    statement = select(Incident).order_by(Incident.proposed_at.desc(), Incident.id.desc())
    if states:
        statement = statement.where(Incident.state.in_(states))
    if unit is not None:
        statement = statement.where(Incident.unit == unit)
    missed = (
        select(Clock.id)
        .where(
            Clock.incident_id == Incident.id, Clock.state.in_(("running", "missed")), Clock.deadline_at < now
        )
        .exists()
    )
    if overdue:
        statement = statement.where(missed)
    rows = [
        incident for incident in session.scalars(statement) if not grades or shown_level(incident) in grades
    ]
    late = set(session.scalars(select(Incident.id).where(missed)))
    return [incident_row(session, catalogue, incident, incident.id in late) for incident in rows[:limit]]


def incident_row(session: Session, catalogue: Catalogue, incident: Incident, is_late: bool) -> dict[str, Any]:
    deadline = session.scalar(
        select(func.min(Clock.deadline_at)).where(
            Clock.incident_id == incident.id, Clock.state.in_(("running", "missed"))
        )
    )
    unit = catalogue.units.get(incident.unit or "")
    region = catalogue.regions.get(incident.region or "")
    return {
        "id": incident.id, "level": named(shown_level(incident)), "grade": incident.grade or incident.proposed_grade,
        "event_level": incident.event_level if is_confirmed(incident) else incident.proposed_event_level,
        "is_confirmed": is_confirmed(incident), "title": incident.title, "state": incident.state,
        "categories": list(incident.categories), "unit": unit.name if unit else incident.unit,
        "region": region.name if region else incident.region, "next_deadline": deadline, "overdue": is_late,
        "detected_at": incident.detected_at, "proposed_at": incident.proposed_at, "version": incident.version,
    }  # fmt: skip


def incident_page(
    session: Session, catalogue: Catalogue, incident_id: str, now: dt.datetime
) -> dict[str, Any]:
    """Everything about one incident that an operator needs. Raises NotFound."""
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise NotFound(f"没有事件 {incident_id}；请检查编号（形如 20261121-07）。")
    clocks = list_clocks(session, incident_id=incident_id)
    late = any(row["state"] == "missed" for row in clocks)
    public, copies, internal = member_counts(session, incident_id)
    responses = session.scalars(
        select(Response)
        .where(Response.incident_id == incident_id)
        .order_by(Response.happened_at, Response.id)
    ).all()
    asked = questions_of(session, incident_id, responses)
    log = session.scalars(select(Audit).where(Audit.subject == f"incident:{incident_id}").order_by(Audit.id))
    return {
        **incident_row(session, catalogue, incident, late),
        "occurred_at": incident.occurred_at, "acknowledged_at": incident.acknowledged_at,
        "confirmed_at": incident.confirmed_at, "closed_at": incident.closed_at, "dismissal": incident.dismissal,
        "merged_into": incident.merged_into, "public": public, "reprints": copies, "internal": internal,
        "reasons": [str(one["text"]) for one in incident.reasons], "clocks": clocks,
        "questions": questions_told(session, incident_id, asked, responses),
        **account_told(session, incident, asked, responses, now),
        "responses": [
            {
                "id": r.id, "kind": r.kind, "happened_at": r.happened_at, "recorded_at": r.recorded_at,
                "recorded_by": r.recorded_by, "url": r.url, "document_number": r.document_number,
                "withdrawn_at": r.withdrawn_at,
            }
            for r in responses
        ],
        "log": [{"at": a.at, "who": a.who, "action": a.action, "reason": a.reason} for a in log],
    }  # fmt: skip


def list_clocks(
    session: Session,
    states: Sequence[str] = (),
    incident_id: str | None = None,
    duty: str | None = None,
    limit: int = 1000,
) -> list[dict[str, Any]]:
    """The nearest deadline first; clocks without a start (起算待核) last."""
    statement = select(Clock).order_by(Clock.deadline_at.asc().nulls_last(), Clock.id).limit(limit)
    if states:
        statement = statement.where(Clock.state.in_(states))
    if incident_id is not None:
        statement = statement.where(Clock.incident_id == incident_id)
    if duty is not None:
        statement = statement.where(Clock.duty == duty)
    return [
        {
            "incident": clock.incident_id, "duty": clock.duty, "state": clock.state, "provisional": clock.provisional,
            "started_at": clock.started_at, "start_basis": clock.start_basis, "deadline_at": clock.deadline_at,
            "settled_at": clock.settled_at, "recorded_late": clock.recorded_late, "reason": clock.reason,
        }
        for clock in session.scalars(statement)
    ]  # fmt: skip


def list_notifications(
    session: Session, states: Sequence[str] = (), incident_id: str | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """Newest first: who is told what, and how far it got."""
    statement = select(Notification).order_by(Notification.id.desc()).limit(limit)
    if states:
        statement = statement.where(Notification.state.in_(states))
    if incident_id is not None:
        statement = statement.where(Notification.incident_id == incident_id)
    return [
        {
            "id": one.id, "kind": one.kind, "incident": one.incident_id, "recipient": one.recipient,
            "address": one.address, "state": one.state, "attempts": one.attempts, "created_at": one.created_at,
            "next_attempt_at": one.next_attempt_at, "sent_at": one.sent_at, "subject": one.subject,
            "last_error": one.last_error, "message_id": one.message_id,
        }
        for one in session.scalars(statement)
    ]  # fmt: skip
