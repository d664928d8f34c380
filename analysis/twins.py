"""Open incidents that may be one matter, for a person to look at: nothing is joined here.

Their newest texts are compared as `analysis.remerge` compares groups: centres, hours, districts. What a person has
divided (移出、拆分、这篇不是) is not asked again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from analysis.clusters import LONG_LEAD
from analysis.remerge import Whole, is_one, likeness
from analysis.terms import BODY_READ, title_and_lead
from analysis.vocabulary import Vocabulary
from analysis.window import OPEN, WINDOW

INCIDENTS = 20  # newest open ones compared with
TEXTS = 20  # newest of each
NEAR = """
    select id, title, detected_at from incident
    where state = any(:open) and id <> :id and coalesce(last_document_at, detected_at) between :since and :until
    order by coalesce(last_document_at, detected_at) desc, id limit :most
"""
WORDS = """
    select m.incident_id, t.title, left(t.body, :read) as body, r.region, coalesce(d.published_at, d.fetched_at) as at from (
        select incident_id, document_id, row_number() over (partition by incident_id order by document_id desc) as place
        from membership where until is null and incident_id = any(:ids)
    ) m join document d on d.id = m.document_id join reading r on r.document_id = d.id
    join document_text t on t.document_id = d.id and t.fetched_at = d.fetched_at
    where m.place <= :texts order by d.id
"""
DIVIDED = """
    select m.incident_id, j.incident_id from pair_judgement j join membership m on m.document_id = j.document_id
    where j.verdict = 'cannot' and m.until is null and j.incident_id = any(:ids) and m.incident_id = any(:ids)
"""


@dataclass(frozen=True)
class Twin:
    """Another open incident. is_older: found before this one, so this one would go into it; likeness in [0, 1]."""

    id: str
    title: str
    is_older: bool
    likeness: float


def twins_of(
    session: Session, incident_id: str, detected_at: datetime, last_at: datetime, districts: Mapping[str, str]
) -> list[Twin]:
    """Open incidents within 72 hours that may be the same matter, the most alike first; usually none.

    districts: region id → the district it lies in, as `analysis.regions.districts_of` gives it.
    """
    near = session.execute(
        text(NEAR),
        {
            "open": list(OPEN), "id": incident_id, "since": detected_at - WINDOW, "until": last_at + WINDOW,
            "most": INCIDENTS,
        },
    ).all()  # fmt: skip
    if not near:
        return []
    wholes = wholes_of(session, [incident_id, *(row.id for row in near)], districts)
    own = wholes.get(incident_id)
    if own is None:
        return []
    order = (detected_at, incident_id)
    found = [
        Twin(row.id, row.title, (row.detected_at, row.id) < order, round(likeness(own, wholes[row.id]), 3))
        for row in near
        if row.id in wholes and is_one(own, wholes[row.id])
    ]
    return sorted(found, key=lambda one: (-one.likeness, one.id))


def wholes_of(session: Session, ids: Iterable[str], districts: Mapping[str, str]) -> dict[str, Whole]:
    """The incidents as groups of their newest texts; one without texts is left out."""
    names = list(ids)
    rows = session.execute(text(WORDS), {"ids": names, "texts": TEXTS, "read": BODY_READ}).all()
    vocabulary = Vocabulary()
    terms = [title_and_lead(row.title, row.body) for row in rows]
    for title, lead in terms:
        vocabulary.learn([*title, *lead])
    texts = defaultdict(list)
    for row, (title, lead) in zip(rows, terms, strict=True):
        texts[row.incident_id].append((row, vocabulary.vector(title, lead), len(lead) >= LONG_LEAD))
    cannot: dict[str, set[str]] = defaultdict(set)
    for home, refused in session.execute(text(DIVIDED), {"ids": names}):
        cannot[home].add(refused)
    wholes = {}
    for name, members in texts.items():
        total: dict[int, float] = defaultdict(float)
        for _, vector, _ in members:
            for term, weight in vector.pairs():
                total[term] += weight
        moments = [row.at for row, _, _ in members]
        wholes[name] = Whole(
            key=name,
            total=total,
            texts=len(members),
            is_long=2 * sum(is_long for _, _, is_long in members) >= len(members),
            begins=min(moments),
            ends=max(moments),
            districts={districts[row.region] for row, _, _ in members if row.region in districts},
            cannot=cannot[name],
        )
    return wholes
