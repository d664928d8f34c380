"""The official replies that the letters and hotline items of one incident already have, and those that are owed.

A reply to one person's letter is no response to the public: it is shown as a candidate, and only a person records it. Of
the limits read (shared rules, catalogue/duties) one speaks of such items: R9 for the 12345 hotline. Letters and message
boards have no figure, so none of theirs is called late.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from sqlalchemy import text
from sqlalchemy.orm import Session

from alerts.clock import SHANGHAI, deadline
from catalogue.duty import Duty
from catalogue.loader import Catalogue

HOTLINE_DUTY = {"hotline": "R9"}  # channel → the duty that limits its replies
LETTERS = text(
    "select d.id, d.channel, d.published_at, d.published_precision as precision, d.answered_at, d.answered_by,"
    " d.answered_at is not null or coalesce(t.answer, '') <> '' as is_answered"
    " from membership m join document d on d.id = m.document_id join reading r on r.document_id = d.id"
    " left join document_text t on t.document_id = d.id and t.fetched_at = d.fetched_at"
    " where m.incident_id = :incident and m.until is null and d.folded_into is null and d.source = any(:sources)"
    " order by d.answered_at desc nulls last, d.id desc"
)


@dataclass(frozen=True)
class Letter:
    """One message that its source tells the reply of. answered_at None: no reply, or one without a time."""

    id: int
    channel: str
    published_at: dt.datetime | None
    precision: str
    answered_at: dt.datetime | None
    answered_by: str | None
    is_answered: bool


@dataclass(frozen=True)
class Replies:
    """median_days: between the days of message and reply, of those where both are known, None without any.

    late: hotline items without a reply whose limit is over; waiting: those still within it.
    """

    letters: int
    answered: tuple[Letter, ...]
    median_days: float | None
    late: tuple[int, ...]
    waiting: int
    duty: Duty | None

    @property
    def open(self) -> int:
        return self.letters - len(self.answered)


def replies_of(session: Session, catalogue: Catalogue, incident: str, now: dt.datetime) -> Replies:
    """Of the incident's first publications from sources that tell replies."""
    sources = reply_sources(catalogue)
    rows = session.execute(LETTERS, {"incident": incident, "sources": sources}) if sources else ()
    return judged([Letter(*row) for row in rows], catalogue.duties.get(HOTLINE_DUTY["hotline"]), now)


def reply_sources(catalogue: Catalogue) -> list[str]:
    return sorted(source.name for source in catalogue.sources.values() if source.tells_replies)


def judged(letters: Sequence[Letter], duty: Duty | None, now: dt.datetime) -> Replies:
    """duty: the limit of hotline replies; a message whose day is not known is neither late nor waiting."""
    answered = tuple(one for one in letters if one.is_answered)
    days = [found for one in answered if (found := days_between(one)) is not None]
    late, waiting = [], 0
    for one in letters:
        if one.is_answered or one.channel not in HOTLINE_DUTY or duty is None or one.published_at is None:
            continue
        if deadline(duty, one.published_at).allows(now):
            waiting += 1
        else:
            late.append(one.id)
    return Replies(len(letters), answered, median(days) if days else None, tuple(late), waiting, duty)


def days_between(letter: Letter) -> int | None:
    """Calendar days from the message to its reply, 0 on the same day; None where one is unknown or they are reversed."""
    if letter.answered_at is None or letter.published_at is None:
        return None
    asked, answered = (
        moment.astimezone(SHANGHAI).date() for moment in (letter.published_at, letter.answered_at)
    )
    return (answered - asked).days if answered >= asked else None
