"""One message to the government and its official reply, from labelled values: words, both times, the office.

`labelled` reads the values out of a page that says what they are (留言内容：…, 答复时间：…), as most mailbox pages do.
Who asked is never read: there is no field for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from parsel import Selector

from crawlers.body import text_of_html
from crawlers.headline import one_line
from crawlers.published import Stamp, read_epoch, read_stamp

FIELDS = ("title", "text", "received_at", "reply", "answered_at", "answered_by")
LABELS = {
    "title": "(?:来信|留言|信件|诉求|咨询|问题|信访)?(?:标题|主题)",
    "text": "(?:来信|留言|信件|诉求|咨询|提问|问题|反映|投诉)(?:内容|描述|详情|正文)",
    "received_at": "(?:来信|留言|写信|提交|咨询|受理|提问|发布|反映|投诉|信件)(?:时间|日期)",
    "reply": "(?:回复|答复|处理|办理|反馈|办结)(?:内容|结果|意见|情况|正文)",
    "answered_at": "(?:回复|答复|办结|反馈|处理|办理)(?:时间|日期)",
    "answered_by": "(?:回复|答复|承办|办理|处理|受理|责任)(?:单位|部门|机构)",
}
LABEL = re.compile("|".join(f"(?P<{field}>^{words}$)" for field, words in LABELS.items()))
INLINE = re.compile("|".join(rf"(?P<{field}>^{words}\s*[:：])" for field, words in LABELS.items()))
PREFIX = re.compile(r"^[\u4e00-\u9fff]{2,8}\s*[:：]\s*")
MAX_ELEMENTS = 5000


def labelled(tree: Selector) -> dict[str, str]:
    """Field → words, for every label found; the first one on the page wins, an empty value is none."""
    found: dict[str, str] = {}
    for element in tree.css("td, th, dt, dd, div, span, p, li, label, b, strong, em, h1, h2, h3, h4, i")[
        :MAX_ELEMENTS
    ]:
        words = one_line("".join(element.xpath("./text()").getall()))
        if not 2 <= len(words) <= 2000 and not element.xpath("./*"):
            continue
        label = LABEL.match(words.rstrip(":： "))
        if label and label.lastgroup and label.lastgroup not in found:
            value = words_of(element.xpath("./*")) or words_of(element.xpath("./following-sibling::*[1]"))
            value = value or one_line("".join(element.xpath("./following-sibling::text()[1]").getall()))
            value = value or words_of(element.xpath("../following-sibling::*[1]"))
            if value:
                found[label.lastgroup] = value
            continue
        inline = INLINE.match(words)
        if inline and inline.lastgroup and inline.lastgroup not in found:
            value = words_of([element])[len(inline.group()) :].strip()
            if value:
                found[inline.lastgroup] = value
    return found


def words_of(elements: list[Selector] | Selector) -> str:
    return "\n".join(text for element in elements if (text := text_of_html(element.get() or "")))


def chosen(tree: Selector, options: Mapping[str, str]) -> dict[str, str]:
    """Field → words by the source's own CSS; 留言时间： and the like in front of a value is taken off."""
    found = {}
    for field in FIELDS:
        elements = tree.css(options[field]) if options.get(field) else []
        words = words_of(elements if field in ("text", "reply") else elements[:1])
        if words:
            found[field] = words if field in ("title", "text", "reply") else PREFIX.sub("", one_line(words))
    return found


def stamp_of(value: str, unit: str | None, now: datetime, zone: ZoneInfo) -> Stamp | None:
    """A time as a list gives it: a number in its unit ("s" or "ms"), or any stamp within the words."""
    value = value.strip()
    if unit and re.fullmatch(r"\d{1,15}(?:\.\d{1,9})?", value, re.A):
        return read_epoch(float(value), unit, now)
    return read_stamp(value, now, zone) if value else None
