"""Where the crawler may connect: public addresses on the web's two ports, and what a source's file allows by name.

Two checks that belong together: `refusal` reads an address (scheme, user name, port) before anything is resolved,
`is_public` judges the numeric address a socket is about to connect to, so a name that resolves to another address
the second time gains nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
# Reserved blocks that the standard library counts as global or that carry an IPv4 address inside.
NEVER = [
    ip_network(block)
    for block in ("168.63.129.16/32", "192.88.99.0/24", "fec0::/10", "64:ff9b:1::/48", "2001::/32", "::/96")
]
EMBEDDED = {ip_network("64:ff9b::/96"): 0, ip_network("2002::/16"): 80}  # bits to the right of the IPv4 part


def is_public(address: str) -> bool:
    """Whether a numeric address lies in the public internet.

    False for loopback, private, link-local, metadata, carrier-grade NAT, multicast and reserved addresses, also where
    they are written inside an IPv6 address (mapped, NAT64, 6to4), and for whatever is no numeric address.
    """
    try:
        number = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(number, IPv6Address):
        inner = inner_address(number)
        if inner is not None:
            return is_public(str(inner))
    if any(number.version == block.version and number in block for block in NEVER):
        return False
    return number.is_global and not (number.is_multicast or number.is_reserved or number.is_unspecified)


def inner_address(number: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for, if it does."""
    if number.ipv4_mapped is not None:
        return number.ipv4_mapped
    for block, shift in EMBEDDED.items():
        if number in block:
            return IPv4Address((int(number) >> shift) & 0xFFFFFFFF)
    return None


def refusal(url: str, allowed: Collection[str], own: str = "") -> str | None:
    """Why this address is not asked at all, as a phrase, or None.

    allowed: `host:port` entries as `places` writes them; own: the source's own address, whose port is allowed too.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "网址无法解析，未访问"
    if parts.scheme not in DEFAULT_PORTS:
        return f"不是 http 或 https 地址（{parts.scheme[:20] or '无协议'}:），未访问"
    if not parts.hostname:
        return "网址里没有主机名，未访问"
    if parts.username is not None or parts.password is not None:
        return "网址里带有用户名或密码，未访问"
    if port in (None, DEFAULT_PORTS[parts.scheme]) or place(parts) in allowed:
        return None
    if own and place(urlsplit(own)) == place(parts):
        return None
    return f"端口 {port} 不在允许范围，未访问；确需访问请在信源的 allow_hosts 里写明"


def place(parts: SplitResult) -> str:
    """`host:port`, lower case, with the scheme's own port where none is written."""
    return f"{(parts.hostname or '').rstrip('.').lower()}:{parts.port or DEFAULT_PORTS.get(parts.scheme, 0)}"


def places(entries: Collection[str]) -> frozenset[str]:
    """The `host:port` pairs of a source's allow_hosts; an entry without a port means 80 and 443."""
    found: set[str] = set()
    for entry in entries:
        host, port = re.fullmatch(r"(.*?)(?::(\d+))?", entry.strip().lower()).groups()  # type: ignore[union-attr]
        host = host.strip("[]")
        found |= {f"{host}:{port}"} if port else {f"{host}:80", f"{host}:443"}
    return frozenset(found)
