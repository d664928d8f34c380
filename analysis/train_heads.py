"""Learns all heads of the own model and folds them into one table of n-gram weights.

Teachers (polarity of reviews and posts, emotions, foreign topics) are linear in x, so what the heads take from them is
folded into the heads' own weights and costs nothing when scoring. Needs scikit-learn, which scoring does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.linalg
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from analysis.lexicon import CATEGORIES
from analysis.linear import FLOATS
from analysis.scorer import SENTIMENTS
from analysis.train_matrix import Matrix

GOLD_HEADS = (*CATEGORIES, *SENTIMENTS, "sudden_incident", "service_friction")
FOLDS = 5
DENSE_SCALE = 0.4  # word-list features beside x of length one; 0.3-0.5 were equal on dev
TEACHER_SCALE = 0.12
# Penalties, out of fold: for categories 0.15-0.6 were equal; 0.3 → 1.0 gave sentiment 0.790 → 0.802 and friction 0.588 →
# 0.600, incidents stayed at 0.755, 2.0 was no better.
RIDGE_CATEGORIES, RIDGE_OTHERS = 0.3, 1.0
BIAS_SCALE = 0.1
INTERPLAY_SCALE = 1.5  # the Gaussian kernel beside the linear one
KERNEL_BLOCK = 500  # rows


@dataclass(frozen=True)
class Linear:
    """Weights over kept n-grams (columns = outputs) and their offsets."""

    weights: FLOATS
    bias: FLOATS

    def __call__(self, x: Matrix) -> FLOATS:
        return np.asarray(x @ self.weights + self.bias, dtype=np.float32)


@dataclass(frozen=True)
class Heads:
    """Heads over [x, dense, interplay] after the teachers are folded in."""

    linear: Linear
    dense: FLOATS
    interplay: FLOATS


def learn_binary(
    x: Matrix, labels: Sequence[int] | NDArray[np.bool_], c: float, sample_weight: Any = None
) -> Linear:
    model = LogisticRegression(C=c, solver="liblinear", random_state=0)
    model.fit(x, labels, sample_weight=sample_weight)
    return Linear(model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32))


def learn_topics(x: Matrix, labels: Sequence[Any]) -> Linear:
    """One-against-rest margins of a foreign label set."""
    model = LinearSVC(C=0.3, random_state=0).fit(x, labels)
    return Linear(model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32))


def standardised(teacher: Linear, x: Matrix) -> Linear:
    """The teacher with outputs of mean 0 and spread TEACHER_SCALE on the texts of x."""
    out = teacher(x)
    factor = TEACHER_SCALE / np.maximum(out.std(axis=0), 1e-6)
    return Linear(teacher.weights * factor, (teacher.bias - out.mean(axis=0)) * factor)


def stack(teachers: Sequence[Linear]) -> Linear:
    return Linear(
        np.concatenate([teacher.weights for teacher in teachers], axis=1),
        np.concatenate([teacher.bias for teacher in teachers]),
    )


def gold_targets(records: Sequence[dict[str, Any]]) -> NDArray[np.bool_]:
    """One column a head of GOLD_HEADS; what is missing counts as not there."""
    return np.array(
        [
            [head in record["categories"] for head in CATEGORIES]
            + [record.get("sentiment") == mood for mood in SENTIMENTS]
            + [record.get("sudden_incident", False), record.get("service_friction", False)]
            for record in records
        ],
        dtype=bool,
    )


@dataclass(frozen=True)
class Examples:
    """Labelled texts for the heads: n-grams, word-list features, features of their interplay, targets, what each
    row weighs, and whether its sentiment and incident, and its service_friction, were labelled."""

    x: Matrix
    dense: FLOATS
    together: FLOATS
    targets: NDArray[np.bool_]
    weight: NDArray[np.float64]
    has_mood: NDArray[np.bool_]
    has_friction: NDArray[np.bool_]


def hidden_topics(teacher: Linear, x: Matrix, size: int) -> Linear:
    """The directions in which the teachers' outputs differ most on the texts of x: mean 0, spread 0.3."""
    out = teacher(x).astype(np.float64)
    centred = out - out.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    chosen = directions[:, ::-1][:, :size]
    chosen *= np.sign(chosen[np.abs(chosen).argmax(axis=0), np.arange(size)])  # eigenvectors have no sign
    chosen *= 0.3 / (centred @ chosen).std()
    return Linear(
        (teacher.weights @ chosen).astype(np.float32),
        ((teacher.bias - out.mean(axis=0)) @ chosen).astype(np.float32),
    )


def kernel_of(examples: Examples, teacher: Linear) -> FLOATS:
    """How alike any two rows are: inner products of [x, teacher(x), dense, interplay] and the offset. Single
    precision: out of fold it gave the same figures to three digits at half the time and memory."""
    return _inner_products(examples.x, _parts(examples, teacher)[1:])


def _parts(examples: Examples, teacher: Linear) -> tuple[Matrix, FLOATS, FLOATS, FLOATS]:
    return (
        examples.x,
        teacher(examples.x),
        examples.dense * np.float32(DENSE_SCALE),
        examples.together * _together_scale(examples),
    )


