"""Which documents belong to an incident."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import exists, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store.audit import PROGRAM
from store.model import Membership, PairJudgement


def current_homes(session: Session, document_ids: Sequence[int]) -> dict[int, str]:
    """Document → the incident it belongs to now."""
    rows = session.execute(
        select(Membership.document_id, Membership.incident_id).where(
            Membership.document_id.in_(document_ids), Membership.until.is_(None)
        )
    )
    return dict(rows.all())


def join(
    session: Session, incident_id: str, document_ids: Iterable[int], now: dt.datetime, by: str = PROGRAM
) -> int:
    """Let documents belong to the incident; those that belong somewhere, or that a person ruled out, stay away."""
    wanted = list(dict.fromkeys(document_ids))
    if not wanted:
        return 0
    refused = set(
        session.scalars(
            select(PairJudgement.document_id).where(
                PairJudgement.incident_id == incident_id,
                PairJudgement.verdict == "cannot",
                PairJudgement.document_id.in_(wanted),
            )
        )
    )
    rows = [
        {"incident_id": incident_id, "document_id": number, "since": now, "by": by}
        for number in wanted
        if number not in refused
    ]
    if not rows:
        return 0
    statement = insert(Membership).on_conflict_do_nothing().returning(Membership.id)
    return len(session.scalars(statement, rows).all())


def move(
    session: Session,
    from_id: str,
    into_id: str,
    now: dt.datetime,
    by: str,
    only: Sequence[int] | None = None,
) -> list[int]:
    """End memberships of one incident and begin them in another; a person's word, kept as must-link."""
    ending = update(Membership).where(Membership.incident_id == from_id, Membership.until.is_(None))
    if only is not None:
        ending = ending.where(Membership.document_id.in_(only))
    moved = list(session.scalars(ending.values(until=now).returning(Membership.document_id)))
    put(session, into_id, moved, now, by)
    return moved


def put(session: Session, incident_id: str, document_ids: Sequence[int], now: dt.datetime, by: str) -> None:
    """A person's word that documents belong: it replaces an earlier “not this”, so it is written before they join."""
    if document_ids:
        judge_pairs(session, incident_id, document_ids, "must", by, now)
        join(session, incident_id, document_ids, now, by)


def inherit_refusals(session: Session, gone_id: str, kept_id: str) -> None:
    """What a person took out of an incident stays out of the one it was merged into, unless it belongs there."""
    belongs = exists().where(
        Membership.document_id == PairJudgement.document_id,
        Membership.incident_id == kept_id,
        Membership.until.is_(None),
    )
    refused = select(
        PairJudgement.document_id, literal(kept_id), PairJudgement.verdict, PairJudgement.by, PairJudgement.at
    ).where(PairJudgement.incident_id == gone_id, PairJudgement.verdict == "cannot", ~belongs)
    columns = ["document_id", "incident_id", "verdict", "by", "at"]
    session.execute(insert(PairJudgement).from_select(columns, refused).on_conflict_do_nothing())


def judge_pairs(
    session: Session, incident_id: str, document_ids: Iterable[int], verdict: str, by: str, now: dt.datetime
) -> None:
    """Keep a person's word on documents and an incident: `must` belong, or `cannot`."""
    rows = [
        {"document_id": number, "incident_id": incident_id, "verdict": verdict, "by": by, "at": now}
        for number in document_ids
    ]
    statement = insert(PairJudgement)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["document_id", "incident_id"],
            set_={
                "verdict": statement.excluded.verdict,
                "by": statement.excluded.by,
                "at": statement.excluded.at,
            },
        ),
        rows,
    )
