"""The weights of the own model on disk: one compressed file, eight bits a weight.

A weight w of a column with the largest absolute value m is kept as q = sign(w)·√(|w|/m)·127, so that small weights keep
their digits.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from analysis.errors import MissingWeights
from analysis.features import NOTHING
from analysis.interplay import Interplay

WEIGHTS = Path(__file__).parent / "weights"
FLOATS = NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    """rows: bucket of each kept n-gram, ascending. table: one row a kept n-gram behind a row of zeros: the heads,
    the hidden topics, idf². dense: what the word-list features add per head. bias: of heads and hidden topics.
    interplay: what word lists and topics add together. word_rows / word_lists: which bucket
    counts for which list. meta: version, heads, lists, thresholds, sources."""

    rows: NDArray[np.uint32]
    table: FLOATS
    dense: FLOATS
    bias: FLOATS
    interplay: Interplay
    word_rows: NDArray[np.uint32]
    word_lists: NDArray[np.uint8]
    meta: dict[str, Any]

    def index(self) -> NDArray[np.int32]:
        """Bucket → row of `table`; 0 for n-grams that are not kept."""
        index = np.zeros(NOTHING + 1, dtype=np.int32)
        index[self.rows] = np.arange(1, len(self.rows) + 1, dtype=np.int32)
        return index


def save(weights: Weights, path: Path) -> None:
    scale = np.maximum(np.abs(weights.table).max(axis=0), 1e-9)
    squeezed = np.sign(weights.table) * np.sqrt(np.abs(weights.table) / scale) * 127
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        steps=np.diff(weights.rows, prepend=np.uint32(0)).astype(np.uint32),
        table=np.ascontiguousarray(np.rint(squeezed[1:]).astype(np.int8).T),
        scale=scale.astype(np.float32),
        dense=weights.dense.astype(np.float32),
        bias=weights.bias.astype(np.float32),
        **{f"interplay_{part.name}": getattr(weights.interplay, part.name) for part in fields(Interplay)},
        word_rows=weights.word_rows,
        word_lists=weights.word_lists,
        meta=np.frombuffer(json.dumps(weights.meta, ensure_ascii=False).encode(), dtype=np.uint8),
    )


def load(path: Path = WEIGHTS / "linear.npz") -> Weights:
    """The weights; raises MissingWeights when the file is not there or not ours."""
    try:
        with path.open("rb") as file, np.load(file) as kept:
            small, scale = kept["table"], kept["scale"] / np.float32(127 * 127)
            table = np.zeros((small.shape[1] + 1, len(small)), dtype=np.float32)
            for column, steps in enumerate(small):  # one at a time: the table is the largest thing in memory
                whole = steps.astype(np.float32)
                np.multiply(whole, np.abs(whole) * scale[column], out=table[1:, column])
            return Weights(
                rows=np.cumsum(kept["steps"], dtype=np.uint32),
                table=table,
                dense=kept["dense"],
                bias=kept["bias"],
                interplay=Interplay(*(kept[f"interplay_{part.name}"] for part in fields(Interplay))),
                word_rows=kept["word_rows"],
                word_lists=kept["word_lists"],
                meta=json.loads(kept["meta"].tobytes()),
            )
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise MissingWeights(
            f"模型权重 {path.name} 读不出（{error}）；请用 huiying train 重新生成，或从版本库取回该文件。"
        ) from error
