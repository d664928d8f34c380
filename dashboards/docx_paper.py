"""A paper as a Word file in the look of GB/T 9704—2012 (dashboards/docx_style.py)."""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm

from dashboards.docx_style import SONGTI, TEXT_WIDTH, prepare, set_fonts
from dashboards.paper import Block, Figures, Note, Paper, Picture, Quote, Sub, Table, Text, numeral

PICTURE_WIDTH = Mm(150)
WHOLE_ROWS, FIRST_ROWS = 6, 2
CELL_TWIPS = 57


def docx_of(paper: Paper) -> bytes:
    """The whole file: title, marks, sections with their tables and pictures, page numbers."""
    document = docx.Document()
    prepare(document)
    name_it(document, paper)
    if paper.marks or paper.notes:
        write(document, "公文标记", "　".join((*paper.marks, *paper.notes)))
    write(document, "公文标题", paper.title)
    write(document, "公文期号", f"（{paper.issue}）")
    pictures = 0
    for section in paper.sections:
        write(document, "公文一级", f"{numeral(section.order)}、{section.title}")
        for block in section.blocks:
            pictures += isinstance(block, Picture)
            add(document, block, pictures)
    number_pages(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def name_it(document: Document, paper: Paper) -> None:
    core = document.core_properties
    core.title, core.subject = f"{paper.title} {paper.issue}", "；".join(paper.marks)
    core.author = core.last_modified_by = "回应"
    core.comments, core.keywords, core.language = "", "", "zh-CN"


def write(document: Document, style: str, text: str) -> Any:
    paragraph = document.add_paragraph(style=style)
    run(paragraph, text)
    return paragraph


def run(paragraph: Any, text: str, bold: bool = False) -> Any:
    """One run whose quotation marks stay Chinese (hint=eastAsia)."""
    added = paragraph.add_run(text)
    added.bold = bold or None
    fonts = OxmlElement("w:rFonts")
    fonts.set(qn("w:hint"), "eastAsia")
    added._r.get_or_add_rPr().insert(0, fonts)
    return added


def add(document: Document, block: Block, pictures: int) -> None:
    if isinstance(block, Sub):
        write(document, "公文二级" if block.level == 2 else "公文三级", block.text)
    elif isinstance(block, (Text, Note)):
        paragraph = document.add_paragraph(style="公文正文" if isinstance(block, Text) else "公文说明")
        if block.lead:
            run(paragraph, block.lead, bold=True)
        run(paragraph, block.text)
    elif isinstance(block, Quote):
        paragraph = write(document, "公文摘录", block.lead)
        run(paragraph, f"“{block.text}”（{block.source}）")
    elif isinstance(block, Picture):
        add_picture(document, block, pictures)
    elif isinstance(block, Table):
        add_table(document, block)
    else:
        add_figures(document, block)


def add_picture(document: Document, picture: Picture, number: int) -> None:
    """In a paragraph of single spacing: exact spacing would cut it to one line."""
    paragraph = document.add_paragraph(style="公文图")
    shape = paragraph.add_run().add_picture(io.BytesIO(picture.png), width=PICTURE_WIDTH)
    shape._inline.docPr.set("descr", picture.alt)
    write(document, "公文题注", f"图{number}　{picture.caption}")


def add_table(document: Document, table: Table) -> None:
    """Caption, grid and a little air; a table without a head has the names of its rows in the first column."""
    if table.caption:
        write(document, "公文表题", table.caption)
    heads = 1 if table.head else 0
    grid = new_table(document, len(table.rows) + heads, table.shares)
    for number, row in enumerate((table.head, *table.rows) if table.head else table.rows):
        cells = grid.rows[number].cells
        for column, words in enumerate(row):
            is_head = number < heads or (not heads and column == 0)
            fill(cells[column], words, "公文表头" if is_head else "公文表格", column in table.numbers)
    if table.head:
        repeat_header(grid.rows[0])
        keep_together(grid, len(table.rows) if len(table.rows) <= WHOLE_ROWS else FIRST_ROWS)
    write(document, "公文间隔", "")


def add_figures(document: Document, figures: Figures) -> None:
    """Key figures as a table of three lines: name, value, note."""
    grid = new_table(document, 3, (1 / len(figures.items),) * len(figures.items))
    for column, item in enumerate(figures.items):
        for row, (words, style) in enumerate(zip(item, ("公文表头", "公文数字", "公文表格"), strict=True)):
            fill(grid.cell(row, column), words, style, False).alignment = WD_ALIGN_PARAGRAPH.CENTER
    write(document, "公文间隔", "")


def new_table(document: Document, rows: int, shares: tuple[float, ...]) -> Any:
    grid = document.add_table(rows=rows, cols=len(shares), style="Table Grid")
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    set_margins(grid)
    for row in grid.rows:
        for cell, part in zip(row.cells, shares, strict=True):
            cell.width = Emu(int(TEXT_WIDTH * part))
        whole = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(whole)
    for column, part in zip(grid.columns, shares, strict=True):
        column.width = Emu(int(TEXT_WIDTH * part))
    return grid


def set_margins(grid: Any) -> None:
    """A millimetre at the sides of a cell: Word's own two take a character from each of ten columns."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        one = OxmlElement(f"w:{side}")
        one.set(qn("w:w"), str(CELL_TWIPS))
        one.set(qn("w:type"), "dxa")
        margins.append(one)
    grid._tbl.tblPr.append(margins)


def fill(cell: Any, words: str, style: str, is_number: bool) -> Any:
    paragraph = cell.paragraphs[0]
    paragraph.style = style
    if is_number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run(paragraph, words)
    return paragraph


def keep_together(grid: Any, rows: int) -> None:
    """The head and the first rows stay on one page: a short table whole, a long one never with its head alone."""
    for row in list(grid.rows)[:rows]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def repeat_header(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def number_pages(document: Document) -> None:
    """— 1 — at the outer edge, one character in: right on odd pages, left on even ones."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        paragraph.style = "公文页码"
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if side == "right" else WD_ALIGN_PARAGRAPH.LEFT
        indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
        indent.set(qn(f"w:{side}Chars"), "100")
        indent.set(qn(f"w:{side}"), "280")
        for part in ("— ", None, " —"):
            field(paragraph) if part is None else set_fonts(
                paragraph.add_run(part)._r.get_or_add_rPr(), SONGTI
            )


def field(paragraph: Any) -> None:
    """The PAGE field, in 宋体 half-width digits."""
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        added = paragraph.add_run()
        properties = added._r.get_or_add_rPr()
        set_fonts(properties, SONGTI)
        for name in ("ascii", "hAnsi"):
            properties.find(qn("w:rFonts")).set(qn(f"w:{name}"), SONGTI)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = text
        added._r.append(mark)
