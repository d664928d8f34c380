"""Terms of a text for grouping, weighted by how rare they are in Chinese news titles and citizens' messages.

A term is a run of two characters (CJK) or a Latin word or number. Rarity comes from a shipped table of document
frequencies, learnt once from public texts (`bench/term_counts.py`), mixed with what the stream itself shows.
"""

from __future__ import annotations

import functools
import math
import re
import zlib
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from store.text import normalise

TABLE = Path(__file__).parent / "weights" / "term_counts.npz"
BUCKETS = 1 << 16
TABLE_DOCUMENTS = 3000.0  # the whole table stands for so many documents of the stream
RUN = re.compile(r"[\u3400-\u9fff]+|[a-z]+\d*|\d+(?:\.\d+)?")
BODY_READ = 120
TITLE_WEIGHT, BODY_WEIGHT = 1.0, 0.3
LEAST_WEIGHT = 0.05


Term = TypeVar("Term", str, int)


def bucket(term: str) -> int:
    return zlib.crc32(term.encode("utf-8", "replace")) & (BUCKETS - 1)


@functools.cache
def table() -> NDArray[np.float32]:
    """Share of documents that hold a term of each bucket."""
    with np.load(TABLE) as stored:
        return np.asarray(np.exp(stored["log_share"].astype(np.float32) / 20 - 13), dtype=np.float32)


@functools.lru_cache(maxsize=400_000)
def table_share(term: str) -> float:
    return float(table()[bucket(term)])


def pieces(text: str) -> list[str]:
    """The terms of a normalised text, in order, with repeats."""
    found: list[str] = []
    for run in RUN.findall(text):
        if run[0] < "\u3400" or len(run) == 1:
            found.append(run)
        else:
            found += map("".join, pairwise(run))
    return found


def title_and_lead(title: str, body: str) -> tuple[list[str], list[str]]:
    """Terms of the title and of the beginning of the body."""
    return pieces(normalise(title[:120])), pieces(normalise(body[:BODY_READ]))


class Rarity:
    """How rare terms are: the table's share mixed with the stream's own, which grows with it."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.documents = 0

    def learn(self, terms: set[str]) -> None:
        self.documents += 1
        self.seen.update(terms)

    def weight(self, term: str) -> float:
        """Inverse document frequency; about 1 for a word of every tenth text, 8 for a name nobody else uses."""
        total = TABLE_DOCUMENTS + self.documents
        return math.log(total / (table_share(term) * TABLE_DOCUMENTS + self.seen[term] + 0.5))


def vector(title: list[str], lead: list[str], rarity: Rarity) -> dict[str, float]:
    """Unit vector of a text: the title counts more than the body; a term counts once in each."""
    weights: dict[str, float] = {}
    for terms, factor in ((set(title), TITLE_WEIGHT), (set(lead), BODY_WEIGHT)):
        for term in terms:
            weights[term] = weights.get(term, 0.0) + factor
    scaled = {term: factor * max(LEAST_WEIGHT, rarity.weight(term)) for term, factor in weights.items()}
    norm = math.sqrt(sum(value * value for value in scaled.values())) or 1.0
    return {term: value / norm for term, value in scaled.items()}


def dot(one: Mapping[Term, float], other: Mapping[Term, float]) -> float:
    if len(one) > len(other):
        one, other = other, one
    return sum(value * other[term] for term, value in one.items() if term in other)
