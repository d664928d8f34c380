"""The text of an article page: the container that gathers prose and leaves links out, then its lines.

Every line gets a value: prose counts for it, links against it. The container is found from the top of the page
downwards: a child is entered while almost nothing of value stands outside it. What is named or headed as comments,
recommendations or page furniture is worth nothing, so a hundred long comments do not outweigh a short notice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawlers import aside
from crawlers.furniture import is_imprint, without_furniture
from crawlers.outline import HEADINGS, Block, Line, Outline, read_outline

SENTENCE = re.compile(r"[，。！？；,!?;]|\.\s")
TERMINAL = frozenset("。！？…!?.；;：:")
QUOTES = "”’」』）)】\"' "
LEAF = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "pre", "tr", "figure", "dd"))
SLACK = 0.06  # share of a container's value that may be lost by entering a child
SLACK_CHARACTERS = 12.0
SIDE_LINKS = 0.3  # share of links among what a side column holds
MUCH, LITTLE = 200.0, 60.0


@dataclass(frozen=True, slots=True)
class Body:
    """The article's lines; its first and last stand at `first` and before `end` among the lines of the page."""

    lines: list[str]
    first: int
    end: int


def find_body(page: Outline, title: str) -> Body:
    """The article's lines; none where the page has no container of prose."""
    values = [line_value(line) for line in page.lines]
    kinds = aside_kinds(page, title)
    asides = [kind > aside.NOT for kind in kinds]
    sums = block_sums(page, values, asides)
    if (
        aside.BY_WORD in kinds
    ):  # a word may mislead: what holds far more prose than all the rest is the article
        surely = [kind > aside.BY_WORD for kind in kinds]
        plain = block_sums(page, values, surely)
        held = max(plain[i] for i, kind in enumerate(kinds) if kind == aside.BY_WORD)
        if held > max(MUCH, 2 * max(sums)):
            asides, sums = surely, plain
    if max(sums) < LITTLE:
        hidden = [block.is_hidden for block in page.blocks]
        plain = block_sums(page, values, hidden)
        if max(plain) > 4 * max(LITTLE / 2, *sums):
            asides, sums = hidden, plain
    links = block_sums(page, [-min(value, 0.0) for value in values], asides)
    chosen = descend(page.blocks, sums, links, asides)
    block = page.blocks[chosen]
    kept = without_asides(page, list(range(block.first, block.end)), chosen, asides, sums)
    kept = without_furniture(page.lines, kept, title)
    if not kept:
        return Body([], block.first, block.end)
    return Body([page.lines[i].text for i in kept], kept[0], kept[-1] + 1)


def line_value(line: Line) -> float:
    """Characters of prose less characters of links; short words without a sentence's marks count for nothing."""
    text = line.text
    length = len(text)
    linked = min(line.linked, length)
    free = length - linked
    if linked > 0.5 * length:
        return -float(max(linked, 4)) if linked < 80 or not is_finished(text) else 0.0
    is_sentence = SENTENCE.search(text)
    if not is_sentence and free < 30:
        return 0.0
    if is_imprint(text):
        return 0.0
    if not is_sentence:
        return 0.5 * free
    if free >= 50 or is_finished(text):
        return float(free - linked)
    return 0.5 * (free - linked)


def is_finished(text: str) -> bool:
    return text.rstrip(QUOTES)[-1:] in TERMINAL


def aside_kinds(page: Outline, title: str) -> list[int]:
    """For each block how surely it stands beside the article (see aside); never one that holds the headline."""
    headline = headline_lines(page, title)
    kinds = [aside.NOT] * len(page.blocks)
    for index, block in enumerate(page.blocks):
        kind = aside.aside_by_name(block.names)
        if block.is_hidden or block.tag in aside.TAGS:
            kind = max(kind, aside.SURELY)
        elif kind == aside.NOT and block.end - block.first > 1:
            kind = aside.SURELY if aside.is_aside_heading(page.lines[block.first].text) else kind
        if kind and not any(block.first <= line < block.end for line in headline):
            kinds[index] = kind
    return kinds


def headline_lines(page: Outline, title: str) -> list[int]:
    """The lines that repeat the title in a heading; the article is not aside of its own headline."""
    short = title[:12]
    if not short:
        return []
    return [
        i
        for i, line in enumerate(page.lines)
        if short in line.text
        and len(line.text) < 2 * len(title) + 10
        and page.blocks[line.block].tag in HEADINGS
    ]


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


def descend(
    blocks: Sequence[Block], sums: Sequence[float], links: Sequence[float], asides: Sequence[bool]
) -> int:
    """The innermost block that holds the article: a child is entered while what stands outside it is no article.

    Outside may stand next to nothing, or prose mixed with so many links that it is a side column.
    """
    chosen = max(range(len(blocks)), key=lambda i: sums[i])
    for index in range(chosen + 1, len(blocks)):
        block = blocks[index]
        if block.parent != chosen or block.tag in LEAF or asides[index] or sums[index] <= 0:
            continue
        lost, lost_links = sums[chosen] - sums[index], links[chosen] - links[index]
        is_side_column = lost < sums[index] and lost_links > SIDE_LINKS * (lost + lost_links)
        if lost <= max(SLACK_CHARACTERS, SLACK * sums[chosen]) or is_side_column:
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


def text_of_html(fragment: str) -> str:
    """Plain lines of an HTML fragment (a feed's description, a post's content)."""
    return (
        "\n".join(line.text for line in read_outline(fragment.encode("utf-8", "ignore"), True).lines)
        if fragment.strip()
        else ""
    )
