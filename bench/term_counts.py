"""Learn analysis/weights/term_counts.npz: in how many public texts each two-character term occurs.

    python bench/term_counts.py [DIR of the shared data]

Reads the titles of `weibo_hotsearch`, `thucnews_titles`, `toutiao_titles` and the messages of `zhengwu`; keeps only
hashed counts (65,536 buckets, one byte each), no text.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.terms import BUCKETS, TABLE, bucket, pieces  # noqa: E402
from store.text import normalise  # noqa: E402

EVERY = {
    "weibo_hotsearch/days.jsonl.gz": 3,
    "thucnews_titles/data.jsonl.gz": 1,
    "toutiao_titles/data.jsonl.gz": 1,
}
MESSAGES = ("zhengwu/labelled_raw.jsonl.gz", "zhengwu/replies.jsonl.gz")


def shared() -> Path:
    folder = Path(os.environ.get("HUIYING_SHARED") or ROOT.parent / "shared")
    return Path(sys.argv[1]) if len(sys.argv) > 1 else folder / "data"


def lines(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def texts(folder: Path) -> Iterator[str]:
    """Titles (every third of the rankings) and the beginnings of messages."""
    for name, step in EVERY.items():
        number = 0
        for row in lines(folder / name):
            for title in (
                [title for title, _ in row["titles"]]
                if "titles" in row
                else [row.get("title") or row["text"]]
            ):
                number += 1
                if number % step == 0:
                    yield title
    for row in (row for name in MESSAGES for row in lines(folder / name)):
        yield f"{row.get('title', '')} {row.get('text', '')}"[:360]


def main() -> None:
    counts: Counter[str] = Counter()
    total = 0
    for text in texts(shared()):
        total += 1
        counts.update(set(pieces(normalise(text))))
    shares = np.full(BUCKETS, 0.3 / total)
    for term, number in counts.items():
        shares[bucket(term)] = max(shares[bucket(term)], number / total)
    quantised = np.clip(np.round((np.log(shares) + 13) * 20), 0, 255).astype(np.uint8)
    TABLE.parent.mkdir(exist_ok=True)
    np.savez_compressed(TABLE, log_share=quantised)
    print(f"{total} texts, {len(counts)} terms, {TABLE.stat().st_size} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
