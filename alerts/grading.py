"""People's decisions on level and owner: acknowledge, confirm, raise, lower, assign, treat as major."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session

from alerts import recipients
from alerts.acts import CHIEF, DUTY, Act, Actor, begin, finish, require, require_reason
from alerts.announce import announce_change, matter_of
from alerts.duties import LEVELS, check_level
from alerts.errors import WrongFacts
from alerts.levels import named, rank, shown_level
from alerts.owing import begin_owed, clocks_of, owed_by, supersede_unowed
from catalogue.loader import Catalogue
from store.model import Incident

COLOURS = ("红", "橙", "黄", "蓝")
UNTOUCHED = ("proposed", "acknowledged")
OPEN = ("proposed", "acknowledged", "confirmed")
MAJOR_DUTIES = {"R1", "R2"}


def acknowledge(
    session: Session, actor: Actor, incident_id: str, now: dt.datetime, expected_version: int | None = None
) -> Incident:
    """签收: somebody is on it. It stops escalation, never a clock. Again by anybody changes nothing."""
    require(actor, DUTY, "签收")
    act = begin(session, actor, incident_id, now, expected_version, OPEN, "签收")
    if act.incident.acknowledged_at is not None:
        return act.incident
    act.incident.acknowledged_at = now
    act.incident.state = "acknowledged"
    return finish(session, act, "incident.acknowledge")


def confirm(
    session: Session,
    catalogue: Catalogue,
    actor: Actor,
    incident_id: str,
    now: dt.datetime,
    *,
    grade: str,
    is_emergency: bool,
    event_level: str | None = None,
    unit: str | None = None,
    needs_answer: bool = False,
    warning_colour: str | None = None,
    reason: str = "",
    expected_version: int | None = None,
) -> Incident:
    """认定: level, kind and first-responsible unit by a named person; the provisional clocks become final.

    unit None keeps the proposed one. Confirming below the proposal takes provisional R1/R2 out of force, which is a
    chief's decision with a reason; a case that is no case at all is dismissed instead.
    """
    require(actor, DUTY, "认定")
    act = begin(session, actor, incident_id, now, expected_version, UNTOUCHED, "认定")
    check_levels(grade, is_emergency, event_level, warning_colour)
    incident = act.incident
    incident.unit = known_unit(catalogue, unit or incident.unit)
    incident.grade, incident.is_emergency = grade, is_emergency
    incident.event_level, incident.warning_colour = event_level, warning_colour
    incident.needs_answer = needs_answer
    incident.acknowledged_at = incident.acknowledged_at or now
    incident.state, incident.confirmed_at = "confirmed", now
    incident.assigned_at = incident.assigned_at or now
    incident.reported_at = incident.reported_at or now
    take_out_of_force(session, act, "认定为更低的等级", reason)
    settle_level(session, catalogue, act, f"confirmed-v{incident.version}", "已认定", reason, kind="alert")
    return finish(session, act, "incident.confirm", reason)


@dataclass(frozen=True)
class Direction:
    """Raising or lowering. what: its name in words; roles: who may; mark, done: of the notice sent."""

    what: str
    roles: tuple[str, ...]
    mark: str
    done: str
    action: str


RAISE = Direction("升级", DUTY, "raised", "已升级", "incident.raise")
LOWER = Direction("降级", CHIEF, "lowered", "已降级", "incident.lower")


def change_level(
    direction: Direction,
    session: Session,
    catalogue: Catalogue,
    actor: Actor,
    incident_id: str,
    now: dt.datetime,
    *,
    grade: str | None = None,
    is_emergency: bool | None = None,
    event_level: str | None = None,
    reason: str,
    expected_version: int | None = None,
) -> Incident:
    """升级、降级 (C3), everything counted from the original start.

    Raising: R1/R2 may be missed at once; R3 gives way to them. Lowering: clocks no longer owed become superseded and
    stay in the ledger; R3 runs from the original start.
    """
    what = direction.what
    require(actor, direction.roles, what)
    reason = require_reason(reason, what)
    act = begin(session, actor, incident_id, now, expected_version, ("confirmed",), what)
    incident = act.incident
    if direction is LOWER:
        incident.treat_as_major = False
    new_levels(incident, grade, is_emergency, event_level)
    if direction is RAISE and not is_higher(act):
        raise WrongFacts(f"事件 {incident_id} 的新等级不比原来高；降级请用“降级”，须值班长。")
    take_out_of_force(session, act, what, reason)
    mark = f"{direction.mark}-v{incident.version}"
    settle_level(session, catalogue, act, mark, direction.done, reason)
    return finish(session, act, direction.action, reason)


raise_level = partial(change_level, RAISE)
lower_level = partial(change_level, LOWER)


def treat_as_major(
    session: Session,
    catalogue: Catalogue,
    actor: Actor,
    incident_id: str,
    now: dt.datetime,
    *,
    reason: str,
    expected_version: int | None = None,
) -> Incident:
    """按重大突发事件对待: a chief's order; R1 and R2 run from the original start whatever the level is."""
    require(actor, CHIEF, "按重大突发事件对待")
    reason = require_reason(reason, "按重大突发事件对待")
    act = begin(session, actor, incident_id, now, expected_version, OPEN, "按重大突发事件对待")
    act.incident.treat_as_major = True
    take_out_of_force(session, act, "按重大突发事件对待", reason)
    settle_level(session, catalogue, act, f"major-v{act.incident.version}", "按重大突发事件对待", reason)
    return finish(session, act, "incident.treat_as_major", reason)


