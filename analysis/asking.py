"""Questions of many texts brought together: what is the same question, and which member says it best.

Within one incident nearly every question names the same things, so what tells questions apart is what they ask
for: when, who, on what grounds, whether it is lawful, that it be stopped. Likeness is therefore mixed from the words
(rare ones of this incident count most) and the kind of answer wanted. Measured by bench/questions.py.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.terms import Rarity, pieces
from store.text import normalise

SAME_FROM = (
    0.24  # mean likeness from which two groups are one; tuned on the `tune` issues of bench/questions.py
)
ASK_SHARE = 0.25  # how much the kind of answer wanted counts beside the words
SUBJECT_FROM = 0.8  # share of common subject words from which equal asks count in full
LOCAL = 0.4  # rarity among these questions counts this much, rarity in the language the rest
FADE = 0.6  # a sentence's second kind of ask counts this much of its first
MOST = 500  # different sentences compared; of a flood the most repeated ones, the rest by equal wording alone

# Kinds of answer, the one that decides first. A wish for action outweighs the complaint wrapped around it.
ASKS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        (
            "stop",
            "取消|停止|撤销|叫停|制止|禁止|取缔|去除|关闭|关停|拆除|搬走|搬离|整顿|清理|停用|召回|下架|保留",
        ),
        ("punish", "查处|彻查|严查|追究|追责|处罚|惩|问责"),
        ("when", "何时|什么时候|什么时间|多久|何年|何月|几时|几点|哪天|哪年|啥时|时间表|要等到|到什么时"),
        ("lawful", "合法|违法|合规|违规|合理|侵犯|犯法|法理|违反|强买强卖|符合.{0,6}(?:规定|政策|标准)"),
        ("true", "是真的|属实|真的吗|真相|是不是真"),
        ("why", "为何|为什么|凭什么|何故|怎么不|为啥|原因"),
        ("grounds", "依据|如何计划|怎么算|标准"),
        ("who", "谁|哪个部门|哪家|哪些单位|哪个单位|归哪|供应商|责任人"),
        ("publish", "公布|公开|公示|通报|告知|书面|答复|回复|说法|结果"),
        ("build", "修建|建设|增设|安装|加宽|延长|改造|开通|增加|设置|拓宽|增开|延伸|维修|修复|整改|抢修"),
        ("money", "多少钱|价格|收费|费用|成本|补偿|补贴|退|赔|报销"),
        ("safe", "安全|危险|有害|有毒|影响健康|能不能喝|能不能吃|还能喝|还能吃"),
        ("how_many", "多少|几人|几个|人数|伤亡|伤者|病情|救治"),
        ("may", "能否|可否|是否可以|能不能|可不可以|资格|条件"),
        ("how", "怎么办|如何|怎样|哪里办|流程|手续|怎么|哪里|安排"),
        ("plea", "重视|做主|作主|公道|解决|处理|维护|权益|关注|帮助|帮忙|民生|主持|督促|实惠|为民|协调"),
    )
)
# Words that look like an ask and are none.
_NOT_ASKED = re.compile(
    "(?:合法|合理)(?:的|合法)*(?:权益|利益|权利|诉求|解决|方案|要求|条件|措施|答复)|取消(?:购[房买]|录取|参[加赛])?资格|违[法规]的?(?=行为|人员|捆绑|建|经营|操作|收费)"
)
_WISH = re.compile("希望|请求|要求|恳|呼吁|建议|请(?!问)|望")
# Pairs of characters that every question may hold, read in twos.
_COMMON = (
    "我们希望请问相关有关部门领导政府市政现在一个这个这样可以能够问题是否什么怎么如何为何还请恳请请求要求建议"
    "时候何时没有不是就是还是他们大家老百百姓是不不能一下解决到底究竟能不有没"
)
_FUNCTION = frozenset(_COMMON[at : at + 2] for at in range(0, len(_COMMON), 2))
# A beginning that leans on a sentence before it, or that addresses an official by name.
_VAGUE = re.compile(
    "[\u4e00-\u9fff](?:书记|局长|市长|县长|区长|镇长)|"
    "^(?:这|那|他|她|它|你|您|其|该|此|同时|现在|后面|是的|不然|对于|但|而|就|试问|那么)"
)


@dataclass(frozen=True)
class QuestionGroup:
    """One question as its clearest member says it, and the documents in which it is asked, in the order given.

    wordings: every wording brought together here, known ones among them.
    """

    text: str
    document_ids: tuple[int, ...]
    wordings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sentence:
    """A question sentence, however often it is said. documents: where."""

    text: str
    documents: tuple[int, ...]


def asks(question: str) -> list[str]:
    """The kinds of answer a question wants, the deciding one first; empty when none is recognised."""
    text = _NOT_ASKED.sub("", normalise(question))
    is_wish = bool(_WISH.search(text)) and not question.rstrip().endswith(("？", "?"))
    return [name for name, pattern in ASKS if not (is_wish and name == "lawful") and pattern.search(text)]


def subject_terms(question: str) -> set[str]:
    """The two-character terms of a question without those every question has."""
    return set(pieces(normalise(question))) - _FUNCTION


def group_questions(items: Iterable[tuple[int, str]], known: Iterable[str] = ()) -> list[QuestionGroup]:
    """The same questions brought together, those asked in most documents first, of equals the one met first.

    items: (document id, question); a document that asks the same thing twice counts once. known: wordings kept from
    before; each finds its group, so that a question stays itself while its texts come and go.
    """
    sentences = distinct([*items, *((None, text) for text in known)])
    ranked = sorted(range(len(sentences)), key=lambda at: -len(sentences[at].documents))
    compared, rest = sorted(ranked[:MOST]), ranked[MOST:]
    gathered = [
        [compared[at] for at in group] for group in partition([sentences[at].text for at in compared])
    ]
    groups = [group_of([sentences[at] for at in group]) for group in (*gathered, *([at] for at in rest))]
    return sorted(groups, key=lambda group: -len(group.document_ids))


def distinct(items: Iterable[tuple[int | None, str]]) -> list[Sentence]:
    """Equal wordings (script, width, case and punctuation apart) as one sentence, in the order first met."""
    said: dict[str, tuple[str, dict[int, None]]] = {}
    for document, question in items:
        form = normalise(question)
        key = "".join(filter(str.isalnum, form)) or form
        documents = said.setdefault(key, (question, {}))[1]
        if document is not None:
            documents[document] = None
    return [Sentence(text, tuple(documents)) for text, documents in said.values()]


def partition(texts: Sequence[str]) -> list[list[int]]:
    """Indices of texts that ask the same, by average linkage: groups join while their mean likeness is SAME_FROM."""
    number = len(texts)
    groups = [[at] for at in range(number)]
    if number < 2:
        return groups
    alike = likeness(texts)
    np.fill_diagonal(alike, -1.0)
    size = np.ones(number)
    while True:
        one, other = sorted(divmod(int(alike.argmax()), number))
        if alike[one, other] < SAME_FROM:
            return [sorted(group) for group in groups if group]
        mean = (alike[one] * size[one] + alike[other] * size[other]) / (size[one] + size[other])
        alike[one], alike[:, one] = mean, mean
        alike[one, one] = -1.0
        alike[other], alike[:, other] = -1.0, -1.0
        size[one] += size[other]
        groups[one] += groups[other]
        groups[other] = []


def likeness(texts: Sequence[str]) -> NDArray[np.float64]:
    """Likeness of every two questions in [0, 1]: cosine of their words, and of their asks as far as the subject agrees.

    Two pleas for help are alike whatever they name; "when" of two bus lines is not.
    """
    terms = [subject_terms(text) for text in texts]
    wanted = [asks(text) for text in texts]
    is_plea = np.array([own[:1] == ["plea"] for own in wanted])
    agreement = np.minimum(1.0, common_subject(terms) / SUBJECT_FROM)
    agreement[np.outer(is_plea, is_plea)] = 1.0
    return (1 - ASK_SHARE) * cosine(word_vectors(terms)) + ASK_SHARE * agreement * cosine(ask_vectors(wanted))


def word_vectors(terms: Sequence[set[str]]) -> NDArray[np.float64]:
    """A row a text: its two-character terms, weighted by how rare they are among these texts and in the language."""
    shared = Counter(term for own in terms for term in own)
    language = Rarity()
    weight = {
        term: LOCAL * math.log((len(terms) + 2) / (number + 0.5)) + (1 - LOCAL) * language.weight(term)
        for term, number in shared.items()
    }
    return filled(terms, {term: max(0.05, value) for term, value in weight.items()})


def common_subject(terms: Sequence[set[str]]) -> NDArray[np.float64]:
    """Share of the shorter question's subject words (uncommon in the language) that the other one has too."""
    language = Rarity()
    weight = {term: max(0.0, language.weight(term) - 2.0) for own in terms for term in own}
    found = filled(terms, weight)
    both = found @ (found > 0).T
    total = found.sum(axis=1)
    return np.asarray((both + both.T) / 2 / np.maximum(np.minimum.outer(total, total), 1e-9))


