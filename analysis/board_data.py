"""The shared series of a public hot-search board as looks: whole boards by the hour, risen titles in between.

Folder: observations.jsonl.gz ({"ts", "title", "hot"}) and hourly_board.jsonl.gz ({"ts", "board": [[title, rank, heat,
…], …]}); a missing file is an empty one. Only the hourly boards give ranks.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from analysis.boards import BoardLook, Line

FOLDER = "weibo_hotsearch_2024"
NEARLY_WHOLE = 45  # the first sampling of a day lists all 50 titles; later ones those that rose


def read_looks(folder: Path) -> list[BoardLook]:
    """All looks, oldest first."""
    risen: dict[float, list[Line]] = defaultdict(list)
    for row in read_rows(folder / "observations.jsonl.gz"):
        risen[float(row["ts"])].append(Line(str(row["title"]), float(row["hot"])))
    looks = [BoardLook(at, lines, len(lines) >= NEARLY_WHOLE) for at, lines in risen.items()]
    for row in read_rows(folder / "hourly_board.jsonl.gz"):
        lines = [Line(str(title), float(heat), int(rank)) for title, rank, heat, *_ in row["board"]]
        looks.append(BoardLook(float(row["ts"]), lines))
    return sorted(looks, key=lambda one: one.at)


def read_rows(path: Path) -> Iterable[dict[str, Any]]:
    if not path.exists():
        return []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]
