"""The response ledger: every clock of a period with its result and its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.model import Clock, Incident, Response


@dataclass(frozen=True)
class Entry:
    """One line: a clock, its incident and the response that settled it, if any."""

    clock: Clock
    incident: Incident
    response: Response | None


def ledger(session: Session, begins: datetime, ends: datetime, unit: str | None = None) -> list[Entry]:
    """Clocks of incidents detected in [begins, ends), oldest first; provisional and void ones are marked, not hidden."""
    statement = (
        select(Clock, Incident, Response)
        .join(Incident, Incident.id == Clock.incident_id)
        .outerjoin(Response, Response.id == Clock.response_id)
        .where(Incident.detected_at >= begins, Incident.detected_at < ends)
        .order_by(Incident.detected_at, Incident.id, Clock.duty)
    )
    if unit is not None:
        statement = statement.where(Incident.unit == unit)
    return [Entry(*row) for row in session.execute(statement)]