def _together_scale(examples: Examples) -> np.float32:
    return np.float32(np.sqrt(INTERPLAY_SCALE * 2 / examples.together.shape[1]))


def _inner_products(x: Matrix, parts: Sequence[FLOATS]) -> FLOATS:
    kernel = np.empty((x.shape[0], x.shape[0]), dtype=np.float32)
    turned = x.T.tocsr()
    for start in range(
        0, x.shape[0], KERNEL_BLOCK
    ):  # whole, the sparse product would need four times the memory
        kernel[start : start + KERNEL_BLOCK] = (x[start : start + KERNEL_BLOCK] @ turned).toarray()
    kernel += np.float32(BIAS_SCALE)
    for part in parts:
        kernel += part @ part.T
    return kernel


def learn_duals(kernel: FLOATS, examples: Examples, used: NDArray[np.intp]) -> FLOATS:
    """All heads by ridge regression of ±1, solved among the rows `used`: what each row adds to each head, 0 for others.

    Rows where a head was not labelled are left out: one factorisation for the categories, one for sentiment and
    incident, one for service_friction.
    """
    signs = np.where(examples.targets, np.float32(1), np.float32(-1))
    duals = np.zeros_like(signs)
    category, place = len(CATEGORIES), np.arange(len(GOLD_HEADS))
    everywhere = np.ones(len(signs), dtype=bool)
    for is_head, is_row, ridge in (
        (place < category, everywhere, RIDGE_CATEGORIES),
        ((place >= category) & (place < len(GOLD_HEADS) - 1), examples.has_mood, RIDGE_OTHERS),
        (place == len(GOLD_HEADS) - 1, examples.has_friction, RIDGE_OTHERS),
    ):
        heads, rows = np.flatnonzero(is_head), used[is_row[used]]
        system = kernel[np.ix_(rows, rows)]
        system[np.diag_indices(len(rows))] += (ridge / examples.weight[rows]).astype(np.float32)
        factor = scipy.linalg.cho_factor(system, lower=True, overwrite_a=True, check_finite=False)
        duals[np.ix_(rows, heads)] = scipy.linalg.cho_solve(
            factor, signs[np.ix_(rows, heads)], check_finite=False
        )
    return duals


def learn_heads(examples: Examples, teacher: Linear, kernel: FLOATS) -> Heads:
    """All heads from all rows, the teacher folded in."""
    duals = learn_duals(kernel, examples, np.arange(len(kernel)))
    own, from_teacher, from_dense, from_together = (
        np.asarray(part.T @ duals, dtype=np.float32) for part in _parts(examples, teacher)
    )
    bias = (BIAS_SCALE * duals.sum(axis=0)).astype(np.float32)
    folded = Linear(own + teacher.weights @ from_teacher, bias + teacher.bias @ from_teacher)
    return Heads(folded, from_dense * np.float32(DENSE_SCALE), from_together * _together_scale(examples))


def out_of_fold(
    kernel: FLOATS, examples: Examples, measured: int, used: NDArray[np.intp] | None = None
) -> FLOATS:
    """Logits of the first `measured` rows by heads that were learnt without them; the rows behind (read for
    training) teach every fold and are never measured. used: rows to learn from, all of them by default."""
    fold = np.random.default_rng(0).permutation(measured) % FOLDS
    everything = np.arange(len(kernel)) if used is None else used
    logits = np.zeros((measured, len(GOLD_HEADS)), dtype=np.float32)
    for left_out in range(FOLDS):
        rows = np.flatnonzero(fold == left_out)
        others = np.setdiff1d(everything, rows)
        logits[rows] = kernel[np.ix_(rows, others)] @ learn_duals(kernel, examples, others)[others]
    return logits


def calibrated(logits: FLOATS, targets: NDArray[np.bool_]) -> tuple[FLOATS, FLOATS]:
    """Matrix and offset that turn raw logits into calibrated ones: a line for each two-class head, a softmax map
    for the three sentiments (learnt on out-of-fold logits)."""
    size = len(GOLD_HEADS)
    matrix, offset = np.zeros((size, size), np.float32), np.zeros(size, np.float32)
    moods = [GOLD_HEADS.index(mood) for mood in SENTIMENTS]
    for head in set(range(size)) - set(moods):
        line = learn_binary(sp.csr_matrix(logits[:, [head]]), targets[:, head], 100.0)
        matrix[head, head], offset[head] = line.weights[0, 0], line.bias[0]
    model = LogisticRegression(C=10, max_iter=1000).fit(logits[:, moods], targets[:, moods].argmax(axis=1))
    matrix[np.ix_(moods, moods)] = model.coef_.T
    offset[moods] = model.intercept_
    return matrix, offset


def best_threshold(scores: FLOATS, truth: NDArray[np.bool_]) -> float:
    """The limit with the highest F1 on out-of-fold scores, drawn towards 0.38 the more the fewer positives there are."""
    limits = np.arange(0.12, 0.75, 0.02)
    hits = scores[:, None] >= limits
    f1 = 2 * (hits & truth[:, None]).sum(axis=0) / np.maximum(hits.sum(axis=0) + truth.sum(), 1)
    trust = truth.sum() / (truth.sum() + 60)
    return round(float(limits[int(f1.argmax())] * trust + 0.38 * (1 - trust)), 3)
