"""Corrections of fact and of clocks: the time of occurrence (W39), a clock put out of force by a chief."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from alerts.acts import CHIEF, DUTY, Act, Actor, begin, finish, require, require_reason
from alerts.announce import Mark, announce_change
from alerts.clock import aware, start_of
from alerts.duties import moved
from alerts.errors import WrongFacts, WrongState
from alerts.owing import change_state, clocks_of, move_start
from catalogue.duty import Duty
from catalogue.loader import Catalogue
from store.model import Clock, Incident, Milestone

OPEN = ("proposed", "acknowledged", "confirmed")


def correct_occurrence(
    session: Session,
    catalogue: Catalogue,
    actor: Actor,
    incident_id: str,
    now: dt.datetime,
    *,
    occurred_at: dt.datetime,
    reason: str = "",
    expected_version: int | None = None,
) -> Incident:
    """更正发生时间: earlier moves deadlines at once; later needs a chief and a reason (C2). A clock that waited as
    起算待核 begins now. The old deadlines stay readable."""
    require(actor, DUTY, "更正发生时间")
    act = begin(session, actor, incident_id, now, expected_version, OPEN, "更正发生时间")
    if aware(occurred_at, "发生时间") > aware(now, "现在"):
        raise WrongFacts("发生时间晚于现在；请核对日期和时刻。")
    act.incident.occurred_at = occurred_at
    passed: list[Mark] = []
    directions: set[str] = set()
    for clock in clocks_of(session, incident_id):
        if clock.state in ("superseded", "void"):
            continue
        direction, marks = restart(session, catalogue.duties[clock.duty], clock, act, reason)
        directions.add(direction)
        passed += [(clock, mark) for mark in marks]
    if directions - {"same"}:
        word = "顺延" if "later" in directions else "核定" if "begun" in directions else "提前"
        note = f"发生时间核定为 {aware(occurred_at, '发生时间').strftime('%m-%d %H:%M')}，时限已{word}。"
        mark = f"moved-v{act.incident.version}"
        announce_change(session, catalogue, act.incident, "moved", mark, note, passed, now)
    return finish(session, act, "incident.correct_occurrence", reason)


def restart(session: Session, duty: Duty, clock: Clock, act: Act, reason: str) -> tuple[str, list[Milestone]]:
    """Move one clock to its new start; how it moved, and the marks already past."""
    start = start_of(duty, act.incident.occurred_at, act.incident.detected_at)
    if start is None:
        return "same", []
    direction = "begun"
    if clock.started_at is not None:
        direction = moved(
            clock.started_at, start, by=act.actor.name, by_chief=act.actor.role in CHIEF, reason=reason
        ).direction
        if direction == "same":
            return direction, []
    basis = "事件发生" if start == act.incident.occurred_at else "首次发现"
    why = reason or "核定发生时间"
    return direction, move_start(session, clock, duty, start, basis, act.now, act.actor.name, why)


def supersede(
    session: Session,
    actor: Actor,
    incident_id: str,
    now: dt.datetime,
    *,
    duty: str,
    reason: str,
    expected_version: int | None = None,
) -> Incident:
    """Put one clock out of force: a chief's decision with a reason. The clock stays in the ledger."""
    require(actor, CHIEF, "使时限失效")
    reason = require_reason(reason, "使时限失效")
    act = begin(session, actor, incident_id, now, expected_version, OPEN, "使时限失效")
    clock = next((one for one in clocks_of(session, incident_id) if one.duty == duty), None)
    if clock is None or clock.state in ("superseded", "void"):
        raise WrongState(f"事件 {incident_id} 没有运行中的 {duty} 时限；请刷新页面。")
    change_state(session, clock, "superseded", now, actor.name, reason)
    clock.reason = reason
    return finish(session, act, "clock.supersede", reason, duty=duty)
