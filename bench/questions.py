"""How well the questions of one matter are brought together, beside simple ways in the same run.

Run: python bench/questions.py [--data DIR]. bench/labels/questions.json says which question sentences of citizens'
messages ask the same (one reader's labels, keyed by hash; the texts stay where they are). `tune` chose the thresholds,
`report` was labelled before the method was run on it. Messages whose questions are all equal count once, as folding
leaves them. "before" is the method of version 0.1: half of the bigrams shared with a group's first member.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analysis.asking import group_questions  # noqa: E402
from analysis.questions import questions  # noqa: E402
from bench.cluster import default_data, scores  # noqa: E402
from store.text import bigrams, normalise  # noqa: E402

LABELS = ROOT / "bench" / "labels" / "questions.json"
FILES = (
    "zhengwu_messages_f3/messages", "zhengwu/hot", "zhengwu/replies", "zhengwu/labelled_raw",
)  # fmt: skip
FLOOD = 10_000
Grouped = Callable[[Sequence[str]], list[str]]


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, normalise(text)))


def key_of(message: str, question: str) -> str:
    return hashlib.sha256(f"{letters(message)}|{letters(question)}".encode()).hexdigest()[:12]


def read_messages(data: Path) -> list[str]:
    texts: dict[str, str] = {}
    for name in FILES:
        path = data / f"{name}.jsonl.gz"
        if path.exists():
            with gzip.open(path, "rt", encoding="utf-8") as file:
                for row in map(json.loads, file):
                    text = f"{row.get('title') or ''}\n{row['text']}"
                    texts.setdefault(letters(text), text)
    return list(texts.values())


def found(data: Path) -> dict[str, dict[str, list[tuple[str, str]]]]:
    """part → issue → (label, question) in the order of the messages."""
    labels = json.loads(LABELS.read_text(encoding="utf-8"))
    home = {
        key: (part, issue, str(number))
        for part, issues in labels.items()
        for issue, groups in issues.items()
        for number, keys in enumerate(groups)
        for key in keys
    }
    rows: dict[str, dict[str, list[tuple[str, str]]]] = {part: {} for part in labels}
    for message in read_messages(data):
        for question in questions(message):
            place = home.get(key_of(message, question))
            if place is not None:
                part, issue, label = place
                rows[part].setdefault(issue, []).append((f"{issue}:{label}", question))
    known = sum(len(keys) for issues in labels.values() for groups in issues.values() for keys in groups)
    said = sum(len(items) for issues in rows.values() for items in issues.values())
    print(f"labelled question sentences found: {said} of {known}")
    return rows


def own(texts: Sequence[str]) -> list[str]:
    groups = group_questions(enumerate(texts))
    home = {at: str(number) for number, group in enumerate(groups) for at in group.document_ids}
    return [home[at] for at in range(len(texts))]


def alone(texts: Sequence[str]) -> list[str]:
    return [str(at) for at in range(len(texts))]


def exact(texts: Sequence[str]) -> list[str]:
    return [letters(text) for text in texts]


def before(texts: Sequence[str]) -> list[str]:
    founders: list[set[str]] = []
    homes = []
    for text in texts:
        terms = set(bigrams(text))
        alike = [len(terms & one) / max(1, len(terms | one)) for one in founders]
        best = max(range(len(alike)), key=alike.__getitem__, default=None)
        if best is None or alike[best] < 0.5:
            best = len(founders)
            founders.append(terms)
        homes.append(str(best))
    return homes


def pairs_of(issues: dict[str, list[tuple[str, str]]], method: Grouped) -> list[list[tuple[str, str]]]:
    return [
        [
            (label, f"{issue}:{home}")
            for (label, _), home in zip(rows, method([q for _, q in rows]), strict=True)
        ]
        for issue, rows in issues.items()
    ]


def interval(found_pairs: list[tuple[str, str]], rounds: int = 200) -> tuple[float, float]:
    """95 % bootstrap interval of BCubed F1 over sentences: each one's precision and recall as measured."""
    truth, said, both = (Counter(values) for values in (*zip(*found_pairs, strict=True), found_pairs))
    parts = [(both[pair] / said[pair[1]], both[pair] / truth[pair[0]]) for pair in found_pairs]
    draw = random.Random(4)
    values = []
    for _ in range(rounds):
        sample = draw.choices(parts, k=len(parts))
        precision, recall = (sum(column) / len(parts) for column in zip(*sample, strict=True))
        values.append(2 * precision * recall / (precision + recall))
    values.sort()
    return values[int(0.025 * rounds)], values[int(0.975 * rounds)]


def print_flood() -> None:
    """A flood of one sentence, and of many: the work stays bounded."""
    for name, texts in (
        ("one sentence", ["什么时候恢复供水？"] * FLOOD),
        (
            "all different",
            [
                f"{at} 号楼{chr(0x4E00 + at % 5000)}{chr(0x5000 + at // 7)}什么时候恢复供水？"
                for at in range(FLOOD)
            ],
        ),
    ):
        began = time.process_time()
        groups = group_questions(enumerate(texts))
        print(
            f"flood of {FLOOD:,}, {name}: {time.process_time() - began:.2f} CPU s, largest group {len(groups[0].document_ids)}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=default_data())
    rows = found(parser.parse_args().data)
    print("part    method      issues      n  groups  B3-P   B3-R   B3-F1  [95 %]          pairF1")
    for part in ("report", "tune"):
        for name, method in (
            ("all alone", alone),
            ("exact match", exact),
            ("before", before),
            ("huiying", own),
        ):
            pairs = [pair for issue in pairs_of(rows[part], method) for pair in issue]
            if not pairs:
                continue
            precision, recall, f1, pair_f1 = scores(pairs)
            low, high = interval(pairs)
            groups = len({home for _, home in pairs})
            print(
                f"{part:<7} {name:<12} {len(rows[part]):>5}  {len(pairs):>5}  {groups:>6}  {precision:.3f}  {recall:.3f}"
                f"  {f1:.3f}  [{low:.3f}, {high:.3f}]  {pair_f1:.3f}"
            )
    print_flood()


if __name__ == "__main__":
    main()
