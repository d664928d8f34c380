"""A page as one flat list of lines and blocks: one parse by lexbor and one walk, everything else reads this.

A line is what a reader sees between two line breaks; a block is an element that begins a new line. Blocks stand in
the order of the page, a parent always before its children, so that sums run backwards over a list without recursion.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawlers.aside import BY_WORD, NOT, aside_by_name
from crawlers.bounds import bounded

UNSEEN = {
    "style", "noscript", "iframe", "select", "button", "textarea", "svg", "template", "object", "video",
    "audio", "canvas", "math", "map", "input", "source", "wbr", "img",
}  # fmt: skip
INLINE = {
    "span", "b", "strong", "em", "i", "u", "s", "font", "small", "big", "sub", "sup", "code", "mark", "label",
    "abbr", "cite", "q", "time", "kbd", "var", "tt", "ins", "del", "strike", "nobr", "bdo", "bdi", "dfn",
    "samp", "acronym", "ruby", "rt", "rp", "rb", "picture", "data", "o:p", "st1",
}  # fmt: skip
UNNAMED = frozenset(
    ["b", "strong", "u", "s", "font", "sub", "sup", "o:p", "big", "small"]
)  # inline parts whose class says nothing
MACHINE = frozenset(("meta", "link", "script", "title", "base"))
HEADINGS = frozenset(("h1", "h2", "h3"))
HIDDEN = re.compile(r"display\s*:\s*none", re.I)
MAX_PARTED = 240
PROSE = 50
MAX_SMALL = 120  # characters of an aside that is walked all the same: times and sources stand in such
CHARACTERS_A_LINK = 60
LEAST_LINKS = 12
LISTS = frozenset(("ul", "ol", "dl"))
DOCUMENT = re.compile(r"附件|\.(?:docx?|xlsx?|pdf|wps|ofd|zip|rar)\b", re.I)
TEXT, SKIP, TAG, PLAIN, NAMED, LINK, BREAK, END, BLOCK = range(1, 10)  # from BREAK on a line ends
KINDS: dict[int, int] = {}
TEXT_ID = 2  # lexbor's number of a text node


@dataclass(slots=True)
class Line:
    """One visible line. linked: how many of its characters stand in links; names: classes and ids of inline parts.

    parts: the pieces of text it was made of, where it is short and of several.
    """

    text: str
    linked: int
    block: int
    names: str
    parts: Sequence[str] = ()


@dataclass(slots=True)
class Block:
    """One block element: lines[first:end] stand in it. names: its class and id; parent: an index, -1 for the root."""

    tag: str
    names: str
    parent: int
    first: int
    end: int = 0
    is_hidden: bool = False


@dataclass(slots=True)
class Outline:
    """A page; machine: its meta, link, script, title elements by tag, in the order of the page."""

    tree: LexborHTMLParser
    lines: list[Line]
    blocks: list[Block]
    machine: dict[str, list[LexborNode]]
    left_out: int = 0


def read_outline(html: bytes, is_whole: bool = False) -> Outline:
    """Parse and walk a page given in UTF-8.

    Deep nesting and endless tags are cut before the parser meets them (see bounds). is_whole: also what is hidden and
    what is named as comments or recommendations; else such blocks are passed over and counted in left_out.
    """
    tree = LexborHTMLParser(bounded(html))
    page = Outline(tree, [], [Block("root", "", -1, 0)], {tag: [] for tag in MACHINE})
    head, body = tree.head, tree.body
    node = head.child if head else None
    while node is not None:
        if node.tag in MACHINE:
            page.machine[node.tag].append(node)
        node = node.next
    root = body or tree.root
    if root is not None:
        walk(root, page, is_whole)
    page.blocks[0].end = len(page.lines)
    return page


def walk(root: LexborNode, page: Outline, is_whole: bool) -> None:
    """Fill lines and blocks from the tree; a stack instead of recursion, so that depth costs nothing.

    One loop without calls, because it is three quarters of what reading a page costs in Python.
    """
    lines, blocks, kind_at = page.lines, page.blocks, KINDS.get
    pieces: list[str] = []
    names: list[str] = []
    linked = link_depth = current = 0
    has_begun = False  # the headline or a paragraph was met: what is named aside from here on holds neither
    title = " ".join(node.text(deep=True) for node in page.machine["title"])
    stack: list[tuple[int, LexborNode | None]] = []  # what ends after the children, and what comes after it
    node = root.child
    while True:
        if node is None:
            if not stack:
                kind = BREAK
            else:
                kind, node = stack.pop()
                if kind == LINK:
                    link_depth -= 1
                if kind != BLOCK:
                    continue
                kind = END
        else:
            identity = node.tag_id
            kind = kind_at(identity, 0) or kind_of(node, identity)
        if kind == TEXT:
            text = node.text_content
            if text.isspace():
                if pieces:
                    pieces.append(" ")
            elif "\n" in text and blocks[current].tag == "pre":
                lines += [Line(part, 0, current, "") for part in map(str.strip, text.split("\n")) if part]
            else:
                pieces.append(text)
                if link_depth:
                    linked += len(text)
            node = node.next
            continue
        if kind >= BREAK:
            if pieces:
                text = " ".join(("".join(pieces) if len(pieces) > 1 else pieces[0]).split())
                if text:
                    parts = pieces if len(pieces) > 1 and len(text) < MAX_PARTED else ()
                    linked = min(linked, len(text))
                    lines.append(Line(text, linked, current, " ".join(names) if names else "", parts))
                    if not has_begun and (
                        len(text) - linked >= PROSE
                        or (text[:8] in title and len(text) >= 6 and blocks[current].tag in HEADINGS)
                    ):
                        has_begun = True
                pieces = []
                linked = 0
                if names:
                    names = []
            if kind == BLOCK:
                tag, name, is_hidden = node.tag, "", False
                attributes = node.attributes
                if attributes:
                    read = attributes.get
                    name, style = named(read("class"), read("id")), read("style")
                    is_hidden = "hidden" in attributes or bool(style and HIDDEN.search(style))
                if not is_whole and (is_hidden or (has_begun and is_skippable(node, tag, name))):
                    page.left_out += 1
                    node = node.next
                    continue
                block = Block(tag, name, current, len(lines), 0, is_hidden)
                current = len(blocks)
                blocks.append(block)
                stack.append((BLOCK, node.next))
                node = node.child
            elif kind == END:
                block = blocks[current]
                block.end = len(lines)
                current = block.parent
            elif node is None:
                return
            else:
                node = node.next
            continue
        if kind == TAG:
            page.machine[node.tag].append(node)
        elif kind != SKIP:
            child = node.child
            if child is not None:
                if kind == LINK:
                    if child.next is None and child.tag_id == TEXT_ID:
                        text = child.text_content
                        pieces.append(text)
                        linked += len(text)
                        node = node.next
                        continue
                    if node.attributes.get("href") is None:
                        kind = PLAIN
                    else:
                        link_depth += 1
                elif kind == NAMED:
                    attributes = node.attributes
                    if attributes:
                        names.append(named(attributes.get("class"), attributes.get("id")))
                        if "datetime" in attributes:
                            pieces.append(f" {attributes['datetime'] or ''} ")
                stack.append((kind, node.next))
                node = child
                continue
        node = node.next


def kind_of(node: LexborNode, identity: int) -> int:
    """What a tag means for lines. lexbor numbers the tags it knows below 512, so their kinds are remembered."""
    tag = node.tag
    if tag == "-text":
        kind = TEXT
    elif tag == "br":
        kind = BREAK
    elif tag == "a":
        kind = LINK
    elif tag in MACHINE:
        kind = TAG
    elif tag in UNSEEN or tag[:1] in "-!":
        kind = SKIP
    elif tag in INLINE:
        kind = PLAIN if tag in UNNAMED else NAMED
    else:
        kind = BLOCK
    if identity < 512:
        KINDS[identity] = kind
    return kind


def is_skippable(node: LexborNode, tag: str, names: str) -> bool:
    """Whether a block below the headline need not be walked.

    So are comments and recommendations, what is named aside and full of links, and lists of linked headlines.
    """
    kind = aside_by_name(names)
    if kind == NOT:
        return tag in LISTS and is_link_list(node)
    length = len(node.text(deep=True))
    return length > MAX_SMALL and (kind > BY_WORD or length < CHARACTERS_A_LINK * len(node.css("a")))


def is_link_list(node: LexborNode) -> bool:
    """Whether a list is headlines to elsewhere: many links, little besides, and no documents to download."""
    links = node.css("a")
    if len(links) < LEAST_LINKS:
        return False
    text = "".join(node.text(deep=True).split())
    linked = 0
    for link in links:
        linked += len(link.text(deep=True).strip())
        if 2 * linked > len(text):
            return not DOCUMENT.search(text)
    return False


@lru_cache(maxsize=8192)
def named(classes: str | None, identity: str | None) -> str:
    return f"{classes or ''} {identity or ''}".strip()[:200]
