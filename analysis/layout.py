"""A batch of texts as one array of normalised code points, made without a Python loop over characters.

Characters whose normal form is known one by one (Chinese, ASCII, full-width forms, common marks) go through a table;
a text that holds any other character, a line end, doubled blanks or a long run is normalised alone by
`analysis.linear.reading_text`'s own way. Both give the same array: `tests/analysis/test_layout.py` holds them together.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from store.text import has_traditional

_SIZE = 0x10000  # code points above are no plain characters; the last entry stands for all of them
_PLAIN_RANGES = ((0x20, 0x7F), (0x3001, 0x3003), (0x3008, 0x3012), (0x4E00, 0x9FA6), (0xFF01, 0xFF5F))
_PLAIN_MARKS = "·—‘’“”…、。《》「」【】"


@dataclass(frozen=True)
class Layout:
    """codes: ' text ' of all texts behind one another. starts: where each begins. lengths: with both blanks."""

    codes: NDArray[np.uint32]
    starts: NDArray[np.intp]
    lengths: NDArray[np.intp]


@functools.cache
def _tables() -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """Code point → normal form, and which code points are not plain."""
    form = np.arange(_SIZE, dtype=np.uint32)
    strange = np.ones(_SIZE, dtype=bool)
    plain = [code for low, high in _PLAIN_RANGES for code in range(low, high)] + [*map(ord, _PLAIN_MARKS)]
    for code in plain:
        lower = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", chr(code)).lower())
        if len(lower) == 1 and not has_traditional(chr(code)):
            form[code], strange[code] = ord(lower), False
    return form, strange


def laid_out(texts: Sequence[str]) -> Layout:
    """Normalised texts behind one another, each between two blanks."""
    joined = " " + "  ".join(texts) + " " if texts else ""
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    lengths = np.fromiter(map(len, texts), dtype=np.intp, count=len(texts)) + 2
    return Layout(codes, np.cumsum(lengths) - lengths, lengths)


def normalised(texts: Sequence[str], alone: Callable[[str], str], limit: int) -> Layout:
    """The layout of the normal forms of raw texts, cut to `limit` characters. alone: how one text is normalised."""
    cut = [text[:limit] for text in texts]
    raw = laid_out(cut)
    odd = np.flatnonzero(_is_odd(raw) | (np.fromiter(map(len, texts), np.intp, len(texts)) > limit))
    if len(odd):
        for at in odd.tolist():
            cut[at] = alone(texts[at])
        raw = laid_out(cut)
    form, _ = _tables()
    small = raw.codes < _SIZE
    codes = form.take(np.where(small, raw.codes, 0))
    return Layout(codes if small.all() else np.where(small, codes, raw.codes), raw.starts, raw.lengths)


def _is_odd(raw: Layout) -> NDArray[np.bool_]:
    """Which texts cannot be normalised character by character."""
    codes = raw.codes
    if not len(codes):
        return np.zeros(0, dtype=bool)
    form, strange = _tables()
    small = np.minimum(codes, _SIZE - 1)
    odd = strange.take(small)
    known = form.take(small)
    same = known[1:] == known[:-1]
    blank = same & (known[1:] == 32)
    edges = raw.starts[1:] - 1  # the two blanks between texts are not doubled blanks of a text
    blank[edges] = False
    odd[1:] |= blank
    odd[3:] |= same[2:] & same[1:-1] & same[:-2]
    marks = np.add.reduceat(odd, raw.starts, dtype=np.intp)
    return marks > 0
