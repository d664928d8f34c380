"""The life of the file itself: created by hand, dismissed, merged, closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.acts import CHIEF, DUTY, Act, Actor, begin, finish, hold, require, require_reason, snapshot
from alerts.announce import announce_proposal
from alerts.answers import settle_answers
from alerts.clock import aware
from alerts.errors import WrongFacts, WrongState
from alerts.evidence import note_first_response
from alerts.grading import OPEN, check_levels, known_unit
from alerts.levels import higher
from alerts.membership import inherit_refusals, move
from alerts.owing import begin_owed, change_state, clocks_of, restart_earlier
from alerts.union import move_questions, move_responses, unite_clocks
from alerts.units import responsible_unit
from catalogue.loader import Catalogue
from store import catalogue_versions
from store.model import DISMISSALS, Incident, Response
from store.public_ids import next_incident_id


def create_by_hand(
    session: Session,
    catalogue: Catalogue,
    actor: Actor,
    now: dt.datetime,
    *,
    title: str,
    grade: str,
    is_emergency: bool = False,
    event_level: str | None = None,
    categories: Sequence[str] = (),
    region: str | None = None,
    unit: str | None = None,
    occurred_at: dt.datetime | None = None,
    detected_at: dt.datetime | None = None,
    summary: str = "",
) -> Incident:
    """新建事件 (a phone call at 03:00): acknowledged by whoever writes it, its clocks provisional until confirmed."""
    require(actor, DUTY, "新建事件")
    check_levels(grade, is_emergency, event_level, None)
    title = " ".join(title.split())[:200]
    if len(title) < 2:
        raise WrongFacts("事件须有标题（至少两个字）；请填写。")
    for moment in (occurred_at, detected_at):
        if moment is not None and aware(moment, "时间") > aware(now, "现在"):
            raise WrongFacts("发生或发现时间晚于现在；请核对日期和时刻。")
    catalogue_versions.keep(session, catalogue, now)
    owner = responsible_unit(catalogue, region, categories, f"{title} {summary}")
    incident = Incident(
        id=next_incident_id(session, now), title=title, state="acknowledged", origin="person",
        proposed_grade=grade, proposed_emergency=is_emergency, proposed_event_level=event_level,
        categories=list(categories), region=region,
        unit=known_unit(catalogue, unit) if unit else (owner.id if owner else None),
        occurred_at=occurred_at, detected_at=detected_at or now, proposed_at=now, acknowledged_at=now,
        reasons=[], summary=summary[:500], key_terms=[], catalogue_version=catalogue.version, version=0,
        escalation_step=0, needs_answer=False, treat_as_major=False,
    )  # fmt: skip
    session.add(incident)
    session.flush()
    owed = begin_owed(session, catalogue, incident, now)
    announce_proposal(session, catalogue, incident, owed.passed, now)
    act = Act(incident, actor, now, dict.fromkeys(snapshot(incident)))
    return finish(session, act, "incident.create")


def dismiss(
    session: Session,
    actor: Actor,
    incident_id: str,
    now: dt.datetime,
    *,
    dismissal: str,
    note: str = "",
    expected_version: int | None = None,
) -> Incident:
    """不是事件: duplicate, old_news, misjudged or not_local. Its clocks become void: kept, outside all figures."""
    require(actor, DUTY, "排除事件")
    if dismissal not in DISMISSALS:
        words = "、".join(f"{key}（{word}）" for key, word in DISMISSALS.items())
        raise WrongFacts(f"排除须选一个理由：{words}；现为 {dismissal!r}。")
    act = begin(session, actor, incident_id, now, expected_version, OPEN, "排除")
    if act.incident.state == "confirmed":
        require(actor, CHIEF, "排除已认定的事件")
        require_reason(note, "排除已认定的事件")
    act.incident.state, act.incident.dismissal = "dismissed", dismissal
    act.incident.acknowledged_at = act.incident.acknowledged_at or now
    act.incident.closed_at = now
    for clock in clocks_of(session, incident_id):
        change_state(session, clock, "void", now, actor.name, DISMISSALS[dismissal])
        clock.reason = DISMISSALS[dismissal]
    return finish(session, act, "incident.dismiss", note, dismissal=dismissal)


def merge(
    session: Session,
    catalogue: Catalogue,
    actor: Actor,
    incident_id: str,
    into_id: str,
    now: dt.datetime,
    *,
    expected_version: int | None = None,
) -> Incident:
    """并入: documents, questions and evidence go over; each rule keeps its earliest start, no clock is lost (C4)."""
    require(actor, DUTY, "合并事件")
    if incident_id == into_id:
        raise WrongFacts("不能把事件并入它自己；请选另一个事件。")
    for name in sorted((incident_id, into_id)):
        hold(session, name)  # always in the same order, so that two merges cannot wait for each other
    target = begin(session, actor, into_id, now, None, OPEN, "并入其他事件")
    act = begin(session, actor, incident_id, now, expected_version, OPEN, "合并")
    gone, kept = act.incident, target.incident
    take_higher(gone, kept)
    kept.detected_at = min(gone.detected_at, kept.detected_at)
    kept.occurred_at = min((m for m in (gone.occurred_at, kept.occurred_at) if m is not None), default=None)
    kept.categories = list(dict.fromkeys([*kept.categories, *gone.categories]))
    kept.last_document_at = max(
        (m for m in (gone.last_document_at, kept.last_document_at) if m is not None), default=None
    )
    move(session, incident_id, into_id, now, actor.name)
    inherit_refusals(session, incident_id, into_id)
    move_questions(session, incident_id, into_id)
    move_responses(session, incident_id, into_id)
    settle_answers(session, into_id)
    unite_clocks(session, catalogue, gone, kept, now, actor.name)
    restart_earlier(session, catalogue, kept, now, actor.name, f"并入 {incident_id}")
    begin_owed(session, catalogue, kept, now, actor.name, f"并入 {incident_id}")
    note_first_response(session, kept)
    gone.state, gone.merged_into, gone.closed_at = "merged", into_id, now
    finish(session, target, "incident.absorb", merged=incident_id)
    return finish(session, act, "incident.merge", into=into_id)


def take_higher(gone: Incident, kept: Incident) -> None:
    """The more serious level of both, proposed and confirmed alike."""
    kept.proposed_grade = higher(gone.proposed_grade, kept.proposed_grade) or kept.proposed_grade
    kept.proposed_emergency = kept.proposed_emergency or gone.proposed_emergency
    kept.proposed_event_level = higher(gone.proposed_event_level, kept.proposed_event_level)
    kept.treat_as_major = kept.treat_as_major or gone.treat_as_major
    kept.needs_answer = kept.needs_answer or gone.needs_answer
    if kept.grade is not None and gone.grade is not None:
        kept.grade = higher(gone.grade, kept.grade)
        kept.is_emergency = bool(kept.is_emergency or gone.is_emergency)
        kept.event_level = higher(gone.event_level, kept.event_level)


def close(
    session: Session,
    actor: Actor,
    incident_id: str,
    now: dt.datetime,
    *,
    no_response_reason: str = "",
    expected_version: int | None = None,
) -> Incident:
    """办结: after a response, or with a chief's signed reason why none is needed. No clock is left ticking unseen."""
    require(actor, DUTY, "办结")
    act = begin(session, actor, incident_id, now, expected_version, ("confirmed",), "办结")
    answered = session.scalar(
        select(Response.id)
        .where(Response.incident_id == incident_id, Response.withdrawn_at.is_(None))
        .limit(1)
    )
    ticking = [clock for clock in clocks_of(session, incident_id) if clock.state in ("running", "missed")]
    if answered is None or ticking:
        left = "、".join(clock.duty for clock in ticking) or "没有回应记录"
        if not no_response_reason.strip():
            raise WrongState(
                f"事件 {incident_id} 还不能办结（{left}）；请先登记回应，或由值班长写明不再回应的理由。"
            )
        require(actor, CHIEF, "不再回应而办结")
        reason = require_reason(no_response_reason, "不再回应而办结")
        for clock in ticking:
            change_state(session, clock, "superseded", now, actor.name, reason)
            clock.reason = reason
        act.incident.closing_reason = reason
    act.incident.state, act.incident.closed_at = "closed", now
    return finish(session, act, "incident.close", no_response_reason)
