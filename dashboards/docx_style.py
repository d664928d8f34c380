"""The look of GB/T 9704—2012 as Word styles: fonts by name, exact 28 pt, 22 lines of 28 characters a page.

The named Chinese fonts are not free: they are named, never shipped; offices have them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

FANGSONG, KAITI, HEITI, SONGTI = "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"
TITLE_FONT, LATIN = "方正小标宋简体", "Times New Roman"
LINE_PT, TITLE_LINE_PT, BODY_PT = 28, 35, 16
GRID_TWIPS = 579
TIGHT_TWENTIETHS = -5  # −0.25 pt a character: 28 of them on 156 mm
TEXT_WIDTH = Mm(156)


@dataclass(frozen=True)
class Look:
    """One paragraph style. indent: characters before the first line; line_pt None = single spacing."""

    name: str
    font: str
    size_pt: float
    line_pt: float | None = LINE_PT
    indent: int = 0
    align: Any = None
    bold: bool = False
    keep: bool = False
    left: int = 0


LOOKS = (
    Look("公文标题", TITLE_FONT, 22, TITLE_LINE_PT, align=WD_ALIGN_PARAGRAPH.CENTER),
    Look("公文期号", KAITI, 16, align=WD_ALIGN_PARAGRAPH.CENTER),
    Look("公文标记", HEITI, 16, align=WD_ALIGN_PARAGRAPH.LEFT),
    Look("公文正文", FANGSONG, BODY_PT, indent=2, align=WD_ALIGN_PARAGRAPH.JUSTIFY),
    Look("公文摘录", KAITI, 12, 18, indent=2, align=WD_ALIGN_PARAGRAPH.JUSTIFY),
    Look("公文说明", FANGSONG, 12, 18, indent=2, align=WD_ALIGN_PARAGRAPH.JUSTIFY),
    Look("公文一级", HEITI, BODY_PT, indent=2, keep=True),
    Look("公文二级", KAITI, BODY_PT, indent=2, keep=True),
    Look("公文三级", FANGSONG, BODY_PT, indent=2, bold=True, keep=True),
    Look("公文图", FANGSONG, 12, None, align=WD_ALIGN_PARAGRAPH.CENTER, keep=True),
    Look("公文题注", FANGSONG, 12, 18, align=WD_ALIGN_PARAGRAPH.CENTER),
    Look("公文表题", HEITI, 12, 20, align=WD_ALIGN_PARAGRAPH.CENTER, keep=True),
    Look("公文表格", FANGSONG, 12, 16),
    Look("公文表头", HEITI, 12, 16),
    Look("公文数字", FANGSONG, 22, 28, align=WD_ALIGN_PARAGRAPH.CENTER),
    Look("公文间隔", FANGSONG, 5, 6),
    Look("公文页码", SONGTI, 14, 16),
)


def prepare(document: Document) -> None:
    """Page, grid and styles of an empty document."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance, section.header_distance = Mm(25), Mm(15)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(GRID_TWIPS))
    set_fonts(document.styles["Normal"].element.get_or_add_rPr(), FANGSONG)
    for look in LOOKS:
        add_style(document, look)


def add_style(document: Document, look: Look) -> None:
    style: Any = document.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
    style.font.size = Pt(look.size_pt)
    style.font.bold = look.bold
    properties = style.element.get_or_add_rPr()
    set_fonts(properties, look.font)
    if look.size_pt == BODY_PT:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), str(TIGHT_TWENTIETHS))
        properties.append(spacing)
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.alignment = look.align
    form.keep_with_next = look.keep
    form.widow_control = False
    if look.size_pt < BODY_PT:  # small type and pictures keep their own height, not a multiple of the grid's
        snap = OxmlElement("w:snapToGrid")
        snap.set(qn("w:val"), "0")
        style.element.get_or_add_pPr().append(snap)
    if look.line_pt is None:
        form.line_spacing_rule = WD_LINE_SPACING.SINGLE
    else:
        form.line_spacing = Pt(look.line_pt)
        form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    if look.indent:
        indent = style.element.get_or_add_pPr().get_or_add_ind()
        indent.set(qn("w:firstLineChars"), str(look.indent * 100))
        indent.set(qn("w:firstLine"), str(int(look.indent * look.size_pt * 20)))


def set_fonts(properties: Any, chinese: str) -> None:
    """Latin and digits in Times New Roman, everything Chinese (quotes too) in the named font."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for kind in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{kind}"), LATIN)
    fonts.set(qn("w:eastAsia"), chinese)
    fonts.set(qn("w:hint"), "eastAsia")
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
