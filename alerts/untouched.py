"""When a proposal nobody acknowledged goes to the next post of the duty chain (C13). Pure."""

from __future__ import annotations

import datetime as dt

from alerts.levels import shown_level
from store.model import Incident

ESCALATE_MAJOR_AFTER = dt.timedelta(minutes=15)
ESCALATE_OTHERS_AFTER = dt.timedelta(hours=2)


def escalates_at(incident: Incident) -> dt.datetime:
    """The moment of the next step, if nobody acknowledges until then; I and II go faster."""
    major = shown_level(incident) in ("I", "II")
    wait = ESCALATE_MAJOR_AFTER if major else ESCALATE_OTHERS_AFTER
    return (incident.escalated_at or incident.proposed_at) + wait
