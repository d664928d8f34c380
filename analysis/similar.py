"""Closed incidents most like one, with the reasons in words: subject words, categories, place, what was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.asking import asks
from analysis.terms import Rarity, dot, pieces, vector
from store.text import normalise

MOST = 3
LEAST = 0.22  # likeness below which nothing is called similar
WORDS, CATEGORIES, PLACE, ASKED, KIND = 0.55, 0.2, 0.05, 0.1, 0.1
ASK_WORDS = {
    "stop": "停止或取消", "punish": "查处", "when": "何时", "lawful": "是否合规", "true": "是否属实", "why": "原因",
    "grounds": "依据", "who": "谁负责", "publish": "公布结果", "build": "建设或修复", "money": "费用或补偿", "safe": "是否安全",
    "how_many": "人数和情况", "may": "能否办理", "how": "怎么办",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One incident as it is compared. text: title, key terms and summary; questions: what was asked."""

    id: str
    title: str
    text: str
    categories: tuple[str, ...]
    region: str | None
    is_emergency: bool
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Similar:
    """likeness in [0, 1]. terms, categories, asked: what both have; same_region: the same place."""

    id: str
    title: str
    likeness: float
    terms: tuple[str, ...]
    categories: tuple[str, ...]
    asked: tuple[str, ...]
    same_region: bool


def most_similar(case: Case, others: Sequence[Case], most: int = MOST) -> list[Similar]:
    """The closed incidents most like `case`, the most alike first; none where nothing is alike."""
    own = vector_of(case)
    found = [likeness(case, own, other) for other in others if other.id != case.id]
    alike = [one for one in found if one.likeness >= LEAST and (one.terms or one.asked)]
    return sorted(alike, key=lambda one: (-one.likeness, one.id))[:most]


def vector_of(case: Case) -> Mapping[str, float]:
    return vector(pieces(normalise(case.title)), pieces(normalise(case.text)), Rarity())


def likeness(case: Case, own: Mapping[str, float], other: Case) -> Similar:
    theirs = vector_of(other)
    categories = tuple(name for name in case.categories if name in other.categories)
    either = len({*case.categories, *other.categories})
    kinds, their_kinds = kinds_of(case), kinds_of(other)
    asked = tuple(kind for kind in kinds if kind in their_kinds)
    same_region = case.region is not None and case.region == other.region
    total = (
        WORDS * min(1.0, 2 * dot(own, theirs))
        + CATEGORIES * (len(categories) / either if either else 0.0)
        + PLACE * same_region
        + ASKED * (len(asked) / len({*kinds, *their_kinds}) if kinds or their_kinds else 0.0)
        + KIND * (case.is_emergency == other.is_emergency)
    )
    terms = common_words(own, theirs, case.text + case.title)
    return Similar(
        other.id, other.title, round(total, 4), terms, categories,
        tuple(ASK_WORDS[kind] for kind in asked if kind in ASK_WORDS), same_region,
    )  # fmt: skip


def kinds_of(case: Case) -> list[str]:
    found = dict.fromkeys(kind for question in case.questions for kind in asks(question)[:1])
    return [kind for kind in found if kind != "plea"]


def common_words(
    own: Mapping[str, float], theirs: Mapping[str, float], text: str, most: int = 3
) -> tuple[str, ...]:
    """The words both share that weigh most, overlapping pairs joined as they stand in the text."""
    shared = {term: own[term] * theirs[term] for term in own if term in theirs}
    plain = normalise(text)
    spans: dict[str, float] = {}
    at = 0
    while at < len(plain) - 1:
        end, weight = at, 0.0
        while end < len(plain) - 1 and plain[end : end + 2] in shared:
            weight += shared[plain[end : end + 2]]
            end += 1
        if end > at:
            spans.setdefault(plain[at : end + 1], weight)
        at = max(at + 1, end)
    ranked = sorted(spans, key=lambda word: (-spans[word], word))
    return tuple(word for word in ranked[:most] if 2 <= len(word) <= 12 and spans[word] >= 0.004)
