"""One article from the bytes of its page: a pure function of bytes, headers, address and the moment of reading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from crawlers import metadata
from crawlers.body import Body, find_body, text_of_html
from crawlers.canonical import page_canonical
from crawlers.charset import as_utf8
from crawlers.embedded import embedded_article
from crawlers.errors import NotAPage, PageEmpty, PageTooLarge
from crawlers.headline import one_line, read_title, shown
from crawlers.outline import Outline, read_outline
from crawlers.pagetime import read_time
from crawlers.published import BEIJING, Precision, read_stamp

MAX_PAGE_BYTES = 10 * 1024 * 1024
MAX_TEXT = 200_000
CONTROL = bytes(byte for byte in range(32) if byte not in (9, 10, 11, 12, 13, 27))
BELOW = 6  # lines after the text in which a source may stand
THIN = 80  # characters of visible text below which the page's data is asked
SOURCE_LABEL = re.compile(
    r"(?:(?:信息|稿件|文章|内容)?来源\s*[:：]|首发(?:于|媒体|平台)?\s*[:：]?)\s*([^\s|｜:：，,。；;（）()<>【】]{2,20})"
)
NOT_A_PUBLISHER = re.compile(
    r"^(?:本站|本网|原创|网络|互联网|综合|\d.*|作者.*|责任编辑.*|发布.*|浏览.*|字号.*)$"
)


@dataclass(frozen=True)
class Hints:
    """What a source knows of its own pages: CSS selectors, tried before the general rules."""

    title: str = ""
    time: str = ""
    text: str = ""
    zone: ZoneInfo = BEIJING


@dataclass(frozen=True)
class Extracted:
    """An article page as read; publisher is the medium named on the page, never a person."""

    title: str
    published_at: datetime | None
    precision: Precision
    publisher: str | None
    text: str
    canonical_url: str


def extract(
    body: bytes, headers: Mapping[str, str], url: str, now: datetime, hints: Hints | None = None
) -> Extracted:
    """Title, time, publisher and text of one article page.

    now: aware; stamps beyond ten minutes after it are refused. Raises PageTooLarge, PageEmpty or NotAPage.
    """
    hints = hints or Hints()
    html = read_html(body, headers, url)
    page = read_outline(html)
    if page.left_out and sum(len(line.text) - line.linked for line in page.lines) < THIN:
        page = read_outline(html, is_whole=True)
    tree = page.tree
    tags, linked = metadata.meta_tags(page), metadata.json_ld(page)
    named = [
        *metadata.first_tag(tags, metadata.TITLE_TAGS[:1]),
        *metadata.ld_titles(linked),
        *metadata.first_tag(tags, metadata.TITLE_TAGS[1:]),
    ]
    title = by_css(tree, hints.title) or read_title(page, named)
    found = find_body(page, title)
    text = lines_by_css(tree, hints.text) or "\n".join(found.lines)
    tagged = [*metadata.ld_times(linked), *metadata.first_tag(tags, metadata.TIME_TAGS)]
    if len(text) < THIN:
        data = embedded_article(page)
        if len(data.text) > 2 * len(text):
            title, text, tagged = title or one_line(data.title), data.text, [*tagged, data.stamp]
    stamp = read_stamp(by_css(tree, hints.time), now, hints.zone) if hints.time else None
    stamp = stamp or read_time(page, found, title, tagged, url, now, hints.zone)
    if not title and not text:
        raise PageEmpty(f"{url}：页面里没有读到标题和正文，可能是空页或需要脚本才能显示。")
    return Extracted(
        title=title,
        published_at=stamp.at if stamp else None,
        precision=stamp.precision if stamp else "none",
        publisher=read_publisher(page, found, tags, linked),
        text=shown(text[:MAX_TEXT]),
        canonical_url=page_canonical(url, metadata.canonical_link(page, url)),
    )


def read_html(body: bytes, headers: Mapping[str, str], url: str) -> bytes:
    """The page in UTF-8; one refusal in words for what is no page."""
    if len(body) > MAX_PAGE_BYTES:
        raise PageTooLarge(
            f"{url}：页面有 {len(body) / 2**20:.0f} MB，超过 {MAX_PAGE_BYTES // 2**20} MB 的上限，未收录。"
        )
    if not body or body.isspace():
        raise PageEmpty(f"{url}：页面是空的，没有任何内容。")
    if is_binary(body, headers):
        raise NotAPage(f"{url}：返回的不是网页而是二进制文件，未收录。")
    html = as_utf8(body, headers)
    if not html or html.isspace():
        raise PageEmpty(f"{url}：页面是空的，没有任何内容。")
    return html


def is_binary(body: bytes, headers: Mapping[str, str]) -> bool:
    kind = next((value for key, value in headers.items() if key.lower() == "content-type"), "").lower()
    if kind.startswith(("image/", "video/", "audio/", "application/pdf", "application/zip", "font/")):
        return True
    head = body[:4096]
    if head.startswith(
        (
            b"%PDF",
            b"\x89PNG",
            b"\xff\xd8\xff",
            b"GIF8",
            b"PK\x03\x04",
            b"\x1f\x8b",
            b"Rar!",
            b"\xd0\xcf\x11\xe0",
        )
    ):
        return True
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return not utf16 and len(head) - len(head.translate(None, CONTROL)) > 0.1 * len(head)


def is_selector(selector: str) -> bool:
    """Whether the parser of article pages knows a CSS selector."""
    try:
        LexborHTMLParser("").css(selector)
    except SelectolaxError:
        return False
    return True


def by_css(tree: LexborHTMLParser, selector: str) -> str:
    found = tree.css_first(selector) if selector else None
    return one_line(found.text(deep=True)) if found else ""


def lines_by_css(tree: LexborHTMLParser, selector: str) -> str:
    found = tree.css(selector) if selector else []
    return "\n".join(filter(None, (text_of_html(node.html or "") for node in found)))


def read_publisher(
    page: Outline, body: Body, tags: dict[str, str], linked: list[dict[str, Any]]
) -> str | None:
    """The medium: the page's 来源 line, its ContentSource tag, the organisation in JSON-LD, the site's name."""
    visible = []
    for line in page.lines[: body.end + BELOW]:
        if ("来源" in line.text or "首发" in line.text) and len(line.text) < 100:
            match = SOURCE_LABEL.search(line.text)
            visible += [match.group(1)] if match else []
    named = [*metadata.first_tag(tags, metadata.PUBLISHER_TAGS[:2]), *visible[:1]]
    named += [*metadata.ld_publishers(linked), *metadata.first_tag(tags, metadata.PUBLISHER_TAGS[2:])]
    for name in (one_line(name) for name in named):
        if 2 <= len(name) <= 40 and not NOT_A_PUBLISHER.match(name) and "://" not in name:
            return name
    return None
