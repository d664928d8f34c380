"""What the texts of an incident state: how many were hurt, who is concerned, and when it happened.

Only what is written counts. A number is taken over when two documents say at least as much, or when one from a
newsroom, an office or a ranking says it: reports grow, so the highest such number stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from analysis.numbers import NUMERAL, parse_numeral
from analysis.occurrence import occurrence_time

KINDS = ("deaths", "missing", "severely_hurt", "hurt")
FIRM_CHANNELS = ("news", "government", "hotlist")
LARGEST = 200_000  # a larger number in a title is a population, not a toll

NUM = rf"(?<![第\d.年月:：])(?P<n>{NUMERAL})(?:多|余|来)?"
OTHER = r"死|亡|遇难|伤|失联|失踪|下落不明|[零〇一二两三四五六七八九十百千\d]+(?:人|名|死|伤)"
GAP = rf"(?:(?!{OTHER})[^，。；！？、\n]){{0,12}}?"
WORDS = {
    "deaths": r"(?:死亡|遇难|身亡|丧生|罹难|溺亡|离世|死(?!角|守|板|机))",
    "missing": r"(?:失联|失踪|下落不明)",
    "severely_hurt": r"(?:重伤|伤势(?:较|严)?重|危重|病危)",
    "hurt": r"(?:受伤|送医|就医|住院|入院|就诊|呕吐|腹泻|腹痛|中毒|不适|轻伤|重伤|烧伤|发热|晕倒|伤(?!害|心|感|口))",
}
NAMED = {
    "deaths": "死亡|遇难者?|身亡",
    "missing": "失联|失踪",
    "severely_hurt": "重伤",
    "hurt": "受伤|送医|就医|住院|不适",
}
GROWN = "(?:已?(?:经|上)?(?:升至|增至|达到?|增加到|升到))"
PATTERNS = {
    kind: (
        re.compile(rf"(?P<m>(?!))?{NUM}(?:(?:人|名|位|例|个){GAP})?{WORDS[kind]}"),
        re.compile(
            rf"(?<![人名例])(?:{NAMED[kind]})(?:人数|学生|人员)?"
            rf"(?:{GROWN}{NUM}|(?:[为的有：:]){{0,2}}{NUM}(?=人|名|例))".replace("(?P<n>", "(?P<m>", 1)
        ),
    )
    for kind in KINDS
}
SENTENCE = re.compile(r"[^。！？；\n]+")
NOT_NOW = re.compile(r"去年|前年|往年|每年|全年|历年|历史上|当年|据统计|平均|同比|如果|假如|一旦|曾经")
# A memory, a judgement in court, an inquiry or a refutation tells of something that happened long before, or never.
MEMORY = re.compile(
    r"周年|[\d一二三四五六七八九十几多]年前|那一?年|祭日|忌日|纪念日|追忆|回忆|往事|解密|旧闻|纪录片|世界首[颗枚]|我国首[颗枚]|第一颗|氢弹|原子弹|"
    r"核试验|爆破|试爆"
)
AFTERMATH = re.compile(
    r"获刑|判刑|被判|判处|一审|二审|终审|宣判|公审|开庭|庭审|死刑|有期徒刑|无期徒刑|公诉|刑事强制措施|调查报告|追授|案件细节|赔偿案|"
    r"(?:被|予以|严肃|追责)问责|问责\d|(?:被|受到?|党纪|政务)处分|(?:追究|担).{0,4}责任"
)
REFUTED = re.compile(
    r"(?:系|属|是|为|纯属)(?:网络)?(?:谣言|谣传|假消息|虚假|不实)|不实(?:信息|消息|传言)|辟谣|谣言"
)
NOBODY_HURT = re.compile(
    r"(?<!暂)(?<!目前)(?<!尚)(?:无人员?伤亡|无人受伤|无人员受伤|未造成人员(?:伤亡|受伤)|没有(?:造成)?人员伤亡|未造成伤亡)"
)
EXERCISE = re.compile(r"演练|演习|推演|模拟|电视剧|电影|小说|游戏")
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年")

MINORS = re.compile(
    "学生|儿童|幼儿|小孩|孩子|男童|女童|男孩|女孩|婴儿|中学|小学|幼儿园|托儿所|未成年|校园|同学|家长|患儿"
)
ELDERLY = re.compile("老人|老年|养老院|敬老院|养老机构|残疾人|孕妇|聋哑|盲人|低保户|五保|留守")
SENSITIVE = re.compile(
    "食物中毒|食品安全|药品安全|假药|疫苗|传染病|诺如|疫情|集体腹泻|聚集性|征地|土地征收|拆迁|强拆|房屋征收|征收补偿|"
    "变质食|过期食|地沟油|饮用水污染|自来水异味|投毒|学生餐|营养餐|配餐"
)
SENSITIVE_CATEGORIES = frozenset({"food_drug_safety"})
ILLNESS = re.compile(
    "呕吐|上吐下泻|腹泻|拉肚子|一直吐|吐了|中毒|发烧|高烧|发热|送医|就医|急诊|输液|住院|观察室|不适|晕倒"
)
CLAIM_SHARE, CLAIM_DOCUMENTS = 0.2, 5
PEOPLE_INSIDE = (
    "住宅|居民|公寓|宿舍|小区|民房|自建房|商场|市场|超市|酒店|宾馆|饭店|餐馆|学校|大学|中学|小学|幼儿园|医院|养老院|工厂|厂房|车间|"
    "厂区|仓库|煤矿|煤业|矿井|大厦|大楼|高层|楼房|客车|大巴|公交|地铁|列车|客轮|渡轮"
)
# What leaks must be a substance: information leaks too, and hurts nobody's lungs.
SECRETS = "信息|隐私|数据|资料|密码|电话|号码|试题|机密|身份"
LEAK = (
    rf"(?:[气氨氯苯酸核油]|化学品|危化品|危险品|管道|储罐|毒物)(?:(?!{SECRETS}|[，。；、]).){{0,6}}泄[漏露]"
)
HAZARD = re.compile(
    r"(?<!经费)(?<!演技)(?<!信息)(?<!人口)(?<!颜值)(?<!知识)(?<!情绪)(?<!宇宙)爆炸(?!式|性新闻|增长|头|糖|盐|起源|输出)|爆燃|闪爆|燃爆|"
    r"坍塌|倒塌|垮塌|塌方|溃坝|溃堤|决堤|脱轨|坠机|山体滑坡|泥石流|透水|瓦斯(?!灶)|客车侧翻|大巴侧翻|发生踩踏|踩踏(?:事故|事件)|"
    r"沉船|翻沉|(?<![\d.])[5-9](?:\.\d)?级(?:左右)?(?:强烈)?地震|特大(?:火灾|事故|洪水)|砍人|持刀伤人|冲撞人群|"
    rf"{LEAK}|(?:{PEOPLE_INSIDE})[^，。；\n]{{0,6}}(?:火灾|起火|着火|失火)|"
    r"(?:突发|发生|引发|燃起|[楼厂店场房山校院库])[^，。；\n]{0,4}大火(?!的)|大火(?:致|已|烧|中遇难)"
)
QUAKE = re.compile("地震")


@dataclass(frozen=True)
class Statement:
    """What one document states. counts hold only the kinds it gives a number for."""

    counts: Mapping[str, int]
    minors: bool
    elderly: bool
    sensitive: bool
    hazard: bool
    occurred_at: datetime | None
    illness: bool = False

    @property
    def tells_of_illness(self) -> bool:
        """Somebody taken ill or to hospital, children among them or in a sensitive field; one voice of many."""
        return self.illness and (self.minors or self.sensitive)

    @property
    def is_group_illness(self) -> bool:
        """Three or more hurt or taken ill, children among them or in a sensitive field: sudden, however it is told."""
        return self.counts.get("hurt", 0) >= 3 and (self.minors or self.sensitive)


def statement(title: str, body: str, published_at: datetime, categories: Iterable[str] = ()) -> Statement:
    """The facts in one text; published_at (aware) dates the words 今天 and 昨晚."""
    text = f"{title}。{body}"
    is_real = not EXERCISE.search(title) and not EXERCISE.search(body[:60])
    sentences = [s for s in SENTENCE.findall(text) if is_current(s, published_at.year)] if is_real else []
    return Statement(
        counts=casualties(sentences),
        minors=MINORS.search(text) is not None,
        elderly=ELDERLY.search(text) is not None,
        sensitive=SENSITIVE.search(text) is not None or not SENSITIVE_CATEGORIES.isdisjoint(categories),
        hazard=is_real and is_hazardous(sentences[:4]),
        occurred_at=occurrence_time(sentences, published_at),
        illness=is_real and ILLNESS.search(text) is not None,
    )


def is_current(sentence: str, year: int) -> bool:
    """A sentence about this year; not a memory, a statistic, a supposition, a refutation or what courts made of it."""
    years = {int(found) for found in YEAR.findall(sentence)}
    is_past = any(words.search(sentence) for words in (NOT_NOW, MEMORY, AFTERMATH, REFUTED))
    return not is_past and (not years or year in years)


def is_hazardous(sentences: Sequence[str]) -> bool:
    """Whether the text's beginning tells of a great danger to people; one that says nobody was hurt tells of none,
    except in an earthquake, where that is only known later."""
    said = [sentence for sentence in sentences if HAZARD.search(sentence)]
    is_harmless = any(NOBODY_HURT.search(sentence) for sentence in sentences)
    return any(not is_harmless or QUAKE.search(sentence) for sentence in said)


def casualties(sentences: Sequence[str]) -> dict[str, int]:
    """The highest number of each kind that one of the sentences gives."""
    found: dict[str, int] = {}
    for sentence in sentences:
        for kind, patterns in PATTERNS.items():
            for pattern in patterns:
                for match in pattern.finditer(sentence):
                    number = parse_numeral(match["n"] or match["m"])
                    if 0 < number <= LARGEST:
                        found[kind] = max(found.get(kind, 0), number)
    return found


@dataclass(frozen=True)
class Voice:
    """One document's statement with what decides how firm it is; copies: reprints folded into it."""

    statement: Statement
    channel: str
    copies: int = 0


