"""The own model: all heads of a batch of texts in one pass over hashed character n-grams.

x = Σ idf(g) over the n-grams of a text, scaled to length one; a head's logit is w·x plus what the hits of the word
lists and the length add, plus their interplay with a few topics (`analysis.interplay`). All but the interplay is
linear, so `explain` can take a score apart exactly and names the interplay as one share.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from analysis.features import NOTHING, Grams, grams
from analysis.interplay import in_blocks
from analysis.layout import Layout, laid_out, normalised
from analysis.lexicon import CATEGORIES
from analysis.scorer import SENTIMENTS, Reading, Text
from analysis.weights_file import WEIGHTS, Weights, load
from store.text import normalise

LENGTH_LIMIT = 2000  # characters of a text that are read; what matters stands in front
CHUNK = 24_000  # positions multiplied at once: small enough for the processor's cache

FLOATS = NDArray[np.float32]
_RUN = re.compile(r"(.)\1{3,}")  # 啊啊啊啊啊 says no more than 啊啊啊


def reading_text(text: Text) -> str:
    """What the model reads: title, then body without a repeated title, normalised and cut."""
    return _alone(joined_text(text))


def joined_text(text: Text) -> str:
    """Title and body as they are read, not yet normalised."""
    if not text.title:
        return text.text
    title, body = text.title[:300], text.text
    return body if body.startswith(title) else f"{title}。{body}"


def _alone(raw: str) -> str:
    return _RUN.sub(r"\1\1\1", normalise(raw[: LENGTH_LIMIT * 4]))[:LENGTH_LIMIT]


def length_features(lengths: NDArray[np.intp]) -> FLOATS:
    """Two numbers a text: log length, and whether it is short as a headline is."""
    return np.stack([np.log1p(lengths) - 4, lengths < 40], axis=1).astype(np.float32)


def list_features(counts: FLOATS) -> FLOATS:
    """Per list: whether any word occurs, and the logarithm of how many."""
    return np.concatenate([np.minimum(counts, 1), np.log1p(counts)], axis=1).astype(np.float32)


class Engine:
    """Weights in memory; turns normalised texts into logits."""

    def __init__(self, weights: Weights):
        self._table = weights.table
        self.weights = replace(weights, table=weights.table[:0])
        self.heads: tuple[str, ...] = tuple(weights.meta["heads"])
        self.lists: tuple[str, ...] = tuple(weights.meta["lists"])
        self._moods = np.array([self.heads.index(name) for name in SENTIMENTS])
        self._index = weights.index()
        self._is_word = np.zeros(len(self._index), dtype=bool)
        self._is_word[weights.word_rows] = True
        order = np.argsort(weights.word_rows, kind="stable")
        self._word_repeats = int(np.unique(weights.word_rows, return_counts=True)[1].max(initial=0))
        beyond = np.full(self._word_repeats, NOTHING, dtype=np.uint32)  # a look behind the last word fits
        self._word_sorted = np.concatenate([weights.word_rows[order], beyond])
        self._word_lists = weights.word_lists[order].astype(np.intp)

    def logits(self, texts: Sequence[str]) -> FLOATS:
        """One row a text, one column a head."""
        return self._stacked([self.of_layout(laid_out(chunk)) for chunk in chunks(texts)])

    def of_raw(self, texts: Sequence[str]) -> FLOATS:
        """The same for texts that are not normalised yet."""
        return self._stacked(
            [self.of_layout(normalised(chunk, _alone, LENGTH_LIMIT)) for chunk in chunks(texts)]
        )

    def _stacked(self, parts: list[FLOATS]) -> FLOATS:
        return np.concatenate(parts) if parts else np.zeros((0, len(self.heads)), np.float32)

    def of_layout(self, layout: Layout) -> FLOATS:
        found = grams(layout)
        sums = self.sums(found)
        norm = np.sqrt(np.maximum(sums[:, -1:], 1e-6))
        extra = np.concatenate(
            [list_features(self.counts(found)), length_features(layout.lengths - 2)], axis=1
        )
        outputs: FLOATS = np.asarray(sums[:, :-1] / norm + self.weights.bias, dtype=np.float32)
        size = len(self.heads)
        logits = outputs[:, :size] + in_blocks(extra, self.weights.dense)
        logits += self.weights.interplay.logits(extra, outputs[:, size:])
        if len(layout.starts):
            chinese = (layout.codes >= 0x4E00) & (layout.codes < 0xA000)
            is_foreign = np.add.reduceat(chinese, layout.starts, dtype=np.intp) == 0
            logits[np.ix_(np.flatnonzero(is_foreign), self._moods)] *= (
                0.5  # nothing the model knows: half as sure
            )
        return np.asarray(logits, dtype=np.float32)

    def sums(self, found: Grams) -> FLOATS:
        """Σ of table rows over each text's n-grams: a sparse matrix of ones times the table, so that no row is copied."""
        rows = np.stack([self._index.take(buckets) for buckets in found.buckets], axis=1).ravel()
        ends = np.append(found.starts * len(found.buckets), len(rows)).astype(np.int32)
        hits = csr_array(
            (np.ones(len(rows), np.float32), rows, ends), shape=(len(found.starts), len(self._table))
        )
        return np.asarray(hits @ self._table, dtype=np.float32)

    def shares(self, buckets: NDArray[np.uint32], column: int) -> FLOATS:
        """What each n-gram has in one column of the table, before it is divided by the length of x."""
        return np.asarray(self._table[self._index[buckets], column], dtype=np.float32)

    def counts(self, found: Grams) -> FLOATS:
        """How many words of each list each text holds."""
        size, kinds = len(found.starts), len(self.lists)
        total = np.zeros(size * kinds, dtype=np.intp)
        for buckets in found.buckets:
            positions = np.flatnonzero(self._is_word.take(buckets))
            if not len(positions):
                continue
            row = np.searchsorted(found.starts, positions, side="right") - 1
            first = np.searchsorted(self._word_sorted, buckets[positions], side="left")
            for step in range(self._word_repeats):  # a word may stand in several lists
                has = self._word_sorted.take(first + step) == buckets[positions]
                lists = self._word_lists.take((first + step)[has])
                total += np.bincount(row[has] * kinds + lists, minlength=size * kinds)
        return total.astype(np.float32).reshape(size, kinds)


