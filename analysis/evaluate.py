"""How good a reader is: the measures of every head on labelled texts, pure functions on arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]


def f1(truth: Flags, said: Flags) -> float:
    """Harmonic mean of precision and recall of the positives; 0 when there is no hit."""
    hits = int((truth & said).sum())
    return 2 * hits / max(1, int(truth.sum()) + int(said.sum()))


def category_measures(truth: Flags, said: Flags) -> dict[str, float]:
    """micro and macro F1 over the columns, and the recall of texts that have no category."""
    none: Flags = np.logical_not(truth.any(axis=1))
    return {
        "micro_f1": f1(truth, said),
        "macro_f1": float(np.mean([f1(truth[:, at], said[:, at]) for at in range(truth.shape[1])])),
        "none_recall": float(np.mean(np.logical_not(said.any(axis=1))[none])) if none.any() else float("nan"),
    }


def sentiment_measures(truth: Sequence[str], said: Sequence[str]) -> dict[str, float]:
    """Accuracy, macro-F1 over the classes that occur, F1 of negative."""
    true, given = np.array(truth), np.array(said)
    classes = sorted(set(truth))
    each = {name: f1(true == name, given == name) for name in classes}
    return {
        "accuracy": float((true == given).mean()),
        "macro_f1": float(np.mean(list(each.values()))),
        "negative_f1": each.get("negative", float("nan")),
    }


def confusion(truth: Flags, said: Flags) -> NDArray[np.int64]:
    """Rows: labels of the texts, columns: labels said; the last of both stands for nothing.

    A label that was found counts on the diagonal. One that was missed counts under each label said wrongly instead, or
    under nothing; one said wrongly where none was missed counts in the row of nothing."""
    size = truth.shape[1]
    table = np.zeros((size + 1, size + 1), dtype=np.int64)
    for true, given in zip(truth, said, strict=True):
        for at in np.flatnonzero(true & given):
            table[at, at] += 1
        missed, extra = np.flatnonzero(true & ~given), np.flatnonzero(given & ~true)
        if len(missed) or len(extra) or not true.any():
            table[np.ix_(missed if len(missed) else [size], extra if len(extra) else [size])] += 1
    return table


def calibration_error(truth: Flags, score: NDArray[np.float64], bins: int = 10) -> float:
    """Expected calibration error: mean gap of score and share of positives over equally wide bins."""
    place = np.minimum((score * bins).astype(int), bins - 1)
    gaps = [
        abs(float(score[place == at].mean()) - float(truth[place == at].mean())) * float((place == at).mean())
        for at in range(bins)
        if (place == at).any()
    ]
    return float(sum(gaps))


def interval(values: Sequence[float], share: float = 0.95) -> tuple[float, float]:
    """The middle `share` of bootstrap values."""
    low = (1 - share) / 2
    return float(np.quantile(values, low)), float(np.quantile(values, 1 - low))


def bootstrap_rows(size: int, rounds: int = 200, seed: int = 0) -> list[NDArray[np.intp]]:
    """Row samples with replacement, the same for every measure."""
    random = np.random.default_rng(seed)
    return [random.integers(0, size, size) for _ in range(rounds)]


def readable(measures: Mapping[str, float]) -> str:
    return "  ".join(f"{name} {value:.3f}" for name, value in measures.items())
