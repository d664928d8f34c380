"""Which addresses are public, and which are not even asked."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.addresses import is_public, places, refusal

PRIVATE = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255",
    "192.168.0.1", "169.254.169.254", "100.64.0.0", "100.127.255.255", "100.100.100.200", "168.63.129.16",
    "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255",
    "240.0.0.1", "255.255.255.255", "::1", "::", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:7f00:1",
    "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:1::1", "fe80::1", "fe80::1%eth0", "fc00::1",
    "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "localhost", "127.1", "2130706433", "0x7f000001",
]  # fmt: skip
PUBLIC = [
    "8.8.8.8", "1.1.1.1", "9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "100.63.255.255",
    "100.128.0.0", "223.255.255.255", "2400:3200::1", "2606:4700::1111", "::ffff:8.8.8.8",
    "64:ff9b::808:808", "2002:808:808::",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_in_the_public_internet(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address(address):
    assert is_public(address)


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_an_address_inside_an_ipv6_address_is_judged_as_itself(inner):
    number = int(inner)
    for outer in (0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80):
        assert is_public(str(IPv6Address(outer))) == is_public(str(inner))


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_nothing_the_standard_library_calls_private_is_public(address):
    if ip_address(str(address)).is_private or address.is_loopback or address.is_link_local:
        assert not is_public(str(address))


@given(st.text(max_size=80))
def test_any_text_is_refused_or_let_through_without_an_error(url):
    refusal(url, frozenset())
    is_public(url)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://a.example/", None), ("https://a.example:443/x", None), ("http://a.example:80", None),
        ("https://a.example:80/", "端口 80"), ("http://a.example:8080/", "端口 8080"), ("http://a.example:22/", "端口 22"),
        ("file:///etc/passwd", "file"), ("gopher://a.example/", "gopher"), ("data:text/html,x", "data"), ("ftp://a/", "ftp"),
        ("javascript:alert(1)", "javascript"), ("http://user:pw@a.example/", "用户名"), ("http://a.example@b.example/", "用户名"),
        ("http:///x", "没有主机名"), ("http://a:99999/", "无法解析"), ("//a.example/", "无协议"),
    ],
)  # fmt: skip
def test_what_is_not_asked_at_all(url, words):
    found = refusal(url, frozenset())
    assert found is None if words is None else words in (found or "")


def test_an_odd_port_is_asked_where_the_source_itself_lies_or_its_file_allows_it():
    url = "http://a.example:8080/x"
    assert refusal(url, frozenset(), "http://a.example:8080/") is None
    assert refusal(url, frozenset(), "http://b.example:8080/") is not None
    assert refusal(url, places(["a.example:8080"])) is None
    assert refusal(url, places(["a.example"])) is not None


def test_an_entry_without_a_port_means_the_two_ports_of_the_web():
    assert places(["OA.example", "[::1]:8080"]) == {"oa.example:80", "oa.example:443", "::1:8080"}
