"""The spiders over real HTTP against a little site that answers as each test says."""

import json

import pytest

from catalogue.source import Healthy
from crawlers.run import crawl

pytestmark = pytest.mark.slow

ARTICLE = (
    "<html><head><meta charset=utf-8><title>{title}</title></head><body><h1>{title}</h1>"
    "<div class=time>2026-11-20 08:05</div><div><p>柳叶渠步道昨日恢复通行，沿线新增照明三十盏，居民晚间散步更加安心。"
    "施工方表示后续将补种树木，附近住户希望尽快补上座椅。</p></div></body></html>"
)
RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{items}</channel></rss>'


def item(link, title="一条新闻"):
    return f"<item><title>{title}</title><link>{link}</link><pubDate>Fri, 20 Nov 2026 08:05:00 +0800</pubDate></item>"


def feed_of(*items):
    return 200, {"Content-Type": "application/rss+xml"}, RSS.format(items="".join(items)).encode()


def one(source, now):
    [report] = crawl([source], now, None, dry_run=True)
    return report


def test_a_feed_fetches_article_pages_and_a_lost_one_costs_only_itself(little_site, make_source, now):
    base = little_site.base
    little_site.pages["/rss"] = feed_of(
        item(f"{base}/a"), item(f"{base}/gone"), item("file:///etc/passwd"), item("")
    )
    little_site.pages["/a"] = (
        200,
        {"Content-Type": "text/html"},
        ARTICLE.format(title="柳叶渠步道恢复通行").encode(),
    )
    report = one(make_source(url=f"{base}/rss", options={"article": True}), now)
    good = [a for a in report.articles if a.url == f"{base}/a"]
    assert good[0].title == "柳叶渠步道恢复通行"
    assert good[0].raw
    assert "HTTP 404（页面不存在）" in " ".join(report.problems)
    assert report.judgement.status == "warning"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "空内容"),
        (b"<html><body>404</body></html>", "得到的是网页"),
        (
            b'<!DOCTYPE x [<!ENTITY a "b">]><rss version="2.0"><channel><title>&a;</title></channel></rss>',
            "实体",
        ),
        (b"\x00\x01\x02", "无法识别"),
    ],
)
def test_what_is_no_feed_fails_in_plain_words(body, words, little_site, make_source, now):
    little_site.pages["/rss"] = (200, {}, body)
    report = one(make_source(url=f"{little_site.base}/rss"), now)
    assert report.judgement.status == "failed"
    assert words in report.judgement.reason


def test_a_feed_cut_in_the_middle_gives_what_can_be_read(little_site, make_source, now):
    whole = feed_of(item("http://a.example/1", "第一条"), item("http://a.example/2", "第二条"))[2]
    little_site.pages["/rss"] = (200, {}, whole[: whole.index("第二条".encode())])
    report = one(make_source(url=f"{little_site.base}/rss"), now)
    assert next(a.title for a in report.articles) == "第一条"


def test_titles_with_line_ends_markup_and_absurd_dates_are_tamed(little_site, make_source, now):
    strange = (
        "<item><title>甲\r\n&lt;script&gt;x&lt;/script&gt;乙</title><link>http://a.example/1</link>"
        "<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate></item>"
    )
    little_site.pages["/rss"] = (200, {}, RSS.format(items=strange).encode())
    [article] = one(make_source(url=f"{little_site.base}/rss"), now).articles
    assert article.published_at is None
    assert "<" not in article.title
    assert "\n" not in article.title


def test_robots_txt_that_forbids_is_obeyed(little_site, make_source, now):
    little_site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /rss\n")
    little_site.pages["/rss"] = feed_of(item("http://a.example/1"))
    report = one(make_source(url=f"{little_site.base}/rss"), now)
    assert "robots.txt 不允许抓取" in report.judgement.reason
    assert little_site.paths() == ["/robots.txt"]


@pytest.mark.parametrize(
    ("status", "is_read"), [(404, True), (403, True), (500, False), (503, False), (429, False)]
)
def test_a_failing_robots_txt_forbids_and_a_missing_one_allows(
    status, is_read, little_site, make_source, now
):
    little_site.pages["/robots.txt"] = (status, {}, b"")
    little_site.pages["/rss"] = feed_of(item("http://a.example/1"))
    report = one(make_source(url=f"{little_site.base}/rss"), now)
    assert ("/rss" in little_site.paths()) == is_read
    assert (report.judgement.status == "ok") == is_read


