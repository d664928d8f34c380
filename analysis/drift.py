"""What the model said day by day: share of each answer, how sure it was, how many answers people corrected
(answers people found right are labels too, and no corrections).

A share that moves without a reason in the news, a falling confidence or more corrections are how a model grows old;
`huiying train` takes the corrections in.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from catalogue.settings import settings
from store import switches
from store.counting import BEIJING
from store.model import Drift
from store.session import read_now, transaction

DAYS = 3  # yesterday and the two days before: late documents and corrections still move them
FLAGS = ("service_friction", "sudden_incident")


@dataclass
class Tally:
    """Answers of one model on one day."""

    documents: int = 0
    given: Counter[str] = field(default_factory=Counter)
    sureness: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    corrected: Counter[str] = field(default_factory=Counter)
    heads: set[str] = field(default_factory=set)


def answers(head: str, result: Mapping[str, Any]) -> tuple[list[str], dict[str, float]]:
    """The names a stored score can give, and those it gave with their score."""
    if head == "sentiment":
        scores = result["scores"]
        label = f"sentiment:{result['label']}"
        return [f"sentiment:{name}" for name in scores], {label: float(scores[result["label"]])}
    if head == "category":
        scores = result["scores"]
        return (
            [f"category:{name}" for name in scores],
            {f"category:{name}": float(scores.get(name, 0.5)) for name in result["above"]},
        )
    if head in FLAGS:
        return [head], {head: float(result["score"])} if result["is"] else {}
    return [], {}


def tallied(
    scores: Iterable[tuple[int, str, str, Mapping[str, Any]]], corrected: Iterable[tuple[int, str]]
) -> dict[str, Tally]:
    """Model version → tally. scores: (document, head, model, result); corrected: (document, head) of labels."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    touched = set(corrected)
    for document, head, model, result in scores:
        possible, given = answers(head, result)
        if not possible:
            continue
        tally = tallies[model]
        tally.documents += head == "sentiment"
        tally.heads.update(possible)
        for name, score in given.items():
            tally.given[name] += 1
            tally.sureness[name] += score
        if (document, head) in touched:
            tally.corrected.update(list(given) or possible[:1])
    return dict(tallies)


def drift_rows(day: date, tallies: Mapping[str, Tally]) -> list[dict[str, Any]]:
    """The rows of one day; a head that was never given has share and confidence 0."""
    return [
        {
            "day": day,
            "head": head,
            "model_version": model,
            "documents": tally.documents,
            "share": tally.given[head] / max(1, tally.documents),
            "confidence": tally.sureness[head] / max(1, tally.given[head]),
            "corrections": tally.corrected[head],
        }
        for model, tally in sorted(tallies.items())
        for head in sorted(tally.heads)
    ]


def record_day(session: Session, day: date) -> int:
    """Write one Beijing day from the stored scores; the same rows however often. Answers how many rows."""
    scores = session.execute(
        text(
            "select s.document_id, s.head, s.model_version, s.result from score s join document d"
            " on d.id = s.document_id where d.counted_on = :day and s.head <> 'region'"
        ),
        {"day": day},
    )
    corrected = session.execute(
        text(
            "select distinct l.document_id, l.head from label l join document d on d.id = l.document_id"
            " where d.counted_on = :day and not l.agrees"
        ),
        {"day": day},
    )
    rows = drift_rows(
        day, tallied(((r[0], r[1], r[2], r[3]) for r in scores), ((r[0], r[1]) for r in corrected))
    )
    if rows:
        statement = insert(Drift)
        kept = {
            name: statement.excluded[name] for name in ("documents", "share", "confidence", "corrections")
        }
        session.execute(
            statement.on_conflict_do_update(index_elements=["day", "head", "model_version"], set_=kept), rows
        )
    return len(rows)


def last_days(now: datetime, amount: int = DAYS) -> Sequence[date]:
    """The Beijing days before today, oldest first."""
    today = now.astimezone(BEIJING).date()
    return [today - timedelta(days=back) for back in range(amount, 0, -1)]


def record_drift() -> dict[str, Any]:
    """The job behind the DAG `record_drift`: the last three days, a transaction each. Safe to run again."""
    url = settings().database_url
    with transaction(url) as session:
        days = last_days(read_now(session))
    written = {}
    for day in days:
        with transaction(url) as session:
            written[day.isoformat()] = record_day(session, day)
    with transaction(url) as session:
        switches.beat(session, "record_drift", {"rows": written})
    return written
