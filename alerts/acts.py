"""What every act of a person shares: the role is checked, the row is held, a stale version is a conflict, and the
audit says what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.clock import SHANGHAI
from alerts.errors import WrongRole, WrongState
from store import audit
from store.audit import PROGRAM
from store.errors import Conflict, NotFound
from store.model import ROLES, Account, Audit, Incident

DUTY = ("duty", "chief")
CHIEF = ("chief",)
EVIDENCE = ("duty", "chief", "liaison")
STATE_WORDS = {
    "proposed": "待签收", "acknowledged": "已签收", "confirmed": "已认定", "closed": "已办结",
    "dismissed": "已排除", "merged": "已并入其他事件",
}  # fmt: skip
FIELD_WORDS = {
    "state": "状态", "grade": "舆情等级", "event_level": "突发事件等级", "unit": "主责单位",
    "occurred_at": "发生时间", "proposed_grade": "建议等级", "proposed_event_level": "建议突发事件等级",
}  # fmt: skip
TRACKED = (
    "state", "grade", "is_emergency", "event_level", "warning_colour", "needs_answer", "treat_as_major", "unit",
    "occurred_at", "dismissal", "closing_reason", "merged_into", "detected_at",
)  # fmt: skip


@dataclass(frozen=True)
class Actor:
    """Who acts: the login name, its role, and for a liaison the unit it speaks for."""

    name: str
    role: str
    unit: str | None = None


@dataclass
class Act:
    """One act on one incident while it runs."""

    incident: Incident
    actor: Actor
    now: dt.datetime
    before: Mapping[str, Any] = field(default_factory=dict)


def actor_of(session: Session, name: str) -> Actor:
    """The actor behind a login name. Raises NotFound for unknown or disabled accounts."""
    account = session.get(Account, name)
    if account is None or not account.is_active:
        raise NotFound(f"没有可用的账号“{name}”；请用 huiying user add 建立，或检查拼写。")
    return Actor(account.name, account.role, account.unit)


def require(actor: Actor, roles: tuple[str, ...], what: str) -> None:
    """Raise WrongRole unless the actor has one of the roles."""
    if actor.role not in roles:
        allowed = "或".join(ROLES[role] for role in roles)
        raise WrongRole(
            f"{what}需{allowed}权限，{actor.name} 是{ROLES.get(actor.role, actor.role)}；请由有权限的人操作。"
        )


def require_reason(reason: str, what: str) -> str:
    text = " ".join(reason.split())
    if len(text) < 2:
        raise WrongState(f"{what}须写明理由（会写入审计记录）；请填写理由。")
    return text[:500]


def begin(
    session: Session,
    actor: Actor,
    incident_id: str,
    now: dt.datetime,
    expected_version: int | None,
    states: tuple[str, ...],
    what: str,
) -> Act:
    """Hold the incident's row. Raises NotFound, Conflict (somebody was first) or WrongState."""
    incident = hold(session, incident_id)
    if expected_version is not None and incident.version != expected_version:
        raise Conflict(conflict_text(session, incident))
    if incident.state not in states:
        wanted = "、".join(STATE_WORDS[state] for state in states)
        raise WrongState(
            f"事件 {incident.id} {STATE_WORDS[incident.state]}，不能{what}（须为{wanted}）；请刷新页面查看现状。"
        )
    return Act(incident, actor, now, snapshot(incident))


def hold(session: Session, incident_id: str) -> Incident:
    incident = session.scalars(
        select(Incident)
        .where(Incident.id == incident_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if incident is None:
        raise NotFound(f"没有事件 {incident_id}；请检查编号（形如 20261121-07）。")
    return incident


def snapshot(incident: Incident) -> dict[str, Any]:
    return {name: getattr(incident, name) for name in TRACKED}


def finish(session: Session, act: Act, action: str, reason: str = "", **more: Any) -> Incident:
    """Write the audit entry with the fields that changed, raise the version, hand the incident back."""
    after = snapshot(act.incident)
    changed = [name for name in TRACKED if after[name] != act.before[name]]
    act.incident.version += 1
    audit.record(
        session, act.now, act.actor.name, action, f"incident:{act.incident.id}",
        {name: act.before[name] for name in changed}, {**{name: after[name] for name in changed}, **more}, reason,
    )  # fmt: skip
    session.flush()
    return act.incident


def conflict_text(session: Session, incident: Incident) -> str:
    """Who was first and what they changed, in one sentence."""
    last = session.scalars(
        select(Audit).where(Audit.subject == f"incident:{incident.id}").order_by(Audit.id.desc()).limit(1)
    ).first()
    if last is None:
        return f"事件 {incident.id} 刚被改动；请刷新后再提交。"
    who = "程序" if last.who == PROGRAM else last.who
    at = last.at.astimezone(SHANGHAI).strftime("%m-%d %H:%M")
    changes = "，".join(
        f"{FIELD_WORDS[name]}改为{STATE_WORDS.get(str(value), value)}"
        for name, value in last.after.items()
        if name in FIELD_WORDS
    )
    return f"{who} 已于 {at} 改动事件 {incident.id}{f'（{changes}）' if changes else ''}；请刷新查看后再决定是否提交。"
