"""Feeds of every version and sitemaps of every form, as text; broken ones give what can be read, or a sentence."""

import contextlib
import gzip
import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.errors import FeedBroken
from crawlers.json_answer import follow, load_json, read_number, shaped
from crawlers.letters import labelled, stamp_of
from crawlers.published import BEIJING
from crawlers.sitemaps import read_sitemap
from crawlers.spiders.feed import entries_of
from crawlers.spiders.listing import page_selector
from crawlers.xml_text import without_entities

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ITEM = "<item><title>步道恢复通行</title><link>https://a.example/1</link></item>"
RDF = "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
JSON_FEED = {"title": "a", "items": [{"id": "1", "url": "https://a.example/1", "title": "步道恢复通行"}]}
FEEDS = {
    "rss 0.90": f"<rdf:RDF {RDF} xmlns='http://my.netscape.com/rdf/simple/0.9/'><channel><title>a</title></channel>{ITEM}</rdf:RDF>",
    "rss 0.91": f"<rss version='0.91'><channel><title>a</title>{ITEM}</channel></rss>",
    "rss 0.92": f"<rss version='0.92'><channel><title>a</title>{ITEM}</channel></rss>",
    "rss 1.0": f"<rdf:RDF {RDF} xmlns='http://purl.org/rss/1.0/'><channel><title>a</title></channel>{ITEM}</rdf:RDF>",
    "rss 2.0": f"<rss version='2.0'><channel><title>a</title>{ITEM}</channel></rss>",
    "atom 0.3": "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><title>a</title><entry><title>步道恢复通行</title>"
    "<link rel='alternate' href='https://a.example/1'/></entry></feed>",
    "atom 1.0": "<feed xmlns='http://www.w3.org/2005/Atom'><title>a</title><entry><title>步道恢复通行</title>"
    "<link href='https://a.example/1'/></entry></feed>",
    "json 1.0": json.dumps({"version": "https://jsonfeed.org/version/1", **JSON_FEED}),
    "json 1.1": "\ufeff" + json.dumps({"version": "https://jsonfeed.org/version/1.1", **JSON_FEED}),
}


@pytest.mark.parametrize("version", FEEDS)
def test_a_feed_of_every_version_is_read(version):
    found = entries_of(FEEDS[version], "虚构报")
    [entry] = found[0] if isinstance(found, tuple) else found
    assert (entry["title"], entry["link"]) == ("步道恢复通行", "https://a.example/1")


@pytest.mark.parametrize(
    "text",
    [
        '{"items": []}',
        '{"version": "https://jsonfeed.org/version/1", "items": {}}',
        '{"version": ',
        "{" * 9999,
    ],
)
def test_json_that_is_no_feed_fails_in_words(text):
    with pytest.raises(FeedBroken, match="虚构报"):
        entries_of(text, "虚构报")


MAP = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{}</urlset>"
URL = "<url><loc>https://a.example/{}</loc><lastmod>2026-11-20</lastmod></url>"


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (MAP.format(URL.format(1) * 3).encode(), 3),
        (gzip.compress(MAP.format(URL.format(1)).encode()), 1),
        (b"https://a.example/1\nhttps://a.example/2\nnonsense\n", 2),
        (b"\xef\xbb\xbf<?xml version='1.0'?>" + MAP.format(URL.format(1)).encode(), 1),
        (MAP.format(URL.format(1) * 2)[:-60].encode(), 1),  # cut in the middle of the second
        (MAP.format("").encode(), 0),
        (MAP.format("<url><loc></loc></url>" + URL.format(2)).encode(), 1),
    ],
)
def test_a_sitemap_of_every_form_is_read(body, count):
    assert len(read_sitemap(body, "虚构网")[0]) == count


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "是空的"),
        (b"<html><body>404</body></html>", "得到的是网页"),
        (b"\x00\x01\x02", "无法识别"),
        (b"\x1f\x8b\x08broken", "已损坏"),
        (gzip.compress(b"a" * (51 * 2**20)), "超过 50 MB"),
    ],
)
def test_what_is_no_sitemap_fails_in_plain_words(body, words):
    with pytest.raises(FeedBroken, match=words):
        read_sitemap(body, "虚构网")


LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
ATTACKS = {
    "xxe": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
    "parameter": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd">%p;<!ENTITY a "b">]>',
    "laughs": f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}<!ENTITY a "&l9;">]>',
    "late": "<!-- " + "x" * 200_000 + ' --><!DOCTYPE x [<!ENTITY a "https://evil.example/">]>',
}
ENCODED = ("utf-8", "utf-16", "utf-7", "gb18030")
GOOD_AND_BAD = MAP.format(
    "<url><loc>https://a.example/1</loc></url><url><loc>&a;</loc></url><url><loc>https://a.example/&a;</loc></url>"
)


