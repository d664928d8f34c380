"""One address for one page."""

import pytest

from crawlers.canonical import canonical_url, page_canonical
from crawlers.errors import BadRequest


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://WWW.A.example:443/x?utm_source=rss&b=2&a=1#top", "https://www.a.example/x?a=1&b=2"),
        ("http://a.example:80", "http://a.example/"),
        ("http://a.example:8080/x?spm=1", "http://a.example:8080/x"),
        ("http://a.example/中文", "http://a.example/%E4%B8%AD%E6%96%87"),
        ("http://a.example/%E4%B8%AD", "http://a.example/%E4%B8%AD"),
        (" http://a.example/x\n", "http://a.example/x"),
        ("http://a.example/#/detail?id=1", "http://a.example/#/detail?id=1"),
        ("http://a.example/x#!/a/b", "http://a.example/x#!/a/b"),
        ("http://a.example/x#/", "http://a.example/x"),
    ],
)
def test_an_address_is_brought_to_its_one_form(url, expected):
    assert canonical_url(url) == expected
    assert canonical_url(expected) == expected


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "javascript:1",
        "data:text/html,x",
        "gopher://a/",
        "/x",
        "",
        "http://",
        "http://a:99999/",
        "http://[::1",
    ],
)
def test_what_is_no_web_address_is_refused(url):
    with pytest.raises(BadRequest):
        canonical_url(url)


def test_a_named_canonical_counts_only_on_the_same_site_and_not_as_the_home_page():
    own = "https://www.a.example/x?id=1"
    assert page_canonical(own, "https://m.a.example/x/1") == "https://m.a.example/x/1"
    assert page_canonical(own, "https://b.example/x/1") == own
    assert page_canonical(own, "https://www.a.example/") == own
