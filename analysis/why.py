"""Why a text got its labels, for showing: the pieces of the text as people read it that decided each label.

Computed when somebody opens a text, from the text as it is kept (masked), and kept nowhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from analysis.explain import character_weights, explain
from analysis.lexicon import keyword_hits, own_lists
from analysis.linear import LinearScorer, joined_text, reading_text
from analysis.scorer import Reading, Text

SHOWN = 12  # pieces marked for one label
LEAST = 0.2  # share of the heaviest character's weight from which a character is marked
LISTS, WORDS = 3, 6
CLAUSE = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Piece:
    """shown[begins:ends] adds weight to the logit of the label; negative speaks against it."""

    begins: int
    ends: int
    weight: float


@dataclass(frozen=True)
class Because:
    """One label of a text. score: its probability; pieces: in reading order; lists: word lists that were hit, strongest
    first: name, what the hits add together, and words of the list that stand in the text."""

    head: str
    score: float
    pieces: tuple[Piece, ...]
    lists: tuple[tuple[str, float, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Why:
    """shown: title and body as they are kept; labels: every label the model gives it now."""

    shown: str
    reading: Reading
    labels: tuple[Because, ...]


def why(scorer: LinearScorer, text: Text, words: Mapping[str, Sequence[str]]) -> Why:
    """Score the text and take each label given apart. words: the word list of each category."""
    (reading,) = scorer.score([text])
    shown, read = joined_text(text), reading_text(text)
    places = aligned(shown, read)
    given = {reading.sentiment: reading.sentiment_scores[reading.sentiment], **dict(reading.categories)}
    for flag in ("service_friction", "sudden_incident"):
        if getattr(reading, flag):
            given[flag] = getattr(reading, f"{flag}_score")
    hits = keyword_hits(read, {**words, **own_lists()})
    labels = []
    for head, score in given.items():
        inner = character_weights(scorer.engine, read, scorer.engine.heads.index(head))[1:-1]
        weights = [0.0] * len(shown)
        for place, weight in zip(places, inner, strict=True):
            weights[place] += float(weight)
        lists = explain(scorer.engine, read, head).words[:LISTS]
        found = tuple((name, weight, longest(hits.get(name, ()))) for name, weight in lists)
        labels.append(Because(head, score, strongest(shown, weights), found))
    return Why(shown, reading, tuple(labels))


def longest(found: Iterable[str]) -> tuple[str, ...]:
    """Words that are no part of a longer one found, at most a handful."""
    words = sorted(set(found), key=lambda word: (-len(word), word))
    kept = [word for word in words if not any(word != other and word in other for other in words)]
    return tuple(kept[:WORDS])


def strongest(shown: str, weights: Sequence[float]) -> tuple[Piece, ...]:
    """The pieces that matter most, in reading order: runs of characters of one sign, each with a fifth of the heaviest
    character's weight at least. None crosses a mark or a blank; one weak character does not cut a word in two."""
    least = LEAST * max(map(abs, weights), default=0.0)
    found: list[Piece] = []
    for clause in CLAUSE.finditer(shown):
        heavy = [at for at in range(*clause.span()) if abs(weights[at]) >= least > 0]
        for begins, ends in runs(heavy, weights):
            if ends - begins > 1 or (shown[begins] == clause.group() and not clause.group().isdigit()):
                found.append(Piece(begins, ends, sum(weights[begins:ends])))
    kept = sorted(found, key=lambda one: -abs(one.weight))[:SHOWN]
    return tuple(sorted(kept, key=lambda one: one.begins))


def runs(heavy: Sequence[int], weights: Sequence[float]) -> list[tuple[int, int]]:
    """Ascending places joined to runs (begin, end) of one sign, over gaps of one."""
    found: list[tuple[int, int]] = []
    for at in heavy:
        if found and at - found[-1][1] <= 1 and (weights[at] > 0) == (weights[found[-1][0]] > 0):
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return found


def aligned(shown: str, read: str) -> list[int]:
    """For each character the model read, its place in the text as shown: normalising widens, narrows and replaces
    signs, and never changes their order."""
    if not shown:
        return [0] * len(read)
    folded = [
        (sign, at) for at, one in enumerate(shown) for sign in unicodedata.normalize("NFKC", one).lower()
    ]
    signs, places = [sign for sign, _ in folded], [at for _, at in folded]
    found = [0] * len(read)
    for _, i1, i2, j1, j2 in SequenceMatcher(None, signs, read, autojunk=False).get_opcodes():
        for step in range(j2 - j1):
            at = min(
                i1 + (step if j2 - j1 == i2 - i1 else step * max(i2 - i1, 1) // (j2 - j1)), len(places) - 1
            )
            found[j1 + step] = places[at]
    return found
