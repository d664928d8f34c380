"""Selectors learned from a few message pages of a board: the message, the official reply, both times, the office.

Most boards label what they show (来信内容, 答复单位 …): there crawlers.letters reads them and nothing has to be learned. On
the others the reply is found by what marks it, its container by what lies around it; what is proposed is read back with
the very functions the spider uses, and stands only where every page yields a message and one of them a reply. Who wrote
is never looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from lxml.etree import LxmlError
from lxml.html import HtmlElement, document_fromstring
from parsel import Selector

from crawlers.headline import one_line
from crawlers.learn import CLASS, DATE, path_of, select
from crawlers.letters import chosen, labelled
from crawlers.published import read_stamp
from store.offices import office_of

MARK = re.compile(
    r"^[【\[（(]?\s*(?:官方|办理|处理|回复|答复|反馈|承办|办结|部门回)|(?:回复|答复|反馈)\s*[】\])）]?\s*[:：]?$"
)
STATE = re.compile(r"状态|中$|[已未待]|我要|评论|回复数|点击")
MARK_CLASS = re.compile(r"repl|answer|huifu|dafu|feedback|respon", re.I)
PERSON = re.compile(
    r"^(?:来信|留言|写信|诉求|咨询|投诉|发帖|发布|提问)?(?:人|者|网友|姓名|昵称|电话|手机|邮箱|IP)\s*(?:姓名|电话)?\s*[:：]"
)
ASIDE = ("script", "style", "nav", "header", "footer", "form", "noscript", "aside")
FEWEST_TEXT, MOST_LABEL = 8, 60
MARKS_TRIED = 4
MOST_LEAVES = 3000
LABEL = re.compile(r"^[\u4e00-\u9fff]{2,8}\s*[:：]\s*")
FIELDS = ("title", "text", "received_at", "reply", "answered_at", "answered_by")


@dataclass(frozen=True)
class MessagePage:
    """One page behind the list. title: as the list shows it."""

    url: str
    html: str
    title: str


@dataclass(frozen=True)
class LearnedBoard:
    """detail: the [board.detail] table; read: what it yields on each page, in their order."""

    detail: dict[str, str]
    read: list[dict[str, str]]

    @property
    def answered(self) -> int:
        return sum(bool(one.get("reply")) for one in self.read)


def learn_board(pages: Sequence[MessagePage], now: datetime) -> LearnedBoard | None:
    """The best table for these pages, {} where their labels say all; None where no page shows message and reply."""
    found = [{}, *(table for page in pages for table in propose(page))]
    tried = [LearnedBoard(table, [read_page(page.html, table) for page in pages]) for table in found]
    good = [one for one in tried if one.answered and all(is_letter(read, now) for read in one.read)]
    return max(good, key=fullness, default=None)


def fullness(board: LearnedBoard) -> tuple[int, int, int]:
    """Replies read, fields filled, and fewer selectors."""
    filled = sum(bool(read.get(field)) for read in board.read for field in FIELDS)
    return board.answered, filled, -len(board.detail)


def read_page(html: str, detail: dict[str, str]) -> dict[str, str]:
    """What the spider will read on this page."""
    tree = Selector(text=html, type="html")
    return labelled(tree) | chosen(tree, detail)


def is_letter(read: dict[str, str], now: datetime) -> bool:
    """A message that is not its own reply, with a reply not older than itself."""
    if (
        not read.get("text")
        or read.get("reply") == read["text"]
        or (read.get("reply") or "§") in read["text"]
    ):
        return False
    asked, answered = (read_stamp(read.get(name, ""), now) for name in ("received_at", "answered_at"))
    return asked is None or answered is None or answered.at.date() >= asked.at.date()


def propose(page: MessagePage) -> list[dict[str, str]]:
    """Tables from one page that shows a reply, one for each place where the reply may begin."""
    try:
        tree = document_fromstring(page.html)
    except (ValueError, AssertionError, LxmlError):
        return []
    leaves = list(islice(leaves_of(tree), MOST_LEAVES))
    start = title_at(leaves, page.title)
    title = leaves[start] if start is not None else None
    first = start + 1 if start is not None else 0
    marks = [n for n, leaf in enumerate(leaves) if n > first and is_mark(leaf, title)]
    tables = (table_at(tree, leaves, first, mark, title) for mark in marks[:MARKS_TRIED])
    return [table for table in tables if {"text", "reply"} <= set(table)]


def table_at(
    tree: HtmlElement, leaves: Sequence[HtmlElement], first: int, mark: int, title: HtmlElement | None
) -> dict[str, str]:
    """The fields where the message begins at one leaf and the mark of the reply is another."""
    text = longest(leaves[first:mark])
    if text is None:
        return {}
    box = container(leaves[mark], [one for one in (title, text) if one is not None])
    inside = [leaf for leaf in leaves if leaf is box or box in leaf.iterancestors()]
    before = [leaf for leaf in leaves[:mark] if leaf not in inside and leaf is not text]
    reply = longest(inside)
    signature = [leaf for leaf in inside if leaf is not reply]
    parts = {
        "title": title,
        "text": text,
        "received_at": dated([*before[first:], *before[:first][::-1]]),
        "reply": reply,
        "answered_at": dated(signature),
        "answered_by": signed(signature),
    }
    chosen_ones = {
        field: selector_of(tree, one, box, field) for field, one in parts.items() if one is not None
    }
    return {field: selector for field, selector in chosen_ones.items() if selector}


def leaves_of(tree: HtmlElement) -> Iterator[HtmlElement]:
    """The elements that hold words of their own, in the order of the page; forms and frames of the page left out."""
    body = tree.find("body")
    for element in (body if body is not None else tree).iter():
        if not isinstance(element.tag, str) or element.tag in (*ASIDE, "br"):
            continue
        if any(ancestor.tag in ASIDE for ancestor in element.iterancestors()):
            continue
        if len(own_words(element)) >= 2:
            yield element


def own_words(element: HtmlElement) -> str:
    return one_line("".join([element.text or "", *(child.tail or "" for child in element)]))


def title_at(leaves: Sequence[HtmlElement], title: str) -> int | None:
    """The heading: the first one that holds the title and little else; a list may have cut it short."""
    wanted = one_line(title).rstrip("….· ")
    found = [
        n
        for n, leaf in enumerate(leaves)
        if wanted and wanted in (words := own_words(leaf)) and len(words) <= len(one_line(title)) + 12
    ]
    headings = [n for n in found if leaves[n].tag in ("h1", "h2", "h3", "h4")]
    return next(iter(headings or found), None)


def is_mark(leaf: HtmlElement, title: HtmlElement | None) -> bool:
    """Whether the reply begins here: by its words, or by the class of what it stands in."""
    if is_mark_words(leaf):
        return True
    above = set(title.iterancestors()) if title is not None else set()
    around = (leaf, *(one for one in leaf.iterancestors() if one not in above))
    return any(MARK_CLASS.search(f"{one.get('class', '')} {one.get('id', '')}") for one in around)


def is_mark_words(leaf: HtmlElement) -> bool:
    words = own_words(leaf)
    return len(words) <= 40 and MARK.search(words) is not None and STATE.search(words) is None


def longest(leaves: Sequence[HtmlElement]) -> HtmlElement | None:
    """The longest paragraph that is neither a link nor a label with a time."""
    texts = [
        leaf
        for leaf in leaves
        if leaf.tag != "a" and len(own_words(leaf)) >= FEWEST_TEXT and not is_label(leaf)
    ]
    return max(texts, key=lambda leaf: len(own_words(leaf)), default=None)


def is_dated(leaf: HtmlElement) -> bool:
    words = own_words(leaf)
    return len(words) <= MOST_LABEL and DATE.search(words) is not None


def container(mark: HtmlElement, outside: Sequence[HtmlElement]) -> HtmlElement:
    """The largest element around the mark that holds neither the title nor the message."""
    barred = {ancestor for one in outside for ancestor in (one, *one.iterancestors())}
    box = mark
    for ancestor in mark.iterancestors():
        if ancestor in barred:
            break
        box = ancestor
    return box


def dated(leaves: Sequence[HtmlElement]) -> HtmlElement | None:
    return next((leaf for leaf in leaves if is_dated(leaf)), None)


def signed(leaves: Sequence[HtmlElement]) -> HtmlElement | None:
    """The first short element that names an office and no person."""
    for leaf in leaves:
        words = DATE.sub("", LABEL.sub("", own_words(leaf)))
        office, names = office_of(re.sub(r"日?\s*$|(?:回复|答复|反馈)\s*[:：]?$", "", words))
        if len(words) <= 40 and office and not names:
            return leaf
    return None


def selector_of(tree: HtmlElement, element: HtmlElement, box: HtmlElement, field: str) -> str | None:
    """The shortest path that meets this element first; of a text, all its paragraphs on its side of the reply."""
    many = field in ("text", "reply")
    path = path_of(element)
    lasts = [path[-1], f"{path[-1]}:nth-child({place_of(element)})"]
    if many:
        barred = barred_classes(element)
        lasts = [
            path[-1],
            path[-1] + barred,
            f"{path[-1]}:nth-child(n+{first_place(element)}){barred}",
            lasts[1],
        ]
    for last in dict.fromkeys(lasts):
        for length in range(min(2, len(path)), len(path) + 1):
            selector = " ".join([*path[-length:-1], last])
            found = select(tree, selector)
            if found and (is_text_of(element, found, box) if many else found[0] is element):
                return selector
    return None


def is_text_of(element: HtmlElement, found: Sequence[HtmlElement], box: HtmlElement) -> bool:
    """Whether these are paragraphs of one text: on the same side of the reply, no label and no time among them."""
    sides = {one is box or box in one.iterancestors() for one in found}
    return element in found and len(sides) == 1 and not any(is_label(one) for one in found)


def is_label(element: HtmlElement) -> bool:
    """A time, a mark of the reply, or who wrote: none of them is part of a text."""
    return is_dated(element) or is_mark_words(element) or PERSON.search(own_words(element)) is not None


def barred_classes(element: HtmlElement) -> str:
    """:not(.when) for the classes of labels among its neighbours, so that they are no paragraphs."""
    parent = element.getparent()
    near = [
        one for one in (parent if parent is not None else ()) if isinstance(one.tag, str) and is_label(one)
    ]
    own = set((element.get("class") or "").split())
    names = {name for one in near for name in (one.get("class") or "").split() if CLASS.fullmatch(name)}
    return "".join(f":not(.{name})" for name in sorted(names - own))


def first_place(element: HtmlElement) -> int:
    """The place of the first paragraph of the text among its neighbours."""
    first = element
    for one in element.itersiblings(preceding=True):
        if one.tag != element.tag or is_label(one):
            break
        first = one
    return place_of(first)


def place_of(element: HtmlElement) -> int:
    return sum(isinstance(one.tag, str) for one in element.itersiblings(preceding=True)) + 1