def assign(
    session: Session,
    catalogue: Catalogue,
    actor: Actor,
    incident_id: str,
    now: dt.datetime,
    *,
    unit: str,
    reason: str = "",
    expected_version: int | None = None,
) -> Incident:
    """交办: name the first-responsible unit; its liaison is told. Changing an owner needs a reason."""
    require(actor, DUTY, "交办")
    act = begin(session, actor, incident_id, now, expected_version, OPEN, "交办")
    incident = act.incident
    if incident.unit not in (None, unit) and incident.assigned_at is not None:
        reason = require_reason(reason, "改派主责单位")
    incident.unit, incident.assigned_at = known_unit(catalogue, unit), now
    note = f"主责单位：{catalogue.units[unit].name}。"
    mark = f"assigned-v{incident.version}"
    announce_change(session, catalogue, incident, "assigned", mark, note, [], now)
    return finish(session, act, "incident.assign", reason)


def check_levels(grade: str, is_emergency: bool, event_level: str | None, colour: str | None) -> None:
    if grade not in LEVELS:
        raise WrongFacts(f"舆情等级应为 {'、'.join(LEVELS)} 之一，现为 {grade!r}。")
    check_level("突发事件等级", event_level)
    if event_level is not None and not is_emergency:
        raise WrongFacts("不是突发事件就没有突发事件等级；请勾选“突发事件”或不选突发事件等级。")
    if colour is not None and colour not in COLOURS:
        raise WrongFacts(f"预警颜色应为 {'、'.join(COLOURS)} 之一，现为 {colour!r}。")


def new_levels(
    incident: Incident, grade: str | None, is_emergency: bool | None, event_level: str | None
) -> None:
    """Take the fields that were given. Naming an event level says that it is a 突发事件."""
    incident.grade = grade or incident.grade
    incident.is_emergency = bool(
        (incident.is_emergency or event_level is not None) if is_emergency is None else is_emergency
    )
    incident.event_level = None if is_emergency is False else event_level or incident.event_level
    check_levels(incident.grade or "", incident.is_emergency, incident.event_level, None)


def is_higher(act: Act) -> bool:
    before, incident = act.before, act.incident
    grade = rank(incident.grade) - rank(before["grade"])
    event = rank(incident.event_level) - rank(before["event_level"])
    if grade > 0 or event > 0:
        return False
    return grade < 0 or event < 0 or bool(incident.is_emergency and not before["is_emergency"])


def known_unit(catalogue: Catalogue, unit: str | None) -> str:
    if unit is None:
        raise WrongFacts("须先指定主责单位；请从单位列表中选一个。")
    if unit not in catalogue.units:
        names = "、".join(sorted(catalogue.units)) or "（目录中还没有单位）"
        raise WrongFacts(f"没有单位 {unit!r}；可用的有：{names}。")
    return unit


def take_out_of_force(session: Session, act: Act, what: str, reason: str) -> None:
    """Supersede what is no longer owed; R1 and R2 only by a chief with a reason."""
    owed = set(owed_by(act.incident))
    gone = {
        clock.duty
        for clock in clocks_of(session, act.incident.id)
        if clock.state not in ("superseded", "void")
    } - owed
    if gone & MAJOR_DUTIES:
        require(act.actor, CHIEF, f"{what}会使 {'、'.join(sorted(gone & MAJOR_DUTIES))} 时限失效，")
        reason = require_reason(reason, what)
    supersede_unowed(session, act.incident, act.now, act.actor.name, f"{what}：{reason}" if reason else what)


def settle_level(
    session: Session, catalogue: Catalogue, act: Act, mark: str, what: str, reason: str, kind: str = "raised"
) -> None:
    """After a level was decided: final clocks, new ones from the original start, and everybody concerned told."""
    incident = act.incident
    if incident.state == "confirmed":
        for clock in clocks_of(session, incident.id):
            clock.provisional = False
    owed = begin_owed(session, catalogue, incident, act.now, act.actor.name, reason)
    note = f"{what}：{named(shown_level(incident))}。"
    leaders = recipients.leaders(catalogue, matter_of(incident))
    announce_change(session, catalogue, incident, kind, mark, note, owed.passed, act.now, also=leaders)
