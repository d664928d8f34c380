"""Dated documents of a past, out of the shapes people have them in: one JSON object a line, .gz or not.

- documents: {"id", "title", "text", "published_at"} (also "time" or "ts" for the moment); optional "source", "channel",
  "fetched_at" (when it was collected, if later than published)
- one look at a ranking a line: {"ts", "board": [[title, rank, heat, …], …]}
- one title of a ranking a line: {"ts", "title", "hot"}
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from catalogue.source import CHANNELS
from huiying.errors import UsageError

BEIJING = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class PastItem:
    """One thing that was to be seen at `at` (UTC); published: when it was written, if that was earlier."""

    source: str
    channel: str
    id: str
    at: datetime
    title: str
    text: str
    rank: int | None = None
    heat: float | None = None
    published: datetime | None = None
    precision: str = "minute"

    @property
    def published_at(self) -> datetime | None:
        return None if self.precision == "none" else self.published or self.at


def read_past(path: Path, channel: str) -> list[PastItem]:
    """All items in the order of time. Raises UsageError naming the first line that cannot be read."""
    items: list[PastItem] = []
    with open_text(path) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                items.extend(items_of(json.loads(line), path.name.split(".")[0], channel))
            except (ValueError, KeyError, TypeError, IndexError, OverflowError) as error:
                raise UsageError(
                    f"{path} 第 {number} 行读不出（{error}）；每行应为一个 JSON 对象，含 id、title、text 和 published_at。"
                ) from None
    if not items:
        raise UsageError(f"{path} 里没有可回放的条目。")
    return sorted(items, key=lambda item: (item.at, item.id))


def open_text(path: Path) -> TextIO:
    try:
        if path.suffix == ".gz":
            return gzip.open(path, "rt", encoding="utf-8")
        return path.open(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"无法打开 {path}（{error.strerror}）。") from None


def items_of(row: Mapping[str, Any], source: str, channel: str) -> Iterator[PastItem]:
    at = moment(row.get("published_at") or row.get("time") or row["ts"])
    if "board" in row:
        for title, rank, heat, *_ in row["board"]:
            yield PastItem(source, "hotlist", name_of(title), at, title, "", int(rank) or None, float(heat))
    elif "hot" in row:
        yield PastItem(
            source, "hotlist", name_of(row["title"]), at, row["title"], "", None, float(row["hot"])
        )
    else:
        title, text = str(row.get("title") or ""), str(row.get("text") or "")
        source, channel = str(row.get("source") or source), str(row.get("channel") or channel)
        if channel not in CHANNELS:
            raise ValueError(f"channel 应为 {'、'.join(CHANNELS)} 之一，现为 {channel}")
        seen = max(at, moment(row["fetched_at"])) if row.get("fetched_at") else at
        id_ = str(row.get("id") or name_of(title + text))
        rank, heat = row.get("rank"), row.get("heat")
        yield PastItem(
            source, channel, id_, seen, title, text, rank and int(rank), heat and float(heat), published=at
        )


def name_of(text: str) -> str:
    return hashlib.sha1(text.encode("utf-8", "replace")).hexdigest()[:16]


def moment(value: Any) -> datetime:
    """Unix seconds, or ISO 8601; without a zone it is Beijing time."""
    if isinstance(value, (int, float)):
        return datetime.fromtimestamp(value, UTC)
    parsed = datetime.fromisoformat(str(value).strip())
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=BEIJING)).astimezone(UTC)
