"""Hotline exports: mapped columns come in, the others are never read, bad rows are named and the rest imported."""

import io

import pytest
from openpyxl import Workbook

from crawlers.errors import BadImport
from crawlers.files import read_table

HEADING = [
    "工单编号",
    "受理时间",
    "来电人",
    "联系电话",
    "诉求标题",
    "诉求内容",
    "承办单位",
    "答复时间",
    "答复内容",
]
ROW = [
    "GD1",
    "2026-11-20 09:00:00",
    "虚构来电人",
    "00012345678",
    "反映路灯不亮",
    "来电反映路灯不亮。",
    "虚构区城管局",
    "2026-11-20 18:00:00",
    "已修好。",
]
COLUMNS = {
    "number": "工单编号", "received_at": "受理时间", "title": "诉求标题", "text": "诉求内容",
    "answered_by": "承办单位", "answered_at": "答复时间", "reply": "答复内容",
}  # fmt: skip


@pytest.fixture
def hotline(make_source):
    return make_source(
        name="hot", kind="file", channel="hotline", visibility="internal", options={"columns": COLUMNS}
    )


def csv_of(*rows):
    return "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)


def xlsx_of(*rows):
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_in_the_usual_encodings_is_read(encoding, hotline, now):
    articles, problems = read_table(csv_of(HEADING, ROW).encode(encoding), hotline, now)
    assert problems == []
    assert (articles[0].title, articles[0].text) == ("反映路灯不亮", "来电反映路灯不亮。")
    assert articles[0].received_on.isoformat() == "2026-11-20T01:00:00+00:00"
    assert articles[0].answered_on.isoformat() == "2026-11-20T10:00:00+00:00"
    assert (articles[0].answered_by, articles[0].answer) == ("虚构区城管局", "已修好。")


def test_an_xlsx_is_read_and_a_formula_stays_text(hotline, now):
    row = [*ROW]
    row[5] = '=HYPERLINK("http://a.example","x")'
    articles, problems = read_table(xlsx_of(HEADING, row), hotline, now)
    assert problems == []
    assert articles[0].text == '=HYPERLINK("http://a.example","x")'


def test_caller_telephone_and_the_number_itself_are_not_kept(hotline, now):
    articles, _ = read_table(csv_of(HEADING, ROW).encode(), hotline, now)
    kept = repr(articles)
    assert "虚构来电人" not in kept
    assert "00012345678" not in kept
    assert "GD1" not in kept
    assert articles[0].canonical_url.startswith("hotline:hot:")


def test_the_same_number_gives_the_same_address_and_another_another(hotline, now):
    other = ["GD2", *ROW[1:]]
    first, again, second = read_table(csv_of(HEADING, ROW, ROW, other).encode(), hotline, now)[0]
    assert first.canonical_url == again.canonical_url != second.canonical_url


def test_bad_rows_are_named_by_their_number_and_the_rest_is_imported(hotline, now):
    bad_time, empty = ["GD3", "不详", *ROW[2:]], ["GD4", ROW[1], "", "", "", "", "", "", ""]
    articles, problems = read_table(csv_of(HEADING, bad_time, ROW, empty, ["短"]).encode(), hotline, now)
    assert len(articles) == 1
    assert [words.split("：")[0] for words in problems] == ["第 2 行", "第 4 行", "第 5 行"]
    assert "受理时间“不详”" in problems[0]


def test_a_missing_column_names_what_is_there(hotline, now):
    with pytest.raises(BadImport, match=r"没有“诉求标题”这一列.*工单编号"):
        read_table("工单编号,受理时间\nGD1,2026-11-20".encode(), hotline, now)


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old"])
def test_a_file_that_is_no_table_is_refused_in_words(body, hotline, now):
    with pytest.raises(BadImport, match="虚构hot"):
        read_table(body, hotline, now)
