"""Which administrative places a text names: from the office's gazetteer, anonymised codes and name patterns.

Never finer than a township: villages, roads and estates are not reported.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from analysis.gazetteer import levels, named_places, short_names, townships, word_lists
from analysis.scorer import RegionMention
from catalogue.loader import Catalogue
from store.text import clean, simplify

LIMIT = 4000  # characters looked at
HEADLINE = 80  # in longer texts a county without its ending counts only behind another place


class Place(Protocol):
    """A gazetteer entry; `catalogue.region.Region` is one. names are all forms that stand for it."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def parent(self) -> str | None: ...
    @property
    def names(self) -> tuple[str, ...]: ...


_LEVEL_OF_ENDING = {
    "省": "province",
    "自治区": "province",
    "特别行政区": "province",
    "市": "city",
    "自治州": "city",
    "州": "city",
    "盟": "city",
    "区": "district",
    "新区": "district",
    "县": "district",
    "自治县": "district",
    "旗": "district",
    "乡": "township",
    "镇": "township",
    "街道": "township",
}
# Anonymised places of the labelled messages (A市, A7县, 西地省); not where the code took the place of a syllable in the
# name of a road, a river or an estate (A1区南路, A9市河大道).
_CODE = re.compile(
    r"(?<![A-Za-z0-9])[A-Z](?:市|州|\d{1,2} ?(?:市|区|县|州))"
    r"(?![东南西北中]?路(?!灯)|[东南西北中]街(?!道)|大道|国里|大厦|河|寺|楼组|集会所|嘉苑|华庭|港村|山[!！，,与下])|西地省(?![岸会]|公务员|通志)"
)
_FIRM = re.compile(r"(?:^|[(（])?[一-龥A-Za-z()（）]{0,16}?(?:有限|公司|集团|置业)")
_TOWNSHIP = re.compile(r"[一-龥]{1,6}?(?:街道|镇|乡)")
# A name before its ending; the characters left out begin or fill words that are no names.
_FILLERS = (
    "的在是了和与及到从去来对为由我你他她本该全各某这那每哪有住位于请问咱家县市区镇乡省将被向把给年日个等望求应响报影获取知限"
    "什么放适实施做找助力当前因此而离时护谢条至得路们询告走退移原"
)
_CHAR = rf"(?:(?![{_FILLERS}])[一-龥])"
_NAMED = re.compile(rf"({_CHAR}{{1,3}}(?:自治州|自治县)|{_CHAR}{{2}}新区|{_CHAR}{{2,3}}(?:镇|乡|街道))")
# What follows a name that the table does not know, where it is no name: 推动乡村振兴, 加快乡镇建设, 村镇银行.
_NOT_BEFORE = ("村", "下", "亲", "镇", "里", "慑", "化", "银行")
_ADDRESS = re.compile(r"(?:^|位于|地处|家住|我们?[是在]|咨询|反映|请求)$")
_NOT_NAMES = re.compile(
    r"(?:农|城|古|家|故|同|老|村|下|山|水|大|小|思|他|异|返|还|回|还|挖掘|美丽)[乡镇]$|(?:乡|村|小|古|重|城|冰|集|特别|地方)镇$|^城[东南西北]新区$"
)
# Countries and places that headlines name with one character: before who acts there, behind a verb of going, in pairs.
_BRIEF_LEVELS = dict.fromkeys("美俄韩德英法日叙以伊华中", "country") | dict.fromkeys("台港沪", "province")
_WHO = (
    "军警|军方|军队|军机|警察|警方|检方|国防|财政|财长|总统|总理|国务|外交|外长|商务|参联|众议|参议|议员|政府|国会|公布|官员|高官|"
    "陆军|海军|空军|一[列名架士]"
)
_BRIEF = re.compile(
    r"[美俄韩日以叙](?=军(?!事))|美(?=股)"
    rf"|(?<![一-龥])[美俄韩德英法日叙以伊台港沪](?={_WHO})"
    r"|(?<=[在抵驻赴访援])[美俄韩德英法日叙以伊台港沪华](?=[被检消三金一财审过宣商军医失就留投企公上发出不召北南东西美俄])"
    r"|(?<=对)[美俄华台](?=[加关小的实制出投])"
    r"|[美俄](?=[俄乌伊](?:[^一-龥]|近|冲|战|谈|外|总|元|在|将|双))"
    r"|(?<=美)俄(?=近|在|将|双|元|外|总)"
    r"|中(?=美(?:贸|经|双|谈|关|元|会|商))|(?<=中)美(?=贸|经|双|谈|关|元|会|商)"
)


def find_regions(
    text: str, gazetteer: Sequence[Place] = (), default: str | None = None
) -> list[RegionMention]:
    """The places named, in the order of their first mention, each once.

    gazetteer: the office's own places; their names give the id, the longest name wins. Of several places with
    the same name the one under `default` (the id of the source's region) is taken, else the name stays without id.
    """
    text = simplify(clean(text[:LIMIT]))
    known = _known_names(tuple(gazetteer)) if gazetteer else {}
    found: list[tuple[int, int, RegionMention]] = []
    for start, end, word in _matches(text, known):
        places = known.get(word, ())
        mention: RegionMention | None = None
        if places:
            mention = _chosen(word, places, gazetteer, default)
        elif level := _level(word):
            mention = RegionMention(word, level)
        if mention is not None and not any(start < taken and end > begin for begin, taken, _ in found):
            found.append((start, end, mention))
    ordered = [mention for _, _, mention in sorted(found, key=lambda item: item[0])]
    once = list({(mention.id or mention.text): mention for mention in reversed(ordered)}.values())[::-1]
    return [mention for mention in once if not _is_other_form(mention, once)]