def test_we_name_ourselves_and_send_no_cookie(little_site, make_source, now):
    little_site.pages["/rss"] = (
        *feed_of(item(f"{little_site.base}/a"))[:1],
        {"Set-Cookie": "a=b"},
        feed_of(item(f"{little_site.base}/a"))[2],
    )
    crawl(
        [make_source(url=f"{little_site.base}/rss", options={"article": True})],
        now,
        None,
        True,
        "mailto:duty@office.example",
    )
    assert len(little_site.asked) == 3
    for _, headers in little_site.asked:
        assert (
            headers["User-Agent"]
            == "HuiyingBot/0.1 (public notices and news reader; +mailto:duty@office.example)"
        )
        assert "Cookie" not in headers


def test_a_page_beyond_the_size_limit_is_refused_and_the_others_come(little_site, make_source, now):
    base = little_site.base
    little_site.pages["/rss"] = feed_of(item(f"{base}/big"), item(f"{base}/a"))
    little_site.pages["/big"] = (200, {"Content-Type": "text/html"}, b"a" * 30 * 2**20)
    little_site.pages["/a"] = (
        200,
        {"Content-Type": "text/html"},
        ARTICLE.format(title="柳叶渠步道恢复通行").encode(),
    )
    report = one(make_source(url=f"{base}/rss", options={"article": True}), now)
    assert [a.title for a in report.articles] == ["柳叶渠步道恢复通行"]
    assert "超过大小上限" in report.problems[0]


def test_a_gbk_list_with_following_pages_is_read(little_site, make_source, now):
    def listing(name, more=""):
        return (
            200,
            {"Content-Type": "text/html"},
            f"<ul class=l><li><a href='{name}'>柳叶渠</a><b>2026-11-20</b></li></ul>{more}".encode("gbk"),
        )

    little_site.pages["/l/"] = listing("./a", "<a class=next href='2'>下一页</a>")
    little_site.pages["/l/2"] = listing("./b")
    for name in "ab":
        little_site.pages[f"/l/{name}"] = (
            200,
            {"Content-Type": "text/html"},
            ARTICLE.format(title=f"柳叶渠步道通行{name}").encode(),
        )
    options = {"item": "ul.l li", "link": "a", "time": "b", "next": "a.next", "max_pages": 5}
    report = one(make_source(kind="listing", url=f"{little_site.base}/l/", options=options), now)
    assert sorted(a.title for a in report.articles) == ["柳叶渠步道通行a", "柳叶渠步道通行b"]


def test_a_hot_list_keeps_rank_and_heat_and_jsonp_is_unwrapped(little_site, make_source, now):
    rows = {"data": [{"w": "话题甲", "h": "12.3万"}, {"w": "话题乙", "h": 99}]}
    little_site.pages["/hot"] = (200, {}, f"cb({json.dumps(rows)});".encode())
    options = {"items": "data", "title": "w", "heat": "h", "url_template": "https://a.example/q?w={title}"}
    report = one(
        make_source(kind="api", channel="hotlist", url=f"{little_site.base}/hot", options=options), now
    )
    assert [(a.title, a.rank, a.heat) for a in report.articles] == [
        ("话题甲", 1, 123000.0),
        ("话题乙", 2, 99.0),
    ]
    assert report.articles[0].url == "https://a.example/q?w=%E8%AF%9D%E9%A2%98%E7%94%B2"


def test_a_changed_interface_is_said_to_have_changed(little_site, make_source, now):
    little_site.pages["/hot"] = (200, {}, b'{"result": []}')
    report = one(make_source(kind="api", url=f"{little_site.base}/hot", options={"items": "data"}), now)
    assert "没有“data”这个列表" in report.judgement.reason


def test_one_failing_source_does_not_stop_the_others(little_site, make_source, now):
    little_site.pages["/rss"] = feed_of(item("http://a.example/1"))
    little_site.pages["/503"] = (503, {"Retry-After": "120"}, b"")
    sources = [
        make_source(name="down", url="http://127.0.0.1:9/rss"),
        make_source(name="busy", url=f"{little_site.base}/503"),
        make_source(name="unknown_key", url=f"{little_site.base}/rss", options={"articel": True}),
        make_source(name="good", url=f"{little_site.base}/rss", healthy=Healthy(items_min=1)),
    ]
    reports = {r.source: r for r in crawl(sources, now, None, dry_run=True)}
    assert {name: r.judgement.status for name, r in reports.items()} == {
        "down": "failed", "busy": "failed", "unknown_key": "failed", "good": "ok",
    }  # fmt: skip
    assert "HTTP 503（网站暂时不可用）" in reports["busy"].judgement.reason
    assert "是否想写 article" in reports["unknown_key"].judgement.reason


def test_a_process_that_hangs_is_ended_and_says_so(little_site, make_source, now):
    little_site.pages["/rss"] = feed_of(item("http://a.example/1"))
    source = make_source(url=f"{little_site.base}/rss")
    [report] = crawl([source], now, None, dry_run=True, wall_seconds=0.2)
    assert "已强制停止" in report.judgement.reason