def chunks(texts: Sequence[str]) -> list[Sequence[str]]:
    """Consecutive groups of texts of together about CHUNK characters."""
    groups, start, size = [], 0, 0
    for at, text in enumerate(texts):
        size += len(text) + 2
        if size >= CHUNK:
            groups.append(texts[start : at + 1])
            start, size = at + 1, 0
    if start < len(texts):
        groups.append(texts[start:])
    return groups


def probabilities(logits: FLOATS) -> FLOATS:
    """The logistic function, safe for large values."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))), dtype=np.float32)


class LinearScorer:
    """Scorer with the shipped weights (or those of `path`)."""

    name = "own"

    def __init__(self, path: Path | None = None):
        self.engine = Engine(load(path or WEIGHTS / "linear.npz"))
        self.version: str = self.engine.weights.meta["version"]
        thresholds = self.engine.weights.meta["thresholds"]
        self._limits = np.array([thresholds[head] for head in CATEGORIES], dtype=np.float32)
        self._flag_limits = np.array(
            [thresholds["service_friction"], thresholds["sudden_incident"]], dtype=np.float32
        )

    def score(self, texts: Sequence[Text]) -> list[Reading]:
        scored = final_scores(self.engine.of_raw([joined_text(text) for text in texts]), self.engine.heads)
        columns = {head: at for at, head in enumerate(self.engine.heads)}
        categories = scored[:, [columns[head] for head in CATEGORIES]]
        sentiments = scored[:, [columns[head] for head in SENTIMENTS]]
        flags = scored[:, [columns["service_friction"], columns["sudden_incident"]]]
        is_flag = flags >= self._flag_limits
        model = f"{self.name}@{self.version}"
        # Column by column: a list for each text would be thousands of objects for the garbage collector to walk.
        rows = zip(
            sentiments.argmax(axis=1).tolist(),
            zip(*rounded(sentiments), strict=True),
            best_first(categories, self._limits),
            zip(*rounded(categories), strict=True),
            *is_flag.T.tolist(),
            *flags.T.tolist(),
            strict=True,
        )
        return [
            Reading(
                SENTIMENTS[mood],
                {"negative": negative, "neutral": neutral, "positive": positive},
                kept,
                dict(zip(CATEGORIES, values, strict=True)),
                is_friction,
                friction,
                is_incident,
                incident,
                model,
            )
            for mood, (
                negative,
                neutral,
                positive,
            ), kept, values, is_friction, is_incident, friction, incident in rows
        ]

    def scores(self, texts: Sequence[str]) -> FLOATS:
        """Probabilities of all heads for normalised texts; the columns are `engine.heads`."""
        return final_scores(self.engine.logits(texts), self.engine.heads)


def final_scores(logits: FLOATS, heads: Sequence[str]) -> FLOATS:
    """Logits to probabilities. Sentiment is a mixture: a gate weighs the reading of a public matter (three
    classes) against that of a review or personal post (`polarity`, positive or negative)."""
    at = {head: column for column, head in enumerate(heads)}
    result = probabilities(logits)
    mood = [at[name] for name in SENTIMENTS]
    matter = np.exp(logits[:, mood] - logits[:, mood].max(axis=1, keepdims=True))
    matter /= matter.sum(axis=1, keepdims=True)
    gate, polarity = result[:, [at["gate"]]], result[:, [at["polarity"]]]
    felt = np.concatenate([1 - polarity, np.zeros_like(polarity), polarity], axis=1)
    result[:, mood] = gate * matter + (1 - gate) * felt
    return result


def rounded(values: FLOATS) -> list[list[float]]:
    """Four digits, one list a column."""
    return np.round(values.astype(np.float64), 4).T.tolist()  # type: ignore[no-any-return]


def best_first(values: FLOATS, limits: FLOATS) -> list[tuple[tuple[str, float], ...]]:
    """Of each row the categories above their limits, the surest first."""
    given: list[tuple[tuple[str, float], ...]] = [()] * len(values)
    rows, columns = np.nonzero(values >= limits)
    scores = values[rows, columns]
    order = np.lexsort((-scores, rows))
    found = np.round(scores[order].astype(np.float64), 4).tolist()
    for row, column, score in zip(rows[order].tolist(), columns[order].tolist(), found, strict=True):
        given[row] += ((CATEGORIES[column], score),)
    return given


@functools.cache
def default_scorer() -> LinearScorer:
    """The shipped model, read once."""
    return LinearScorer()
