"""How fast texts are grouped while few or many of them lie in the window, and what each of them takes in memory.

Run: python bench/cluster_speed.py [--data DIR] [--sizes 10000 300000]. Distinct real titles of the day lists are put into
the window evenly; then the next PROBE titles are timed, CPU seconds. "full similarity" compares each text with every
one of the window (character 2-3-gram TF-IDF). Grouping alone, and as `huiying cluster` does it (folded first).
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from typing import ClassVar

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analysis.clusters import Clusterer, Item, Settings  # noqa: E402
from bench.cluster import default_data  # noqa: E402
from bench.flat_cost import resident_megabytes  # noqa: E402
from huiying.commands.cluster import Grouping, Line  # noqa: E402
from store.text import normalise  # noqa: E402

Add = Callable[[int, str, datetime], object]

PROBE, PART = 6_000, 300
PEER_PROBE = 60
WINDOW = timedelta(days=13)  # within folding's fortnight too
STEP = WINDOW / 400_000
START = datetime(2026, 11, 1, tzinfo=UTC)


def titles(data: Path, most: int) -> list[str]:
    found: dict[str, None] = {}
    with gzip.open(data / "weibo_hotsearch" / "days.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            found.update(dict.fromkeys(title for title, _ in row["titles"]))
            if len(found) >= most:
                break
    return list(islice(found, most))


class Window:
    """`size` texts put into a window, in a process of its own (memory let go by another measurement is not counted)."""

    adds: ClassVar[list[Add]] = []

    def __init__(self, method: Callable[[], Add], texts: Sequence[str], size: int) -> None:
        self.texts, self.size, self.done, self.rates = texts, size, size, list[float]()
        self.worker = ProcessPoolExecutor(1)
        self.taken = self.worker.submit(self.fill, method, texts[:size]).result()

    @classmethod
    def fill(cls, method: Callable[[], Add], texts: Sequence[str]) -> float:
        """KiB a text takes."""
        warm = method()
        for number in range(300):  # tables are read before
            warm(number, texts[number], START)
        cls.adds.append(method())
        gc.collect()
        before = resident_megabytes()
        for number, title in enumerate(texts):
            cls.adds[0](number, title, START + STEP * number)
        return (resident_megabytes() - before) * 1024 / len(texts)

    @classmethod
    def time(cls, begin: int, texts: Sequence[str]) -> float:
        """Texts per CPU second of those that come next."""
        began = time.process_time()
        for number, title in enumerate(texts, begin):
            cls.adds[0](number, title, START + STEP * number)
        return len(texts) / (time.process_time() - began)

    def go_on(self) -> None:
        texts = self.texts[self.done : self.done + PART]
        self.rates.append(self.worker.submit(self.time, self.done, texts).result())
        self.done += PART


def grouping_alone() -> Add:
    clusterer = Clusterer(Settings(window=2 * WINDOW))
    return lambda number, title, at: clusterer.add(Item(number, title, "", at))


def with_folding() -> Add:
    grouping = Grouping(2 * WINDOW)
    return lambda number, title, at: grouping.add(Line(number, title, "", at))


def full_similarity(texts: Sequence[str], size: int) -> tuple[float, float]:
    """Texts per CPU second when each is compared with every text of the window, row by row as in bench/cluster.py, and
    when the window is indexed by its terms beforehand (nothing can join it any more)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True)
    known = vectorizer.fit_transform([normalise(text) for text in texts[:size]])
    indexed = known.T.tocsr()
    asked = [vectorizer.transform([normalise(text)]) for text in texts[size : size + PEER_PROBE]]
    began = time.process_time()
    for one in asked:
        (known @ one.T).toarray().argmax()
    between = time.process_time()
    for one in asked:
        (one @ indexed).toarray().argmax()
    return PEER_PROBE / (between - began), PEER_PROBE / (time.process_time() - between)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=default_data())
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 300_000])
    parser.add_argument("--no-peer", action="store_true")
    args = parser.parse_args()
    texts = titles(args.data, max(args.sizes) + PROBE)
    print("in the window   method              texts/CPU s   KiB a text")
    for name, method in (("grouping alone", grouping_alone), ("with folding", with_folding)):
        windows = [Window(method, texts, size) for size in args.sizes]
        for _ in range(PROBE // PART):  # in turn, so that what else runs on the machine weighs on all alike
            for window in windows:
                window.go_on()
        for window in windows:
            print(
                f"{window.size:>13}   {name:<18} {median(window.rates):>12.0f}   {window.taken:>10.1f}",
                flush=True,
            )
    for size in () if args.no_peer else args.sizes:
        for name, rate in zip(
            ("full similarity", "the same, indexed"), full_similarity(texts, size), strict=True
        ):
            print(f"{size:>13}   {name:<18} {rate:>12.0f}", flush=True)


if __name__ == "__main__":
    main()
