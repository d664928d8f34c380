"""What `huiying source new` sees: the kind of an address, and selectors that read exactly the list of the page."""

import contextlib
import json
import time
from datetime import datetime

import pytest

from crawlers.errors import PageRefused
from crawlers.look import look_at, toml_of

NOW = datetime.fromisoformat("2026-11-21T08:00:00+08:00")
URL = "https://www.yundu.example.gov.cn/zwgk/tzgg/"
TITLES = [f"关于柳叶渠第{n}标段恢复通行的通告" for n in range(1, 16)]
NAV = "".join(f"<li><a href='/col{n}/'>政务公开栏目{n}</a></li>" for n in range(12))
SIDE = "".join(f"<li><a href='/hot/{n}.html'>热点回顾之第{n}篇旧文章</a></li>" for n in range(8))
FOOT = "".join(f"<a href='https://other{n}.example/'>友情链接单位名称{n}</a>" for n in range(20))


def page(list_html, head="<title>通知公告_云渡市人民政府</title>", more=""):
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body><div class='nav'><ul>{NAV}</ul></div>"
        f"<div class='main'><div class='left'>{list_html}</div><div class='side hot'><ul>{SIDE}</ul></div></div>{more}"
        f"<div class='footer'>{FOOT}</div></body></html>"
    )


def rows(template):
    return "".join(
        template.format(n=n, title=title, day=f"2026-11-{20 - n:02d}") for n, title in enumerate(TITLES, 1)
    )


WRAPPED = {
    "trs": (
        "<ul class='list'>{}</ul>",
        "<li><a href=./202611/t20261120_{n}.html>{title}</a><span>{day}</span></li>",
    ),
    "ucap": (
        "<ul class='infolist'>{}</ul>",
        "<li><h4><a href=/c100495/202611/{n}.shtml>{title}</a></h4><p>摘要</p><span class=date>{day}</span></li>",
    ),
    "nfcms": (
        "<div class='news_list'><ul>{}</ul></div>",
        "<li><a href=/content/post_90{n}.html title={title}>{title}</a><span>{day}</span></li>",
    ),
    "shanghai": (
        "<ul class='uli14 nowrapli list-date'>{}</ul>",
        "<li><a href=/x/20261120/{n}.html>{title}</a><span class=time>{day}</span></li>",
    ),
    "easysite": ("<ul class='conList_ull'>{}</ul>", "<li><a href=/yd/xwfb/70{n}/index.html>{title}</a></li>"),
    "lonsun": (
        "<ul class='doc_list'>{}</ul>",
        "<li><a href=/content/article/2000{n}>{title}</a><span class=date>{day}</span></li>",
    ),
    "epoint": (
        "<ul class='ewb-list'>{}</ul>",
        "<li class=ewb-list-node><a class=ewb-list-name href=/001/20261120/{n}.html>{title}</a>"
        "<span class=ewb-list-date>{day}</span></li>",
    ),
    "table": (
        "<table class='table1'>{}</table>",
        "<tr><td><a href=show.jsp?id={n}>{title}</a></td><td>办结</td><td>{day}</td></tr>",
    ),
    "divs": (
        "{}",
        "<div class='news-item'><div class='pic'><a href=/a/2026{n}.html><img></a></div><div class='txt'>"
        "<h3><a href=/a/2026{n}.html>{title}</a></h3><span class='date'>{day}</span></div></div>",
    ),
    "bare": ("{}", "<p><a href=/n2/2026/1120/c{n}.html>{title}</a></p>"),
}
TEMPLATES = {name: wrapper.format(rows(row)) for name, (wrapper, row) in WRAPPED.items()}


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_selectors_learned_read_exactly_the_list_of_the_page(name):
    seen = look_at(page(TEMPLATES[name]).encode(), {"Content-Type": "text/html"}, URL, NOW)
    assert (seen.kind, seen.listed) == ("listing", len(TITLES))
    assert [row.title for row in seen.rows] == TITLES[:5]
    if name not in ("easysite", "bare"):
        assert seen.rows[0].time == "2026-11-19"
    assert (seen.publisher, seen.purpose, seen.channel) == ("云渡市人民政府", "通知公告", "government")


