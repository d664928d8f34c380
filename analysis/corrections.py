"""What people corrected or found right on the pages, as labelled texts for the next training.

A person corrects one head and leaves the others as they stand on the page, so a corrected document is a text whose
every head a person has seen: its reading after the corrections is the label. One found right is such a text as it is.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from analysis.lexicon import CATEGORIES
from analysis.linear import reading_text
from analysis.scorer import Text
from analysis.train_data import Labelled

CUT = 2000  # characters of a document that are learnt from, as the scorer reads them


def corrected_texts(session: Session) -> Labelled:
    """Corrected documents that are still kept and have been read again, oldest first; the labels have the form of
    the records of `gold`."""
    rows = session.execute(
        text(
            "select distinct on (d.id) t.title, t.body, r.categories, r.sentiment, r.sudden_incident,"
            " r.service_friction from label l join document d on d.id = l.document_id"
            " join document_text t on t.document_id = d.id and t.fetched_at = d.fetched_at"
            " join reading r on r.document_id = d.id where r.is_corrected and l.head <> 'region' order by d.id"
        )
    ).all()
    return Labelled(
        [reading_text(Text(row.body[:CUT], row.title)) for row in rows],
        [
            {
                "categories": [name for name in row.categories if name in CATEGORIES],
                "sentiment": row.sentiment,
                "sudden_incident": row.sudden_incident,
                "service_friction": row.service_friction,
            }
            for row in rows
        ],
    )
