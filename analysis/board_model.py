"""How likely a title is to come to the top three of its board: small trees over `boards.FEATURES` and its words.

The weights (weights/boards.npz) are made by `huiying train --boards`; here they are only read and added up.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from analysis.boards import Candidate
from analysis.errors import MissingWeights
from analysis.features import BITS, NOTHING, grams
from analysis.weights_file import WEIGHTS
from store.text import normalise

WORD_BITS = 15
FLOATS = NDArray[np.float64]


@dataclass(frozen=True)
class BoardModel:
    """Trees as tables of nodes: `split` ≤ `cut` goes left; a leaf points at itself. Values are log-odds.

    blank_left: where a value is missing. roots: the first node of each tree. words: the worth of each hashed
    one- and two-character piece of a title. start: the line that gave the budget on the learning data.
    until: Unix seconds; what was seen before was learnt on.
    """

    split: NDArray[np.intp]
    cut: FLOATS
    blank_left: NDArray[np.bool_]
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    value: FLOATS
    roots: NDArray[np.intp]
    depth: int
    bias: float
    words: FLOATS
    start: float
    until: float = 0.0

    def scores(self, candidates: Sequence[Candidate]) -> FLOATS:
        """Log-odds, one a candidate."""
        if not candidates:
            return np.zeros(0)
        values = np.array([one.values for one in candidates])
        titles = {one.key[0]: 0 for one in candidates}
        worth = dict(zip(titles, title_worth(list(titles), self.words), strict=True))
        return self.add_up(np.column_stack([values, [worth[one.key[0]] for one in candidates]]))

    def add_up(self, values: FLOATS) -> FLOATS:
        """values: a row a candidate, the worth of its words behind its features."""
        rows = np.arange(len(values))[:, None]
        node = np.broadcast_to(self.roots, (len(values), len(self.roots)))
        for _ in range(self.depth):
            seen = values[rows, self.split[node]]
            goes_left = np.where(np.isnan(seen), self.blank_left[node], seen <= self.cut[node])
            node = np.where(goes_left, self.left[node], self.right[node])
        total: FLOATS = self.bias + self.value[node].sum(axis=1)
        return total


def pieces_of(titles: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.intp], FLOATS]:
    """(title, bucket, weight) of every piece; a title's weights have the length 1."""
    found = grams([normalise(title) for title in titles], (1, 2))
    owner = np.searchsorted(found.starts, np.arange(len(found.buckets[0])), side="right") - 1
    keys = np.concatenate(
        [
            (owner[kept] << WORD_BITS) + (part[kept] >> np.uint32(BITS - WORD_BITS)).astype(np.intp)
            for part in found.buckets
            for kept in (part != NOTHING,)
        ]
    )
    pairs, counts = np.unique(keys, return_counts=True)
    owners = pairs >> WORD_BITS
    lengths = np.sqrt(np.bincount(owners, counts.astype(float) ** 2, minlength=len(titles)))
    return owners, pairs & ((1 << WORD_BITS) - 1), counts / lengths[owners]


def title_worth(titles: Sequence[str], words: FLOATS) -> FLOATS:
    """What the words of each title add: titles of this kind came to the top more or less often than others."""
    owners, buckets, weights = pieces_of(titles)
    return np.bincount(owners, weights * words[buckets], minlength=len(titles)).astype(np.float64)


def save(model: BoardModel, path: Path) -> None:
    scale = float(np.abs(model.words).max()) or 1.0
    np.savez_compressed(
        path,
        split=model.split.astype(np.uint8), cut=model.cut, blank_left=model.blank_left,
        left=model.left.astype(np.uint16), right=model.right.astype(np.uint16), value=model.value.astype(np.float32),
        roots=model.roots.astype(np.uint16), words=np.rint(model.words / scale * 127).astype(np.int8),
        numbers=np.array([model.depth, model.bias, model.start, scale, model.until]),
    )  # fmt: skip


def load(path: Path = WEIGHTS / "boards.npz") -> BoardModel:
    """The model; raises MissingWeights when the file is not there or not ours."""
    try:
        with path.open("rb") as file, np.load(file) as kept:
            depth, bias, start, scale, until = kept["numbers"]
            return BoardModel(
                split=kept["split"].astype(np.intp), cut=kept["cut"],
                blank_left=kept["blank_left"], left=kept["left"].astype(np.intp),
                right=kept["right"].astype(np.intp), value=kept["value"].astype(np.float64),
                roots=kept["roots"].astype(np.intp), depth=int(depth), bias=float(bias),
                words=kept["words"] * (float(scale) / 127), start=float(start), until=float(until),
            )  # fmt: skip
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise MissingWeights(
            f"模型权重 {path.name} 读不出（{error}）；请用 huiying train --boards 重新生成，或从版本库取回该文件。"
        ) from error


@functools.cache
def default_model() -> BoardModel:
    return load()