def test_records_in_cdata_and_fragments_in_json_are_lists_too():
    records = rows(
        "<record><![CDATA[<li><a href=/art/2026/11/20/art_1_{n}.html>{title}</a><span>{day}</span></li>]]></record>"
    )
    cdata = page(f"<script type='text/xml'><datastore><recordset>{records}</recordset></datastore></script>")
    seen = look_at(cdata.encode(), {}, URL, NOW)
    assert (seen.options["inside"], seen.listed) == ("cdata", len(TITLES))
    fragment = {"success": True, "data": {"html": TEMPLATES["trs"]}}
    seen = look_at(json.dumps(fragment).encode(), {}, URL, NOW)
    assert (seen.kind, seen.options["inside"], seen.listed) == ("listing", "data.html", len(TITLES))


@pytest.mark.parametrize(
    ("more", "options"),
    [
        (
            "<script>createPageHTML(20, 0, 'index', 'html');</script>",
            {"next_url": "index_{page}.html", "next_from": 1},
        ),
        ("<div class=page><a class=next href=index_2.html>下一页</a></div>", {"next": "a.next"}),
        (
            "<div><a href=list_2.shtml>2</a><a href=list_3.shtml>3</a></div>",
            {"next_url": "list_{page}.shtml"},
        ),
        ("<script>createPageHTML(1, 0, 'index', 'html');</script>", {}),
    ],
)
def test_how_a_list_goes_on_is_learned(more, options):
    seen = look_at(page(TEMPLATES["trs"], more=more).encode(), {}, URL, NOW)
    assert {
        key: seen.options[key] for key in ("next", "next_url", "next_from") if key in seen.options
    } == options


def items(**fields):
    return [{key: value(n) if callable(value) else value for key, value in fields.items()} for n in range(6)]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            {"data": {"list": items(contId=str, name=lambda n: TITLES[n], pubTimeLong=lambda n: 1795133100000 - n)}},
            {"items": "data.list", "title": "name", "published_at": "pubTimeLong", "unit": "ms"},
        ),
        (
            {"articles": items(title=lambda n: TITLES[n], url=lambda n: f"/p/{n}", create_time=1795133100, author="虚构某人")},
            {"items": "articles", "title": "title", "url": "url", "published_at": "create_time", "unit": "s"},
        ),
        (
            {"list": items(data=lambda n: {"title": TITLES[n], "url": f"https://a.example/{n}", "publishTime": "2026-11-20 08:05:00"})},
            {"items": "list", "title": "data.title", "url": "data.url", "published_at": "data.publishTime"},
        ),
        (
            {"data": {"realtime": items(word=lambda n: TITLES[n], num=lambda n: 900 - n, onboard_time=1795133100)}},
            {"items": "data.realtime", "title": "word", "heat": "num", "published_at": "onboard_time", "unit": "s"},
        ),
        (items(title=lambda n: TITLES[n], url=lambda n: f"/{n}"), {"items": "", "title": "title", "url": "url"}),
    ],
)  # fmt: skip
def test_a_json_interface_gives_its_paths_and_no_name_of_a_person(answer, expected):
    seen = look_at(json.dumps(answer, ensure_ascii=False).encode(), {}, "https://api.example/x", NOW)
    assert seen.kind == "api"
    assert {key: seen.options[key] for key in expected} == expected
    assert "author" not in str(seen.options)


def test_json_with_replies_is_a_board():
    answer = {
        "responseData": items(
            tid=str, subject=lambda n: TITLES[n], content="路灯一个月不亮，什么时候修？", dateline=1795133100, nickName="虚构网友",
            answerContent=lambda n: "已修复。" if n else None, answerDateline=lambda n: 1795140000 if n else None,
            answerOrganization=lambda n: "云渡市城管局" if n else None,
        )
    }  # fmt: skip
    seen = look_at(json.dumps(answer, ensure_ascii=False).encode(), {}, "https://board.example/q", NOW)
    wanted = {
        "title": "subject", "text": "content", "received_at": "dateline", "reply": "answerContent",
        "answered_at": "answerDateline", "answered_by": "answerOrganization",
    }  # fmt: skip
    assert (seen.kind, seen.channel) == ("board", "mailbox")
    assert {key: seen.options[key] for key in wanted} == wanted
    assert "nickName" not in str(seen.options)


