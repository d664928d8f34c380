"""Which new texts only go on telling of an accident that is known already: the same kind, the same district, that day.

Headlines and posts about one accident often share no more than its place and what happened there. They are told apart
from a second accident of the kind by where it struck: a factory is no block of flats. What a person ruled out stays out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LEAD = 60  # characters of the body that say what happened
SPAN = timedelta(hours=24)
EARLIER = timedelta(hours=3)
KINDS = {
    "fire": re.compile("火灾|起火|着火|失火|大火|明火|浓烟|黑烟"),
    "blast": re.compile("爆炸(?!式|头|糖|盐)|爆燃|闪爆|燃爆"),
    "collapse": re.compile("坍塌|倒塌|垮塌|塌方|塌了|塌楼"),
    "crash": re.compile("侧翻|追尾|相撞|车祸|翻车|翻了"),
    "quake": re.compile("地震|震感|余震"),
    "slide": re.compile("山体滑坡|泥石流|山洪"),
    "illness": re.compile("食物中毒|呕吐|腹泻|上吐下泻|诺如"),
}
WHERE = {
    "works": re.compile("厂|车间|仓库|作坊|公司"),
    "flats": re.compile("住宅|居民楼|公寓|小区|民房|自建房|宿舍"),
    "shops": re.compile("商场|市场|超市|酒店|宾馆|饭店|餐馆|百货|店"),
    "school": re.compile("学校|大学|中学|小学|幼儿园|学生|体育馆"),
    "care": re.compile("医院|养老院|敬老院"),
    "mine": re.compile("煤矿|煤业|矿井|矿山"),
    "road": re.compile("高速|客车|大巴|货车|公交|隧道|大桥"),
}


@dataclass(frozen=True)
class Told:
    """What one matter tells of. districts: of ours that it names; is_known: an incident that exists."""

    key: str
    kinds: frozenset[str]
    where: frozenset[str]
    districts: frozenset[str]
    begins: datetime
    ends: datetime
    size: int
    is_known: bool = False
    cannot: frozenset[str] = frozenset()


def named(texts: Sequence[str], words: Mapping[str, re.Pattern[str]]) -> frozenset[str]:
    """The entries that a third of the texts name."""
    counts = {
        name: sum(pattern.search(text) is not None for text in texts) for name, pattern in words.items()
    }
    return frozenset(name for name, number in counts.items() if number and 3 * number >= len(texts))


def struck(title: str) -> frozenset[str]:
    """Where the accident a headline tells of struck; empty where it tells of none."""
    return named([title], WHERE) if any(kind.search(title) for kind in KINDS.values()) else frozenset()


def follow_ups(matters: Sequence[Told]) -> dict[str, str]:
    """Which new matter goes into which other (key → key); known incidents first, then the larger."""
    ordered = sorted(matters, key=lambda one: (not one.is_known, -one.size, one.begins, one.key))
    into: dict[str, str] = {}
    for place, one in enumerate(ordered):
        if one.is_known:
            continue
        for home in ordered[:place]:
            if home.key not in into and goes_on(one, home):
                into[one.key] = home.key
                break
    return into


def goes_on(one: Told, home: Told) -> bool:
    """Whether `one` may be about the accident of `home`."""
    is_same_kind = bool(one.kinds & home.kinds)
    is_same_place = bool(one.districts & home.districts)
    is_elsewhere = bool(one.where and home.where) and one.where.isdisjoint(home.where)
    is_that_day = home.begins - EARLIER <= one.begins <= home.ends + SPAN
    return is_same_kind and is_same_place and is_that_day and not is_elsewhere and home.key not in one.cannot
