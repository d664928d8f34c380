"""The title of an article page: the heading that the page's <title> repeats, else what its tags say.

Rules in the manner of general news extractors: a heading on the page counts when its words also stand in <title>
(a site's name or a side column's heading does not); then a plain line that is the beginning of <title>; then tags
written for machines; the cut <title> is last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from crawlers.outline import Outline

SEPARATOR = re.compile(
    r"\s*(?:[_|｜]+|--+|——+|\s[-–—·]\s|\s[-–—]|[-–—]\s)\s*|(?<=[\u4e00-\u9fff”》！？!?])-(?=[\u4e00-\u9fff])"
)
HINT = re.compile(r"(?:^|[-_ ])(?:title|headline|tit|biaoti|bt)(?:$|[-_ \d])|title$|Title", re.A)
INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0e-\x1f\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
HEADINGS = ("h1", "h2", "h3")
MAX_TITLE = 300
MAX_HEADING_LINES = 3


def read_title(page: Outline, tagged: Iterable[str]) -> str:
    """The title without the site's name, or "" where the page has none. tagged: titles from meta and JSON-LD."""
    titles = page.machine["title"]
    whole = one_line(titles[0].text(deep=True)) if titles else ""
    named = [one_line(text) for text in tagged]
    for heading in headings(page):
        if agrees(heading, whole) or any(agrees(heading, name) for name in named):
            return heading[:MAX_TITLE]
    shown = shown_beginning(page, whole)
    if shown:
        return shown[:MAX_TITLE]
    for name in named:
        if len(name) >= 4:
            return strip_site(name)[:MAX_TITLE]
    lone = list(heading_texts(page, "h1"))
    if not whole and len(lone) == 1:
        return lone[0][:MAX_TITLE]
    return strip_site(whole)[:MAX_TITLE]


def headings(page: Outline) -> Iterator[str]:
    """Texts of headings and of elements named like one, h1 first, then in the order of the page."""
    for tag in HEADINGS:
        yield from (text for text in heading_texts(page, tag) if 4 <= len(text) <= MAX_TITLE)
    for block in page.blocks:
        if block.names and 0 < block.end - block.first <= MAX_HEADING_LINES and HINT.search(block.names):
            text = joined(page, block.first, block.end)
            if 4 <= len(text) <= MAX_TITLE:
                yield text
    for line in page.lines:
        if line.names and 4 <= len(line.text) <= MAX_TITLE and HINT.search(line.names):
            yield line.text


def heading_texts(page: Outline, tag: str) -> Iterator[str]:
    for block in page.blocks:
        if block.tag == tag and 0 < block.end - block.first <= 2 * MAX_HEADING_LINES:
            yield joined(page, block.first, block.end)


def joined(page: Outline, first: int, end: int) -> str:
    return one_line(" ".join(line.text for line in page.lines[first:end]))


def shown_beginning(page: Outline, whole: str) -> str:
    """The longest beginning of <title> up to a separator that stands on the page as a line of its own."""
    ends = [match.start() for match in SEPARATOR.finditer(whole)]
    beginnings = {squeeze(whole[:end]) for end in ends} | {squeeze(whole)}
    found = [
        line.text
        for line in page.lines
        if not line.linked and len(line.text) >= 6 and squeeze(line.text) in beginnings
    ]
    return max(found, key=len, default="")


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
    cut = re.split(r"\.{3}|…", whole)[0]
    return squeeze(cut) != long and len(squeeze(cut)) >= 8 and short.startswith(squeeze(cut))


@lru_cache(maxsize=512)
def strip_site(title: str) -> str:
    """The title without the trailing names of column and site: the first part, or the first two if it is tiny."""
    parts = [part for part in SEPARATOR.split(title) if part and part.strip()]
    if len(parts) < 2:
        return title.strip()
    if len(parts[0]) < 6 and len(parts[1]) > len(parts[0]):
        return title[: title.index(parts[1], len(parts[0])) + len(parts[1])].strip()
    return parts[0].strip()


def one_line(text: str) -> str:
    return " ".join(shown(text).split())


def shown(text: str) -> str:
    """Without what nobody sees and what turns the order of reading: zero-width, bidirectional, control characters."""
    return INVISIBLE.sub("", text)


@lru_cache(maxsize=1024)
def squeeze(text: str) -> str:
    return re.sub(r"[^\w]", "", text).lower()
