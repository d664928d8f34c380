"""What a spider yields: one public text and where it came from. No person stands in it anywhere."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from crawlers.published import Precision

INSTANTS = ("published_at", "fetched_at", "received_on", "answered_on")


@dataclass(frozen=True)
class Article:
    """One item of one source. Instants are aware UTC; publisher is the medium; rank 1 is the top of a hot list.

    raw: the fetched bytes, only for news and government pages. answered_by is a unit, never a person.
    """

    source: str
    url: str
    canonical_url: str
    title: str
    text: str
    fetched_at: datetime
    published_at: datetime | None = None
    published_precision: Precision = "none"
    publisher: str | None = None
    rank: int | None = None
    heat: float | None = None
    raw: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    received_on: datetime | None = None
    answered_on: datetime | None = None
    answered_precision: Precision = "none"
    answered_by: str | None = None
    answer: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values for one line of JSON; what is not set is left out."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        values |= {name: values[name].isoformat() for name in INSTANTS if values[name]}
        values["raw"] = base64.b64encode(self.raw).decode() if self.raw else None
        values["headers"] = dict(self.headers)
        return {name: value for name, value in values.items() if value not in (None, {})}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Article:
        article = cls(**values)
        times = {name: datetime.fromisoformat(values[name]) for name in INSTANTS if name in values}
        raw = base64.b64decode(values["raw"]) if "raw" in values else None
        return replace(article, raw=raw, **times)
