"""Public ids of incidents: YYYYMMDD-NN by Beijing day, allocated inside the transaction that uses them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, func, select, text
from sqlalchemy.orm import Session

from store.model import Incident

BEIJING = ZoneInfo("Asia/Shanghai")


def next_incident_id(session: Session, now: datetime) -> str:
    """The next free id of the day. A lock held to the end of the transaction keeps two openers apart."""
    day = now.astimezone(BEIJING).strftime("%Y%m%d")
    session.execute(text("select pg_advisory_xact_lock(4851003, :day)"), {"day": int(day)})
    session.flush()
    numbers = func.split_part(Incident.id, "-", 2).cast(Integer)
    highest = session.scalar(select(func.max(numbers)).where(Incident.id.like(f"{day}-%")))
    return f"{day}-{(highest or 0) + 1:02d}"
