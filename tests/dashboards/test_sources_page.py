"""The sources page: buttons by role, the acts through the real callbacks, and back-off in words."""

from urllib.parse import urlsplit

import pytest

from store import hosts
from store.crawl_runs import source_states
from store.session import transaction

NAME = "haichuan_news"


def state(database, name=NAME):
    with transaction(database.app) as session:
        found = source_states(session)[name]
        session.expunge_all()
        return found


def buttons(client, name, walk):
    page = client(name).draw("/sources")
    found = [one for one in walk(page) if isinstance(one.get("id"), dict) and one["id"].get("of") == NAME]
    return {one["id"]["name"]: not one.get("disabled", False) for one in found}


@pytest.mark.parametrize(
    ("name", "retry", "switch"),
    [("guanli", True, True), ("daiban", True, True), ("zhiban", True, False), ("chakan", False, False)],
)
def test_the_buttons_are_able_for_those_who_may(client, reading, name, retry, switch):
    walk, _ = reading
    assert buttons(client, name, walk) == {"retry_source": retry, "disable_source": switch}


@pytest.mark.parametrize("act", ["disable_source", "enable_source"])
def test_a_duty_officer_cannot_switch_by_calling_the_callback(client, database, pressing, reading, act):
    _, words = reading
    answer = pressing(client("zhiban"), act, NAME, {"reason": "不想看了"})
    assert "权限" in words(answer["panel"]["children"])
    assert state(database).disabled_by is None


def test_disable_needs_a_reason_shows_it_and_enable_takes_it_back(client, database, pressing, reading):
    walk, words = reading
    refused = pressing(client("guanli"), "disable_source", NAME, {"reason": "  "})
    assert "请填写理由" in words(refused["panel-note"]["children"])
    done = pressing(client("guanli"), "disable_source", NAME, {"reason": "网站改版，等通知"})
    assert "已停用" in words(done["panel"]["children"])
    page = words(client("chakan").draw("/sources"))
    assert "停用理由：网站改版，等通知" in page
    assert "guanli" not in page
    assert set(buttons(client, "guanli", walk)) == {"enable_source"}
    pressing(client("guanli"), "enable_source", NAME, {"reason": "改版结束"})
    assert state(database).disabled_by is None


def test_retry_makes_the_source_due_and_says_when(client, database, pressing, reading):
    _, words = reading
    answer = pressing(client("zhiban"), "retry_source", NAME, {})
    assert "一分钟内" in words(answer["panel"]["children"])
    assert state(database).next_due_at is not None


def test_a_failing_source_says_that_its_wait_doubles(client, database, pressing, reading):
    _, words = reading
    pressing(client("zhiban"), "retry_source", "haichuan_hotlist", {})
    assert "连续失败，间隔逐次加倍，最长 6 小时" in words(client("chakan").draw("/sources"))


@pytest.mark.parametrize("name", ["nowhere", "haichuan_hotline", "../etc"])
def test_a_source_that_is_not_crawled_cannot_be_switched(client, pressing, reading, name):
    _, words = reading
    answer = pressing(client("guanli"), "disable_source", name, {"reason": "试试看"})
    assert "没有启用的来源" in words(answer["panel"]["children"])


def test_each_crawled_source_says_what_robots_txt_allows_and_when_it_was_read(
    client, town, database, reading
):
    _, words = reading
    host = town.catalogue.sources[NAME].host
    with transaction(database.app) as session:
        hosts.keep_robots(session, host, "User-agent: *\nDisallow: /\n", town.now)
        hosts.keep_robots_said(session, host, "200", town.now)
    page = words(client("chakan").draw("/sources"))
    path = urlsplit(town.catalogue.sources[NAME].url).path
    assert f"robots.txt 不允许采集 {path}，已遵守，不采（" in page
    assert "读取）" in page
    with transaction(database.app) as session:
        hosts.keep_robots_said(session, host, "500", town.now)
    assert "robots.txt 读不到（HTTP 500），按不允许处理" in words(client("chakan").draw("/sources"))
