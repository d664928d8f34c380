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

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analysis.clusters import Clusterer, Item, Settings  # noqa: E402
from bench.cluster import default_data  # noqa: E402
from bench.flat_cost import resident_megabytes  # noqa: E402
from huiying.commands.cluster import Grouping, Line  # noqa: E402
from store.text import normalise  # noqa: E402

Add = Callable[[int, str, datetime], object]

PROBE, PART = 6_000, 500
PEER_PROBE = 60
WINDOW = timedelta(days=13)  # within folding's fortnight too
START = datetime(2026, 11, 1, tzinfo=UTC)


def titles(data: Path, most: int) -> list[str]:
    found: dict[str, None] = {}
    with gzip.open(data / "weibo_hotsearch" / "days.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            found.update(dict.fromkeys(title for title, _ in row["titles"]))
            if len(found) >= most:
                break
    return list(islice(found, most))


def timed(add: Add, texts: Sequence[str], size: int) -> tuple[float, float]:
    """(texts per CPU second with `size` in the window, KiB each of them takes)."""
    step = WINDOW / (size + PROBE)
    gc.collect()
    before = resident_megabytes()
    for number in range(size):
        add(number, texts[number], START + step * number)
    taken = (resident_megabytes() - before) * 1024 / size
    rates = []
    for begin in range(size, size + PROBE, PART):
        began = time.process_time()
        for number in range(begin, begin + PART):
            add(number, texts[number], START + step * number)
        rates.append(PART / (time.process_time() - began))
    return median(rates), taken


def timed_fresh(method: Callable[[], Add], texts: Sequence[str], size: int) -> tuple[float, float]:
    timed(method(), texts, 500)  # tables are read before the clock runs
    return timed(method(), texts, size)


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
    for size in args.sizes:
        for name, method in (("grouping alone", grouping_alone), ("with folding", with_folding)):
            with ProcessPoolExecutor(1) as fresh:  # memory let go by another measurement is not counted
                rate, taken = fresh.submit(timed_fresh, method, texts, size).result()
            print(f"{size:>13}   {name:<18} {rate:>12.0f}   {taken:>10.1f}", flush=True)
        if not args.no_peer:
            for name, rate in zip(
                ("full similarity", "the same, indexed"), full_similarity(texts, size), strict=True
            ):
                print(f"{size:>13}   {name:<18} {rate:>12.0f}", flush=True)


if __name__ == "__main__":
    main()
