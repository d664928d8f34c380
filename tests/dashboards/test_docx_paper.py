"""The Word file opens and looks as GB/T 9704—2012 says: fonts, pitch, grid, page numbers, repeated table heads."""

import io

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from alerts.messages.chart import days_png
from dashboards.docx_paper import docx_of
from dashboards.paper import Figures, Paper, Picture, Quote, Section, Sub, Table, Text, numeral, one_line

PAPER = Paper(
    "公众关切周报", "第3期　2026年11月16日至22日", ("示例市",), ("演示数据", "自动生成、未审定"),
    (
        Section(1, "本周概况", (
            Figures((("总量", "12", "条"),)),
            Sub("（一）领域分布"),
            Sub("1. 示例事件", level=3),
            Text("本周收录“示例”12条。", "概述。"),
            Quote(one_line("<b>a</b>\x00\u202e=cmd|' /C'!A0\r\nBcc: x" + "长" * 300), "示例报"),
            Table("对照", ("甲", "乙"), (("一", "2"), ("三", "4")), (0.5, 0.5), frozenset({1})),
            Picture("p", days_png([]), "各日条数", "没有条目。"),
        )),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def document():
    return docx.Document(io.BytesIO(docx_of(PAPER)))


def fonts(document, style):
    return document.styles[style].element.rPr.find(qn("w:rFonts"))


@pytest.mark.parametrize(
    ("style", "font", "size"),
    [
        ("公文标题", "方正小标宋简体", 22), ("公文正文", "仿宋_GB2312", 16), ("公文一级", "黑体", 16),
        ("公文二级", "楷体_GB2312", 16), ("公文三级", "仿宋_GB2312", 16), ("公文页码", "宋体", 14),
        ("公文表格", "仿宋_GB2312", 12),
    ],
)  # fmt: skip
def test_each_style_names_its_chinese_font_and_times_for_latin(document, style, font, size):
    found = fonts(document, style)
    assert found.get(qn("w:eastAsia")) == font
    assert found.get(qn("w:ascii")) == "Times New Roman"
    assert document.styles[style].font.size == Pt(size)


def test_the_page_holds_22_lines_of_28_points_on_156_by_225_millimetres(document):
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    for margin, wanted in zip(margins, (37, 35, 28, 26), strict=True):
        assert margin.mm == pytest.approx(wanted, abs=0.05)
    form = document.styles["公文正文"].paragraph_format
    assert form.line_spacing == Pt(28)
    assert int(Mm(225).pt // 28) == 22
    pitch_twips = int(section._sectPr.find(qn("w:docGrid")).get(qn("w:linePitch")))
    assert (
        int(Mm(225).pt * 20 // pitch_twips) == 22
    )  # 580 (29 pt) would hold 21: a layout engine cuts the page there
    assert document.styles["公文标题"].paragraph_format.line_spacing == Pt(35)


def test_the_first_line_is_indented_by_two_characters_and_type_is_a_little_tight(document):
    style = document.styles["公文正文"].element
    assert style.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"
    assert style.rPr.find(qn("w:spacing")).get(qn("w:val")) == "-5"


def test_page_numbers_stand_outside_right_on_odd_and_left_on_even_pages(document):
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        xml = footer.paragraphs[0]._p.xml
        assert "PAGE" in xml
        assert f'w:{side}Chars="100"' in xml
        assert f'w:jc w:val="{side}"' in xml
        assert footer.paragraphs[0].text == "—  —"


def test_table_heads_repeat_and_pictures_are_not_cut_by_exact_spacing(document):
    table = document.tables[1]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert table.rows[1]._tr.trPr.find(qn("w:tblHeader")) is None
    assert document.styles["公文图"].paragraph_format.line_spacing_rule == 0
    (shape,) = document.inline_shapes
    assert shape.width <= Mm(156)
    assert shape._inline.docPr.get("descr") == "没有条目。"


def test_hostile_words_are_text_on_one_line(document):
    quote = next(one.text for one in document.paragraphs if one.style.name == "公文摘录")
    assert quote.startswith("“<b>a</b>")
    assert "=cmd|' /C'!A0 Bcc: x" in quote
    assert not set(quote) & set("\x00\u202e\r\n")
    assert len(quote) < 80


def test_the_draft_bears_its_marks_and_no_person(document):
    assert document.paragraphs[0].text == "演示数据　自动生成、未审定　示例市"
    assert document.core_properties.author == "回应"
    assert "一、本周概况" in [one.text for one in document.paragraphs]


@pytest.mark.parametrize(
    ("number", "text"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (34, "三十四")]
)
def test_chinese_numerals(number, text):
    assert numeral(number) == text
