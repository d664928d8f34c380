"""What a reading of a text is, and what every scoring engine promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

SENTIMENTS = ("negative", "neutral", "positive")


@dataclass(frozen=True)
class Text:
    """What is read: a title (may be empty) and a body (may be empty)."""

    text: str
    title: str = ""


@dataclass(frozen=True)
class RegionMention:
    """A place as written, its level (province | city | district | township) and the catalogue's id if known."""

    text: str
    level: str
    id: str | None = None


class Reading(NamedTuple):
    """What one pass over one text found; every score is a probability in [0, 1].

    sentiment is toward the matter. categories holds (id, score) above the category's threshold, best first;
    category_scores all of them. model is name@version. A named tuple: it is made in a third of the time of a
    frozen dataclass, and millions are made.
    """

    sentiment: str
    sentiment_scores: dict[str, float]
    categories: tuple[tuple[str, float], ...]
    category_scores: dict[str, float]
    service_friction: bool
    service_friction_score: float
    sudden_incident: bool
    sudden_incident_score: float
    model: str
    regions: tuple[RegionMention, ...] = ()
    questions: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class Scorer(Protocol):
    """An engine that reads texts. Same texts, same readings; any text gets one, never an exception."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def score(self, texts: Sequence[Text]) -> list[Reading]: ...
