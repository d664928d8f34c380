"""A full week is four to six pages, in Word and on paper, and a long list says how long it is and where the rest stands."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest

from dashboards.paper import Table, shortened, side_by_side
from dashboards.report import build_week, own_sentences
from store.session import transaction

WEEK = "2026-W47"
CHROMIUM = shutil.which("chromium")
WORD_LIKE = shutil.which("soffice")


@pytest.fixture(scope="module")
def draft(database, invented, invented_catalogue):
    path = Path(__file__).parent / "full_week.py"
    spec = importlib.util.spec_from_file_location("full_week", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with transaction(database.app) as session:
        module.fill_full_week(session, invented, invented_catalogue)
        made = build_week(session, invented_catalogue, WEEK, invented.beijing(23, 6))
        session.rollback()
    return made


def pages_of(pdf: Path) -> int:
    return pdf.read_bytes().count(b"/Type /Page\n") or pdf.read_bytes().count(b"/Type/Page/")


@pytest.mark.browser
def test_the_printed_page_has_four_to_six_pages(draft, tmp_path):
    page, pdf = tmp_path / "week.html", tmp_path / "week.pdf"
    page.write_text(draft.html, encoding="utf-8")
    command = [
        CHROMIUM,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-pdf-header-footer",
        f"--print-to-pdf={pdf}",
    ]
    subprocess.run([*command, page.as_uri()], check=True, capture_output=True, timeout=120)
    assert 4 <= pages_of(pdf) <= 6


@pytest.mark.slow
@pytest.mark.skipif(WORD_LIKE is None, reason="没有 LibreOffice，Word 文件的页数未量")
def test_the_word_file_has_four_to_six_pages(draft, tmp_path):
    (tmp_path / "week.docx").write_bytes(draft.docx)
    command = [
        WORD_LIKE,
        f"-env:UserInstallation={(tmp_path / 'home').as_uri()}",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    subprocess.run([*command, "week.docx"], cwd=tmp_path, check=True, capture_output=True, timeout=180)
    assert 4 <= pages_of(tmp_path / "week.pdf") <= 6


def test_all_nine_sections_stay_however_full_the_week_is(draft):
    assert [section.order for section in draft.paper.sections] == list(range(1, 10))
    found = next(one for one in draft.paper.sections[2].blocks if isinstance(one, Table))
    assert len(found.rows) == 12  # one line a category


def test_five_of_eight_incidents_are_told_and_the_others_are_counted(draft):
    text = "\n".join(own_sentences(draft))
    assert "共8起，按等级和条数列5起，其余3起见事件页。" in text
    assert [line[:2] for line in own_sentences(draft) if line[:2] in ("1.", "2.", "3.", "4.", "5.", "6.")] == [
        "1.", "2.", "3.", "4.", "5.",
    ]  # fmt: skip
    assert "共2个问题，未答复1个" in text


def test_a_cut_table_says_how_many_rows_there_are_and_where_the_rest_stands(draft):
    cut = [block.caption for section in draft.paper.sections for block in section.blocks
           if isinstance(block, Table) and "其余" in block.caption]  # fmt: skip
    assert "未按时回应清单（共4项，列出前3项，其余1项见回应台账）" in cut


TABLE = Table("清单", ("甲", "乙"), (("a", "1"), ("b", "2"), ("c", "3")), (0.6, 0.4), frozenset({1}))


def test_a_table_is_cut_only_beyond_its_limit():
    assert shortened(TABLE, 3, "回应台账") is TABLE
    assert shortened(TABLE, 2, "回应台账").caption == "清单（共3项，列出前2项，其余1项见回应台账）"
    assert len(shortened(TABLE, 2, "回应台账").rows) == 2


def test_side_by_side_keeps_every_row_and_the_order_down_the_left_half():
    folded = side_by_side(TABLE)
    assert folded.rows == (("a", "1", "c", "3"), ("b", "2", "", ""))
    assert folded.numbers == {1, 3}
    assert sum(folded.shares) == pytest.approx(1)
