"""Pages made to stall, fill or mislead the reader: bounded time and memory, and a clear result."""

import resource
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.bounds import MAX_DEPTH, MAX_TAGS, bounded
from crawlers.errors import PageTooLarge
from crawlers.extract import MAX_TEXT, extract
from crawlers.headline import MAX_TITLE
from crawlers.outline import read_outline

STORY = "柳叶渠步道昨日恢复通行，沿线新增照明三十盏，居民晚间散步更加安心。"
SECONDS = 8  # of CPU; the slowest of these took under one second when it was written


def page(inner: str, title: str = "柳叶渠步道恢复通行") -> bytes:
    return (
        f"<html><head><title>{title}_虚构网</title></head><body><h1>{title}</h1><div>2026-11-20 08:05</div>"
        f"{inner}<div class=content><p>{STORY}</p><p>{STORY}</p></div></body></html>"
    ).encode("utf-8", "surrogatepass")


NESTS = {
    "div": "<div>" * 100_000,
    "list": "<ul><li>" * 50_000,
    "table": "<table><tr><td>" * 30_000,
    "formatting": "<b><i><u><s><em>x</p>" * 20_000,
    "font": "<font><div>" * 50_000,
    "link": "<a href=x><b>" * 50_000,
    "svg": "<svg><foreignObject>" * 30_000,
    "template": "<template>" * 50_000,
    "form": "<form><table>" * 50_000,
    "select": "<select><option>" * 50_000,
    "entity": "&amp;" * 1_000_000,
    "bracket": "<" * 2_000_000,
    "comment": "<!--" * 500_000,
    "attributes": "<p " + " ".join(f"a{i}=1" for i in range(300_000)) + ">",
    "closed": "<div>" * 100_000 + "</div>" * 100_000,
}


@pytest.mark.parametrize("nest", NESTS.values(), ids=NESTS.keys())
def test_a_page_made_to_stall_the_parser_is_read_in_time(nest, now):
    started = process_time()
    assert extract(page(nest), {}, "https://a.example/x", now).title == "柳叶渠步道恢复通行"
    assert process_time() - started < SECONDS


@pytest.mark.parametrize("nest", ["div", "closed", "attributes"])
def test_the_text_below_a_deep_nest_is_still_read(nest, now):
    assert STORY in extract(page(NESTS[nest]), {}, "https://a.example/x", now).text


def test_a_hundred_megabytes_of_one_tag_are_refused_without_being_parsed(now):
    body = b"<div>" * 20_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(PageTooLarge, match="95 MB，超过 10 MB"):
        extract(body, {}, "https://a.example/x", now)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kilobytes


def test_ten_megabytes_of_one_tag_stay_in_bounds(now):
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, process_time()
    page_of_tags = read_outline(b"<div>" * 2_000_000)
    assert len(page_of_tags.blocks) <= MAX_DEPTH + 2
    assert process_time() - started < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000  # kilobytes


def test_ten_thousand_links_before_the_text_are_not_the_text(now):
    links = "".join(
        f"<li><a href='/{i}.html'>虚构链接之{i}，点击查看，内容丰富。</a></li>" for i in range(10_000)
    )
    found = extract(page(f"<ul>{links}</ul>"), {}, "https://a.example/x", now)
    assert found.text.split("\n") == [STORY, STORY]


def test_depth_is_kept_up_to_the_bound_and_cut_one_above_it():
    filler = "<p>x</p>" * 10_000
    kept = b"<div>" * MAX_DEPTH + filler.encode() + b"</div>" * MAX_DEPTH
    assert bounded(kept) == kept
    deeper = b"<div>" * (MAX_DEPTH + 1) + filler.encode()
    assert bounded(deeper).count(b"<div>") == MAX_DEPTH


def test_tags_are_read_up_to_the_bound_and_no_further():
    assert bounded(b"<p>x" * (MAX_TAGS + 5)).count(b"<p>") == MAX_TAGS


def test_an_honest_page_passes_the_bounds_untouched():
    html = page("<p>" + "一段正文。" * 3000 + "</p>" * 2 + f"<img src='data:image/png;base64,{'A' * 9000}'>")
    assert bounded(html) == html


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("柳叶渠\u202e步道\u202c恢复通行", "柳叶渠步道恢复通行"),
        ("柳\u200b叶\u200d渠\ufeff步道\u2060恢复通行", "柳叶渠步道恢复通行"),
        ("柳叶渠\x00步道恢复\x07通行", "柳叶渠步道恢复通行"),
        ("柳叶渠\ud800步道恢复通行", "柳叶渠\ufffd\ufffd\ufffd步道恢复通行"),  # broken bytes stay visible
        ("=HYPERLINK(1)柳叶渠步道恢复通行", "=HYPERLINK(1)柳叶渠步道恢复通行"),
        ("柳叶渠&lt;b&gt;步道&lt;/b&gt;恢复通行", "柳叶渠<b>步道</b>恢复通行"),
        ("柳叶渠步道恢复通行 x²+y²≤1", "柳叶渠步道恢复通行 x²+y²≤1"),
        ("柳叶渠步道恢复通行Сhina", "柳叶渠步道恢复通行Сhina"),  # a Cyrillic letter stays what it is
    ],
    ids=["bidi", "zero-width", "control", "surrogate", "formula", "markup", "mathematics", "homoglyph"],
)
def test_a_strange_title_becomes_one_plain_line(title, expected, now):
    found = extract(page("", title), {}, "https://a.example/x", now)
    assert found.title == expected
    assert found.text.split("\n") == [STORY, STORY]


@pytest.mark.parametrize(("length", "kept"), [(299, 299), (300, 300), (301, 300), (5000, 300)])
def test_a_long_title_is_cut_at_three_hundred_characters(length, kept, now):
    found = extract(page("", "柳" * length), {}, "https://a.example/x", now)
    assert found.title == "柳" * kept
    assert kept <= MAX_TITLE


def test_invisible_characters_leave_the_text_too(now):
    found = extract(
        page("").replace("照明".encode(), "照\u200b\u202e明".encode()), {}, "https://a.example/x", now
    )
    assert found.text.split("\n") == [STORY, STORY]


def test_an_endless_text_is_cut(now):
    found = extract(page(f"<div><p>{STORY * 20_000}</p></div>"), {}, "https://a.example/x", now)
    assert len(found.text) == MAX_TEXT


@given(st.lists(st.sampled_from(["<div class=content>", "</div>", "<p>", "</p>", "<a href=x>", "</a>", "<br>", "<table>",
                                 "<td>", "</table>", "<li>", "<pre>", "<!--", "-->", "<script>", "</script>", STORY, "首页",
                                 "2026-11-20 08:05", "来源：虚构晚报", "<h1>", "</h1>", "\n"]), max_size=60))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_blocks_always_nest_and_lines_always_belong_to_one(pieces):
    page_read = read_outline("".join(pieces).encode(), is_whole=True)
    count = len(page_read.lines)
    for index, block in enumerate(page_read.blocks):
        assert block.parent < index
        assert 0 <= block.first <= block.end <= count
        if index:
            parent = page_read.blocks[block.parent]
            assert parent.first <= block.first <= block.end <= parent.end
    for place, line in enumerate(page_read.lines):
        owner = page_read.blocks[line.block]
        assert owner.first <= place < owner.end
        assert 0 <= line.linked <= len(line.text)
