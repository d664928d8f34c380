"""The reading in force of one document: the model's, overlaid by labels, placed in our gazetteer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.claims import Claimed
from analysis.groups import affected_groups
from analysis.questions import questions
from analysis.regions import find_regions
from analysis.scorer import Reading, RegionMention
from catalogue.loader import Catalogue
from store.rollups import Counted
from store.text import normalise

FINE = {"province": 0, "city": 1, "district": 2, "township": 3}
ELSEWHERE = ("country", "province", "city", "district")
DATELINE = 40  # characters of the body in which a newsroom says where a story plays
QUESTION_LIMIT = 60
as_json = json.JSONEncoder(ensure_ascii=False).encode
REGION_READ = 1200  # characters in which a place of ours is looked for


@dataclass(frozen=True)
class Placed:
    """What is written for one document; model and located: the machine's own scores and place, kept beside what a
    person said."""

    document: Claimed
    model: Reading
    sentiment: str
    categories: tuple[str, ...]
    region: str | None
    service_friction: bool
    sudden_incident: bool
    groups: tuple[str, ...]
    questions: tuple[str, ...]
    located: str | None

    @property
    def counted(self) -> Counted:
        document = self.document
        return Counted(
            document.counted_at,
            document.counted_on,
            document.channel,
            self.sentiment,
            self.categories,
            self.region,
        )


def place(document: Claimed, reading: Reading, catalogue: Catalogue) -> Placed:
    """The model's reading with the person's labels laid over it."""
    text = f"{document.title}\n{document.body}"
    labels = document.labels
    found = region_of(document, catalogue)
    model = [name for name, _ in reading.categories] + local_categories(text, reading, catalogue)
    return Placed(
        document=document,
        model=reading,
        sentiment=labels.get("sentiment", reading.sentiment),
        categories=tuple(labels.get("category", model)),
        region=labels.get("region", found),
        service_friction=bool(labels.get("service_friction", reading.service_friction)),
        sudden_incident=bool(labels.get("sudden_incident", reading.sudden_incident)),
        groups=reading.groups or tuple(affected_groups(text)),
        questions=reading.questions or tuple(questions(text)),
        located=found,
    )


def region_of(document: Claimed, catalogue: Catalogue) -> str | None:
    """The finest place of ours the text names; else the source's own, unless the title speaks of a place elsewhere."""
    source = catalogue.sources.get(document.source)
    default = source.region if source else None
    gazetteer = tuple(catalogue.regions.values())
    mentions = find_regions(f"{document.title}\n{document.body[:REGION_READ]}", gazetteer, default)
    own = [mention for mention in mentions if mention.id is not None]
    if own:
        return max(own, key=lambda mention: FINE.get(mention.level, 0)).id
    opening = f"{document.title}\n{document.body[:DATELINE]}"
    return None if speaks_of_elsewhere(mentions, opening) else default


def speaks_of_elsewhere(mentions: Iterable[RegionMention], opening: str) -> bool:
    """Whether the title or dateline names a place that is not ours; of townships only the own ones are known."""
    return any(mention.level in ELSEWHERE and mention.text in opening for mention in mentions)


def local_categories(text: str, reading: Reading, catalogue: Catalogue) -> list[str]:
    """Categories the office added itself: the model does not know them, two of their words in the text decide."""
    own = [
        category for category in catalogue.categories.values() if category.id not in reading.category_scores
    ]
    if not own:
        return []
    seen = normalise(text)
    return [one.id for one in own if sum(normalise(word) in seen for word in one.words) >= 2]


def score_rows(placed: Placed, version: str) -> Iterable[Sequence[Any]]:
    """Rows of table score: one per head, as the model said it; version: of the catalogue that located the place."""
    model, number = placed.model, placed.document.id
    heads: Mapping[str, Mapping[str, Any]] = {
        "sentiment": {"label": model.sentiment, "scores": model.sentiment_scores},
        "category": {"above": [name for name, _ in model.categories], "scores": model.category_scores},
        "service_friction": {"is": model.service_friction, "score": round(model.service_friction_score, 4)},
        "sudden_incident": {"is": model.sudden_incident, "score": round(model.sudden_incident_score, 4)},
    }
    for head, result in heads.items():
        yield number, head, model.model, as_json(result)
    yield number, "region", f"gazetteer@{version}", as_json({"id": placed.located})


def reading_row(placed: Placed, version: str) -> Sequence[Any]:
    """A row of table reading."""
    return (
        placed.document.id, placed.document.counted_at, placed.sentiment,
        round(float(placed.model.sentiment_scores.get(placed.sentiment, 0.0)), 4), placed.categories, placed.region,
        placed.service_friction, placed.sudden_incident, placed.groups, placed.model.model, version,
        bool(placed.document.labels),
    )  # fmt: skip
