"""What a mail about an incident says, read from the database as it stands when the mail leaves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.announce import matter_of
from alerts.levels import COLOURS, emergency_of, event_level_of, is_confirmed, named, shown_level
from alerts.messages.words import one_line, safe_url, spoken
from alerts.owing import clocks_of
from alerts.recipients import escalated_to
from alerts.untouched import escalates_at
from analysis.seen import little_words, seen_now
from catalogue.loader import Catalogue
from store.model import Document, DocumentText, Incident, Membership, Question, QuestionDocument, SourceState

SHOWN = 3  # sources, questions, blind spots


@dataclass(frozen=True)
class ClockLine:
    """One clock for people. deadline_at None = 起算待核."""

    duty: str
    name: str
    must: str
    state: str
    deadline_at: dt.datetime | None
    settled_at: dt.datetime | None
    provisional: bool


@dataclass(frozen=True)
class SourceLine:
    publisher: str
    title: str
    url: str | None
    at: dt.datetime


@dataclass(frozen=True)
class Brief:
    """The incident as one mail tells it. Texts are cut; internal items are only counted."""

    id: str
    level: str
    level_text: str
    level_kind: str
    is_confirmed: bool
    is_acknowledged: bool
    title: str
    categories: str
    region: str
    unit: str
    reasons: tuple[str, ...]
    asked: tuple[str, ...]
    clocks: tuple[ClockLine, ...]
    sources: tuple[SourceLine, ...]
    public: int
    copies: int
    internal: int
    little_seen: str
    blind_spots: tuple[str, ...]
    occurred_at: dt.datetime | None
    detected_at: dt.datetime
    confirmed_at: dt.datetime | None
    if_untouched: str


def load_brief(session: Session, catalogue: Catalogue, incident: Incident, now: dt.datetime) -> Brief:
    level = shown_level(incident)
    counts = member_counts(session, incident.id)
    unit = catalogue.units.get(incident.unit) if incident.unit else None
    region = catalogue.regions.get(incident.region) if incident.region else None
    names = [catalogue.categories[c].name for c in incident.categories if c in catalogue.categories]
    return Brief(
        id=incident.id,
        level=level,
        level_text=f"{named(level)}（{COLOURS[level]}）",
        level_kind="突发事件等级" if emergency_of(incident) and event_level_of(incident) else "舆情等级",
        is_confirmed=is_confirmed(incident),
        is_acknowledged=incident.acknowledged_at is not None,
        title=shown_title(session, incident, names),
        categories="、".join(names) or "领域待定",
        region=region.name
        if region is not None
        else (catalogue.office.name if catalogue.office else "属地待定"),
        unit=f"{unit.name}（{unit.liaison}）" if unit is not None else "尚未指定，请交办",
        reasons=tuple(one_line(str(reason["text"])) for reason in incident.reasons),
        asked=questions(session, incident.id),
        clocks=clock_lines(session, catalogue, incident.id),
        sources=source_lines(session, catalogue, incident.id),
        public=counts[0],
        copies=counts[1],
        internal=counts[2],
        little_seen=little_words(seen_now(session, catalogue, now), catalogue, None),
        blind_spots=blind_spots(session, catalogue, now),
        occurred_at=incident.occurred_at,
        detected_at=incident.detected_at,
        confirmed_at=incident.confirmed_at,
        if_untouched=if_untouched(catalogue, incident),
    )


def member_counts(session: Session, incident_id: str) -> tuple[int, int, int]:
    """Public texts, their reprints, internal items."""
    row = session.execute(
        select(
            func.count().filter(Document.visibility == "public"),
            func.coalesce(func.sum(Document.copies).filter(Document.visibility == "public"), 0),
            func.count().filter(Document.visibility == "internal"),
        )
        .select_from(Document)
        .join(Membership, Membership.document_id == Document.id)
        .where(Membership.incident_id == incident_id, Membership.until.is_(None))
    ).one()
    return int(row[0]), int(row[1]), int(row[2])


def shown_title(session: Session, incident: Incident, category_names: list[str]) -> str:
    """The title, unless it is the words of an internal item: those are never quoted in a mail."""
    if incident.origin == "program":
        seen = set(
            session.scalars(
                select(Document.visibility)
                .join(Membership, Membership.document_id == Document.id)
                .join(DocumentText, DocumentText.document_id == Document.id)
                .where(
                    Membership.incident_id == incident.id,
                    Membership.until.is_(None),
                    DocumentText.title == incident.title,
                )
            )
        )
        only_internal = member_counts(session, incident.id)[0] == 0 and not seen
        if seen == {"internal"} or only_internal:
            return f"热线和信箱集中反映{'、'.join(category_names) or '的'}问题"
    return one_line(incident.title)


def questions(session: Session, incident_id: str) -> tuple[str, ...]:
    """The open questions asked most, from public texts."""
    asked = func.count(Document.id)
    rows = session.execute(
        select(Question.text, asked)
        .join(QuestionDocument, QuestionDocument.question_id == Question.id)
        .join(Document, Document.id == QuestionDocument.document_id)
        .where(
            Question.incident_id == incident_id,
            Question.answered_by.is_(None),
            Document.visibility == "public",
            Document.id.in_(
                select(Membership.document_id).where(
                    Membership.incident_id == incident_id, Membership.until.is_(None)
                )
            ),
        )
        .group_by(Question.id)
        .order_by(asked.desc(), Question.id)
        .limit(SHOWN)
    )
    return tuple(one_line(row[0], 60) for row in rows)


def clock_lines(session: Session, catalogue: Catalogue, incident_id: str) -> tuple[ClockLine, ...]:
    return tuple(
        ClockLine(
            clock.duty, catalogue.duties[clock.duty].name, catalogue.duties[clock.duty].must, clock.state,
            clock.deadline_at, clock.settled_at, clock.provisional,
        )
        for clock in clocks_of(session, incident_id)
        if clock.state not in ("superseded", "void")
    )  # fmt: skip


def source_lines(session: Session, catalogue: Catalogue, incident_id: str) -> tuple[SourceLine, ...]:
    """Up to three public first publications: news and government first, then the most reprinted, then the oldest."""
    at = func.coalesce(Document.published_at, Document.fetched_at)
    rows = session.execute(
        select(Document.source, DocumentText.title, Document.url, at)
        .join(Membership, Membership.document_id == Document.id)
        .join(DocumentText, DocumentText.document_id == Document.id)
        .where(
            Membership.incident_id == incident_id, Membership.until.is_(None), Document.visibility == "public"
        )
        .order_by(
            Document.channel.in_(("news", "government")).desc(), Document.copies.desc(), at, Document.id
        )
        .limit(SHOWN)
    )
    return tuple(
        SourceLine(publisher(catalogue, source), one_line(title), safe_url(url), moment)
        for source, title, url, moment in rows
    )


def publisher(catalogue: Catalogue, source: str) -> str:
    return catalogue.sources[source].publisher if source in catalogue.sources else source


def blind_spots(session: Session, catalogue: Catalogue, now: dt.datetime) -> tuple[str, ...]:
    """Watched sources that are silent right now, so that few texts are not read as little concern."""
    states = {state.source: state for state in session.scalars(select(SourceState))}
    silent = []
    for source in catalogue.enabled_sources():
        if source.kind == "file":
            continue  # imports come when somebody brings a file
        state = states.get(source.name)
        last = state.last_success_at if state is not None else None
        patience = dt.timedelta(seconds=max(2 * source.longest_seconds, 1800))
        if last is None:
            silent.append(f"{one_line(source.publisher, 30)}（尚未采到）")
        elif now - last > patience:
            silent.append(f"{one_line(source.publisher, 30)}（停在 {spoken(last)}）")
    return tuple(silent)


def if_untouched(catalogue: Catalogue, incident: Incident) -> str:
    """What happens when nobody acknowledges, as a sentence; empty once somebody did."""
    if incident.acknowledged_at is not None:
        return ""
    following = escalated_to(catalogue, matter_of(incident), incident.proposed_at, incident.escalation_step)
    at = spoken(escalates_at(incident))
    if following is None:
        return "值班链已全部告知，仍未签收，请立即电话联系值班室。"
    return f"{at} 前无人签收，将转告{following.name}。"
