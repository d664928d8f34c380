"""What an address is - feed, sitemap, timeline, JSON interface, list page - and the source table proposed for it.

A pure function of the bytes that came; `huiying source new` fetches them, prints what was seen and writes the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement, document_fromstring

from crawlers.charset import decode
from crawlers.errors import CrawlError, FeedBroken, PageRefused
from crawlers.headline import one_line
from crawlers.json_answer import json_behind, load_json, text_at
from crawlers.learn import Row, learn_list
from crawlers.learn_json import html_inside, learn_items, titles_of
from crawlers.published import read_stamp
from crawlers.sitemaps import read_sitemap
from crawlers.spiders.feed import entries_of

FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
MARKS = re.compile(
    r"<!--[\w-]{2,30}:(?=\{)|(?:var|let|const)\s+\w{2,40}\s*=\s*(?=[\[{])|window\.\w{3,40}\s*=\s*(?=[\[{])"
    r"|<script id=\"__NEXT_DATA__\"[^>]*>"
)
CHANNEL_WORDS = (
    ("mailbox", r"留言板|领导信箱|市长信箱|区长信箱|书记信箱|网上信访|问政|来信|写信"),
    ("forum", r"论坛|社区|贴吧|版块|forum|bbs|Discuz"),
)
APART = {"detail"}  # tables within a table that stand on lines of their own, an empty one too
UNWRITTEN = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")  # what TOML does not take


@dataclass(frozen=True)
class Seen:
    """A proposal: kind, url and options for the file; saw and check: sentences for the person; rows: what it reads."""

    kind: str
    url: str
    options: dict[str, Any]
    saw: tuple[str, ...]
    check: tuple[str, ...]
    rows: tuple[Row, ...]
    listed: int
    publisher: str
    purpose: str
    channel: str
    feeds: tuple[str, ...] = field(default=())


def look_at(body: bytes, headers: Mapping[str, str], url: str, now: datetime) -> Seen:
    """What is at this address. Raises PageRefused where nothing readable is."""
    text = decode(body, headers)
    head = text[:4000].lstrip("\ufeff \t\r\n")
    if not head and not body.startswith(b"\x1f\x8b"):
        raise PageRefused(f"{url}：返回的是空内容；请在浏览器中核对网址。")
    if body.startswith(b"\x1f\x8b") or re.search(r"<(?:\w+:)?(?:urlset|sitemapindex)\b", head):
        return sitemap_seen(body, url)
    if re.match(
        r"(?s)(?:<\?xml.*?\?>)?\s*(?:<!--.*?-->\s*)*(?:<\?xml-stylesheet.*?\?>\s*)*<(?:rss|feed|rdf:RDF)\b",
        head,
        re.I,
    ):
        return feed_seen(text, url, "RSS 或 Atom 订阅源", now)
    try:
        answer = load_json(text, host_of(url)) if head[0] in "[{" or re.match(r"[\w.$]+\s*\(", head) else None
    except FeedBroken:
        answer = None
    if answer is not None:
        return json_seen(answer, text, url, now)
    return page_seen(text, url, now)


def host_of(url: str) -> str:
    return urlsplit(url).hostname or url


def sitemap_seen(body: bytes, url: str) -> Seen:
    entries, _ = read_sitemap(body, host_of(url))
    maps = sum(entry.is_map for entry in entries)
    news = sum(bool(entry.published) for entry in entries)
    what = f"站点地图索引，含 {maps} 个分地图" if maps else f"站点地图，含 {len(entries)} 个网址"
    saw = (f"{what}{f'，其中 {news} 条带新闻发布时间' if news else ''}。",)
    check = ("include 应只匹配文章页的网址，请按下面的例子填写。", "只读最近三天有改动的网址（max_age）。")
    rows = tuple(
        Row(entry.title or entry.url, entry.url, entry.published or entry.lastmod) for entry in entries[:5]
    )
    options = {"include": "", "max_age": "3d"}
    return Seen(
        "sitemap", url, options, saw, check, rows, len(entries), host_of(url), "站点地图", channel_of(url, "")
    )


def feed_seen(text: str, url: str, what: str, now: datetime) -> Seen:
    entries = entries_of(text, host_of(url))
    entries = entries[0] if isinstance(entries, tuple) else entries
    rows = tuple(
        Row(
            one_line(str(e.get("title", ""))),
            str(e.get("link", "")),
            str(e.get("published") or e.get("updated") or ""),
        )
        for e in entries[:5]
    )
    lengths = sorted(len(re.sub(r"<[^>]*>", "", str(e.get("summary", "")))) for e in entries)
    is_short = not lengths or lengths[len(lengths) // 2] < 300
    saw = (
        f"{what}，{len(entries)} 条。",
        "条目里只有摘要，会再取正文页。" if is_short else "条目里已有全文。",
    )
    check: tuple[str, ...] = ()
    newest = max((stamp.at for row in rows if (stamp := read_stamp(row.time, now))), default=None)
    if newest is None:
        check = ("条目没有可读的发布时间。",)
    elif (now - newest).days >= 7:
        check = (f"最新一条是 {(now - newest).days} 天前的，此订阅源可能已停更；请改用栏目列表页。",)
    title = re.search(r"(?s)<title[^>]*>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</title>", text[:5000])
    name = one_line(title[1])[:40] if title else host_of(url)
    options = {"article": True} if is_short else {}
    return Seen("feed", url, options, saw, check, rows, len(entries), name, name, channel_of(url, name))


def json_seen(answer: Any, text: str, url: str, now: datetime, after: str = "") -> Seen:
    name = host_of(url)
    if isinstance(answer, dict) and "jsonfeed.org" in str(answer.get("version")):
        title = str(answer.get("title") or name)[:40]
        return replace(feed_seen(text, url, "JSON Feed", now), publisher=title, purpose=title)
    if (
        isinstance(answer, list)
        and answer
        and isinstance(answer[0], dict)
        and {"id", "created_at", "content", "visibility"} <= set(answer[0])
    ):
        saw = (f"Mastodon 兼容的公共时间线，{len(answer)} 条。",)
        rows = tuple(
            Row(re.sub(r"<[^>]*>", "", str(s["content"]))[:60], "", str(s["created_at"])) for s in answer[:5]
        )
        base = url.split("?")[0] + ("?local=true" if "local=true" in url else "")
        return Seen(
            "timeline",
            base,
            {"limit": 400},
            saw,
            (),
            rows,
            len(answer),
            f"{name} 公共时间线",
            "公共帖文",
            "social",
        )
    inside = html_inside(answer)
    if inside:
        seen = list_seen(document_fromstring(text_at(answer, inside)), url, f"接口 {inside} 里的列表片段")
        if seen:
            return replace(seen, options={"inside": inside, **seen.options})
    learned = learn_items(answer, now)
    if learned is None:
        raise PageRefused(
            f"{url}：是 JSON，但没有看出带标题的列表；请照 CONTRIBUTING 的说明手写 [api] items。"
        )
    options = ({"after": after} if after else {}) | dict(learned.options)
    listed = str(options["items"]) or "顶层"
    saw = [f"JSON 接口，列表在“{listed}”，标题取 {options['title']}。"]
    check = ["请核对各字段的路径是否取对。"]
    if "published_at" not in options and not learned.is_board:
        check.append("没有看出发布时间；若为热榜可以没有。")
    if "url" not in options:
        options["url_template"] = f"{url.split('?')[0]}?id={{id}}"
        check.append("没有看出网址，请把 url_template 改成条目的公开网址。")
    rows = tuple(
        Row(
            title,
            text_at(item, str(options.get("url", ""))),
            text_at(item, str(options.get("published_at", ""))),
        )
        for title, item in zip(titles_of(learned), learned.sample, strict=True)
    )
    kind, channel = (
        "api",
        "hotlist" if "heat" in options and "published_at" not in options else channel_of(url, text[:3000]),
    )
    if learned.is_board:
        kind, channel = "board", "mailbox"
        options["received_at"] = options.pop("published_at", "")
        options.pop("heat", None)
        saw.append("条目带有答复，按留言板读取：留言、答复、两个时间、答复单位。")
    count = len(answer) if isinstance(answer, list) else len(learned.sample)
    return Seen(kind, url, {k: v for k, v in options.items() if v != "" or k == "items"}, tuple(saw), tuple(check),
                rows, count, name, "公开接口", channel)  # fmt: skip


def page_seen(text: str, url: str, now: datetime) -> Seen:
    try:
        tree = document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except (ValueError, AssertionError, CrawlError):
        raise PageRefused(f"{url}：返回的内容不是网页、订阅源或 JSON；请在浏览器中核对。") from None
    feeds = tuple(feed_links(tree, url))
    cdata = "\n".join(re.findall(r"(?s)<!\[CDATA\[(.*?)\]\]>", text)) if "<record>" in text else ""
    if cdata:
        seen = list_seen(document_fromstring(f"<div>{cdata}</div>"), url, "大汉系统的列表（CDATA 记录）")
        if seen:
            return named(replace(seen, options={"inside": "cdata", **seen.options}), tree, url, feeds)
    seen = list_seen(tree, url, "栏目列表页")
    if seen is None or seen.listed < 6:
        for mark in MARKS.finditer(text):
            try:
                return named(
                    json_seen(json_behind(text, mark[0], url), text, url, now, mark[0].strip()),
                    tree,
                    url,
                    feeds,
                )
            except CrawlError:
                continue
    if seen is None:
        words = "页面里没有看出列表"
        if len(one_line(tree.text_content())) < 300:
            words += "，内容很少，可能要靠脚本显示或先通过验证"
        remedy = f"可试它声明的订阅源 {feeds[0]}" if feeds else "请换成栏目的列表页，或找它背后的接口网址"
        raise PageRefused(f"{url}：{words}；{remedy}。")
    return named(seen, tree, url, feeds)


def list_seen(tree: HtmlElement, url: str, what: str) -> Seen | None:
    learned = learn_list(tree, url)
    if learned is None:
        return None
    options, rows = learned.options, learned.rows
    dated = sum(bool(row.time) for row in rows)
    saw = [
        f"{what}，{len(rows)} 条"
        + (f"，{dated} 条旁边有时间。" if dated else "，旁边没有时间，以正文页为准。")
    ]
    saw.append(f"选择器：{options.get('item', '')} {options['link']}".strip() + "。")
    check = ["请核对上面几条是不是这个栏目的文章，有没有漏掉或多出的。"]
    check += [
        f"页面上还有别的列表，例如“{title[:30]}”，若要的是它请改选择器。" for title in learned.others[:1]
    ]
    if not options.get("next") and not options.get("next_url"):
        check.append("没有看出翻页方式，只读第一页。")
    return Seen("listing", url, dict(options), tuple(saw), tuple(check), tuple(rows[:5]), len(rows), host_of(url), "",
                channel_of(url, ""))  # fmt: skip


def named(seen: Seen, tree: HtmlElement, url: str, feeds: tuple[str, ...]) -> Seen:
    """Publisher and purpose as the page's own tags and title say, and the feeds it declares."""
    tags = {
        (tag.get("name") or tag.get("property") or "").lower(): one_line(tag.get("content") or "")
        for tag in tree.iter("meta")
    }
    title = one_line(" ".join(tree.xpath("//head//title//text()")[:2]))
    parts = [part for part in re.split(r"\s*[-_|—–>»]+\s*", title) if part]
    publisher = tags.get("sitename") or tags.get("og:site_name") or (parts[-1] if parts else host_of(url))
    purpose = tags.get("columnname") or (parts[0] if parts else "") or "栏目列表"
    words = f"{title} {tags.get('keywords', '')}"
    channel = seen.channel if seen.channel == "hotlist" else channel_of(url, words)
    saw = (*seen.saw, *(f"页面声明了订阅源：{feed}" for feed in feeds[:2]))
    return replace(
        seen, publisher=publisher[:40], purpose=purpose[:40], channel=channel, saw=saw, feeds=feeds
    )


