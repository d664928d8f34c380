"""What must not be kept about a person is replaced before the first write.

Patterns only: phone, identity, bank, plate, e-mail, QQ and WeChat numbers, exact addresses, query strings,
@mentions and the names of minors (best effort). Hotlines (12345), amounts, dates and document numbers stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Masked:
    """A text without personal data, and how often each kind was replaced."""

    text: str
    counts: dict[str, int] = field(default_factory=dict)


Replacement = str | Callable[[re.Match[str]], str]

_NO_DIGIT_BEFORE = r"(?<![\d*.])"
_NO_DIGIT_AFTER = r"(?![\d*])"
_PLATE_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚"
    "沈钟姜崔谭陆范汪廖石金贾韦夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"
)
_CHILD = "学生|小学生|中学生|女生|男生|女童|男童|幼童|女孩|男孩|小孩|孩子|女儿|儿子|孙子|孙女|患儿|幼儿"


def _luhn(digits: str) -> bool:
    total = 0
    for index, character in enumerate(reversed(digits)):
        value = int(character) * (1 + index % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _card(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match[0])
    if 16 <= len(digits) <= 19 and (digits.startswith("62") or _luhn(digits)):
        return "<银行卡>"
    return match[0]


def _query(match: re.Match[str]) -> str:
    return match[0] if match[2] == "?<参数>" else match[1] + "?<参数>"


def _mention(match: re.Match[str]) -> str:
    if match[0] == "@用户":
        return match[0]
    following = match.string[match.end() : match.end() + 1]
    return "@用户" + (" " if re.match(r"[\w·-]", following) else "")


# (kind, what must occur for the pattern to be tried, pattern, replacement); the order matters
_RULES: tuple[tuple[str, re.Pattern[str], re.Pattern[str], Replacement], ...] = tuple(
    (kind, re.compile(hint), re.compile(pattern), replacement)
    for kind, hint, pattern, replacement in (
        (
            "参数",
            r"\?",
            r"(https?://[^\s?#<>\"'，。；、）】]{1,2000})(\?(?:<参数>|[^\s<>\"'，。；、）】]+))",
            _query,
        ),
        (
            "邮箱",
            "[@＠]",
            r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}[@＠](?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,10}",
            "<邮箱>",
        ),
        (
            "身份证",
            r"\d{6}",
            _NO_DIGIT_BEFORE + r"[1-9]\d{5}(?:(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx]"
            r"|\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}|\*{6,10}[\dXx]{2,4})(?![\dA-Za-z*])",
            "<身份证>",
        ),
        (
            "银行卡",
            r"\d{4}",
            r"(?:(?<=卡号)|(?<=账号)|(?<=帐号)|(?<=账户)|(?<=卡号是)|(?<=账号是))[:：\s]{0,2}"
            r"\d{4}[ -]?\d{4}[ -]?\d{4}(?:[ -]?\d{1,4}){0,2}" + _NO_DIGIT_AFTER,
            "：<银行卡>",
        ),
        (
            "银行卡",
            r"\d{4}",
            _NO_DIGIT_BEFORE + r"[3-6]\d{3}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}(?:[ -]?\d{1,3})?" + _NO_DIGIT_AFTER,
            _card,
        ),
        (
            "电话",
            r"\d",
            r"(?<![\d*.A-Za-z])(?:(?:\+|00)?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}[ -]?\d{4}|\*{4}\d{4}|\d{4}\*{4})"
            + _NO_DIGIT_AFTER,
            "<电话>",
        ),
        (
            "电话",
            r"\d",
            r"(?<![\d*.A-Za-z])(?:[（(]0\d{2,3}[）)]|0\d{2,3})[ —-]{0,2}[2-9]\d{6,7}(?:(?:转|-)\d{1,4})?"
            + _NO_DIGIT_AFTER,
            "<电话>",
        ),
        (
            "电话",
            "电话|座机|热线|手机|致电|拨打|联系方式",
            r"(?<=电话|座机|热线|手机|致电|拨打|方式)([号码为是:：\s]{0,4})"
            r"[2-9]\d{2,3}[ -]?\d{4}(?![\d*年月日元万号])",
            r"\1<电话>",
        ),
        (
            "车牌",
            f"[{_PLATE_PROVINCES}][A-Za-z]",
            rf"[{_PLATE_PROVINCES}](?!GDP)[A-HJ-NP-Z][·•. ]?(?=[A-HJ-NP-Z]{{0,3}}\d)"
            r"(?:[A-HJ-NP-Z0-9]{5,6}|[A-HJ-NP-Z0-9]{4}[挂学警港澳])(?![A-Za-z0-9])",
            "<车牌>",
        ),
        (
            "账号",
            "[Qq扣企]",
            r"(?:[Qq]{2}|扣扣|企鹅|[Qq]群)([群号码：:为是\s]{0,6})[1-9]\d{4,11}(?!\d)",
            r"QQ\1<账号>",
        ),
        (
            "账号",
            "信|[Vv]|[Ww]",
            r"(微信|薇信|[Vv]信|[Ww]e[Cc]hat|[Ww]eixin|[Vv][Xx]|[Ww][Xx])(号码?|ID|id|账号|帐号)?(\s?[:：是为]\s?)"
            r"[A-Za-z0-9][A-Za-z0-9_-]{4,19}",
            r"\1\2\3<账号>",
        ),
        ("用户", "[@＠]", r"[@＠][\w·-]{1,30}", _mention),
        (
            "地址",
            r"\d",
            r"(?<=[路街道巷弄村里园区城苑府庄寨坊镇院])\d{1,5}(?:[-—]\d{1,4})?(?:号院|号楼|号|弄)"
            r"(?![线令文次台船井机楼]|公交|通知|文件|公告|地铁|高速)"
            r"(?:[ ,，]?[A-Za-z0-9一二三四五六七八九十]{1,5}(?:号楼|单元|楼|栋|幢|座|门|层|室|户|房|号)){0,5}"
            r"(?:\d{3,4}(?![\d元人年]))?",
            "<地址>",
        ),
        (
            "地址",
            "栋|幢|座|楼|单元",
            r"(?<![\dA-Za-z])[A-Za-z]?\d{1,3}(?:栋|幢|座|号楼|单元)[ ,，]?"
            r"(?:[A-Za-z0-9一二三四五六]{1,2}单元)?[ ,，]?"
            r"(?:\d{1,2}楼)?\d{1,4}(?:室|房(?!间)|号(?!楼)|户(?![人家]))",
            "<地址>",
        ),
        (
            "姓名",
            _CHILD,
            rf"((?:{_CHILD})(?:名叫|叫做|叫|姓名[为是:：]?))[{_SURNAMES}][一-龥]{{1,2}}"
            r"(?=[,，。、；;：:\s(（]|今年|现在|就读|在读|$)",
            r"\1某某",
        ),
        (
            "姓名",
            "人|员|民警",
            r"((?:联系|经办|承办|办理|处理|答复|回复|来电|来信|留言|投诉|反映|诉求|举报|求助)人|联络员|经办员|值班员|(?:承办|经办|责任)民警)"
            rf"([:：\s为是]{{1,3}})[{_SURNAMES}][一-龥]{{1,2}}"
            r"(?=[\s,，。、；;：:（(<]|先生|女士|同志|电话|$)",
            r"\1\2某某",
        ),
        ("姓名", "学生|同学", rf"(?<=学生)(?!某)[{_SURNAMES}]某[某一-龥]?(?![一-龥]?同学)", "某某"),
        (
            "姓名",
            "同学",
            r"(?<![一-龥\d])(?:小[一-龥](?<!小学)(?<!小朋)|"
            rf"[{_SURNAMES}][一-龥]{{1,2}})同学(?![们会校])",
            "某某同学",
        ),
    )
)


def mask(text: str) -> Masked:
    """The text with personal data replaced by `<电话>`, `<身份证>`, `@用户` and the like.

    `counts` gives how often each kind was replaced, without kinds that did not occur. Masking twice changes
    nothing. Patterns miss what follows no pattern; a doubtful number rather stays.
    """
    counts: dict[str, int] = {}
    for kind, hint, pattern, replacement in _RULES:
        if not hint.search(text):
            continue
        before = text
        text = pattern.sub(_counting(replacement, kind, counts), before)
    return Masked(text, counts)


def _counting(replacement: Replacement, kind: str, counts: dict[str, int]) -> Callable[[re.Match[str]], str]:
    def replace(match: re.Match[str]) -> str:
        new = match.expand(replacement) if isinstance(replacement, str) else replacement(match)
        if new != match[0]:
            counts[kind] = counts.get(kind, 0) + 1
        return new

    return replace
