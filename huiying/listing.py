"""How commands print: rows as a readable table for people, or as JSON for machines."""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--json", action="store_true", help="输出 JSON，供程序读取（时间为带时区的 ISO 8601）"
    )


def as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(BEIJING).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value


def shown(value: Any) -> str:
    """A value as people read it: Beijing time to the minute, lists joined, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (list, tuple)):
        return "、".join(map(shown, value))
    return str(value)


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def print_json(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=as_json)
    print()


def print_rows(
    rows: Sequence[Mapping[str, Any]], heads: Mapping[str, str], json_wanted: bool, empty: str
) -> None:
    """Rows under Chinese heads (key → head); the sentence `empty` when there are none."""
    if json_wanted:
        print_json(list(rows))
        return
    if not rows:
        print(empty)
        return
    table = [list(heads.values())] + [[shown(row.get(key)) for key in heads] for row in rows]
    widths = [max(width(line[column]) for line in table) for column in range(len(heads))]
    for line in table:
        cells = (cell + " " * (room - width(cell)) for cell, room in zip(line, widths, strict=True))
        print("  ".join(cells).rstrip())
