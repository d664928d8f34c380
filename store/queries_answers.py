"""What published responses say, as far as it is kept here, and what people said about the questions they answer."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from store.model import AnswerJudgement, Question, Response

# The page of a response, if one of our sources brought it. By source and address: the index knows no other way.
PAGES = text(
    "select d.canonical_url, d.url, t.title, left(t.body, 6000) as body from source_state s join document d"
    " on d.source = s.source and d.canonical_url = any(:urls)"
    " join document_text t on t.document_id = d.id and t.fetched_at = d.fetched_at order by d.id"
)


def response_texts(session: Session, responses: Sequence[Response]) -> dict[int, str]:
    """Response id → what was noted when it was recorded and, where a source of ours brought its page, the page."""
    urls = {one.url for one in responses if one.url}
    pages: dict[str, str] = {}
    if urls:
        for row in session.execute(PAGES, {"urls": sorted(urls)}):
            pages.setdefault(row.canonical_url, f"{row.title}\n{row.body}")
    said = {
        one.id: "\n".join(part for part in (one.note, pages.get(one.url or "", "")) if part)
        for one in responses
    }
    return {number: words for number, words in said.items() if words.strip()}


def judgements_of(session: Session, incident_id: str) -> dict[tuple[int, int], AnswerJudgement]:
    """(question, response) → a person's word."""
    rows = session.scalars(
        select(AnswerJudgement)
        .join(Question, Question.id == AnswerJudgement.question_id)
        .where(Question.incident_id == incident_id)
    )
    return {(row.question_id, row.response_id): row for row in rows}
