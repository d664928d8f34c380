"""Character n-grams of a batch of texts as hash buckets, computed on whole arrays.

A batch is laid out as one array of code points, one blank before and after each text. For every position and
every order 1..4 the n-gram that starts there has a bucket; an n-gram that would run into the next text has the
bucket NOTHING. There is no Python loop per n-gram.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.layout import Layout, laid_out

ORDERS = (1, 2, 3, 4)
BITS = 22
NOTHING = 1 << BITS  # the bucket of n-grams that cross the end of a text
_PRIME = np.uint32(0x01000193)
_MIX = np.uint32(0x9E3779B1)


@dataclass(frozen=True)
class Grams:
    """Buckets per order (all arrays have one entry per position) and where each text starts."""

    buckets: tuple[NDArray[np.uint32], ...]
    starts: NDArray[np.intp]


def grams(texts: Sequence[str] | Layout, orders: Sequence[int] = ORDERS) -> Grams:
    """The n-gram buckets of normalised texts, in [0, 2**22), or NOTHING. Deterministic over machines."""
    layout = texts if isinstance(texts, Layout) else laid_out(texts)
    codes, starts = layout.codes, layout.starts
    ends = starts + layout.lengths
    hashed = np.full(len(codes), 0x811C9DC5, dtype=np.uint32)
    buckets: list[NDArray[np.uint32]] = []
    for order in range(1, max(orders) + 1):
        reach = len(codes) - order + 1
        hashed = (hashed[:reach] if reach > 0 else hashed[:0]) ^ codes[order - 1 :]
        hashed = hashed * _PRIME
        hashed = (hashed ^ (hashed >> np.uint32(15))) * _MIX
        if order in orders:
            buckets.append(_placed(hashed, order, len(codes), ends))
    return Grams(tuple(buckets), starts)


def _placed(hashed: NDArray[np.uint32], order: int, size: int, ends: NDArray[np.intp]) -> NDArray[np.uint32]:
    """The top bits as buckets, padded to `size`, with NOTHING where the n-gram leaves its text."""
    placed = np.full(size, NOTHING, dtype=np.uint32)
    placed[: len(hashed)] = hashed >> np.uint32(32 - BITS)
    for back in range(1, order):
        at = ends - back
        placed[at[at >= 0]] = NOTHING
    return placed
