"""The text of an article page: readability's choice of the container, then lines without the editors' furniture."""

from __future__ import annotations

import logging
import re

from lxml.html import HtmlElement, document_fromstring
from readability import Document
from readability.readability import Unparseable

logging.getLogger("readability").setLevel(logging.CRITICAL)

BLOCKS = {
    "p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "table", "tr",
    "blockquote", "pre", "figure", "figcaption", "dd", "dt", "dl", "hr", "center", "td",
}  # fmt: skip
UNSEEN = {"script", "style", "noscript", "iframe", "select", "button", "textarea", "svg", "template"}
FURNITURE = re.compile(
    r"^[（(【\[]?\s*(?:责任编辑|责编|编辑|责任校对|校对|本文编辑|审核|监制|值班编委|打印|关闭|分享到|分享|扫一扫"
    r"|原标题|免责声明|特别声明|返回搜狐|点击进入专题|查看更多|相关新闻|相关阅读|推荐阅读|延伸阅读|更多精彩|举报|收藏)\s*(?:[:：|／/>】\]]|$)"
)
SOURCE_LINE = re.compile(r"^(?:发布时间|发布日期|来源|信息来源|浏览次数|字号|字体)\s*[:：【\[]")
MAX_FURNITURE = 60


def read_body(html: str) -> str:
    """The article's lines, joined by newlines; "" where no container was found."""
    try:
        summary = Document(html).summary(html_partial=True)
        tree = document_fromstring(summary)
    except (Unparseable, ValueError, AssertionError, RecursionError):
        return ""
    lines = text_lines(tree)
    return "\n".join(line for line in lines if not is_furniture(line))


def is_furniture(line: str) -> bool:
    return len(line) <= MAX_FURNITURE and bool(FURNITURE.match(line) or SOURCE_LINE.match(line))


def text_lines(tree: HtmlElement) -> list[str]:
    """The visible text in reading order, one entry per block, white space folded; no recursion, deep pages are met."""
    pieces: list[str] = []
    stack: list[tuple[HtmlElement, bool]] = [(tree, True)]
    while stack:
        element, is_open = stack.pop()
        is_tag = isinstance(element.tag, str)
        is_block = is_tag and element.tag in BLOCKS
        if is_open:
            pieces.append("\n" if is_block else "")
            if is_tag and element.tag not in UNSEEN:
                pieces.append(fold(element.text))
                stack.append((element, False))
                stack.extend((child, True) for child in reversed(element))
            else:
                pieces.append(fold(element.tail))
        else:
            pieces.append("\n" if is_block else "")
            pieces.append(fold(element.tail) if element is not tree else "")
    lines = (re.sub(r"[ \t\xa0\u3000]+", " ", line).strip() for line in "".join(pieces).split("\n"))
    return [line for line in lines if line]


def fold(text: str | None) -> str:
    return re.sub(r"\s+", " ", text) if text else ""


def text_of_html(fragment: str) -> str:
    """Plain lines of an HTML fragment (a feed's description, a post's content)."""
    if not fragment.strip():
        return ""
    try:
        return "\n".join(text_lines(document_fromstring(f"<div>{fragment}</div>")))
    except (ValueError, AssertionError):
        return re.sub(r"<[^>]*>", " ", fragment).strip()
