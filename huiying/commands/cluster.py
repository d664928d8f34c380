"""把文本按事件归组，并标出转载（不用数据库）

输入每行一个 JSON 对象：{"id", "title", "text", "published_at"?}，应按时间先后排列；输出逐行
{"id", "incident", "duplicate_of"}：incident 为事件编号，duplicate_of 为首发那一条的 id（首发为 null）。
没有时间的行视为与上一行同时；时间不带时区的按北京时间。“-” 表示标准输入或标准输出。
坏行在标准错误上逐行说明行号，其余照常处理。
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from analysis.clusters import Clusterer, Item, Settings
from analysis.duplicates import Folder
from huiying.errors import RunError, UsageError
from store.text import fingerprint

BEIJING = ZoneInfo("Asia/Shanghai")
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
PROGRESS_SECONDS = 2.0
WINDOW_DAYS = 180.0  # letters about one matter come months apart; the running system uses 72 hours


@dataclass(frozen=True)
class Line:
    id: Any
    title: str
    text: str
    at: datetime | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("input", metavar="输入.jsonl", help="每行一个 JSON 对象；- 为标准输入")
    parser.add_argument("output", metavar="输出.jsonl", help="- 为标准输出")
    parser.add_argument(
        "--window-days", type=float, default=WINDOW_DAYS, metavar="天",
        help=f"事件最后一条之后多久不再并入，默认 {WINDOW_DAYS:g}",
    )  # fmt: skip
    parser.add_argument("--strict", action="store_true", help="有一行读不出即以退出码 1 结束")


def run(args: argparse.Namespace) -> int:
    if args.input != "-" and args.output != "-" and Path(args.input).resolve() == Path(args.output).resolve():
        raise UsageError("输入与输出是同一个文件；请换一个输出文件名。")
    if not 0 < args.window_days <= 3660:
        raise UsageError(f"--window-days 应大于 0 且不超过 3660，收到的是 {args.window_days:g}。")
    grouping = Grouping(timedelta(days=args.window_days))
    began = told = time.monotonic()
    broken: list[int] = []
    with ExitStack() as stack:
        source, target = opened(stack, args.input, "r"), opened(stack, args.output, "w")
        for line in lines(source, broken):
            target.write(json.dumps(grouping.add(line), ensure_ascii=False) + "\n")
            if time.monotonic() - told > PROGRESS_SECONDS:
                told = time.monotonic()
                print(f"已处理 {grouping.number} 条……", file=sys.stderr)
        target.flush()
    print(
        f"共 {grouping.number} 条，归为 {grouping.incidents} 个事件，其中转载 {grouping.duplicates} 条，"
        f"读不出 {len(broken)} 行，用时 {time.monotonic() - began:.1f} 秒。",
        file=sys.stderr,
    )
    return 1 if broken and (args.strict or not grouping.number) else 0


class Grouping:
    """The stream's state: folding first, then the first publications are clustered."""

    def __init__(self, window: timedelta) -> None:
        self.folder, self.clusterer = Folder(), Clusterer(Settings(window=window))
        self.now = EARLIEST
        self.number = self.duplicates = 0
        self.homes: dict[int, tuple[Any, str]] = {}

    @property
    def incidents(self) -> int:
        return self.clusterer.made

    def add(self, line: Line) -> dict[str, Any]:
        """The output record of one line. A text older than its forerunners is taken as of its own time."""
        self.number += 1
        at = line.at or self.now
        self.now = max(self.now, at)
        head = self.folder.add(
            self.number, line.title, line.text, fingerprint(line.title, line.text), max(at, self.now)
        )
        if head is not None and head in self.homes:
            self.duplicates += 1
            first, incident = self.homes[head]
            return {"id": line.id, "incident": incident, "duplicate_of": first}
        incident = self.clusterer.add(Item(self.number, line.title, line.text, at))
        self.homes[self.number] = line.id, incident
        if len(self.homes) > 2 * len(self.folder.heads) + 1000:
            self.homes = {key: home for key, home in self.homes.items() if key in self.folder.heads}
        return {"id": line.id, "incident": incident, "duplicate_of": None}


def lines(source: TextIO, broken: list[int]) -> Iterator[Line]:
    """The records that can be read; every other line is told on stderr and its number kept."""
    for number, raw in enumerate(source, 1):
        if not raw.strip():
            continue
        try:
            yield parsed(json.loads(raw))
        except (ValueError, RecursionError) as error:
            broken.append(number)
            print(f"第 {number} 行读不出，已跳过：{str(error)[:120]}", file=sys.stderr)


def parsed(record: Any) -> Line:
    """Raises ValueError naming what is wrong with the record."""
    if not isinstance(record, dict) or "id" not in record:
        raise ValueError('应为带 "id" 的 JSON 对象')
    texts = [record.get(name) or "" for name in ("title", "text")]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("title 和 text 应为字符串")
    if not any(texts):
        raise ValueError("缺少 title 和 text，至少要有一个")
    return Line(record["id"], texts[0], texts[1], instant(record.get("published_at")))


def instant(value: Any) -> datetime | None:
    """An ISO time or seconds since 1970; a time without a zone is Beijing's."""
    if value in (None, ""):
        return None
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            moment = datetime.fromtimestamp(value, UTC)
        else:
            raise ValueError
        return (moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise ValueError(
            f"published_at 应为 ISO 时间，如 2026-11-20T08:00:00+08:00，实为 {value!r}"
        ) from None


def opened(stack: ExitStack, name: str, mode: str) -> TextIO:
    """The file, or a standard stream for "-"; UTF-8, bytes that are none replaced."""
    if name == "-":
        stream = sys.stdin if mode == "r" else sys.stdout
        if mode == "r" and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
        return stream
    try:
        encoding = "utf-8-sig" if mode == "r" else "utf-8"
        return stack.enter_context(open(name, mode, encoding=encoding, errors="replace"))
    except OSError as error:
        verb = "读不到" if mode == "r" else "写不了"
        raise RunError(f"文件 {name} {verb}（{error.strerror}）；请检查路径和权限。") from error
