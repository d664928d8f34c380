"""The labelled texts the own model learns from, and the parts of them that it never sees.

Everything is read by path from a folder laid out as the shared data; nothing is copied. The part of a text is decided
by the hash of its normalised characters: 70 % train, 15 % dev, 15 % test. Train and dev choose, test only measures.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import BadTrainingData
from analysis.linear import reading_text
from analysis.scorer import Text
from store.text import fingerprint, normalise

POLARITY_SETS = (
    "htl",
    "waimai",
    "shopping10",
    "weibo100k_sample",
    "weibo2018",
    "nlpcc2014",
    "usual",
    "virus",
)
TEST_FROM, DEV_FROM = 85, 70  # of 100 buckets
BOARD_FIELD_FROM = 40  # titles a field of the hot-search board needs to be a class of its own


@dataclass(frozen=True)
class Labelled:
    """Normalised texts with one label (or label record) each."""

    texts: list[str]
    labels: list[Any]

    def __len__(self) -> int:
        return len(self.texts)

    def where(self, keep: list[bool]) -> Labelled:
        return Labelled(
            [text for text, kept in zip(self.texts, keep, strict=True) if kept],
            [label for label, kept in zip(self.labels, keep, strict=True) if kept],
        )


def shared_folder() -> Path:
    """Where the data lies: $HUIYING_SHARED/data, else ../shared/data beside the repository."""
    root = os.environ.get("HUIYING_SHARED")
    base = Path(root) if root else Path(__file__).resolve().parents[1].parent / "shared"
    return base / "data"


def part_of(text: str) -> int:
    """0..99, from the text alone: < 70 train, < 85 dev, else test."""
    return int(fingerprint("", text)[:8], 16) % 100


def content_key(text: str) -> str:
    """Equal for copies of a text, also when one is cut; used to keep test texts out of training."""
    letters = "".join(filter(str.isalnum, normalise(text)))
    return hashlib.sha256(letters[:40].encode()).hexdigest()


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a .jsonl or .jsonl.gz file."""
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8")
            if path.suffix == ".gz"
            else path.open(encoding="utf-8") as file
        ):
            for number, line in enumerate(file, 1):
                try:
                    yield json.loads(line)
                except ValueError as error:
                    raise BadTrainingData(
                        f"{path.name} 第 {number} 行不是 JSON（{error}）；请检查该文件。"
                    ) from error
    except OSError as error:
        raise BadTrainingData(
            f"训练数据 {path.name} 读不到（{error.strerror}）；请用 --data 指出数据目录，或设置 HUIYING_SHARED。"
        ) from error


def read_gold(data: Path, name: str) -> Labelled:
    """`gold` or `gold_large`: the labels are the whole records."""
    rows = list(read_rows(data / name / "gold.jsonl"))
    return Labelled([reading_text(Text(row["text"])) for row in rows], rows)


def read_polarity(data: Path, name: str) -> Labelled:
    """One of the eight two-class sets, labels 0 and 1; smp2020 keeps happy against angry, sad, fear."""
    if name in ("usual", "virus"):
        rows = [
            row for row in read_rows(data / "smp2020" / f"{name}.jsonl.gz") if row.get("polarity") in (1, -1)
        ]
        labels = [int(row["polarity"] == 1) for row in rows]
    else:
        rows = list(read_rows(data / name / "data.jsonl.gz"))
        labels = [int(row["label"]) for row in rows]
    return Labelled([reading_text(Text(row["text"])) for row in rows], labels)


def read_emotions(data: Path) -> Labelled:
    """smp2020 as three classes: 0 negative, 1 neutral, 2 positive."""
    rows = [
        row
        for name in ("usual", "virus")
        for row in read_rows(data / "smp2020" / f"{name}.jsonl.gz")
        if row.get("polarity") is not None
    ]
    return Labelled([reading_text(Text(row["text"])) for row in rows], [row["polarity"] + 1 for row in rows])


def read_board(data: Path) -> Labelled:
    """Titles of the hourly hot-search board with the field the board gives them; rare fields together."""
    fields: dict[str, Counter[str]] = {}
    for row in read_rows(data / "weibo_hotsearch_2024" / "hourly_board.jsonl.gz"):
        for title, _, _, field, *_ in row["board"]:
            if field and field != "暂无":
                fields.setdefault(title, Counter())[field] += 1
    labels = {title: min(found, key=lambda name: (-found[name], name)) for title, found in fields.items()}
    common = {field for field, size in Counter(labels.values()).items() if size >= BOARD_FIELD_FROM}
    titles = sorted(labels)
    return Labelled(
        [normalise(title) for title in titles],
        [labels[title] if labels[title] in common else "other" for title in titles],
    )


def read_topics(data: Path, name: str) -> Labelled:
    """A foreign topic set with its own labels: board, zhengwu, toutiao_titles or thucnews_titles."""
    if name == "board":
        return read_board(data)
    if name != "zhengwu":
        rows = list(read_rows(data / name / "data.jsonl.gz"))
        return Labelled([normalise(row["text"]) for row in rows], [row["label"] for row in rows])
    texts, labels = [], []
    for row in read_rows(data / "zhengwu" / "labelled_tok.jsonl.gz"):
        texts.append(normalise(row["text"].replace(" ", ""))[:600])
        labels.append(row["label"])
    for row in read_rows(data / "zhengwu" / "labelled_raw.jsonl.gz"):
        texts.append(normalise(f"{row['title']}。{row['text']}")[:600])
        labels.append(row["label"])
    return Labelled(texts, labels)
