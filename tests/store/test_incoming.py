import pytest

from store.incoming import address


@pytest.mark.parametrize(
    ("url", "stored"),
    [
        ("https://bbs.example.test/forum.php?tid=1", "https://bbs.example.test/forum.php?tid=1"),
        ("https://s.example.test/q?q=停水&page=2", "https://s.example.test/q?q=停水&page=2"),
        ("https://news.example.test/13812345678.html", "https://news.example.test/13812345678.html"),
        ("https://a.example.test/p?id=7&token=abc&PHPSESSID=x", "https://a.example.test/p?id=7"),
        ("https://a.example.test/p?mobile=13812345678", "https://a.example.test/p"),
        ("https://a.example.test/p\r\nX: y", "https://a.example.test/pX: y"),
    ],
)
def test_an_address_keeps_what_tells_pages_apart_and_drops_what_belongs_to_a_visitor(url, stored):
    assert address(url) == stored