def filled(terms: Sequence[set[str]], weight: Mapping[str, float]) -> NDArray[np.float64]:
    column = {term: at for at, term in enumerate(sorted(weight))}
    found = np.zeros((len(terms), max(1, len(column))))
    for row, own in enumerate(terms):
        for term in own:
            found[row, column[term]] = weight[term]
    return found


def ask_vectors(wanted: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    column = {name: at for at, (name, _) in enumerate(ASKS)}
    found = np.zeros((len(wanted), len(ASKS)))
    for row, own in enumerate(wanted):
        for place, name in enumerate(own):
            found[row, column[name]] = FADE**place
    return found


def cosine(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(norms > 0, norms, 1.0)
    return np.asarray(unit @ unit.T)


def group_of(members: Sequence[Sentence]) -> QuestionGroup:
    documents = dict.fromkeys(document for one in members for document in one.documents)
    return QuestionGroup(clearest(members), tuple(documents), tuple(one.text for one in members))


def clearest(members: Sequence[Sentence]) -> str:
    """The member nearest to the others that can be read alone: names its subject, asks, is neither long nor clipped."""
    sample = sorted(
        [one for one in members if one.documents] or members, key=lambda one: -len(one.documents)
    )[:60]
    terms = [subject_terms(one.text) for one in sample]
    weight = Counter(
        term for own, one in zip(terms, sample, strict=True) for term in own for _ in one.documents or (0,)
    )
    total, most = sum(weight.values()) or 1, max(weight.values(), default=1)
    asked = sum(len(one.documents) * (1 if one.text.endswith("？") else -1) for one in sample) >= 0

    def clarity(at: int) -> tuple[float, int]:
        text = sample[at].text
        held = sum(weight[term] for term in terms[at])
        shared = held / total + held / most / max(1, len(terms[at]))
        flaws = 0.3 * bool(_VAGUE.search(text)) + 0.2 * text.endswith("…") + 0.2 * (len(text) < 8)
        return shared - 0.012 * max(0, len(text) - 16) - flaws + 0.05 * (text.endswith("？") == asked), -at

    return sample[max(range(len(sample)), key=clarity)].text
