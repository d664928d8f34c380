"""Evidence: what was published or held, when it happened, and the clocks it stops (C5). Nothing else stops one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.acts import DUTY, EVIDENCE, Act, Actor, begin, finish, require, require_reason
from alerts.answers import check_questions, keep_judgements, settle_answers
from alerts.clock import aware, check_evidence
from alerts.errors import WrongFacts, WrongRole
from alerts.owing import STOPPED_BY, clocks_of, refresh
from catalogue.loader import Catalogue
from store.errors import NotFound
from store.model import Incident, Response

OPEN = ("proposed", "acknowledged", "confirmed")
KINDS = {"authoritative_release": "权威信息", "press_conference": "新闻发布会", "answer": "回应"}
DUTY_OF = {"authoritative_release": "R1", "press_conference": "R2", "answer": "R3"}


@dataclass(frozen=True)
class Evidence:
    """What a person records. happened_at: when it was published or began; never in the future. url or
    document_number proves it; place and speaker_post (a post, no name needed) belong to a press conference."""

    kind: str
    happened_at: dt.datetime
    channel: str = ""
    url: str | None = None
    document_number: str | None = None
    place: str | None = None
    speaker_post: str | None = None
    note: str = ""


def record_response(
    session: Session,
    catalogue: Catalogue,
    actor: Actor,
    incident_id: str,
    now: dt.datetime,
    evidence: Evidence,
    *,
    answered: Sequence[int] = (),
    expected_version: int | None = None,
) -> Response:
    """登记回应: stops every clock this kind of act stops: met, met_late, or met though recorded late.

    answered: ids of this incident's questions it answers. A liaison records for its own unit only.
    """
    act = begin(session, actor, incident_id, now, expected_version, OPEN, "登记回应")
    check_may_record(act)
    check_complete(catalogue, evidence, now)
    response = Response(
        incident_id=incident_id, kind=evidence.kind, happened_at=aware(evidence.happened_at, "佐证时间"),
        channel=evidence.channel or KINDS[evidence.kind], url=evidence.url or None,
        document_number=evidence.document_number or None, place=evidence.place or None,
        speaker_post=evidence.speaker_post or None, note=evidence.note[:1000], recorded_at=now,
        recorded_by=actor.name,
    )  # fmt: skip
    session.add(response)
    session.flush()
    check_questions(session, incident_id, answered)
    keep_judgements(session, response.id, answered, "answers", actor.name, now)
    settle_answers(session, incident_id)
    settled = judge_again(session, catalogue, act.incident, response.kind, now, actor.name, "登记回应")
    note_first_response(session, act.incident)
    finish(session, act, "incident.respond", response=response.id, kind=response.kind, clocks=settled)
    return response


def withdraw_response(
    session: Session,
    catalogue: Catalogue,
    actor: Actor,
    response_id: int,
    now: dt.datetime,
    *,
    reason: str,
    expected_version: int | None = None,
) -> Incident:
    """撤回佐证: its clocks reopen with their old deadlines, and its questions are open again (C5)."""
    require(actor, DUTY, "撤回佐证")
    reason = require_reason(reason, "撤回佐证")
    response = session.get(Response, response_id)
    if response is None:
        raise NotFound(f"没有编号为 {response_id} 的回应记录；请刷新页面。")
    states = (*OPEN, "closed")
    act = begin(session, actor, response.incident_id, now, expected_version, states, "撤回佐证")
    if response.withdrawn_at is not None:
        return act.incident
    response.withdrawn_at, response.withdrawn_by, response.withdrawn_reason = now, actor.name, reason
    session.flush()
    settle_answers(session, act.incident.id)
    reopened = judge_again(session, catalogue, act.incident, response.kind, now, actor.name, reason)
    note_first_response(session, act.incident)
    if act.incident.state == "closed" and reopened:
        act.incident.state, act.incident.closed_at = "confirmed", None
    return finish(session, act, "incident.withdraw_response", reason, response=response.id, clocks=reopened)


def check_may_record(act: Act) -> None:
    require(act.actor, EVIDENCE, "登记回应")
    if act.actor.role == "liaison" and (act.actor.unit is None or act.actor.unit != act.incident.unit):
        raise WrongRole(
            f"联络员只能登记本单位的回应，事件 {act.incident.id} 的主责是其他单位；请联系值班员。"
        )


def check_complete(catalogue: Catalogue, evidence: Evidence, now: dt.datetime) -> None:
    """Refuse what does not prove the act, lacks a field of its duty, or lies in the future."""
    if evidence.kind not in KINDS:
        raise WrongFacts(f"回应种类应为 {'、'.join(KINDS)} 之一，现为 {evidence.kind!r}。")
    if evidence.url and not evidence.url.startswith(("http://", "https://")):
        raise WrongFacts("链接应以 http:// 或 https:// 开头；没有链接时请填文号。")
    reference = (evidence.url or evidence.document_number or "").strip()
    fields = {
        "reference": reference, "link": reference, "record": reference, "channel": evidence.channel,
        "place": evidence.place or "", "speaker": evidence.speaker_post or "",
    }  # fmt: skip
    check_evidence(catalogue.duties[DUTY_OF[evidence.kind]], fields, evidence.happened_at, now)


def judge_again(
    session: Session,
    catalogue: Catalogue,
    incident: Incident,
    kind: str,
    now: dt.datetime,
    by: str,
    reason: str,
) -> list[str]:
    """Judge the clocks this kind of evidence touches; the duties whose state changed."""
    changed = []
    for clock in clocks_of(session, incident.id):
        if kind in STOPPED_BY.get(clock.duty, ()):
            before = clock.state
            refresh(session, clock, catalogue.duties[clock.duty], now, by, reason)
            if clock.state != before:
                changed.append(clock.duty)
    return changed


def note_first_response(session: Session, incident: Incident) -> None:
    incident.responded_at = session.scalar(
        select(func.min(Response.happened_at)).where(
            Response.incident_id == incident.id, Response.withdrawn_at.is_(None)
        )
    )