@pytest.mark.parametrize("encoding", ENCODED)
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", ATTACKS)
def test_no_entity_of_a_sitemap_is_resolved_wherever_it_is_declared_and_good_addresses_come(
    name, packed, encoding
):
    body = (f'<?xml version="1.0" encoding="{encoding}"?>{ATTACKS[name]}{GOOD_AND_BAD}').encode(encoding)
    try:
        entries, has_entities = read_sitemap(gzip.compress(body) if packed else body, "虚构网")
    except FeedBroken:
        assert encoding == "utf-7"  # no charset of the web
        return
    assert not any(
        "evil" in entry.url or "lol" in entry.url or not entry.url.startswith("http") for entry in entries
    )
    assert encoding == "utf-7" or ([entry.url for entry in entries], has_entities) == (
        ["https://a.example/1"],
        True,
    )


def test_an_address_written_without_escaping_is_read_whole():
    body = MAP.format("<url><loc>https://a.example/p?a=1&b=2&amp;c=3</loc></url>").encode()
    assert [entry.url for entry in read_sitemap(body, "虚构网")[0]] == ["https://a.example/p?a=1&b=2&c=3"]


def test_a_document_of_nothing_but_document_types_costs_no_time():
    began = time.process_time()
    without_entities("<!DOCTYPE x [" * 300_000)
    assert time.process_time() - began < 5


def test_a_sitemap_is_read_no_further_than_its_limit():
    assert len(read_sitemap(MAP.format(URL.format(1) * 50_001).encode(), "虚构网")[0]) == 50_000


@given(st.binary(max_size=300))
def test_no_bytes_break_the_sitemap_reader(body):
    with contextlib.suppress(FeedBroken):
        assert isinstance(read_sitemap(body, "虚构网")[0], list)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ('{"a": [1]}', ""),
        ('cb({"a": [1]});', ""),
        ('var x = {"a": [1]};', ""),
        ('<html><script>var allData = {"a": [1]}; other()</script>', "var allData = "),
        ('<!--s-data:{"a": [1]}-->', "<!--s-data:"),
    ],
)
def test_json_is_unwrapped(text, after):
    assert follow(load_json(text, "虚构", after), "a[0]") == 1


@pytest.mark.parametrize(
    ("text", "after", "words"),
    [
        ("<html>", "", "网页"),
        ("", "", "空内容"),
        ("x", "mark", "没有找到"),
        ("mark {broken", "mark", "没有可读的 JSON"),
    ],
)
def test_what_holds_no_json_fails_in_words(text, after, words):
    with pytest.raises(FeedBroken, match=words):
        load_json(text, "虚构", after)


@given(st.text(max_size=200), st.sampled_from(["", "a", "{"]))
def test_no_text_breaks_the_json_reader(text, after):
    with contextlib.suppress(FeedBroken):
        load_json(text, "虚构", after)


def test_values_are_quoted_into_an_address():
    assert shaped("https://a.example/{id}?q={t.w}", {"id": "1/../2", "t": {"w": "供暖 &x"}}) == (
        "https://a.example/1%2F..%2F2?q=%E4%BE%9B%E6%9A%96%20%26x"
    )


@pytest.mark.parametrize(
    ("text", "number"), [("912000", 912000), ("12.3万", 123000), ("1,234 热度", 1234), ("—", None)]
)
def test_a_heat_is_read_as_written(text, number):
    assert read_number(text) == number


LABELLED = [
    "<table><tr><td>留言内容</td><td>路灯不亮</td><td>答复单位</td><td>城管局</td></tr></table>",
    "<dl><dt>留言内容：</dt><dd>路灯不亮</dd><dt>答复单位：</dt><dd>城管局</dd></dl>",
    "<p><b>留言内容：</b>路灯不亮</p><p><b>答复单位：</b>城管局</p>",
    "<div>留言内容：路灯不亮</div><div>答复单位：城管局</div>",
    "<div class=row><div>留言内容</div></div><div class=row>路灯不亮</div><div><span>答复单位</span><span>城管局</span></div>",
]


@pytest.mark.parametrize("html", LABELLED)
def test_labels_are_read_in_every_usual_build_and_the_asker_in_none(html):
    found = labelled(
        page_selector(f"<html><body><table><tr><th>留言人</th><td>虚构某人</td></tr></table>{html}", "x")
    )
    assert (found.get("text"), found.get("answered_by")) == ("路灯不亮", "城管局")
    assert "虚构某人" not in str(found)


@given(st.text(max_size=300))
def test_no_page_breaks_the_label_reader(text):
    if text.strip():
        assert isinstance(labelled(page_selector(f"<div>留言内容：{text}", "x")), dict)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("1795133100", "s", "2026-11-20T00:05:00+00:00"),
        ("1795133100000", "ms", "2026-11-20T00:05:00+00:00"),
        ("回复时间：2026-11-20 08:05", "s", "2026-11-20T00:05:00+00:00"),
        ("0", "s", None),
        ("", "s", None),
        ("1795133100", None, None),
    ],
)
def test_a_time_of_a_list_is_a_number_in_its_unit_or_a_stamp(value, unit, expected):
    stamp = stamp_of(value, unit, NOW, BEIJING)
    assert (stamp.at.isoformat() if stamp else None) == expected
