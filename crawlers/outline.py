"""A page as one flat list of lines and blocks: one parse by lexbor and one walk, everything else reads this.

A line is what a reader sees between two line breaks; a block is an element that begins a new line. Blocks stand in
the order of the page, a parent always before its children, so that sums run backwards over a list without recursion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawlers.bounds import bounded

UNSEEN = frozenset(
    "head script style noscript iframe select button textarea svg template object video audio canvas math map".split()
)
INLINE = frozenset(
    "span b strong em i u s font small big sub sup code mark label abbr cite q time kbd var tt ins del strike nobr bdo"
    " bdi dfn samp acronym ruby rt rp rb picture data o:p st1".split()
)
PLAIN_INLINE = frozenset("b strong u s font img br sub sup o:p wbr big small".split())
HEADINGS = frozenset(("h1", "h2", "h3"))
DIGITS = re.compile(r"\d\d|[前昨今刚]")
SPACES = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff]+")
MAX_STAMP = 240
TEXT, BREAK, LINK, SKIP, PLAIN, NAMED, BLOCK = range(1, 8)
KINDS: dict[int, int] = {}
HIDDEN = re.compile(r"display\s*:\s*none", re.I)


@dataclass(slots=True)
class Line:
    """One visible line. linked: how many of its characters stand in links; names: classes and ids of inline parts."""

    text: str
    linked: int
    block: int
    names: str
    stamps: tuple[str, ...] = ()


@dataclass(slots=True)
class Block:
    """One block element: lines[first:end] stand in it. names: its class and id, lower case; depth counts blocks."""

    tag: str
    names: str
    parent: int
    first: int
    end: int = 0
    is_hidden: bool = False


@dataclass(slots=True)
class Outline:
    tree: LexborHTMLParser
    lines: list[Line]
    blocks: list[Block]


def read_outline(html: str) -> Outline:
    """Parse and walk a page. Deep nesting and endless tags are cut before the parser meets them (see bounds)."""
    tree = LexborHTMLParser(bounded(html))
    lines: list[Line] = []
    blocks: list[Block] = [Block("root", "", -1, 0)]
    root = tree.body or tree.root
    if root is not None:
        walk(root, lines, blocks)
    blocks[0].end = len(lines)
    return Outline(tree, lines, blocks)


def walk(root: LexborNode, lines: list[Line], blocks: list[Block]) -> None:
    """Fill lines and blocks from the tree; a stack instead of recursion, so that depth costs nothing."""
    pieces: list[str] = []
    names: list[str] = []
    stamps: list[str] = []
    linked = link_depth = current = 0

    def flush() -> None:
        nonlocal linked
        if pieces:
            text = SPACES.sub(" ", "".join(pieces)).strip()
            if text:
                lines.append(Line(text, linked, current, " ".join(names), tuple(stamps)))
            pieces.clear()
            names.clear()
            stamps.clear()
            linked = 0

    stack: list[tuple[int, LexborNode | None]] = []  # what ends after the children, and what comes after it
    node = root.child
    while True:
        if node is None:
            if not stack:
                break
            kind, node = stack.pop()
            if kind == BLOCK:
                flush()
                blocks[current].end = len(lines)
                current = blocks[current].parent
            elif kind == LINK:
                link_depth -= 1
            continue
        identity = node.tag_id
        kind = KINDS.get(identity, 0) or kind_of(node, identity)
        if kind == TEXT:
            text = node.text_content
            if text.isspace():
                if pieces:
                    pieces.append(" ")
            else:
                if "\n" in text and blocks[current].tag == "pre":
                    for part in text.split("\n")[:-1]:
                        pieces.append(part)
                        flush()
                    text = text[text.rindex("\n") :]
                pieces.append(text)
                if link_depth:
                    linked += len(text.strip())
                if len(text) < MAX_STAMP and DIGITS.search(text):
                    stamps.append(text)
        elif kind == BLOCK:
            flush()
            attributes = node.attributes
            name, is_hidden = "", False
            if attributes:
                name = named(attributes.get("class"), attributes.get("id"))
                style = attributes.get("style")
                is_hidden = "hidden" in attributes or bool(style and HIDDEN.search(style))
            blocks.append(Block(node.tag, name, current, len(lines), 0, is_hidden))
            current = len(blocks) - 1
            stack.append((BLOCK, node.next))
            node = node.child
            continue
        elif kind == BREAK:
            flush()
        elif kind != SKIP:
            child = node.child
            if child is not None:
                if kind == LINK and node.attributes.get("href") is None:
                    kind = PLAIN
                if kind == LINK:
                    link_depth += 1
                elif kind == NAMED:
                    attributes = node.attributes
                    if attributes:
                        names.append(named(attributes.get("class"), attributes.get("id")))
                        if "datetime" in attributes:
                            stamps.append(attributes["datetime"] or "")
                stack.append((kind, node.next))
                node = child
                continue
        node = node.next
    flush()


def kind_of(node: LexborNode, identity: int) -> int:
    """What a tag means for lines. lexbor numbers the tags it knows below 512, so their kinds are remembered."""
    tag = node.tag
    if tag == "-text":
        kind = TEXT
    elif tag == "br":
        kind = BREAK
    elif tag == "a":
        kind = LINK
    elif tag in UNSEEN or tag[:1] in "-!" or tag in ("img", "input", "source", "meta", "link", "wbr"):
        kind = SKIP
    elif tag in INLINE:
        kind = PLAIN if tag in PLAIN_INLINE else NAMED
    else:
        kind = BLOCK
    if identity < 512:
        KINDS[identity] = kind
    return kind


@lru_cache(maxsize=8192)
def named(classes: str | None, identity: str | None) -> str:
    return f"{classes or ''} {identity or ''}".strip()[:200]


def plain_lines(fragment: str) -> list[str]:
    """The visible lines of an HTML fragment in reading order."""
    return [line.text for line in read_outline(fragment).lines]


def text_of_html(fragment: str) -> str:
    """Plain lines of an HTML fragment (a feed's description, a post's content)."""
    return "\n".join(plain_lines(fragment)) if fragment.strip() else ""
