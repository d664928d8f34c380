"""One incident's account, put together from the database: course, sentences, forecast, effects, similar cases.

The only place that reads; what is made of it is pure (story, narrative, forecast, effect, similar). Page, command line
and paper read the same account, so that they agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from analysis.coverage import coverage
from analysis.effect import Effect, effect_of
from analysis.forecast import FLAT, HORIZONS, Forecast, forecast
from analysis.narrative import BEIJING, Place, Sentence, Told, five_sentences, quote_of
from analysis.similar import Case, Similar, most_similar
from analysis.story import HOUR, Course, Hour, course_of
from catalogue.source import CHANNELS
from store.model import Incident, Response
from store.queries_incidents import Asked, Tally
from store.queries_story import (
    CaseRow,
    HourRow,
    TextRow,
    asked_since,
    closed_cases,
    day_shape,
    first_texts,
    hour_rows,
    loudest_texts,
)

TAIL = timedelta(hours=48)  # a course is told until so long after its last text
LONGEST = timedelta(days=60)  # and not further back than this before its end
GAPS_KNOWN = timedelta(days=7)
SHAPE_FROM = 1000  # texts of 28 days from which the hours of the day are told apart


@dataclass(frozen=True)
class TurnTold:
    """A turning point with a public text of its hours, the most reprinted. quote "" where none may be quoted."""

    kind: str
    at: datetime
    before: float
    after: float
    begins: datetime
    ends: datetime
    texts: int
    document: int | None
    quote: str


@dataclass(frozen=True)
class Released:
    """A response and what followed. answered: questions it answers; open: asked before it and not answered by it;
    asked_after: question → texts that ask it from the first full hour after it on."""

    response: Response
    effect: Effect
    answered: tuple[Asked, ...]
    open: tuple[Asked, ...]
    asked_after: tuple[tuple[Asked, int], ...]
    since: datetime


@dataclass(frozen=True)
class Past:
    """A similar closed incident with what became of it."""

    similar: Similar
    case: CaseRow


@dataclass(frozen=True)
class Account:
    """forecasts is empty for what is closed or silent; has_gaps: some hour of the last week was not read."""

    course: Course
    hours: tuple[Hour, ...]
    places: tuple[Place, ...]
    turns: tuple[TurnTold, ...]
    sentences: tuple[Sentence, ...]
    forecasts: tuple[Forecast, ...]
    released: tuple[Released, ...]
    similar: tuple[Past, ...]
    has_gaps: bool


def account_of(
    session: Session,
    incident: Incident,
    tally: Tally,
    questions: Sequence[Asked],
    responses: Sequence[Response],
    response_words: Mapping[str, str],
    now: datetime,
) -> Account:
    """responses: oldest first; withdrawn ones are left out. response_words: kind → its name."""
    rows = hour_rows(session, incident.id)
    published = [one for one in responses if one.withdrawn_at is None]
    hours, has_gaps = full_hours(session, rows, now)
    course = course_of(hours)
    places = tuple(place_of(one) for one in first_texts(session, incident.id, rows))
    shape = shape_of(session, now)
    is_open = incident.state in ("proposed", "acknowledged", "confirmed")
    return Account(
        course=course,
        hours=tuple(hours),
        places=places,
        turns=tuple(told_turns(session, incident.id, course, hours)),
        sentences=five_sentences(
            told_of(
                session, incident, tally, course, hours, rows, places, questions, published, response_words
            )
        ),
        forecasts=tuple(
            forecast([one.total for one in hours], span, hour_of_day(hours[-1].hour + HOUR), shape)
            for span in HORIZONS
        )
        if is_open and hours
        else (),
        released=tuple(released(session, incident.id, hours, one, questions, shape) for one in published),
        similar=tuple(similar_to(session, incident, questions)),
        has_gaps=has_gaps,
    )


def full_hours(session: Session, rows: Sequence[HourRow], now: datetime) -> tuple[list[Hour], bool]:
    """Every full hour from the first text on, and whether some of them were not read. The running hour is left out."""
    if not rows:
        return [], False
    running = now.replace(minute=0, second=0, microsecond=0)
    ends = min(running, rows[-1].hour + HOUR + TAIL)
    begins = max(rows[0].hour, ends - LONGEST)
    totals: dict[datetime, list[int]] = {}
    for row in rows:
        sums = totals.setdefault(row.hour, [0, 0])
        sums[0] += row.total
        sums[1] += row.negative
    known_from = max(begins, running - GAPS_KNOWN)
    covered = coverage(session, known_from, running, now) if known_from < ends else None
    found, has_gaps = [], False
    for step in range(max(0, int((ends - begins) / HOUR))):
        at = begins + HOUR * step
        total, negative = totals.get(at, (0, 0))
        is_gap = not total and covered is not None and at >= known_from and covered.is_gap(at)
        has_gaps = has_gaps or is_gap
        found.append(Hour(at, None if is_gap else total, negative))
    return found, has_gaps


def hour_of_day(at: datetime) -> int:
    return at.astimezone(BEIJING).hour


def shape_of(session: Session, now: datetime) -> Sequence[float]:
    """How loud each hour of the day usually is here; flat while little is known."""
    known = day_shape(session, now.replace(minute=0, second=0, microsecond=0))
    whole = sum(known.values())
    if whole < SHAPE_FROM:
        return FLAT
    return [(known.get(place, 0) + whole / 240) / (whole * 1.1 / 24) for place in range(24)]


def place_of(row: TextRow) -> Place:
    return Place(row.id, CHANNELS.get(row.channel, row.channel), row.at, quote_of(row.title, row.is_public))


def told_turns(session: Session, incident_id: str, course: Course, hours: Sequence[Hour]) -> list[TurnTold]:
    found = []
    for turn in course.turns:
        loudest = loudest_texts(session, incident_id, turn.begins, turn.ends, 1)
        texts = sum(one.total or 0 for one in hours if turn.begins <= one.hour < turn.ends)
        found.append(
            TurnTold(
                turn.kind, turn.at, turn.before, turn.after, turn.begins, turn.ends, texts,
                loudest[0].id if loudest else None, quote_of(loudest[0].title, True) if loudest else "",
            )
        )  # fmt: skip
    return found


def told_of(
    session: Session,
    incident: Incident,
    tally: Tally,
    course: Course,
    hours: Sequence[Hour],
    rows: Sequence[HourRow],
    places: tuple[Place, ...],
    questions: Sequence[Asked],
    published: Sequence[Response],
    response_words: Mapping[str, str],
) -> Told:
    peak_quote, peak_copies = "", 0
    if course.peak is not None:
        loudest = loudest_texts(session, incident.id, course.peak.hour, course.peak.hour + HOUR, 1)
        peak_quote = quote_of(loudest[0].title, True) if loudest else ""
        peak_copies = loudest[0].copies if loudest else 0
    closed_at = incident.closed_at if incident.state == "closed" else None
    last = [one for one in hours if closed_at is None or one.hour + HOUR <= closed_at][-6:]
    top = next((one for one in questions if one.documents), None)
    return Told(
        course=course,
        places=places,
        texts=tally.documents,
        copies=sum(row.copies for row in rows),
        peak_quote=peak_quote,
        peak_copies=peak_copies,
        asked=(top.question.id, top.question.text.rstrip("。"), top.documents) if top else None,
        questions=len(questions),
        unanswered=sum(one.answer is None for one in questions),
        releases=tuple((one.happened_at, response_words.get(one.kind, one.kind)) for one in published),
        recent=(sum(one.total or 0 for one in last), sum(one.negative for one in last)),
        recent_since=last[0].hour if last else incident.detected_at,
        recent_until=last[-1].hour + HOUR if last else incident.detected_at,
        closed_at=closed_at,
    )


def released(
    session: Session,
    incident_id: str,
    hours: Sequence[Hour],
    response: Response,
    questions: Sequence[Asked],
    shape: Sequence[float],
) -> Released:
    at = response.happened_at
    since = at.replace(minute=0, second=0, microsecond=0)
    since += HOUR if since < at else timedelta(0)
    later = asked_since(session, incident_id, [one.question.id for one in questions], since)
    asked_after = [(one, later[one.question.id]) for one in questions if one.question.id in later]
    answered = [one for one in questions if one.answer is not None and one.answer.id == response.id]
    left = [
        one
        for one in questions
        if one.since is not None and one.since < at and (one.answer is None or one.answer.happened_at > at)
    ]
    return Released(
        response=response,
        effect=effect_of(hours, at, hour_of_day(since), shape),
        answered=tuple(answered),
        open=tuple(left),
        asked_after=tuple(sorted(asked_after, key=lambda pair: -pair[1])),
        since=since,
    )


def similar_to(session: Session, incident: Incident, questions: Sequence[Asked]) -> list[Past]:
    own = Case(
        incident.id, incident.title, " ".join([*incident.key_terms, incident.summary]), tuple(incident.categories),
        incident.region,
        incident.proposed_emergency if incident.is_emergency is None else incident.is_emergency,
        tuple(one.question.text for one in questions[:12]),
    )  # fmt: skip
    rows = {row.id: row for row in closed_cases(session, incident.id)}
    cases = [
        Case(row.id, row.title, row.words, row.categories, row.region, row.is_emergency, row.questions)
        for row in rows.values()
    ]
    return [Past(one, rows[one.id]) for one in most_similar(own, cases)]
