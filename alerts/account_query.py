"""An incident's questions and account as plain values, for machines: the same numbers the page shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from alerts.answers import proposed_answers
from alerts.evidence import KINDS
from analysis.account import Account, Released, account_of
from analysis.narrative import Behind
from store.model import Incident, Response
from store.queries_answers import judgements_of
from store.queries_incidents import Asked, recent_since, tally

Told = dict[str, Any]


def questions_told(
    session: Session, incident_id: str, asked: Sequence[Asked], responses: Sequence[Response]
) -> list[Told]:
    """Each question with its counts, its answer, and what the program proposes; who judged what, and when."""
    hints = {
        one.question_id: {
            "response": one.response_id,
            "sentence": one.sentence,
            "likeness": round(one.likeness, 3),
        }
        for one in proposed_answers(session, incident_id, asked, responses)
    }
    judged: dict[int, list[Told]] = {}
    for (question, response), word in judgements_of(session, incident_id).items():
        judged.setdefault(question, []).append(
            {"response": response, "verdict": word.verdict, "by": word.by, "at": word.at}
        )
    return [
        {
            "id": one.question.id, "text": one.question.text, "documents": one.documents, "reprints": one.copies,
            "since": one.since, "last": one.last, "answered_by": one.question.answered_by,
            "proposed_answer": hints.get(one.question.id), "judgements": judged.get(one.question.id, []),
        }
        for one in asked
    ]  # fmt: skip


def account_told(
    session: Session,
    incident: Incident,
    asked: Sequence[Asked],
    responses: Sequence[Response],
    now: dt.datetime,
) -> Told:
    """Keys story, forecast, releases, similar."""
    counts = tally(session, [incident.id], recent_since(now)).get(incident.id)
    if counts is None:
        return {"story": None, "forecast": [], "releases": [], "similar": []}
    account = account_of(session, incident, counts, asked, responses, KINDS, now)
    return {
        "story": story_told(account),
        "forecast": [
            {
                "hours": one.hours, "expected": round(one.expected, 2), "low": one.low, "high": one.high,
                "same_as_now": round(one.same_as_now, 2), "is_enough": one.is_enough, "is_usual": one.is_usual,
            }
            for one in account.forecasts
        ],
        "releases": [release_told(one) for one in account.released],
        "similar": [
            {
                "id": one.similar.id, "title": one.similar.title, "likeness": one.similar.likeness,
                "terms": one.similar.terms, "categories": one.similar.categories, "asked": one.similar.asked,
                "same_region": one.similar.same_region, "closed_at": one.case.closed_at,
            }
            for one in account.similar
        ],
    }  # fmt: skip


def story_told(account: Account) -> Told:
    peak = account.course.peak
    return {
        "sentences": [{"words": one.words, "documents": behind_told(one.behind)} for one in account.sentences],
        "places": [{"channel": one.channel, "at": one.at, "document": one.document} for one in account.places],
        "phases": [
            {"name": one.name, "begins": one.begins, "ends": one.ends, "documents": one.texts, "is_open": one.is_open}
            for one in account.course.phases
        ],
        "peak": {"hour": peak.hour, "documents": peak.total, "negative": peak.negative} if peak else None,
        "turns": [
            {
                "kind": one.kind, "at": one.at, "before": round(one.before, 2), "after": round(one.after, 2),
                "documents": one.texts, "document": one.document,
            }
            for one in account.turns
        ],
        "has_gaps": account.has_gaps,
    }  # fmt: skip


def behind_told(behind: Behind) -> Told:
    """count, and what selects them: ids, a question, or a span; nothing of it means all."""
    picked = {"begins": behind.begins, "ends": behind.ends, "question": behind.question, "ids": behind.among}
    return {"count": behind.count, **{key: value for key, value in picked.items() if value}}


def release_told(one: Released) -> Told:
    tone = one.effect.tone
    return {
        "response": one.response.id, "happened_at": one.response.happened_at,
        "answered": [asked.question.id for asked in one.answered],
        "left_open": [asked.question.id for asked in one.open],
        "asked_after": [{"question": asked.question.id, "documents": number} for asked, number in one.asked_after],
        "volume": [
            {
                "hours": each.forecast.hours, "came": each.came, "expected": round(each.forecast.expected, 2),
                "low": each.forecast.low, "high": each.forecast.high, "place": each.place,
                "is_enough": each.forecast.is_enough,
            }
            for each in one.effect.volumes
        ],
        "negative": {
            "before": tone.before, "after": tone.after, "difference": round(tone.difference, 4),
            "low": round(tone.low, 4), "high": round(tone.high, 4), "is_enough": tone.is_enough,
        } if tone else None,
        "caution": "fall-off is natural; not a merit, not for scoring",
    }  # fmt: skip
