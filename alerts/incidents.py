"""Incidents opened and kept up to date from proposals: row, documents, questions, clocks, mails, all in one go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from alerts.announce import Mark, announce_change, announce_proposal
from alerts.levels import higher, is_confirmed, named, rank
from alerts.membership import current_homes, join
from alerts.owing import Owed, begin_owed, restart_earlier
from alerts.questions import note_questions
from alerts.units import responsible_unit
from analysis.proposal import Proposal
from catalogue.loader import Catalogue
from store import audit, catalogue_versions
from store.audit import PROGRAM
from store.model import Audit, Incident
from store.public_ids import next_incident_id

OPEN = ("proposed", "acknowledged", "confirmed")
TITLE_LIMIT = 200


@dataclass
class OpenResult:
    """Ids of incidents opened, brought up to date and raised; joined = documents that found their incident;
    notifications = messages queued; unheard = incidents nobody could be told of (no recipients yet)."""

    opened: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)
    joined: int = 0
    notifications: list[int] = field(default_factory=list)
    unheard: list[str] = field(default_factory=list)


def open_incidents(
    session: Session, catalogue: Catalogue, proposals: Iterable[Proposal], now: dt.datetime
) -> OpenResult:
    """Write what analysis proposes, in the caller's transaction. The same proposals again change nothing."""
    session.execute(text("select pg_advisory_xact_lock(4851004)"))  # one opener at a time
    catalogue_versions.keep(session, catalogue, now)
    result = OpenResult()
    for proposal in proposals:
        incident = find_home(session, proposal)
        if incident is None:
            open_one(session, catalogue, proposal, now, result)
        else:
            update_one(session, catalogue, incident, proposal, now, result)
    session.flush()
    return result


