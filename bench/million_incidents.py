"""Three months of incidents over a large number of documents: a few open, most closed, one of them large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from alerts import decisions
from alerts.decisions import Actor, Evidence
from alerts.incidents import open_incidents
from analysis.proposal import Asked, Proposal, Reason
from catalogue.loader import Catalogue
from store.session import transaction

CHIEF = Actor("bench", "chief")
LARGEST = "最大的一件"
CLOSED = 90
QUESTIONS = 10
WHY = Reason("bench", "测量", "grade", "III", False, {"hour_count": 30.0}, {"hour_count": ">= 1"}, "测量用")
FREE = (
    "select d.document_id from document_category d where d.category = :category and d.counted_at >= :begins"
    " and not exists (select from membership m where m.document_id = d.document_id and m.until is null)"
    " order by d.counted_at limit :size"
)


@dataclass(frozen=True)
class Planned:
    title: str
    category: str
    hours_ago: float
    size: int
    is_over: bool


def planned(catalogue: Catalogue) -> list[Planned]:
    """Open ones of 5,000, 500, 100 and 20 texts within three days; a closed one of 200 for each past day."""
    names = list(catalogue.categories)
    past = [
        Planned(f"往日的第{day}件", names[day % len(names)], 24.0 * (CLOSED - day) + 80, 200, True)
        for day in range(CLOSED)
    ]
    recent = [
        Planned(LARGEST, names[0], 72, 5_000, False),
        Planned("较大的一件", names[1], 30, 500, False),
        Planned("平常的一件", names[2], 20, 100, False),
        Planned("很小的一件", names[3], 5, 20, False),
    ]
    return [*past, *recent]


def fill_incidents(url: str, catalogue: Catalogue, now: datetime) -> None:
    """Opened, decided and closed by the program's own acts, each in the time it belongs to."""
    unit = next(iter(sorted(catalogue.units)))
    for one in planned(catalogue):
        begins = now - timedelta(hours=one.hours_ago)
        with transaction(url) as session:
            wanted = {"category": one.category, "begins": begins, "size": one.size}
            ids = session.execute(text(FREE), wanted).scalars().all()
            at = begins + timedelta(hours=1)
            number = open_incidents(session, catalogue, [proposal(one, ids, begins, now)], at).opened[0]
            if one.is_over:
                confirm_at = at + timedelta(hours=1)
                decisions.confirm(
                    session, catalogue, CHIEF, number, confirm_at, grade="III", is_emergency=False, unit=unit
                )
                answer = Evidence("answer", at + timedelta(hours=2), "12345 热线", None, "答复")
                decisions.record_response(session, catalogue, CHIEF, number, at + timedelta(hours=3), answer)
                decisions.close(session, CHIEF, number, at + timedelta(hours=4))


def proposal(one: Planned, ids: Sequence[int], begins: datetime, now: datetime) -> Proposal:
    """Every tenth text asks each of the questions."""
    asked = tuple(
        Asked(f"{one.title}的第{place}个问题什么时候答复", tuple(ids[place::10]), begins)
        for place in range(QUESTIONS)
    )
    return Proposal(
        None, tuple(ids), one.title, (one.category,), None, begins, begins, now, "III", False, None, (WHY,), asked,
        summary="测量用",
    )  # fmt: skip
