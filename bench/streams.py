"""Dated streams of the shared data as hourly counts, for forecasts: hot-search titles by category, groups of titles
about one matter, citizens' messages of one matter. No text is kept."""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from huiying.commands.cluster import Grouping, Line

BEIJING = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
CATEGORIES = ("社会", "财经", "时事", "健康", "教育", "体育", "明星", "搞笑", "游戏", "互联网", "情感")
LEAST = 8  # texts of a group
QUIET = 48  # hours without a text after which a group's stream ends


@dataclass(frozen=True)
class Stream:
    """kind: category | event | messages. counts: new texts by hour from `begins` on (UTC, whole hour)."""

    kind: str
    name: str
    begins: datetime
    counts: tuple[int, ...]


def read_lines(path: Path) -> list[dict]:
    if not path.exists():
        return []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def stream(
    kind: str, name: str, moments: Iterable[datetime], tail: int = 0, ends: datetime | None = None
) -> Stream:
    hours = Counter(hour_of(moment) for moment in moments)
    begins, last = min(hours), ends or max(hours)
    return Stream(
        kind,
        name,
        begins,
        tuple(hours[begins + HOUR * step] for step in range(int((last - begins) / HOUR) + 1 + tail)),
    )


def board_categories(data: Path) -> list[Stream]:
    """New titles by hour and category; hours without a look at the board are too few to matter."""
    first: dict[str, tuple[datetime, str]] = {}
    for row in read_lines(data / "weibo_hotsearch_2024" / "hourly_board.jsonl.gz"):
        at = datetime.fromtimestamp(row["ts"], UTC)
        for title, _, _, category in row["board"]:
            first.setdefault(title, (at, category.split("-")[0]))
    found: dict[str, list[datetime]] = defaultdict(list)
    for at, category in first.values():
        if category in CATEGORIES:
            found[category].append(at)
    return [stream("category", name, moments) for name, moments in sorted(found.items())]


def board_events(data: Path) -> list[Stream]:
    """New titles by hour of every group of at least LEAST titles about one matter."""
    first: dict[str, datetime] = {}
    for row in read_lines(data / "weibo_hotsearch_2024" / "observations.jsonl.gz"):
        first.setdefault(row["title"], datetime.fromtimestamp(row["ts"], UTC))
    grouping, groups = Grouping(timedelta(days=4)), defaultdict(list)
    for number, (title, at) in enumerate(sorted(first.items(), key=lambda one: one[1])):
        groups[grouping.add(Line(number, title, "", at))["incident"]].append(at)
    return [
        stream("event", name, moments, tail=QUIET)
        for name, moments in sorted(groups.items())
        if len(moments) >= LEAST
    ]


def messages(data: Path) -> list[Stream]:
    """Citizens' messages of one matter (where it is labelled), by bursts that two quiet weeks end."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for row in read_lines(data / "zhengwu_messages_f3" / "messages.jsonl.gz"):
        if row["issue"]:
            found[row["issue"]].append(
                datetime.fromisoformat(row["time"]).replace(tzinfo=BEIJING).astimezone(UTC)
            )
    streams = []
    for name, moments in sorted(found.items()):
        for number, run in enumerate(runs(sorted(moments), timedelta(days=14))):
            if len(run) >= LEAST:
                streams.append(stream("messages", f"{name}-{number}", run, tail=QUIET))
    return streams


def runs(moments: list[datetime], gap: timedelta) -> Iterable[list[datetime]]:
    run: list[datetime] = []
    for moment in moments:
        if run and moment - run[-1] > gap:
            yield run
            run = []
        run.append(moment)
    if run:
        yield run


def all_streams(data: Path) -> list[Stream]:
    return board_categories(data) + board_events(data) + messages(data)
