"""Why a head scored as it did: the exact share of each piece of the text in its logit."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from analysis.features import ORDERS, grams
from analysis.linear import Engine, length_features, list_features

_PIECE = re.compile(r"[^\s,，.。!！?？;；:：、]+")
_PIECE_LENGTH = 8


@dataclass(frozen=True)
class Explanation:
    """spans: (piece of the normalised text, its weight), strongest first. words: (word list, its weight).
    interplay: what word lists and topics add together. rest: length and offset. All weights together are the logit
    of the head before sentiment is mixed."""

    head: str
    logit: float
    spans: tuple[tuple[str, float], ...]
    words: tuple[tuple[str, float], ...]
    interplay: float
    rest: float


def explain(engine: Engine, text: str, head: str) -> Explanation:
    """Takes apart the logit of one head for one normalised text.

    Each n-gram's share is spread evenly over its characters; pieces are runs of characters of one sign.
    """
    column = engine.heads.index(head)
    weights = character_weights(engine, text, column)
    found = grams([text])
    counts = engine.counts(found)
    extra = np.concatenate([list_features(counts), length_features(np.array([len(text)]))], axis=1)
    sums = engine.sums(found)
    norm = np.sqrt(np.maximum(sums[:, -1:], 1e-6))
    outputs = np.asarray(sums[:, :-1] / norm + engine.weights.bias, dtype=np.float32)
    interplay = float(engine.weights.interplay.logits(extra, outputs[:, len(engine.heads) :])[0, column])
    dense = engine.weights.dense[:, column]
    size = len(engine.lists)
    from_lists = (list_features(counts)[0] * dense[: 2 * size]).reshape(2, size).sum(axis=0)
    rest = float((length_features(np.array([len(text)]))[0] * dense[2 * size :]).sum()) + float(
        engine.weights.bias[column]
    )
    edges = float(weights[0] + weights[-1])  # the blanks around the text
    words = [(name, float(value)) for name, value in zip(engine.lists, from_lists, strict=True) if value]
    return Explanation(
        head=head,
        logit=float(weights.sum() + from_lists.sum() + interplay + rest),
        spans=tuple(pieces(text, weights[1:-1])),
        words=tuple(sorted(words, key=lambda pair: -abs(pair[1]))),
        interplay=interplay,
        rest=rest + edges,
    )


def character_weights(engine: Engine, text: str, column: int) -> np.ndarray:
    """What each character of ' text ' adds to the logit."""
    found = grams([text])
    norm = np.sqrt(max(float(engine.sums(found)[0, -1]), 1e-6))
    weights = np.zeros(len(text) + 2)
    for order, buckets in zip(ORDERS, found.buckets, strict=True):
        share = engine.shares(buckets, column) / norm / order
        for step in range(order):
            weights[step:] += share[: len(share) - step]
    return weights


def pieces(text: str, weights: np.ndarray) -> list[tuple[str, float]]:
    """Runs of at most eight characters of one sign, strongest first; blanks and marks belong to what precedes."""
    found: list[tuple[str, float]] = []
    start = 0
    for at in range(1, len(text) + 1):
        ends = at == len(text) or (weights[at] > 0) != (weights[start] > 0) or at - start >= _PIECE_LENGTH
        if ends:
            found.append((text[start:at], float(weights[start:at].sum())))
            start = at
    return sorted(found, key=lambda pair: -abs(pair[1]))
