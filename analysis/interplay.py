"""What word lists and topics say together: random cosine features of a Gaussian kernel, one linear map per head.

z = [scaled word-list and length features, hidden topics]; φ(z) = √(2/D)·cos(zW + b). Out of fold this gave categories
micro-F1 0.795 → 0.808 and incidents 0.750 → 0.764 beside the linear part, for a few microseconds a text.
Source: random Fourier features, Rahimi and Recht 2007.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FLOATS = NDArray[np.float32]
SINGLE_THREAD = 250_000  # multiplications below which OpenBLAS stays on one thread


@dataclass(frozen=True)
class Interplay:
    """mean, scale: of the word-list and length features. mix, phase: z → D angles. out: D features → heads."""

    mean: FLOATS
    scale: FLOATS
    mix: FLOATS
    phase: FLOATS
    out: FLOATS

    def features(self, extra: FLOATS, hidden: FLOATS) -> FLOATS:
        """One row a text, D columns."""
        z: FLOATS = np.concatenate([(extra - self.mean) * self.scale, hidden], axis=1).astype(np.float32)
        angles = in_blocks(z, self.mix)
        angles += self.phase
        np.cos(angles, out=angles)
        return angles

    def logits(self, extra: FLOATS, hidden: FLOATS) -> FLOATS:
        """What the interplay adds to each head."""
        return in_blocks(self.features(extra, hidden), self.out)


def in_blocks(rows: FLOATS, matrix: FLOATS) -> FLOATS:
    """rows @ matrix, a few rows at once: so small that the linear algebra library starts no threads, which on a
    machine with other work wait longer for each other than they multiply."""
    step = max(1, SINGLE_THREAD // matrix.size)
    result = np.empty((len(rows), matrix.shape[1]), dtype=np.float32)
    for start in range(0, len(rows), step):
        np.matmul(rows[start : start + step], matrix, out=result[start : start + step])
    return result


def drawn(extra: FLOATS, hidden: FLOATS, size: int, heads: int, seed: int = 0) -> Interplay:
    """Features fit to the spread of these texts: the kernel's width is their mean squared distance. out is zero."""
    mean = extra.mean(axis=0)
    scale = 0.12 / np.maximum(extra.std(axis=0), 0.1)
    z = np.concatenate([(extra - mean) * scale, hidden], axis=1).astype(np.float64)
    squared = float(2 * (z**2).sum(axis=1).mean() - 2 * (z.mean(axis=0) ** 2).sum())
    random = np.random.default_rng(seed)
    mix = random.normal(0, np.sqrt(2 / squared), (z.shape[1], size))
    phase = random.uniform(0, 2 * np.pi, size)
    out = np.zeros((size, heads))
    return Interplay(*(np.asarray(part, dtype=np.float32) for part in (mean, scale, mix, phase, out)))