def _is_other_form(mention: RegionMention, all_of_them: Sequence[RegionMention]) -> bool:
    """The place stands here in another form too: of 武汉市 and 武汉 the short one is kept, of 星沙 and 星沙街道 the full."""
    for other in all_of_them:
        if other is mention or other.id != mention.id:
            continue
        if other.level == "township":
            if other.text.removeprefix(mention.text) in ("镇", "乡", "街道"):
                return True
        elif other.level == mention.level and mention.text.removeprefix(other.text) in _LEVEL_OF_ENDING:
            return True
    return False


def _matches(text: str, known: dict[str, tuple[Place, ...]]) -> Iterable[tuple[int, int, str]]:
    """Candidate spans, the more certain kind first: own names, codes, national names, patterns."""
    if known:
        for match in _alternatives(tuple(known)).finditer(text):
            yield match.start(), match.end(), match[0]
    codes = list(_CODE.finditer(text))
    is_firm = [match[0] == "西地省" and bool(_FIRM.match(text, match.end())) for match in codes]
    for match, is_of_firm in zip(codes, is_firm, strict=True):
        if not is_of_firm or all(is_firm):  # the province of a firm counts where nothing else says where
            yield match.start(), match.end(), match[0].replace(" ", "")
    has_township = "镇" in text or "乡" in text or "街道" in text
    for match in _TOWNSHIP.finditer(text) if has_township else ():
        word = next((match[0][at:] for at in range(len(match[0]) - 2) if match[0][at:] in townships()), "")
        if word and not text.startswith("银行", match.end()):
            yield match.end() - len(word), match.end(), word
    is_coded = bool(codes)
    ends = {match.end() for match in codes}
    is_headline = len(text) <= HEADLINE and not is_coded
    before = -1
    for start, end, name in named_places(text):
        is_sure = is_headline or before == start or name not in short_names()
        is_aside = is_coded and (
            name == "中国" or bool(_FIRM.match(text, end)) or _is_chance(name, start, ends)
        )
        if is_sure and not is_aside and not _is_part(text, end, name):
            yield start, end, name
            before = end
            ends.add(end)
    for match in _BRIEF.finditer(text) if is_headline else ():
        yield match.start(), match.end(), match[0]
    has_ending = has_township or "自治" in text or "新区" in text
    for match in _NAMED.finditer(text) if has_ending else ():
        is_placed = (
            match.start() in ends or text.count(match[1]) > 1 or _ADDRESS.search(text[: match.start()])
        )
        if is_placed and not _NOT_NAMES.search(match[1]) and not text.startswith(_NOT_BEFORE, match.end()):
            yield match.start(), match.end(), match[1]


def _is_chance(name: str, start: int, ends: set[int]) -> bool:
    """In an anonymised text real counties are rare and their names come together by chance: 相应县政府, 沿海城市."""
    return levels()[name] == "district" and name not in word_lists()["more"] and start not in ends


def _is_part(text: str, end: int, name: str) -> bool:
    """The name belongs to that of a township, a road, a school, a firm or a people."""
    if name == "中国" and text.startswith(word_lists()["bodies"], end):
        return True
    if name == "日本" and text[end - 3 : end - 2].isdigit():
        return True  # 3月16日本人
    return text.startswith(("镇", "乡", "街道", "族", "大学", "路", "大街", "银行", "话"), end)


@functools.lru_cache(maxsize=8)
def _known_names(gazetteer: tuple[Place, ...]) -> dict[str, tuple[Place, ...]]:
    names: dict[str, tuple[Place, ...]] = {}
    for place in gazetteer:
        for name in dict.fromkeys((place.name, *place.names)):
            names[name] = (*names.get(name, ()), place)
    return names


@functools.lru_cache(maxsize=8)
def _alternatives(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))


def _chosen(
    word: str, places: Sequence[Place], gazetteer: Sequence[Place], default: str | None
) -> RegionMention:
    if len(places) == 1:
        return RegionMention(word, places[0].level, places[0].id)
    inside = [place for place in places if default in _ancestors(place, gazetteer)]
    if len(inside) == 1:
        return RegionMention(word, inside[0].level, inside[0].id)
    return RegionMention(word, places[0].level, None)


def _ancestors(place: Place, gazetteer: Sequence[Place]) -> list[str]:
    """The place's own id and those above it."""
    parents = {one.id: one.parent for one in gazetteer}
    chain: list[str] = []
    at: str | None = place.id
    while at is not None and at not in chain:
        chain.append(at)
        at = parents.get(at)
    return chain


def _level(word: str) -> str | None:
    """province | city | district | township, country for what lies abroad; None when the word is no place."""
    if level := levels().get(word):
        return level
    if word in _BRIEF_LEVELS:
        return _BRIEF_LEVELS[word]
    ending = next(
        (one for one in sorted(_LEVEL_OF_ENDING, key=len, reverse=True) if word.endswith(one)), None
    )
    return _LEVEL_OF_ENDING[ending] if ending else None


def districts_of(catalogue: Catalogue) -> dict[str, str]:
    """Region id → the part of the office's place it lies in; the whole place is no part."""
    regions = catalogue.regions
    found = {}
    for region in regions.values():
        home = region
        while home.level == "township" and home.parent is not None and not regions[home.parent].is_office:
            home = regions[home.parent]
        if not home.is_office:
            found[region.id] = home.id
    return found
