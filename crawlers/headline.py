"""The title of an article page: the heading that the page's <title> repeats, else what its tags say.

Rules in the manner of general news extractors: a heading on the page counts when its words also stand in <title>
(a site's name or a side column's heading does not); tags written for machines come next; the cut <title> is last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

SEPARATOR = re.compile(
    r"\s*(?:[_|｜]+|--+|——+|\s[-–—·]\s|\s[-–—]|[-–—]\s)\s*|(?<=[\u4e00-\u9fff”》！？!?])-(?=[\u4e00-\u9fff])"
)
HINT = re.compile(r"(?:^|[-_ ])(?:title|headline|tit|biaoti|bt)(?:$|[-_ \d])|title$|Title", re.A)
HEADINGS = ("h1", "h2", "h3")
MAX_TITLE = 300


def read_title(tree: HtmlElement, tagged: Iterable[str]) -> str:
    """The title without the site's name, or "" where the page has none. tagged: titles from meta and JSON-LD."""
    whole = one_line(" ".join(tree.xpath("//head//title//text() | //title[not(ancestor::svg)]//text()")[:3]))
    named = [one_line(text) for text in tagged]
    for heading in headings(tree):
        if agrees(heading, whole) or any(agrees(heading, name) for name in named):
            return heading[:MAX_TITLE]
    for name in named:
        if len(name) >= 4:
            return strip_site(name)[:MAX_TITLE]
    lone = [one_line(h.text_content()) for h in tree.iter("h1")]
    if not whole and len(lone) == 1:
        return lone[0][:MAX_TITLE]
    return strip_site(whole)[:MAX_TITLE]


def headings(tree: HtmlElement) -> list[str]:
    """Texts of headings and of elements named like one, h1 first, then in the order of the page."""
    found = []
    for rank, path in enumerate(
        [*(f"//{tag}" for tag in HEADINGS), "//*[self::div or self::p or self::span][@class or @id]"]
    ):
        for element in tree.xpath(path):
            if rank >= len(HEADINGS) and not HINT.search(
                f"{element.get('class') or ''} {element.get('id') or ''}"
            ):
                continue
            text = one_line(element.text_content()) if len(element) < 12 else ""
            if 4 <= len(text) <= MAX_TITLE:
                found.append(text)
    return found


def agrees(heading: str, whole: str) -> bool:
    """Whether the heading is (the first part of) the page's own title: same words, or one cut short by dots."""
    short, long = squeeze(heading), squeeze(whole)
    if not short or not long:
        return False
    if short == squeeze(strip_site(whole)):
        return True
    if long.startswith(short) and len(short) >= 6:
        return True
    if short in long and len(short) >= 0.6 * len(long):
        return True
    cut = re.split(r"\.{3}|…", long)[0]
    return len(cut) >= 8 and cut != long and short.startswith(cut)


def strip_site(title: str) -> str:
    """The title without the trailing names of column and site: the first part, or the first two if it is tiny."""
    parts = [part for part in SEPARATOR.split(title) if part and part.strip()]
    if len(parts) < 2:
        return title.strip()
    if len(parts[0]) < 6 and len(parts[1]) > len(parts[0]):
        return title[: title.index(parts[1], len(parts[0])) + len(parts[1])].strip()
    return parts[0].strip()


def one_line(text: str) -> str:
    return re.sub(r"[\s\u200b\ufeff\xa0]+", " ", text).strip()


def squeeze(text: str) -> str:
    return re.sub(r"[^\w]", "", text).lower()
