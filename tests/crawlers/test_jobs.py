"""Which sources are due."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from catalogue.settings import read_settings, settings
from crawlers.jobs import contact, crawl_host, due_hosts, due_sources
from crawlers.run import crawl
from store import hosts
from store.model import SourceState
from store.session import read_now, transaction

FEED = """<rss version="2.0"><channel><title>x</title><item><title>柳叶渠步道恢复通行</title>
<link>http://a.example/1</link><pubDate>Fri, 20 Nov 2020 08:05:00 +0800</pubDate></item></channel></rss>"""
SOURCE = """name = "try_feed"
publisher = "虚构日报"
kind = "feed"
channel = "news"
url = "{base}/rss"
allow_hosts = ["{host}"]
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
        SOURCE.format(base=little_site.base, host=little_site.base.removeprefix("http://")), encoding="utf-8"
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


@pytest.fixture
def scheduled(little_site, database, tmp_path, monkeypatch):
    """One due source of a site directory of its own, read as the schedule reads it."""
    little_site.pages["/rss"] = (200, {}, FEED.encode())
    (tmp_path / "sources").mkdir()
    host = little_site.base.removeprefix("http://")
    text = SOURCE.format(base=little_site.base, host=host).replace("try_feed", "locked_feed")
    (tmp_path / "sources" / "locked_feed.toml").write_text(text, encoding="utf-8")
    for name, value in {"SITE": tmp_path, "DATA": tmp_path}.items():
        monkeypatch.setenv(f"HUIYING_{name}", str(value))
    monkeypatch.setenv("DATABASE_URL", database.app)
    settings.cache_clear()
    yield host
    settings.cache_clear()


@pytest.mark.slow
def test_a_host_in_work_is_not_read_by_a_second_task(scheduled, little_site, database):
    with hosts.reading(database.app, scheduled) as is_ours:
        assert is_ours
        assert crawl_host(scheduled) == {"host": scheduled, "sources": 0, "new": 0, "failed": []}
    assert little_site.asked == []
    assert crawl_host(scheduled)["new"] == 1


@pytest.mark.slow
def test_a_host_that_asked_for_a_pause_is_not_due_until_it_is_over(scheduled, database):
    with transaction(database.app) as session:
        hosts.hold(session, scheduled, read_now(session), 3600)
        hosts.hold(session, scheduled, read_now(session), 60)  # the longer pause stays
    assert due_hosts() == []
    with transaction(database.app) as session:
        assert hosts.held(session, read_now(session) + timedelta(seconds=3590)) == {scheduled}
        assert hosts.held(session, read_now(session) + timedelta(seconds=3601)) == set()


def test_the_requests_of_a_host_are_counted_for_one_beijing_day(database):
    evening = datetime(2026, 11, 21, 15, 59, tzinfo=UTC)
    with transaction(database.app) as session:
        hosts.count(session, {"a.example": 3}, evening)
        hosts.count(session, {"a.example": 4}, evening + timedelta(seconds=30))
        assert hosts.asked_today(session, evening)["a.example"] == 7
        after_midnight = evening + timedelta(minutes=2)
        assert "a.example" not in hosts.asked_today(session, after_midnight)
        hosts.count(session, {"a.example": 1}, after_midnight)
        assert hosts.asked_today(session, after_midnight)["a.example"] == 1


@pytest.mark.parametrize(
    ("contact_set", "sender", "expected"),
    [
        ("mailto:a@b.example", "c@d.example", "mailto:a@b.example"),
        ("", "c@d.example", "c@d.example"),
        ("", "", "http"),
    ],
)
def test_the_contact_in_our_name_is_the_setting_then_the_sender_then_the_address(
    contact_set, sender, expected
):
    environ = {"HUIYING_CONTACT": contact_set, "HUIYING_DATA": "/nonexistent"}
    if sender:
        environ |= {"HUIYING_SMTP_URL": "smtp://127.0.0.1:9?tls=none", "HUIYING_SMTP_SENDER": sender}
    assert contact(read_settings(environ)).startswith(expected)


@pytest.mark.slow
def test_robots_txt_is_asked_for_again_after_six_hours(little_site, make_source, database, now):
    little_site.pages |= {
        "/rss": (200, {}, FEED.encode()),
        "/robots.txt": (200, {}, b"User-agent: *\nDisallow: /x\n"),
    }
    source = make_source(name="polite", url=f"{little_site.base}/rss")
    for hours in (0, 1, 5.9, 6.1):
        crawl([source], now + timedelta(hours=hours), database.app)
    assert little_site.paths().count("/robots.txt") == 2
    assert little_site.paths().count("/rss") == 4


@pytest.mark.slow
def test_kept_rules_forbid_as_fresh_ones_do(little_site, make_source, database, now):
    little_site.pages |= {
        "/rss": (200, {}, FEED.encode()),
        "/robots.txt": (200, {}, b"User-agent: *\nDisallow: /rss\n"),
    }
    source = make_source(name="forbidden", url=f"{little_site.base}/rss")
    reports = [crawl([source], now + timedelta(hours=hour), database.app)[0] for hour in range(2)]
    assert ["不允许抓取" in report.judgement.reason for report in reports] == [True, True]
    assert little_site.paths() == ["/robots.txt"]
