"""From the documents of the last days to proposals: which matters are incidents, how serious, and why.

A plain request is grade IV and no incident. A matter is proposed when a rule says it must be raised, when it
leaves the usual of its categories (at least five first publications that concern people, from two sources or
written by people themselves).
Nothing is written here but the mark that a document was looked at; it is written in the caller's transaction,
together with the incidents, or not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from analysis.asking import group_questions
from analysis.bursts import QUIETEST, Burst, share_shift
from analysis.clusters import Clusterer, Item, Settings
from analysis.facts import earliest_occurrence
from analysis.followups import struck
from analysis.grades import grade_from_reasons, rank, reasons_for
from analysis.grounds import grounds_of
from analysis.matter import Matter, is_incident, is_worth, may_burst_in_a_series
from analysis.measure import burst_of, categories_of, metrics_of, region_of
from analysis.proposal import Asked, Proposal, Reason
from analysis.regions import districts_of
from analysis.series_bursts import SERIES_RULE, SeriesBurst, series_burst
from analysis.slow import SlowConcern, slow_concerns
from analysis.slow_window import load_past
from analysis.uniting import united
from analysis.window import (
    REMEMBERED,
    WINDOW,
    History,
    Known,
    Looked,
    Seen,
    StoredHistory,
    has_new,
    look,
    mark_looked_at,
)
from analysis.wording import key_terms_of, names_event, speakers, summary_of, title_of
from catalogue.loader import Catalogue
from catalogue.source import CHANNELS

QUESTIONS = 15


def propose(session: Session, catalogue: Catalogue, now: datetime) -> list[Proposal]:
    """Incidents to open and open incidents that grew, most serious first. The same data, the same proposals."""
    if not has_new(session):
        return []
    looked = replace(look(session, now), past=load_past(session, now))
    proposals = proposals_of(looked, StoredHistory(session), catalogue, now)
    mark_looked_at(session, looked.documents.values(), now)
    return proposals


def proposals_of(looked: Looked, history: History, catalogue: Catalogue, now: datetime) -> list[Proposal]:
    """What is to be opened or brought up to date, most serious first. Pure: all it knows is handed to it."""
    proposals = []
    for matter in matters_of(looked, districts_of(catalogue), now):
        proposal = weigh(history, catalogue, matter, now)
        if proposal is not None:
            proposals.append(proposal)
    taken = {number for one in proposals for number in one.new_document_ids}
    for matter in slow_matters(looked, taken, catalogue, now):
        proposal = weigh(history, catalogue, matter, now)
        if proposal is not None:
            proposals.append(proposal)
    return sorted(proposals, key=lambda one: (rank(one.grade), one.detected_at, one.new_document_ids))


def matters_of(looked: Looked, districts: Mapping[str, str], now: datetime) -> list[Matter]:
    """The window's documents grouped: under the incidents they belong to or join, and into new matters."""
    clusterer = Clusterer(Settings(window=REMEMBERED, join_long=0.14), prefix="new:")
    clusterer.learn((one.title, one.body) for one in looked.documents.values())
    matters: dict[str, Matter] = {}
    last: dict[str, datetime] = {}
    for document in sorted(
        looked.documents.values(), key=lambda one: one.is_new
    ):  # a late text finds what is known
        home = document.incident if document.incident in looked.incidents else None
        if document.incident and home is None:
            continue  # belongs to an incident long past
        if home is None and document.at < now - WINDOW and not document.is_new:
            continue
        key = clusterer.add(item_of(document, looked), home)
        name, known, came_back = settle(key, document, looked, last)
        if known is None and document.at < now - WINDOW:
            continue  # a late document may join what is known, but starts nothing
        matter = matters.setdefault(name, Matter(known=known, came_back_from=came_back))
        matter.documents.append(document)
        if document.incident is None:
            matter.joining.append(document)
        if came_back is None:
            last[key] = max(last.get(key, document.at), document.at)
    return united(matters, clusterer, looked, districts, now)


def slow_matters(looked: Looked, taken: Collection[int], catalogue: Catalogue, now: datetime) -> list[Matter]:
    """What people keep writing about for weeks; nothing on the other looks of a day."""
    free = [one for one in looked.past.values() if one.id not in taken and one.incident is None]
    places = [name for one in catalogue.regions.values() for name in one.names]
    concerns = slow_concerns(free, now, places)
    return [Matter(list(one.documents), list(one.documents), slow=one) for one in concerns]


def item_of(document: Seen, looked: Looked) -> Item:
    return Item(
        key=document.id,
        title=document.title,
        body=document.body,
        at=document.at,
        region=document.region,
        categories=frozenset(document.categories),
        cannot=looked.cannot.get(document.id, frozenset()),
        must=looked.must.get(document.id),
        where=struck(document.title),
    )


def settle(
    key: str, document: Seen, looked: Looked, last: Mapping[str, datetime]
) -> tuple[str, Known | None, str | None]:
    """(name of the matter, its incident, the ended incident it revives) for a document put to cluster `key`.

    What comes after an incident was closed, or 72 hours after its last text, is a come-back: a new matter, linked.
    What comes after a dismissal joins silently.
    """
    known = looked.incidents.get(key)
    if known is None or document.incident == key or looked.must.get(document.id) == key:
        return key, known, None
    quiet_since = max(last.get(key, known.last_document_at), known.last_document_at)
    is_over = known.state == "closed" and known.ended_at is not None and document.at > known.ended_at
    if is_over or document.at > quiet_since + (REMEMBERED if known.is_slow else WINDOW):
        return f"again:{key}", None, key
    return key, known, None


