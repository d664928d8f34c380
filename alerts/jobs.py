"""The edge functions behind the DAGs: read settings, catalogue and `now` once, work, hand back a few counts."""

from __future__ import annotations

from typing import Any

from alerts import incidents
from alerts.channels.email import sender_for
from alerts.clock_keeper import keep
from alerts.outbox import HEARTBEAT, deliver
from catalogue import loader
from catalogue.loader import Catalogue
from catalogue.settings import settings
from store import switches
from store.session import read_now, transaction


def open_incidents() -> dict[str, Any]:
    """Open and update incidents from what analysis proposes, in one transaction."""
    from analysis.detect import propose

    catalogue = load()
    with transaction(settings().database_url) as session:
        now = read_now(session)
        result = incidents.open_incidents(session, catalogue, propose(session, catalogue, now), now)
    return {
        "opened": result.opened, "updated": len(result.updated), "raised": result.raised, "joined": result.joined,
        "notifications": len(result.notifications), "unheard": result.unheard,
    }  # fmt: skip


def keep_clocks() -> dict[str, Any]:
    """One pass of the minute tick."""
    catalogue = load()
    with transaction(settings().database_url) as session:
        result = keep(session, catalogue, read_now(session))
    return {
        "fired": result.fired, "missed": result.missed, "repaired": result.repaired,
        "escalated": result.escalated, "closed": result.closed, "notifications": result.notifications,
    }  # fmt: skip


def deliver_notifications() -> dict[str, Any]:
    """Send what is due. Without a mail server everything waits in the outbox, and says so."""
    server = settings().smtp
    with transaction(settings().database_url) as session:
        now = read_now(session)
        if server is None:
            problem = "没有设置发信服务器（HUIYING_SMTP_URL），邮件留在发件箱里"
            switches.beat(session, HEARTBEAT, {"sent": 0, "problem": problem, "now": now.isoformat()})
            return {"sent": 0, "problem": problem}
    result = deliver(settings().database_url, load(), now, sender_for(server))
    return {
        "sent": result.sent, "refused": result.refused, "delayed": result.delayed, "waiting": result.waiting,
        "paused": result.paused, "problem": result.problem,
    }  # fmt: skip


def load() -> Catalogue:
    return loader.load(settings().site_dir)
