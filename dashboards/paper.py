"""What a paper is made of, before it becomes HTML or Word: sections of blocks, all of them plain values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from store.text import clean

TITLE_LIMIT = 60
DRAFT_MARK = "自动生成、未审定"


@dataclass(frozen=True)
class Sub:
    """A heading inside a section: level 2 is （一）, level 3 is 1. ; the numbers are part of the text."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Text:
    """One paragraph; lead stands in bold before it."""

    text: str
    lead: str = ""


@dataclass(frozen=True)
class Note:
    """What a number means, in small type: definitions and limits that every issue repeats."""

    text: str
    lead: str = ""


@dataclass(frozen=True)
class Quote:
    """A public text in its own words, cut, with where it stood; never a hotline item. lead: our own words before it."""

    text: str
    source: str
    lead: str = ""


@dataclass(frozen=True)
class Table:
    """shares: column widths, summing to 1; numbers: columns set to the right. Without a head the first column names
    its row; without a caption the line above does."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Picture:
    """name: file name without ending; alt: the picture's finding in one sentence."""

    name: str
    png: bytes
    caption: str
    alt: str


@dataclass(frozen=True)
class Figures:
    """Key figures in a row: (label, value, note)."""

    items: tuple[tuple[str, str, str], ...]


Block = Sub | Text | Note | Quote | Table | Picture | Figures


@dataclass(frozen=True)
class Section:
    order: int
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Paper:
    """One issue. marks: what a reader must know first (自动生成、未审定; 演示数据); notes: lines under the title."""

    title: str
    issue: str
    notes: tuple[str, ...]
    marks: tuple[str, ...]
    sections: tuple[Section, ...]

    def pictures(self) -> Iterator[Picture]:
        for section in self.sections:
            yield from (block for block in section.blocks if isinstance(block, Picture))


def shortened(table: Table, most: int, rest: str) -> Table:
    """The first rows of a long table; its caption says how many there are and where the others stand."""
    if len(table.rows) <= most:
        return table
    words = f"（共{len(table.rows)}项，列出前{most}项，其余{len(table.rows) - most}项见{rest}）"
    return replace(table, caption=table.caption + words, rows=table.rows[:most])


def side_by_side(table: Table) -> Table:
    """A narrow table as two columns of rows on half the height, read down the left half first."""
    half = -(-len(table.rows) // 2)
    blank = ("",) * len(table.head)
    right = (*table.rows[half:], *([blank] * (2 * half - len(table.rows))))
    return Table(
        table.caption,
        table.head * 2,
        tuple(left + other for left, other in zip(table.rows[:half], right, strict=True)),
        tuple(part / 2 for part in table.shares * 2),
        table.numbers | frozenset(column + len(table.head) for column in table.numbers),
    )


NUMERALS = "一二三四五六七八九十"


def numeral(number: int) -> str:
    """1 → 一, 12 → 十二; up to 99."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return NUMERALS[ones - 1]
    return ("" if tens == 1 else NUMERALS[tens - 1]) + "十" + (NUMERALS[ones - 1] if ones else "")


def one_line(text: str, limit: int = TITLE_LIMIT) -> str:
    """A crawled text fit for a line of paper: no control, bidi or line-break characters, cut with an ellipsis."""
    flat = " ".join(clean(text).split())
    flat = "".join(one for one in flat if one.isprintable())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def sentences(block: Block) -> list[str]:
    """Our own sentences in a block, crawled words left out (for the content hash and the language check)."""
    if isinstance(block, (Text, Note)):
        return [block.lead + block.text]
    if isinstance(block, Sub):
        return [block.text]
    if isinstance(block, Picture):
        return [block.caption, block.alt]
    if isinstance(block, Table):
        return [block.caption, *block.head, *(cell for row in block.rows for cell in row)]
    if isinstance(block, Figures):
        return [part for item in block.items for part in item]
    return []