def weigh(history: History, catalogue: Catalogue, matter: Matter, now: datetime) -> Proposal | None:
    """The proposal for a matter, or None when nobody needs to hear of it."""
    if not matter.joining:
        return None
    categories = categories_of(matter.documents)
    if not is_worth(matter):
        return None
    usual = history.usual(categories, now)
    burst = burst_of(matter.documents, usual, now)
    metrics = metrics_of(matter.documents, burst, now, matter.slow)
    series = None
    if may_burst_in_a_series(matter, metrics, burst, catalogue):
        factor = burst.loudness * max(QUIETEST, usual.seen)
        series = series_burst(
            matter.documents, history.series(now), districts_of(catalogue), now, factor, usual.gaps
        )
        metrics["series_ratio"] = round(series.ratio, 3) if series else 0.0
    grounds = grounds_of(matter.documents, burst, now, matter.slow, series)
    reasons = named_series(reasons_for(catalogue.level_rules.values(), metrics, grounds), series, catalogue)
    is_burst = burst.is_burst or series is not None
    if matter.known is None and not is_incident(matter, metrics, reasons, is_burst, catalogue):
        return None
    if matter.known is not None and matter.known.state == "dismissed":
        grade, _, _ = grade_from_reasons(reasons)
        if rank(grade) < rank(
            matter.known.proposed_grade
        ):  # graver than what was dismissed: somebody must look again
            matter = Matter(matter.joining, matter.joining, None, matter.known.id)
    return word(history, catalogue, matter, categories, metrics, reasons, burst, now)


def named_series(
    reasons: tuple[Reason, ...], series: SeriesBurst | None, catalogue: Catalogue
) -> tuple[Reason, ...]:
    """The reasons, that of a burst in one series in its words: a rule's text can name numbers only."""
    if series is None:
        return reasons
    categories = {one.id: one.name for one in catalogue.categories.values()}
    places = {one.id: one.name for one in catalogue.regions.values()}
    words = series.words(CHANNELS, categories, places)
    return tuple(replace(one, text=words) if one.rule == SERIES_RULE else one for one in reasons)


def word(
    history: History,
    catalogue: Catalogue,
    matter: Matter,
    categories: tuple[str, ...],
    metrics: Mapping[str, float],
    reasons: tuple[Reason, ...],
    burst: Burst,
    now: datetime,
) -> Proposal:
    """The proposal in words: title, summary, questions, facts."""
    documents = matter.documents
    grade, is_emergency, event_level = grade_from_reasons(reasons)
    published = [one.published_at for one in documents if one.published_at is not None]
    parents = {region.id: region.parent for region in catalogue.regions.values()}
    shift = share_shift(*history.negatives(categories, now))
    occurred_at = earliest_occurrence([one.voice for one in documents])
    return Proposal(
        incident_id=matter.known.id if matter.known else None,
        new_document_ids=tuple(one.id for one in matter.joining),
        title=kept_or_better(matter.known, documents),
        categories=categories,
        region=region_of(documents, parents),
        detected_at=min(one.fetched_at for one in documents),
        first_published_at=min(published, default=None),
        last_document_at=max(one.at for one in documents),
        grade=grade,
        is_emergency=is_emergency,
        event_level=event_level,
        reasons=reasons,
        questions=asked(history, documents, matter.known.id if matter.known else None),
        summary=summary_of(documents),
        key_terms=key_terms_of(documents),
        came_back_from=matter.came_back_from,
        facts={
            "metrics": dict(metrics),
            "occurred_at": occurred_at.isoformat() if occurred_at else None,
            "warning_line": burst.line.threshold,
            "expected": round(burst.line.expected, 2),
            "samples": burst.line.samples,
            "is_enough": burst.line.is_enough,
            "interval": burst.line.interval,
            "is_rising": burst.is_rising,
            "movement": burst.movement,
            "loudness": round(burst.loudness, 2),
            "negative_shift": [round(value, 3) for value in shift],
            "slow": slow_facts(matter.slow),
        },
    )


def kept_or_better(known: Known | None, documents: Sequence[Seen]) -> str:
    """The title; a known incident's changes only while it is proposed, from one that names no event to one that does."""
    if known is None:
        return title_of(documents)
    if known.state != "proposed" or names_event(known.title):
        return known.title
    clear = [one for one in documents if names_event(one.title)]
    return title_of(clear) if clear else known.title


def slow_facts(slow: SlowConcern | None) -> dict[str, Any] | None:
    if slow is None:
        return None
    line = slow.line
    return {"days": line.days, "count": slow.count, "line": line.threshold}


def asked(history: History, documents: Sequence[Seen], incident: str | None = None) -> tuple[Asked, ...]:
    """What the quotable documents ask, the most asked first, with everything the incident's list already holds."""
    by_id = {one.id: one for one in speakers(documents)}
    known = history.asked_before(incident) if incident is not None else []
    groups = group_questions(history.questions(by_id), known)
    kept = [
        group
        for at, group in enumerate(groups)
        if at < QUESTIONS or not set(known).isdisjoint(group.wordings)
    ]
    return tuple(
        Asked(
            group.text,
            group.document_ids,
            first_asked(by_id[number] for number in group.document_ids),
            group.wordings,
        )
        for group in kept
    )


def first_asked(documents: Iterable[Seen]) -> datetime | None:
    return min((one.published_at or one.fetched_at for one in documents), default=None)
