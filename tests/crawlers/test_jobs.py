"""Which sources are due."""

import os
from datetime import timedelta

import pytest

from catalogue.settings import settings
from crawlers.jobs import crawl_host, due_hosts, due_sources
from store.model import SourceState

FEED = """<rss version="2.0"><channel><title>x</title><item><title>柳叶渠步道恢复通行</title>
<link>http://a.example/1</link><pubDate>Fri, 20 Nov 2020 08:05:00 +0800</pubDate></item></channel></rss>"""
SOURCE = """name = "try_feed"
publisher = "虚构日报"
kind = "feed"
channel = "news"
url = "{base}/rss"
delay = "0s"
purpose = "测试"
owner = "值班室"
"""


def state(**values):
    return SourceState(source="try", state="正常", reason="", failures=0, memo={}, **values)


@pytest.mark.parametrize(("after", "is_due"), [(-1, True), (0, True), (1, False)])
def test_a_source_is_due_from_its_next_time_on(after, is_due, make_source, now):
    states = {"try": state(next_due_at=now + timedelta(seconds=after))}
    assert bool(due_sources([make_source()], states, now)) == is_due


def test_a_source_never_read_is_due_and_one_switched_off_or_untested_is_not(make_source, now):
    assert due_sources([make_source()], {}, now)
    assert not due_sources([make_source(status="untested")], {}, now)
    assert not due_sources([make_source()], {"try": state(disabled_by="duty")}, now)
    assert not due_sources([make_source(kind="file", url="")], {}, now)


@pytest.mark.slow
def test_the_schedule_reads_a_due_host_once_and_is_safe_to_call_again(
    little_site, database, tmp_path, monkeypatch
):
    little_site.pages["/rss"] = (200, {}, FEED.encode())
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "try_feed.toml").write_text(
        SOURCE.format(base=little_site.base), encoding="utf-8"
    )
    monkeypatch.setenv("HUIYING_SITE", str(tmp_path))
    monkeypatch.setenv("HUIYING_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database.app)
    settings.cache_clear()
    try:
        [host] = due_hosts()
        assert crawl_host(host) == {"host": host, "sources": 1, "new": 1, "failed": []}
        assert due_hosts() == []
        assert crawl_host(host) == {"host": host, "sources": 0, "new": 0, "failed": []}
    finally:
        settings.cache_clear()


FOLDER = """name = "try_folder"
publisher = "虚构热线"
kind = "file"
channel = "hotline"
purpose = "测试"
owner = "值班室"
[file.columns]
number = "编号"
text = "内容"
"""


@pytest.mark.slow
def test_a_file_in_a_watched_folder_is_due_once(database, tmp_path, monkeypatch):
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "try_folder.toml").write_text(FOLDER, encoding="utf-8")
    monkeypatch.setenv("HUIYING_SITE", str(tmp_path))
    monkeypatch.setenv("HUIYING_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database.app)
    settings.cache_clear()
    try:
        assert due_hosts() == []
        (tmp_path / "drop" / "try_folder").mkdir(parents=True)
        path = tmp_path / "drop" / "try_folder" / "day.csv"
        path.write_text("编号,内容\n1,路灯不亮\n", encoding="utf-8")
        os.utime(path, (1_700_000_000, 1_700_000_000))
        assert due_hosts() == ["try_folder"]
        assert crawl_host("try_folder") == {"host": "try_folder", "sources": 1, "new": 1, "failed": []}
        assert due_hosts() == []
        assert crawl_host("try_folder")["sources"] == 0
    finally:
        settings.cache_clear()
