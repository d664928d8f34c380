"""`huiying crawl`, `import` and `extract` as a person calls them, in a process of their own."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from store.incoming import IncomingItem
from store.intake import take
from store.model import Document
from store.session import transaction

pytestmark = pytest.mark.slow

SOURCE = """
name = "try_hotline"
publisher = "虚构热线"
kind = "file"
channel = "hotline"
purpose = "测试"
owner = "值班室"
[file.columns]
number = "编号"
title = "标题"
text = "内容"
received_at = "时间"
"""
PAGE = "<html><head><title>渠道通水_虚构网</title></head><body><h1>渠道通水</h1><p>{}</p></body></html>"


@pytest.fixture
def huiying(tmp_path, database):
    (tmp_path / "site" / "sources").mkdir(parents=True)
    (tmp_path / "site" / "sources" / "try_hotline.toml").write_text(SOURCE, encoding="utf-8")
    known = {
        "HUIYING_DATA": str(tmp_path),
        "HUIYING_SITE": str(tmp_path / "site"),
        "DATABASE_URL": database.app,
    }

    def call(*args, stdin=None):
        return subprocess.run(
            [sys.executable, "-m", "huiying", *args], env={**os.environ, **known}, input=stdin,
            capture_output=True, timeout=100,
        )  # fmt: skip

    return call


def test_a_good_file_is_imported_once_and_again_as_known(huiying, tmp_path):
    table = tmp_path / "export.csv"
    rows = (
        "编号,标题,内容,时间,来电人\n"
        "1,反映路灯不亮,路灯不亮。,2026-01-02 09:00,虚构某人\n"
        "2,反映积水,路面积水。,无,虚构某人\n"
    )
    table.write_bytes(rows.encode("gb18030"))
    first = huiying("import", str(table), "--source", "try_hotline", "--json")
    assert first.returncode == 0, first.stderr.decode()
    answer = json.loads(first.stdout)
    assert (answer["new"], answer["refused"]) == (1, 1)
    assert "第 3 行：受理时间“无”" in first.stderr.decode()
    again = json.loads(huiying("import", str(table), "--source", "try_hotline", "--json").stdout)
    assert (again["new"], again["duplicates"]) == (0, 1)


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["import", "nowhere.csv", "--source", "try_hotline"], 1, "无法读取文件"),
        (["import", "x.csv", "--source", "weibo_hot"], 2, "需要 kind"),
        (["crawl", "chinanews_scrol"], 2, "是否想写 chinanews_scroll"),
        (["crawl", "try_hotline"], 2, "请用 huiying import"),
        (["crawl"], 1, "没有启用的信源"),
        (["extract", "nowhere.html", "--url", "https://a.example/"], 1, "无法读取文件"),
        (["extract", "-", "--url", "ftp://a.example/"], 1, "不是 http 或 https 地址"),
    ],
)
def test_a_wrong_call_is_one_sentence_with_the_remedy(args, code, words, huiying):
    done = huiying(*args, stdin=b"x")
    assert done.returncode == code
    assert words in done.stderr.decode()
    assert len(done.stderr.decode().strip().splitlines()) <= 2


def test_extract_prints_one_object(huiying):
    page = PAGE.format("渠道通水后两岸居民出行更加方便，晚间也有照明。" * 9).encode("gbk")
    done = huiying("extract", "-", "--url", "https://a.example/2026/1102/x.html", stdin=page)
    answer = json.loads(done.stdout)
    assert (answer["title"], answer["published_at"], answer["precision"]) == ("渠道通水", "2026-11-02", "day")
    assert "两岸居民" in answer["text"]


def test_the_kept_page_of_a_document_is_listed_and_taken_out(huiying, tmp_path, database):
    now, url = datetime(2026, 11, 21, tzinfo=UTC), "https://proof.example/1"
    with transaction(database.app) as session:
        take(
            session,
            [IncomingItem("proof", "news", url, url, "标题", "正文", now, raw=b"<html>1</html>")],
            now,
        )
        number = session.scalar(select(Document.id).where(Document.source == "proof"))
    saved = tmp_path / "page.html"
    answer = huiying("documents", "evidence", str(number), "--save", str(saved), "--json")
    assert answer.returncode == 0, answer.stderr.decode()
    assert saved.read_bytes() == b"<html>1</html>"
    assert len(json.loads(answer.stdout)[0]["sha256"]) == 64
    missing = huiying("documents", "evidence", "999999")
    assert "没有编号 999999 的原始页面" in missing.stdout.decode() + missing.stderr.decode()
