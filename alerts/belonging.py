"""What people decide about texts and incidents: this one belongs, this one does not, these are a matter of their own.

Their word is kept for ever (`pair_judgement`): a later run of the program neither takes a text back that a person
took out nor takes one away that a person put in. A later word of a person replaces the earlier one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from alerts.acts import DUTY, Act, Actor, begin, finish, hold, require
from alerts.announce import announce_change
from alerts.errors import WrongFacts
from alerts.grading import OPEN
from alerts.incidents import earlier_start
from alerts.membership import current_homes, judge_pairs, move, put
from alerts.questions import drop_asked
from alerts.union import copy_clocks, copy_questions
from catalogue.loader import Catalogue
from store import audit
from store.errors import NotFound
from store.model import Document, Incident, Membership
from store.public_ids import next_incident_id

TITLE_LIMIT = 200


def exclude(
    session: Session,
    actor: Actor,
    incident_id: str,
    now: dt.datetime,
    *,
    document_ids: Sequence[int],
    reason: str = "",
    expected_version: int | None = None,
) -> Incident:
    """移出: these texts do not belong here.

    The level and the clocks of the incident stay: the program never lowers, and a later start is a chief's act.
    """
    require(actor, DUTY, "移出原文")
    act = begin(session, actor, incident_id, now, expected_version, OPEN, "移出原文")
    chosen = leaving(session, act, document_ids)
    judge_pairs(session, incident_id, chosen, "cannot", actor.name, now)
    end(session, incident_id, chosen, now)
    drop_asked(session, incident_id, chosen)
    return finish(session, act, "incident.exclude", reason, documents=chosen)


def transfer(
    session: Session,
    catalogue: Catalogue,
    actor: Actor,
    incident_id: str,
    into_id: str,
    now: dt.datetime,
    *,
    document_ids: Sequence[int],
    reason: str = "",
    expected_version: int | None = None,
) -> Incident:
    """移到另一事件: these texts belong to the other open incident; what they ask goes with them."""
    require(actor, DUTY, "移出原文")
    if into_id == incident_id:
        raise WrongFacts("不能移到原来的事件；请选另一个事件。")
    for name in sorted((incident_id, into_id)):
        hold(session, name)  # always in the same order, so that two people cannot wait for each other
    target = begin(session, actor, into_id, now, None, OPEN, "移入原文")
    act = begin(session, actor, incident_id, now, expected_version, OPEN, "移出原文")
    chosen = leaving(session, act, document_ids)
    move(session, incident_id, into_id, now, actor.name, only=chosen)
    judge_pairs(session, incident_id, chosen, "cannot", actor.name, now)
    copy_questions(session, incident_id, into_id, chosen)
    drop_asked(session, incident_id, chosen)
    note_arrival(session, catalogue, target, chosen)
    finish(session, target, "incident.include", reason, documents=chosen, taken_from=incident_id)
    return finish(session, act, "incident.exclude", reason, documents=chosen, into=into_id)


def leaving(session: Session, act: Act, document_ids: Sequence[int]) -> list[int]:
    """Those of the texts that may be taken out of the incident. Raises WrongFacts when none belongs to it, or when
    an incident the program proposed would be left empty."""
    number = act.incident.id
    chosen = members_among(session, number, document_ids)
    if not chosen:
        raise WrongFacts(f"所选原文都不在事件 {number} 中（可能刚被移出）；请刷新后重选。")
    if act.incident.origin == "program" and len(chosen) == size_of(session, number):
        raise WrongFacts("不能移出全部原文：整件不成立请用“不是事件”，属于另一事件请用“合并”。")
    return chosen


def include(
    session: Session,
    catalogue: Catalogue,
    actor: Actor,
    incident_id: str,
    now: dt.datetime,
    *,
    document_ids: Sequence[int],
    reason: str = "",
    expected_version: int | None = None,
) -> Incident:
    """归入: these texts belong to this incident. Those that belong to another one must be taken out there first.

    A text collected before the incident was detected moves its start and its deadlines earlier at once (C2).
    """
    require(actor, DUTY, "归入原文")
    act = begin(session, actor, incident_id, now, expected_version, OPEN, "归入原文")
    wanted = sorted(set(document_ids))
    known = set(
        session.scalars(select(Document.id).where(Document.id.in_(wanted), Document.folded_into.is_(None)))
    )
    if not wanted or set(wanted) - known:
        missing = "、".join(str(number) for number in wanted if number not in known) or "（未选）"
        raise NotFound(f"没有可归入的原文 {missing}（转载请归入其首发）；请检查编号。")
    elsewhere = {
        number: home for number, home in current_homes(session, wanted).items() if home != incident_id
    }
    if elsewhere:
        number, home = min(elsewhere.items())
        raise WrongFacts(f"原文 {number} 现属事件 {home}；请在那里用“移出”或“移到另一事件”。")
    put(session, incident_id, wanted, now, actor.name)
    note_arrival(session, catalogue, act, wanted)
    return finish(session, act, "incident.include", reason, documents=wanted)


def split(
    session: Session,
    catalogue: Catalogue,
    actor: Actor,
    incident_id: str,
    now: dt.datetime,
    *,
    document_ids: Sequence[int],
    title: str,
    reason: str = "",
    expected_version: int | None = None,
) -> Incident:
    """拆分: those texts become an incident of their own, with their questions and copies of all clocks (C4)."""
    require(actor, DUTY, "拆分事件")
    act = begin(session, actor, incident_id, now, expected_version, OPEN, "拆分")
    members = members_among(session, incident_id, document_ids)
    title = " ".join(title.split())[:TITLE_LIMIT]
    if not members or len(title) < 2:
        raise WrongFacts("拆分须选出本事件的若干原文，并给新事件一个标题（至少两个字）；请补全。")
    if len(members) == size_of(session, incident_id):
        raise WrongFacts("拆分须给原事件留下至少一条原文；请少选几条。")
    new = copy_of(session, act.incident, title, now)
    move(session, incident_id, new.id, now, actor.name, only=members)
    judge_pairs(session, incident_id, members, "cannot", actor.name, now)
    copy_questions(session, incident_id, new.id, members)
    drop_asked(session, incident_id, members)
    copy_clocks(session, catalogue, act.incident, new, now)
    audit.record(
        session, now, actor.name, "incident.split_off", f"incident:{new.id}", None,
        {"taken_from": incident_id, "documents": len(members)}, reason,
    )  # fmt: skip
    finish(session, act, "incident.split", reason, new=new.id, documents=len(members))
    return new


def copy_of(session: Session, old: Incident, title: str, now: dt.datetime) -> Incident:
    """A new incident like the old one: level, unit, times and reasons stay what they were found to be."""
    own = ("id", "title", "version", "proposed_at", "escalated_at", "escalation_step")
    copied = {
        column.name: getattr(old, column.name)
        for column in Incident.__table__.columns
        if column.name not in own
    }
    new = Incident(
        id=next_incident_id(session, now),
        title=title,
        version=1,
        proposed_at=now,
        escalation_step=0,
        **copied,
    )
    session.add(new)
    session.flush()
    return new


def note_arrival(session: Session, catalogue: Catalogue, act: Act, document_ids: Sequence[int]) -> None:
    """What newly belonging texts change: the newest moment, and an earlier start with its deadlines."""
    first, last = session.execute(
        select(
            func.min(Document.fetched_at), func.max(func.coalesce(Document.counted_at, Document.fetched_at))
        ).where(Document.id.in_(document_ids))
    ).one()
    incident = act.incident
    incident.last_document_at = max(last, incident.last_document_at or last)
    owed = earlier_start(session, catalogue, incident, first, act.now)
    if owed.begun:
        announce_change(
            session, catalogue, incident, "moved", f"moved-{incident.detected_at.isoformat()}",
            "归入了更早的文本，时限已相应提前。", owed.passed, act.now,
        )  # fmt: skip


def members_among(session: Session, incident_id: str, document_ids: Iterable[int]) -> list[int]:
    """Those of the texts that belong to the incident now, ascending."""
    found = session.scalars(
        select(Membership.document_id)
        .where(
            Membership.incident_id == incident_id,
            Membership.until.is_(None),
            Membership.document_id.in_(list(document_ids)),
        )
        .order_by(Membership.document_id)
    )
    return list(found)


def size_of(session: Session, incident_id: str) -> int:
    """How many texts belong to the incident now."""
    statement = select(func.count()).where(Membership.incident_id == incident_id, Membership.until.is_(None))
    return session.scalar(statement) or 0


def end(session: Session, incident_id: str, document_ids: Sequence[int], now: dt.datetime) -> None:
    session.execute(
        update(Membership)
        .where(
            Membership.incident_id == incident_id,
            Membership.until.is_(None),
            Membership.document_id.in_(document_ids),
        )
        .values(until=now)
    )
