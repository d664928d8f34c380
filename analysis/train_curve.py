"""The learning curve of the present method: how good the heads are when they learn from fewer labelled texts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analysis.evaluate import category_measures, f1, readable, sentiment_measures
from analysis.linear import FLOATS
from analysis.train_heads import (
    FOLDS,
    GOLD_HEADS,
    Examples,
    Linear,
    best_threshold,
    calibrated,
    learn_heads,
)

SIZES = (400, 800, 1600)  # texts of gold; then all of them, then those read for training beside them


def say_learning_curve(
    examples: Examples, teacher: Linear, measured: int, say: Callable[[str], None]
) -> None:
    """Out of fold, on the same texts for every size: the heads learn from a random part of the other folds.

    n-grams, teachers and word lists are those of the full training; thresholds and calibration of each half of the
    texts come from the other half."""
    everything = np.arange(examples.x.shape[0])
    for size in (*SIZES, measured, len(everything)):
        kept = np.random.default_rng(size).permutation(measured)[:size]
        used = everything if size > measured else np.sort(kept)
        say(f"学习曲线 {len(used)} 条：{_measured(_scores(examples, teacher, measured, used), examples)}")


def _scores(examples: Examples, teacher: Linear, measured: int, used: np.ndarray) -> FLOATS:
    fold = np.random.default_rng(0).permutation(measured) % FOLDS
    logits = np.zeros((measured, len(GOLD_HEADS)), dtype=np.float32)
    for left_out in range(FOLDS):
        rows = np.flatnonzero(fold == left_out)
        heads = learn_heads(examples.rows(np.setdiff1d(used, rows)), teacher)
        logits[rows] = heads(examples.rows(rows))
    return logits


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
