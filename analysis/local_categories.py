"""Categories that an office adds itself: no head was learnt for them, so their word list decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.lexicon import CATEGORIES
from analysis.scorer import Reading
from store.text import normalise


def local_words(words: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The normalised lists of those categories of the catalogue that the model does not know."""
    return {
        name: tuple(normalise(word) for word in listed)
        for name, listed in words.items()
        if name not in CATEGORIES and listed
    }


def with_local(reading: Reading, text: str, words: Mapping[str, Sequence[str]]) -> Reading:
    """The reading with the local categories beside the twelve.

    text: normalised, as `analysis.linear.reading_text` gives it. Score: no word 0.05, one 0.5, two 0.75, …: an
    order, not a calibrated probability; from 0.5 on the category is given.
    """
    if not words:
        return reading
    hits = {name: sum(word in text for word in listed) for name, listed in words.items()}
    scores = {name: round(1 - 0.5**count, 4) if count else 0.05 for name, count in hits.items()}
    given = [*reading.categories, *((name, score) for name, score in scores.items() if score >= 0.5)]
    return reading._replace(
        categories=tuple(sorted(given, key=lambda pair: -pair[1])),
        category_scores=reading.category_scores | scores,
    )
