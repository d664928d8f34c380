"""How fast the pipeline is: python bench/pipeline.py [--documents 100000] [--million] [--json FILE]

1. Parsed items of 150 characters to stored, scored, folded, counted, searchable documents, against one plain
   INSERT a row into a bare table on the same server in the same run; memory at every tenth.
2. --million: 1,000,000 documents filled by COPY, then the data of pages and searches, cold cache not forced.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.million import fill, page_times
from catalogue.loader import Catalogue, load
from huiying.replay import own_database
from store import crawl_runs
from store.incoming import IncomingItem
from store.intake import take
from store.session import transaction

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
TAKE, READ = 500, 400
CHANNELS = ("news", "social", "forum", "government", "hotlist")


@dataclass
class Row:
    name: str
    value: str
    peer: str = ""


def words(catalogue: Catalogue) -> list[str]:
    """What invented sentences are made of: the categories' own words and plain fillers."""
    found = [word for category in catalogue.categories.values() for word in category.words]
    return [
        *found,
        "昨天",
        "小区",
        "居民",
        "希望",
        "请问",
        "什么时候",
        "反映",
        "多次",
        "没有",
        "回复",
        "工作人员",
        "现在",
    ]


def items(count: int, vocabulary: list[str], seed: int = 1) -> Iterator[IncomingItem]:
    """Different texts of 150 characters, spread over 28 days before NOW."""
    rng = random.Random(seed)
    for number in range(count):
        body = "".join(rng.choices(vocabulary, k=60))[:140] + f"第{number}号"
        url = f"https://bench.example.test/{number}"
        at = NOW - timedelta(seconds=rng.uniform(0, 28 * 86400))
        source = number % 40
        yield IncomingItem(
            f"bench_{source}", CHANNELS[source % 5], url, url, body[:24], body, NOW, at, "minute"
        )


def throughput(url: str, catalogue: Catalogue, count: int, say: Callable[[str], None]) -> list[Row]:
    from analysis.linear import default_scorer
    from analysis.run import read_batch

    scorer = default_scorer()
    scorer.score([])
    with transaction(url) as session:
        for source in range(40):
            crawl_runs.save_source_state(session, f"bench_{source}", first_run_at=NOW)
    process = psutil.Process()
    memory: list[float] = []
    stored = storing = reading = 0.0
    began = time.perf_counter()
    batch: list[IncomingItem] = []
    for item in items(count, words(catalogue)):
        batch.append(item)
        if len(batch) < TAKE:
            continue
        mark = time.perf_counter()
        with transaction(url) as session:
            take(session, batch, NOW)
        storing += time.perf_counter() - mark
        mark = time.perf_counter()
        is_more = True
        while is_more:
            with transaction(url) as session:
                is_more = read_batch(session, catalogue, scorer, NOW, READ).read > 0
        reading += time.perf_counter() - mark
        stored += len(batch)
        batch = []
        if stored % max(count // 10, TAKE) < TAKE:
            memory.append(process.memory_info().rss / 1e6)
            say(
                f"{stored:.0f} 条，每秒 {stored / (time.perf_counter() - began):.0f} 条，内存 {memory[-1]:.0f} MB"
            )
    seconds = time.perf_counter() - began
    return [
        Row("documents/s, parsed item to counted and searchable", f"{stored / seconds:.0f}", "goal ≥ 300"),
        Row("  of which storing alone, documents/s", f"{stored / storing:.0f}"),
        Row("  of which scoring, folding and counting, documents/s", f"{stored / reading:.0f}"),
        Row("memory at the first and last tenth, MB", f"{memory[0]:.0f} → {memory[-1]:.0f}", "flat"),
    ]


def plain_inserts(url: str, vocabulary: list[str], count: int = 2000) -> float:
    """Rows a second of the plainest way: one INSERT and one commit a row, no index, no reading."""
    with transaction(url) as session:
        session.execute(text("create temp table plain (url text, title text, body text)"))
        began = time.perf_counter()
        for item in items(count, vocabulary, seed=2):
            session.execute(
                text("insert into plain values (:u, :t, :b)"),
                {"u": item.url, "t": item.title, "b": item.text},
            )
        return count / (time.perf_counter() - began)


def million(url: str, catalogue: Catalogue, say: Callable[[str], None]) -> list[Row]:
    say("正在填入 1,000,000 条……")
    fill(url, catalogue, 1_000_000, NOW, say)
    rows = []
    for name, times in page_times(url, catalogue, NOW).items():
        goal = "goal ≤ 200 ms" if name.startswith("search") else "goal ≤ 100 ms"
        rows.append(
            Row(
                f"1,000,000 documents: {name}",
                f"{statistics.median(times):.0f} ms (max {max(times):.0f})",
                goal,
            )
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()

    def say(sentence: str) -> None:
        print(sentence, file=sys.stderr, flush=True)

    catalogue = load(None)
    rows: list[Row] = []
    if args.documents:
        with own_database() as url:
            rows = throughput(url, catalogue, args.documents, say)
            peer = plain_inserts(url, words(catalogue))
        ratio = float(rows[0].value) / peer
        rows.insert(
            0,
            Row("ratio to plain INSERTs without index or reading, same run", f"{ratio:.2f}", f"{peer:.0f}/s"),
        )
    if args.million:
        with own_database() as url:
            rows += million(url, catalogue, say)
    for row in rows:
        print(f"{row.name:62} {row.value:>22}  {row.peer}")
    if args.json:
        content: list[dict[str, Any]] = [vars(row) for row in rows]
        args.json.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
