"""Texts as a sparse matrix of n-gram buckets, in exactly the weighting of `analysis.linear`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from analysis.features import NOTHING, grams

Matrix = Any  # scipy.sparse.csr_matrix


def occurrences(texts: Sequence[str]) -> Matrix:
    """One row a text, one column a bucket, how often the n-gram occurs."""
    rows, columns = [], []
    for start in range(0, len(texts), 2000):
        found = grams(texts[start : start + 2000])
        size = np.diff(np.append(found.starts, len(found.buckets[0])))
        row = np.repeat(np.arange(len(found.starts), dtype=np.int32), size) + start
        for buckets in found.buckets:
            real = buckets != NOTHING
            rows.append(row[real])
            columns.append(buckets[real].astype(np.int32))
    row, column = np.concatenate(rows), np.concatenate(columns)
    counted = sp.csr_matrix((np.ones(len(row), np.float32), (row, column)), shape=(len(texts), NOTHING))
    counted.sum_duplicates()
    return counted


def document_frequency(matrices: Sequence[Matrix]) -> NDArray[np.int64]:
    total = np.zeros(NOTHING, dtype=np.int64)
    for matrix in matrices:
        total += np.bincount(matrix.indices, minlength=NOTHING)
    return total


def weighted(counted: Matrix, idf: NDArray[np.float32]) -> Matrix:
    """x of `analysis.linear`: counts × idf, divided by √Σ idf² over all occurrences."""
    norm = np.sqrt(np.maximum(np.asarray(counted @ (idf**2)).ravel(), 1e-6))
    return (sp.diags(1 / norm) @ counted @ sp.diags(idf)).tocsr().astype(np.float32)
