"""When an article page says it was published: machine tags first, then the stamp beside the headline.

The page's own time beats the one in its address; a stamp with a minute beats a bare day of the same date. Stamps
inside comments, side lists, footers and links are worth less than those near the headline or named as a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from crawlers.published import AGO, FULL, RELATIVE_DAY, Stamp, build, read_absolute, read_stamp

LABEL = re.compile(r"(?:发布|发表|更新|刊发|发稿|日期|时间|来源|字号|字体|浏览|阅读)")
UPDATED = re.compile(r"(?:最后更新|更新时间|更新于|修改时间)[^\d]{0,6}(?=\d)")
HINT = re.compile(r"time|date|pub|info|source|meta|about|tips|laiyuan|shijian|riqi", re.I)
ASIDE = re.compile(
    r"comment|reply|recommend|related|relate|footer|foot|copyright|aside|side|hot|rank|list|nav|menu|pinglun|tie",
    re.I,
)
IN_URL = re.compile(r"(?<!\d)(20\d\d)[-/]?(0?[1-9]|1[0-2])[-/]?(0[1-9]|[12]\d|3[01]|[1-9](?=/))(?!\d)")
SHORT_YEAR_START = re.compile(r"发布\w{0,2}\s?[:：]?\s?\d\d-\d\d-\d\d(?!\d)")
MAX_LINE = 240


def read_time(
    tree: HtmlElement, title: str, tagged: Iterable[str], url: str, now: datetime, zone: ZoneInfo
) -> Stamp | None:
    """The publication time, or None; tagged: stamps from meta tags and JSON-LD, best first."""
    stamps = [stamp for stamp in (read_stamp(text, now, zone) for text in tagged) if stamp]
    exact = next((stamp for stamp in stamps if stamp.precision == "minute"), None)
    visible = visible_time(tree, title, now, zone)
    if exact and visible and visible.precision == "minute" and exact.at in update_times(tree, now, zone):
        return visible
    if exact and not (visible and visible.precision == "minute" and is_midnight(exact, zone)):
        return exact
    if visible and visible.precision == "minute":
        return visible
    return next(iter(stamps), None) or visible or url_date(url, now, zone)


def update_times(tree: HtmlElement, now: datetime, zone: ZoneInfo) -> set[datetime]:
    """Instants the page itself calls its last change: a tag that repeats one is no publication time."""
    stamps = (read_absolute(text, now, zone) for text in tree.itertext() if UPDATED.search(text))
    return {stamp.at for stamp in stamps if stamp}


def is_midnight(stamp: Stamp, zone: ZoneInfo) -> bool:
    """A tag of exactly 00:00 is mostly a date that was given a clock by the publishing system."""
    local = stamp.at.astimezone(zone)
    return (local.hour, local.minute, local.second) == (0, 0, 0)


def visible_time(tree: HtmlElement, title: str, now: datetime, zone: ZoneInfo) -> Stamp | None:
    """The best-placed readable stamp of the page's text."""
    best: tuple[float, Stamp] | None = None
    headline = 10**9
    for position, element in enumerate(tree.iter()):
        if not isinstance(element.tag, str) or element.tag in ("script", "style", "title", "option"):
            continue
        if element.tag in ("h1", "h2", "h3") and title and title[:12] in (element.text_content() or ""):
            headline = min(headline, position)
        for line in lines_at(element):
            stamp = read_absolute(line, now, zone) or (
                read_stamp(line, now, zone) if named_as_time(element) and len(line) < 40 else None
            )
            if stamp:
                score = place_score(element, line, position, headline, stamp)
                if best is None or score > best[0]:
                    best = score, stamp
    return best[1] if best else None


def lines_at(element: HtmlElement) -> list[str]:
    """Short texts around the element in which digits of a date stand: its own, its parent's, its attributes'."""
    own = element.text or ""
    attributes = [element.get("datetime") or ""] if element.tag == "time" else []
    tails = [child.tail for child in element if child.tail and FULL.search(child.tail)]
    found = []
    if any(form.search(own) for form in (FULL, SHORT_YEAR_START, AGO, RELATIVE_DAY)):
        for holder in (element, element.getparent()):
            text = " ".join(holder.itertext()) if holder is not None and len(holder) < 15 else ""
            if text and len(text) <= MAX_LINE:
                found.append(text)
        found.append(own[:MAX_LINE])
    return [*attributes, *found, *(tail[:MAX_LINE] for tail in tails)]


def named_as_time(element: HtmlElement) -> bool:
    names = " ".join(
        f"{e.get('class') or ''} {e.get('id') or ''}" for e in (element, element.getparent()) if e is not None
    )
    return element.tag == "time" or bool(HINT.search(names))


def place_score(element: HtmlElement, line: str, position: int, headline: int, stamp: Stamp) -> float:
    """How much a stamp looks like the article's own: exact, named, labelled, near the headline, not aside."""
    score = 3.0 if stamp.precision == "minute" else 0.0
    score += 2.0 * named_as_time(element) + 1.5 * bool(LABEL.search(line))
    score -= 3.0 * bool(UPDATED.search(line))
    match = FULL.search(line)
    rest = len(line.strip()) - (len(match.group()) if match else 0)
    score -= min(rest, 120) / 60
    distance = position - headline
    if 0 <= distance < 60:
        score += 3.0 - distance / 30
    for ancestor in element.iterancestors():
        if ancestor.tag in ("li", "ul", "footer", "aside", "a"):
            score -= 1.5
        elif ASIDE.search(f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"):
            score -= 1.0
    if element.tag == "a":
        score -= 1.5
    return score - position / 5000


def url_date(url: str, now: datetime, zone: ZoneInfo) -> Stamp | None:
    """The day in an address such as /2026/1121/ or t20261121_12.html; only where the page itself says nothing."""
    match = IN_URL.search(re.sub(r"^[a-z]+://[^/]*", "", url))
    if not match:
        return None
    parts: dict[str, str | None] = {"month": match.group(2), "day": match.group(3)}
    return build(parts, int(match.group(1)), now, zone)
