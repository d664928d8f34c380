"""A watched folder: each new export once by its hash, bad files aside with a sentence, half-written ones later."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from crawlers.folder import ASIDE, folder_of, read_folder, waiting_files
from store.model import CrawlRun, Document, SourceState
from store.session import transaction

pytestmark = pytest.mark.slow
HEAD = "编号,内容,时间,单位,答复,答复时间,来电人\n"
ROW = "{},路灯不亮{},2026-11-20 09:00,,,,虚构某人\n"
ANSWERED = "1,路灯不亮1,2026-11-20 09:00,云渡市城市管理局,已修好。,2026-11-20 18:00,虚构某人\n"
COLUMNS = {
    "number": "编号", "text": "内容", "received_at": "时间", "answered_by": "单位", "reply": "答复",
    "answered_at": "答复时间",
}  # fmt: skip


@pytest.fixture
def watched(make_source, tmp_path, request):
    source = make_source(
        name=f"drop{abs(hash(request.node.name))}", kind="file", channel="hotline", visibility="internal",
        url="", options={"columns": COLUMNS},
    )  # fmt: skip
    folder_of(source, tmp_path).mkdir(parents=True)
    return source


@pytest.fixture
def drop(watched, tmp_path):
    def put(name, text, age=60):
        path = folder_of(watched, tmp_path) / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("gb18030"))
        moment = datetime.now(UTC).timestamp() - age
        os.utime(path, (moment, moment))
        return path

    return put


@pytest.fixture
def look(watched, tmp_path, database, now):
    def read():
        return read_folder(watched, tmp_path, now, datetime.now(UTC), database.app)

    return read


def memo_of(database, source):
    with transaction(database.app) as session:
        return session.get(SourceState, source.name).memo


def test_a_new_file_is_imported_once_and_stays_where_it_is(watched, drop, look, tmp_path, database):
    path = drop("day1.csv", HEAD + ROW.format(1, 1) + ROW.format(2, 2))
    assert look()["new"] == 2
    assert path.exists()
    memo = memo_of(database, watched)
    assert waiting_files(watched, tmp_path, memo, datetime.now(UTC)) == []
    drop("day1 copy.csv", HEAD + ROW.format(1, 1) + ROW.format(2, 2))  # the same bytes under another name
    counts = look()
    assert (counts["items"], counts["new"]) == (0, 0)


def test_a_later_export_brings_the_reply_to_a_message_that_is_here(watched, drop, look, database):
    drop("day1.csv", HEAD + ROW.format(1, 1))
    look()
    drop("day2.csv", HEAD + ANSWERED)
    assert look()["changed"] == 1
    with transaction(database.app) as session:
        row = session.scalars(select(Document).where(Document.source == watched.name)).one()
    assert row.answered_by == "云渡市城市管理局"
    assert row.answered_at.isoformat() == "2026-11-20T10:00:00+00:00"


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("old.xls", b"\xd0\xcf\x11\xe0", "另存为 XLSX"),
        ("broken.xlsx", b"PK\x03\x04broken", "已损坏"),
        ("other.csv", "别的,列\n1,2\n", "没有“编号”这一列"),
        ("rows.csv", HEAD + "1,,不详,,,,\n", "没有一行可以导入"),
        ("empty.csv", b"", "文件是空的"),
    ],
)
def test_a_bad_file_is_moved_aside_with_a_sentence_and_good_ones_are_read(
    name, body, words, watched, drop, look, tmp_path
):
    bad = drop(name, body)
    drop("good.csv", HEAD + ROW.format(7, name))
    counts = look()
    assert (counts["new"], counts["errors"]) == (1, 1)
    aside = folder_of(watched, tmp_path) / ASIDE
    assert not bad.exists()
    assert (aside / name).exists()
    assert words in (aside / f"{name}.说明.txt").read_text(encoding="utf-8")


def test_a_bad_file_alone_is_told_once_and_not_again(watched, drop, look, tmp_path, database):
    drop("old.xls", b"\xd0\xcf\x11\xe0")
    look()
    with transaction(database.app) as session:
        state = session.get(SourceState, watched.name)
        assert state.state == "失败"
        assert "另存为" in state.reason
    assert waiting_files(watched, tmp_path, memo_of(database, watched), datetime.now(UTC)) == []


@pytest.mark.parametrize(("age", "is_taken"), [(4, False), (6, True)])
def test_a_file_still_being_written_waits(age, is_taken, watched, drop, tmp_path):
    drop("day.csv", HEAD, age=age)
    assert bool(waiting_files(watched, tmp_path, {}, datetime.now(UTC))) == is_taken


def test_links_hidden_and_other_files_are_left_alone(watched, drop, tmp_path):
    drop(".secret.csv", HEAD)
    drop("~$open.xlsx", HEAD)
    drop("letter.docx", HEAD)
    secret = tmp_path / "outside.csv"
    secret.write_text(HEAD)
    (folder_of(watched, tmp_path) / "link.csv").symlink_to(secret)
    assert waiting_files(watched, tmp_path, {}, datetime.now(UTC) + timedelta(hours=1)) == []


def test_a_missing_folder_is_nothing_to_do(make_source, tmp_path):
    source = make_source(kind="file", url="", options={"columns": COLUMNS})
    assert waiting_files(source, tmp_path, {}, datetime.now(UTC)) == []


def test_killed_before_the_memo_was_kept_the_same_file_doubles_nothing(watched, drop, look, database):
    drop("day.csv", HEAD + ROW.format(1, 1))
    look()
    with transaction(database.app) as session:
        session.get(SourceState, watched.name).memo = {}
    counts = look()
    assert (counts["new"], counts["duplicates"]) == (0, 1)
    with transaction(database.app) as session:
        of_it = select(func.count()).select_from(Document).where(Document.source == watched.name)
        assert session.scalar(of_it) == 1
        assert session.scalar(select(func.count()).select_from(CrawlRun)) >= 2
