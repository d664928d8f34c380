"""What robots.txt means for a source, in plain words: the rule of each answer, and the path it speaks of."""

from datetime import timedelta

import pytest

from crawlers.robots_standing import CIRCLE, UNREACHABLE, standing_of
from crawlers.run import crawl
from store.hosts import robots_of_all
from store.session import transaction

URL = "http://a.example/rss/news.xml?page=1"
RULES = "User-agent: *\nDisallow: /private\n\nUser-agent: HuiyingBot\nDisallow: /rss/\n"


@pytest.mark.parametrize(
    ("rules", "said", "may", "words"),
    [
        (None, None, None, "还没有读过"),
        ("", "404", True, "没有 robots.txt 规则（HTTP 404），允许采集"),
        ("", "401", True, "没有 robots.txt 规则（HTTP 401），允许采集"),
        ("", "200", True, "没有 robots.txt 规则，允许采集"),
        ("", None, True, "没有 robots.txt 规则，允许采集"),
        (None, "500", False, "HTTP 500），按不允许处理"),
        (None, "429", False, "HTTP 429），按不允许处理"),
        (None, UNREACHABLE, False, "超时或连不上），按不允许处理"),
        (None, CIRCLE, True, "来回跳转"),
        ("User-agent: *\nDisallow: /\n", "503", False, "HTTP 503），按不允许处理"),
        (RULES, "200", False, "不允许采集 /rss/news.xml，已遵守"),
        (RULES.replace("HuiyingBot", "OtherBot"), "200", True, "允许采集 /rss/news.xml"),
        ("<html>首页</html>", "200", True, "允许采集 /rss/news.xml"),
        ("\x00\ud7ff: *\nDisallow", "200", True, "允许采集"),
    ],
)
def test_each_answer_has_its_rule(rules, said, may, words):
    found = standing_of(rules, said, URL)
    assert found.may is may
    assert words in found.words


def test_an_address_without_a_path_means_the_whole_site():
    assert standing_of("User-agent: *\nDisallow: /\n", "200", "http://a.example").words.startswith(
        "robots.txt 不允许采集 /，"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "body", "said", "kept", "may"),
    [
        (404, b"", "404", "", True),
        (401, b"", "401", "", True),
        (500, b"", "500", None, False),
        (200, b"User-agent: *\nDisallow: /rss\n", "200", "User-agent: *\nDisallow: /rss", False),
    ],
)
def test_what_the_host_answered_is_kept_and_told(
    little_site, make_source, database, now, status, body, said, kept, may
):
    little_site.pages["/robots.txt"] = (status, {}, body)
    source = make_source(name=f"said_{status}", url=f"{little_site.base}/rss")
    [report] = crawl([source], now, database.app)
    with transaction(database.app) as session:
        rules, answer, at = robots_of_all(session)[source.host]
    assert (rules, answer) == (kept, said)
    assert now <= at < now + timedelta(minutes=1)
    assert report.robots == standing_of(rules, answer, source.url)
    assert report.robots.may is may


@pytest.mark.slow
def test_a_host_that_begins_to_fail_loses_no_rules_and_is_told_as_failing(
    little_site, make_source, database, now
):
    little_site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /x\n")
    source = make_source(name="later", url=f"{little_site.base}/rss")
    crawl([source], now, database.app)
    little_site.pages["/robots.txt"] = (503, {}, b"")
    [report] = crawl([source], now + timedelta(hours=7), database.app)
    with transaction(database.app) as session:
        rules, answer, at = robots_of_all(session)[source.host]
    assert (rules, answer) == ("User-agent: *\nDisallow: /x", "503")
    assert at >= now + timedelta(hours=7)
    assert "按不允许处理" in report.robots.words