def find_home(session: Session, proposal: Proposal) -> Incident | None:
    """The incident this proposal is about: the one it names, else the one its documents already belong to."""
    name = proposal.incident_id
    if name is None:
        homes = current_homes(session, proposal.new_document_ids)
        name = next(iter(homes.values()), None)
    while name is not None:
        incident = session.scalars(
            select(Incident)
            .where(Incident.id == name)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()
        if incident.merged_into is None:
            return incident
        name = incident.merged_into
    return None


def open_one(
    session: Session, catalogue: Catalogue, proposal: Proposal, now: dt.datetime, result: OpenResult
) -> None:
    unit = responsible_unit(catalogue, proposal.region, proposal.categories, words_of(proposal))
    incident = Incident(
        id=next_incident_id(session, now), title=proposal.title[:TITLE_LIMIT], state="proposed", origin="program",
        proposed_grade=proposal.grade, proposed_emergency=proposal.is_emergency,
        proposed_event_level=proposal.event_level, categories=list(proposal.categories), region=proposal.region,
        unit=unit.id if unit is not None else None, detected_at=proposal.detected_at, proposed_at=now,
        came_back_from=proposal.came_back_from, reasons=[reason.as_json() for reason in proposal.reasons],
        summary=proposal.summary, key_terms=list(proposal.key_terms),
        last_document_at=proposal.last_document_at, catalogue_version=catalogue.version,
        version=1, escalation_step=0, needs_answer=False, treat_as_major=False,
    )  # fmt: skip
    session.add(incident)
    session.flush()
    result.joined += join(session, incident.id, proposal.new_document_ids, now)
    note_questions(session, incident.id, proposal.questions)
    owed = begin_owed(session, catalogue, incident, now)
    after = {
        "grade": proposal.grade, "emergency": proposal.is_emergency, "event_level": proposal.event_level,
        "unit": incident.unit,
    }  # fmt: skip
    audit.record(session, now, PROGRAM, "incident.propose", f"incident:{incident.id}", None, after)
    result.opened.append(incident.id)
    queued = announce_proposal(session, catalogue, incident, owed.passed, now)
    result.notifications += queued
    if not queued:
        result.unheard.append(incident.id)


def words_of(proposal: Proposal) -> str:
    asked = (question.text for question in proposal.questions)
    return " ".join((proposal.title, proposal.summary, *proposal.key_terms, *asked))


def update_one(
    session: Session,
    catalogue: Catalogue,
    incident: Incident,
    proposal: Proposal,
    now: dt.datetime,
    result: OpenResult,
) -> None:
    """New documents join; a higher level is proposed at once (C3), an earlier start moves deadlines at once (C2)."""
    joined = join(session, incident.id, proposal.new_document_ids, now)
    result.joined += joined
    note_questions(session, incident.id, proposal.questions)
    incident.last_document_at = max(
        proposal.last_document_at, incident.last_document_at or proposal.last_document_at
    )
    if incident.state not in OPEN:
        return  # closed or dismissed: the documents have their place, nobody is woken
    if joined:
        incident.summary = proposal.summary or incident.summary
        incident.key_terms = list(proposal.key_terms) or incident.key_terms
        better_title(session, incident, proposal.title, now)
    result.updated.append(incident.id)
    owed = earlier_start(session, catalogue, incident, proposal.detected_at, now)
    before = (incident.proposed_grade, incident.proposed_emergency, incident.proposed_event_level)
    take_levels(incident, proposal)
    after = (incident.proposed_grade, incident.proposed_emergency, incident.proposed_event_level)
    moved = bool(owed.begun)
    new = begin_owed(session, catalogue, incident, now)
    if is_raised(before, after):
        note_raise(session, catalogue, incident, before, after, [*owed.passed, *new.passed], now, result)
    elif moved or new.begun:
        result.notifications += announce_change(
            session, catalogue, incident, "moved", f"moved-{incident.detected_at.isoformat()}",
            "发现了更早的文本，时限已相应提前。", [*owed.passed, *new.passed], now,
        )  # fmt: skip


def better_title(session: Session, incident: Incident, title: str, now: dt.datetime) -> None:
    """Take over a title that says what happened, while the incident is proposed and no person has touched it."""
    title = title[:TITLE_LIMIT]
    if incident.state != "proposed" or title == incident.title:
        return
    subject = f"incident:{incident.id}"
    touched = select(Audit.id).where(Audit.subject == subject, Audit.who != PROGRAM).limit(1)
    if session.scalar(touched) is not None:
        return
    audit.record(session, now, PROGRAM, "incident.better_title", subject, {"version": incident.version}, {})
    incident.title = title
    incident.version += 1


def earlier_start(
    session: Session, catalogue: Catalogue, incident: Incident, detected_at: dt.datetime, now: dt.datetime
) -> Owed:
    if detected_at >= incident.detected_at:
        return Owed()
    before, incident.detected_at = incident.detected_at, detected_at
    audit.record(
        session, now, PROGRAM, "incident.detected_earlier", f"incident:{incident.id}",
        {"detected_at": before}, {"detected_at": detected_at},
    )  # fmt: skip
    return restart_earlier(session, catalogue, incident, now, PROGRAM, "收到更早的文本")


def take_levels(incident: Incident, proposal: Proposal) -> None:
    """Take over each proposed level that is not lower than the one before, with its reasons.

    The program never lowers by itself: a lull in the numbers must not take a clock away.
    """
    kept = {
        "grade": rank(proposal.grade) > rank(incident.proposed_grade),
        "emergency": incident.proposed_emergency and not proposal.is_emergency,
        "event_level": rank(proposal.event_level) > rank(incident.proposed_event_level),
    }
    incident.reasons = [
        *(reason.as_json() for reason in proposal.reasons if not kept[reason.target]),
        *(old for old in incident.reasons if kept[old["target"]]),
    ]
    incident.proposed_grade = higher(proposal.grade, incident.proposed_grade) or proposal.grade
    incident.proposed_emergency = incident.proposed_emergency or proposal.is_emergency
    incident.proposed_event_level = higher(proposal.event_level, incident.proposed_event_level)


Levels = tuple[str, bool, str | None]


def is_raised(before: Levels, after: Levels) -> bool:
    return (
        rank(after[0]) < rank(before[0]) or (after[1] and not before[1]) or rank(after[2]) < rank(before[2])
    )


def note_raise(
    session: Session,
    catalogue: Catalogue,
    incident: Incident,
    before: Levels,
    after: Levels,
    passed: Sequence[Mark],
    now: dt.datetime,
    result: OpenResult,
) -> None:
    """The proposal rose: told at once. What a person confirmed stands until a person raises it."""
    keys = ("proposed_grade", "proposed_emergency", "proposed_event_level")
    audit.record(
        session, now, PROGRAM, "incident.propose_higher", f"incident:{incident.id}",
        dict(zip(keys, before, strict=True)), dict(zip(keys, after, strict=True)),
    )  # fmt: skip
    incident.version += 1
    level = higher(after[2], after[0]) or after[0]
    note = f"程序建议升为{named(level)}。"
    if is_confirmed(incident):
        note += "已认定的等级不变，请研判是否调整。"
    mark = f"raised-{after[0]}-{int(after[1])}-{after[2] or 0}"
    result.raised.append(incident.id)
    result.notifications += announce_change(session, catalogue, incident, "raised", mark, note, passed, now)


def repair(session: Session, catalogue: Catalogue, now: dt.datetime) -> list[str]:
    """Give every open incident the clocks it owes and lacks; the ids of those that lacked one."""
    repaired = []
    rows = session.scalars(
        select(Incident)
        .where(Incident.state.in_(OPEN))
        .order_by(Incident.id)
        .with_for_update(skip_locked=True)
    ).all()
    for incident in rows:
        owed = begin_owed(session, catalogue, incident, now)
        if owed.begun:
            repaired.append(incident.id)
            announce_proposal(session, catalogue, incident, owed.passed, now)
            subject = f"incident:{incident.id}"
            audit.record(
                session, now, PROGRAM, "clock.repair", subject, None, {"duties": [c.duty for c in owed.begun]}
            )
    return repaired
