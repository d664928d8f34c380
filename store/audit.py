"""The audit trail: who did what to which thing, and why. Ids and fields only, never crawled text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from store.model import Audit

PROGRAM = "program"


def record(
    session: Session,
    now: datetime,
    who: str,
    action: str,
    subject: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Append one entry in the caller's transaction. subject is `kind:id`, e.g. `incident:20261121-01`."""
    session.add(
        Audit(
            at=now, who=who, action=action, subject=subject,
            before=plain(before or {}), after=plain(after or {}), reason=reason,
        )
    )  # fmt: skip


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in values.items()}
