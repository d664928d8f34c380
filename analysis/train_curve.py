"""The learning curve of the present method: how good the heads are when they learn from fewer labelled texts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analysis.evaluate import category_measures, f1, readable, sentiment_measures
from analysis.linear import FLOATS
from analysis.train_heads import GOLD_HEADS, Examples, best_threshold, calibrated, out_of_fold

SIZES = (
    400,
    800,
    1600,
)  # texts of gold; then all of them, then half and all of those read for training beside them


def say_learning_curve(kernel: FLOATS, examples: Examples, measured: int, say: Callable[[str], None]) -> None:
    """Out of fold, on the same texts for every size: the heads learn from a random part of the other folds.

    n-grams, teachers and word lists are those of the full training; thresholds and calibration of each half of the
    texts come from the other half."""
    everything = np.arange(len(kernel))
    read = everything[measured:]
    for size in (*SIZES, measured, measured + len(read) // 2, len(everything)):
        kept = np.random.default_rng(size).permutation(measured)[:size]
        beside = np.random.default_rng(size).permutation(read)[: max(0, size - measured)]
        used = np.sort(np.concatenate([kept, beside]))
        say(f"学习曲线 {len(used)} 条：{_measured(out_of_fold(kernel, examples, measured, used), examples)}")


def _measured(logits: FLOATS, examples: Examples) -> str:
    targets = examples.targets[: len(logits)]
    half = np.random.default_rng(1).permutation(len(logits)) % 2
    scores, said = np.zeros_like(logits), np.zeros(targets.shape, dtype=bool)
    for part in (0, 1):
        here, there = half == part, half != part
        matrix, offset = calibrated(logits[there], targets[there])
        known, scores[here] = (1 / (1 + np.exp(-(logits[rows] @ matrix + offset))) for rows in (there, here))
        for at in range(len(GOLD_HEADS)):
            said[here, at] = scores[here, at] >= best_threshold(known[:, at], targets[there, at])
    moods = slice(len(GOLD_HEADS) - 5, len(GOLD_HEADS) - 2)
    names = [[str(at) for at in flags[:, moods].argmax(axis=1)] for flags in (targets, scores)]
    truth, given = targets[:, : moods.start], said[:, : moods.start]
    flags = " ".join(f"{f1(targets[:, at], said[:, at]):.3f}" for at in (-2, -1))
    measures = {name: value for name, value in sentiment_measures(*names).items() if name != "negative_f1"}
    return f"分类 {readable(category_measures(truth, given))}；情感 {readable(measures)}；突发、堵点 {flags}"
