"""When an article page says it was published: machine tags first, then the stamp beside the headline.

The page's own time beats the one in its address; a stamp with a minute beats a bare day of the same date. Stamps
inside comments are nobody's publication; those in side lists, footers and links are worth less than those near the
headline or named as a time; a date that stands in a sentence of the text is an event, not a publication.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from crawlers import aside
from crawlers.body import Body
from crawlers.outline import HEADINGS, Line, Outline
from crawlers.published import AGO, FULL, RELATIVE_DAY, Stamp, build, read_absolute, read_relative, read_stamp

LABEL = re.compile(r"(?:发布|发表|更新|刊发|发稿|上传|日期|时间|来源|字号|字体|浏览|阅读|点击)")
PUBLISHED = re.compile(r"(?:发布|发表|刊发|发稿|更新|上传)(?:日期|时间|于|在)?\W{0,6}(?=\d)")
OTHER_EVENT = re.compile(
    r"(?:成文|发文|印发|来信|写信|提交|咨询|提问|留言|开放|生效|实施|施行|截止|截至|开始|结束|活动|会议|报名|注册|受理|办结|打印|当前"
    r"|现在|今天是)\S{0,4}[:：]?\s*(?=\d)"
)
UPDATED = re.compile(r"(?:最后更新|更新时间|更新于|修改时间|更新日期)[^\d]{0,6}(?=\d)")
HINT = re.compile(r"time|date|pub|info|source|meta|about|tips|laiyuan|shijian|riqi", re.I)
IN_URL = re.compile(
    r"(?<!\d)(?P<year>20\d\d)(?:(?P<sep>[-/])(?P<month>1[0-2]|0?[1-9])(?P=sep)(?P<day>3[01]|[12]\d|0?[1-9])"
    r"|[-/]?(?P<month2>1[0-2]|0[1-9])[-/]?(?P<day2>3[01]|[12]\d|0[1-9]))(?!\d)"
)
SHORT_YEAR_START = re.compile(r"发布\w{0,2}\s?[:：]?\s?\d\d-\d\d-\d\d(?!\d)")
IN_SCRIPT = re.compile(
    r"""(?:[pP]ub(?:lish(?:ed)?)?_?(?:[tT]ime|[dD]ate|[aA]t|[oO]n)|(?<![A-Za-z_])p_?time|date_?[pP]ublished"""
    r"""|[rR]elease_?(?:[tT]ime|[dD]ate))["']?\s*[:=]\s*["']([12][^"'<>]{8,31})["']"""
)
HAS_DATE = re.compile(r"(?:19|20)\d\d|\d\s?[-/月]\s?\d|[前昨刚]|今[天日]")
ENDS_LABEL = re.compile(r"(?:时\s*间|日\s*期|[:：])\s*$")
BARE_CLOCK = re.compile(r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?")
MAX_LINE = 160
BEFORE, AFTER, AT_END = 10, 8, 5
ITEM_LINK = 8
MAX_SCRIPT = 2_000_000
LEAST_SCORE = 0.0  # below stand the dates of list items beside the article


def read_time(
    page: Outline, body: Body, title: str, tagged: Iterable[str], url: str, now: datetime, zone: ZoneInfo
) -> Stamp | None:
    """The publication time, or None; tagged: stamps from meta tags and JSON-LD, best first."""
    stamps = [stamp for stamp in (read_stamp(text, now, zone) for text in tagged) if stamp]
    exact = next((stamp for stamp in stamps if stamp.precision == "minute"), None)
    visible = visible_time(page, body, title, now, zone)
    shown = visible if visible and visible.precision == "minute" else None
    address = url_date(url, now, zone)
    if exact and shown and exact.at in update_times(page, now, zone):
        return shown
    if exact and shown and (is_rebuilt(exact, shown, address, zone) or is_zone_slip(exact, shown, zone)):
        return shown
    if exact and not (shown and is_midnight(exact, zone)):
        return exact
    if shown:
        return shown
    scripted = scripted_time(page, now, zone)
    day = next(iter(stamps), None) or visible
    if scripted and (day is None or local_day(scripted, zone) == local_day(day, zone)):
        return scripted
    return day or address


def is_rebuilt(tagged: Stamp, shown: Stamp, address: Stamp | None, zone: ZoneInfo) -> bool:
    """Whether a tag holds the day the page was built again: address and visible time agree on an earlier one."""
    if address is None or shown.at >= tagged.at:
        return False
    return local_day(address, zone) == local_day(shown, zone) != local_day(tagged, zone)


def is_zone_slip(tagged: Stamp, shown: Stamp, zone: ZoneInfo) -> bool:
    """Whether a tag is off by the zone's own offset: local time written as UTC, or the other way round."""
    return abs(tagged.at - shown.at) == shown.at.astimezone(zone).utcoffset()


def local_day(stamp: Stamp, zone: ZoneInfo) -> tuple[int, int, int]:
    local = stamp.at.astimezone(zone)
    return local.year, local.month, local.day


def update_times(page: Outline, now: datetime, zone: ZoneInfo) -> set[datetime]:
    """Instants the page itself calls its last change: a tag that repeats one is no publication time."""
    texts = (
        text for line in page.lines for text in (*line.parts, line.text) if "更新" in text or "修改" in text
    )
    called = (match for match in map(UPDATED.search, texts) if match)
    stamps = (read_absolute(match.string[match.start() :][:60], now, zone) for match in called)
    return {stamp.at for stamp in stamps if stamp}


def is_midnight(stamp: Stamp, zone: ZoneInfo) -> bool:
    """A tag of exactly 00:00 is mostly a date that was given a clock by the publishing system."""
    local = stamp.at.astimezone(zone)
    return (local.hour, local.minute, local.second) == (0, 0, 0)


def scripted_time(page: Outline, now: datetime, zone: ZoneInfo) -> Stamp | None:
    """The one time the page's data or attributes name as a publication; None where they name several (a list's)."""
    texts = []
    for node in page.tree.css("html, article, [data-publishtime], [data-publish-time], [data-pubtime]"):
        values = node.attributes
        texts += [values.get(f"data-{name}") or "" for name in ("publishtime", "publish-time", "pubtime")]
    for script in page.machine["script"]:
        texts += IN_SCRIPT.findall(script.text(deep=True)[:MAX_SCRIPT])[:20]
    stamps = (read_absolute(text, now, zone) for text in texts if text)
    exact = {stamp for stamp in stamps if stamp and stamp.precision == "minute"}
    return exact.pop() if len(exact) == 1 else None


def visible_time(page: Outline, body: Body, title: str, now: datetime, zone: ZoneInfo) -> Stamp | None:
    """The best-placed readable stamp of the page's text; None where every date stands inside the story."""
    best: tuple[float, Stamp] | None = None
    headline = headline_at(page, title, body)
    for index in near(page, body, headline):
        line = page.lines[index]
        if len(line.text) > MAX_LINE or is_other_item(line) or not HAS_DATE.search(line.text):
            continue
        is_named = bool(line.names and HINT.search(line.names)) or named_as_time(page, line.block)
        for text in texts_of(page, index):
            if not is_named and is_told(text, body.first <= index < body.end):
                continue
            stamp = read_absolute(text, now, zone) or (
                read_relative(text, now, zone) if is_named and len(text) < 40 else None
            )
            if stamp is None:
                continue
            place = place_score(page, body, index, headline)
            if place is None:
                break
            score = place + text_score(text, stamp) + 2.0 * is_named
            if score > (best[0] if best else LEAST_SCORE):
                best = score, stamp
    return best[1] if best else None


def is_other_item(line: Line) -> bool:
    """Whether a line is a linked headline with its own date: an item of a list."""
    return line.linked > ITEM_LINK and 2 * line.linked > len(line.text)


def near(page: Outline, body: Body, headline: int) -> Iterator[int]:
    """The lines where an article's stamp may stand: around its headline, before its text and at its end."""
    count = len(page.lines)
    if not body.lines:
        yield from range(count)
        return
    first = max(0, min(headline, body.first) - BEFORE)
    middle = min(count, max(headline, body.first) + AFTER)
    yield from range(first, middle)
    yield from range(max(middle, body.end - AT_END), min(count, body.end + BEFORE))


def headline_at(page: Outline, title: str, body: Body) -> int:
    """The line of the headline nearest before the body, else the body's first line."""
    short = title[:12]
    found = [
        i
        for i, line in enumerate(page.lines[: body.end])
        if short and short in line.text and not line.linked and len(line.text) <= 2 * len(title) + 10
    ]
    in_heading = [i for i in found if page.blocks[page.lines[i].block].tag in HEADINGS]
    return max(in_heading or found, default=max(0, body.first - 3))


def texts_of(page: Outline, index: int) -> list[str]:
    """The short texts of a line in which a date may stand: its pieces, the whole, the whole with the next line's clock."""
    line = page.lines[index]
    texts = [line.text]
    if index and ENDS_LABEL.search(page.lines[index - 1].text[-12:]):
        texts = [page.lines[index - 1].text[-12:] + line.text]
    if index + 1 < len(page.lines) and BARE_CLOCK.fullmatch(page.lines[index + 1].text):
        texts.insert(0, f"{line.text} {page.lines[index + 1].text}")
    if not line.parts:
        return texts
    forms = (FULL, SHORT_YEAR_START, AGO, RELATIVE_DAY)
    spaced = " ".join(" ".join(line.parts).split())
    return [spaced, *texts, *(text for text in line.parts if any(form.search(text) for form in forms))]


def is_told(text: str, is_inside: bool) -> bool:
    """Whether a date stands in a sentence, as an event of the story or as some other date of a document.

    is_inside: whether the text is a line of the article itself, where only a date alone or a labelled one counts.
    """
    match = FULL.search(text)
    if match is None:
        return len(text) > 60
    if OTHER_EVENT.search(text[max(0, match.start() - 12) : match.end()]):
        return True
    if PUBLISHED.search(text[max(0, match.start() - 12) : match.end()]):
        return False
    rest = len(text.strip()) - len(match.group())
    if is_inside and rest > 12 and "来源" not in text:
        return True
    return rest > 60 and not (match.start() < 30 and LABEL.search(text))


def named_as_time(page: Outline, index: int) -> bool:
    for _ in range(2):
        block = page.blocks[index]
        if block.tag == "time" or (block.names and HINT.search(block.names)):
            return True
        index = max(block.parent, 0)
    return False


def place_score(page: Outline, body: Body, index: int, headline: int) -> float | None:
    """How good a place is for the article's own stamp; None inside comments."""
    distance = index - headline
    score = -index / 1000
    if 0 <= distance < 15:
        score += 3.0 - distance / 7
    elif -4 <= distance < 0:
        score += 1.0
    if index >= body.end and body.lines:
        score -= 1.0
    holder = page.lines[index].block
    if page.lines[index].linked > 4:
        score -= 1.5
    while holder > 0:
        block = page.blocks[holder]
        kind = aside.aside_by_name(block.names)
        if kind == aside.READERS:
            return None
        if block.tag in ("li", "ul") or kind or block.tag in aside.TAGS:
            score -= 1.5
        holder = block.parent
    return score


def text_score(text: str, stamp: Stamp) -> float:
    """How much the words around a stamp make it the publication: exact, labelled, not an update, little else."""
    score = 3.0 if stamp.precision == "minute" else 0.0
    score += 1.5 * bool(LABEL.search(text)) - 3.0 * bool(UPDATED.search(text))
    match = FULL.search(text)
    rest = len(text.strip()) - (len(match.group()) if match else 0)
    return score - min(rest, 120) / 60


def url_date(url: str, now: datetime, zone: ZoneInfo) -> Stamp | None:
    """The day in an address such as /2026/1121/ or t20261121_12.html; only where the page itself says nothing."""
    match = IN_URL.search(re.sub(r"^[a-z]+://[^/]*", "", url))
    if not match:
        return None
    parts = {"month": match["month"] or match["month2"], "day": match["day"] or match["day2"]}
    return build(parts, int(match["year"]), now, zone)
