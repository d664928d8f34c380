"""Which question a published text seems to answer: a proposal with the sentence behind it; a person decides.

A sentence answers a question when it speaks of the same things and holds what was asked for: a time where the
question says when, a number where it says how many. Measured by bench/answers.py on citizens' messages and replies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.asking import asks, subject_terms
from analysis.terms import Rarity, pieces
from store.text import normalise

ENOUGH = 0.17  # share of the question's subject words from which an answer is proposed
LEAST_SHARED = 2  # and so many of them in the sentence itself
READ = 6000  # characters of a published text that are read
SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")
_NUMBER = re.compile(r"\d|[一二三四五六七八九十百千两]+(?:人|名|个|起|户|元|万|所|家|吨|公里|%|％)")
# What must stand in a sentence that answers this kind of ask.
HOLDS: dict[str, re.Pattern[str]] = {
    "when": re.compile(
        r"\d{1,4}\s*(?:年|月|日|号|时|点|天|小时|周)|[一二三四五六七八九十]+(?:月|日|天|小时|周)|今[日天晚]|明[日天年]|昨[日天]|已于|目前已|年底|月底|本周|下周|即日起|暂无|待定|恢复|完成|完工"
    ),
    "lawful": re.compile("合法|违法|合规|违规|符合|不符合|规定|依据|依法|条例|办法|认定"),
    "true": re.compile("属实|不实|谣言|系|经查|经核|核实|并非|没有|存在"),
    "why": re.compile("因|由于|原因|鉴于|为了|导致|根据"),
    "grounds": re.compile("依据|根据|按照|规定|标准|办法|条例"),
    "who": re.compile("公司|局|委|办|中心|集团|部门|单位|供应商|负责|为|系|由"),
    "how_many": _NUMBER,
    "money": re.compile(r"\d|元|免费|不收|退还|退款|赔偿|补偿|补贴|报销|标准"),
    "publish": re.compile("公布|公示|公开|通报|结果|告知|回复|答复|显示|合格|检出"),
    "stop": re.compile(
        "停止|已停|停用|停工|停业|取消|撤销|取缔|关停|关闭|拆除|整改|责令|召回|下架|不再|保留|禁止"
    ),
    "punish": re.compile("立案|查处|处罚|追究|问责|责令|罚款|刑事|拘留|移送|处分|调查组"),
    "build": re.compile("建|修|设|装|改造|开通|增|延|规划|施工|完工|整改|抢修|恢复"),
    "may": re.compile("可以?|不能|不得|能够|符合|享受|资格|条件|暂不"),
    "how": re.compile("办理|申请|提交|流程|安排|采取|措施|拨打|咨询|由"),
    "safe": re.compile("安全|合格|达标|检测|正常|可以|不影响|危险|超标|标准"),
}


@dataclass(frozen=True)
class Published:
    """One response that may answer. text: what it says, as far as it is known here."""

    response_id: int
    text: str


@dataclass(frozen=True)
class LikelyAnswer:
    """A proposal: this response seems to answer this question. sentence: the words behind it; likeness in [0, 1]."""

    question_id: int
    response_id: int
    sentence: str
    likeness: float


def likely_answers(
    questions: Iterable[tuple[int, str]], published: Sequence[Published]
) -> list[LikelyAnswer]:
    """For each question the published text that most likely answers it, if any; earlier texts before equals.

    questions: (id, text). Questions that ask nothing particular (a plea) are never proposed as answered.
    """
    read = [(one.response_id, sentences(one.text)) for one in published]
    found = []
    for number, question in questions:
        best = max(
            (
                LikelyAnswer(number, response, sentence, likeness)
                for response, said in read
                for sentence, likeness in [best_sentence(question, said)]
            ),
            key=lambda one: one.likeness,
            default=None,
        )
        if best is not None and best.likeness >= ENOUGH:
            found.append(best)
    return found


def sentences(text: str) -> list[str]:
    return [part.strip() for part in SENTENCE.findall(text[:READ]) if len(part.strip()) >= 6]


def best_sentence(question: str, said: Sequence[str]) -> tuple[str, float]:
    """The sentence that holds most of the question's subject words (its neighbours help by half) and the kind asked for."""
    wanted = subject_terms(question)
    kind = next(iter(asks(question)), "")
    if not wanted or kind not in HOLDS:
        return "", 0.0
    rarity = Rarity()
    weight = {term: rarity.weight(term) for term in wanted}
    whole = sum(weight.values())
    held = [set(pieces(normalise(sentence))) & wanted for sentence in said]
    best = ("", 0.0)
    for at, sentence in enumerate(said):
        if len(held[at]) < LEAST_SHARED or not HOLDS[kind].search(sentence):
            continue
        beside = set().union(*held[max(0, at - 1) : at + 2]) - held[at]
        likeness = (sum(map(weight.__getitem__, held[at])) + sum(map(weight.__getitem__, beside)) / 2) / whole
        if likeness > best[1]:
            best = (sentence, likeness)
    return best
