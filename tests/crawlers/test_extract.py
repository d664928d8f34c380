"""Hostile pages: refused in one sentence, or read without harm."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.errors import NotAPage, PageEmpty, PageRefused, PageTooLarge
from crawlers.extract import MAX_PAGE_BYTES, extract

LONG = "渠道通水后两岸居民出行更加方便，晚间也有照明。" * 6


def page(title="渠道通水仪式举行", time="2026-11-20 08:05", text=LONG, head=""):
    return (
        f"<html><head><meta charset=utf-8><title>{title}</title>{head}</head><body><h1>{title}</h1>"
        f"<div class=time>{time}</div><div class=content><p>{text}</p><p>{text}</p></div></body></html>"
    )


def read(html, now, **headers):
    body = html if isinstance(html, bytes) else html.encode("utf-8", "surrogatepass")
    return extract(body, headers, "https://a.example/x", now)


def test_a_page_of_thirty_megabytes_is_refused(now):
    with pytest.raises(PageTooLarge, match="30 MB，超过 10 MB"):
        read(b"a" * 30 * 2**20, now)


def test_a_page_just_under_the_limit_is_read_and_one_byte_more_is_not(now):
    html = page().encode()
    assert read(html + b" " * (MAX_PAGE_BYTES - len(html)), now).title == "渠道通水仪式举行"
    with pytest.raises(PageTooLarge):
        read(html + b" " * (MAX_PAGE_BYTES - len(html) + 1), now)


@pytest.mark.parametrize("body", [b"", b"   \n ", b"\xef\xbb\xbf", b"<html></html>", b"<!-- -->"])
def test_an_empty_page_is_refused(body, now):
    with pytest.raises(PageEmpty):
        read(body, now)


@pytest.mark.parametrize(
    "body", [b"%PDF-1.7 x", b"\x89PNG\r\n\x1a\n" + bytes(50), b"PK\x03\x04" + bytes(30), bytes(range(32)) * 9]
)
def test_binary_content_is_refused(body, now):
    with pytest.raises(NotAPage):
        read(body, now)


def test_nul_bytes_and_lone_surrogates_vanish(now):
    found = read(page(title="渠道通水\x00仪式\ud800举行"), now)
    assert "渠道通水" in found.title
    assert not set(found.title + found.text) & {"\x00", "\ud800"}


def test_a_title_with_line_ends_and_markup_becomes_one_plain_line(now):
    found = read(page(title="渠道\r\n通水 &lt;b&gt;仪式&lt;/b&gt; 举行"), now)
    assert "\n" not in found.title
    assert "\r" not in found.title


@pytest.mark.parametrize(
    "time",
    ["1970-01-01 00:00", "99999-01-01 00:00", "2026-02-30 10:00", "2026-11-20 25:61", "2027-01-01 00:00"],
)
def test_an_impossible_time_is_no_time(time, now):
    assert read(page(time=time), now).published_at is None


def test_the_page_in_gbk_declared_as_utf8_is_read(now):
    found = read(
        page().replace("utf-8", "").encode("gbk"), now, **{"Content-Type": "text/html; charset=utf-8"}
    )
    assert found.title == "渠道通水仪式举行"
    assert "两岸居民" in found.text


def test_a_canonical_link_to_another_site_is_not_followed(now):
    head = '<link rel="canonical" href="https://b.example/other">'
    assert read(page(head=head), now).canonical_url == "https://a.example/x"


def test_a_hundred_thousand_nested_tags_do_no_harm(now):
    with contextlib.suppress(PageRefused):  # refused in words is as good as read
        read("<div>" * 100_000 + LONG, now)


def test_an_author_is_nowhere_in_the_result(now):
    head = '<meta name="author" content="虚构某人"><meta name="Author" content="虚构某人">'
    found = read(page(head=head), now)
    assert "虚构某人" not in repr(found)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_words(body):
    with contextlib.suppress(PageRefused):
        found = read(b"<title>x</title><p>" + body, datetime(2026, 11, 21, tzinfo=UTC))
        assert "\x00" not in found.title + found.text
