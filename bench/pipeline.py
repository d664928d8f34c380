"""How fast the pipeline is: python bench/pipeline.py [--documents 100000] [--million [--keep DIR]] [--json FILE]

1. Parsed items of 150 characters to stored, scored, folded, counted, searchable documents: one process stores, one
   reads, as the crawling and the analysing task do. Against one plain INSERT a row into a bare table on the same server
   in the same run; memory of both processes at every tenth.
2. --million: 1,000,000 documents filled by COPY, then every page and several searches; the cache is warm. The goal is
   for the data (waiting for the database); beside it stands the whole page with building it.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from multiprocessing import Queue, get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.million import complete, fill
from bench.million_incidents import fill_incidents
from bench.page_times import page_times
from catalogue.loader import Catalogue, load
from catalogue.settings import read_settings
from huiying.demo.site import write_site
from huiying.replay import own_database
from store import crawl_runs
from store.incoming import IncomingItem
from store.intake import take
from store.session import transaction

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
TAKE = 500
# Words of the invented vocabulary by their place in it, most frequent first.
RARE = {"search, one text in a hundred": 500, "search, one text in a thousand": 5_000}
TOWN, PORT = "haichuan", 8605
CHANNELS = ("news", "social", "forum", "government", "hotlist")


@dataclass
class Row:
    name: str
    value: str
    peer: str = ""


def words(catalogue: Catalogue) -> list[str]:
    """What invented sentences are made of: the categories' own words, the town's places and plain fillers."""
    found = [word for category in catalogue.categories.values() for word in category.words]
    places = [region.name for region in catalogue.regions.values()]
    return [
        *found,
        *places,
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


@dataclass
class Tenths:
    """Resident megabytes of one process each time another tenth of the documents was through."""

    count: int
    memory: list[float] = field(default_factory=list)

    def note(self, done: int) -> bool:
        if done * 10 < self.count * (len(self.memory) + 1):
            return False
        self.memory.append(psutil.Process().memory_info().rss / 1e6)
        return True

    def __str__(self) -> str:
        return f"{self.memory[0]:.0f} → {self.memory[-1]:.0f}, highest {max(self.memory):.0f}"


@dataclass
class Read:
    """What the reading process brings back. seconds: those in which it had something to read; cpu: of its processor."""

    seconds: float
    cpu: float
    tenths: Tenths


def read_all(url: str, site: Path, count: int, answer: Queue[Read | str]) -> None:
    """The reading process: as the task of the DAG does, until all documents are read."""
    from analysis.jobs import BATCH, in_transaction
    from analysis.linear import default_scorer
    from analysis.run import read_batch

    catalogue, scorer = load(site), default_scorer()
    scorer.score([])
    tenths, done, busy, spent = Tenths(count), 0, 0.0, time.process_time()
    answer.put("ready")
    while done < count:
        mark = time.perf_counter()
        read = in_transaction(url, lambda session: read_batch(session, catalogue, scorer, NOW, BATCH)).read
        if not read:
            time.sleep(0.05)
            continue
        busy += time.perf_counter() - mark
        done += read
        if tenths.note(done):
            answer.put(f"已读 {done} 条，内存 {tenths.memory[-1]:.0f} MB")
    answer.put(Read(busy, time.process_time() - spent, tenths))


def throughput(url: str, site: Path, count: int, say: Callable[[str], None]) -> tuple[float, list[Row]]:
    """Documents a second, and the rows of the table: this process stores, another one reads, as the two DAGs do."""
    with transaction(url) as session:
        for source in range(40):
            crawl_runs.save_source_state(session, f"bench_{source}", first_run_at=NOW)
    spawned = get_context("spawn")
    answer: Queue[Read | str] = spawned.Queue()
    reader = spawned.Process(target=read_all, args=(url, site, count, answer), daemon=True)
    reader.start()
    answer.get(timeout=120)
    tenths, storing, spent = Tenths(count), 0.0, cpu_seconds(reader.pid)
    began = time.perf_counter()
    stored = 0
    for batch in batches(items(count, words(load(site))), TAKE):
        mark = time.perf_counter()
        with transaction(url) as session:
            take(session, batch, NOW)
        storing += time.perf_counter() - mark
        stored += len(batch)
        if tenths.note(stored):
            say(f"已存 {stored} 条，{time.perf_counter() - began:.0f} 秒，内存 {tenths.memory[-1]:.0f} MB")
    while isinstance(read := answer.get(timeout=3600), str):
        say(read)
    seconds = time.perf_counter() - began
    spent = cpu_seconds(reader.pid) - spent + read.cpu
    reader.join(30)
    room = f"room for {2 * count / spent:.0f}/s on two cores"
    return count / seconds, [
        Row(
            "documents/s, parsed item to counted and searchable",
            f"{count / seconds:.0f}",
            f"goal ≥ 300; {count:,} documents",
        ),
        Row("  processor time of both and the server, ms a document", f"{spent / count * 1000:.2f}", room),
        Row("  storing, documents/s while the other process reads", f"{count / storing:.0f}"),
        Row(
            "  scoring, folding, counting, documents/s while the other stores", f"{count / read.seconds:.0f}"
        ),
        Row("  memory of intake, first → last tenth, MB", str(tenths), "flat"),
        Row("  memory of reading, first → last tenth, MB", str(read.tenths), "flat"),
    ]


def cpu_seconds(but: int | None) -> float:
    """User and system time of this process and its living children, the server among them; one process left out."""
    own = psutil.Process()
    times = [one.cpu_times() for one in (own, *own.children(recursive=True)) if one.pid != but]
    return sum(one.user + one.system for one in times)


def batches(source: Iterator[IncomingItem], size: int) -> Iterator[list[IncomingItem]]:
    while batch := list(islice(source, size)):
        yield batch


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


def million(url: str, site: Path, count: int, say: Callable[[str], None]) -> list[Row]:
    """Fill an empty database, or take a filled one, and ask every page of it."""
    catalogue = load(site)
    with transaction(url) as session:
        is_empty = session.scalar(text("select max(id) from document")) is None
    if is_empty:
        say(f"正在填入 {count:,} 条……")
        fill(url, catalogue, count, NOW, say)
    with transaction(url) as session:
        is_complete = session.scalar(text("select max(id) from incident")) is not None
    if not is_complete:
        complete(url, catalogue, NOW)
        fill_incidents(url, catalogue, NOW)
    settings = read_settings({"HUIYING_DATA": str(site), "HUIYING_SITE": str(site), "DATABASE_URL": url})
    rows = []
    for name, times in page_times(url, catalogue, settings, NOW, RARE).items():
        goal = 200 if name.startswith("search") else 100
        rows.append(
            Row(
                f"{count:,} documents: {name}",
                f"{statistics.median(times.database):.0f} ms (max {max(times.database):.0f})",
                f"goal ≤ {goal}; whole page {statistics.median(times.whole):.0f}",
            )
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--size", type=int, default=1_000_000, help="documents of --million")
    parser.add_argument("--keep", type=Path, help="a folder in which --million keeps and finds its database")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()

    def say(sentence: str) -> None:
        print(sentence, file=sys.stderr, flush=True)

    rows: list[Row] = []
    with TemporaryDirectory(prefix="huiying-bench-") as temporary:
        site = write_site(TOWN, PORT, Path(temporary))
        if args.documents:
            with own_database() as url:
                rate, rows = throughput(url, site, args.documents, say)
                peer = plain_inserts(url, words(load(site)))
            rows.insert(
                0,
                Row("ratio to plain INSERTs without index or reading, same run", f"{rate / peer:.2f}", f"{peer:.0f}/s"),
            )  # fmt: skip
        if args.million:
            with own_database(args.keep) as url:
                rows += million(url, site, args.size, say)
    for row in rows:
        print(f"{row.name:66} {row.value:>24}  {row.peer}")
    if args.json:
        content: list[dict[str, Any]] = [vars(row) for row in rows]
        args.json.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