def feed_links(tree: HtmlElement, url: str) -> list[str]:
    """Addresses of feeds the page declares."""
    found = []
    for link in tree.iter("link"):
        if (link.get("type") or "").lower() in FEED_TYPES and link.get("href"):
            try:
                found.append(urljoin(url, link.get("href").strip()))
            except ValueError:
                continue
    return found[:3]


def channel_of(url: str, words: str) -> str:
    for channel, pattern in CHANNEL_WORDS:
        if re.search(pattern, words, re.I):
            return channel
    return "government" if re.search(r"\.gov\.cn$", host_of(url)) else "news"


def toml_of(values: Mapping[str, Any], comments: tuple[str, ...] = ()) -> str:
    """A source file: plain keys first, then the tables. Strings are written as JSON, which TOML reads alike."""
    lines = [f"# {one_line(UNWRITTEN.sub(' ', comment))}" for comment in comments]
    plain = {key: value for key, value in values.items() if not isinstance(value, dict)}
    lines += [f"{key} = {toml_value(value)}" for key, value in plain.items()]
    for key, table in values.items():
        if isinstance(table, dict):
            lines += ["", f"[{key}]"]
            lines += [
                f"{inner} = {toml_value(value)}" for inner, value in table.items() if inner not in APART
            ]
            for inner in sorted(APART & set(table)):
                lines += ["", f"[{key}.{inner}]"]
                lines += [f"{name} = {toml_value(value)}" for name, value in table[inner].items()]
    return "\n".join(lines) + "\n"


def toml_value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(toml_value(one) for one in value) + "]"
    if isinstance(value, str):
        value = UNWRITTEN.sub(" ", value)
    return json.dumps(value, ensure_ascii=False)
