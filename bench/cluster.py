"""How well texts are grouped into events, beside simple tools in the same run, and how fast.

Run: python bench/cluster.py [--data DIR]. DIR is laid out as the shared data. Thresholds were chosen looking at the
events of the first half by hash (`tune`) and at the whole stream; the table prints both halves. All texts are
streamed, labelled ones are scored. "all alone" makes every text an event of its own.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analysis.remerge import Whole, remerge  # noqa: E402
from huiying.commands.cluster import Grouping, Line  # noqa: E402
from store.text import normalise  # noqa: E402

Pairs = list[tuple[str, str]]


def default_data() -> Path:
    return Path(os.environ.get("HUIYING_SHARED", ROOT.parent / "shared")) / "data"


def read(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def titles(data: Path) -> list[tuple[Line, str | None]]:
    rows = sorted(read(data / "hotsearch_events" / "titles.jsonl.gz"), key=lambda row: row["ts"])
    return [
        (Line(n, row["title"], "", datetime.fromtimestamp(row["ts"], UTC)), row["event"])
        for n, row in enumerate(rows)
    ]


def messages(data: Path) -> list[tuple[Line, str | None]]:
    rows = sorted(
        read(data / "zhengwu_messages_f3" / "messages.jsonl.gz"), key=lambda row: (row["time"], row["id"])
    )
    return [
        (
            Line(n, row["title"], row["text"], datetime.fromisoformat(row["time"]).replace(tzinfo=UTC)),
            row["issue"],
        )
        for n, row in enumerate(rows)
    ]


def scores(pairs: Pairs) -> tuple[float, float, float, float]:
    """BCubed precision, recall, F1, and pair F1 of (event, group)."""
    truth, found, both = (Counter(values) for values in (*zip(*pairs, strict=True), pairs))
    precision = sum(number * number / found[group] for (_, group), number in both.items()) / len(pairs)
    recall = sum(number * number / truth[event] for (event, _), number in both.items()) / len(pairs)
    hits, said, true = (sum(n * (n - 1) // 2 for n in counts.values()) for counts in (both, found, truth))
    return precision, recall, 2 * precision * recall / (precision + recall), 2 * hits / max(1, said + true)


def own(lines: Sequence[Line]) -> list[str]:
    grouping = Grouping(timedelta(days=180))
    return [grouping.add(line)["incident"] for line in lines]


def remerged(lines: Sequence[Line]) -> list[str]:
    """The groups of `own` after one look for groups that proved to be alike, as each run of detection takes."""
    grouping = Grouping(timedelta(days=180))
    homes = [grouping.add(line)["incident"] for line in lines]
    clusterer = grouping.clusterer
    wholes = []
    for group in clusterer.groups.values():
        total: dict[int, float] = defaultdict(float)
        for key in group.members:
            for term, value in clusterer.vector_of(key):
                total[term] += value
        members = [clusterer.members[key] for key in group.members]
        long = sum(one.is_long for one in members)
        wholes.append(
            Whole(
                group.key, total, len(members), 2 * long >= len(members), min(one.at for one in members),
                max(one.at for one in members),
            )
        )  # fmt: skip
    into = remerge(wholes)
    return [into.get(home, home) for home in homes]


def alone(lines: Sequence[Line]) -> list[str]:
    return [str(line.id) for line in lines]


def tfidf(threshold: float) -> Callable[[Sequence[Line]], list[str]]:
    """Character 2-3-gram TF-IDF over all texts at once; each joins its nearest predecessor above the threshold."""

    def group(lines: Sequence[Line]) -> list[str]:
        from sklearn.feature_extraction.text import TfidfVectorizer

        texts = [normalise(f"{line.title} {line.text[:300]}") for line in lines]
        matrix = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True).fit_transform(texts)
        groups: list[str] = []
        for row in range(len(lines)):
            likeness = (matrix[:row] @ matrix[row].T).toarray().ravel() if row else []
            best = int(likeness.argmax()) if row else 0
            groups.append(groups[best] if row and likeness[best] >= threshold else str(row))
        return groups

    return group


def half(event: str) -> str:
    return "tune" if int(hashlib.sha256(event.encode()).hexdigest(), 16) % 2 == 0 else "report"


def measure(
    name: str, method: Callable[[Sequence[Line]], list[str]], rows: list[tuple[Line, str | None]]
) -> None:
    began = time.process_time()
    groups = method([line for line, _ in rows])
    seconds = time.process_time() - began
    parts: dict[str, Pairs] = defaultdict(list)
    for (_, event), group in zip(rows, groups, strict=True):
        if event is not None:
            parts[half(event)].append((event, group))
            parts["all"].append((event, group))
    for part in ("report", "tune", "all"):
        precision, recall, f1, pair = scores(parts[part])
        rate = f"{len(rows) / max(seconds, 1e-9):>9.0f}" if part == "all" and name == "huiying" else " " * 9
        print(
            f"{name:<12} {part:<7} {len(parts[part]):>5}  {precision:.3f}  {recall:.3f}  {f1:.3f}  {pair:.3f} {rate}",
            flush=True,
        )


def print_groupings(data: Path) -> None:
    """Both streams, every method, the second look of `analysis.remerge` last."""
    for name, rows, threshold in (
        ("hot-search titles", titles(data), 0.30),
        ("citizens' messages", messages(data), 0.20),
    ):
        print(
            f"\n{name}: {len(rows)} texts\nmethod       events      n  B3-P   B3-R   B3-F1  pairF1  docs/CPU s"
        )
        measure("all alone", alone, rows)
        measure("char TF-IDF", tfidf(threshold), rows)
        measure("huiying", own, rows)
        measure("re-merged", remerged, rows)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=default_data())
    args = parser.parse_args()
    print_groupings(args.data)


if __name__ == "__main__":
    main()