def test_json_in_a_page_is_found_behind_its_mark():
    data = {
        "data": {
            "cards": [
                {
                    "content": items(
                        word=lambda n: TITLES[n], rawUrl=lambda n: f"https://a.example/{n}", hotScore=str
                    )
                }
            ]
        }
    }
    html = f"<html><head><title>热搜</title></head><body><!--s-data:{json.dumps(data)}--></body></html>"
    seen = look_at(html.encode(), {}, "https://top.example/board", NOW)
    assert (seen.kind, seen.options["after"], seen.options["items"]) == (
        "api",
        "<!--s-data:",
        "data.cards[0].content",
    )


FEED = (
    "<rss version='2.0'><channel><title>云渡新闻</title>"
    "<item><title>一</title><link>/1</link><pubDate>{}</pubDate></item></channel></rss>"
)
ATOM = "<feed xmlns='http://www.w3.org/2005/Atom'><title>a</title><entry><title>b</title></entry></feed>"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (FEED.format("2026-11-20 08:05:00"), "feed"),
        (f"<?xml version='1.0'?><!-- made by x -->{ATOM}", "feed"),
        ('{"version": "https://jsonfeed.org/version/1.1", "title": "a", "items": [{"title": "b", "url": "/c"}]}', "feed"),
        ("<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://a.example/1</loc></url></urlset>", "sitemap"),
        ('[{"id": "1", "created_at": "2026-11-20T00:00:00Z", "content": "<p>a</p>", "visibility": "public"}]', "timeline"),
    ],
)  # fmt: skip
def test_the_kind_of_an_address_is_recognised(body, kind):
    assert look_at(body.encode(), {}, "https://a.example/x", NOW).kind == kind


def test_a_feed_that_stopped_is_said_to_have_stopped():
    assert look_at(FEED.format("2026-11-15 08:05:00").encode(), {}, URL, NOW).check == ()
    [words] = look_at(FEED.format("2025-06-05 08:05:00").encode(), {}, URL, NOW).check
    assert "可能已停更" in words


def test_a_declared_feed_is_named():
    head = "<title>x</title><link rel='alternate' type='application/rss+xml' href='/rss.xml'>"
    seen = look_at(page(TEMPLATES["trs"], head).encode(), {}, URL, NOW)
    assert seen.feeds == ("https://www.yundu.example.gov.cn/rss.xml",)


@pytest.mark.parametrize(
    "body",
    [b"", b"   ", b"<html><body></body></html>", b"<html><script>app()</script></html>", b"{}", b"[1,2]", b"plain words",
     b"\x00\x01\x02", b"<" * 5000, b"{" * 5000, "<a href='http://['>一个坏的网址链接</a>".encode() * 9],
)  # fmt: skip
def test_what_shows_nothing_is_refused_in_words(body):
    with pytest.raises(PageRefused, match="example"):
        look_at(body, {}, "https://a.example/x", NOW)


def test_a_page_of_thousands_of_links_and_one_of_deep_tags_are_looked_at_quickly():
    many = "".join(
        f"<li><a href=/a/{n}.html>柳叶渠第{n}标段恢复通行通告</a><i>2026-11-20</i></li>"
        for n in range(10_000)
    )
    deep = "<div>" * 100_000 + TEMPLATES["trs"]
    began = time.process_time()
    assert look_at(page(f"<ul class=l>{many}</ul>").encode(), {}, URL, NOW).listed == 10_000
    with contextlib.suppress(PageRefused):
        look_at(page(deep).encode(), {}, URL, NOW)
    assert time.process_time() - began < 20


def test_hostile_words_cannot_leave_their_string_in_the_file():
    import tomllib

    hostile = 'a"\n[file]\nurl = "x\x00\x7f\ud800\\'
    written = toml_of(
        {"name": hostile, "list": [hostile, 1, True], "t": {"deep": {"k": hostile}}}, (hostile,)
    )
    read = tomllib.loads(written)
    assert set(read) == {"name", "list", "t"}
    assert read["name"].startswith('a"')
