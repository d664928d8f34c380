"""Puts learnt parts together in the form that `analysis.linear` multiplies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.features import grams
from analysis.interplay import Interplay
from analysis.lexicon import CATEGORIES, LISTS, word_buckets
from analysis.linear import FLOATS, Engine, length_features, list_features
from analysis.train_data import DEV_FROM, TEST_FROM
from analysis.train_heads import GOLD_HEADS, Heads, Linear, stack
from analysis.train_matrix import Matrix, weighted
from analysis.weights_file import Weights

HEADS = (*GOLD_HEADS, "polarity", "gate")
HIDDEN, INTERPLAY = 12, 512  # topics beside the heads; cosine features of topics and word lists


@dataclass(frozen=True)
class Vocabulary:
    """Kept buckets (ascending) and their idf."""

    rows: NDArray[np.intp]
    idf: NDArray[np.float32]

    def x(self, counted: Matrix) -> Matrix:
        return weighted(counted[:, self.rows], self.idf)


def zero_heads(rows: int, lists: int) -> Heads:
    size = len(GOLD_HEADS)
    zero = Linear(np.zeros((rows, size), np.float32), np.zeros(size, np.float32))
    return Heads(zero, np.zeros((2 * lists + 2, size), np.float32), np.zeros((1, size), np.float32))


def no_interplay(lists: int) -> Interplay:
    extra = np.zeros((1, 2 * lists + 2), np.float32)
    return Interplay(
        extra[0],
        extra[0],
        np.zeros((extra.shape[1] + HIDDEN, 1), np.float32),
        np.zeros(1, np.float32),
        np.zeros((1, len(HEADS)), np.float32),
    )


def assemble(
    vocabulary: Vocabulary,
    lists: Mapping[str, Sequence[str]],
    heads: Heads,
    thresholds: Mapping[str, float],
    others: Sequence[Linear],
    hidden: Linear,
    play: Interplay,
) -> Weights:
    """All heads in one table in the form `analysis.linear` multiplies: idf is inside the weights."""
    both = stack([heads.linear, *others, hidden])
    idf = vocabulary.idf[:, None]
    table = np.zeros((len(vocabulary.rows) + 1, both.weights.shape[1] + 1), dtype=np.float32)
    table[1:] = np.concatenate([both.weights * idf, idf**2], axis=1)
    found = [word_buckets(words) for words in lists.values()]
    dense, out = (
        np.concatenate([part, np.zeros((len(part), len(others)), np.float32)], axis=1).astype(np.float32)
        for part in (heads.dense, heads.interplay)
    )
    return Weights(
        rows=vocabulary.rows.astype(np.uint32),
        table=table,
        dense=dense,
        bias=both.bias,
        interplay=replace(play, out=out),
        word_rows=np.concatenate(found),
        word_lists=np.repeat(np.arange(len(found)), [len(part) for part in found]).astype(np.uint8),
        meta={
            "version": "2026.11",
            "heads": list(HEADS),
            "lists": [*CATEGORIES, *LISTS],
            "thresholds": dict(thresholds),
            "split": {"dev_from": DEV_FROM, "test_from": TEST_FROM},
        },
    )


def dense_features(weights: Weights, texts: Sequence[str]) -> FLOATS:
    """Word-list and length features exactly as the engine computes them."""
    engine = Engine(weights)
    counts = np.concatenate(
        [engine.counts(grams(texts[start : start + 500])) for start in range(0, len(texts), 500)]
    )
    lengths = np.fromiter(map(len, texts), dtype=np.intp, count=len(texts))
    return np.concatenate([list_features(counts), length_features(lengths)], axis=1)
