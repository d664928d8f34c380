"""What people decide about one source at run time: read it again at once, leave it alone, take it up again.

It stands beside the catalogue, whose files are not rewritten; the crawl asks `source_state` before every run.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from store import audit
from store.crawl_runs import save_source_state, source_state
from store.errors import Conflict
from store.model import SourceState


def retry(session: Session, source: str, by: str, now: datetime) -> None:
    """Due at the next look of the schedule (each minute), whatever the back-off. Raises Conflict for one put off."""
    state = held(session, source)
    if state.disabled_by is not None:
        raise Conflict(f"来源“{source}”已停用，不会抓取；请先启用。")
    change(session, source, state, "source.retry", by, now, "", next_due_at=now)


def disable(session: Session, source: str, by: str, reason: str, now: datetime) -> None:
    """Not read any more until somebody enables it; a run under way ends by itself."""
    state = held(session, source)
    if state.disabled_by is not None:
        raise Conflict(f"来源“{source}”已经停用；请刷新页面。")
    change(session, source, state, "source.disable", by, now, reason, disabled_by=by, disabled_reason=reason)


def enable(session: Session, source: str, by: str, reason: str, now: datetime) -> None:
    """Read again from the next look of the schedule on."""
    state = held(session, source)
    if state.disabled_by is None:
        raise Conflict(f"来源“{source}”没有停用；请刷新页面。")
    cleared = {"disabled_by": None, "disabled_reason": None, "next_due_at": now}
    change(session, source, state, "source.enable", by, now, reason, **cleared)


def held(session: Session, source: str) -> SourceState:
    """The state with its row held till the end of the transaction; a fresh one for a source never read."""
    return session.get(SourceState, source, with_for_update=True, populate_existing=True) or source_state(
        session, source
    )


def change(
    session: Session,
    source: str,
    state: SourceState,
    action: str,
    by: str,
    now: datetime,
    reason: str,
    **values: Any,
) -> None:
    before = {name: getattr(state, name) for name in values}
    save_source_state(session, source, **values)
    audit.record(session, now, by, action, f"source:{source}", before, values, reason)
