"""What people ask: question sentences and requests, cut to their core and grouped over texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from store.text import bigrams, clean, mask, normalise

LONGEST = 60
SHORTEST = 5
SAME_FROM = 0.5  # Jaccard of content bigrams from which two questions are one; 0.5 read best on real messages

_SENTENCE = re.compile(r"[^。！？!?；;\n…]+[。！？!?；;…]*")
_CLAUSE = re.compile(r"[,，]")
_ASKS = re.compile(
    r"请问|想问|问一下|咨询一?下|想知道|不知道?.{0,12}(?:怎么|如何|什么|哪|能否|是否)|何时|什么时候|多久|为什么|为何|凭什么|怎么(?!样都)|"
    r"怎样|如何|能否|是否|可否|能不能|可不可以|有没有|会不会|是不是|哪里|哪些|哪个|谁来|吗$|呢$"
)
_WANTS = re.compile(
    r"希望|请求|要求|恳请|恳求|强烈要求|望(?=.{0,10}(?:解决|答复|回复|公布|公开|处理|查处|尽快))|建议"
)
_ANSWERABLE = re.compile(
    "公布|公开|答复|回复|解决|处理|查处|调查|整改|尽快|说明|解释|落实|明确|告知|加强|取消|停止|恢复|退还|退款|赔偿|安排|修|建|给|帮|能"
)
_GREETING = re.compile(
    r"^(?:尊敬的.{0,12}?[:：,，]|.{0,8}(?:书记|市长|县长|局长|厅长|领导|部门)(?:们)?[:：,，]?(?:您|你)们?好[,，!！。:：]?|(?:您|你)们?好[,，!！。:：]?|"
    r"我?(?:想|要)?(?:请问一?下?|咨询一?下|问一下)[,，:：]?|谢谢[!！。]?)+"
)
_EMPTY = frozenset(
    {
        "请问",
        "希望",
        "要求",
        "建议",
        "什么",
        "时候",
        "怎么",
        "如何",
        "是否",
        "能否",
        "为什",
        "何时",
        "领导",
        "部门",
        "有关",
        "相关",
        "一下",
        "解决",
        "问题",
        "我们",
    }
)


@dataclass(frozen=True)
class QuestionGroup:
    """One question as its clearest member says it, and the documents in which it is asked."""

    text: str
    document_ids: tuple[int, ...]


def questions(text: str, limit: int = 5) -> list[str]:
    """What the text asks, in its order, each of 5 to 60 characters, personal data masked, no repetition."""
    found: dict[str, str] = {}
    for sentence in _SENTENCE.findall(mask(clean(text[:5000])).text):
        question = _core(sentence)
        key = "".join(filter(str.isalnum, normalise(question)))
        if len(key) >= SHORTEST and not any(key in other or other in key for other in found):
            found[key] = question
    return list(found.values())[:limit]


def _core(sentence: str) -> str:
    """The asking part of a sentence, or an empty string if it asks nothing."""
    bare = _GREETING.sub("", sentence.strip()).strip(" ,，:：")
    body = bare.rstrip("。！？!?；;… ")
    is_question = bare[len(body) :].strip(" …")[:1] in ("？", "?") or bool(_ASKS.search(body))
    if not is_question and not (_WANTS.search(body) and _ANSWERABLE.search(body)):
        return ""
    return _shortened(body, is_question)


def _shortened(body: str, is_question: bool) -> str:
    """At most LONGEST characters: the clauses from the first asking one on, else its first ones."""
    clauses = [clause.strip() for clause in _CLAUSE.split(body) if clause.strip()]
    pattern = _ASKS if is_question else _WANTS
    at = next((index for index, clause in enumerate(clauses) if pattern.search(clause)), len(clauses) - 1)
    start = at
    while start > 0 and len("，".join(clauses[start - 1 :])) <= LONGEST // 2:
        start -= 1
    text = clauses[start] if clauses else body
    for clause in clauses[start + 1 :]:
        if len(text) + len(clause) + 2 > LONGEST:
            break
        text += "，" + clause
    text = _GREETING.sub("", text).strip(" ,，:：")
    ending = "？" if is_question else ""
    return (text if len(text) < LONGEST else text[: LONGEST - 2] + "…") + ending if text else ""


def group_questions(items: Iterable[tuple[int, str]]) -> list[QuestionGroup]:
    """Equal questions brought together, the most asked first.

    items: (document id, question). Two questions are equal when their content bigrams overlap by half. The name is the
    member nearest to all others; of equals the shorter one.
    """
    groups: list[list[tuple[int, str, frozenset[str]]]] = []
    index: dict[str, list[int]] = {}
    for document, question in items:
        terms = _content(question)
        home = _home(terms, groups, index)
        if home is None:
            home = len(groups)
            groups.append([])
            for term in terms:
                index.setdefault(term, []).append(home)
        groups[home].append((document, question, terms))
    named = [
        QuestionGroup(_clearest(group), tuple(dict.fromkeys(one[0] for one in group))) for group in groups
    ]
    return sorted(named, key=lambda group: -len(group.document_ids))


def _content(question: str) -> frozenset[str]:
    terms = frozenset(bigrams(question)) - _EMPTY
    return terms or frozenset([normalise(question)])


def _home(
    terms: frozenset[str],
    groups: Sequence[Sequence[tuple[int, str, frozenset[str]]]],
    index: dict[str, list[int]],
) -> int | None:
    """The group whose founder is most like these terms, if like enough."""
    candidates = {group for term in terms for group in index.get(term, ())}
    scored = [(_likeness(terms, groups[group][0][2]), -group) for group in candidates]
    best = max(scored, default=(0.0, 0))
    return -best[1] if best[0] >= SAME_FROM else None


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one | other))


def _clearest(group: Sequence[tuple[int, str, frozenset[str]]]) -> str:
    sample = group[:50]
    return max(
        sample, key=lambda one: (round(sum(_likeness(one[2], other[2]) for other in sample), 6), -len(one[1]))
    )[1]
