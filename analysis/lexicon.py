"""The curated word lists: the twelve categories of the catalogue and five lists of our own."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.features import grams
from store.text import normalise

LISTS = ("incident", "friction", "negative", "positive", "question")
CATEGORIES = (
    "tax_cuts",
    "financial_security",
    "environment",
    "poverty_alleviation",
    "education",
    "food_drug_safety",
    "healthcare",
    "elderly_care",
    "fair_regulation",
    "social_security",
    "public_safety",
    "housing",
)
LONGEST = 4  # longer words are known by their last four characters


@functools.cache
def own_lists() -> dict[str, tuple[str, ...]]:
    """The five lists of `lexicon.toml`."""
    raw = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text("utf-8"))
    return {name: tuple(raw[name].split()) for name in LISTS}


def word_buckets(words: Sequence[str]) -> NDArray[np.uint32]:
    """The n-gram bucket of each word (its last four characters when longer); blank words are left out."""
    buckets = []
    for word in dict.fromkeys(normalise(word)[-LONGEST:] for word in words):
        if word:
            found = grams([word]).buckets[len(word) - 1]
            buckets.append(found[1])  # position 0 is the blank before the text
    return np.array(buckets, dtype=np.uint32)


def keyword_hits(text: str, words: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The words of each list that a normalised text contains: the keyword baseline."""
    return {name: [word for word in listed if word in text] for name, listed in words.items()}
