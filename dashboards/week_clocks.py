"""The clocks a weekly report counts: one outcome each, and the time to the first response."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from catalogue.loader import Catalogue
from dashboards.paper import one_line
from store.model import Clock, Document, DocumentText, Incident, Membership


@dataclass(frozen=True)
class ClockWeek:
    """One clock as the paper sees it. outcome: 按时 | 逾期办理 | 超时未办 | 未到期 | 起算待核."""

    incident_id: str
    incident_title: str
    duty: str
    duty_name: str
    unit: str
    started_at: datetime | None
    deadline_at: datetime | None
    settled_at: datetime | None
    provisional: bool
    outcome: str

    @property
    def used(self) -> timedelta | None:
        """From start to response, never below zero (早于起算 counts as at once)."""
        if self.settled_at is None or self.started_at is None:
            return None
        return max(self.settled_at - self.started_at, timedelta())


def read_clocks(session: Session, catalogue: Catalogue, cut: datetime, now: datetime) -> list[ClockWeek]:
    """Every clock known by `cut` that counts: not void, not superseded, its incident not dismissed or merged."""
    rows = session.execute(
        select(Clock, Incident)
        .join(Incident, Incident.id == Clock.incident_id)
        .where(
            Clock.state.not_in(["void", "superseded"]),
            Incident.state.not_in(["dismissed", "merged"]),
            or_(Clock.created_at < cut, Clock.deadline_at < cut),
        )
        .order_by(Clock.deadline_at, Clock.id)
    )
    found = []
    for clock, incident in rows:
        unit = catalogue.units.get(incident.unit or "")
        duty = catalogue.duties.get(clock.duty)
        members = select(Membership.document_id).where(
            Membership.incident_id == incident.id, Membership.until.is_(None)
        )
        found.append(
            ClockWeek(
                incident_id=incident.id,
                incident_title=shown_title(session, incident, members),
                duty=clock.duty,
                duty_name=duty.name if duty else clock.duty,
                unit=unit.name if unit else (incident.unit or "责任单位待定"),
                started_at=clock.started_at,
                deadline_at=clock.deadline_at,
                settled_at=clock.settled_at,
                provisional=clock.provisional,
                outcome=outcome(clock.state, clock.deadline_at, now),
            )
        )
    return found


def outcome(state: str, deadline_at: datetime | None, now: datetime) -> str:
    if state == "met":
        return "按时"
    if state == "met_late":
        return "逾期办理"
    if deadline_at is None:
        return "起算待核"
    return "超时未办" if state == "missed" or deadline_at < now else "未到期"


def median_first_response(clocks: Sequence[ClockWeek]) -> timedelta | None:
    """Median over incidents of the time to the first settled clock."""
    first: dict[str, timedelta] = {}
    for clock in clocks:
        if clock.used is not None:
            first[clock.incident_id] = min(first.get(clock.incident_id, clock.used), clock.used)
    return median(first.values()) if first else None


def shown_title(session: Session, incident: Incident, members: Any) -> str:
    """The incident's title, unless the program took it from hotline or mailbox items, which are never quoted."""
    if incident.origin == "person" or incident.confirmed_at is not None:
        return one_line(incident.title)
    rows = session.execute(
        select(Document.visibility, DocumentText.title)
        .join(
            DocumentText,
            and_(DocumentText.document_id == Document.id, DocumentText.fetched_at == Document.fetched_at),
        )
        .where(Document.id.in_(members))
    ).all()
    public = {title for visibility, title in rows if visibility == "public"}
    internal = {title for visibility, title in rows if visibility != "public"}
    if internal and (not public or (incident.title in internal and incident.title not in public)):
        return f"热线与信箱反映的事项（编号{incident.id}，原文不引用）"
    return one_line(incident.title)
