"""A sitemap's entries: index, plain, news, text and gzip forms; read as a stream without entities, bounded."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from crawlers.charset import decode
from crawlers.errors import FeedBroken
from crawlers.xml_text import without_entities

MAX_BYTES = 50 * 1024 * 1024  # the protocol's own limit, unpacked
MAX_ENTRIES = 50_000
BARE = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)"
)  # an address written without escaping
REFERENCE = re.compile(r"&\w+;")
FIELDS = {"loc": "url", "lastmod": "lastmod", "publication_date": "published", "title": "title"}


@dataclass
class Entry:
    """One <url> or <sitemap>. lastmod is a change of the page, never its publication; published is a news sitemap's."""

    url: str = ""
    lastmod: str = ""
    published: str = ""
    title: str = ""
    is_map: bool = False


def read_sitemap(body: bytes, publisher: str) -> tuple[list[Entry], bool]:
    """The entries as written, at most 50,000, and whether the map declared entities (they are never resolved).

    What is broken in the middle ends the entries. Raises FeedBroken where it is no sitemap.
    """
    text, has_entities = without_entities(decode(unpacked(body, publisher), {}))
    head = text[:4096].lstrip("\ufeff \t\r\n")
    if not head:
        raise FeedBroken(f"{publisher}：站点地图是空的；请核对网址是否仍然有效。")
    if re.match(r"https?://", head):
        lines = (line.strip("\ufeff \t\r") for line in text.splitlines())
        return [Entry(line) for line in lines if re.match("https?://", line)][:MAX_ENTRIES], has_entities
    body = BARE.sub("&amp;", text).encode()  # without its declaration: UTF-8, whatever it called itself
    entries = [entry for entry in parsed(body) if not (has_entities and REFERENCE.search(entry.url))]
    if len(entries) < MAX_ENTRIES and not re.search(rb"</(?:\w+:)?(?:urlset|sitemapindex)>\s*$", body[-200:]):
        entries = entries[:-1]  # cut off in the middle: the last address may be half of one
    if not entries and not re.search(r"<(?:\w+:)?(?:urlset|sitemapindex)\b", text[:4096]):
        found = "网页" if re.search(r"<html|<body", head, re.I) else "无法识别的内容"
        raise FeedBroken(f"{publisher}：应为站点地图，得到的是{found}；请核对网址，或改用 listing 方式。")
    return entries, has_entities


def unpacked(body: bytes, publisher: str) -> bytes:
    """The bytes of a .gz, unpacked no further than the limit. Raises FeedBroken beyond it or where it is broken."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    stream = zlib.decompressobj(wbits=31)
    try:
        plain = stream.decompress(body, MAX_BYTES + 1)
    except zlib.error:
        raise FeedBroken(f"{publisher}：压缩的站点地图已损坏；请稍后再试或联系网站。") from None
    if len(plain) > MAX_BYTES:
        raise FeedBroken(
            f"{publisher}：站点地图解压后超过 {MAX_BYTES // 2**20} MB，未读取；请改用更小的分地图。"
        )
    return plain


def parsed(body: bytes) -> Iterator[Entry]:
    entry, count = Entry(), 0
    events = etree.iterparse(
        io.BytesIO(body), events=("end",), resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=False, recover=True,
    )  # fmt: skip
    try:
        for _, element in events:
            name = etree.QName(element).localname if isinstance(element.tag, str) else ""
            if name in FIELDS and "image" not in element.tag and "video" not in element.tag:
                setattr(entry, FIELDS[name], (element.text or "").strip()[:2000])
            elif name in ("url", "sitemap"):
                entry.is_map = name == "sitemap"
                if entry.url:
                    yield entry
                entry, count = Entry(), count + 1
                element.clear()
                while element.getprevious() is not None:  # what was read is let go
                    del element.getparent()[0]
                if count >= MAX_ENTRIES:
                    return
    except (etree.XMLSyntaxError, ValueError):
        return
