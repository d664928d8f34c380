"""From what happened to who is told: the messages of one incident, queued in the caller's transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from alerts import recipients
from alerts.levels import shown_level
from alerts.marks import plain_code
from alerts.milestones import DUE, OVERDUE, MilestonePlan, obeys_quiet_hours
from alerts.recipients import Matter
from alerts.telling import Why, tell
from catalogue.loader import Catalogue
from catalogue.recipient import Recipient
from store.model import Clock, Incident, Milestone

Mark = tuple[Clock, Milestone]
MAJOR = ("R1", "R2")


def matter_of(incident: Incident) -> Matter:
    return Matter(shown_level(incident), tuple(incident.categories), incident.region, incident.unit)


def subject_of(incident: Incident) -> str:
    return f"incident:{incident.id}"


def why_of(catalogue: Catalogue, clock: Clock, mark: Milestone) -> Why:
    plan = MilestonePlan(plain_code(mark.code), mark.due_at, mark.kind)
    return Why(
        f"clock:{clock.id}", mark.code, urgent=not obeys_quiet_hours(catalogue.duties[clock.duty], plan)
    )


def mark_facts(marks: Iterable[Mark]) -> list[dict[str, Any]]:
    """What the decision knew of each mark, for the message and its history."""
    return [
        {
            "clock": clock.id, "duty": clock.duty, "code": plain_code(mark.code), "kind": mark.kind,
            "due_at": mark.due_at.isoformat(),
        }
        for clock, mark in marks
    ]  # fmt: skip


def announce_proposal(
    session: Session, catalogue: Catalogue, incident: Incident, passed: Sequence[Mark], now: dt.datetime
) -> list[int]:
    """The first mail: those on shift, their chief, the liaison. Late marks are in the same message (C11)."""
    urgent = any(clock.duty in MAJOR for clock, _ in passed) or shown_level(incident) in ("I", "II")
    whys = [
        Why(subject_of(incident), "proposed", urgent),
        *(why_of(catalogue, clock, mark) for clock, mark in passed),
    ]
    people = recipients.first_told(catalogue, matter_of(incident), now)
    return tell(session, catalogue, people, whys, "alert", now, {"marks": mark_facts(passed)}, incident.id)


def announce_change(
    session: Session,
    catalogue: Catalogue,
    incident: Incident,
    kind: str,
    mark: str,
    note: str,
    passed: Sequence[Mark],
    now: dt.datetime,
    also: Sequence[Recipient] = (),
) -> list[int]:
    """A level raised, a deadline moved earlier, a unit assigned: told once for each `mark` of the incident."""
    urgent = shown_level(incident) in ("I", "II") or any(clock.duty in MAJOR for clock, _ in passed)
    whys = [
        Why(subject_of(incident), mark, urgent),
        *(why_of(catalogue, clock, one) for clock, one in passed),
    ]
    people = recipients.distinct([*recipients.first_told(catalogue, matter_of(incident), now), *also])
    facts = {"marks": mark_facts(passed), "note": note}
    return tell(session, catalogue, people, whys, kind, now, facts, incident.id)


def announce_marks(
    session: Session, catalogue: Catalogue, incident: Incident, fired: Sequence[Mark], now: dt.datetime
) -> list[int]:
    """Marks fired together are one message an incident and recipient (C11); the due mark goes to the head too."""
    matter = matter_of(incident)
    people = recipients.first_told(catalogue, matter, now)
    if any(mark.kind == DUE for _, mark in fired):
        people = recipients.distinct([*people, *recipients.heads(catalogue, matter)])
    late = any(mark.kind in (DUE, OVERDUE) for _, mark in fired)
    whys = [why_of(catalogue, clock, mark) for clock, mark in fired]
    return tell(
        session, catalogue, people, whys, "overdue" if late else "reminder", now,
        {"marks": mark_facts(fired)}, incident.id,
    )  # fmt: skip


def announce_escalation(
    session: Session,
    catalogue: Catalogue,
    incident: Incident,
    recipient: Recipient,
    step: int,
    now: dt.datetime,
) -> list[int]:
    why = Why(subject_of(incident), f"escalation-{step + 1}", shown_level(incident) in ("I", "II"))
    return tell(session, catalogue, [recipient], [why], "escalation", now, {"step": step + 1}, incident.id)
