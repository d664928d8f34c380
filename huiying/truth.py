"""What truly happened in a past, and which of the proposed incidents are it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from catalogue.level_rule import LEVELS
from huiying.errors import UsageError
from huiying.past import PastItem, moment, open_text
from store.text import normalise

Key = tuple[str, str]  # (source, id) of an item
SHARE = 0.5  # of a proposal's documents, from which it is about a true incident
EARLY, LATE = timedelta(days=1), timedelta(days=3)  # how far around a true incident its documents may lie
KEYS = {"name", "begins", "ends", "documents", "words", "event_level", "emergency"}


@dataclass(frozen=True)
class TrueIncident:
    """One thing that happened. documents: ids of its items; words: every entry must occur, `a|b` is a or b.

    event_level: the least level a proposal should carry; emergency: whether the flag should be set. Instants UTC.
    """

    name: str
    begins: datetime
    ends: datetime
    documents: frozenset[str] = frozenset()
    words: tuple[tuple[str, ...], ...] = ()
    event_level: str | None = None
    emergency: bool = False

    def has(self, item: PastItem) -> bool:
        """Whether an item tells of it."""
        if not self.begins - EARLY <= item.at <= self.ends + LATE:
            return False
        if item.id in self.documents or f"{item.source}/{item.id}" in self.documents:
            return True
        if not self.words:
            return False
        text = normalise(f"{item.title} {item.text[:300]}")
        return all(any(word in text for word in entry) for entry in self.words)


def read_truth(path: Path) -> list[TrueIncident]:
    """The true incidents of a file, by time. Raises UsageError naming the first line that cannot be used."""
    found = []
    with open_text(path) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                found.append(true_incident(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise UsageError(
                    f"{path} 第 {number} 行读不出（{error}）；每行应为一个 JSON 对象，含 name、begins，以及 documents 或 words，"
                    "格式见 huiying backtest --help。"
                ) from None
    if not found:
        raise UsageError(f"{path} 里没有真实事件。")
    return sorted(found, key=lambda one: (one.begins, one.name))


def true_incident(row: Mapping[str, Any]) -> TrueIncident:
    unknown = sorted(set(row) - KEYS)
    if unknown:
        raise ValueError(f"不认识的字段 {'、'.join(unknown)}，可用 {'、'.join(sorted(KEYS))}")
    begins = moment(row["begins"])
    level = row.get("event_level")
    if level is not None and level not in LEVELS:
        raise ValueError(f"event_level 应为 {'、'.join(LEVELS)} 之一，现为 {level}")
    words = tuple(
        tuple(normalise(word) for word in str(entry).split("|") if normalise(word))
        for entry in row.get("words", ())
    )
    documents = frozenset(str(one) for one in row.get("documents", ()))
    if not documents and not words:
        raise ValueError("documents 与 words 至少要有一个")
    if not all(words):
        raise ValueError("words 里有空的词")
    return TrueIncident(
        name=str(row["name"]),
        begins=begins,
        ends=max(begins, moment(row["ends"])) if row.get("ends") else begins,
        documents=documents,
        words=words,
        event_level=level,
        emergency=bool(row.get("emergency", level is not None)),
    )


def belongings(items: Sequence[PastItem], truth: Sequence[TrueIncident]) -> dict[Key, set[int]]:
    """Of every item that tells of true incidents, their positions in `truth`."""
    found: dict[Key, set[int]] = {}
    for item in items:
        told = {position for position, one in enumerate(truth) if one.has(item)}
        if told:
            found.setdefault((item.source, item.id), set()).update(told)
    return found


def about(documents: Sequence[Key], belongs: Mapping[Key, set[int]]) -> int | None:
    """The true incident that at least half of these documents tell of (most of them, then the first); else None."""
    counts: dict[int, int] = {}
    for key in documents:
        for position in belongs.get(key, ()):
            counts[position] = counts.get(position, 0) + 1
    best = max(counts, key=lambda position: (counts[position], -position), default=None)
    return best if best is not None and counts[best] >= SHARE * len(documents) else None
