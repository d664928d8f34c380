"""SnowNLP behind the same interface: a baseline engine, and its key phrases and summaries.

`snownlp` is imported here alone and on first use only: importing it reads its models (10 s, 430 MB).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from importlib.metadata import version as installed_version
from typing import Any

from analysis.lexicon import CATEGORIES, keyword_hits, own_lists
from analysis.scorer import Reading, Text
from store.text import clean, normalise

LIMIT = 3000  # characters given to SnowNLP; its summary is quadratic in sentences
FRICTION_WORDS, INCIDENT_WORDS = 3, 2  # hits from which the word lists say yes
NEGATIVE_BELOW, POSITIVE_FROM = 0.4, 0.6


@functools.cache
def _snownlp() -> Any:
    import snownlp

    return snownlp.SnowNLP


def polarity(text: str) -> float:
    """SnowNLP's shipped model: 0 negative … 1 positive; 0.5 for a text without words."""
    text = normalise(text)[:LIMIT]
    if not any(map(str.isalnum, text)):
        return 0.5
    try:
        return float(_snownlp()(text).sentiments)
    except (ZeroDivisionError, OverflowError):
        return 0.5


@functools.cache
def _retrained() -> Any:
    from analysis.snow_model import sentiment

    return sentiment()


def retrained_polarity(text: str) -> float:
    """SnowNLP's method with the counts of our texts; otherwise as `polarity`."""
    text = normalise(text)[:LIMIT]
    if not any(map(str.isalnum, text)):
        return 0.5
    try:
        return float(_retrained().classify(text))
    except (ZeroDivisionError, OverflowError):
        return 0.5


def key_phrases(text: str, limit: int = 8) -> list[str]:
    """The words that carry a text, most important first; at least two characters each."""
    text = clean(text)[:LIMIT]
    if not any(map(str.isalnum, text)):
        return []
    try:
        words = _snownlp()(text).keywords(limit * 3)
    except ZeroDivisionError:
        return []
    return [word for word in words if len(word) >= 2 and word.isalnum()][:limit]


def summary(text: str, sentences: int = 2) -> list[str]:
    """The sentences that say most, in the order of the text; short texts are their own summary."""
    text = clean(text)[:LIMIT]
    parts = [part.strip() for part in _sentences(text)]
    if len(parts) <= sentences:
        return parts
    chosen = set(_snownlp()(text).summary(sentences * 2))
    picked = [part for part in parts if any(one and one in part for one in chosen)]
    return (picked or parts)[:sentences]


def _sentences(text: str) -> list[str]:
    import re

    return [part for part in re.split(r"(?<=[。！？!?；;\n])", text) if part.strip()]


class SnowScorer:
    """SnowNLP's sentiment model, shipped or learnt on our texts; categories and flags by plain word lists."""

    def __init__(self, words: Mapping[str, Sequence[str]], is_retrained: bool = False):
        """words: the word list of each category (from the catalogue)."""
        self.name = "snownlp-retrained" if is_retrained else "snownlp"
        self._polarity = retrained_polarity if is_retrained else polarity
        self._words = {name: [normalise(word) for word in listed] for name, listed in words.items()}
        self._own = {name: [normalise(word) for word in listed] for name, listed in own_lists().items()}
        self.version = installed_version("snownlp")

    def score(self, texts: Sequence[Text]) -> list[Reading]:
        return [self._read(normalise(f"{text.title}。{text.text}")[:LIMIT]) for text in texts]

    def _read(self, text: str) -> Reading:
        mood = self._polarity(text)
        hits = keyword_hits(text, self._words)
        scores = {name: _hit_score(len(hits.get(name, ()))) for name in CATEGORIES}
        own = keyword_hits(text, self._own)
        friction, incident = len(own["friction"]), len(own["incident"])
        label = "negative" if mood < NEGATIVE_BELOW else "positive" if mood >= POSITIVE_FROM else "neutral"
        neutral = round(1 - abs(2 * mood - 1), 4)
        return Reading(
            sentiment=label,
            sentiment_scores={
                "negative": round((1 - neutral) * (mood < 0.5), 4),
                "neutral": neutral,
                "positive": round((1 - neutral) * (mood >= 0.5), 4),
            },
            categories=tuple(sorted(((k, v) for k, v in scores.items() if v >= 0.5), key=lambda kv: -kv[1])),
            category_scores=scores,
            service_friction=friction >= FRICTION_WORDS,
            service_friction_score=_hit_score(friction - FRICTION_WORDS + 1),
            sudden_incident=incident >= INCIDENT_WORDS,
            sudden_incident_score=_hit_score(incident - INCIDENT_WORDS + 1),
            model=f"{self.name}@{self.version}",
        )


def _hit_score(hits: int) -> float:
    """No word 0.1, one 0.5, then towards one: an order, not a calibrated probability."""
    return 0.1 if hits <= 0 else round(1 - 0.5**hits, 4)