def corroborated(voices: Sequence[Voice], kind: str) -> int:
    """The highest number that two documents reach or one firm one gives; 0 when nobody says."""
    said = sorted(
        (
            (voice.statement.counts[kind], voice.channel in FIRM_CHANNELS)
            for voice in voices
            if kind in voice.statement.counts
        ),
        reverse=True,
    )
    firm = max((number for number, is_firm in said if is_firm), default=0)
    second = said[1][0] if len(said) > 1 else 0
    return max(firm, second)


def gather(voices: Sequence[Voice]) -> dict[str, float]:
    """The metrics that come from facts: numbers corroborated, claims true when a fifth or five of the documents make them."""
    numbers = {kind: float(corroborated(voices, kind)) for kind in KINDS}
    claims = {
        "minors": is_claimed(voice.statement.minors for voice in voices),
        "elderly": is_claimed(voice.statement.elderly for voice in voices),
        "sensitive_field": is_claimed(voice.statement.sensitive for voice in voices),
        "major_hazard": is_claimed(voice.statement.hazard for voice in voices),
    }
    numbers["dead_or_missing"] = numbers["deaths"] + numbers["missing"]
    numbers["hurt"] = max(numbers["hurt"], numbers["severely_hurt"])
    return numbers | {name: float(claim) for name, claim in claims.items()}


def is_claimed(claims: Iterable[bool]) -> bool:
    """Whether enough documents say so: in a large incident most voices speak of something else."""
    values = list(claims)
    return sum(values) >= min(CLAIM_SHARE * len(values), CLAIM_DOCUMENTS) if any(values) else False


def earliest_occurrence(voices: Sequence[Voice]) -> datetime | None:
    """The time of occurrence the texts state, the earliest of those two documents or a firm one give; else None."""
    firm = [v.statement.occurred_at for v in voices if v.statement.occurred_at and v.channel in FIRM_CHANNELS]
    said = [v.statement.occurred_at for v in voices if v.statement.occurred_at]
    shared = [moment for moment in said if said.count(moment) > 1]
    return min(firm or shared, default=None)
