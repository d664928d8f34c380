"""Sources whose front page is bad: feeds, lists, robots.txt, waiting times. What is stored and what is said."""

import gzip
import importlib.util
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crawlers.run import crawl
from store.model import Document, DocumentText, HostState, SourceState
from store.session import transaction

pytestmark = pytest.mark.slow
_spec = importlib.util.spec_from_file_location("hostile_site", Path(__file__).with_name("hostile_site.py"))
site = importlib.util.module_from_spec(_spec)
sys.modules["hostile_site"] = site
_spec.loader.exec_module(site)

NOW = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
HEAD = '<rss version="2.0"><channel><title>x</title>'
ITEM = "<item><title>{0}</title><link>http://a.example/{0}</link></item>"
GOOD = ITEM.format("好消息一") + ITEM.format("好消息二")
LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))


def feed(items: str, before: str = "") -> bytes:
    return site.answer(
        f'<?xml version="1.0"?>{before}{HEAD}{items}</channel></rss>', kind="application/rss+xml"
    )


def gate(title: str, body: str) -> bytes:
    return site.answer(f"<html><head><title>{title}</title></head><body>{body}</body></html>")


READ = {
    # name: (front page, titles that must be stored, words that must be reported)
    "xxe": (
        feed(ITEM.format("&x;") + GOOD, '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        {"好消息一", "好消息二"}, "实体",
    ),
    "laughs": (feed(GOOD + ITEM.format("&l9;"), f'<!DOCTYPE r [<!ENTITY l0 "lol">{LAUGHS}]>'), {"好消息一"}, "实体"),
    "old_doctype": (
        feed(GOOD, '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://127.0.0.1:1/rss.dtd">'), {"好消息一"}, "列出 2 条",
    ),
    "cut_feed": (
        site.answer(f"{HEAD}{GOOD}<item><title>半条", kind="text/xml", Content_Length="90000"), {"好消息一", "好消息二"}, "不完整",
    ),
    "twice": (feed(GOOD + GOOD), {"好消息一", "好消息二"}, "列出 4 条"),
    "one_id": (
        feed("".join(f"<item><guid>1</guid><title>{t}</title><link>http://a.example/{t}</link></item>" for t in ("好消息一", "好消息二"))),
        {"好消息一", "好消息二"}, "列出 2 条",
    ),
    "no_links": (feed(GOOD + "<item><title>没有网址</title></item>"), {"好消息一"}, "没有网址"),
    "giant": (feed("".join(ITEM.format(f"消息{i}") for i in range(40_000))), {"消息0", "消息1999"}, ""),
    "nested_xml": (feed(GOOD + "<item><title>x</title>" + "<b>" * 50_000 + "</b>" * 50_000 + "</item>"), {"好消息一"}, ""),
    "strange_titles": (
        feed(
            ITEM.format("好消息一") + "<item><title>=HYPERLINK(&quot;x&quot;)&lt;b&gt;\u202e\u200b甲&#0;</title>"
            "<link>http://a.example/s</link></item>" + f"<item><title>{'长' * 5000}</title><link>http://a.example/l</link></item>"
        ),
        {"好消息一"}, "",
    ),
}  # fmt: skip
REFUSED = {
    "empty_feed": (site.answer(""), "空内容"),
    "html_feed": (site.answer("<html><body><p>首页</p></body></html>"), "得到的是网页"),
    "bomb_feed": (site.packed("gzip", 100 * site.MIB), "超过大小上限"),
    "captcha_feed": (gate("访问验证", "<div class=geetest></div>"), "人机验证"),
    "login_feed": (gate("统一身份认证登录", "<input type=password>"), "登录页面"),
    "maintenance_feed": (gate("网站维护中", "系统升级"), "维护"),
    "soft_404_feed": (gate("404 Not Found", "nginx"), "已不存在"),
    "to_login": (site.redirect("/sso/login"), "登录页面"),
    "loop_feed": (site.redirect("/"), "反复转向"),
    "private_feed": (site.redirect("http://169.254.169.254/"), "未访问"),
    "slow_feed": (site.dripping(20), "没有回应"),
    "status_304": (site.answer(b"", 304), "304"),
    "busy": (site.answer("慢", 429, Retry_After="7200"), "放慢"),
    "busy_503": (site.answer("忙", 503, Retry_After="Sat, 21 Nov 2026 03:00:00 GMT"), "暂时不可用"),
}
ROBOTS = {
    # name: (robots.txt, is the source read?, words)
    "robots_401": (site.answer("", 401), True, ""), "robots_403": (site.answer("", 403), True, ""),
    "robots_404": (site.answer("", 404), True, ""), "robots_500": (site.answer("", 500), False, "按不允许处理"),
    "robots_503": (site.answer("", 503), False, "按不允许处理"),
    "robots_timeout": (site.silent, False, "按不允许处理"),
    "robots_huge": (site.answer(b"User-agent: *\nDisallow: /no\n" + b"# x\n" * 5_000_000), True, ""),
    "robots_forbids": (site.answer("User-agent: HuiyingBot\nDisallow: /\n"), False, "不允许抓取"),
    "robots_other": (site.answer("User-agent: OtherBot\nDisallow: /\n"), True, ""),
    "robots_html": (site.answer("<html><body>首页</body></html>"), True, ""),
    "robots_loop": (site.redirect("/robots.txt"), True, ""),
    "robots_moved": (site.redirect("/r.txt"), False, "不允许抓取"),
    "robots_private": (site.redirect("http://10.0.0.1/robots.txt"), False, "未访问"),
    "robots_bomb": (site.packed("gzip", 100 * site.MIB), True, ""),
}  # fmt: skip


HANGING = ("slow_feed", "robots_timeout")


@pytest.fixture(scope="module")
def read(database, make_source_for_module):
    """Every source once, in one round: (reports, hosts, stored titles by source)."""
    web = site.HostileSite()
    sources = []
    fronts = {**{k: v[0] for k, v in READ.items()}, **{k: v[0] for k, v in REFUSED.items()}}
    fronts |= dict.fromkeys(ROBOTS, feed(GOOD))
    for name, front in fronts.items():
        host = web.host(name)
        host.pages["/"] = front
        host.pages["/sso/login"] = site.answer("<html><title>某平台</title><body>欢迎</body></html>")
        host.pages["/r.txt"] = site.answer("User-agent: *\nDisallow: /\n")
        if name in ROBOTS:
            host.pages["/robots.txt"] = ROBOTS[name][0]
        sources.append(
            make_source_for_module(
                name=name, url=f"{host.base}/", options={"timeout": 2 if name in HANGING else 15}
            )
        )
    reports = {report.source: report for report in crawl(sources, NOW, database.app)}
    with transaction(database.app) as session:
        rows = session.execute(
            select(Document.source, DocumentText.title).join(
                DocumentText, DocumentText.document_id == Document.id
            )
        ).all()
    yield reports, web.hosts, {name: {t for s, t in rows if s == name} for name in reports}
    web.close()


@pytest.mark.parametrize("name", list(READ))
def test_the_good_entries_of_a_bad_feed_are_stored_and_the_rest_is_told(name, read):
    reports, _, stored = read
    _, titles, words = READ[name]
    assert stored[name] >= titles
    assert words in f"{reports[name].judgement.reason} {' '.join(reports[name].problems)}"
    assert all(len(title) <= 300 and "<" not in title and "\u202e" not in title for title in stored[name])
    assert not any("root:" in title or "lollol" in title for title in stored[name])


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_is_no_feed_stores_nothing_and_fails_in_plain_words(name, read):
    reports, _, stored = read
    assert stored[name] == set()
    assert reports[name].judgement.status == "failed"
    assert REFUSED[name][1] in reports[name].judgement.reason


@pytest.mark.parametrize("name", list(ROBOTS))
def test_robots_txt_is_read_as_the_standard_says(name, read):
    reports, hosts, stored = read
    _, is_read, words = ROBOTS[name]
    assert bool(stored[name]) == is_read, reports[name].judgement
    assert ("/" in hosts[name].paths()) == is_read
    assert words in reports[name].judgement.reason


def test_every_host_is_told_who_asks(read):
    agents = {headers.get("User-Agent") for host in read[1].values() for _, headers in host.asked}
    assert len(agents) == 1
    assert agents.pop().startswith("HuiyingBot/")


@pytest.mark.parametrize("is_packed", [False, True])
def test_the_good_pages_of_a_sitemap_with_entities_are_stored_and_it_is_told(
    is_packed, database, make_source
):
    web = site.HostileSite()
    host = web.host("map")
    words = "步道恢复通行" if is_packed else "路灯改造完成"
    text = f'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">{LAUGHS}]><urlset><url><loc>{host.base}/a</loc></url>'
    body = f"{text}<url><loc>{host.base}/&x;</loc></url><url><loc>&l9;</loc></url></urlset>".encode()
    host.pages["/"] = site.answer(gzip.compress(body) if is_packed else body, kind="application/xml")
    host.pages["/a"] = site.article(words)
    name = f"map_{is_packed}"
    [report] = crawl([make_source(name=name, kind="sitemap", url=f"{host.base}/")], NOW, database.app)
    web.close()
    assert report.counts["new"] == 1
    assert "实体" in " ".join(report.problems)
    with transaction(database.app) as session:
        urls = session.scalars(select(Document.canonical_url).where(Document.source == name)).all()
    assert urls == [f"{host.base}/a"]


def test_a_429_holds_the_host_and_a_503_the_source_until_the_time_they_name(read, database):
    hosts = read[1]
    with transaction(database.app) as session:
        states = {state.source: state for state in session.scalars(select(SourceState))}
        held = {row.host: row.hold_until for row in session.scalars(select(HostState)) if row.hold_until}
    assert NOW + timedelta(hours=2) <= states["busy"].next_due_at < NOW + timedelta(hours=2, minutes=2)
    assert states["busy_503"].next_due_at >= NOW + timedelta(hours=3)
    assert list(held) == [f"127.0.0.1:{hosts['busy'].port}"]


def test_ten_thousand_links_are_bounded_and_the_rest_is_left_for_the_next_run(database, make_source):
    web = site.HostileSite()
    host = web.host("links")
    links = "".join(f'<a href="/p{i}">第{i}条消息</a>' for i in range(10_000))
    host.pages |= {"/": site.answer(f"<html><body>{links}</body></html>")}
    host.pages |= {f"/p{i}": site.article(f"第{i}条消息") for i in range(600)}
    source = make_source(name="links", kind="listing", url=f"{host.base}/", daily_requests=60)
    [report] = crawl([source], NOW, database.app)
    web.close()
    assert len(host.asked) == 60
    assert report.counts["new"] == 58  # robots.txt and the list are requests too
    assert report.judgement.status == "warning"
    assert "留到下次" in report.judgement.reason


def test_after_a_429_the_other_sources_of_the_host_wait_and_do_not_count_as_failed(database, make_source):
    web = site.HostileSite()
    host = web.host("two")
    host.pages |= {"/a": site.answer("慢", 429, Retry_After="600"), "/b": feed(GOOD)}
    sources = [make_source(name=f"two_{path}", url=f"{host.base}/{path}") for path in "ab"]
    first, second = crawl(sources, NOW, database.app)
    web.close()
    assert "/b" not in host.paths()
    assert (first.judgement.status, second.judgement.status) == ("failed", "unchanged")
    with transaction(database.app) as session:
        state = session.get(SourceState, "two_b")
        assert state.failures == 0
        assert state.next_due_at >= NOW + timedelta(seconds=600)


def test_a_name_that_changes_its_address_after_the_check_is_refused_at_the_connection(monkeypatch):
    """Rebinding: whatever a resolver said before, the socket itself refuses the address it is to connect to."""
    from crawlers.fetch import NOT_PUBLIC, public_socket

    for address in ("127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:127.0.0.1"):
        with pytest.raises(OSError, match=NOT_PUBLIC):
            public_socket((2, 1, 6, "", (address, 80)))
    public_socket((2, 1, 6, "", ("93.184.216.34", 80))).close()


def test_a_page_that_cannot_be_read_is_asked_for_five_times_in_all(database, make_source):
    web = site.HostileSite()
    host = web.host("tries")
    site.listing(host, site.answer("x", 500))
    options = {"link": "li a"}
    source = make_source(name="tries", kind="listing", url=f"{host.base}/", options=options, young_days=0)
    for hour in range(7):
        crawl([source], NOW + timedelta(hours=hour), database.app)
    web.close()
    assert host.paths().count("/bad") == 5
    assert host.paths().count("/good1") == 1


def test_a_gate_unknown_to_us_is_refused_where_it_answers_two_addresses(database, make_source):
    web = site.HostileSite()
    host = web.host("unknown_gate")
    rows = {"/a": "河道清淤工程启动", "/b": "老年食堂下月开放", "/c": "柳叶渠步道恢复通行"}
    links = "".join(f'<li><a href="{path}">{words}</a></li>' for path, words in rows.items())
    strange = site.article("请使用某某客户端继续浏览全部精彩内容")
    host.pages |= {
        "/": site.answer(f"<html><body><ul>{links}</ul></body></html>"),
        "/a": strange,
        "/b": strange,
    }
    host.pages["/c"] = site.article(rows["/c"])
    source = make_source(name="unknown_gate", kind="listing", url=f"{host.base}/", options={"link": "li a"})
    [report] = crawl([source], NOW, database.app)
    web.close()
    assert report.counts["new"] == 1
    assert "返回同一页面" in " ".join(report.problems)
