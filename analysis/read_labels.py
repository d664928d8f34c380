"""Labels made by reading, kept without their texts: each names a text of the shared data by its hash.

`analysis/labels/read.jsonl` (texts chosen because they are hard) and `alike.jsonl.gz` (drawn as gold_large was) are read
together with the folder of the data; README.md beside them says who read and how.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis.errors import BadTrainingData
from analysis.linear import reading_text
from analysis.scorer import Text
from analysis.train_data import Labelled, read_rows

FILE = Path(__file__).parent / "labels" / "read.jsonl"
ALIKE = FILE.with_name("alike.jsonl.gz")
CUT = 230  # characters of a text that were read, as in gold_large


def text_key(text: str) -> str:
    """SHA-256 (hex) of the text as it was read."""
    return hashlib.sha256(text.encode()).hexdigest()


def texts_as_read(data: Path, name: str) -> Iterator[str]:
    """The texts of one file of the data in the form in which they were read."""
    for row in read_rows(data / name):
        if "titles" in row:
            yield from (title for title, _ in row["titles"])
        elif "title" in row:
            yield f"{row['title']}。{row['text']}"[:CUT]
        else:
            yield row["text"][:CUT]


def read_labels(data: Path, file: Path = FILE) -> Labelled:
    """The labelled texts found again; the labels are the whole records. Raises BadTrainingData if more than one in
    a hundred is missing."""
    records: dict[str, dict[str, Any]] = {record["key"]: record for record in read_rows(file)}
    found: dict[str, str] = {}
    for name in sorted({record["file"] for record in records.values()}):
        for text in texts_as_read(data, name):
            key = text_key(text)
            if key in records:
                found[key] = text
    if len(found) < 0.99 * len(records):
        raise BadTrainingData(
            f"{file.name} 的 {len(records)} 条标注只找到 {len(found)} 条原文；请核对数据目录 {data.name} 是否完整。"
        )
    keys = sorted(found)
    return Labelled([reading_text(Text(found[key])) for key in keys], [records[key] for key in keys])
