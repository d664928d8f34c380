"""Terms as small numbers with their rarity, so that a text is two short arrays and not a dictionary of words.

The same weights as `analysis.terms.vector`, for streams of hundreds of thousands of texts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from analysis.terms import BODY_WEIGHT, LEAST_WEIGHT, TABLE_DOCUMENTS, TITLE_WEIGHT, table_share

Numbers = NDArray[np.int32]
Weights = NDArray[np.float32]
Packed = bytes  # a vector in one piece of memory, eight bytes a term, and nothing for the collector to walk
PAIR = np.dtype([("term", np.int32), ("weight", np.float32)])


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    """A text of unit length. terms: numbers of a Vocabulary, heaviest first, each once; weights: in the same order."""

    terms: Numbers
    weights: Weights

    @property
    def packed(self) -> Packed:
        return pack(self.terms, self.weights)

    def pairs(self) -> Iterable[tuple[int, float]]:
        return zip(self.terms.tolist(), self.weights.tolist(), strict=True)


class Vocabulary:
    """Every term seen so far: its number, its share in the shipped table and in how many texts of the stream it stood."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.known = np.zeros(1024, dtype=np.float32)  # documents of the table that hold the term
        self.seen = np.zeros(1024, dtype=np.float32)  # texts of the stream that do
        self.own = np.zeros(1024, dtype=np.float32)  # weights of the text being compared, else zeros
        self.documents = 0

    def number(self, term: str) -> int:
        found = self.numbers.get(term)
        if found is None:
            found = self.numbers[term] = len(self.numbers)
            if found == len(self.known):
                self.known, self.seen, self.own = (
                    np.concatenate([one, np.zeros_like(one)]) for one in (self.known, self.seen, self.own)
                )
            self.known[found] = table_share(term) * TABLE_DOCUMENTS
        return found

    def learn(self, terms: Iterable[str]) -> None:
        """Count one text's terms."""
        self.documents += 1
        numbers = [self.number(term) for term in dict.fromkeys(terms)]
        self.seen[numbers] += 1  # each number once

    def vector(self, title: Iterable[str], lead: Iterable[str]) -> Vector:
        """The title counts more than the body; a term counts once in each. Equal weights keep the order of the text."""
        factors = {self.number(term): TITLE_WEIGHT for term in title}
        for number in dict.fromkeys([self.number(term) for term in lead]):
            factors[number] = factors.get(number, 0.0) + BODY_WEIGHT
        terms = np.fromiter(factors, np.int32, len(factors))
        total = math.log(TABLE_DOCUMENTS + self.documents)
        rarity = total - np.log(self.known[terms] + self.seen[terms] + np.float32(0.5))
        weights = np.fromiter(factors.values(), np.float32, len(factors)) * np.maximum(LEAST_WEIGHT, rarity)
        order = np.argsort(-weights, kind="stable")
        norm = math.sqrt(float(weights @ weights)) or 1.0
        return Vector(terms[order], (weights[order] / norm).astype(np.float32))

    def products(self, one: Vector, others: Sequence[Packed]) -> list[float]:
        """Dot products of a text with others, none of them empty, in one pass over memory."""
        if not others:
            return []
        pairs = np.frombuffer(b"".join(others), PAIR)
        self.own[one.terms] = one.weights
        found = self.own[pairs["term"]] * pairs["weight"]
        self.own[one.terms] = 0
        begins = [0, *accumulate(len(other) // PAIR.itemsize for other in others)]
        return np.add.reduceat(found, begins[:-1]).tolist()  # type: ignore[no-any-return]

    def added(self, total: Packed, one: Vector) -> Packed:
        """The sum of vectors with another one added. Both hold each term once."""
        pairs = np.frombuffer(total, PAIR).copy()
        self.own[one.terms] = one.weights
        pairs["weight"] += self.own[pairs["term"]]
        self.own[pairs["term"]] = 0
        rest = self.own[one.terms]
        self.own[one.terms] = 0
        is_fresh = rest > 0
        return pairs.tobytes() + pack(one.terms[is_fresh], rest[is_fresh])


def pack(terms: Numbers, weights: Weights) -> Packed:
    pairs = np.empty(len(terms), PAIR)
    pairs["term"], pairs["weight"] = terms, weights
    return pairs.tobytes()


def unpacked(one: Packed) -> Vector:
    pairs = np.frombuffer(one, PAIR)
    return Vector(pairs["term"], pairs["weight"])


def heaviest(total: Packed, most: int) -> Packed:
    """Its `most` heaviest terms."""
    pairs = np.frombuffer(total, PAIR)
    return pairs[np.argsort(-pairs["weight"], kind="stable")[:most]].tobytes()


def length(total: Packed) -> float:
    """Euclidean length."""
    weights = np.frombuffer(total, PAIR)["weight"]
    return math.sqrt(float(weights @ weights))
