"""The text of an article page: the container that gathers prose and leaves links out, then its lines.

Every line gets a value: prose counts for it, links against it. The container is found from the top of the page
downwards: a child is entered while almost nothing of value stands outside it. What is named or headed as comments,
recommendations or page furniture is worth nothing, so a hundred long comments do not outweigh a short notice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from crawlers.furniture import is_imprint, without_furniture
from crawlers.outline import HEADINGS, Block, Line, Outline

ASIDE_TAGS = frozenset(("footer", "nav", "aside"))
COMMENT = re.compile(
    r"comment|pinglun|gentie|(?:^|[-_\s])(?:tie|reply|replies|discuss\w*|disqus)(?:[-_\s]|$)", re.I
)
STRONG = re.compile(r"recommend|tuijian|related|relate[-_]|xiangguan|copyright|banquan|recom[-_]", re.I)
WEAK = re.compile(
    r"(?:^|[-_\s])(?:foot\w*|nav|navbar|menu|breadcrumb\w*|crumbs?|sidebar|side|aside|right|share\w*|fenxiang|bdshare\w*|hot\w*"
    r"|rank\w*|ads?|advert\w*|guanggao|qrcode|ewm|erweima|toolbar|pagination|pager|login|dialog|popup|modal|tips?|declare"
    r"|disclaimer|zebian)(?:[-_\s]|$)",
    re.I,
)
BODY = re.compile(
    r"(?:^|[-_\s])(?:article|content|zoom|main|post|text|body|detail|news|editor|zhengwen|con|vsb_content\w*|ozoom)"
    r"|trs_|ucap|v_news_content|js_content|rich_media_content|articleBody|neirong",
    re.I,
)
ASIDE_HEADING = re.compile(
    r"^[#>\s【\[]*(?:(?:网友|用户|读者|最新|热门|精彩|全部|文章|我要|发表|我来)*(?:评论|跟贴|跟帖|留言)(?:区|列表|专区)?"
    r"|(?:相关|推荐|热门|精彩|延伸|猜你|为你|热点|更多|最新|大家都在|24小时|一周|编辑|今日|本周)[^，。：:]{0,4}"
    r"(?:新闻|阅读|推荐|文章|资讯|报道|喜欢|热文|排行榜?|内容|链接|专题|看|稿件|信息|视频|搜索))"
    r"\s*(?:[（(]?\d*\s*条?[）)]?)?[:：】\]>\s]*$"
)
SENTENCE = re.compile(r"[，。！？；：,!?;]|\.\s")
TERMINAL = re.compile(r"[。！？…!?.；;：:][”’」』）)】\"']*$")
LEAF = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "pre", "tr", "figure", "dd"))
SLACK = 0.06  # share of a container's value that may be lost by entering a child
SLACK_CHARACTERS = 12.0


@dataclass(frozen=True, slots=True)
class Body:
    """The article's lines and where they stand in the outline; prose: how many characters read like sentences."""

    lines: list[str]
    first: int
    end: int
    prose: float


def find_body(page: Outline, title: str) -> Body:
    """The article's lines; none where the page has no container of prose."""
    values = [line_value(line) for line in page.lines]
    asides = aside_blocks(page, title)
    sums = block_sums(page, values, asides)
    if max(sums) < 60 and any(asides):  # all that is worth reading stands in what looked like furniture
        hidden = [block.is_hidden for block in page.blocks]
        plain = block_sums(page, values, hidden)
        if max(plain) > 4 * max(25.0, *sums):
            asides, sums = hidden, plain
    chosen = descend(page.blocks, sums, asides)
    block = page.blocks[chosen]
    kept = [i for i in range(block.first, block.end)]
    kept = without_asides(page, kept, chosen, asides, sums)
    lines = without_furniture([page.lines[i].text for i in kept], title)
    return Body(lines, block.first, block.end, max(sums[chosen], 0.0))


def line_value(line: Line) -> float:
    """Characters of prose less characters of links; short words without a sentence's marks count for nothing."""
    text, linked = line.text, line.linked
    length = len(text)
    free = length - linked
    if linked > 0.5 * length:
        return -float(max(linked, 4)) if linked < 80 or not TERMINAL.search(text) else 0.0
    if is_imprint(text):
        return 0.0
    if not SENTENCE.search(text):
        return 0.5 * free if free >= 30 else 0.0
    if free >= 50 or TERMINAL.search(text):
        return float(free - linked)
    return 0.5 * (free - linked)


def aside_blocks(page: Outline, title: str) -> list[bool]:
    """For each block whether it is comments, recommendations, furniture or hidden; never one that holds the title."""
    headline = headline_lines(page, title)
    found = [False] * len(page.blocks)
    for index, block in enumerate(page.blocks):
        if block.first == block.end and not block.end:
            continue
        found[index] = (
            block.is_hidden or block.tag in ASIDE_TAGS or is_named_aside(block.names) or is_headed_aside(page, block)
        ) and not any(block.first <= line < block.end for line in headline)
    return found


def headline_lines(page: Outline, title: str) -> list[int]:
    """The lines that repeat the title in a heading; the article is not aside of its own headline."""
    short = title[:12]
    if not short:
        return []
    return [
        i
        for i, line in enumerate(page.lines)
        if short in line.text and len(line.text) < 2 * len(title) + 10 and page.blocks[line.block].tag in HEADINGS
    ]


@lru_cache(maxsize=8192)
def is_named_aside(names: str) -> bool:
    """Whether classes and ids name something beside the article; "right-content" does not."""
    if not names:
        return False
    return is_comment(names) or bool(STRONG.search(names) or (WEAK.search(names) and not BODY.search(names)))


@lru_cache(maxsize=8192)
def is_comment(names: str) -> bool:
    return bool(names and COMMENT.search(names))


def is_headed_aside(page: Outline, block: Block) -> bool:
    """Whether the first words in a block are "网友评论", "相关阅读" or the like."""
    if block.end - block.first < 2:
        return False
    text = page.lines[block.first].text
    return len(text) <= 16 and bool(ASIDE_HEADING.match(text))


def block_sums(page: Outline, values: Sequence[float], asides: Sequence[bool]) -> list[float]:
    """The value of each block with all it holds; what is aside gives its parents nothing."""
    sums = [0.0] * len(page.blocks)
    for line, value in zip(page.lines, values, strict=True):
        sums[line.block] += value
    for index in range(len(sums) - 1, 0, -1):
        if asides[index]:
            sums[index] = 0.0
        else:
            sums[page.blocks[index].parent] += sums[index]
    return sums


def descend(blocks: Sequence[Block], sums: Sequence[float], asides: Sequence[bool]) -> int:
    """The innermost block that holds all but a little of the value of the best one."""
    best = max(range(len(blocks)), key=lambda i: sums[i])
    chosen = best
    for index in range(best + 1, len(blocks)):
        block = blocks[index]
        if block.parent == chosen and block.tag not in LEAF and not asides[index]:
            lost = sums[chosen] - sums[index]
            if lost <= max(SLACK_CHARACTERS, SLACK * sums[chosen]):
                chosen = index
    return chosen


def without_asides(
    page: Outline, kept: list[int], chosen: int, asides: Sequence[bool], sums: Sequence[float]
) -> list[int]:
    """The container's lines without asides and without lists of links inside it."""
    dropped: set[int] = set()
    end = page.blocks[chosen].end
    for index in range(chosen + 1, len(page.blocks)):
        block = page.blocks[index]
        if block.first >= end:
            break
        if asides[index] or (sums[index] < -40 and block.end - block.first >= 4):
            dropped.update(range(block.first, block.end))
    return [i for i in kept if i not in dropped]
