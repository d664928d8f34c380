"""What analysis proposes to the people and the alerts: an incident, its level and every reason for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Reason:
    """One level rule that fired: replaying the stored reasons alone yields the stored grade.

    target: grade | emergency | event_level; level: the level it proposes ("" for emergency);
    values: every metric its conditions looked at; thresholds: the same metrics' thresholds, operator in front;
    documents: for each of these metrics the ids of the texts behind its value (empty in reasons of earlier versions).
    """

    rule: str
    name: str
    target: str
    level: str
    must_raise: bool
    values: Mapping[str, float]
    thresholds: Mapping[str, str]
    text: str
    documents: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Reason:
        return cls(**stored)


@dataclass(frozen=True)
class Asked:
    """One question of the public about this incident and the documents that ask it; wordings: all that mean it."""

    text: str
    document_ids: tuple[int, ...]
    first_asked_at: datetime | None
    wordings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """An incident to open (incident_id None) or to bring up to date.

    new_document_ids: documents that join now. detected_at: when we collected its first text;
    first_published_at: when that was published, None if unknown. All instants UTC. Levels are proposals.
    """

    incident_id: str | None
    new_document_ids: tuple[int, ...]
    title: str
    categories: tuple[str, ...]
    region: str | None
    detected_at: datetime
    first_published_at: datetime | None
    last_document_at: datetime
    grade: str
    is_emergency: bool
    event_level: str | None
    reasons: tuple[Reason, ...]
    questions: tuple[Asked, ...] = ()
    summary: str = ""
    key_terms: tuple[str, ...] = ()
    came_back_from: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
